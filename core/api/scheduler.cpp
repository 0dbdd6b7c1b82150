#include "core/api/scheduler.hpp"

#include <algorithm>
#include <utility>

#include "core/api/access.hpp"
#include "core/api/audit.hpp"
#include "core/api/question.hpp"
#include "core/engine/service.hpp"

namespace callgate {
namespace {

constexpr std::string_view kConfigError = "invalid_config";
constexpr std::string_view kCallingHours = "/callingHours";

CalendarSettings calendar_of(const SchedulerConfig& config) {
  return {config.business_hours,   config.blackout_periods, config.holidays,
          config.priority_windows, config.default_priority, config.priority_hours};
}

// The words of document B or D for the same hours.
void reword(HoursOfCalendar& hours, ConfigShape shape) {
  if (shape == ConfigShape::a) {
    return;
  }
  hours.start = std::exchange(hours.start_time, std::nullopt);
  hours.end = std::exchange(hours.end_time, std::nullopt);
  if (shape == ConfigShape::b) {
    constexpr const char* kNames[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    hours.active_days.emplace();
    for (const std::int64_t day : *hours.days_of_week) {
      hours.active_days->push_back(kNames[day]);
    }
    hours.days_of_week.reset();
  }
}

std::string date_of(LocalDay day) {
  return format_rfc3339(from_ms(day * kDayMs)).substr(0, 10);
}

RangePairs pairs_of(const std::vector<DailyRange>& day) {
  RangePairs pairs;
  for (const DailyRange& range : day) {
    pairs.push_back({format_time_of_day(range.start_min), format_time_of_day(range.end_min)});
  }
  return pairs;
}

AllowedWeek week_of(const WeeklyHours& hours) {
  const auto& days = hours.days;
  return {pairs_of(days[0]), pairs_of(days[1]), pairs_of(days[2]), pairs_of(days[3]),
          pairs_of(days[4]), pairs_of(days[5]), pairs_of(days[6])};
}

// Nothing where nothing was set.
std::optional<CallingHoursView> view_of(const CallingHours& hours) {
  const CallingHours unset;
  CallingHoursView view;
  bool any = false;
  const auto show = [&any](auto& member, bool differs, auto value) {
    if (differs) {
      member = std::move(value);
      any = true;
    }
  };
  show(view.law, !hours.law, false);
  show(view.reason, !hours.reason.empty(), hours.reason);
  const bool usual = !(hours.usual == unset.usual);
  show(view.start_time, usual, format_time_of_day(hours.usual.start_min));
  show(view.end_time, usual, format_time_of_day(hours.usual.end_min));
  if (hours.within) {
    show(view.weekly, true, week_of(*hours.within));
  }
  std::vector<std::string> closed;
  for (const LocalDay day : hours.closed) {
    closed.push_back(date_of(day));
  }
  show(view.holidays, !closed.empty(), closed);
  show(view.unknown_holidays_close, hours.unknown_holidays_close, true);
  return any ? std::optional{std::move(view)} : std::nullopt;
}

SchedulerConfig config_of(const Settings& settings, ConfigShape shape) {
  CalendarSettings calendar = settings_of(settings.calendar);
  SchedulerConfig config;
  config.business_hours = std::move(calendar.business_hours);
  // Document A's interface has these always, also where nothing was set.
  config.blackout_periods =
      std::move(calendar.blackout_periods).value_or(std::vector<BlackoutOfCalendar>{});
  config.holidays = std::move(calendar.holidays);
  config.priority_windows =
      std::move(calendar.priority_windows).value_or(std::vector<WindowOfCalendar>{});
  config.default_priority = settings.calendar.default_priority;
  config.priority_hours = std::move(calendar.priority_hours);
  config.calling_hours = view_of(settings.calling_hours);
  config.rate_limits = RateLimits{settings.calls_at_once, settings.calls_at_once_per_job};
  if (settings.level_ranks != Settings{}.level_ranks) {
    const auto& ranks = settings.level_ranks;
    config.priority_weights = PriorityWeights{ranks[0], ranks[1], ranks[2], ranks[3]};
  }
  if (settings.ageing != kUsualAgeing) {
    config.ageing_minutes =
        std::chrono::duration_cast<std::chrono::minutes>(settings.ageing).count();
  }
  if (config.business_hours) {
    reword(*config.business_hours, shape);
    if (shape == ConfigShape::b) {
      config.business_hours->priority_hours = std::exchange(config.priority_hours, std::nullopt);
    }
  }
  return config;
}

CallingHours read_calling_hours(const CallingHoursView& view, Question& question) {
  CallingHours hours;
  const std::string place{kCallingHours};
  ConfigCheck check;
  hours.law = view.law.value_or(true);
  hours.reason = view.reason.value_or("");
  if (view.start_time || view.end_time) {
    hours.usual = check.range(view.start_time.value_or("08:00"), "startTime",
                              view.end_time.value_or("21:00"), "endTime");
  }
  if (view.weekly) {
    hours.within = read_week(*view.weekly, place + "/weekly", question);
  }
  hours.closed = check.dates(view.holidays.value_or(std::vector<std::string>{}), "holidays");
  std::sort(hours.closed.begin(), hours.closed.end());
  hours.unknown_holidays_close = view.unknown_holidays_close.value_or(false);
  question.add(place, check.issues());
  if (!hours.law && hours.reason.empty()) {
    question.add(place + "/reason", "required",
                 "To leave the law aside takes a reason, which is kept in the audit log.");
  }
  return hours;
}

// To leave the law aside is more than to edit a calendar; that it was done stays known.
void record_override(Request& request, const CallingHours& before, const CallingHours& after) {
  if (before.law == after.law && before.reason == after.reason) {
    return;
  }
  if (!after.law && !may(request.principal(), "compliance:override")) {
    throw ApiError{403, "forbidden",
                   "To leave the law aside takes the permission compliance:override."};
  }
  record(request, after.law ? "calling_hours.law_holds_again" : "calling_hours.law_left_aside", "",
         after.reason);
}

// What was set; of very much its hash alone, to be compared with what is in force.
std::string remark_of(const Service& service, const SchedulerConfig& config) {
  constexpr std::size_t kWordy = 8192;
  std::string text;
  encode(text, config);
  return text.size() <= kWordy ? text
                               : "sha256:" + to_hex(service.context.crypto.sha256(bytes_of(text)));
}

[[noreturn]] void refuse_calendar() {
  throw ApiError{409, "calendar_unreadable",
                 "The time zone of the business hours is not in the zone table any more: set "
                 "them anew."};
}

}  // namespace

const Schedule& calendar_of(Service& service) {
  const auto& schedule = service.caches.gates.calendar(service);
  if (!schedule) {
    refuse_calendar();
  }
  return *schedule;
}

ClassGates& need_gates(ClassGates* gates) {
  if (gates == nullptr) {
    refuse_calendar();
  }
  return *gates;
}

Answer get_scheduler_config(Request& request) {
  const auto query = request.query<ConfigQuery>();
  return json_response(200, config_of(request.service().store.workspace.settings(), query.shape));
}

Answer put_scheduler_config(Request& request) {
  Service& service = request.service();
  const auto query = request.query<ConfigQuery>();
  Question question{kConfigError, request};
  const auto wanted = question.read<SchedulerConfig>(request);
  Settings settings = service.store.workspace.settings();
  const CallingHours before = settings.calling_hours;
  const CalendarSettings calendar = calendar_of(wanted);
  settings.calendar = config_of(calendar, "", question);
  const auto schedule = Schedule::check(settings.calendar, service.zones);
  if (!schedule) {
    add_issues(schedule.error(), calendar, "", question);
  }
  settings.calling_hours =
      read_calling_hours(wanted.calling_hours.value_or(CallingHoursView{}), question);
  question.refuse_if_any();
  if (wanted.rate_limits) {
    settings.calls_at_once = wanted.rate_limits->global;
    settings.calls_at_once_per_job = wanted.rate_limits->per_job;
  }
  settings.ageing =
      wanted.ageing_minutes ? Ageing{std::chrono::minutes{*wanted.ageing_minutes}} : kUsualAgeing;
  const auto weights = wanted.priority_weights.value_or(PriorityWeights{});
  settings.level_ranks = {weights.urgent, weights.high, weights.normal, weights.low};
  record_override(request, before, settings.calling_hours);
  service.store.workspace.set_settings(settings);
  request.remark = remark_of(service, config_of(settings, ConfigShape::a));
  return json_response(200, config_of(settings, query.shape));
}

Answer get_scheduler_next(Request& request) {
  Service& service = request.service();
  const auto query = request.query<NextQuery>();
  const Instant after = query.after.value_or(service.now());
  Question question{kConfigError, request};
  question.check_instant(after, "?after");
  question.refuse_if_any();
  return next_slot(calendar_of(service), after,
                   {query.horizon_days, query.max_priority, query.level}, question);
}

Answer get_scheduler_priority(Request& request) {
  Service& service = request.service();
  const Instant at = request.query<PriorityQuery>().at.value_or(service.now());
  Question question{kConfigError, request};
  question.check_instant(at, "?at");
  question.refuse_if_any();
  return json_response(200, PriorityInForce{at, calendar_of(service).priority_at(at)});
}

}  // namespace callgate
