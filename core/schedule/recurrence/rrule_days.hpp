// The days of a rule, period by period. A period is the rule's day, week (from WKST), month or
// year; they are numbered from the one the rule starts in, those between two steps of INTERVAL left
// out. Within a period the BYxxx parts are what a day has to be: RFC 5545's table of expanding and
// limiting parts says the same of days, once what is missing is taken from the start.
#pragma once

#include <array>
#include <cstdint>

#include "core/schedule/recurrence/rrule.hpp"

namespace callgate {

// The rule with what it leaves to its start: the day of the month, the month, the weekday. A week
// of BYWEEKNO has the start's weekday (3.3.10: information not in the rule is derived from
// DTSTART).
[[nodiscard]] RRule with_days_of_start(const RRule& rule, std::int64_t start_day);

// Up to 384 days after one another, some of them in the set.
class DaySet {
 public:
  explicit DaySet(std::int64_t first_day) : first_(first_day) {}

  void add(std::int64_t day);  // a day outside the range is a broken CHECK
  [[nodiscard]] bool has(std::int64_t day) const;
  [[nodiscard]] std::int64_t size() const;
  [[nodiscard]] std::int64_t count_before(std::int64_t day) const;
  [[nodiscard]] std::int64_t at(std::int64_t index) const;  // ascending; 0 <= index < size()

 private:
  static constexpr std::int64_t kWords = 6;

  std::int64_t first_ = 0;
  std::array<std::uint64_t, kWords> words_{};
};

class RRulePeriods {
 public:
  RRulePeriods(const RRule& rule, std::int64_t start_day);

  [[nodiscard]] std::int64_t first_day(std::int64_t period) const;
  // The first period that ends on `day` or later.
  [[nodiscard]] std::int64_t from(std::int64_t day) const;
  // The calendar repeats every 400 years: a rule without a day in so many periods has none at all.
  [[nodiscard]] std::int64_t cycle() const { return cycle_; }

 private:
  [[nodiscard]] std::int64_t unit_of(std::int64_t day) const;

  RRuleFrequency frequency_;
  std::int64_t interval_ = 1;
  std::int64_t week_start_ = 1;
  std::int64_t start_unit_ = 0;
  std::int64_t cycle_ = 1;
};

// The rule as with_days_of_start has it, and the first day of a period.
[[nodiscard]] DaySet days_of_period(const RRule& rule, std::int64_t first_day);

// Whether SKIP put this day there: the rule itself names another, which its month lacks.
[[nodiscard]] bool was_skipped_to(const RRule& rule, std::int64_t day);

}  // namespace callgate
