// How many calls at once a provider account is given. It cannot be asked how many it takes: it says
// so by refusing one. Then what it is given falls to a half, and grows again by one after as many
// calls have ended as it is high, at least sixteen (an account that takes one or two would be asked
// for one too many all the time), or after two hours: additive increase, multiplicative decrease
// (Chiu and Jain 1989; RFC 5681). Never above the ceiling, which is a setting, and never below one.
// A refusal of a call that was dialled before the last fall tells nothing new. When one is refused
// that was the only one, the account rests, longer each time. How far it has grown follows from
// when it fell, so nothing but a fall is ever written.
#pragma once

#include <cstdint>

#include "core/base/time.hpp"
#include "core/limits/starts.hpp"

namespace callgate {

struct Allowance {
  std::int64_t fell_to = 0;  // calls at once; 0: it has never fallen
  Instant fell_at{};
  std::int64_t ended_then = 0;  // calls that had ended by then
  Millis rest{};                // nothing starts for so long after it fell

  friend bool operator==(const Allowance&, const Allowance&) = default;
};

// Calls at once, from 1 to `ceiling`, which is at least 1. `ended`: calls that have ended so far.
[[nodiscard]] std::int64_t allowed(const Allowance& allowance, std::int64_t ceiling,
                                   std::int64_t ended, Instant now);

[[nodiscard]] Starts starts_after_rest(const Allowance& allowance, Instant now);

// The account refused a call for want of room. False: one dialled before the last fall.
bool fall(Allowance& allowance, std::int64_t ceiling, std::int64_t ended, Instant dialled_at,
          Instant now);

}  // namespace callgate
