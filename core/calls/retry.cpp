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

// The nth wait after an outcome, however many its class is worth.
Millis class_wait(Outcome outcome, std::int64_t n) {
  if (outcome == Outcome::provider_error) {
    if (n <= kQuickRetries) {
      return delivery_delay(n);
    }
    n -= kQuickRetries;
  }
  const RetryClass rule = class_of(outcome);
  return wait_of({BackoffKind::exponential, {rule.first}, rule.times}, n);
}

std::int64_t class_retries(Outcome outcome) {
  const std::int64_t quick = outcome == Outcome::provider_error ? kQuickRetries : 0;
  return class_of(outcome).retries + quick;
}

const OutcomeRule* rule_for(const RetryRules& rules, Outcome outcome) {
  const auto found =
      std::find_if(rules.outcomes.begin(), rules.outcomes.end(),
                   [outcome](const OutcomeRule& rule) { return rule.outcome == outcome; });
  return found == rules.outcomes.end() ? nullptr : &*found;
}

std::int64_t retries_of(const RetryPolicy& policy, Outcome outcome, const OutcomeRule* rule) {
  if (rule != nullptr && rule->retries) {
    return *rule->retries;
  }
  const std::int64_t usual = class_retries(outcome);
  const bool own_waits = policy.rules.backoff || (rule != nullptr && rule->backoff);
  return own_waits && usual > 1 ? policy.max_attempts : usual;
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
                                  std::int64_t attempts_used, std::int64_t same_outcome_count,
                                  std::uint64_t seed) {
  const std::int64_t n = std::max<std::int64_t>(same_outcome_count, 1);
  const Disposition next = disposition(outcome);
  if (next == Disposition::put_off) {
    return put_off_delay(outcome, n);
  }
  if (next != Disposition::retry || attempts_used >= policy.max_attempts) {
    return std::nullopt;
  }
  const OutcomeRule* rule = rule_for(policy.rules, outcome);
  if (n > retries_of(policy, outcome, rule)) {
    return std::nullopt;
  }
  if (rule != nullptr && rule->backoff) {
    return wait_of(*rule->backoff, n, seed);
  }
  if (policy.rules.backoff) {
    return wait_of(*policy.rules.backoff, std::max<std::int64_t>(attempts_used, 1), seed);
  }
  return policy.fixed_delay ? *policy.fixed_delay : class_wait(outcome, n);
}

namespace {

class Check {
 public:
  explicit Check(const RetryPolicy& policy) : policy_(policy) {}

  void add(std::string place, std::string detail) {
    issues_.push_back({std::move(place), std::move(detail)});
  }

  void backoff(const Backoff& backoff, const std::string& place) {
    const bool list = backoff.kind == BackoffKind::list;
    const std::string delay = place + (list ? "/delaysSeconds" : "/delaySeconds");
    if (backoff.cap <= Millis{0} || backoff.cap > kRetryWaitMax) {
      add(place + "/maxDelaySeconds", "A longest wait is more than nothing and at most 30 days.");
    }
    for (std::size_t i = 0; i < backoff.delays.size(); ++i) {
      const std::string at = list ? delay + "/" + std::to_string(i) : delay;
      if (backoff.delays[i] <= Millis{0}) {
        add(at, "A wait is at least one second.");
      } else if (backoff.delays[i] > backoff.cap) {
        add(at, "This wait is longer than maxDelaySeconds.");
      }
    }
    const bool takes_factor = list || backoff.kind == BackoffKind::exponential;
    if (backoff.factor < 1 || (!takes_factor && backoff.factor != 1)) {
      add(place + "/factor", takes_factor
                                 ? "A factor is at least 1."
                                 : "Only a list and an exponential backoff have a factor.");
    }
    if (backoff.jitter_percent < 0 || backoff.jitter_percent > kJitterPercentMax) {
      add(place + "/jitterPercent", "Waits are made shorter by 0 to 50 per cent.");
    }
    if (policy_.max_attempts <= 1) {
      add(place, "With maxAttempts 1 nobody is called again: there is nothing to wait for.");
    }
  }

  void outcome(const OutcomeRule& rule, std::size_t index) {
    const std::string place = "outcomes/" + std::to_string(index);
    const std::string word{to_word(rule.outcome)};
    if (disposition(rule.outcome) != Disposition::retry) {
      add(place + "/outcome", "After " + word +
                                  " nobody is called again by a rule: it ends the call, or is put "
                                  "off without using an attempt.");
    }
    for (std::size_t before = 0; before < index; ++before) {
      if (policy_.rules.outcomes[before].outcome == rule.outcome) {
        add(place + "/outcome", "There is a rule for " + word + " already.");
        break;
      }
    }
    if (!rule.retries && !rule.backoff) {
      add(place, "A rule says how many retries, or how long to wait.");
    }
    if (rule.retries && (*rule.retries < 0 || *rule.retries >= policy_.max_attempts)) {
      add(place + "/retries", "maxAttempts is " + std::to_string(policy_.max_attempts) +
                                  ", so at most " + std::to_string(policy_.max_attempts - 1) +
                                  " retries are possible.");
    }
    if (rule.retries == 0 && rule.backoff) {
      add(place + "/backoff", "With retries 0 there is nothing to wait for.");
    } else if (rule.backoff) {
      backoff(*rule.backoff, place + "/backoff");
    }
  }

  std::vector<RetryIssue> take() { return std::move(issues_); }

 private:
  static constexpr std::int64_t kJitterPercentMax = 50;

  const RetryPolicy& policy_;
  std::vector<RetryIssue> issues_;
};

}  // namespace

std::vector<RetryIssue> check(const RetryPolicy& policy) {
  Check check{policy};
  if (policy.rules.backoff) {
    if (policy.fixed_delay) {
      check.add("backoff", "The job has retryDelaySeconds already: say one of the two.");
    }
    check.backoff(*policy.rules.backoff, "backoff");
  }
  for (std::size_t i = 0; i < policy.rules.outcomes.size(); ++i) {
    check.outcome(policy.rules.outcomes[i], i);
  }
  return check.take();
}

Millis delivery_delay(std::int64_t n) {
  constexpr std::int64_t kDoublings = 8;  // 2 s x 2^8 is past the cap
  const std::int64_t exponent = std::clamp<std::int64_t>(n - 1, 0, kDoublings);
  return std::min<Millis>(seconds{2} * (std::int64_t{1} << exponent), kDeliveryDelayMax);
}

}  // namespace callgate
