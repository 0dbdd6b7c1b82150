#include "core/schedule/recurrence/rule_set.hpp"

#include <algorithm>
#include <tuple>

#include "core/base/sort.hpp"
#include "core/schedule/recurrence/civil.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kLastMs = (kLastCivilDay + 1) * kDayMs - 1;

bool comes_first(const Occurrence& a, const Occurrence& b) {
  return a.at < b.at;
}

// Dates that are given may fall together (a local time in a gap, and the instant it stands for):
// the one that comes first is the same at every home, in whichever order they were given.
bool earlier_date(const Occurrence& a, const Occurrence& b) {
  return std::tie(a.at, a.asked.ms, a.kind) < std::tie(b.at, b.asked.ms, b.kind);
}

}  // namespace

// One period's days, and the times that BYSETPOS chooses. A walk keeps it from step to step.
struct RuleSet::Period {
  std::optional<std::int64_t> first_day;  // none: not read yet
  DaySet days{0};
  std::int64_t size = 0;             // of its times, before BYSETPOS
  std::vector<std::int64_t> chosen;  // their indices, ascending; of use with BYSETPOS only
};

// Times come in the order of the clock, their instants nearly: a time that was skipped is resolved
// to a moment that later times, up to the length of the jump, may come before.
struct RuleSet::Search {
  Instant after{};
  std::int64_t from_ms = 0;    // times before this one lie before `after`
  std::int64_t before_ms = 0;  // once something is found: times from here on are later
  std::optional<Occurrence> found;
};

RuleSet::RuleSet(const Zone& zone, Instant start, const RRule& rule, const RuleDates& dates)
    : zone_(&zone),
      start_(start),
      start_local_(to_local(zone, start)),
      rule_(with_days_of_start(rule, day_of_local(start_local_))),
      periods_(rule, day_of_local(start_local_)) {
  read_times(rule);
  read_until(rule);
  Period period;
  std::int64_t looked_at = 0;
  auto last = next_of_rule(start - Millis{1}, period, looked_at);
  for (std::int64_t left = rule.count.value_or(1); left > 1 && last; --left) {
    const auto next = next_of_rule(last->at, period, looked_at);
    if (!next) {
      break;
    }
    last = next;
  }
  if (!last || rule.count) {
    last_ = last ? last->at : start - Millis{1};
  }
  read_dates(dates);
}

void RuleSet::read_times(const RRule& rule) {
  const std::int64_t of_day = start_local_.ms - day_of_local(start_local_) * kDayMs;
  const auto given = [](const auto& set, std::int64_t value, std::int64_t otherwise) {
    return set.any() ? set[static_cast<std::size_t>(value)] : value == otherwise;
  };
  for (std::int64_t hour = 0; hour < 24; ++hour) {
    for (std::int64_t minute = 0; minute < 60 && given(rule.hours, hour, of_day / kHourMs);
         ++minute) {
      for (std::int64_t second = 0;
           second < 60 && given(rule.minutes, minute, of_day / kLocalMinuteMs % 60); ++second) {
        if (given(rule.seconds, second, of_day / 1000 % 60)) {
          times_ms_.push_back(((hour * 60 + minute) * 60 + second) * 1000 + of_day % 1000);
        }
      }
    }
  }
  for (std::int64_t position = 1; position <= 366; ++position) {
    if (rule.set_positions.front[static_cast<std::size_t>(position)]) {
      positions_.push_back(position);
    }
    if (rule.set_positions.back[static_cast<std::size_t>(position)]) {
      positions_.push_back(-position);
    }
  }
}

void RuleSet::read_until(const RRule& rule) {
  last_asked_ms_ = kLastMs;
  last_ = from_ms(kLastMs + kDayMs);
  if (!rule.until) {
    return;
  }
  switch (rule.until->kind) {
    case IcalTime::Kind::date:
      last_asked_ms_ = std::min(last_asked_ms_, rule.until->ms + kDayMs - 1);
      break;
    case IcalTime::Kind::local:
      last_asked_ms_ = std::min(last_asked_ms_, rule.until->ms + 999);  // to the second
      break;
    case IcalTime::Kind::utc:
      last_ = std::min(last_, from_ms(rule.until->ms + 999));
      break;
  }
}

