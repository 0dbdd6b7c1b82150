#include "core/schedule/recurrence/rrule_days.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

#include "core/base/check.hpp"
#include "core/schedule/posix_rule.hpp"
#include "core/schedule/recurrence/civil.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kCycleYears = 400;

std::int64_t week_begin(std::int64_t day, std::int64_t week_start) {
  return day - (weekday_of_day(day) - week_start + 7) % 7;
}

// A day and its place in its year.
struct YearDay {
  std::int64_t number = 0;  // since 1970
  CivilDate date;
  std::int64_t before = 0;  // days of its year before it
};

YearDay day_of(std::int64_t number) {
  const CivilDate date = date_of_day(number);
  return {number, date, number - day_of_date(date.year, 1, 1)};
}

// Weeks belong to the year that has at least four of their days (RFC 5545, BYWEEKNO).
bool week_passes(const RRule& rule, const YearDay& day) {
  std::int64_t fourth = day.before + week_begin(day.number, rule.week_start) + 3 - day.number;
  std::int64_t days = days_in_year(day.date.year);
  if (fourth < 0) {
    days = days_in_year(day.date.year - 1);
    fourth += days;
  } else if (fourth >= days) {
    fourth -= days;
    days = days_in_year(day.date.year + 1);
  }
  return rule.weeks.has(fourth / 7 + 1, (days - 1 - fourth) / 7 + 1);
}

// What BYDAY says of a day; numbers count in the month where the rule has months, else in the year.
bool weekday_passes(const RRule& rule, const YearDay& day) {
  const auto weekday = static_cast<std::size_t>(weekday_of_day(day.number));
  if (rule.weekdays[weekday]) {
    return true;
  }
  const auto& numbers = rule.nth_weekdays[weekday];
  if (!numbers.any()) {
    return false;
  }
  if (rule.frequency == RRuleFrequency::yearly && rule.months.none()) {
    return numbers.has(day.before / 7 + 1, (days_in_year(day.date.year) - 1 - day.before) / 7 + 1);
  }
  const std::int64_t behind = days_in_month(day.date.year, day.date.month) - day.date.day;
  return numbers.has((day.date.day - 1) / 7 + 1, behind / 7 + 1);
}

bool names_weekdays(const RRule& rule) {
  return rule.weekdays.any() || std::any_of(rule.nth_weekdays.begin(), rule.nth_weekdays.end(),
                                            [](const auto& set) { return set.any(); });
}

// Every part but BYMONTH and BYMONTHDAY.
bool passes(const RRule& rule, const YearDay& day, bool by_weekday) {
  if (by_weekday && !weekday_passes(rule, day)) {
    return false;
  }
  if (rule.year_days.any() &&
      !rule.year_days.has(day.before + 1, days_in_year(day.date.year) - day.before)) {
    return false;
  }
  return !rule.weeks.any() || week_passes(rule, day);
}

// A day the month lacks, as a step from the month's first day or none: days too late lie behind the
// month, days too early (-31 in April) before it.
std::optional<std::int64_t> skipped_to(RRuleSkip skip, bool too_late, std::int64_t days) {
  if (skip == RRuleSkip::omit) {
    return std::nullopt;
  }
  const bool forward = skip == RRuleSkip::forward;
  if (too_late) {
    return forward ? days : days - 1;
  }
  return forward ? 0 : -1;
}

void add_month(const RRule& rule, std::int64_t year, std::int64_t month, DaySet& set) {
  if (rule.months.any() && !rule.months[static_cast<std::size_t>(month)]) {
    return;
  }
  const bool by_weekday = names_weekdays(rule);
  const std::int64_t first = day_of_date(year, month, 1);
  const std::int64_t days = days_in_month(year, month);
  const auto add = [&](const YearDay& day) {
    if (passes(rule, day, by_weekday)) {
      set.add(day.number);
    }
  };
  const bool by_month_day = rule.month_days.any();
  const std::int64_t before = first - day_of_date(year, 1, 1);
  for (std::int64_t step = 0; step < days; ++step) {
    if (!by_month_day || rule.month_days.has(step + 1, days - step)) {
      add({first + step, {year, month, step + 1}, before + step});
    }
  }
  for (std::int64_t number = days + 1; number <= 31; ++number) {
    const auto index = static_cast<std::size_t>(number);
    for (const bool too_late : {true, false}) {
      if ((too_late ? rule.month_days.front : rule.month_days.back)[index]) {
        if (const auto step = skipped_to(rule.skip, too_late, days)) {
          add(day_of(first + *step));
        }
      }
    }
  }
}

bool day_passes(const RRule& rule, std::int64_t number, bool by_weekday) {
  const YearDay day = day_of(number);
  const CivilDate& date = day.date;
  if (rule.months.any() && !rule.months[static_cast<std::size_t>(date.month)]) {
    return false;
  }
  const std::int64_t days = days_in_month(date.year, date.month);
  if (rule.month_days.any() && !rule.month_days.has(date.day, days - date.day + 1)) {
    return false;
  }
  return passes(rule, day, by_weekday);
}

}  // namespace

