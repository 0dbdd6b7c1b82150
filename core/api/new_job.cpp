#include "core/api/new_job.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "core/api/call_changes.hpp"
#include "core/api/documents/clients.hpp"
#include "core/api/idempotent.hpp"
#include "core/base/ascii.hpp"
#include "core/engine/accounts.hpp"
#include "core/imports/judge.hpp"
#include "core/store/calls.hpp"
#include "core/store/idempotency.hpp"

namespace callgate {
namespace {

constexpr const char* kPriorityOrLevel = "A priority is named by its number or by its word.";

std::string region_or_default(const std::optional<std::string>& region) {
  return upper(region ? std::string_view{*region} : kDefaultRegion);
}

struct JudgedRows {
  std::vector<Recipient> accepted;
  std::vector<OwnTerms> own;  // of each of them
  std::vector<RejectedRow> rejected;
};

std::vector<NewCall> calls_of(const JudgedRows& judged) {
  std::vector<NewCall> calls;
  calls.reserve(judged.accepted.size());
  for (std::size_t i = 0; i < judged.accepted.size(); ++i) {
    calls.push_back({&judged.accepted[i], judged.own[i].terms, judged.own[i].not_before});
  }
  return calls;
}

// By the same rules as a row of a file; the metadata needs no judging, it was decoded.
Expected<Recipient, Reject> judge_one(const NewRecipient& wanted, const std::string& region,
                                      const ZoneNames& zones) {
  RecipientTexts texts;
  texts.phone = wanted.phone_number;
  texts.phone_field = "phoneNumber";
  texts.timezone = wanted.timezone ? std::string_view{*wanted.timezone} : std::string_view{};
  texts.timezone_field = "timezone";
  texts.first_name = wanted.first_name ? std::string_view{*wanted.first_name} : std::string_view{};
  texts.last_name = wanted.last_name ? std::string_view{*wanted.last_name} : std::string_view{};
  auto judged = judge_recipient(texts, region, zones);
  if (judged && wanted.metadata) {
    judged->metadata = wanted.metadata->text;
  }
  return judged;
}

// The numbers and then the recipients of a body, in their order; row 1 is the first. A row whose
// own terms contradict each other refuses them all.
JudgedRows judge(const Service& service, const std::optional<std::vector<std::string>>& numbers,
                 const std::optional<std::vector<NewRecipient>>& recipients,
                 const std::string& region) {
  const TableZoneNames zones{service.zones};
  JudgedRows judged;
  std::vector<Issue> issues;
  std::int64_t row = 0;
  const auto take = [&](const NewRecipient& wanted, const std::string& place) {
    ++row;
    auto one = judge_one(wanted, region, zones);
    if (one) {
      judged.accepted.push_back(std::move(*one));
      judged.own.push_back(own_terms_of(service, wanted, place, issues));
    } else {
      judged.rejected.push_back({row, std::move(one.error())});
    }
  };
  if (numbers) {
    for (const std::string& number : *numbers) {
      NewRecipient one;
      one.phone_number = number;
      take(one, "");
    }
  }
  if (recipients) {
    for (std::size_t i = 0; i < recipients->size(); ++i) {
      take((*recipients)[i], "/recipients/" + std::to_string(i));
    }
  }
  refuse_if_any(issues);
  return judged;
}

template <class Body>
JudgedRows judge_body(const Service& service, const Body& body) {
  return judge(service, body.phone_numbers, body.recipients,
               region_or_default(body.default_region));
}

void need_some(const std::vector<RejectedRow>& rejected, const std::string& place = "") {
  std::vector<Issue> issues;
  for (const RejectedRow& row : rejected) {
    add_issue(issues, place + "/recipients/" + std::to_string(row.row - 1), row.reject.code,
              row.reject.detail);
  }
  throw ApiError{422, "no_valid_recipients",
                 "Nobody on the list has a phone number that can be called.", std::move(issues)};
}

template <class Body>
void check_region(const Body& body, std::vector<Issue>& issues) {
  static_cast<void>(read_region(body.default_region, "/defaultRegion", issues));
}

// Two arms of one name could not be told apart.
void check_experiment(const NewJob& wanted, std::vector<Issue>& issues) {
  std::set<std::string> names;
  for (std::size_t i = 0; wanted.experiment && i < wanted.experiment->arms.size(); ++i) {
    if (!names.insert(wanted.experiment->arms[i].name).second) {
      add_issue(issues, "/experiment/arms/" + std::to_string(i) + "/name", "not_unique",
                "Each arm needs a name of its own.");
    }
  }
}

void check_settings(const Service& service, const NewJob& wanted, std::vector<Issue>& issues) {
  if (wanted.priority && wanted.level) {
    add_issue(issues, "/level", "contradiction", kPriorityOrLevel);
  }
  check_region(wanted, issues);
  check_experiment(wanted, issues);
  check_budget(wanted.budget, "/budget", issues);
  if (wanted.providers) {
    check_providers(service, *wanted.providers, "/providers", issues);
  }
  check_client_id(wanted.client_id, "/clientId", issues);
}

std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> parts;
  for (bool more = true; more;) {
    const std::size_t comma = text.find(',');
    more = comma != std::string_view::npos;
    parts.emplace_back(text.substr(0, comma));
    text.remove_prefix(more ? comma + 1 : text.size());
  }
  return parts;
}

// The query carries an object as JSON; what is wrong with it is told below the parameter's name.
template <class T>
void read_json(const std::string& place, const std::optional<std::string>& text,
               std::optional<T>& wanted, std::vector<Issue>& issues) {
  if (!text) {
    return;
  }
  auto read = decode<T>(*text);
  if (read) {
    wanted = std::move(*read);
    return;
  }
  for (const Issue& issue : read.error()) {
    add_issue(issues, place + issue.pointer, issue.code, issue.detail);
  }
}

Job job_from(Service& service, const NewJob& wanted) {
  Job job = job_settings(service, wanted, service.now());
  job.seq = service.store.workspace.take_seq();
  job.created_at = service.now();
  return job;
}

// The settings of a streamed list stand in the query.
NewJob from_query(Request& request) {
  auto query = request.query<NewJobQuery>();
  std::vector<Issue> issues;
  const auto need = [&issues](const std::optional<std::string>& value, const char* name) {
    if (!value) {
      add_issue(issues, std::string{"?"} + name, "required",
                "With a streamed list this setting stands in the query.");
    }
  };
  need(query.name, "name");
  need(query.assistant_id, "assistantId");
  need(query.phone_number_id, "phoneNumberId");
  if (!issues.empty()) {
    throw ApiError{400, "query_invalid", "Settings are missing.", std::move(issues)};
  }
  NewJob wanted;
  wanted.name = std::move(*query.name);
  wanted.schedule = query.schedule;
  wanted.assistant_id = std::move(*query.assistant_id);
  wanted.phone_number_id = std::move(*query.phone_number_id);
  wanted.priority = query.priority;
  wanted.level = query.level;
  wanted.weight = query.weight.value_or(wanted.weight);
  wanted.purpose = query.purpose.value_or(wanted.purpose);
  if (query.best_hours || query.best_hours_patience) {
    const BestTimeWish usual;
    wanted.best_time = {query.best_hours.value_or(usual.hours_per_day),
                        query.best_hours_patience.value_or(usual.patience_hours)};
  }
  read_json("?experiment", query.experiment, wanted.experiment, issues);
  wanted.notes = std::move(query.notes);
  wanted.max_attempts = query.max_attempts.value_or(wanted.max_attempts);
  wanted.retry_delay_seconds = query.retry_delay_seconds;
  read_json("?retry", query.retry, wanted.retry, issues);
  wanted.concurrency = query.concurrency;
  if (query.per_second || query.per_minute) {
    wanted.rate = JobRate{query.per_second, query.per_minute};
  }
  if (query.budget_micros || query.budget_per_day_micros || query.budget_reserve_micros) {
    wanted.budget = JobBudget{Currency::usd, query.budget_micros, query.budget_per_day_micros,
                              query.budget_reserve_micros.value_or(LimitSettings::kReserve)};
  }
  wanted.subject = std::move(query.subject);
  if (query.providers) {
    wanted.providers = split_at_commas(*query.providers);
  }
  read_json("?notifications", query.notifications, wanted.notifications, issues);
  wanted.default_region = std::move(query.default_region);
  check_settings(request.service(), wanted, issues);
  check_retry(wanted, "?", issues);
  refuse_if_any(issues);
  return wanted;
}

}  // namespace

