// Clients and what is configured for them.
#include <algorithm>
#include <charconv>

#include "core/api/documents/clients.hpp"
#include "core/api/documents/defaults.hpp"
#include "core/api/jobs.hpp"

namespace callgate {
namespace {

constexpr std::string_view kClientIdRule = "1 to 64 of A-Z, a-z, 0-9, dot, underscore and hyphen.";
constexpr std::int64_t kRetryMinutesMax = 43'200;
constexpr std::int64_t kClientAtOnceMax = 10'000;

std::optional<std::int64_t> number_in(std::string_view text, std::int64_t most) {
  while (!text.empty() && text.front() == ' ') {
    text.remove_prefix(1);
  }
  while (!text.empty() && text.back() == ' ') {
    text.remove_suffix(1);
  }
  std::int64_t value = 0;
  const auto* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  const bool whole = read.ec == std::errc{} && read.ptr == end;
  return whole && value >= 1 && value <= most ? std::optional{value} : std::nullopt;
}

std::vector<std::int64_t> delays_of(std::string_view text) {
  constexpr const char* kName = "QUEUE_RETRY_DELAYS";
  std::vector<std::int64_t> delays;
  for (bool more = true; more;) {
    const std::size_t comma = text.find(',');
    more = comma != std::string_view::npos;
    const auto delay = number_in(text.substr(0, comma), kRetryMinutesMax);
    if (!delay || delays.size() >= 20) {
      throw bad_variable(kName);
    }
    delays.push_back(*delay);
    text.remove_prefix(more ? comma + 1 : text.size());
  }
  return delays;
}

std::string place_of(const std::string& field) {
  const std::string_view hours = "businessHours.";
  if (field == "businessHours.daysOfWeek") {
    return "/activeDays";
  }
  if (field.rfind(hours, 0) == 0) {
    const std::string name = field.substr(hours.size());
    return "/businessHours/" + (name == "startTime" ? "start"
                                : name == "endTime" ? std::string{"end"}
                                                    : name);
  }
  std::string place = "/" + field;  // holidays[2]
  std::replace(place.begin(), place.end(), '[', '/');
  place.erase(std::remove(place.begin(), place.end(), ']'), place.end());
  return place;
}

ClientConfigView view_of_client(const ClientConfig& config) {
  const ScheduleConfig::Hours& hours = config.calendar.business_hours;
  ClientConfigView view;
  view.max_concurrent = config.at_once;
  view.retry_delays = config.retry_minutes;
  view.business_hours = ClientHoursView{hours.start_time, hours.end_time,
                                        config.calendar.priority_hours, hours.timezone};
  view.timezone = config.timezone;
  view.active_days.emplace();
  for (const std::int64_t day : hours.days_of_week) {
    view.active_days->push_back(static_cast<ActiveDay>(day));
  }
  view.priority_weights =
      PriorityWeights{config.weights[0], config.weights[1], config.weights[2], config.weights[3]};
  view.holidays = config.calendar.holidays;
  view.assistant_id = text_or_none(config.assistant_id);
  view.phone_number_id = text_or_none(config.phone_number_id);
  return view;
}

void take_hours(const ClientConfigView& wanted, ClientConfig& config) {
  ScheduleConfig::Hours& hours = config.calendar.business_hours;
  if (wanted.timezone) {
    // Hours that were of the default's clock follow it.
    hours.timezone = hours.timezone == config.timezone ? *wanted.timezone : hours.timezone;
    config.timezone = *wanted.timezone;
  }
  if (wanted.business_hours) {
    const ClientHoursView& given = *wanted.business_hours;
    hours.start_time = given.start.value_or(hours.start_time);
    hours.end_time = given.end.value_or(hours.end_time);
    hours.timezone = given.timezone.value_or(hours.timezone);
    config.calendar.priority_hours = given.priority_hours.value_or(config.calendar.priority_hours);
  }
  if (wanted.active_days) {
    hours.days_of_week.clear();
    for (const ActiveDay day : *wanted.active_days) {
      hours.days_of_week.push_back(static_cast<std::int64_t>(day));
    }
  }
  config.calendar.holidays = wanted.holidays.value_or(config.calendar.holidays);
}

// What is left out stays.
ClientConfig configured(const Service& service, ClientConfig config, const ClientConfigView& wanted,
                        std::vector<Issue>& issues) {
  config.at_once = wanted.max_concurrent.value_or(config.at_once);
  config.retry_minutes = wanted.retry_delays.value_or(config.retry_minutes);
  take_hours(wanted, config);
  if (wanted.priority_weights) {
    const PriorityWeights& weights = *wanted.priority_weights;
    config.weights = {weights.urgent, weights.high, weights.normal, weights.low};
  }
  config.assistant_id = wanted.assistant_id.value_or(config.assistant_id);
  config.phone_number_id = wanted.phone_number_id.value_or(config.phone_number_id);
  if (wanted.timezone && service.zones.find(*wanted.timezone) == nullptr) {
    add_issue(issues, "/timezone", "unknown_timezone", "No IANA time zone has this name.");
  }
  if (const auto schedule = Schedule::check(config.calendar, service.zones); !schedule) {
    for (const ConfigIssue& issue : schedule.error()) {
      const std::string place = place_of(issue.field);
      const bool said = place != "/businessHours/timezone" ||
                        (wanted.business_hours && wanted.business_hours->timezone);
      if (said && !has_issue_at(issues, place)) {
        add_issue(issues, place, issue.code,
                  "Times are HH:mm and differ, dates YYYY-MM-DD, zones IANA names.");
      }
    }
  }
  return config;
}

}  // namespace

void check_client_id(const std::optional<std::string>& id, const char* place,
                     std::vector<Issue>& issues) {
  if (id && !is_client_id(*id)) {
    add_issue(issues, place, "client_id_invalid", std::string{kClientIdRule});
  }
}

std::string client_id_of(const Request& request) {
  const std::string& id = request.path("clientId");
  if (!is_client_id(id)) {
    throw ApiError{400, "client_id_invalid", "A client is named by " + std::string{kClientIdRule}};
  }
  return id;
}

ClientConfig client_defaults(const Service& service) {
  ClientConfig config;
  ScheduleConfig::Hours& hours = config.calendar.business_hours;
  const auto set = [&service](const char* name, auto take) {
    if (const std::string_view text = variable(service, name); !text.empty() && !take(text)) {
      throw bad_variable(name);
    }
  };
  set("QUEUE_MAX_CONCURRENT", [&config](std::string_view text) {
    const auto number = number_in(text, kClientAtOnceMax);
    config.at_once = number.value_or(config.at_once);
    return number.has_value();
  });
  set("QUEUE_RETRY_DELAYS", [&config](std::string_view text) {
    config.retry_minutes = delays_of(text);
    return true;
  });
  set("QUEUE_DEFAULT_TIMEZONE", [&](std::string_view text) {
    config.timezone = text;
    hours.timezone = text;
    return service.zones.find(text) != nullptr;
  });
  set("QUEUE_BUSINESS_HOURS_START", [&hours](std::string_view text) {
    hours.start_time = text;
    return parse_time_of_day(text, false).has_value();
  });
  set("QUEUE_BUSINESS_HOURS_END", [&hours](std::string_view text) {
    hours.end_time = text;
    return parse_time_of_day(text, true).has_value();
  });
  if (!Schedule::check(config.calendar, service.zones)) {
    throw bad_variable("QUEUE_BUSINESS_HOURS_END");
  }
  return config;
}

ClientRecord client_for_writing(Service& service, const std::string& id) {
  const ClientRecord* known = service.store.clients.named(id);
  auto client = known != nullptr ? std::optional{*known}
                                 : client_named(service, id, client_defaults(service));
  if (!client) {
    throw ApiError{409, "too_many_clients",
                   "A workspace has at most " + std::to_string(kClientsMax) + " clients."};
  }
  return std::move(*client);
}

ClientRecord client_for_reading(Service& service, const std::string& id) {
  if (const ClientRecord* known = service.store.clients.named(id)) {
    return *known;
  }
  ClientRecord client;
  client.id = id;
  client.config = client_defaults(service);
  return client;
}

Answer get_clients(Request& request) {
  Service& service = request.service();
  ClientList list;
  std::vector<std::int64_t> live(service.store.clients.all().size() + 1);
  for (const auto& [job, calls] : service.store.attempts.live()) {
    live[static_cast<std::size_t>(service.store.jobs.find(job)->client)] += calls;
  }
  for (const ClientRecord& client : service.store.clients.all()) {
    ClientView& view = list.clients.emplace_back();
    view.id = client.id;
    view.created_at = client.created_at;
    view.updated_at = client.updated_at;
    view.max_concurrent = client.config.at_once;
    view.live_calls = live[static_cast<std::size_t>(client.number)];
    if (const Job* job = queue_of(service, client)) {
      view.total_items = job->total;
      view.pending_items = job->open() - service.store.attempts.live_of(job->seq);
      view.completed_items = job->completed;
      view.failed_items = job->failed;
      view.job_id = job_id(service, *job);
    }
  }
  return json_response(200, list);
}

Answer get_client_config(Request& request) {
  const ClientRecord client = client_for_reading(request.service(), client_id_of(request));
  return json_response(200, view_of_client(client.config));
}

Answer put_client_config(Request& request) {
  Service& service = request.service();
  const std::string id = client_id_of(request);
  ClientConfigView wanted;
  std::vector<Issue> issues = decode_into(wanted, request.body_text());
  if (!is_readable(issues)) {
    throw invalid_body(std::move(issues));
  }
  const ClientConfig config =
      configured(service, client_for_reading(service, id).config, wanted, issues);
  refuse_if_any(issues);
  ClientRecord client = client_for_writing(service, id);
  client.config = config;
  configure_client(service, client, request.principal().subject);
  request.remark = request.body_text();
  return json_response(200, view_of_client(config));
}

}  // namespace callgate
