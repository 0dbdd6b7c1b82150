#include "core/schedule/recurrence/civil.hpp"

#include <algorithm>

#include "core/schedule/posix_rule.hpp"

namespace callgate {
namespace {

constexpr Millis kWidestJump = std::chrono::hours{26};  // offsets lie between -12 and +14 hours

std::optional<std::int64_t> digits(std::string_view text) {
  std::int64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') {
      return std::nullopt;
    }
    value = value * 10 + (c - '0');
  }
  return value;
}

void append_padded(std::string& out, std::int64_t value, std::size_t width) {
  const std::string text = std::to_string(value);
  out.append(width > text.size() ? width - text.size() : 0, '0');
  out += text;
}

}  // namespace

// The inverse of day_of_date, after the same paper: years begin in March.
CivilDate date_of_day(std::int64_t day) {
  const std::int64_t shifted = day + 719'468;
  const std::int64_t era = floor_div(shifted, 146'097);
  const std::int64_t day_of_era = shifted - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const std::int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
          day_of_year - (153 * month_from_march + 2) / 5 + 1};
}

std::int64_t days_in_month(std::int64_t year, std::int64_t month) {
  if (month == 2) {
    return is_leap_year(year) ? 29 : 28;
  }
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

std::int64_t days_in_year(std::int64_t year) {
  return is_leap_year(year) ? 366 : 365;
}

std::optional<std::int64_t> parse_local_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
    return std::nullopt;
  }
  const auto year = digits(text.substr(0, 4));
  const auto month = digits(text.substr(5, 2));
  const auto day = digits(text.substr(8, 2));
  if (!year || !month || !day || *month < 1 || *month > 12 || *day < 1 ||
      *day > days_in_month(*year, *month)) {
    return std::nullopt;
  }
  return day_of_date(*year, *month, *day);
}

std::string format_local_date(std::int64_t day) {
  const CivilDate date = date_of_day(day);
  std::string out;
  append_padded(out, date.year, 4);
  out.push_back('-');
  append_padded(out, date.month, 2);
  out.push_back('-');
  append_padded(out, date.day, 2);
  return out;
}

LocalTime earliest_reading_after(const Zone& zone, Instant after) {
  OffsetSpan span = offset_at(zone, after);
  std::int64_t offset_s = span.offset_s;
  while (after - span.begin < kWidestJump) {
    span = offset_at(zone, span.begin - Millis{1});
    offset_s = std::min(offset_s, span.offset_s);
  }
  return {to_ms(after) + offset_s * 1000};
}

}  // namespace callgate
