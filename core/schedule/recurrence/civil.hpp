// Dates of the proleptic Gregorian calendar as days since 1970, and the local clock's readings as
// milliseconds since 1970 local (zone.hpp's LocalTime): the units in which recurrences count. A
// recurrence ends with the year 9999, so that every occurrence has an RFC 3339 text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/floor_div.hpp"
#include "core/schedule/zone.hpp"

namespace callgate {

inline constexpr std::int64_t kLocalMinuteMs = 60'000;

// 9999-12-30: the last local day that is in the year 9999 by UTC in every zone.
inline constexpr std::int64_t kLastCivilDay = 2'932'895;

// 400 years, after which the calendar repeats: a whole number of weeks.
inline constexpr std::int64_t kCycleDays = 146'097;

struct CivilDate {
  std::int64_t year = 1970;
  std::int64_t month = 1;  // 1 to 12
  std::int64_t day = 1;    // 1 to 31
  friend bool operator==(const CivilDate&, const CivilDate&) = default;
};

// 0 is Sunday.
[[nodiscard]] constexpr std::int64_t weekday_of_day(std::int64_t day) {
  return ((day + 4) % 7 + 7) % 7;  // 1970-01-01 was a Thursday
}

[[nodiscard]] constexpr std::int64_t day_of_local(LocalTime local) {
  return floor_div(local.ms, kDayMs);
}

[[nodiscard]] CivilDate date_of_day(std::int64_t day);
[[nodiscard]] std::int64_t days_in_month(std::int64_t year, std::int64_t month);
[[nodiscard]] std::int64_t days_in_year(std::int64_t year);

// "YYYY-MM-DD", a date that exists; as a day.
[[nodiscard]] std::optional<std::int64_t> parse_local_date(std::string_view text);
[[nodiscard]] std::string format_local_date(std::int64_t day);

// The least reading a local time can have that becomes, resolved "compatible", an instant after
// `after`. It is earlier than the clock's own reading where the clock has just jumped forward: a
// time that was skipped is resolved to a moment after the jump.
[[nodiscard]] LocalTime earliest_reading_after(const Zone& zone, Instant after);

}  // namespace callgate
