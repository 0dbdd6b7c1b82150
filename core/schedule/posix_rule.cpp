#include "core/schedule/posix_rule.hpp"

#include "core/base/ascii.hpp"
#include "core/base/floor_div.hpp"
#include "core/base/sort.hpp"
#include "core/base/time.hpp"

namespace callgate {
namespace {

// Takes the rule from the left; the first thing that does not fit makes every later step a no-op.
class RuleScanner {
 public:
  explicit RuleScanner(std::string_view text) : rest_(text) {}

  // An abbreviation: three letters or more, or anything between angle brackets.
  void skip_name() {
    std::size_t length = 0;
    if (at('<')) {
      const std::size_t end = rest_.find('>');
      length = end == std::string_view::npos ? 0 : end + 1;
    } else {
      while (length < rest_.size() && is_letter(rest_[length])) {
        ++length;
      }
    }
    ok_ = ok_ && length >= 3;
    rest_.remove_prefix(ok_ ? length : 0);
  }

  // "hh[:mm[:ss]]" with an optional sign.
  std::int64_t duration_s(std::int64_t hours_max) {
    std::int64_t sign = 1;
    if (at('-') || at('+')) {
      sign = at('-') ? -1 : 1;
      rest_.remove_prefix(1);
    }
    std::int64_t seconds = number(0, hours_max) * 3600;
    for (const std::int64_t unit : {std::int64_t{60}, std::int64_t{1}}) {
      if (!at(':')) {
        break;
      }
      rest_.remove_prefix(1);
      seconds += number(0, 59) * unit;
    }
    return sign * seconds;
  }

  YearlyDay yearly_day() {
    YearlyDay day;
    expect(',');
    if (at('M')) {
      rest_.remove_prefix(1);
      day.month = number(1, 12);
      expect('.');
      day.week = number(1, 5);
      expect('.');
      day.day = number(0, 6);
    } else if (at('J')) {
      rest_.remove_prefix(1);
      day.kind = YearlyDay::Kind::day_without_leap_day;
      day.day = number(1, 365);
    } else {
      day.kind = YearlyDay::Kind::day_of_year;
      day.day = number(0, 365);
    }
    if (at('/')) {
      rest_.remove_prefix(1);
      day.time_s = duration_s(167);
    }
    return day;
  }

  [[nodiscard]] bool at(char next) const { return ok_ && !rest_.empty() && rest_.front() == next; }
  [[nodiscard]] bool ended() const { return ok_ && rest_.empty(); }
  [[nodiscard]] bool more() const { return ok_ && !rest_.empty(); }

 private:
  void expect(char next) {
    ok_ = at(next);
    rest_.remove_prefix(ok_ ? 1 : 0);
  }

  std::int64_t number(std::int64_t low, std::int64_t high) {
    std::int64_t value = 0;
    std::size_t digits = 0;
    while (digits < rest_.size() && digits < 4 && rest_[digits] >= '0' && rest_[digits] <= '9') {
      value = value * 10 + (rest_[digits] - '0');
      ++digits;
    }
    ok_ = ok_ && digits > 0 && value >= low && value <= high;
    rest_.remove_prefix(ok_ ? digits : 0);
    return ok_ ? value : low;
  }

  std::string_view rest_;
  bool ok_ = true;
};

// Seconds of the local clock since 1970 at which the day's time comes, in that year.
std::int64_t local_time_of(const YearlyDay& rule, std::int64_t year) {
  std::int64_t day = 0;
  switch (rule.kind) {
    case YearlyDay::Kind::month_week_day: {
      const std::int64_t first = day_of_date(year, rule.month, 1);
      const std::int64_t next_month =
          rule.month == 12 ? day_of_date(year + 1, 1, 1) : day_of_date(year, rule.month + 1, 1);
      const std::int64_t weekday = ((first + 4) % 7 + 7) % 7;  // 1970-01-01 was a Thursday
      day = first + (rule.day - weekday + 7) % 7 + (rule.week - 1) * 7;
      day -= day >= next_month ? 7 : 0;
      break;
    }
    case YearlyDay::Kind::day_without_leap_day:
      day = day_of_date(year, 1, 1) + rule.day - 1 + (is_leap_year(year) && rule.day >= 60 ? 1 : 0);
      break;
    case YearlyDay::Kind::day_of_year:
      day = day_of_date(year, 1, 1) + rule.day;
      break;
  }
  return day * kDayS + rule.time_s;
}

}  // namespace

// Both after "chrono-Compatible Low-Level Date Algorithms" (H. Hinnant): years begin in March, and
// 400 of them have 146097 days.
std::int64_t day_of_date(std::int64_t year, std::int64_t month, std::int64_t day) {
  const std::int64_t y = month <= 2 ? year - 1 : year;
  const std::int64_t era = floor_div(y, 400);
  const std::int64_t year_of_era = y - era * 400;
  const std::int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

std::int64_t year_of_day(std::int64_t day) {
  const std::int64_t shifted = day + 719'468;
  const std::int64_t era = floor_div(shifted, 146'097);
  const std::int64_t day_of_era = shifted - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  return year_of_era + era * 400 + (day_of_year >= 306 ? 1 : 0);
}

std::optional<PosixRule> parse_posix_rule(std::string_view text) {
  RuleScanner scan{text};
  PosixRule rule;
  scan.skip_name();
  rule.standard_s = -scan.duration_s(24);  // POSIX counts west of Greenwich as positive
  if (scan.more()) {
    rule.has_daylight = true;
    scan.skip_name();
    rule.daylight_s = scan.at(',') ? rule.standard_s + 3600 : -scan.duration_s(24);
    rule.daylight_begins = scan.yearly_day();
    rule.daylight_ends = scan.yearly_day();
  }
  if (!scan.ended()) {
    return std::nullopt;
  }
  return rule;
}

std::vector<OffsetChange> changes_of_years(const PosixRule& rule, std::int64_t first,
                                           std::int64_t last) {
  std::vector<OffsetChange> changes;
  if (!rule.has_daylight) {
    return changes;
  }
  for (std::int64_t year = first; year <= last; ++year) {
    changes.push_back(
        {local_time_of(rule.daylight_begins, year) - rule.standard_s, rule.daylight_s});
    changes.push_back({local_time_of(rule.daylight_ends, year) - rule.daylight_s, rule.standard_s});
  }
  heap_sort(changes.begin(), changes.end(), [&](const OffsetChange& a, const OffsetChange& b) {
    return a.at_s != b.at_s ? a.at_s < b.at_s
                            : a.offset_s != b.offset_s && a.offset_s == rule.standard_s;
  });
  // Daylight time all year is written as an end that meets the next beginning: such a pair is no
  // change.
  std::vector<OffsetChange> kept;
  for (const OffsetChange& change : changes) {
    if (!kept.empty() && kept.back().at_s == change.at_s) {
      kept.pop_back();
    }
    if (kept.empty() || kept.back().offset_s != change.offset_s) {
      kept.push_back(change);
    }
  }
  return kept;
}

}  // namespace callgate
