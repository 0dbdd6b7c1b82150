// POST /api/daily-call/check: whether the call that a person wants every day at their own time is
// due at an instant (core/schedule/daily_call.hpp).
#pragma once

#include <array>
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
    return std::array{field<&PastCallView::at>("at", "When it was placed"),
                      field<&PastCallView::status>(
                          "status",
                          "queued, ringing, in_progress and completed are the day's call; "
                          "anything else reached nobody",
                          example("completed"))};
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
    return std::array{
        field<&DailyCallAsked::now>("now", "The instant that is asked about"),
        field<&DailyCallAsked::timezone>("timezone", "The person's; IANA name", format("time-zone"),
                                         example("Asia/Kolkata")),
        field<&DailyCallAsked::call_time>("callTime", "HH:mm or HH:mm:ss on their clock",
                                          example("20:30")),
        field<&DailyCallAsked::window_s>(
            "windowSeconds", "How far from the time a call is still due, both ends included",
            range(0, 86'400), defaulted()),
        field<&DailyCallAsked::call_enabled>("callEnabled", "Whether they want it at all",
                                             defaulted()),
        field<&DailyCallAsked::calls>("calls", "Calls of the last days")};
  }
};

struct DailyCallVerdict {
  bool due = false;
  std::optional<std::string> reason;
  std::optional<std::string> service_date;
  std::optional<Instant> target;
  Instant next_target{};
  static constexpr auto fields() {
    return std::array{field<&DailyCallVerdict::due>("due", "Whether to call now"),
                      field<&DailyCallVerdict::reason>(
                          "reason", "Why not: disabled, outside_window or already_called"),
                      field<&DailyCallVerdict::service_date>(
                          "serviceDate", "The local date of the target in reach", format("date")),
                      field<&DailyCallVerdict::target>("target", "The target in reach"),
                      field<&DailyCallVerdict::next_target>(
                          "nextTarget", "The first after now, whatever the calls")};
  }
};

Answer post_daily_call_check(Request& request);

}  // namespace callgate
