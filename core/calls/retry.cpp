#include "core/calls/retry.hpp"

#include <algorithm>
#include <chrono>

namespace callgate {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Millis kDeliveryDelayMax = minutes{5};
constexpr std::int64_t kQuickRetries = 3;  // of a provider's own fault, before waits become minutes

struct RetryClass {
  std::int64_t retries = 0;  // at most so many more dials
  Millis first{};
  std::int64_t times = 1;  // each wait is so many times the one before
};

RetryClass class_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::voicemail:
      return {2, minutes{30}, 2};
    case Outcome::ivr:
    case Outcome::declined:
      return {1, minutes{60}, 1};
    case Outcome::no_answer:
    case Outcome::provider_error:
      return {3, minutes{5}, 2};
    case Outcome::busy:
      return {3, minutes{10}, 2};
    case Outcome::screened_or_spam:
      return {1, hours{24}, 1};
    case Outcome::carrier_failed:
      return {5, minutes{2}, 2};
    case Outcome::answered:
    case Outcome::invalid_number:
    case Outcome::capacity:
    case Outcome::billing:
    case Outcome::config:
    case Outcome::canceled:
    case Outcome::not_placed:
      break;
  }
  return {};
}

// The nth wait of a class, from 1, or nullopt past its last. The exponent is at most retries - 1.
std::optional<Millis> class_delay(const RetryClass& rule, std::int64_t n) {
  if (n > rule.retries) {
    return std::nullopt;
  }
  Millis delay = rule.first;
  for (std::int64_t i = 1; i < n; ++i) {
    delay *= rule.times;
  }
  return delay;
}

Millis put_off_delay(Outcome outcome, std::int64_t same_outcome_count) {
  switch (outcome) {
    case Outcome::capacity:
      return kCapacityDelay;
    case Outcome::not_placed:
      return delivery_delay(same_outcome_count);
    default:
      // A human has to act (pay, correct the agent): asking often helps nobody.
      return kDeliveryDelayMax;
  }
}

}  // namespace

Disposition disposition(Outcome outcome) {
  switch (outcome) {
    case Outcome::answered:
      return Disposition::done;
    case Outcome::voicemail:
    case Outcome::ivr:
    case Outcome::no_answer:
    case Outcome::busy:
    case Outcome::declined:
    case Outcome::screened_or_spam:
    case Outcome::carrier_failed:
    case Outcome::provider_error:
      return Disposition::retry;
    case Outcome::invalid_number:
      return Disposition::fail;
    case Outcome::capacity:
    case Outcome::billing:
    case Outcome::config:
    case Outcome::not_placed:
      return Disposition::put_off;
    case Outcome::canceled:
      return Disposition::cancel;
  }
  return Disposition::fail;
}

bool uses_attempt(Outcome outcome) {
  return disposition(outcome) != Disposition::put_off;
}

std::optional<Millis> retry_after(const RetryPolicy& policy, Outcome outcome,
                                  std::int64_t attempts_used, std::int64_t same_outcome_count) {
  const std::int64_t n = std::max<std::int64_t>(same_outcome_count, 1);
  const Disposition next = disposition(outcome);
  if (next == Disposition::put_off) {
    return put_off_delay(outcome, n);
  }
  if (next != Disposition::retry || attempts_used >= policy.max_attempts) {
    return std::nullopt;
  }
  const RetryClass rule = class_of(outcome);
  std::optional<Millis> delay;
  if (outcome == Outcome::provider_error) {
    delay = n <= kQuickRetries ? delivery_delay(n) : class_delay(rule, n - kQuickRetries);
  } else {
    delay = class_delay(rule, n);
  }
  if (delay && policy.fixed_delay) {
    return policy.fixed_delay;
  }
  return delay;
}

Millis delivery_delay(std::int64_t n) {
  constexpr std::int64_t kDoublings = 8;  // 2 s x 2^8 is past the cap
  const std::int64_t exponent = std::clamp<std::int64_t>(n - 1, 0, kDoublings);
  return std::min<Millis>(seconds{2} * (std::int64_t{1} << exponent), kDeliveryDelayMax);
}

}  // namespace callgate
