#include "core/schedule/schedule_config.hpp"

#include <algorithm>
#include <utility>

#include "core/base/sort.hpp"
#include "core/schedule/recurrence/civil.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kHighest = 1;
constexpr std::int64_t kLowest = 5;
constexpr Range kWholeDay[] = {{0, kDayMs}};

bool is_priority(std::int64_t value) {
  return value >= kHighest && value <= kLowest;
}

std::uint32_t days_of(const std::vector<std::int64_t>& weekdays, ConfigCheck& check) {
  std::uint32_t out = 0;
  bool wrong = weekdays.empty();
  for (const std::int64_t day : weekdays) {
    wrong = wrong || day < 0 || day > 6;
    out |= wrong ? 0U : 1U << static_cast<std::uint32_t>(day);
  }
  check.invalid_if(wrong, "businessHours.daysOfWeek");
  return out;
}

std::vector<Range> whole_hours(const std::vector<std::int64_t>& hours, ConfigCheck& check) {
  std::vector<Range> out;
  bool wrong = false;
  for (const std::int64_t hour : hours) {
    if (hour < 0 || hour > 23) {
      wrong = true;
      continue;
    }
    out.push_back({hour * kHourMs, (hour + 1) * kHourMs});
  }
  check.invalid_if(wrong, "priorityHours");
  return wrong ? std::vector<Range>{} : merged(std::move(out));
}

Repeating daily(std::span<const Range> ranges) {
  return {kDayMs, ranges};
}

}  // namespace

Expected<Schedule, std::vector<ConfigIssue>> Schedule::check(const ScheduleConfig& config,
                                                             const ZoneTable& zones) {
  ConfigCheck check;
  Schedule out;
  const ScheduleConfig::Hours& hours = config.business_hours;
  out.days_ = days_of(hours.days_of_week, check);
  out.range_ = check.range(hours.start_time, "businessHours.startTime", hours.end_time,
                           "businessHours.endTime");
  out.zone_ = check.zone(zones, hours.timezone, "businessHours.timezone");
  for (const ScheduleConfig::Blackout& blackout : config.blackout_periods) {
    const std::string path = element_of("blackoutPeriods", out.blackouts_.size());
    check.invalid_if(blackout.end <= blackout.start, path + ".end");
    out.blackouts_.push_back({to_ms(blackout.start), to_ms(blackout.end)});
  }
  out.holidays_ = check.dates(config.holidays, "holidays");
  for (const ScheduleConfig::PriorityWindow& window : config.priority_windows) {
    const std::string path = element_of("priorityWindows", out.windows_.size());
    const DailyRange range =
        check.range(window.start_time, path + ".startTime", window.end_time, path + ".endTime");
    check.invalid_if(!is_priority(window.priority), path + ".priority");
    out.windows_.push_back({range, window.priority});
  }
  check.invalid_if(!is_priority(config.default_priority), "defaultPriority");
  out.default_priority_ = config.default_priority;
  out.priority_hours_ = whole_hours(config.priority_hours, check);
  if (!check.issues().empty()) {
    return unexpected(std::move(check.issues()));
  }
  out.derive();
  return out;
}

// What the questions read: the sets behind the configuration, written out once.
void Schedule::derive() {
  heap_sort(holidays_.begin(), holidays_.end());
  WeeklyHours weekly;
  for (std::size_t day = 0; day < weekly.days.size(); ++day) {
    if ((days_ >> day & 1U) != 0) {
      weekly.days[day].push_back(range_);
    }
  }
  hours_ = LocalHours{weekly, holidays_};
  blackouts_merged_ = merged(blackouts_);
  std::vector<DailyRange> all;
  for (const Window& window : windows_) {
    all.push_back(window.range);
  }
  const std::vector<Range> anywhere = daily_ranges(all);
  std::vector<DailyRange> good;
  for (std::int64_t priority = kHighest; priority <= kLowest; ++priority) {
    for (const Window& window : windows_) {
      if (window.priority == priority) {
        good.push_back(window.range);
      }
    }
    // Inside a window this good, or outside all of them when the default is.
    const std::vector<Range> inside = daily_ranges(good);
    const bool default_does = default_priority_ <= priority;
    const std::span<const Range> bad = default_does ? anywhere : std::span<const Range>{kWholeDay};
    const auto set = daily(inside) | ~daily(bad);
    std::vector<Range>& out = at_most_[static_cast<std::size_t>(priority - 1)];
    for (auto span = next_span(set, 0, kDayMs); span; span = next_span(set, span->end_ms, kDayMs)) {
      out.push_back(*span);
    }
  }
}

