// A call that a person wants every day at a time of their own local clock. On each local date the
// target is that time ("compatible", zone.hpp); the call is due while a target lies at most the
// window away, both ends included, so the window may reach over midnight. It is made once: a call
// that was placed on the local date of now, or within the window of the target, is that day's.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/schedule/zone.hpp"

namespace callgate {

struct DailyCall {
  std::int32_t at_s = 0;      // the local time, seconds of the day; 0 <= at_s < 86400
  std::int64_t window_s = 0;  // at least 0, at most a day
  bool enabled = true;
};

inline constexpr std::int64_t kDailyWindowMaxS = 86'400;

// A call of the past and whether it was the day's: counts_as_called of its status.
struct PastCall {
  Instant at{};
  bool counts = false;
};

enum class NotDue : std::uint8_t { disabled, outside_window, already_called };

struct DailyTarget {
  std::int64_t service_day = 0;  // the local date it belongs to, days since 1970
  Instant at{};
  friend bool operator==(const DailyTarget&, const DailyTarget&) = default;
};

struct DailyVerdict {
  std::optional<NotDue> reason;       // none: due
  std::optional<DailyTarget> target;  // the nearest in reach, the earlier of two as near
  Instant next_target{};              // the first after now, whatever the calls
};

[[nodiscard]] DailyVerdict judge_daily_call(const DailyCall& daily, const Zone& zone, Instant now,
                                            std::span<const PastCall> calls);

// queued, ringing, in_progress and completed: a call that reached nobody is none.
[[nodiscard]] bool counts_as_called(std::string_view status);

// "disabled", "outside_window", "already_called".
[[nodiscard]] std::string_view word_of(NotDue reason);

// "HH:mm" or "HH:mm:ss", two digits each, 00:00 to 23:59:59; in seconds of the day.
[[nodiscard]] std::optional<std::int32_t> parse_call_time(std::string_view text);

}  // namespace callgate
