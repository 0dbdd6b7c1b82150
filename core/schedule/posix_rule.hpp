// The rule at the end of a zone's data: when clocks change in the years beyond its table, in the
// POSIX TZ form with RFC 8536's hours from -167 to 167 ("EST5EDT,M3.2.0,M11.1.0",
// "<-03>3<-02>,M3.2.0,M11.1.0/-1"). Written here because date's own evaluator (ptz.h) brings its
// tz.h, streams and locales along, which the core must not link. Refused: a form outside the
// grammar, as nullopt.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace callgate {

// Days since 1970 of a date of the proleptic Gregorian calendar, and the year of a day; any year.
[[nodiscard]] std::int64_t day_of_date(std::int64_t year, std::int64_t month, std::int64_t day);
[[nodiscard]] std::int64_t year_of_day(std::int64_t day);

// One day of every year, and a time on it.
struct YearlyDay {
  enum class Kind : std::uint8_t { month_week_day, day_without_leap_day, day_of_year };
  Kind kind = Kind::month_week_day;
  std::int64_t month = 1;  // 1 to 12
  std::int64_t week = 1;   // 1 to 5, 5 is the last
  std::int64_t day =
      0;  // weekday, 0 is Sunday; or day of the year: from 1 (J form), from 0 (n form)
  std::int64_t time_s = 7200;  // local time by the offset before the change
};

// A moment at which an offset begins, in seconds since 1970.
struct OffsetChange {
  std::int64_t at_s = 0;
  std::int64_t offset_s = 0;

  friend bool operator==(const OffsetChange&, const OffsetChange&) = default;
};

[[nodiscard]] constexpr bool is_leap_year(std::int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

struct PosixRule {
  std::int64_t standard_s = 0;  // added to UTC
  bool has_daylight = false;
  std::int64_t daylight_s = 0;
  YearlyDay daylight_begins;
  YearlyDay daylight_ends;
};

[[nodiscard]] std::optional<PosixRule> parse_posix_rule(std::string_view text);

// The changes of the years `first` to `last`, ascending, without those that change nothing.
[[nodiscard]] std::vector<OffsetChange> changes_of_years(const PosixRule& rule, std::int64_t first,
                                                         std::int64_t last);

}  // namespace callgate