template <TimeSet L>
std::optional<Instant> Schedule::first_open(const L& filter, Instant after, Millis horizon) const {
  // A wish that no week grants is never granted: no need to look at every day of the horizon.
  if (!next_span(hours_.week() & filter, 0, Repeating::kWeekMs)) {
    return std::nullopt;
  }
  return first_open_at_or_after(
      on_clock(*zone_, hours_.on_wall_clock() & filter) - Listed<Axis::utc>{blackouts_merged_},
      after, horizon);
}

Expected<std::optional<Available>, ConfigIssue> Schedule::next_available(Instant after,
                                                                         const Wish& wish) const {
  if (wish.horizon_days < 1) {
    return unexpected(ConfigIssue{"invalid_config", "horizonDays"});
  }
  const std::int64_t most = wish.max_priority.value_or(kLowest);
  if (!is_priority(most)) {
    return unexpected(ConfigIssue{"invalid_config", "maxPriority"});
  }
  const Millis horizon{std::min(wish.horizon_days, kEndOfTimeMs / kDayMs) * kDayMs};
  const Repeating good_enough = daily(at_most_[static_cast<std::size_t>(most - 1)]);
  const bool asks =
      !priority_hours_.empty() && (wish.level == Level::high || wish.level == Level::low);
  std::optional<Instant> found;
  std::optional<bool> preferred;
  if (asks) {
    const Repeating busy = daily(priority_hours_);
    found = wish.level == Level::high ? first_open(good_enough & busy, after, horizon)
                                      : first_open(good_enough - busy, after, horizon);
    preferred = found.has_value();
  }
  if (!found) {
    found = first_open(good_enough, after, horizon);
  }
  if (!found) {
    return std::optional<Available>{};
  }
  return std::optional{Available{*found, priority_at(*found), preferred}};
}

bool Schedule::is_holiday(LocalDay day) const {
  return std::binary_search(holidays_.begin(), holidays_.end(), day);
}

std::int64_t Schedule::priority_at(Instant at) const {
  const std::int64_t local_ms = to_local(*zone_, at).ms;
  std::int64_t priority = kHighest;
  while (priority < kLowest &&
         !daily(at_most_[static_cast<std::size_t>(priority - 1)]).at(local_ms).open) {
    ++priority;
  }
  return priority;
}

Verdict Schedule::validate(Instant at, std::optional<Instant> now) const {
  Verdict verdict;
  const auto object_if = [&verdict](bool holds, Objection objection) {
    if (holds) {
      verdict.objections.push_back(objection);
    }
  };
  for (std::size_t i = 0; i < blackouts_.size(); ++i) {
    if (blackouts_[i].begin_ms <= to_ms(at) && to_ms(at) < blackouts_[i].end_ms) {
      verdict.blackouts.push_back(i);
    }
  }
  const std::int64_t local_ms = to_local(*zone_, at).ms;
  const LocalDay today = day_of_local({local_ms});
  const std::int64_t into_day = local_ms - today * kDayMs;
  const bool past_midnight = range_.end_min < range_.start_min;
  const bool started = into_day >= range_.start_min * kMinuteMs;
  const bool not_ended = into_day < range_.end_min * kMinuteMs;
  // Of the day on which it began; today where none covers this time of day.
  const bool from_yesterday = past_midnight && not_ended;
  const bool covered = past_midnight ? started || not_ended : started && not_ended;
  const LocalDay began = from_yesterday ? today - 1 : today;
  object_if(now && at <= *now, Objection::not_in_future);
  object_if(!verdict.blackouts.empty(), Objection::blackout);
  object_if(is_holiday(today) || is_holiday(began), Objection::holiday);
  object_if((days_ >> weekday_of_day(began) & 1U) == 0, Objection::day_not_allowed);
  object_if(!covered, Objection::outside_hours);
  verdict.priority = priority_at(at);
  return verdict;
}

std::string_view word_of(Objection objection) {
  switch (objection) {
    case Objection::not_in_future:
      return "not_in_future";
    case Objection::blackout:
      return "blackout";
    case Objection::holiday:
      return "holiday";
    case Objection::day_not_allowed:
      return "day_not_allowed";
    case Objection::outside_hours:
      return "outside_hours";
  }
  return {};
}

}  // namespace callgate
