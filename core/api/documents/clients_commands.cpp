// What document B's surface does with calls.
#include "core/api/access.hpp"
#include "core/api/calls.hpp"
#include "core/api/contacts.hpp"
#include "core/api/control.hpp"
#include "core/api/documents/clients.hpp"
#include "core/calls/lifecycle.hpp"
#include "core/engine/control.hpp"

namespace callgate {
namespace {

constexpr Millis kBatchesApart = std::chrono::minutes{5};

// What has passed is now.
std::optional<Instant> read_item_time(const Service& service,
                                      const std::optional<std::string>& text,
                                      std::vector<Issue>& issues) {
  if (!text) {
    return std::nullopt;
  }
  const auto at = parse_queue_time(*text);
  if (!at) {
    add_issue(issues, "/scheduledAt", "not_a_time", "Must be a time, like 2026-11-21T09:30:00Z.");
    return std::nullopt;
  }
  const Instant time = std::max(*at, service.now());
  check_call_time(service, time, "/scheduledAt", issues);
  return time;
}

void check_same_client(const std::optional<std::string>& said, const std::string& client,
                       std::vector<Issue>& issues) {
  if (said && *said != client) {
    add_issue(issues, "/clientId", "contradiction", "The path names another client.");
  }
}

CallTerms terms_of_item(const ClientRecord& client, Level level,
                        const std::optional<std::int64_t>& max_retries) {
  CallTerms terms;
  terms.priority = priority_of_level(client, level);
  if (max_retries) {
    terms.max_attempts = *max_retries + 1;
  }
  return terms;
}

std::string text_of_metadata(const std::optional<JsonObject>& metadata) {
  return metadata && metadata->text != "{}" ? metadata->text : "";
}

[[noreturn]] void refuse_item(const NotQueued& refused) {
  throw ApiError{409, refused.code, refused.detail};
}

void need_item_done(const Done& done) {
  if (!done) {
    throw ApiError{409, "wrong_state", done.error().detail};
  }
}

Response item_response(Request& request, std::int64_t status, const Call& call,
                       Headers headers = {}) {
  return json_response(
      status,
      client_item_of(request.service(), call, ContactsOf{request.service(), call}.find(call),
                     sees_people(request.principal())),
      std::move(headers));
}

void change_item(Service& service, Call& call, const CallChange& change, const Remark& remark) {
  const auto changed = change_call(service, call, change, remark);
  if (!changed) {
    std::vector<Issue> issues;
    for (const CallField field : changed.error().fields) {
      const bool time = field == CallField::not_before;
      add_issue(issues, time ? "/scheduledAt" : "/" + std::string{to_word(field)}, "wrong_state",
                changed.error().detail);
    }
    throw ApiError{409, "wrong_state", changed.error().detail, std::move(issues)};
  }
}

// The client with a queue that takes somebody; nothing is made where it does not.
ClientRecord client_to_add_to(Service& service, const std::string& id) {
  if (const auto refused = check_queue(service, client_for_reading(service, id))) {
    refuse_item(*refused);
  }
  return client_for_writing(service, id);
}

// What of the states a person may set, and from where.
void need_item_status(const Call& call, const ClientItemChange& wanted) {
  const auto refuse = [](const char* detail) { throw ApiError{409, "wrong_state", detail}; };
  if (!wanted.status) {
    return;
  }
  const bool ended = is_terminal(call.state);
  switch (*wanted.status) {
    case ItemStatus::pending:
      if (call.state == CallState::live) {
        refuse("It is live.");
      }
      if (call.state == CallState::completed) {
        refuse("It was reached; add its lead again to call again.");
      }
      return;
    case ItemStatus::scheduled:
      if (ended || call.state == CallState::live || !wanted.scheduled_at) {
        refuse("One that waits is scheduled by its scheduledAt.");
      }
      return;
    case ItemStatus::cancelled:
      if (ended && call.state != CallState::canceled) {
        refuse("It has ended already.");
      }
      if (wanted.scheduled_at) {
        refuse("What is cancelled has no time.");
      }
      return;
    default:
      refuse("Only the queue itself says that; set pending or cancelled.");
  }
}

}  // namespace

Answer post_client_item(Request& request) {
  Service& service = request.service();
  const std::string id = client_id_of(request);
  const auto wanted = request.body<NewClientItem>();
  std::vector<Issue> issues;
  check_same_client(wanted.client_id, id, issues);
  const auto at = read_item_time(service, wanted.scheduled_at, issues);
  refuse_if_any(issues);
  const Contact contact = contact_of(service, wanted.lead_id);
  const ClientRecord client = client_to_add_to(service, id);
  const auto call = enqueue_for(service, client, contact,
                                terms_of_item(client, wanted.priority, wanted.max_retries),
                                at.value_or(Instant{}), text_of_metadata(wanted.metadata));
  if (!call) {
    refuse_item(call.error());
  }
  return item_response(
      request, 201, *call,
      {{"location", "/api/queue/" + call_id(service, call->seq, call->created_at)}});
}

Answer post_client_batch(Request& request) {
  Service& service = request.service();
  const std::string id = client_id_of(request);
  const auto wanted = request.body<ScheduleBatch>();
  std::vector<Issue> issues;
  check_same_client(wanted.client_id, id, issues);
  const auto start = read_item_time(service, wanted.scheduled_at, issues);
  refuse_if_any(issues);
  const ClientRecord client = client_to_add_to(service, id);
  const CallTerms terms = terms_of_item(client, wanted.priority, wanted.max_retries);
  const auto size = wanted.batch_size.value_or(kQueueBulkMax);
  BatchScheduled answer;
  for (const std::string& lead : wanted.lead_ids) {
    BatchLead& result = answer.results.emplace_back();
    result.lead_id = lead;
    const std::int64_t batch = answer.scheduled / size;
    const Instant first = start.value_or(batch == 0 ? Instant{} : service.now());
    const auto contact = contact_or_none(service, lead);
    const auto call = contact ? enqueue_for(service, *service.store.clients.named(id), *contact,
                                            terms, first + batch * kBatchesApart, {})
                              : unexpected(NotQueued{"contact_not_found", {}});
    if (!call) {
      ++answer.failed;
      result.reason = std::string{call.error().code};
      continue;
    }
    ++answer.scheduled;
    answer.batches = batch + 1;
    result.id = call_id(service, call->seq, call->created_at);
    result.scheduled_at = std::max(call->not_before, call->created_at);
  }
  return json_response(201, answer);
}

Answer put_client_item(Request& request) {
  Service& service = request.service();
  Call call = client_call_of(service, request.path("id"));
  const auto wanted = request.body<ClientItemChange>();
  std::vector<Issue> issues;
  const auto at = read_item_time(service, wanted.scheduled_at, issues);
  refuse_if_any(issues);
  need_item_status(call, wanted);
  const ClientRecord& client =
      service.store.clients.numbered(service.store.jobs.find(call.job)->client);
  CallChange change;
  if (wanted.priority) {
    change.priority = priority_of_level(client, *wanted.priority);
  }
  if (wanted.max_retries) {
    change.max_attempts = *wanted.max_retries + 1;
  }
  if (wanted.metadata) {
    change.metadata = text_of_metadata(wanted.metadata);
  }
  const Remark remark{wanted.reason.value_or(""), {}};
  if (wanted.status == ItemStatus::pending && is_terminal(call.state)) {
    need_item_done(redrive_call(service, call, remark));
  }
  change.not_before = at;
  change_item(service, call, change, remark);
  if (wanted.status == ItemStatus::cancelled) {
    need_item_done(take_back_call(service, call, remark));
  }
  request.remark = request.body_text();
  return item_response(request, 200, call);
}

Answer delete_client_item(Request& request) {
  Service& service = request.service();
  Call call = client_call_of(service, request.path("id"));
  need_item_done(take_back_call(service, call, {}));
  return item_response(request, 200, call);
}

Answer post_client_process(Request& request) {
  Service& service = request.service();
  const ClientRecord client = client_for_reading(service, client_id_of(request));
  QueueProcessed answer;
  if (queue_of(service, client) != nullptr) {
    const QueuePass done = process_queue(service, client);
    answer.successful = done.begun;
    answer.failed = done.refused;
    answer.processed = done.begun + done.refused;
  }
  return json_response(200, answer);
}

}  // namespace callgate
