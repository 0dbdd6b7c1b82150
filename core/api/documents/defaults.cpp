#include "core/api/documents/defaults.hpp"

#include <charconv>

#include "core/schedule/calendar.hpp"
#include "core/store/scheduled_calls.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kRetryAttemptsMax = 20;
constexpr std::int64_t kRetryBackoffMsMax = 86'400'000;

}  // namespace

std::string_view variable(const Service& service, std::string_view name) {
  for (const auto& [known, value] : service.context.environment) {
    if (known == name) {
      return value;
    }
  }
  return {};
}

ApiError bad_variable(std::string_view name) {
  return {500, "configuration_invalid",
          std::string{name} + " of this installation cannot be taken."};
}

std::int64_t number_variable(const Service& service, std::string_view name, std::int64_t most,
                             std::int64_t usual) {
  const std::string_view text = variable(service, name);
  if (text.empty()) {
    return usual;
  }
  std::int64_t value = 0;
  const auto* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc{} || read.ptr != end || value < 1 || value > most) {
    throw bad_variable(name);
  }
  return value;
}

namespace {

std::string time_of_day(const Service& service, const std::string& own, std::string_view name,
                        std::string_view usual, bool is_end) {
  if (!own.empty()) {
    return own;
  }
  const std::string_view text = variable(service, name);
  if (!text.empty() && !parse_time_of_day(text, is_end)) {
    throw bad_variable(name);
  }
  return std::string{text.empty() ? usual : text};
}

std::string zone_name(const Service& service, const std::string& own) {
  constexpr const char* kName = "DEFAULT_TIMEZONE";
  if (!own.empty()) {
    return own;
  }
  const std::string_view text = variable(service, kName);
  if (!text.empty() && service.zones.find(text) == nullptr) {
    throw bad_variable(kName);
  }
  return std::string{text.empty() ? "Asia/Kolkata" : text};
}

SchedulingDefaults view_of(const SchedulingSettings& settings) {
  SchedulingDefaults view;
  view.profile =
      settings.as_documented ? SchedulingProfile::document_d : SchedulingProfile::canonical;
  view.timezone = text_or_none(settings.timezone);
  view.start = text_or_none(settings.start_time);
  view.end = text_or_none(settings.end_time);
  if (!settings.days_of_week.empty()) {
    view.days_of_week = settings.days_of_week;
  }
  view.phone_number_id = text_or_none(settings.phone_number_id);
  return view;
}

Response answer_of(Service& service) {
  return json_response(
      200, SchedulingDefaultsView{view_of(service.store.workspace.settings().scheduling),
                                  defaults_in_force(service)});
}

}  // namespace

namespace {

DefaultsInForce in_force(Service& service, const SchedulingSettings& own) {
  DefaultsInForce now;
  now.timezone = zone_name(service, own.timezone);
  now.start = time_of_day(service, own.start_time, "DEFAULT_BUSINESS_HOURS_START", "09:00", false);
  now.end = time_of_day(service, own.end_time, "DEFAULT_BUSINESS_HOURS_END", "18:00", true);
  now.days_of_week =
      own.days_of_week.empty() ? std::vector<std::int64_t>{1, 2, 3, 4, 5} : own.days_of_week;
  now.phone_number_id = text_or_none(own.phone_number_id);
  if (!now.phone_number_id) {
    now.phone_number_id = text_or_none(scheduled_calls::last_phone_number_id(service.sql()));
  }
  now.retry_attempts = number_variable(service, "QUEUE_RETRY_ATTEMPTS", kRetryAttemptsMax, 3);
  now.retry_backoff_ms =
      number_variable(service, "QUEUE_RETRY_BACKOFF_DELAY", kRetryBackoffMsMax, 2000);
  return now;
}

}  // namespace

DefaultsInForce defaults_in_force(Service& service) {
  return in_force(service, service.store.workspace.settings().scheduling);
}

Answer get_scheduling_defaults(Request& request) {
  return answer_of(request.service());
}

Answer put_scheduling_defaults(Request& request) {
  Service& service = request.service();
  SchedulingDefaults wanted;
  std::vector<Issue> issues = decode_into(wanted, request.body_text());
  refuse_if_any(issues);
  if (wanted.timezone && service.zones.find(*wanted.timezone) == nullptr) {
    add_issue(issues, "/timezone", "unknown_timezone", "No IANA time zone has this name.");
  }
  if (wanted.start && !parse_time_of_day(*wanted.start, false)) {
    add_issue(issues, "/businessHoursStart", "invalid_time", "It is HH:MM, 00:00 to 23:59.");
  }
  if (wanted.end && !parse_time_of_day(*wanted.end, true)) {
    add_issue(issues, "/businessHoursEnd", "invalid_time", "It is HH:MM, up to 24:00.");
  }
  refuse_if_any(issues);
  const SchedulingSettings own{wanted.profile == SchedulingProfile::document_d,
                               wanted.timezone.value_or(""),
                               wanted.start.value_or(""),
                               wanted.end.value_or(""),
                               wanted.days_of_week.value_or(std::vector<std::int64_t>{}),
                               wanted.phone_number_id.value_or("")};
  const DefaultsInForce now = in_force(service, own);
  if (now.start == now.end) {
    add_issue(issues, "/businessHoursEnd", "contradiction",
              "The business hours would end when they start.");
    refuse_if_any(issues);
  }
  Settings settings = service.store.workspace.settings();
  settings.scheduling = own;
  service.store.workspace.set_settings(std::move(settings));
  encode(request.remark, wanted);
  return answer_of(service);
}

}  // namespace callgate
