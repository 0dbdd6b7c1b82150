#include "core/schedule/calendar.hpp"

#include <algorithm>

#include "core/base/check.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int32_t kDayMinutes = 1440;
constexpr std::int32_t kWeekMinutes = 7 * kDayMinutes;
constexpr std::int64_t kWeekMs = kWeekMinutes * kMinuteMs;
constexpr std::int64_t kSundayMs = 3 * kDayMinutes * kMinuteMs;  // 1970-01-04, the first Sunday

// Minutes of the local week from Sunday 00:00, half-open.
struct WeekRange {
  std::int32_t begin = 0;
  std::int32_t end = 0;
};

void add_range(std::vector<WeekRange>& week, std::int32_t begin, std::int32_t end) {
  week.push_back({begin, std::min(end, kWeekMinutes)});
  if (end > kWeekMinutes) {
    week.push_back({0, end - kWeekMinutes});  // Saturday night reaches into Sunday
  }
}

// What the local clock must read, whatever the date: ascending, neither overlapping nor touching.
std::vector<WeekRange> week_of(const WeeklyHours& hours) {
  std::vector<WeekRange> all;
  for (std::size_t day = 0; day < hours.days.size(); ++day) {
    const std::int32_t midnight = static_cast<std::int32_t>(day) * kDayMinutes;
    for (const DailyRange& range : hours.days[day]) {
      CALLGATE_CHECK(range.start_min >= 0 && range.start_min < kDayMinutes);
      CALLGATE_CHECK(range.end_min >= 0 && range.end_min <= kDayMinutes);
      CALLGATE_CHECK(range.start_min != range.end_min);
      const std::int32_t next_day = range.end_min < range.start_min ? kDayMinutes : 0;
      add_range(all, midnight + range.start_min, midnight + range.end_min + next_day);
    }
  }
  std::sort(all.begin(), all.end(), [](const WeekRange& a, const WeekRange& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
  });
  std::vector<WeekRange> merged;
  for (const WeekRange& range : all) {
    if (!merged.empty() && range.begin <= merged.back().end) {
      merged.back().end = std::max(merged.back().end, range.end);
    } else {
      merged.push_back(range);
    }
  }
  return merged;
}

// Local milliseconds, half-open.
struct LocalRange {
  std::int64_t begin_ms = 0;
  std::int64_t end_ms = 0;
};

// The first range of the endlessly repeated week that ends after `local_ms`; the week is not empty.
LocalRange first_ending_after(const std::vector<WeekRange>& week, std::int64_t local_ms) {
  const std::int64_t since_sunday = local_ms - kSundayMs;
  const std::int64_t into_week = (since_sunday % kWeekMs + kWeekMs) % kWeekMs;
  std::int64_t sunday_ms = local_ms - into_week;
  const WeekRange* found = &week.front();
  for (const WeekRange& range : week) {
    found = &range;
    if (range.end * kMinuteMs > into_week) {
      break;
    }
  }
  if (found->end * kMinuteMs <= into_week) {
    found = &week.front();
    sunday_ms += kWeekMs;
  }
  return {sunday_ms + found->begin * kMinuteMs, sunday_ms + found->end * kMinuteMs};
}

// The first open stretch that ends after `at`, under one offset only: where the offset changes, or
// a week ends, the stretch ends too and may go on at once.
std::optional<OpenSpan> next_piece(const std::vector<WeekRange>& week, const Zone& zone, Instant at,
                                   Instant limit) {
  while (at < limit) {
    const OffsetSpan span = offset_at(zone, at);
    const std::int64_t offset_ms = span.offset_s * 1000;
    const LocalRange range = first_ending_after(week, to_ms(at) + offset_ms);
    const Instant open = std::max(at, from_ms(range.begin_ms - offset_ms));
    if (open < span.end) {
      if (open >= limit) {
        return std::nullopt;
      }
      return OpenSpan{open, std::min(span.end, from_ms(range.end_ms - offset_ms))};
    }
    at = span.end;  // the window lies beyond the jump: read the clock anew
  }
  return std::nullopt;
}

std::optional<std::int32_t> two_digits(std::string_view text) {
  if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9') {
    return std::nullopt;
  }
  return (text[0] - '0') * 10 + (text[1] - '0');
}

}  // namespace

std::optional<OpenSpan> next_open(const WeeklyHours& hours, const Zone& zone, Instant at,
                                  Millis horizon) {
  const std::vector<WeekRange> week = week_of(hours);
  if (week.empty() || horizon <= Millis{0}) {
    return std::nullopt;
  }
  std::optional<OpenSpan> span = next_piece(week, zone, at, at + horizon);
  if (!span) {
    return std::nullopt;
  }
  const Instant longest = span->open + kLongestSpan;
  while (span->close < longest) {
    const auto more = next_piece(week, zone, span->close, span->close + Millis{1});
    if (!more) {
      return span;
    }
    span->close = more->close;
  }
  span->close = longest;
  return span;
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
