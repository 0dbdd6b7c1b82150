// What follows the end of an attempt. Two layers: delivery (a limit, or nothing was dialled:
// seconds, uses no attempt) and outcome (busy, no answer: minutes, per class, uses an attempt). A
// class is written n x d xm: at most n more dials after that outcome, the first after d, each wait
// m times longer; the class's n or the policy's max_attempts, whichever comes first. Source:
// contracts, section 4.8. A job's own rules say other waits (backoff.hpp), for all outcomes or for
// one, how many retries an outcome is worth, and what becomes of a dial of unknown fate.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.hpp"
#include "core/calls/attempt.hpp"
#include "core/calls/backoff.hpp"

namespace callgate {

// A dial of which nobody knows whether it was placed is always looked up at the provider. This says
// what follows when the provider does not know it. Numbers are stored: append only.
enum class OnUnknown : std::uint8_t {
  reconcile = 1,  // two looks over the grace; then it is dialled again, and no attempt is used
  fail = 2,       // two looks over the grace; then the call has failed: rather none than two
  retry = 3,      // one look; then it ended as provider_error: rather two than none
};

struct OutcomeRule {
  Outcome outcome = Outcome::no_answer;
  std::optional<std::int64_t> retries;  // at most so many more dials after it
  std::optional<Backoff> backoff;       // by how often it has happened in this round

  friend bool operator==(const OutcomeRule&, const OutcomeRule&) = default;
};

// A job's own rules; by default there are none.
struct RetryRules {
  // In place of every outcome's waits, by how many attempts the round has used. Only max_attempts
  // then limits voicemail, no_answer, busy, carrier_failed and provider_error; an outcome that is
  // worth one retry stays so.
  std::optional<Backoff> backoff;
  std::vector<OutcomeRule> outcomes;  // each outcome once
  OnUnknown on_unknown = OnUnknown::reconcile;

  friend bool operator==(const RetryRules&, const RetryRules&) = default;
};

struct RetryPolicy {
  std::int64_t max_attempts = 4;      // dials in one round, the first included
  std::optional<Millis> fixed_delay;  // in place of the class's own waits between attempts
  RetryRules rules;
};

// What is wrong with a policy, each with the place in the words of the API: "backoff/factor".
struct RetryIssue {
  std::string place;
  std::string detail;
};
inline constexpr Millis kRetryWaitMax = std::chrono::hours{24 * 30};
[[nodiscard]] std::vector<RetryIssue> check(const RetryPolicy& policy);

// What an outcome asks for, before the policy's limits are looked at.
enum class Disposition : std::uint8_t {
  done,     // reached: the call is completed
  retry,    // dial again while class and policy allow, else the call has failed
  fail,     // another dial cannot help
  put_off,  // nothing was dialled for a reason that is not the callee's: again, without using an
            // attempt
  cancel,   // somebody took the call back at the provider
};

[[nodiscard]] Disposition disposition(Outcome outcome);

// Whether an attempt that ended so counts towards max_attempts.
[[nodiscard]] bool uses_attempt(Outcome outcome);

// How long to wait before the call may go again; nullopt when this outcome ends its round.
// `attempts_used` counts the attempts of this round that use one, `same_outcome_count` those that
// ended with this outcome; both include this attempt. With disposition put_off there is always an
// answer. `seed` tells this call's waits from others': it decides the jitter.
[[nodiscard]] std::optional<Millis> retry_after(const RetryPolicy& policy, Outcome outcome,
                                                std::int64_t attempts_used,
                                                std::int64_t same_outcome_count,
                                                std::uint64_t seed = 0);

// The nth wait of the delivery layer, counted from 1: 2, 4, 8 … seconds, at most 5 minutes.
[[nodiscard]] Millis delivery_delay(std::int64_t n);

// How soon a call that met a full limit may ask again, where the provider named no time.
inline constexpr Millis kCapacityDelay{5'000};

}  // namespace callgate
