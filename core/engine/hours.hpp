// When the workspace may place calls at all, at the time of this Input.
#pragma once

#include "core/engine/service.hpp"
#include "core/schedule/calendar.hpp"

namespace callgate {

inline constexpr Instant kNever = from_ms(std::int64_t{1} << 52);

// The first opening that has not ended. No hours are set: open for ever. They never open again, or
// their zone is gone from the table: opens is kNever.
[[nodiscard]] OpenSpan business_hours(const Service& service);

}  // namespace callgate
