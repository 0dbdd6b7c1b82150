#include "core/api/documents/scheduling.hpp"

#include <algorithm>
#include <set>

#include "core/api/access.hpp"
#include "core/api/calls.hpp"
#include "core/api/clock.hpp"
#include "core/api/documents/defaults.hpp"
#include "core/api/documents/scheduled_view.hpp"
#include "core/api/jobs.hpp"
#include "core/api/new_job.hpp"
#include "core/engine/call_list.hpp"
#include "core/schedule/recurrence/civil.hpp"
#include "core/store/scheduled_calls.hpp"

namespace callgate {
namespace {

constexpr std::string_view kUnknownZone = "unknown_timezone";

// Where a refusal's code is one of the document's own.
struct Code {
  std::string_view ours;
  std::int64_t status;
  std::string_view documents;
};

constexpr std::array kCodes{
    Code{"unknown_timezone", 400, "INVALID_TIMEZONE"},
    Code{"not_in_future", 400, "INVALID_SCHEDULED_TIME"},
    Code{"agent_not_found", 404, "AGENT_NOT_FOUND"},
    Code{"scheduled_call_not_found", 404, "SCHEDULED_CALL_NOT_FOUND"},
    Code{"wrong_state", 400, "INVALID_OPERATION"},
    Code{"user_id_missing", 400, "MISSING_USER_ID"},
};

Code code_of(const ApiError& error) {
  const auto* const own = std::find_if(kCodes.begin(), kCodes.end(), [&error](const Code& code) {
    return code.ours == error.code();
  });
  if (own != kCodes.end()) {
    return *own;
  }
  switch (error.status()) {
    case 400:
    case 422:
      return {{}, 400, "VALIDATION_ERROR"};
    case 401:
      return {{}, 401, "UNAUTHORIZED"};
    case 403:
      return {{}, 403, "FORBIDDEN"};
    case 413:
      return {{}, 413, "PAYLOAD_TOO_LARGE"};
    case 415:
      return {{}, 415, "UNSUPPORTED_MEDIA_TYPE"};
    default:
      return {{}, error.status(), error.status() >= 500 ? "INTERNAL_ERROR" : "REQUEST_REFUSED"};
  }
}

// "/businessHours/start" is businessHours.start, "?userId" userId.
std::string field_of(std::string_view pointer) {
  std::string name{pointer.empty() ? pointer : pointer.substr(1)};
  std::replace(name.begin(), name.end(), '/', '.');
  return name;
}

void refuse(std::vector<Issue> issues) {
  if (issues.empty()) {
    return;
  }
  const bool zones = std::all_of(issues.begin(), issues.end(),
                                 [](const Issue& issue) { return issue.code == kUnknownZone; });
  if (zones) {
    throw ApiError{400, kUnknownZone, "No IANA time zone has this name.", std::move(issues)};
  }
  throw invalid_body(std::move(issues));
}

// Nobody acts for another without leave to.
std::string owner_of(const Request& request, const std::optional<std::string>& user_id) {
  if (!user_id || user_id->empty()) {
    throw ApiError{400, "user_id_missing", "userId is required."};
  }
  if (*user_id != request.principal().subject && !may(request.principal(), "calls:as_other")) {
    throw ApiError{403, "forbidden", "userId is another than the one who is signed in."};
  }
  return *user_id;
}

const Zone* zone_of(const Service& service, const std::string& name, const char* place,
                    std::vector<Issue>& issues) {
  const Zone* zone = service.zones.find(name);
  if (zone == nullptr) {
    add_issue(issues, place, kUnknownZone, "No IANA time zone has this name.");
  }
  return zone;
}

std::optional<Instant> read_time(std::string_view text, const Zone& zone) {
  if (const auto at = parse_rfc3339(text)) {
    return at;
  }
  const auto local = parse_local(text);
  return local ? std::optional{to_instant(zone, *local).at} : std::nullopt;
}

Instant time_of(std::string_view text, const Zone* zone, std::vector<Issue>& issues) {
  const auto at = zone != nullptr ? read_time(text, *zone) : std::nullopt;
  if (zone != nullptr && (!at || *at >= kEndOfQuestions)) {
    add_issue(issues, "/scheduledFor", "invalid_datetime",
              "It is an RFC 3339 time, or YYYY-MM-DDTHH:MM:SS on the clock of the timezone.");
  }
  return at.value_or(kEpoch);
}

// Those that came with the call, or where it keeps to some, the defaults.
void read_hours(Service& service, const CallToSchedule& wanted, const DefaultsInForce& defaults,
                ScheduledCall& call, std::vector<Issue>& issues) {
  call.respects_hours = wanted.respect_business_hours;
  call.end_included = service.store.workspace.settings().scheduling.as_documented;
  call.hours_given = wanted.business_hours.has_value();
  if (!wanted.business_hours) {
    if (call.respects_hours) {
      call.hours = {defaults.days_of_week, defaults.start, defaults.end, call.timezone};
    }
    return;
  }
  const HoursView& given = *wanted.business_hours;
  call.hours = {given.days_of_week.value_or(defaults.days_of_week), given.start, given.end,
                given.timezone.value_or(call.timezone)};
  const auto checked = Schedule::check({*call.hours, {}, {}, {}, 3, {}}, service.zones);
  for (const ConfigIssue& issue :
       checked ? std::vector<ConfigIssue>{} : std::vector<ConfigIssue>{checked.error()}) {
    const bool is_start = issue.field == "businessHours.startTime";
    const bool is_end = issue.field == "businessHours.endTime";
    if (issue.field == "businessHours.timezone") {
      if (given.timezone) {
        add_issue(issues, "/businessHours/timezone", kUnknownZone,
                  "No IANA time zone has this name.");
      }
      continue;
    }
    add_issue(issues,
              is_start ? "/businessHours/start"
              : is_end ? "/businessHours/end"
                       : "/businessHours/daysOfWeek",
              issue.code, "Times are HH:MM, the end up to 24:00 and not the start.");
  }
}

void read_recurring(const SeriesAsked& asked, const Zone& zone, ScheduledCall& call,
                    std::vector<Issue>& issues) {
  const auto invalid = [&issues](SeriesField field, std::string_view detail) {
    add_issue(issues, "/recurring/" + std::string{field_name(field)}, "invalid_recurrence",
              std::string{detail});
  };
  ScheduledCall::Recurring recurring{call.asked, {}};
  const auto step = parse_series_step(asked.frequency);
  if (!step) {
    invalid(SeriesField::frequency, detail_of(SeriesField::frequency));
  }
  recurring.rule.step = step.value_or(SeriesStep::daily);
  recurring.rule.interval = asked.interval;
  recurring.rule.occurrences_max = asked.max_occurrences;
  if (asked.end_date) {
    const auto local = parse_local(*asked.end_date);
    const auto end = local ? std::optional{SeriesEnd{{}, to_instant(zone, *local).at}}
                           : parse_series_end(*asked.end_date);
    if (!end) {
      invalid(SeriesField::end, "It is a date, YYYY-MM-DD, or an RFC 3339 time.");
    }
    recurring.rule.end = end.value_or(SeriesEnd{});
  }
  if (const auto made = Series::make_asked(zone, recurring.anchor, recurring.rule); !made) {
    invalid(made.error(), detail_of(made.error()));
  }
  call.recurring = recurring;
}

std::optional<Phone> read_number(const std::string& text, std::vector<Issue>& issues) {
  constexpr std::size_t kDigitsMax = 15;
  const std::string_view digits = text.empty() ? text : std::string_view{text}.substr(1);
  const bool is_e164 = digits.size() >= 2 && digits.size() <= kDigitsMax && text[0] == '+' &&
                       digits[0] != '0' &&
                       digits.find_first_not_of("0123456789") == std::string_view::npos;
  const auto phone = is_e164 ? std::optional{parse_phone(text, "")} : std::nullopt;
  if (!phone || !*phone) {
    add_issue(issues, "/phoneNumber", phone ? to_word(phone->error()) : "phone_syntax",
              "It is a number in E.164 that can be called: + and 2 to 15 digits.");
    return std::nullopt;
  }
  return **phone;
}

bool is_agent_id(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || c == ':';
  });
}

