// What follows the end of an attempt. Two layers: delivery (a limit, or nothing was dialled:
// seconds, uses no attempt) and outcome (busy, no answer: minutes, per class, uses an attempt). A
// class is written n x d xm: at most n more dials after that outcome, the first after d, each wait
// m times longer; the class's n or the policy's max_attempts, whichever comes first. Source:
// contracts, section 4.8. Integers only, and no randomness: spreading calls is the work of pacing.
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/time.hpp"
#include "core/calls/attempt.hpp"

namespace callgate {

struct RetryPolicy {
  std::int64_t max_attempts = 4;      // dials in one round, the first included
  std::optional<Millis> fixed_delay;  // in place of the class's own waits between attempts
};

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
// answer.
[[nodiscard]] std::optional<Millis> retry_after(const RetryPolicy& policy, Outcome outcome,
                                                std::int64_t attempts_used,
                                                std::int64_t same_outcome_count);

// The nth wait of the delivery layer, counted from 1: 2, 4, 8 … seconds, at most 5 minutes.
[[nodiscard]] Millis delivery_delay(std::int64_t n);

// How soon a call that met a full limit may ask again, where the provider named no time.
inline constexpr Millis kCapacityDelay{5'000};

}  // namespace callgate
