// RFC 5545's rules word for word, slowly: every day of some years is asked whether each part of the
// rule holds for it, by counting on a calendar. What a rule should yield, for comparison.
#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <vector>

#include "core/schedule/recurrence/rrule.hpp"
#include "core/schedule/zone.hpp"

namespace callgate {

class RuleOracle {
 public:
  // `rule` as written: what it leaves to its start is found here.
  RuleOracle(const Zone& zone, Instant start, const RRule& rule)
      : zone_(zone), start_(start), start_local_(to_local(zone, start)), rule_(rule) {
    const auto start_day = sys(start_local_.ms);
    start_date_ = Date{start_day};
    start_weekday_ = weekday(start_day);
    bool weekdays = rule.weekdays.any();
    for (const auto& numbers : rule.nth_weekdays) {
      weekdays = weekdays || numbers.any();
    }
    names_weekdays_ = weekdays;
    names_days_ = weekdays || rule.month_days.any() || rule.year_days.any() || rule.weeks.any();
  }

  // Every occurrence before `until`; days are looked at to the end of the period it lies in.
  [[nodiscard]] std::vector<Instant> before(Instant until) const {
    std::map<std::int64_t, std::set<Days>> periods;
    const Days first = Days{Date{start_date_.year(), std::chrono::January, std::chrono::day{1}}} -
                       std::chrono::days{7};
    const Days last = std::chrono::floor<std::chrono::days>(until) +
                      std::chrono::days{rule_.frequency == RRuleFrequency::yearly ? 370 : 40};
    for (Days day = first; day < last; day += std::chrono::days{1}) {
      if (holds(day)) {
        periods[period_of(day)].insert(day);
      }
      if (Date{day}.day() == std::chrono::day{1}) {
        add_skipped(day, periods);
      }
    }
    std::set<Instant> out;
    const std::int64_t period0 = period_of(sys(start_local_.ms));
    for (const auto& [period, days] : periods) {
      if (period >= period0 && (period - period0) % rule_.interval == 0) {
        add_period(days, out);
      }
    }
    std::vector<Instant> all{out.begin(), out.end()};
    if (rule_.count) {
      all.resize(std::min(all.size(), static_cast<std::size_t>(*rule_.count)));
    }
    all.erase(std::lower_bound(all.begin(), all.end(), until), all.end());
    return all;
  }

 private:
  using Days = std::chrono::sys_days;
  using Date = std::chrono::year_month_day;

  static Days sys(std::int64_t local_ms) {
    return std::chrono::floor<std::chrono::days>(from_ms(local_ms));
  }
  static std::size_t weekday(Days day) { return std::chrono::weekday{day}.c_encoding(); }
  static std::int64_t number(Days day) {
    return static_cast<std::int64_t>(day.time_since_epoch().count());
  }
  static Days month_end(Days day) {
    const Date date{day};
    return Days{date.year() / date.month() / std::chrono::last};
  }
  static Days month_begin(Days day) {
    const Date date{day};
    return Days{date.year() / date.month() / 1};
  }
  static Days year_begin(int year) { return Days{std::chrono::year{year} / 1 / 1}; }