std::string read_region(const std::optional<std::string>& wanted, const char* place,
                        std::vector<Issue>& issues) {
  std::string region = region_or_default(wanted);
  const bool letters = std::all_of(region.begin(), region.end(), is_upper);
  if (!letters) {
    add_issue(issues, place, "region_invalid", "A region is two letters of ISO 3166, such as US.");
  }
  return region;
}

void check_retry(const NewJob& wanted, const std::string& place, std::vector<Issue>& issues) {
  if (wanted.retry) {
    static_cast<void>(read_retry(*wanted.retry, wanted.max_attempts,
                                 wanted.retry_delay_seconds.has_value(), place + "retry", issues));
  }
}

void check_providers(const Service& service, const std::vector<std::string>& names,
                     const std::string& place, std::vector<Issue>& issues) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string pointer = place + "/" + std::to_string(i);
    if (has_issue_at(issues, pointer)) {
      continue;
    }
    if (account_named(service, names[i]) == nullptr) {
      add_issue(issues, pointer, "unknown_provider", "There is no provider account of that name.");
    } else if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) !=
               names.begin() + static_cast<std::ptrdiff_t>(i)) {
      add_issue(issues, pointer, "duplicate", "It stands in this list already.");
    }
  }
}

void refuse_priority_and_level(const std::optional<std::int64_t>& priority,
                               const std::optional<Level>& level) {
  if (priority && level) {
    throw ApiError{
        422, "body_invalid", kPriorityOrLevel, {{"/level", "contradiction", kPriorityOrLevel}}};
  }
}

