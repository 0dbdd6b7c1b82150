// POST /api/daily-call/check: whether the call that a person wants every day at their own time is
// due at an instant (core/schedule/daily_call.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/router.hpp"
#include "core/api/schema.hpp"

namespace callgate {

struct PastCallView {
  static constexpr std::string_view kSchemaName = "PastCall";
  Instant at{};
  std::string status;
  static constexpr auto fields() {
    return std::make_tuple(field("at", &PastCallView::at, "When it was placed"),
                           field("status", &PastCallView::status,
                                 "queued, ringing, in_progress and completed are the day's call; "
                                 "anything else reached nobody",
                                 example("completed")));
  }
};

struct DailyCallAsked {
  Instant now{};
  std::string timezone;
  std::string call_time;
  std::int64_t window_s = 300;
  bool call_enabled = true;
  std::optional<std::vector<PastCallView>> calls;
  static constexpr auto fields() {
    return std::make_tuple(field("now", &DailyCallAsked::now, "The instant that is asked about"),
                           field("timezone", &DailyCallAsked::timezone, "The person's; IANA name",
                                 format("time-zone"), example("Asia/Kolkata")),
                           field("callTime", &DailyCallAsked::call_time,
                                 "HH:mm or HH:mm:ss on their clock", example("20:30")),
                           field("windowSeconds", &DailyCallAsked::window_s,
                                 "How far from the time a call is still due, both ends included",
                                 range(0, 86'400), defaulted()),
                           field("callEnabled", &DailyCallAsked::call_enabled,
                                 "Whether they want it at all", defaulted()),
                           field("calls", &DailyCallAsked::calls, "Calls of the last days"));
  }
};

struct DailyCallVerdict {
  bool due = false;
  std::optional<std::string> reason;
  std::optional<std::string> service_date;
  std::optional<Instant> target;
  Instant next_target{};
  static constexpr auto fields() {
    return std::make_tuple(field("due", &DailyCallVerdict::due, "Whether to call now"),
                           field("reason", &DailyCallVerdict::reason,
                                 "Why not: disabled, outside_window or already_called"),
                           field("serviceDate", &DailyCallVerdict::service_date,
                                 "The local date of the target in reach", format("date")),
                           field("target", &DailyCallVerdict::target, "The target in reach"),
                           field("nextTarget", &DailyCallVerdict::next_target,
                                 "The first after now, whatever the calls"));
  }
};

Answer post_daily_call_check(Request& request);

}  // namespace callgate
