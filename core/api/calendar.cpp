#include "core/api/calendar.hpp"

#include "core/api/question.hpp"
#include "core/schedule/quiet_hours.hpp"

namespace callgate {
namespace {

ScheduleConfig config_of(const CalendarSettings& settings) {
  ScheduleConfig out;
  const HoursOfCalendar& hours = settings.business_hours;
  out.business_hours = {hours.days_of_week, hours.start_time, hours.end_time, hours.timezone};
  if (settings.blackout_periods) {
    for (const BlackoutOfCalendar& period : *settings.blackout_periods) {
      out.blackout_periods.push_back({period.start, period.end, period.reason});
    }
  }
  if (settings.priority_windows) {
    for (const WindowOfCalendar& window : *settings.priority_windows) {
      out.priority_windows.push_back({window.start_time, window.end_time, window.priority});
    }
  }
  out.holidays = settings.holidays.value_or(std::vector<std::string>{});
  out.default_priority = settings.default_priority;
  out.priority_hours = settings.priority_hours.value_or(std::vector<std::int64_t>{});
  return out;
}

// The zone stays with the question.
Schedule schedule_of(const CalendarSettings& settings, Question& question) {
  auto schedule = Schedule::check(config_of(settings), question.zones());
  if (!schedule) {
    question.add("/config", schedule.error());
  }
  question.refuse_if_any();
  return std::move(*schedule);
}

QuietConfig config_of(const CallingPolicy& policy, Question& question) {
  const AllowedWeek& week = policy.weekly;
  const RangePairs* const days[] = {&week.sunday,   &week.monday, &week.tuesday, &week.wednesday,
                                    &week.thursday, &week.friday, &week.saturday};
  QuietConfig out;
  for (std::size_t day = 0; day < out.weekly.size(); ++day) {
    for (const std::vector<std::string>& pair : *days[day]) {
      const std::string place =
          "/policy/weekly/" + std::to_string(day) + "/" + std::to_string(out.weekly[day].size());
      if (pair.size() == 2) {
        out.weekly[day].push_back({pair[0], pair[1]});
      } else {
        question.add_invalid(place, "A range is two times of day, its start and its end.");
        out.weekly[day].push_back({"00:00", "24:00"});
      }
    }
  }
  out.holidays = policy.holidays.value_or(std::vector<std::string>{});
  return out;
}

}  // namespace

Answer post_scheduler_next(Request& request) {
  Question question{"invalid_config"};
  const auto asked = question.read<NextAsked>(request);
  question.check_instant(asked.after, "/after");
  const Schedule schedule = schedule_of(asked.config, question);
  const auto found =
      schedule.next_available(asked.after, {asked.horizon_days, asked.max_priority, asked.level});
  if (!found) {
    question.add("", {found.error()});
    question.refuse_if_any();
  }
  if (!*found || (*found)->time >= kEndOfQuestions) {
    const std::string detail =
        "No call may be placed within " + std::to_string(asked.horizon_days) + " days.";
    throw ApiError(422, "no_slot_within_horizon", detail,
                   {{"/horizonDays", "no_slot_within_horizon", detail}});
  }
  return json_response(200, NextSlot{(*found)->time, (*found)->priority, (*found)->preferred});
}

Answer post_scheduler_validate(Request& request) {
  Question question{"invalid_config"};
  const auto asked = question.read<ValidateAsked>(request);
  question.check_instant(asked.at, "/at");
  const Verdict verdict = schedule_of(asked.config, question).validate(asked.at, asked.now);
  ValidateVerdict out;
  out.valid = verdict.valid();
  for (const Objection objection : verdict.objections) {
    out.reasons.emplace_back(word_of(objection));
  }
  out.priority = verdict.priority;
  for (const std::size_t index : verdict.blackouts) {
    out.blackouts.push_back(static_cast<std::int64_t>(index));
  }
  return json_response(200, out);
}

Answer post_quiet_hours_check(Request& request) {
  Question question{"invalid_config"};
  const auto asked = question.read<QuietAsked>(request);
  question.check_instant(asked.at, "/at");
  std::vector<const Zone*> zones;
  for (const std::string& name : asked.zones) {
    zones.push_back(question.zone(name, "/zones/" + std::to_string(zones.size())));
  }
  const auto quiet = QuietHours::check(config_of(asked.policy, question));
  if (!quiet) {
    question.add("/policy", quiet.error());
  }
  if (asked.horizon_days < 1) {
    question.add("", {{"invalid_config", "horizonDays"}});
  }
  question.refuse_if_any();
  QuietVerdict out;
  out.allowed = quiet->allowed(asked.at, zones);
  for (const std::size_t index : quiet->blocked_zones(asked.at, zones)) {
    out.blocked_zones.push_back(asked.zones[index]);
  }
  const std::int64_t farthest = QuietHours::kFarthest / std::chrono::hours{24};
  const Millis horizon = std::chrono::hours{24 * std::min(asked.horizon_days, farthest)};
  out.next_allowed = quiet->next_allowed(asked.at, zones, horizon);
  if (out.next_allowed && *out.next_allowed >= kEndOfQuestions) {
    out.next_allowed.reset();
  }
  return json_response(200, out);
}

}  // namespace callgate
