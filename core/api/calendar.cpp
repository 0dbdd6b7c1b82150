#include "core/api/calendar.hpp"

#include "core/api/access.hpp"
#include "core/base/ascii.hpp"
#include "core/engine/service.hpp"
#include "core/schedule/quiet_hours.hpp"

namespace callgate {
namespace {

// "Mon", "Monday", in any case; nullopt: no day.
std::optional<std::int64_t> weekday_of(std::string_view name) {
  constexpr std::string_view kNames[] = {"sunday",   "monday", "tuesday", "wednesday",
                                         "thursday", "friday", "saturday"};
  const std::string word = lower(name);
  for (std::int64_t day = 0; day < 7; ++day) {
    if (word == kNames[day] || word == kNames[day].substr(0, 3)) {
      return day;
    }
  }
  return std::nullopt;
}

// One of two words for the same; both or none is a mistake.
std::string one_of(const std::optional<std::string>& word, const std::optional<std::string>& other,
                   const std::string& pointer, Question& question) {
  if (word && other) {
    question.add(pointer, "duplicate_field", "It is given twice, in two words for the same.");
  } else if (!word && !other) {
    question.add(pointer, "required", "This field is required.");
  }
  return word ? *word : other.value_or("00:00");
}

// Document D leaves the days out for Monday to Friday; document A never does.
std::vector<std::int64_t> days_of(const HoursOfCalendar& hours, const std::string& place,
                                  Question& question) {
  if (hours.days_of_week && hours.active_days) {
    question.add(place + "/activeDays", "duplicate_field",
                 "It is given twice, in two words for the same.");
  }
  if (hours.days_of_week) {
    return *hours.days_of_week;
  }
  if (!hours.active_days) {
    if (!hours.start) {
      question.add(place + "/daysOfWeek", "required", "This field is required.");
    }
    return {1, 2, 3, 4, 5};
  }
  std::vector<std::int64_t> days;
  for (const std::string& name : *hours.active_days) {
    const auto day = weekday_of(name);
    if (!day) {
      question.add_invalid(place + "/activeDays/" + std::to_string(days.size()),
                           "A day is Mon, Tue, Wed, Thu, Fri, Sat or Sun.");
    }
    days.push_back(day.value_or(0));
  }
  return days;
}

Schedule checked(const ScheduleConfig& config, const CalendarSettings& settings,
                 Question& question) {
  auto schedule = Schedule::check(config, question.zones());
  if (!schedule) {
    add_issues(schedule.error(), settings, "/config", question);
  }
  question.refuse_if_any();
  return std::move(*schedule);
}

// Those of the question, or the workspace's own, which were checked when they were set.
Schedule schedule_of(const Request& request, const std::optional<CalendarSettings>& settings,
                     Question& question) {
  if (settings) {
    return checked(config_of(*settings, "/config", question), *settings, question);
  }
  question.refuse_if_any();
  if (!may(request.principal(), "schedules:read")) {
    throw ApiError{403, "forbidden",
                   "The workspace's settings take the permission schedules:read."};
  }
  return checked(request.service().store.workspace.settings().calendar, {}, question);
}

// The objections as a sentence for a person; empty: there is none.
std::string in_words(const Verdict& verdict, const ScheduleConfig& config) {
  std::string out;
  const auto say = [&out](std::string_view text) {
    out += out.empty() ? "" : " ";
    out += text;
  };
  for (const Objection objection : verdict.objections) {
    switch (objection) {
      case Objection::not_in_future:
        say("It is not in the future.");
        break;
      case Objection::blackout:
        for (const std::size_t index : verdict.blackouts) {
          const std::string& reason = config.blackout_periods[index].reason;
          say("It lies in a blackout period" + (reason.empty() ? "." : ": " + reason + "."));
        }
        break;
      case Objection::holiday:
        say("It is a holiday.");
        break;
      case Objection::day_not_allowed:
        say("No calls are placed on that day of the week.");
        break;
      case Objection::outside_hours:
        say("It is outside business hours, " + config.business_hours.start_time + " to " +
            config.business_hours.end_time + " in " + config.business_hours.timezone + ".");
        break;
    }
  }
  return out;
}

// As texts; what is no pair of them is an issue below `place`.
std::array<std::vector<QuietConfig::Range>, 7> texts_of(const AllowedWeek& week,
                                                        const std::string& place,
                                                        Question& question) {
  const RangePairs* const days[] = {&week.sunday,   &week.monday, &week.tuesday, &week.wednesday,
                                    &week.thursday, &week.friday, &week.saturday};
  std::array<std::vector<QuietConfig::Range>, 7> out;
  for (std::size_t day = 0; day < out.size(); ++day) {
    for (const std::vector<std::string>& pair : *days[day]) {
      if (pair.size() == 2) {
        out[day].push_back({pair[0], pair[1]});
      } else {
        question.add_invalid(
            place + "/" + std::to_string(day) + "/" + std::to_string(out[day].size()),
            "A range is two times of day, its start and its end.");
        out[day].push_back({"00:00", "24:00"});
      }
    }
  }
  return out;
}

QuietConfig config_of(const CallingPolicy& policy, Question& question) {
  return {texts_of(policy.weekly, "/policy/weekly", question),
          policy.holidays.value_or(std::vector<std::string>{})};
}

}  // namespace

ScheduleConfig config_of(const CalendarSettings& settings, const std::string& place,
                         Question& question) {
  ScheduleConfig out;
  out.business_hours = ScheduleConfig::Hours::any();
  if (settings.business_hours) {
    const HoursOfCalendar& hours = *settings.business_hours;
    const std::string at = place + "/businessHours";
    out.business_hours.days_of_week = days_of(hours, at, question);
    out.business_hours.start_time =
        one_of(hours.start_time, hours.start, at + "/startTime", question);
    out.business_hours.end_time = one_of(hours.end_time, hours.end, at + "/endTime", question);
    out.business_hours.timezone = one_of(hours.timezone, {}, at + "/timezone", question);
    out.priority_hours = hours.priority_hours.value_or(out.priority_hours);
  }
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
  out.default_priority = settings.default_priority.value_or(out.default_priority);
  out.priority_hours = settings.priority_hours.value_or(out.priority_hours);
  return out;
}

void add_issues(const std::vector<ConfigIssue>& found, const CalendarSettings& settings,
                const std::string& place, Question& question) {
  const auto& hours = settings.business_hours;
  for (ConfigIssue issue : found) {
    if (hours && hours->start && issue.field == "businessHours.startTime") {
      issue.field = "businessHours.start";
    } else if (hours && hours->end && issue.field == "businessHours.endTime") {
      issue.field = "businessHours.end";
    }
    question.add(place, {std::move(issue)});
  }
}

CalendarSettings settings_of(const ScheduleConfig& config) {
  CalendarSettings out;
  const ScheduleConfig::Hours& hours = config.business_hours;
  if (!(hours == ScheduleConfig::Hours::any())) {
    HoursOfCalendar& view = out.business_hours.emplace();
    view.days_of_week = hours.days_of_week;
    view.start_time = hours.start_time;
    view.end_time = hours.end_time;
    view.timezone = hours.timezone;
  }
  for (const ScheduleConfig::Blackout& period : config.blackout_periods) {
    auto& list = out.blackout_periods ? *out.blackout_periods : out.blackout_periods.emplace();
    list.push_back({period.start, period.end, period.reason});
  }
  for (const ScheduleConfig::PriorityWindow& window : config.priority_windows) {
    auto& list = out.priority_windows ? *out.priority_windows : out.priority_windows.emplace();
    list.push_back({window.start_time, window.end_time, window.priority});
  }
  if (!config.holidays.empty()) {
    out.holidays = config.holidays;
  }
  if (config.default_priority != ScheduleConfig{}.default_priority) {
    out.default_priority = config.default_priority;
  }
  if (!config.priority_hours.empty()) {
    out.priority_hours = config.priority_hours;
  }
  return out;
}

WeeklyHours read_week(const AllowedWeek& week, const std::string& place, Question& question) {
  WeeklyHours out;
  ConfigCheck check;
  const auto texts = texts_of(week, place, question);
  for (std::size_t day = 0; day < texts.size(); ++day) {
    for (const QuietConfig::Range& range : texts[day]) {
      const std::string field = element_of(std::to_string(day), out.days[day].size());
      out.days[day].push_back(check.range(range.start, field + "[0]", range.end, field + "[1]"));
    }
  }
  question.add(place, check.issues());
  return out;
}

Answer next_slot(const Schedule& schedule, Instant after, const Wish& wish, Question& question) {
  const auto found = schedule.next_available(after, wish);
  if (!found) {
    question.add("", {found.error()});
    question.refuse_if_any();
  }
  if (!*found || (*found)->time >= kEndOfQuestions) {
    const std::string detail =
        "No call may be placed within " + std::to_string(wish.horizon_days) + " days.";
    throw ApiError(422, "no_slot_within_horizon", detail,
                   {{"/horizonDays", "no_slot_within_horizon", detail}});
  }
  return json_response(200, NextSlot{(*found)->time, (*found)->priority, (*found)->preferred});
}

Answer post_scheduler_next(Request& request) {
  Question question{"invalid_config", request};
  const auto asked = question.read<NextAsked>(request);
  question.check_instant(asked.after, "/after");
  const Schedule schedule = schedule_of(request, asked.config, question);
  return next_slot(schedule, asked.after, {asked.horizon_days, asked.max_priority, asked.level},
                   question);
}

Answer post_scheduler_validate(Request& request) {
  Question question{"invalid_config", request};
  const auto asked = question.read<ValidateAsked>(request);
  question.check_instant(asked.at, "/at");
  const Verdict verdict =
      schedule_of(request, asked.config, question).validate(asked.at, asked.now);
  ValidateVerdict out;
  out.valid = verdict.valid();
  for (const Objection objection : verdict.objections) {
    out.reasons.emplace_back(word_of(objection));
  }
  out.priority = verdict.priority;
  for (const std::size_t index : verdict.blackouts) {
    out.blackouts.push_back(static_cast<std::int64_t>(index));
  }
  if (!asked.config) {
    out.is_valid = verdict.valid();
    out.reason = in_words(verdict, request.service().store.workspace.settings().calendar);
  }
  return json_response(200, out);
}

Answer post_quiet_hours_check(Request& request) {
  Question question{"invalid_config", request};
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
