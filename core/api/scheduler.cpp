#include "core/api/scheduler.hpp"

#include "core/engine/service.hpp"
#include "core/schedule/calendar.hpp"

namespace callgate {
namespace {

SchedulerConfig config_of(const Settings& settings) {
  SchedulerConfig config;
  config.rate_limits = RateLimits{settings.calls_at_once, settings.calls_at_once_per_job};
  if (settings.hours.days != 0) {
    BusinessHoursView& view = config.business_hours.emplace();
    for (std::int64_t day = 0; day < 7; ++day) {
      if ((settings.hours.days >> day & 1U) != 0) {
        view.days_of_week.push_back(day);
      }
    }
    view.start_time = format_time_of_day(settings.hours.range.start_min);
    view.end_time = format_time_of_day(settings.hours.range.end_min);
    view.timezone = settings.hours.zone;
  }
  return config;
}

BusinessHours read_hours(const Service& service, const BusinessHoursView& view,
                         std::vector<Issue>& issues) {
  BusinessHours hours;
  for (const std::int64_t day : view.days_of_week) {
    if (day >= 0 && day < 7) {
      hours.days |= 1U << day;
    }
  }
  // What the decoder has refused already needs no second word.
  const auto add = [&issues](std::string_view pointer, std::string_view code, std::string detail) {
    if (!has_issue_at(issues, pointer)) {
      add_issue(issues, std::string{pointer}, code, std::move(detail));
    }
  };
  const auto start = parse_time_of_day(view.start_time, false);
  const auto end = parse_time_of_day(view.end_time, true);
  if (!start) {
    add("/businessHours/startTime", "time_invalid", "A time of day is HH:mm, from 00:00 to 23:59.");
  }
  if (!end) {
    add("/businessHours/endTime", "time_invalid", "An end is HH:mm, from 00:00 to 24:00.");
  }
  if (start && end && *start == *end) {
    add("/businessHours/endTime", "window_empty",
        "It equals startTime; a full day is 00:00 to 24:00.");
  }
  if (service.zones.find(view.timezone) == nullptr) {
    add("/businessHours/timezone", "timezone_unknown", "No IANA time zone has this name.");
  }
  hours.range = {start.value_or(0), end.value_or(0)};
  hours.zone = view.timezone;
  return hours;
}

}  // namespace

Answer get_scheduler_config(Request& request) {
  return json_response(200, config_of(request.service().store.workspace.settings()));
}

Answer put_scheduler_config(Request& request) {
  Service& service = request.service();
  SchedulerConfig wanted;
  std::vector<Issue> issues = decode_into(wanted, request.body_text());
  Settings settings = service.store.workspace.settings();
  settings.hours = {};
  if (wanted.business_hours) {
    settings.hours = read_hours(service, *wanted.business_hours, issues);
  }
  refuse_if_any(issues);
  if (wanted.rate_limits) {
    settings.calls_at_once = wanted.rate_limits->global;
    settings.calls_at_once_per_job = wanted.rate_limits->per_job;
  }
  service.store.workspace.set_settings(settings);
  return json_response(200, config_of(settings));
}

}  // namespace callgate
