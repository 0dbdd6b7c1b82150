// When a call may be placed. The settings come with the question, or are the workspace's own:
//   POST /api/scheduler/next       the first instant that business hours, blackouts, holidays and
//                                  priorities allow
//   POST /api/scheduler/validate   everything that speaks against one instant
//   POST /api/quiet-hours/check    whether a number in these zones may be rung, and when next
// Settings are read in the shapes of documents A (daysOfWeek, startTime, endTime), B (start, end,
// activeDays, priorityHours) and D (start, end, daysOfWeek; Monday to Friday where it is left out).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/question.hpp"
#include "core/api/router.hpp"
#include "core/api/schema.hpp"
#include "core/schedule/schedule_config.hpp"

namespace callgate {

constexpr auto words(Level /*level*/) {
  return std::array{word("urgent", Level::urgent, "The first instant that is allowed"),
                    word("high", Level::high, "A priority hour if there is one"),
                    word("normal", Level::normal, "The first instant that is allowed"),
                    word("low", Level::low, "Outside the priority hours if possible")};
}

// What Schedule::check judges is described here and not limited, so that every mistake has its
// words.
struct HoursOfCalendar {
  static constexpr std::string_view kSchemaName = "BusinessHours";
  std::optional<std::vector<std::int64_t>> days_of_week;
  std::optional<std::vector<std::string>> active_days;
  std::optional<std::string> start_time;
  std::optional<std::string> start;
  std::optional<std::string> end_time;
  std::optional<std::string> end;
  std::optional<std::string> timezone;
  std::optional<std::vector<std::int64_t>> priority_hours;
  static constexpr auto fields() {
    return std::array{
        field<&HoursOfCalendar::days_of_week>(
            "daysOfWeek", "0 is Sunday, 6 Saturday; at least one; duplicates are harmless"),
        field<&HoursOfCalendar::start_time>("startTime", "HH:mm, 00:00 to 23:59",
                                            format("time-of-day"), example("09:00")),
        field<&HoursOfCalendar::end_time>(
            "endTime",
            "HH:mm, not included; 24:00 is the end of the day; before startTime: past midnight",
            format("time-of-day"), example("17:00")),
        field<&HoursOfCalendar::timezone>(
            "timezone", "IANA name; holidays and priorities are read on this clock too",
            format("time-zone"), example("America/New_York")),
        field<&HoursOfCalendar::start>("start", "Another word for startTime",
                                       format("time-of-day")),
        field<&HoursOfCalendar::end>("end", "Another word for endTime", format("time-of-day")),
        field<&HoursOfCalendar::active_days>(
            "activeDays", "Instead of daysOfWeek: Mon, Tue … or Monday, Tuesday …"),
        field<&HoursOfCalendar::priority_hours>("priorityHours",
                                                "Another place for the settings' priorityHours")};
  }
};

struct BlackoutOfCalendar {
  static constexpr std::string_view kSchemaName = "BlackoutPeriod";
  Instant start{};
  Instant end{};
  std::string reason;
  static constexpr auto fields() {
    return std::array{field<&BlackoutOfCalendar::start>("start", "From here on"),
                      field<&BlackoutOfCalendar::end>("end", "Not included; after start"),
                      field<&BlackoutOfCalendar::reason>("reason", "In words", defaulted())};
  }
};

struct WindowOfCalendar {
  static constexpr std::string_view kSchemaName = "PriorityWindow";
  std::string start_time;
  std::string end_time;
  std::int64_t priority = 0;
  static constexpr auto fields() {
    return std::array{
        field<&WindowOfCalendar::start_time>("startTime", "HH:mm, every day", format("time-of-day"),
                                             example("10:00")),
        field<&WindowOfCalendar::end_time>("endTime", "HH:mm, not included", format("time-of-day"),
                                           example("12:00")),
        field<&WindowOfCalendar::priority>("priority", "1, the highest, to 5", example("1"))};
  }
};

struct CalendarSettings {
  static constexpr std::string_view kSchemaName = "CalendarSettings";
  std::optional<HoursOfCalendar> business_hours;
  std::optional<std::vector<BlackoutOfCalendar>> blackout_periods;
  std::optional<std::vector<std::string>> holidays;
  std::optional<std::vector<WindowOfCalendar>> priority_windows;
  std::optional<std::int64_t> default_priority;
  std::optional<std::vector<std::int64_t>> priority_hours;
  static constexpr auto fields() {
    return std::array{
        field<&CalendarSettings::business_hours>("businessHours",
                                                 "When calls may be placed; left out: at any hour"),
        field<&CalendarSettings::blackout_periods>("blackoutPeriods",
                                                   "When none may; in any order, may overlap"),
        field<&CalendarSettings::holidays>(
            "holidays", "Local dates, YYYY-MM-DD: closed, with all of a window that starts on one",
            format("date")),
        field<&CalendarSettings::priority_windows>(
            "priorityWindows", "Where several cover an instant, the best counts"),
        field<&CalendarSettings::default_priority>(
            "defaultPriority", "1 to 5: the priority where no window is; left out: 3"),
        field<&CalendarSettings::priority_hours>(
            "priorityHours", "Local hours, 0 to 23, that level high prefers and low avoids")};
  }
};

struct NextAsked {
  Instant after{};
  std::int64_t horizon_days = 30;
  std::optional<CalendarSettings> config;
  std::optional<std::int64_t> max_priority;
  Level level = Level::normal;
  static constexpr auto fields() {
    return std::array{
        field<&NextAsked::after>("after", "It is the answer itself when it is allowed"),
        field<&NextAsked::horizon_days>("horizonDays", "How far to look, at least 1", defaulted()),
        field<&NextAsked::config>("config", "The settings to go by; left out: the workspace's own"),
        field<&NextAsked::max_priority>("maxPriority",
                                        "1 to 5: only instants whose priority is this or better"),
        field<&NextAsked::level>("level", "What to prefer", defaulted())};
  }
};

struct NextSlot {
  Instant time{};
  std::int64_t priority = 0;
  std::optional<bool> preferred;
  static constexpr auto fields() {
    return std::array{
        field<&NextSlot::time>("time", "The earliest instant that is allowed"),
        field<&NextSlot::priority>("priority", "In force at that time"),
        field<&NextSlot::preferred>("preferred", "Whether the level's preference was met")};
  }
};

struct ValidateAsked {
  Instant at{};
  std::optional<Instant> now;
  std::optional<CalendarSettings> config;
  static constexpr auto fields() {
    return std::array{field<&ValidateAsked::at>("at", "When a call would be placed"),
                      field<&ValidateAsked::now>("now", "When given, the call must lie after it"),
                      field<&ValidateAsked::config>(
                          "config", "The settings to go by; left out: the workspace's own")};
  }
};

struct ValidateVerdict {
  bool valid = false;
  std::vector<std::string> reasons;
  std::int64_t priority = 0;
  std::vector<std::int64_t> blackouts;
  std::optional<bool> is_valid;
  std::optional<std::string> reason;
  static constexpr auto fields() {
    return std::array{
        field<&ValidateVerdict::valid>("valid", "Whether nothing speaks against it"),
        field<&ValidateVerdict::reasons>(
            "reasons",
            "All that apply, in this order: not_in_future, blackout, holiday, day_not_allowed, "
            "outside_hours"),
        field<&ValidateVerdict::priority>("priority", "In force at that time"),
        field<&ValidateVerdict::blackouts>("blackouts",
                                           "The periods that hold, by their place in the settings"),
        field<&ValidateVerdict::is_valid>(
            "isValid", "Of the workspace's own settings: document A's word for valid"),
        field<&ValidateVerdict::reason>(
            "reason", "Of the workspace's own settings: the reasons in one sentence")};
  }
};

// Of one day of the week: ranges as pairs of HH:mm.
using RangePairs = std::vector<std::vector<std::string>>;

struct AllowedWeek {
  static constexpr std::string_view kDescription =
      "By day of the week, 0 is Sunday: ranges [\"HH:mm\", \"HH:mm\"] in which calls are allowed";
  RangePairs sunday;
  RangePairs monday;
  RangePairs tuesday;
  RangePairs wednesday;
  RangePairs thursday;
  RangePairs friday;
  RangePairs saturday;
  static constexpr auto fields() {
    return std::array{
        field<&AllowedWeek::sunday>("0", "Sunday", callgate::items(0, 24), defaulted()),
        field<&AllowedWeek::monday>("1", "Monday", callgate::items(0, 24), defaulted()),
        field<&AllowedWeek::tuesday>("2", "Tuesday", callgate::items(0, 24), defaulted()),
        field<&AllowedWeek::wednesday>("3", "Wednesday", callgate::items(0, 24), defaulted()),
        field<&AllowedWeek::thursday>("4", "Thursday", callgate::items(0, 24), defaulted()),
        field<&AllowedWeek::friday>("5", "Friday", callgate::items(0, 24), defaulted()),
        field<&AllowedWeek::saturday>("6", "Saturday", callgate::items(0, 24), defaulted())};
  }
};

struct CallingPolicy {
  AllowedWeek weekly;
  std::optional<std::vector<std::string>> holidays;
  static constexpr auto fields() {
    return std::array{field<&CallingPolicy::weekly>("weekly", "When calls are allowed"),
                      field<&CallingPolicy::holidays>(
                          "holidays", "Local dates, YYYY-MM-DD, without calls", format("date"))};
  }
};

struct QuietAsked {
  Instant at{};
  std::vector<std::string> zones;
  CallingPolicy policy;
  std::int64_t horizon_days = 30;
  static constexpr auto fields() {
    return std::array{
        field<&QuietAsked::at>("at", "When a call would be placed"),
        field<&QuietAsked::zones>(
            "zones", "IANA names: where the number may be; every clock has to allow the call",
            format("time-zone"), callgate::items(0, 16)),
        field<&QuietAsked::policy>("policy", "What is allowed, on the local clocks"),
        field<&QuietAsked::horizon_days>(
            "horizonDays", "How far to look, at least 1; ten years are looked at", defaulted())};
  }
};

struct QuietVerdict {
  bool allowed = false;
  std::vector<std::string> blocked_zones;
  std::optional<Instant> next_allowed;
  static constexpr auto fields() {
    return std::array{
        field<&QuietVerdict::allowed>("allowed", "Whether every clock allows the call"),
        field<&QuietVerdict::blocked_zones>("blockedZones",
                                            "Those that do not, in the order given"),
        field<&QuietVerdict::next_allowed>(
            "nextAllowed", "The first instant that is allowed; left out when there is none")};
  }
};

// Settings as they were sent, for Schedule::check: without days of the week, at any hour. What the
// decoder let pass and nobody could mean is an issue below `place`.
[[nodiscard]] ScheduleConfig config_of(const CalendarSettings& settings, const std::string& place,
                                       Question& question);

// What Schedule::check found, below `place` and by the names that were sent.
void add_issues(const std::vector<ConfigIssue>& found, const CalendarSettings& settings,
                const std::string& place, Question& question);

[[nodiscard]] WeeklyHours read_week(const AllowedWeek& week, const std::string& place,
                                    Question& question);

// 422 no_slot_within_horizon where there is none.
[[nodiscard]] Answer next_slot(const Schedule& schedule, Instant after, const Wish& wish,
                               Question& question);

// In document A's shape.
[[nodiscard]] CalendarSettings settings_of(const ScheduleConfig& config);

Answer post_scheduler_next(Request& request);
Answer post_scheduler_validate(Request& request);
Answer post_quiet_hours_check(Request& request);

}  // namespace callgate