Occurrence RuleSet::made(LocalTime asked, const Resolved& resolved, bool skipped) const {
  // The start may be the second reading of a repeated hour.
  return {asked == start_local_ ? start_ : resolved.at, asked, resolved.kind,
          skipped ? DayShift::skipped : DayShift::none};
}

Occurrence RuleSet::on_date(LocalTime asked) const {
  return made(asked, to_instant(*zone_, asked), false);
}

void RuleSet::read_dates(const RuleDates& dates) {
  const std::int64_t of_day = start_local_.ms - day_of_local(start_local_) * kDayMs;
  for (const IcalTime& time : dates.more) {
    if (time.kind == IcalTime::Kind::utc) {
      const Instant at = from_ms(time.ms);
      more_.push_back({at, to_local(*zone_, at), LocalKind::unique, DayShift::none});
    } else {
      more_.push_back(on_date({time.ms + (time.kind == IcalTime::Kind::date ? of_day : 0)}));
    }
  }
  for (const IcalTime& time : dates.less) {
    if (time.kind == IcalTime::Kind::date) {
      less_days_.push_back(floor_div(time.ms, kDayMs));
    } else {
      less_.push_back(time.kind == IcalTime::Kind::utc ? from_ms(time.ms) : on_date({time.ms}).at);
    }
  }
  heap_sort(more_.begin(), more_.end(), earlier_date);
  heap_sort(less_.begin(), less_.end());
  heap_sort(less_days_.begin(), less_days_.end());
}

bool RuleSet::is_taken_out(const Occurrence& occurrence) const {
  // RFC 5545 writes no fractions of a second; a start may have one.
  const Instant second = from_ms(floor_div(to_ms(occurrence.at), 1000) * 1000);
  return std::binary_search(less_.begin(), less_.end(), second) ||
         std::binary_search(less_days_.begin(), less_days_.end(), day_of_local(occurrence.asked));
}

void RuleSet::read_period(std::int64_t first_day, Period& period) const {
  if (period.first_day == first_day) {
    return;
  }
  period.first_day = first_day;
  period.days = days_of_period(rule_, first_day);
  const std::int64_t size = period.days.size() * static_cast<std::int64_t>(times_ms_.size());
  if (!positions_.empty() && size != period.size) {
    period.chosen.clear();
    for (const std::int64_t position : positions_) {
      const std::int64_t index = position > 0 ? position - 1 : size + position;
      if (index >= 0 && index < size) {
        period.chosen.push_back(index);
      }
    }
    heap_sort(period.chosen.begin(), period.chosen.end());
  }
  period.size = size;
}

void RuleSet::search_period(const Period& period, Search& search) const {
  const auto times = static_cast<std::int64_t>(times_ms_.size());
  const std::int64_t from_day = floor_div(search.from_ms, kDayMs);
  std::int64_t index = period.days.count_before(from_day) * times;
  if (period.days.has(from_day)) {
    index +=
        std::lower_bound(times_ms_.begin(), times_ms_.end(), search.from_ms - from_day * kDayMs) -
        times_ms_.begin();
  }
  // Either every index, or those that BYSETPOS chooses.
  auto chosen = std::lower_bound(period.chosen.begin(), period.chosen.end(), index);
  for (;;) {
    if (!positions_.empty()) {
      index = chosen == period.chosen.end() ? period.size : *chosen++;
    }
    if (index >= period.size) {
      return;
    }
    const std::int64_t day = period.days.at(index / times);
    const LocalTime asked{day * kDayMs + times_ms_[static_cast<std::size_t>(index % times)]};
    if (asked.ms > last_asked_ms_ || (search.found && asked.ms >= search.before_ms)) {
      return;
    }
    consider(asked, day, search);
    ++index;
  }
}