// The retries of a delivery that failed are the document's; those of calls that were not answered
// the usual ones, as far as the attempts go.
void set_retries(const DefaultsInForce& defaults, Job& job) {
  job.max_attempts = defaults.retry_attempts;
  if (job.max_attempts > 1) {
    OutcomeRule& rule = job.retry.outcomes.emplace_back();
    rule.outcome = Outcome::provider_error;
    rule.retries = job.max_attempts - 1;
    rule.backoff = Backoff{BackoffKind::exponential, {Millis{defaults.retry_backoff_ms}}, 2};
  }
}

void set_priority(PriorityWord priority, Job& job) {
  constexpr std::int64_t kHighest = 2;  // of document A's scale, where 1 stands above all words
  job.priority = kHighest + static_cast<std::int64_t>(priority);
}

// What is asked for, moved into the hours; it must lie ahead.
Instant judged_time(const Service& service, const ScheduledCall& call, Instant asked) {
  const auto at = moved_into_hours(call, asked, service.zones);
  if (!at || *at <= service.now()) {
    throw ApiError{400, "not_in_future", "Scheduled time must be in the future."};
  }
  return *at;
}

// What the body says but for its agent and its time, which have answers of their own.
NewScheduledCall read_call(Request& request, const CallToSchedule& wanted,
                           const DefaultsInForce& defaults, std::vector<Issue> issues) {
  Service& service = request.service();
  NewScheduledCall out;
  ScheduledCall call;
  const HoursView* given = wanted.business_hours ? &*wanted.business_hours : nullptr;
  call.timezone = wanted.timezone                       ? *wanted.timezone
                  : given != nullptr && given->timezone ? *given->timezone
                                                        : defaults.timezone;
  const Zone* zone = service.zones.find(call.timezone);
  if (wanted.timezone) {
    zone = zone_of(service, *wanted.timezone, "/timezone", issues);
  }
  if (!has_issue_at(issues, "/scheduledFor")) {
    call.asked = time_of(wanted.scheduled_for, zone, issues);
  }
  if (!has_issue_at(issues, "/businessHours")) {
    read_hours(service, wanted, defaults, call, issues);
  }
  if (wanted.recurring && zone != nullptr && !has_issue_at(issues, "/recurring") &&
      !has_issue_at(issues, "/scheduledFor")) {
    read_recurring(*wanted.recurring, *zone, call, issues);
  }
  if (!has_issue_at(issues, "/phoneNumber")) {
    out.phone = read_number(wanted.phone_number, issues).value_or(Phone{});
  }
  out.job.phone_number_id = wanted.phone_number_id.value_or(defaults.phone_number_id.value_or(""));
  if (out.job.phone_number_id.empty() && !has_issue_at(issues, "/phoneNumberId")) {
    add_issue(issues, "/phoneNumberId", "required",
              "No number has called yet: name one here or in PUT /api/surfaces/scheduling.");
  }
  refuse(std::move(issues));
  out.job.scheduled_call = std::move(call);
  return out;
}

