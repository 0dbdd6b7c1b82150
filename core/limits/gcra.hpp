// A rate: at most so many starts in any window of a second, or of a minute, wherever the window
// begins. It is the generic cell rate algorithm (ITU-T I.371) in integers: starts are spaced evenly
// on a line of their own, T apart, and a start may lag its place on that line by up to a 125th of
// the window, so that a timer that comes late costs nothing. With T = (1 + 1/125) x window / rate
// no window sees more than the rate allows, and 99 % of it is used by whoever always has the next
// start ready. The state is one number: where on the line the next place is.
#pragma once

#include <cstdint>

#include "core/base/time.hpp"
#include "core/limits/starts.hpp"

namespace callgate {

struct Rate {
  static constexpr std::int64_t kMax = 10'000;  // of one window

  std::int64_t starts = 0;  // 1 to kMax; 0: no limit
  Millis window{1'000};

  friend bool operator==(const Rate&, const Rate&) = default;
};

// Of a rate's starts so far. A rate that is changed goes by it too: the new spacing holds from the
// next start on.
struct Gcra {
  std::int64_t next_ticks = 0;  // ten-thousandths of a millisecond since 1970

  friend bool operator==(const Gcra&, const Gcra&) = default;
};

// A clock that went back makes nobody wait longer than one spacing.
[[nodiscard]] Starts starts_at(const Rate& rate, const Gcra& state, Instant now);

// One start, which starts_at() allowed.
void take_start(const Rate& rate, Gcra& state, Instant now);

// A rate by the second and one by the minute, together.
struct Pace {
  std::int64_t per_second = 0;  // 1 to Rate::kMax; 0: no limit
  std::int64_t per_minute = 0;

  [[nodiscard]] bool any() const { return per_second > 0 || per_minute > 0; }
  friend bool operator==(const Pace&, const Pace&) = default;
};

struct PaceState {
  Gcra second;
  Gcra minute;

  friend bool operator==(const PaceState&, const PaceState&) = default;
};

[[nodiscard]] Starts starts_at(const Pace& pace, const PaceState& state, Instant now);
void take_start(const Pace& pace, PaceState& state, Instant now);

// Whether the state says no more than an empty one.
[[nodiscard]] bool is_past(const PaceState& state, Instant now);

}  // namespace callgate
