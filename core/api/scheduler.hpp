// The workspace's own settings of when calls may be placed, and what follows from them:
//   GET PUT /api/scheduler/config    business hours, holidays, blackouts, priorities, calling hours
//                                    and how many calls run at once
//   GET /api/scheduler/next          the first instant at which a call may be placed
//   GET /api/scheduler/priority      the priority in force
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/calendar.hpp"
#include "core/api/router.hpp"
#include "core/api/schema.hpp"
#include "core/engine/service.hpp"

namespace callgate {

struct RateLimits {
  std::int64_t global = 10;
  std::int64_t per_job = 1;
  static constexpr auto fields() {
    return std::array{field<&RateLimits::global>("global", "Calls at once in the workspace",
                                                 range(1, 10'000), defaulted()),
                      field<&RateLimits::per_job>("perJob", "Calls at once in one job",
                                                  range(1, 10'000), defaulted())};
  }
};

// Of jobs made from then on; 1 to 5 are 100, 75, 50, 25 and 10.
struct PriorityWeights {
  std::int64_t urgent = 100;
  std::int64_t high = 75;
  std::int64_t normal = 50;
  std::int64_t low = 25;
  static constexpr auto fields() {
    return std::array{
        field<&PriorityWeights::urgent>("urgent", "Higher goes first", range(0, 100), defaulted()),
        field<&PriorityWeights::high>("high", "Higher goes first", range(0, 100), defaulted()),
        field<&PriorityWeights::normal>("normal", "Higher goes first", range(0, 100), defaulted()),
        field<&PriorityWeights::low>("low", "Higher goes first", range(0, 100), defaulted())};
  }
};

// When people may be rung, on their own clocks.
struct CallingHoursView {
  static constexpr std::string_view kSchemaName = "CallingHours";
  std::optional<bool> law;
  std::optional<std::string> reason;
  std::optional<std::string> start_time;
  std::optional<std::string> end_time;
  std::optional<AllowedWeek> weekly;
  std::optional<std::vector<std::string>> holidays;
  std::optional<bool> unknown_holidays_close;
  static constexpr auto fields() {
    return std::array{
        field<&CallingHoursView::law>(
            "law",
            "Whether the calling hours of the place called hold (GET /api/quiet-hours/rules); "
            "left out: they do. false takes a reason, the permission compliance:override, and "
            "is kept in the audit log"),
        field<&CallingHoursView::reason>("reason", "Why the law is left aside", text(1, 500)),
        field<&CallingHoursView::start_time>(
            "startTime", "HH:mm on the callee's clock, where no rule names hours; left out: 08:00",
            format("time-of-day")),
        field<&CallingHoursView::end_time>("endTime", "HH:mm, not included; left out: 21:00",
                                           format("time-of-day")),
        field<&CallingHoursView::weekly>(
            "weekly", "Never outside these hours of the callee's clock, whatever else allows it"),
        field<&CallingHoursView::holidays>(
            "holidays", "No calls on these dates of the callee's calendar, YYYY-MM-DD",
            format("date")),
        field<&CallingHoursView::unknown_holidays_close>(
            "unknownHolidaysClose",
            "No calls on a public holiday of the place called even where the law is not known "
            "to speak of it")};
  }
};

struct SchedulerConfig {
  std::optional<HoursOfCalendar> business_hours;
  std::optional<std::vector<BlackoutOfCalendar>> blackout_periods;
  std::optional<std::vector<std::string>> holidays;
  std::optional<std::vector<WindowOfCalendar>> priority_windows;
  std::optional<std::int64_t> default_priority;
  std::optional<std::vector<std::int64_t>> priority_hours;
  std::optional<CallingHoursView> calling_hours;
  std::optional<RateLimits> rate_limits;
  std::optional<std::int64_t> ageing_minutes;
  std::optional<PriorityWeights> priority_weights;
  static constexpr auto fields() {
    return std::array{
        field<&SchedulerConfig::business_hours>("businessHours",
                                                "When calls may be placed; left out: at any hour"),
        field<&SchedulerConfig::blackout_periods>("blackoutPeriods",
                                                  "When none may; in any order, may overlap",
                                                  callgate::items(0, kPeriodsMax)),
        field<&SchedulerConfig::holidays>(
            "holidays", "Dates on the clock of the business hours, YYYY-MM-DD: closed",
            format("date"), callgate::items(0, kPeriodsMax)),
        field<&SchedulerConfig::priority_windows>("priorityWindows",
                                                  "Where several cover an instant, the best counts",
                                                  callgate::items(0, 100)),
        field<&SchedulerConfig::default_priority>(
            "defaultPriority", "1 to 5: the priority where no window is; left out: 3"),
        field<&SchedulerConfig::priority_hours>(
            "priorityHours", "Hours, 0 to 23, that calls of level high prefer and low ones avoid"),
        field<&SchedulerConfig::calling_hours>(
            "callingHours",
            "When people may be rung, on their own clocks; left out: as the law says"),
        field<&SchedulerConfig::rate_limits>("rateLimits", "Calls at once; left out: as it was"),
        field<&SchedulerConfig::ageing_minutes>(
            "ageingMinutes",
            "So much longer a job waits for its turn before it goes before one of the next higher "
            "priority; 0: it never does; left out: 60",
            range(0, kAgeingMinutesMax)),
        field<&SchedulerConfig::priority_weights>(
            "priorityWeights", "What the words for a priority come to; left out: as its members")};
  }
  static constexpr std::int64_t kAgeingMinutesMax = 10'080;
  static constexpr std::int64_t kPeriodsMax = 1000;
};

enum class ConfigShape : std::uint8_t { a, b, d };
constexpr auto words(ConfigShape /*tag*/) {
  return std::array{word("a", ConfigShape::a, "daysOfWeek, startTime, endTime"),
                    word("b", ConfigShape::b, "start, end, activeDays, priorityHours"),
                    word("d", ConfigShape::d, "start, end, daysOfWeek")};
}

struct ConfigQuery {
  ConfigShape shape = ConfigShape::a;
  static constexpr auto fields() {
    return std::array{field<&ConfigQuery::shape>(
        "shape", "The document whose words businessHours uses", defaulted())};
  }
};

struct NextQuery {
  std::optional<Instant> after;
  std::int64_t horizon_days = 30;
  std::optional<std::int64_t> max_priority;
  Level level = Level::normal;
  static constexpr auto fields() {
    return std::array{
        field<&NextQuery::after>("after", "Left out: now"),
        field<&NextQuery::horizon_days>("horizonDays", "How far to look", range(1, 3660),
                                        defaulted()),
        field<&NextQuery::max_priority>(
            "maxPriority", "Only instants whose priority is this or better", range(1, 5)),
        field<&NextQuery::level>("level", "What to prefer", defaulted())};
  }
};

struct PriorityQuery {
  std::optional<Instant> at;
  static constexpr auto fields() {
    return std::array{field<&PriorityQuery::at>("at", "Left out: now")};
  }
};

struct PriorityInForce {
  Instant at{};
  std::int64_t priority = 0;
  static constexpr auto fields() {
    return std::array{field<&PriorityInForce::at>("at", "The instant asked about"),
                      field<&PriorityInForce::priority>("priority", "1, the highest, to 5")};
  }
};

// The workspace's own calendar, and gates that hang on it. ApiError 409 where the time zone of the
// business hours is not in the zone table any more.
[[nodiscard]] const Schedule& calendar_of(Service& service);
[[nodiscard]] ClassGates& need_gates(ClassGates* gates);

Answer get_scheduler_config(Request& request);
Answer put_scheduler_config(Request& request);
Answer get_scheduler_next(Request& request);
Answer get_scheduler_priority(Request& request);

}  // namespace callgate