const Job& job_named(Request& request, const std::string& owner) {
  Service& service = request.service();
  const auto id = parse_id("job", request.path("scheduledCallId"));
  const Job* job =
      id && id->tag == service.store.workspace.tag() ? service.store.jobs.find(id->seq) : nullptr;
  const auto call = job == nullptr ? std::nullopt : calls::find(service.sql(), job->first_seq);
  if (job == nullptr || !job->visible() || job->created_at != id->created_at ||
      !job->scheduled_call || job->owner != owner || !call || call->job != job->seq) {
    throw ApiError{404, "scheduled_call_not_found", "There is no such scheduled call."};
  }
  return *job;
}

void need_pending(Service& service, const Job& job, const char* what) {
  const Call call = call_of_job(service, job);
  const ScheduledStatus status = status_of_call(service, job, call);
  if (status != ScheduledStatus::pending) {
    throw ApiError{409, "wrong_state",
                   std::string{"Cannot "} + what + " a scheduled call that is " +
                       std::string{word_of(status)} + "."};
  }
}

// A date is the whole of it, by the clock of the defaults.
Instant bound(const std::string& text, const char* place, bool is_end, const Zone& zone) {
  if (const auto day = parse_local_date(text)) {
    const LocalTime begin{(*day + (is_end ? 1 : 0)) * kDayMs};
    return to_instant(zone, begin).at - Millis{is_end ? 1 : 0};
  }
  const auto at = read_time(text, zone);
  if (!at) {
    throw ApiError{400,
                   "query_invalid",
                   "The query cannot be taken.",
                   {{place, "invalid_datetime", "It is a date, YYYY-MM-DD, or a time."}}};
  }
  return *at;
}

std::vector<scheduled_calls::Found> found_by(Request& request, const ScheduledCallsQuery& query,
                                             const std::string& owner) {
  Service& service = request.service();
  scheduled_calls::Wanted wanted{owner, kEpoch, kNever, {}};
  const bool dated = query.start_date || query.end_date;
  const Zone* zone = dated ? service.zones.find(defaults_in_force(service).timezone) : nullptr;
  if (query.start_date) {
    wanted.from = bound(*query.start_date, "?startDate", false, *zone);
  }
  if (query.end_date) {
    wanted.to = bound(*query.end_date, "?endDate", true, *zone);
  }
  if (query.agent_id) {
    wanted.assistant_id = *query.agent_id;
  }
  auto found = scheduled_calls::of_owner(service.sql(), wanted, kScheduledListedMax);
  if (query.status) {
    const bool as_documented = service.store.workspace.settings().scheduling.as_documented;
    found.erase(std::remove_if(found.begin(), found.end(),
                               [&](const scheduled_calls::Found& one) {
                                 return status_of(one.started, one.state,
                                                  is_dispatched(service, one.call, one.dispatched),
                                                  as_documented) != *query.status;
                               }),
                found.end());
  }
  return found;
}

}  // namespace