void set_rank(Service& service, Job& job) {
  if (job.level) {
    const auto index = static_cast<std::size_t>(*job.level);
    job.rank = service.store.workspace.settings().level_ranks.at(index);
    job.priority = static_cast<std::int64_t>(index) + 1;
  } else {
    job.rank = rank_of_number(job.priority);
  }
}

Job job_settings(Service& service, const NewJob& wanted, Instant now) {
  Job job;
  if (wanted.retry) {
    std::vector<Issue> none;
    job.retry = read_retry(*wanted.retry, wanted.max_attempts,
                           wanted.retry_delay_seconds.has_value(), "", none);
    CALLGATE_CHECK(none.empty());
  }
  job.name = wanted.name;
  job.notes = wanted.notes.value_or("");
  job.assistant_id = wanted.assistant_id;
  job.phone_number_id = wanted.phone_number_id;
  job.weight = wanted.weight;
  job.purpose = wanted.purpose;
  if (wanted.best_time) {
    job.best_time = BestTime{wanted.best_time->hours_per_day,
                             std::chrono::hours{wanted.best_time->patience_hours}};
  }
  if (wanted.experiment) {
    job.experiment.decide_within = wanted.experiment->decide_within;
    for (const ArmWish& wish : wanted.experiment->arms) {
      Arm& arm = job.experiment.arms.emplace_back();
      arm.name = wish.name;
      arm.assistant_id = wish.assistant_id;
      arm.weight = wish.weight;
    }
  }
  if (wanted.client_id) {
    job.client = client_for_writing(service, *wanted.client_id).number;
  }
  job.max_attempts = wanted.max_attempts;
  if (wanted.retry_delay_seconds) {
    job.retry_delay = std::chrono::seconds{*wanted.retry_delay_seconds};
  }
  job.concurrency = wanted.concurrency;
  job.limits = job_limits_of(wanted.subject, wanted.rate, wanted.budget);
  job.providers = wanted.providers.value_or(std::vector<std::string>{});
  job.notifications = notifications_of(wanted.notifications.value_or(NotificationWish{}));
  if (wanted.schedule) {
    job.start_at = wanted.schedule->resolve(now);
  }
  job.level = wanted.level;
  const auto& calendar = service.caches.gates.calendar(service);
  const std::int64_t usual = calendar ? calendar->priority_at(job.start_at.value_or(now)) : 3;
  job.priority = wanted.priority.value_or(usual);
  set_rank(service, job);
  return job;
}

std::vector<Recipient> judged_recipients(const Service& service, const NewJob& wanted,
                                         const std::string& place) {
  std::vector<Issue> issues;
  check_settings(service, wanted, issues);
  for (Issue& issue : issues) {
    issue.pointer.insert(0, place);
  }
  refuse_if_any(issues);
  JudgedRows judged = judge_body(service, wanted);
  if (judged.accepted.empty()) {
    need_some(judged.rejected, place);
  }
  for (const OwnTerms& own : judged.own) {
    if (!(own.terms == CallTerms{}) || own.not_before != Instant{}) {
      throw ApiError{422,
                     "validation_failed",
                     "Recipients of a schedule go by its job.",
                     {{place + "/recipients", "not_for_schedules",
                       "A priority, a time or a caller of one's own is not for jobs that recur."}}};
    }
  }
  std::vector<Recipient> people;
  std::set<std::int64_t> known;
  for (Recipient& recipient : judged.accepted) {
    if (known.insert(recipient.phone.digits).second) {
      people.push_back(std::move(recipient));
    }
  }
  return people;
}

