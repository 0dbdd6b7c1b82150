#include "core/schedule/recurrence/cron.hpp"

#include <algorithm>

#include "core/schedule/posix_rule.hpp"
#include "core/schedule/recurrence/civil.hpp"

namespace callgate {
namespace {

bool day_fits(const Cron& cron, std::int64_t day, const CivilDate& date) {
  const bool by_month_day = cron.month_days[static_cast<std::size_t>(date.day)];
  const bool by_weekday = cron.weekdays[static_cast<std::size_t>(weekday_of_day(day))];
  return cron.needs_both_days ? by_month_day && by_weekday : by_month_day || by_weekday;
}

template <std::size_t kSize>
std::size_t first_from(const std::bitset<kSize>& set, std::size_t index) {
  while (index < kSize && !set[index]) {
    ++index;
  }
  return index;
}

}  // namespace

std::optional<std::int64_t> CronSchedule::minute_of_day_from(std::int64_t minute) const {
  const auto hour = static_cast<std::size_t>(minute / 60);
  const std::size_t this_hour = first_from(cron_.hours, hour);
  if (this_hour >= cron_.hours.size()) {
    return std::nullopt;
  }
  const std::size_t from = this_hour == hour ? static_cast<std::size_t>(minute % 60) : 0;
  const std::size_t here = first_from(cron_.minutes, from);
  if (here < cron_.minutes.size()) {
    return static_cast<std::int64_t>(this_hour * 60 + here);
  }
  const std::size_t next_hour = first_from(cron_.hours, this_hour + 1);
  if (next_hour >= cron_.hours.size()) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(next_hour * 60 + first_from(cron_.minutes, 0));
}

// The first minute of the local clock, since 1970, at `minute` or later that the fields name.
std::optional<std::int64_t> CronSchedule::minute_from(std::int64_t minute,
                                                      std::int64_t& looked_at) const {
  std::int64_t day = floor_div(minute, kDayMinutes);
  std::int64_t of_day = minute - day * kDayMinutes;
  const std::int64_t last = std::min(kLastCivilDay, day + kCycleDays);
  while (day <= last) {
    ++looked_at;
    const CivilDate date = date_of_day(day);
    if (!cron_.months[static_cast<std::size_t>(date.month)]) {
      day += days_in_month(date.year, date.month) - date.day + 1;
      of_day = 0;
      continue;
    }
    if (day_fits(cron_, day, date)) {
      if (const auto found = minute_of_day_from(of_day)) {
        return day * kDayMinutes + *found;
      }
    }
    ++day;
    of_day = 0;
  }
  return std::nullopt;
}

// Under one offset after the other: what the clock reads while it holds.
std::optional<Occurrence> CronSchedule::next_by_clock(Instant after,
                                                      std::int64_t& looked_at) const {
  OffsetSpan span = offset_at(*zone_, after);
  std::int64_t from = floor_div(to_ms(after) + span.offset_s * 1000, kLocalMinuteMs) + 1;
  for (;;) {
    const auto minute = minute_from(from, looked_at);
    if (!minute) {
      return std::nullopt;
    }
    const LocalTime asked{*minute * kLocalMinuteMs};
    const Instant at = from_ms(asked.ms - span.offset_s * 1000);
    if (at < span.end) {
      return Occurrence{at, asked, to_instant(*zone_, asked).kind, DayShift::none};
    }
    span = offset_at(*zone_, span.end);
    from = ceil_div(to_ms(span.begin) + span.offset_s * 1000, kLocalMinuteMs);
  }
}

std::optional<Occurrence> CronSchedule::next_fixed(Instant after, std::int64_t& looked_at) const {
  std::optional<Occurrence> found;
  std::int64_t before_ms = 0;  // once something is found: times from here on are later
  auto minute =
      minute_from(ceil_div(earliest_reading_after(*zone_, after).ms, kLocalMinuteMs), looked_at);
  while (minute && (!found || *minute * kLocalMinuteMs < before_ms)) {
    const LocalTime asked{*minute * kLocalMinuteMs};
    const Resolved resolved = to_instant(*zone_, asked);
    if (resolved.at > after && (!found || resolved.at < found->at)) {
      found = Occurrence{resolved.at, asked, resolved.kind, DayShift::none};
      if (resolved.kind != LocalKind::gap) {
        break;
      }
      // Times behind a jump, up to its length, may come before the one that was moved.
      before_ms = asked.ms + to_ms(resolved.later) - to_ms(resolved.earlier);
    }
    minute = minute_from(*minute + 1, looked_at);
  }
  return found;
}

std::optional<Occurrence> CronSchedule::next(Instant after, std::int64_t* looked_at) const {
  std::int64_t days = 0;
  const auto found = cron_.follows_clock ? next_by_clock(after, days) : next_fixed(after, days);
  if (looked_at != nullptr) {
    *looked_at += days;
  }
  return found;
}

}  // namespace callgate