RRule with_days_of_start(const RRule& rule, std::int64_t start_day) {
  RRule out = rule;
  const CivilDate start = date_of_day(start_day);
  const bool yearly = rule.frequency == RRuleFrequency::yearly;
  if (names_weekdays(rule) || rule.month_days.any() || rule.year_days.any() ||
      rule.frequency == RRuleFrequency::daily) {
    return out;
  }
  if (rule.frequency == RRuleFrequency::weekly || rule.weeks.any()) {
    out.weekdays.set(static_cast<std::size_t>(weekday_of_day(start_day)));
    return out;
  }
  out.month_days.add(start.day);
  if (yearly && rule.months.none()) {
    out.months.set(static_cast<std::size_t>(start.month));
  }
  return out;
}

void DaySet::add(std::int64_t day) {
  const std::int64_t bit = day - first_;
  CALLGATE_CHECK(bit >= 0 && bit < kWords * 64);
  words_[static_cast<std::size_t>(bit / 64)] |= std::uint64_t{1} << (bit % 64);
}

bool DaySet::has(std::int64_t day) const {
  const std::int64_t bit = day - first_;
  return bit >= 0 && bit < kWords * 64 &&
         (words_[static_cast<std::size_t>(bit / 64)] >> (bit % 64) & 1U) != 0;
}

std::int64_t DaySet::size() const {
  return count_before(first_ + kWords * 64);
}

std::int64_t DaySet::count_before(std::int64_t day) const {
  std::int64_t bits = std::clamp<std::int64_t>(day - first_, 0, kWords * 64);
  std::int64_t count = 0;
  for (const std::uint64_t word : words_) {
    if (bits < 64) {
      return count + std::popcount(word & ((std::uint64_t{1} << bits) - 1));
    }
    count += std::popcount(word);
    bits -= 64;
  }
  return count;
}

std::int64_t DaySet::at(std::int64_t index) const {
  for (std::int64_t word = 0; word < kWords; ++word) {
    std::uint64_t bits = words_[static_cast<std::size_t>(word)];
    const std::int64_t here = std::popcount(bits);
    if (index >= here) {
      index -= here;
      continue;
    }
    for (; index > 0; --index) {
      bits &= bits - 1;  // drops the lowest
    }
    return first_ + word * 64 + std::countr_zero(bits);
  }
  CALLGATE_CHECK(false);
  return first_;
}

RRulePeriods::RRulePeriods(const RRule& rule, std::int64_t start_day)
    : frequency_(rule.frequency), interval_(rule.interval), week_start_(rule.week_start) {
  start_unit_ = unit_of(start_day);
  std::int64_t units = kCycleYears;
  if (frequency_ == RRuleFrequency::daily) {
    units = kCycleDays;
  } else if (frequency_ == RRuleFrequency::weekly) {
    units = kCycleDays / 7;
  } else if (frequency_ == RRuleFrequency::monthly) {
    units = kCycleYears * 12;
  }
  cycle_ = units / std::gcd(units, interval_);
}

// Days, weeks, months or years, numbered without gaps.
std::int64_t RRulePeriods::unit_of(std::int64_t day) const {
  switch (frequency_) {
    case RRuleFrequency::daily:
      return day;
    case RRuleFrequency::weekly:
      return floor_div(week_begin(day, week_start_), 7);
    case RRuleFrequency::monthly: {
      const CivilDate date = date_of_day(day);
      return date.year * 12 + date.month - 1;
    }
    case RRuleFrequency::yearly:
      break;
  }
  return year_of_day(day);
}

std::int64_t RRulePeriods::first_day(std::int64_t period) const {
  const std::int64_t unit = start_unit_ + period * interval_;
  switch (frequency_) {
    case RRuleFrequency::daily:
      return unit;
    case RRuleFrequency::weekly:
      return week_begin(unit * 7 + 6, week_start_);
    case RRuleFrequency::monthly:
      return day_of_date(floor_div(unit, 12), unit - floor_div(unit, 12) * 12 + 1, 1);
    case RRuleFrequency::yearly:
      break;
  }
  return day_of_date(unit, 1, 1);
}

std::int64_t RRulePeriods::from(std::int64_t day) const {
  return ceil_div(unit_of(day) - start_unit_, interval_);
}

DaySet days_of_period(const RRule& rule, std::int64_t first_day) {
  DaySet set{first_day - 1};  // SKIP may move a day to the eve of its month
  const bool by_weekday = names_weekdays(rule);
  const CivilDate date = date_of_day(first_day);
  switch (rule.frequency) {
    case RRuleFrequency::daily:
    case RRuleFrequency::weekly: {
      const std::int64_t days = rule.frequency == RRuleFrequency::daily ? 1 : 7;
      for (std::int64_t day = first_day; day < first_day + days; ++day) {
        if (day_passes(rule, day, by_weekday)) {
          set.add(day);
        }
      }
      break;
    }
    case RRuleFrequency::monthly:
      add_month(rule, date.year, date.month, set);
      break;
    case RRuleFrequency::yearly:
      for (std::int64_t month = 1; month <= 12; ++month) {
        add_month(rule, date.year, month, set);
      }
      break;
  }
  return set;
}

bool was_skipped_to(const RRule& rule, std::int64_t day) {
  return rule.skip != RRuleSkip::omit && rule.frequency >= RRuleFrequency::monthly &&
         !day_passes(rule, day, names_weekdays(rule));
}

}  // namespace callgate