std::optional<ImportFormat> streamed_format(const HttpRequest& request) {
  std::string type{request.header("content-type")};
  type = type.substr(0, type.find(';'));
  for (char& c : type) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  while (!type.empty() && type.back() == ' ') {
    type.pop_back();
  }
  if (type == "text/csv") {
    return ImportFormat::csv;
  }
  if (type == "application/x-ndjson") {
    return ImportFormat::ndjson;
  }
  return std::nullopt;
}

NewJob read_new_job(Request& request) {
  if (!request.query_parameters.empty()) {
    throw ApiError{400, "query_invalid",
                   "With a JSON body the settings stand in the body, not in the query."};
  }
  NewJob wanted;
  std::vector<Issue> issues = decode_into(wanted, request.body_text());
  if (is_readable(issues) && !has_issue_at(issues, "/retry") &&
      !has_issue_at(issues, "/maxAttempts")) {
    check_retry(wanted, "/", issues);
  }
  if (!has_issue_at(issues, "")) {
    check_settings(request.service(), wanted, issues);
  }
  if (!wanted.phone_numbers && !wanted.recipients && !has_issue_at(issues, "")) {
    add_issue(issues, "/recipients", "required",
              "A job needs recipients, or phoneNumbers: at least one person to call.");
  }
  refuse_if_any(issues);
  return wanted;
}

CreatedJob create_job(Request& request, const NewJob& wanted) {
  Service& service = request.service();
  const std::string key = idempotency_key(request.http);
  const Digest asked = service.context.crypto.sha256(bytes_of(request.http.body));
  if (!key.empty()) {
    if (const auto known = idempotency::find(service.sql(), key, service.now())) {
      if (known->request != Blob(asked.begin(), asked.end())) {
        throw ApiError{409, "idempotency_key_reused",
                       "This Idempotency-Key came with another request within a day."};
      }
      if (const Job* job = service.store.jobs.find(known->job)) {
        return {job, true};
      }
    }
  }
  const JudgedRows judged = judge_body(service, wanted);
  if (judged.accepted.empty()) {
    need_some(judged.rejected);
  }
  Job& job = service.store.jobs.add(job_from(service, wanted));
  Import import = open_import(service, job, ImportFormat::ndjson, "");
  for (const bool is_new : add_calls(service, job, calls_of(judged))) {
    ++(is_new ? import.accepted : import.duplicates);
  }
  for (const RejectedRow& rejected : judged.rejected) {
    imports::add_reject(service.sql(), import.seq, rejected.row, rejected.reject);
  }
  import.state = ImportState::sealed;
  import.rejected = static_cast<std::int64_t>(judged.rejected.size());
  import.rows = import.accepted + import.duplicates + import.rejected;
  import.reader.clear();
  imports::save(service.sql(), import);
  seal_job(service, job);
  if (!key.empty()) {
    idempotency::remember(service.sql(), key, {{asked.begin(), asked.end()}, job.seq, {}},
                          service.now());
  }
  return {&job, false};
}

Answer create_streamed_job(Request& request, ImportFormat format) {
  Service& service = request.service();
  const NewJob wanted = from_query(request);
  if (!request.http.body_is_stream) {
    throw ApiError{400, "body_missing", "The list of recipients is missing: the body is empty."};
  }
  Job job = job_from(service, wanted);
  job.state = JobState::importing;
  const Import import = open_import(service, service.store.jobs.add(std::move(job)), format,
                                    region_or_default(wanted.default_region));
  return Ingest{import.seq, 0};
}

AddedRecipients add_recipients(Request& request, std::int64_t seq) {
  Service& service = request.service();
  const auto body = request.body<MoreRecipients>();
  std::vector<Issue> issues;
  check_region(body, issues);
  if (!body.phone_numbers && !body.recipients) {
    add_issue(issues, "/recipients", "required", "Name recipients or phoneNumbers.");
  }
  refuse_if_any(issues);
  const JudgedRows judged = judge_body(service, body);
  if (judged.accepted.empty()) {
    need_some(judged.rejected);
  }
  AddedRecipients added;
  Job& job = service.store.jobs.edit(seq);
  const std::int64_t blocked = job.blocked;
  for (const bool is_new : add_calls(service, job, calls_of(judged))) {
    ++(is_new ? added.accepted : added.duplicates);
  }
  added.blocked = job.blocked - blocked;
  added.rejected = static_cast<std::int64_t>(judged.rejected.size());
  for (const RejectedRow& row : judged.rejected) {
    if (added.rejects.size() == static_cast<std::size_t>(kRejectsShown)) {
      break;
    }
    added.rejects.push_back(
        {row.row, row.reject.code, row.reject.field, row.reject.detail, row.reject.value});
  }
  return added;
}

}  // namespace callgate
