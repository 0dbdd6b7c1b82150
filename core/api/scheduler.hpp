// /api/scheduler/config: the workspace's business hours and how many calls run at once, in document
// A's shape.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/router.hpp"
#include "core/api/schema.hpp"

namespace callgate {

struct BusinessHoursView {
  static constexpr std::string_view kSchemaName = "BusinessHours";
  std::vector<std::int64_t> days_of_week;
  std::string start_time;
  std::string end_time;
  std::string timezone;
  static constexpr auto fields() {
    return std::make_tuple(
        field("daysOfWeek", &BusinessHoursView::days_of_week, "0 is Sunday, 6 Saturday",
              range(0, 6), callgate::items(1, 14)),
        field("startTime", &BusinessHoursView::start_time, "HH:mm, 00:00 to 23:59", text(5, 5),
              format("time-of-day"), example("09:00")),
        field("endTime", &BusinessHoursView::end_time,
              "HH:mm, not included; 24:00 is the end of the day; before startTime: past midnight",
              text(5, 5), format("time-of-day"), example("17:00")),
        field("timezone", &BusinessHoursView::timezone, "IANA name", text(1, 64),
              format("time-zone"), example("America/New_York")));
  }
};

struct RateLimits {
  std::int64_t global = 10;
  std::int64_t per_job = 1;
  static constexpr auto fields() {
    return std::make_tuple(field("global", &RateLimits::global, "Calls at once in the workspace",
                                 range(1, 10'000), defaulted()),
                           field("perJob", &RateLimits::per_job, "Calls at once in one job",
                                 range(1, 10'000), defaulted()));
  }
};

struct SchedulerConfig {
  std::optional<BusinessHoursView> business_hours;
  std::optional<RateLimits> rate_limits;
  static constexpr auto fields() {
    return std::make_tuple(field("businessHours", &SchedulerConfig::business_hours,
                                 "When calls may be placed; left out: at any hour"),
                           field("rateLimits", &SchedulerConfig::rate_limits, "Calls at once"));
  }
};

Answer get_scheduler_config(Request& request);
Answer put_scheduler_config(Request& request);

}  // namespace callgate
