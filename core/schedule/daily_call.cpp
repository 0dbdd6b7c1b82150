#include "core/schedule/daily_call.hpp"

#include <algorithm>

#include "core/base/check.hpp"
#include "core/schedule/recurrence/civil.hpp"

namespace callgate {
namespace {

Millis distance(Instant a, Instant b) {
  return a < b ? b - a : a - b;
}

Instant target_on(const DailyCall& daily, const Zone& zone, std::int64_t day) {
  return to_instant(zone, {day * kDayMs + std::int64_t{daily.at_s} * 1000}).at;
}

bool was_called(const DailyCall& daily, const Zone& zone, Instant now, Instant target,
                std::span<const PastCall> calls) {
  const Millis window = std::chrono::seconds{daily.window_s};
  const std::int64_t today = day_of_local(to_local(zone, now));
  return std::any_of(calls.begin(), calls.end(), [&](const PastCall& call) {
    return call.counts &&
           (distance(call.at, target) <= window || day_of_local(to_local(zone, call.at)) == today);
  });
}

}  // namespace

DailyVerdict judge_daily_call(const DailyCall& daily, const Zone& zone, Instant now,
                              std::span<const PastCall> calls) {
  CALLGATE_CHECK(daily.at_s >= 0 && daily.at_s < 86'400);
  CALLGATE_CHECK(daily.window_s >= 0 && daily.window_s <= kDailyWindowMaxS);
  DailyVerdict verdict;
  // A window of a day and a jump of one reach two days back.
  std::int64_t day = day_of_local(to_local(zone, now)) - 2;
  for (;; ++day) {
    const Instant at = target_on(daily, zone, day);
    const bool nearer = !verdict.target || distance(at, now) < distance(verdict.target->at, now);
    if (distance(at, now) <= std::chrono::seconds{daily.window_s} && nearer) {
      verdict.target = DailyTarget{day, at};
    }
    if (at > now) {
      verdict.next_target = at;
      break;
    }
  }
  if (!daily.enabled) {
    verdict.reason = NotDue::disabled;
  } else if (!verdict.target) {
    verdict.reason = NotDue::outside_window;
  } else if (was_called(daily, zone, now, verdict.target->at, calls)) {
    verdict.reason = NotDue::already_called;
  }
  return verdict;
}

bool counts_as_called(std::string_view status) {
  return status == "queued" || status == "ringing" || status == "in_progress" ||
         status == "completed";
}

std::string_view word_of(NotDue reason) {
  switch (reason) {
    case NotDue::disabled:
      return "disabled";
    case NotDue::outside_window:
      return "outside_window";
    case NotDue::already_called:
      break;
  }
  return "already_called";
}

std::optional<std::int32_t> parse_call_time(std::string_view text) {
  if (text.size() != 5 && text.size() != 8) {
    return std::nullopt;
  }
  std::int32_t total = 0;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    const std::int32_t high = text[i] - '0';
    const std::int32_t low = text[i + 1] - '0';
    if (high < 0 || low < 0 || low > 9 || high > 5 || (i > 0 && text[i - 1] != ':') ||
        (i == 0 && high * 10 + low > 23)) {
      return std::nullopt;
    }
    total = total * 60 + high * 10 + low;
  }
  return text.size() == 5 ? total * 60 : total;
}

}  // namespace callgate
