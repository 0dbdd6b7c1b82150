// One instant that a recurrence yields, and what the rule had asked for: a time on the local clock,
// which is resolved "compatible" (zone.hpp) for that occurrence alone. Two times at the same
// instant count once.
#pragma once

#include <cstdint>

#include "core/schedule/zone.hpp"

namespace callgate {

// What became of the day a rule names in a month that lacks it.
enum class DayShift : std::uint8_t {
  none,
  clamped,  // the month's last day instead
  skipped,  // the day that RFC 7529's SKIP says
};

struct Occurrence {
  Instant at{};
  LocalTime asked{};
  LocalKind kind = LocalKind::unique;  // how the local clock reads `asked`
  DayShift day = DayShift::none;
  friend bool operator==(const Occurrence&, const Occurrence&) = default;
};

}  // namespace callgate
