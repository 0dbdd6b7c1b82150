// What document C's surface does with calls.
#include "core/api/access.hpp"
#include "core/api/audit.hpp"
#include "core/api/calls.hpp"
#include "core/api/control.hpp"
#include "core/api/documents/call_queue.hpp"
#include "core/api/jobs.hpp"
#include "core/api/new_job.hpp"
#include "core/calls/lifecycle.hpp"
#include "core/engine/call_changes.hpp"
#include "core/engine/control.hpp"
#include "core/engine/enqueue.hpp"

namespace callgate {
namespace {

constexpr Millis kQueueAwaits = std::chrono::seconds{10};
constexpr std::string_view kCanceled = "Call canceled successfully";
constexpr std::string_view kInitiated = "Call initiated successfully";

// What has passed is now.
std::optional<Instant> read_queue_time(const Service& service,
                                       const std::optional<std::string>& text, const char* place,
                                       std::vector<Issue>& issues) {
  if (!text) {
    return std::nullopt;
  }
  const auto at = parse_queue_time(*text);
  if (!at) {
    add_issue(issues, place, "not_a_time", "Must be a time, like 2026-11-21T09:30:00Z.");
    return std::nullopt;
  }
  const Instant time = std::max(*at, service.now());
  check_call_time(service, time, place, issues);
  return time;
}

template <class Body>
CallTerms terms_of(const Body& body) {
  CallTerms terms;
  if (body.priority) {
    terms.priority = priority_of_queue(*body.priority);
  }
  terms.assistant_id = body.agent_id.value_or("");
  terms.max_attempts = body.max_attempts;
  if (body.retry_after) {
    terms.retry_after = std::chrono::minutes{*body.retry_after};
  }
  return terms;
}

std::string metadata_text(const std::optional<JsonObject>& metadata) {
  return metadata && metadata->text != "{}" ? metadata->text : "";
}

QueueItemAnswer item_answer(Service& service, const Call& call, std::string_view message,
                            bool names) {
  QueueItemAnswer answer;
  answer.message = message;
  answer.queue_item =
      queue_item_of(service, call, ContactsOf{service, call}.find(call), QueueDetail::alone, names);
  return answer;
}

[[noreturn]] void refuse_queue(const NotQueued& refused) {
  throw ApiError{409, refused.code, refused.detail};
}

void need_done(const Done& done) {
  if (!done) {
    throw ApiError{409, "wrong_state", done.error().detail};
  }
}

Response created_item(Request& request, const Call& call) {
  Service& service = request.service();
  Headers headers{{"location", "/api/call-queue/" + queue_id_of(service, call)}};
  return json_response(201,
                       item_answer(service, call, "Item added to queue successfully",
                                   sees_people(request.principal())),
                       std::move(headers));
}

Response bulk_answer(QueueBulkAnswer answer, std::vector<QueueNotAdded> failed) {
  answer.added_count = static_cast<std::int64_t>(answer.queue_ids.size());
  answer.failed_count = static_cast<std::int64_t>(failed.size());
  answer.message = std::to_string(answer.added_count) + " items added to queue successfully";
  if (!failed.empty()) {
    answer.failed = std::move(failed);
  }
  return json_response(201, answer);
}

std::optional<Contact> contact_numbered(Service& service, std::int64_t seq) {
  return service.store.contacts.find(seq);
}

Await await_queue(const Request& request, const EffectKey& key, Response otherwise) {
  Service& service = request.service();
  record(request, request.route.audited, request.path("id"), request.remark);
  await_as(service, key,
           sees_people(request.principal()) ? AwaitedBy::call_queue : AwaitedBy::call_queue_masked);
  return {key, service.now() + kQueueAwaits, std::move(otherwise)};
}

QueueCallAnswer call_answer(Service& service, const Call& call, std::string_view message,
                            bool names) {
  const Job& job = *service.store.jobs.find(call.job);
  QueueCallAnswer answer;
  answer.message = message;
  answer.queue_item =
      queue_item_of(service, call, ContactsOf{service, call}.find(call), QueueDetail::alone, names);
  answer.call.from =
      call.terms.phone_number_id.empty() ? job.phone_number_id : call.terms.phone_number_id;
  answer.call.to = answer.queue_item.contact.phone_number;
  answer.call.call_sid = *answer.queue_item.call_sid;
  if (!*answer.queue_item.call_sid) {
    const std::vector<AttemptView> attempts = attempts_of(call);
    answer.call.call_sid = attempts.empty() ? std::nullopt : attempts.back().provider_call_id;
  }
  return answer;
}

// What it asks for by itself from now on, without its state and its time.
CallChange change_of_queue(const QueueChange& wanted) {
  CallChange change;
  const CallTerms terms = terms_of(wanted);
  change.priority = terms.priority;
  change.assistant_id = wanted.agent_id;
  change.max_attempts = terms.max_attempts;
  change.retry_after = terms.retry_after;
  if (wanted.metadata) {
    change.metadata = metadata_text(wanted.metadata);
  }
  return change;
}

// In the words of this surface.
[[noreturn]] void refuse_queue_change(const CallNotChangeable& refused) {
  std::vector<Issue> issues;
  for (const CallField field : refused.fields) {
    std::string place = "/" + std::string{to_word(field)};
    if (field == CallField::assistant) {
      place = "/agentId";
    } else if (field == CallField::not_before) {
      place = "/nextAttemptTime";
    } else if (field == CallField::record) {
      place = "/override/recordCall";
    } else if (field == CallField::phone_number) {
      place = "/override/callerIdNumber";
    }
    add_issue(issues, std::move(place), "wrong_state", refused.detail);
  }
  throw ApiError{409, "wrong_state", "As the queue item stands this cannot be changed.",
                 std::move(issues)};
}

void change_or_refuse(Service& service, Call& call, const CallChange& change,
                      const Remark& remark) {
  if (const auto changed = change_call(service, call, change, remark); !changed) {
    refuse_queue_change(changed.error());
  }
}

void need_status(const Call& call, std::optional<QueueWord> status, bool has_time) {
  const auto refuse = [](const char* detail) { throw ApiError{409, "wrong_state", detail}; };
  if (status == QueueWord::canceled && call.state == CallState::live) {
    refuse("It is live: cancel it, so that it is hung up.");
  }
  if (status == QueueWord::canceled && is_terminal(call.state) &&
      call.state != CallState::canceled) {
    refuse("It has ended already.");
  }
  if (status == QueueWord::canceled && has_time) {
    refuse("What is canceled has no next attempt.");
  }
  if (status && status != QueueWord::canceled && status != QueueWord::pending) {
    refuse("Only the queue itself says that; set pending or canceled.");
  }
  if (status == QueueWord::pending && call.state == CallState::live) {
    refuse("It is live.");
  }
}

}  // namespace

Response released_queue_answer(Service& service, const Released& released, bool known) {
  const Call& call = released.call;
  const bool names = released.waiter.by == AwaitedBy::call_queue;
  const std::int64_t status = known ? 200 : 202;
  if (released.waiter.effect.kind == EffectKind::end_call) {
    return json_response(status, item_answer(service, call, kCanceled, names));
  }
  const QueueCallAnswer answer = call_answer(service, call, kInitiated, names);
  if (call.state != CallState::live && !*answer.call.call_sid) {
    return queue_refusal({409, call.outcome ? to_word(*call.outcome) : "not_placed",
                          "The provider did not take the call."});
  }
  return json_response(status, answer);
}

Answer post_queue_item(Request& request) {
  Service& service = request.service();
  const auto wanted = request.body<NewQueueItem>();
  std::vector<Issue> issues;
  const auto at = read_queue_time(service, wanted.next_attempt_time, "/nextAttemptTime", issues);
  refuse_if_any(issues);
  const Job& job = job_of(service, wanted.campaign_id);
  const auto contact = contact_numbered(service, wanted.contact_id);
  if (!contact) {
    throw ApiError{404, "contact_not_found", "There is no such contact."};
  }
  if (auto refused = check_enqueue(job, terms_of(wanted))) {
    refuse_queue(*refused);
  }
  const auto call = enqueue(service, job.seq, *contact, terms_of(wanted), at.value_or(Instant{}),
                            metadata_text(wanted.metadata));
  if (!call) {
    refuse_queue(call.error());
  }
  return created_item(request, *call);
}

Answer post_queue_items(Request& request) {
  Service& service = request.service();
  const auto wanted = request.body<NewQueueItems>();
  std::vector<Issue> issues;
  const auto start = read_queue_time(service, wanted.start_time, "/startTime", issues);
  refuse_if_any(issues);
  const Job& job = job_of(service, wanted.campaign_id);
  const CallTerms terms = terms_of(wanted);
  if (auto refused = check_enqueue(job, terms)) {
    refuse_queue(*refused);
  }
  QueueBulkAnswer answer;
  std::vector<QueueNotAdded> failed;
  const std::string metadata = metadata_text(wanted.metadata);
  const bool timed = start || wanted.spacing > 0;
  Instant at = timed ? start.value_or(service.now()) : Instant{};
  for (const std::int64_t number : wanted.contacts) {
    const auto contact = contact_numbered(service, number);
    const auto call = contact ? enqueue(service, job.seq, *contact, terms, at, metadata)
                              : unexpected(NotQueued{"contact_not_found", {}});
    if (call) {
      answer.queue_ids.push_back(queue_id_of(service, *call));
    } else {
      failed.push_back({number, std::string{call.error().code}});
    }
    at += std::chrono::seconds{wanted.spacing};
  }
  return bulk_answer(std::move(answer), std::move(failed));
}

Answer put_queue_item(Request& request) {
  Service& service = request.service();
  Call call = queue_call_of(service, request.path("id"));
  const auto wanted = request.body<QueueChange>();
  std::vector<Issue> issues;
  const auto at = read_queue_time(service, wanted.next_attempt_time, "/nextAttemptTime", issues);
  refuse_if_any(issues);
  need_status(call, wanted.status, at.has_value());
  const Remark remark{wanted.reason.value_or(""), {}};
  CallChange change = change_of_queue(wanted);
  if (auto refused = check_change(service, call, change)) {
    refuse_queue_change(*refused);
  }
  const bool again = wanted.status == QueueWord::pending && is_terminal(call.state);
  if (again) {
    need_done(redrive_call(service, call, remark));
  }
  change.not_before = at;
  change_or_refuse(service, call, change, remark);
  if (wanted.status == QueueWord::canceled) {
    need_done(take_back_call(service, call, remark));
  }
  request.remark = request.body_text();
  return json_response(200, item_answer(service, call, "Queue item updated successfully",
                                        sees_people(request.principal())));
}

Answer delete_queue_item(Request& request) {
  Service& service = request.service();
  Call call = queue_call_of(service, request.path("id"));
  request.remark = "{\"queueId\":\"" + queue_id_of(service, call) + "\",\"status\":\"" +
                   std::string{to_word(call.state)} +
                   "\",\"attempts\":" + (call.history.empty() ? "[]" : call.history) + "}";
  need_done(remove_call(service, call));
  return json_response(200, QueueDeleted{true, "Queue item deleted successfully"});
}

Answer post_queue_cancel(Request& request) {
  Service& service = request.service();
  Call call = queue_call_of(service, request.path("id"));
  const auto asked = request.body<QueueCancel>();
  request.remark = asked.reason.value_or("");
  const auto hang_up =
      cancel_call(service, call, {asked.reason.value_or(""), asked.notes.value_or("")});
  if (!hang_up) {
    throw ApiError{409, "wrong_state", hang_up.error().detail};
  }
  const QueueItemAnswer answer =
      item_answer(service, call, kCanceled, sees_people(request.principal()));
  if (*hang_up) {
    return await_queue(request, **hang_up, json_response(202, answer));
  }
  return json_response(call.state == CallState::live ? 202 : 200, answer);
}

Answer post_queue_callback(Request& request) {
  Service& service = request.service();
  Call call = queue_call_of(service, request.path("id"));
  const auto asked = request.body<QueueCallback>();
  std::vector<Issue> issues;
  const auto at = read_queue_time(service, asked.callback_time, "/callbackTime", issues);
  refuse_if_any(issues);
  const auto priority =
      asked.priority ? std::optional{priority_of_queue(*asked.priority)} : std::nullopt;
  need_done(call_back(service, call, *at, {"", asked.notes.value_or("")}, priority));
  request.remark = format_rfc3339(*at);
  return json_response(200, item_answer(service, call, "Callback scheduled successfully",
                                        sees_people(request.principal())));
}

Answer post_queue_call_now(Request& request) {
  Service& service = request.service();
  Call call = queue_call_of(service, request.path("id"));
  const auto asked = request.body<QueueCallNow>();
  CallChange change;
  if (asked.priority) {
    change.priority = priority_of_queue(*asked.priority);
  }
  change.assistant_id = asked.agent_id;
  if (asked.override_with) {
    change.phone_number_id = asked.override_with->caller_id_number;
    change.record = asked.override_with->record_call;
  }
  const auto key = call_now(service, call, change);
  if (!key) {
    refuse_now(service, key.error());
  }
  request.remark = request.body_text();
  const Call now = *calls::find(service.sql(), call.seq);
  return await_queue(
      request, *key,
      json_response(202, call_answer(service, now, kInitiated, sees_people(request.principal()))));
}

}  // namespace callgate
