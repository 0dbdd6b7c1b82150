#include "core/schedule/calendar.hpp"

#include <algorithm>
#include <utility>

#include "core/base/check.hpp"
#include "core/schedule/recurrence/civil.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kWeekMs = Repeating::kWeekMs;

void check_bounds(const DailyRange& range) {
  CALLGATE_CHECK(range.start_min >= 0 && range.start_min < kDayMinutes);
  CALLGATE_CHECK(range.end_min >= 0 && range.end_min <= kDayMinutes);
  CALLGATE_CHECK(range.start_min != range.end_min);
}

// [begin, begin + its length) within a period; what reaches beyond it stands at its front.
void add_range(std::vector<Range>& period, std::int64_t period_ms, std::int64_t midnight_ms,
               const DailyRange& range) {
  check_bounds(range);
  const std::int64_t next_day = range.end_min < range.start_min ? kDayMs : 0;
  const std::int64_t end = midnight_ms + range.end_min * kMinuteMs + next_day;
  period.push_back({midnight_ms + range.start_min * kMinuteMs, std::min(end, period_ms)});
  period.push_back({0, end - period_ms});
}

std::vector<Range> ranges_of_week(const WeeklyHours& hours) {
  std::vector<Range> week;
  std::int64_t midnight_ms = 0;
  for (const auto& day : hours.days) {
    for (const DailyRange& range : day) {
      add_range(week, kWeekMs, midnight_ms, range);
    }
    midnight_ms += kDayMs;
  }
  return merged(std::move(week));
}

const std::vector<DailyRange>& ranges_of(const WeeklyHours& hours, LocalDay day) {
  return hours.days[static_cast<std::size_t>(weekday_of_day(day))];
}

// What no longer counts because a window started on a closed day: the part after the next midnight,
// but for what that next day's own windows open.
void add_lost_tails(std::vector<Range>& closed, const WeeklyHours& hours, LocalDay holiday) {
  const std::int64_t midnight_ms = (holiday + 1) * kDayMs;
  std::vector<Range> tails;
  for (const DailyRange& range : ranges_of(hours, holiday)) {
    if (range.end_min < range.start_min) {
      tails.push_back({midnight_ms, midnight_ms + range.end_min * kMinuteMs});
    }
  }
  tails = merged(std::move(tails));
  if (tails.empty()) {
    return;
  }
  std::vector<Range> own;
  for (const DailyRange& range : ranges_of(hours, holiday + 1)) {
    const std::int32_t end = range.end_min < range.start_min ? kDayMinutes : range.end_min;
    own.push_back({midnight_ms + range.start_min * kMinuteMs, midnight_ms + end * kMinuteMs});
  }
  own = merged(std::move(own));
  const auto lost = Listed<Axis::wall_clock>{tails} - Listed<Axis::wall_clock>{own};
  const std::int64_t end_ms = midnight_ms + kDayMs;
  for (auto span = next_span(lost, midnight_ms, end_ms); span;
       span = next_span(lost, span->end_ms, end_ms)) {
    closed.push_back(*span);
  }
}

std::vector<Range> closed_by(std::span<const LocalDay> holidays, const WeeklyHours& hours) {
  std::vector<Range> closed;
  for (const LocalDay day : holidays) {
    closed.push_back({day * kDayMs, (day + 1) * kDayMs});
    add_lost_tails(closed, hours, day);
  }
  return merged(std::move(closed));
}

std::optional<std::int32_t> two_digits(std::string_view text) {
  if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9') {
    return std::nullopt;
  }
  return (text[0] - '0') * 10 + (text[1] - '0');
}

}  // namespace

LocalHours::LocalHours(const WeeklyHours& hours, std::span<const LocalDay> holidays)
    : week_(ranges_of_week(hours)), closed_(closed_by(holidays, hours)) {}

std::vector<Range> daily_ranges(std::span<const DailyRange> ranges) {
  std::vector<Range> day;
  for (const DailyRange& range : ranges) {
    add_range(day, kDayMs, 0, range);
  }
  return merged(std::move(day));
}

std::optional<OpenSpan> next_open(const WeeklyHours& hours, const Zone& zone, Instant at,
                                  Millis horizon) {
  const LocalHours local{hours};
  return next_open(local.on(zone), at, horizon);
}

std::optional<std::int32_t> parse_time_of_day(std::string_view text, bool is_end) {
  if (text.size() != 5 || text[2] != ':') {
    return std::nullopt;
  }
  const auto hours = two_digits(text.substr(0, 2));
  const auto minutes = two_digits(text.substr(3, 2));
  if (!hours || !minutes || *minutes > 59) {
    return std::nullopt;
  }
  const std::int32_t total = *hours * 60 + *minutes;
  if (total > kDayMinutes || (total == kDayMinutes && !is_end)) {
    return std::nullopt;
  }
  return total;
}

std::string format_time_of_day(std::int32_t minutes) {
  CALLGATE_CHECK(minutes >= 0 && minutes <= kDayMinutes);
  std::string out = "00:00";
  out[0] = static_cast<char>('0' + minutes / 600);
  out[1] = static_cast<char>('0' + minutes / 60 % 10);
  out[3] = static_cast<char>('0' + minutes % 60 / 10);
  out[4] = static_cast<char>('0' + minutes % 10);
  return out;
}

}  // namespace callgate
