#include "core/calls/retry_documents.hpp"

#include <chrono>

namespace callgate {
namespace {

using std::chrono::minutes;

RetryPolicy policy_with(std::int64_t max_attempts, std::optional<Backoff> backoff) {
  RetryPolicy policy;
  policy.max_attempts = max_attempts;
  policy.rules.backoff = std::move(backoff);
  return policy;
}

}  // namespace

RetryPolicy policy_of_max_retries(std::int64_t max_retries) {
  return policy_with(max_retries + 1, std::nullopt);
}

RetryPolicy policy_of_retry_delays(std::int64_t max_retries,
                                   const std::vector<std::int64_t>& in_minutes,
                                   std::int64_t factor) {
  if (max_retries == 0 || in_minutes.empty()) {
    return policy_of_max_retries(max_retries);
  }
  Backoff list{BackoffKind::list, {}, factor};
  for (const std::int64_t delay : in_minutes) {
    list.delays.emplace_back(minutes{delay});
  }
  return policy_with(max_retries + 1, std::move(list));
}

RetryPolicy policy_of_retry_after(std::int64_t max_attempts, std::int64_t in_minutes) {
  if (max_attempts == 1) {
    return policy_with(1, std::nullopt);
  }
  return policy_with(max_attempts, Backoff{BackoffKind::fixed, {minutes{in_minutes}}});
}

RetryPolicy policy_of_attempts(std::int64_t attempts, std::int64_t backoff_ms) {
  RetryPolicy policy = policy_with(attempts, std::nullopt);
  if (attempts > 1) {
    for (const Outcome outcome : {Outcome::carrier_failed, Outcome::provider_error}) {
      policy.rules.outcomes.push_back(
          {outcome, attempts - 1, Backoff{BackoffKind::exponential, {Millis{backoff_ms}}, 2}});
    }
  }
  return policy;
}

}  // namespace callgate