void RuleSet::consider(LocalTime asked, std::int64_t day, Search& search) const {
  const Resolved resolved = to_instant(*zone_, asked);
  const Occurrence occurrence = made(asked, resolved, was_skipped_to(rule_, day));
  if (occurrence.at <= search.after || occurrence.at < start_ || occurrence.at > last_ ||
      is_taken_out(occurrence) || (search.found && !comes_first(occurrence, *search.found))) {
    return;
  }
  search.found = occurrence;
  search.before_ms = asked.ms;
  if (resolved.kind == LocalKind::gap) {
    search.before_ms += to_ms(resolved.later) - to_ms(resolved.earlier);
  }
}

// How many periods from the one that begins with this day lie in a month that the rule does not
// name: single days come by the hundred thousand.
std::int64_t RuleSet::periods_without_month(std::int64_t first_day) const {
  if (rule_.frequency != RRuleFrequency::daily || rule_.months.none()) {
    return 0;
  }
  const CivilDate date = date_of_day(first_day);
  if (rule_.months[static_cast<std::size_t>(date.month)]) {
    return 0;
  }
  const std::int64_t next_month = first_day - date.day + 1 + days_in_month(date.year, date.month);
  return ceil_div(next_month - first_day, rule_.interval);
}

std::optional<Occurrence> RuleSet::next_of_rule(Instant after, Period& period,
                                                std::int64_t& looked_at) const {
  if (after >= last_ || last_ < start_) {
    return std::nullopt;
  }
  Search search;
  search.after = after;
  search.from_ms = std::max(start_local_.ms, earliest_reading_after(*zone_, after).ms);
  // SKIP may move a day of a month over either of its ends, by one.
  const std::int64_t reach = rule_.skip == RRuleSkip::omit ? 0 : 1;
  const std::int64_t from_day = floor_div(search.from_ms, kDayMs);
  std::int64_t number = std::max<std::int64_t>(0, periods_.from(from_day - reach));
  for (std::int64_t barren = 0; barren < periods_.cycle(); ++number) {
    const std::int64_t first_day = periods_.first_day(number);
    const std::int64_t first_ms = (first_day - reach) * kDayMs;
    if (first_ms > last_asked_ms_ || (search.found && first_ms >= search.before_ms)) {
      break;
    }
    // Far beyond the last instant: no zone is a day and a half from UTC.
    if (first_ms - 2 * kDayMs > to_ms(last_)) {
      break;
    }
    ++looked_at;
    if (const std::int64_t left_out = periods_without_month(first_day); left_out > 0) {
      barren += left_out;
      number += left_out - 1;
      continue;
    }
    read_period(first_day, period);
    search_period(period, search);
    const bool names_any = positions_.empty() ? period.size > 0 : !period.chosen.empty();
    barren = names_any ? 0 : barren + 1;
  }
  return search.found;
}

std::optional<Occurrence> RuleSet::next_of_dates(Instant after) const {
  const Occurrence key{after, {}, LocalKind::unique, DayShift::none};
  for (auto date = std::upper_bound(more_.begin(), more_.end(), key, comes_first);
       date != more_.end(); ++date) {
    if (!is_taken_out(*date)) {
      return *date;
    }
  }
  return std::nullopt;
}

std::optional<Occurrence> RuleSet::next(Instant after, std::int64_t* looked_at) const {
  Period period;
  std::int64_t periods = 0;
  const auto by_rule = next_of_rule(after, period, periods);
  if (looked_at != nullptr) {
    *looked_at += periods;
  }
  const auto by_date = next_of_dates(after);
  if (by_rule && by_date) {
    return comes_first(*by_date, *by_rule) ? by_date : by_rule;
  }
  return by_rule ? by_rule : by_date;
}

}  // namespace callgate