  [[nodiscard]] std::int64_t period_of(Days day) const {
    const Date date{day};
    switch (rule_.frequency) {
      case RRuleFrequency::daily:
        return number(day);
      case RRuleFrequency::weekly:
        while (weekday(day) != rule_.week_start) {
          day -= std::chrono::days{1};
        }
        return (number(day) + 100'000 * 7) / 7;
      case RRuleFrequency::monthly:
        return int{date.year()} * 12 + static_cast<std::int64_t>(unsigned{date.month()});
      case RRuleFrequency::yearly:
        break;
    }
    return int{date.year()};
  }

  template <std::size_t kMax>
  static bool named(const SignedSet<kMax>& set, std::size_t front, std::size_t back) {
    return (front <= kMax && set.front[front]) || (back <= kMax && set.back[back]);
  }

  // How many days between the two, both included, have the weekday of `day`.
  static std::size_t count_weekdays(Days from, Days to, Days day) {
    std::size_t count = 0;
    for (; from <= to; from += std::chrono::days{1}) {
      count += weekday(from) == weekday(day) ? 1 : 0;
    }
    return count;
  }

  [[nodiscard]] bool weekday_holds(Days day) const {
    if (!names_weekdays_) {
      const bool from_start =
          rule_.frequency == RRuleFrequency::weekly ||
          (rule_.weeks.any() && !rule_.month_days.any() && !rule_.year_days.any());
      return !from_start || weekday(day) == start_weekday_;
    }
    if (rule_.weekdays[weekday(day)]) {
      return true;
    }
    const auto& numbers = rule_.nth_weekdays[weekday(day)];
    if (!numbers.any()) {
      return false;
    }
    const int year = int{Date{day}.year()};
    const bool in_month = rule_.frequency == RRuleFrequency::monthly || rule_.months.any();
    const Days from = in_month ? month_begin(day) : year_begin(year);
    const Days to = in_month ? month_end(day) : year_begin(year + 1) - std::chrono::days{1};
    return named(numbers, count_weekdays(from, day, day), count_weekdays(day, to, day));
  }

  // The first day of the first week of a year: the one with at least four days in it.
  [[nodiscard]] Days first_week(int year) const {
    Days day = year_begin(year) - std::chrono::days{3};
    while (weekday(day) != rule_.week_start) {
      day += std::chrono::days{1};
    }
    return day;
  }

  [[nodiscard]] bool week_holds(Days day) const {
    if (!rule_.weeks.any()) {
      return true;
    }
    int year = int{Date{day}.year()} + 1;
    while (first_week(year) > day) {
      --year;
    }
    std::size_t front = 1;
    for (Days week = first_week(year); week + std::chrono::days{7} <= day;
         week += std::chrono::days{7}) {
      ++front;
    }
    std::size_t back = 1;
    for (Days week = first_week(year + 1); week - std::chrono::days{7} > day;
         week -= std::chrono::days{7}) {
      ++back;
    }
    return named(rule_.weeks, front, back);
  }

  [[nodiscard]] bool year_day_holds(Days day) const {
    const int year = int{Date{day}.year()};
    return !rule_.year_days.any() ||
           named(rule_.year_days,
                 static_cast<std::size_t>(number(day) - number(year_begin(year)) + 1),
                 static_cast<std::size_t>(number(year_begin(year + 1)) - number(day)));
  }

  // The month of a year rule and the day of a month or year rule come from the start.
  [[nodiscard]] bool month_holds(Date date) const {
    const bool from_start = rule_.frequency == RRuleFrequency::yearly && !names_days_;
    if (rule_.months.any()) {
      return rule_.months[unsigned{date.month()}];
    }
    return !from_start || date.month() == start_date_.month();
  }

  [[nodiscard]] bool takes_day_from_start() const {
    return !names_days_ && rule_.frequency >= RRuleFrequency::monthly;
  }

  [[nodiscard]] bool month_day_holds(Days day) const {
    const Date date{day};
    if (takes_day_from_start()) {
      return date.day() == start_date_.day();
    }
    const auto back = static_cast<std::size_t>(number(month_end(day)) - number(day) + 1);
    return !rule_.month_days.any() || named(rule_.month_days, unsigned{date.day()}, back);
  }

  [[nodiscard]] bool holds(Days day) const {
    return month_holds(Date{day}) && month_day_holds(day) && weekday_holds(day) &&
           week_holds(day) && year_day_holds(day);
  }

  // RFC 7529: days that the month lacks, from the one before it or behind it.
  void add_skipped(Days first, std::map<std::int64_t, std::set<Days>>& periods) const {
    if (rule_.skip == RRuleSkip::omit || rule_.frequency < RRuleFrequency::monthly ||
        !month_holds(Date{first})) {
      return;
    }
    const unsigned days = unsigned{Date{month_end(first)}.day()};
    for (unsigned lacking = days + 1; lacking <= 31; ++lacking) {
      const bool too_late = takes_day_from_start() ? unsigned{start_date_.day()} == lacking
                                                   : rule_.month_days.front[lacking];
      const bool too_early = rule_.month_days.back[lacking];
      const int forward = rule_.skip == RRuleSkip::forward ? 1 : 0;
      std::vector<Days> moved;
      if (too_late) {
        moved.push_back(month_end(first) + std::chrono::days{forward});
      }
      if (too_early) {
        moved.push_back(first + std::chrono::days{forward - 1});
      }
      for (const Days day : moved) {
        if (weekday_holds(day) && week_holds(day) && year_day_holds(day)) {
          periods[period_of(first)].insert(day);
        }
      }
    }
  }

  void add_period(const std::set<Days>& days, std::set<Instant>& out) const {
    std::vector<std::int64_t> asked;
    const std::int64_t of_day = start_local_.ms - number(sys(start_local_.ms)) * 86'400'000;
    for (const Days day : days) {
      for (std::int64_t second = 0; second < 86'400; ++second) {
        const auto is = [](const auto& set, std::int64_t value, std::int64_t start) {
          return set.any() ? set[static_cast<std::size_t>(value)] : value == start;
        };
        if (!is(rule_.hours, second / 3600, of_day / 3'600'000)) {
          second += 3599;
        } else if (!is(rule_.minutes, second / 60 % 60, of_day / 60'000 % 60)) {
          second += 59;
        } else if (is(rule_.seconds, second % 60, of_day / 1000 % 60)) {
          asked.push_back(number(day) * 86'400'000 + second * 1000 + of_day % 1000);
        }
      }
    }
    for (std::size_t i = 0; i < asked.size(); ++i) {
      if (!rule_.set_positions.any() || named(rule_.set_positions, i + 1, asked.size() - i)) {
        add(asked[i], out);
      }
    }
  }

  void add(std::int64_t asked_ms, std::set<Instant>& out) const {
    const Instant at =
        asked_ms == start_local_.ms ? start_ : to_instant(zone_, LocalTime{asked_ms}).at;
    bool ended = false;
    if (rule_.until) {
      const std::int64_t until_ms = rule_.until->ms;
      ended = rule_.until->kind == IcalTime::Kind::utc     ? to_ms(at) > until_ms + 999
              : rule_.until->kind == IcalTime::Kind::local ? asked_ms > until_ms + 999
                                                           : asked_ms >= until_ms + 86'400'000;
    }
    if (asked_ms >= start_local_.ms && at >= start_ && !ended) {
      out.insert(at);
    }
  }

  const Zone& zone_;
  Instant start_;
  LocalTime start_local_;
  RRule rule_;
  Date start_date_;
  std::size_t start_weekday_ = 0;
  bool names_weekdays_ = false;
  bool names_days_ = false;
};

}  // namespace callgate
