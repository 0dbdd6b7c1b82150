// How many starts a limit still allows now, and when it allows the next one where that is none. It
// is what every limit that is not about slots says: rates, quotas of a day, budgets. Several of
// them together allow what the strictest does.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "core/base/time.hpp"

namespace callgate {

// Later than any instant that is ever asked about: not until something else changes.
inline constexpr Instant kNoClockHelps = from_ms(std::int64_t{1} << 52);

struct Starts {
  static constexpr std::int64_t kAny = std::numeric_limits<std::int64_t>::max();

  std::int64_t now = kAny;
  Instant next{};  // while now is 0

  friend bool operator==(const Starts&, const Starts&) = default;
};

[[nodiscard]] inline Starts both(const Starts& left, const Starts& right) {
  return {std::min(left.now, right.now), std::max(left.next, right.next)};
}

}  // namespace callgate