Response scheduling_refusal(const ApiError& error) {
  const Code code = code_of(error);
  Failed failed;
  failed.error.code = code.documents;
  failed.error.message = error.detail();
  if (!error.issues().empty()) {
    failed.error.details.emplace();
    for (const Issue& issue : error.issues()) {
      failed.error.details->push_back({field_of(issue.pointer), issue.code, issue.detail});
    }
  }
  Headers headers{{"cache-control", "no-store"}};
  headers.insert(headers.end(), error.headers().begin(), error.headers().end());
  return json_response(code.status, failed, std::move(headers));
}

Answer post_scheduling_schedule(Request& request) {
  Service& service = request.service();
  CallToSchedule wanted;
  std::vector<Issue> issues = decode_into(wanted, request.body_text());
  if (!is_readable(issues)) {
    throw invalid_body(std::move(issues));
  }
  const std::string owner =
      has_issue_at(issues, "/userId") ? std::string{} : owner_of(request, wanted.user_id);
  const DefaultsInForce defaults = defaults_in_force(service);
  const bool has_agent = !has_issue_at(issues, "/agentId");
  NewScheduledCall call = read_call(request, wanted, defaults, std::move(issues));
  if (has_agent && !is_agent_id(wanted.agent_id)) {
    throw ApiError{404, "agent_not_found", "There is no such agent."};
  }
  Job& job = call.job;
  job.start_at = judged_time(service, *job.scheduled_call, job.scheduled_call->asked);
  job.name = "Scheduled call";
  job.owner = owner;
  job.assistant_id = wanted.agent_id;
  set_priority(wanted.priority, job);
  set_rank(service, job);
  set_retries(defaults, job);
  call.metadata = wanted.metadata ? wanted.metadata->text : "";
  const Job& made = schedule_call(service, call);
  const std::string id = job_id(service, made);
  request.remark = id;
  return json_response(
      201, Succeeded<ScheduledMessage>{true, {id, *made.start_at, "Call scheduled successfully"}},
      {{"location", "/api/jobs/" + id}});
}

Answer get_scheduling_calls(Request& request) {
  const auto query = request.query<ScheduledCallsQuery>();
  Service& service = request.service();
  const std::string owner = owner_of(request, query.user_id);
  const auto found = found_by(request, query, owner);
  Succeeded<ScheduledCallsPage> answer;
  ScheduledCallsPage& page = answer.data;
  page.total = static_cast<std::int64_t>(found.size());
  page.page = query.page;
  page.pages = (page.total + query.limit - 1) / query.limit;
  const std::int64_t first = std::min((query.page - 1) * query.limit, page.total);
  const std::int64_t end = std::min(first + query.limit, page.total);
  for (std::int64_t i = first; i < end; ++i) {
    const Job& job = *service.store.jobs.find(found[static_cast<std::size_t>(i)].job);
    page.scheduled_calls.push_back(view_of_scheduled(request, job));
  }
  return json_response(200, answer);
}

Answer post_scheduling_cancel(Request& request) {
  Service& service = request.service();
  const std::string owner = owner_of(request, request.body<OwnerOfCall>().user_id);
  const Job& job = job_named(request, owner);
  need_pending(service, job, "cancel");
  const auto done = cancel_job(service, job.seq, service.context.limits.task_rows_max);
  if (!done) {
    throw ApiError{409, "wrong_state", done.error().detail};
  }
  return json_response(
      200, Succeeded<CancelledMessage>{true,
                                       {job_id(service, job), ScheduledStatus::cancelled,
                                        "Scheduled call cancelled successfully"}});
}

Answer post_scheduling_reschedule(Request& request) {
  Service& service = request.service();
  const auto wanted = request.body<OtherTime>();
  const std::string owner = owner_of(request, wanted.user_id);
  const Job& job = job_named(request, owner);
  need_pending(service, job, "reschedule");
  std::vector<Issue> issues;
  const Zone* zone = service.zones.find(job.scheduled_call->timezone);
  const Instant asked = time_of(wanted.scheduled_for, zone, issues);
  refuse(std::move(issues));
  const Instant at = judged_time(service, *job.scheduled_call, asked);
  const Done done = reschedule_job(service, job.seq, asked, at, request.principal().subject);
  if (!done) {
    throw ApiError{409, "wrong_state", done.error().detail};
  }
  return json_response(200, Succeeded<ScheduledMessage>{
                                true, {job_id(service, job), at, "Call rescheduled successfully"}});
}

}  // namespace callgate
