// What document C's surface shows of a call.
#include <algorithm>

#include "core/api/access.hpp"
#include "core/api/calls.hpp"
#include "core/api/documents/call_queue.hpp"
#include "core/api/json.hpp"
#include "core/calls/lifecycle.hpp"
#include "core/engine/call_changes.hpp"
#include "core/engine/experiments.hpp"

namespace callgate {
namespace {

constexpr std::string_view kQueuePrefix = "queue";

std::string queue_word_of(const Call& call, const Attempt* live) {
  switch (call.state) {
    case CallState::waiting:
    case CallState::held:
      return "pending";
    case CallState::live:
      return live != nullptr && live->stopped ? "canceled" : "in-progress";
    case CallState::completed:
      return "completed";
    case CallState::canceled:
      return "canceled";
    case CallState::failed:
    case CallState::expired:
    case CallState::blocked:
      break;
  }
  return "failed";
}

std::optional<std::string> last_result_of(const Call& call, const std::string& status) {
  if (status == "canceled") {
    return status;
  }
  if (call.state == CallState::blocked) {
    return std::string{to_word(call.blocked_by)};
  }
  return call.outcome ? std::optional{std::string{to_word(*call.outcome)}} : std::nullopt;
}

// What the call or its job says of all outcomes alike.
std::optional<std::int64_t> retry_minutes_of(const Call& call, const Job& job) {
  std::optional<Millis> wait = call.terms.retry_after ? call.terms.retry_after : job.retry_delay;
  const std::optional<Backoff>& backoff = job.retry.backoff;
  if (!wait && backoff && backoff->kind == BackoffKind::fixed) {
    wait = backoff->delays.front();
  }
  return wait ? std::optional{*wait / Millis{std::chrono::minutes{1}}} : std::nullopt;
}

Instant updated_at_of(const Call& call, const Attempt* live) {
  Instant at = std::max(call.created_at, call.ended_at.value_or(Instant{}));
  if (!call.terms.events.empty()) {
    at = std::max(at, call.terms.events.back().at);
  }
  if (live != nullptr) {
    at = std::max(at, live->intent_at);
  }
  for (const AttemptView& attempt : attempts_of(call)) {
    at = std::max(at, attempt.ended_at);
  }
  return at;
}

bool has_member(const JsonObject& object, std::string_view name) {
  const auto document = JsonDocument::parse(object.text);
  if (!document || document->kind(0) != JsonKind::object) {
    return false;
  }
  auto at = document->first(0);
  for (std::uint32_t member = 0; member < document->count(0); ++member) {
    if (document->text(at) == name) {
      return true;
    }
    at = document->after(at + 1);
  }
  return false;
}

// A priority that was changed is told in the metadata too, unless that has words of its own for it.
void add_boost(const Call& call, JsonObject& metadata) {
  const CallEvent* first = nullptr;
  const CallEvent* last = nullptr;
  for (const CallEvent& event : call.terms.events) {
    if (event.kind == CallEventKind::priority_updated) {
      first = first == nullptr ? &event : first;
      last = &event;
    }
  }
  if (first == nullptr || has_member(metadata, "initialPriority") ||
      has_member(metadata, "priorityBoost")) {
    return;
  }
  const std::int64_t initial = queue_priority_of(first->before);
  std::string added;
  JsonWriter writer{added};
  writer.begin_object().key("initialPriority").integer(initial);
  writer.key("priorityBoost").begin_object();
  if (!last->reason.empty()) {
    writer.key("reason").text(last->reason);
  }
  writer.key("value").integer(queue_priority_of(last->after) - initial);
  writer.end_object().end_object();
  if (metadata.text == "{}") {
    metadata.text = added;
  } else {
    metadata.text.back() = ',';
    metadata.text += added.substr(1);
  }
}

void set_people(const Call& call, const Contact* contact, QueueDetail detail, bool names,
                QueueItem& item) {
  const bool alone = detail == QueueDetail::alone;
  item.contact_id = contact != nullptr ? std::optional{contact->seq} : std::nullopt;
  if (alone && contact != nullptr) {
    item.contact.id = contact->seq;
  }
  item.contact.phone_number = names ? format_e164(call.phone) : shown_number({}, call.phone);
  std::optional<std::string> first;
  std::optional<std::string> last;
  std::optional<std::string> email;
  if (names) {
    first = text_or_none(contact != nullptr ? contact->first_name : call.first_name);
    last = text_or_none(contact != nullptr ? contact->last_name : call.last_name);
    email = contact != nullptr ? text_or_none(contact->email) : std::nullopt;
  }
  item.contact.first_name = first;
  item.contact.last_name = last;
  if (alone) {
    item.contact.email = email;
  }
  item.metadata = std::optional<JsonObject>{};
  JsonObject metadata{names && !call.metadata.empty() ? call.metadata : "{}"};
  add_boost(call, metadata);
  if (metadata.text != "{}") {
    item.metadata = metadata;
  }
}

void set_attempts(const Call& call, const Attempt* live, QueueItem& item) {
  const std::vector<AttemptView> attempts = attempts_of(call);
  std::optional<Instant> last;
  if (live != nullptr) {
    last = live->intent_at;
  } else if (!attempts.empty()) {
    last = attempts.back().dialed_at;
  }
  item.attempt_count = call.attempts;
  item.last_attempt_time = last;
  item.last_attempt_result = last_result_of(call, item.status);
  item.call_sid = live != nullptr ? text_or_none(live->provider_call_id) : std::nullopt;
}

std::string changed_words(std::int64_t fields) {
  std::string words;
  for (int field = 0; field <= static_cast<int>(CallField::record); ++field) {
    if ((fields >> field & 1) != 0) {
      words += (words.empty() ? "" : ", ") + std::string{to_word(static_cast<CallField>(field))};
    }
  }
  return words;
}

std::string words_of_event(const CallEvent& event) {
  switch (event.kind) {
    case CallEventKind::priority_updated: {
      const std::int64_t from = queue_priority_of(event.before);
      const std::int64_t to = queue_priority_of(event.after);
      return std::string{"Priority "} + (event.after > event.before ? "increased" : "decreased") +
             " from " + std::to_string(from) + " to " + std::to_string(to);
    }
    case CallEventKind::rescheduled:
      return "Rescheduled to " + format_rfc3339(from_ms(event.after));
    case CallEventKind::callback_scheduled:
      return "Callback scheduled for " + format_rfc3339(from_ms(event.after));
    case CallEventKind::canceled:
      return "Call canceled";
    case CallEventKind::redriven:
      return "Added to queue again";
    case CallEventKind::updated:
      break;
  }
  return "Updated: " + changed_words(event.after);
}

}  // namespace

std::int64_t queue_priority_of(std::int64_t rank) {
  const std::int64_t half = kDocumentCRanks / 2;
  const std::int64_t up = rank + half;
  const std::int64_t down = up % kDocumentCRanks;
  return (up - (down < 0 ? down + kDocumentCRanks : down)) / kDocumentCRanks;
}

CallPriority priority_of_queue(std::int64_t priority) {
  return {PriorityScheme::document_c, priority, priority * kDocumentCRanks};
}

std::string queue_id_of(const Service& service, const Call& call) {
  return format_id(kQueuePrefix, {call.created_at, call.seq, service.store.workspace.tag()});
}

Call queue_call_of(Service& service, const std::string& text) {
  const auto refuse = [] { throw ApiError{404, "call_not_found", "Queue item not found."}; };
  const bool number = !text.empty() && text.size() <= 15 &&
                      std::all_of(text.begin(), text.end(),
                                  [](char digit) { return digit >= '0' && digit <= '9'; });
  if (!number) {
    if (text.rfind("queue_", 0) != 0) {
      refuse();
    }
    return call_of(service, "call_" + text.substr(kQueuePrefix.size() + 1));
  }
  auto call = calls::find(service.sql(), std::stoll(text));
  const Job* job = call ? service.store.jobs.find(call->job) : nullptr;
  if (job == nullptr || !job->visible() || call->terms.removed) {
    refuse();
  }
  return std::move(*call);
}

QueueItem queue_item_of(Service& service, const Call& call, const Contact* contact,
                        QueueDetail detail, bool names) {
  const Job& job = *service.store.jobs.find(call.job);
  const Attempt* live = service.store.attempts.find(call.seq);
  QueueItem item;
  item.id = call.seq;
  item.queue_id = queue_id_of(service, call);
  item.campaign_id = job_id(service, job);
  const auto& own = call.terms.priority;
  item.priority = own && own->scheme == PriorityScheme::document_c
                      ? own->raw
                      : queue_priority_of(rank_of(call, job));
  item.status = queue_word_of(call, live);
  std::optional<Instant> next;
  if (call.state == CallState::waiting) {
    next = std::max(call.not_before, call.created_at);
    if (!job.started_at && job.start_at) {
      next = std::max(*next, *job.start_at);
    }
  }
  item.next_attempt_time = next;
  set_attempts(call, live, item);
  item.agent_id = text_or_none(assistant_of(service, job, call));
  item.callback_requested = call.terms.callback_at.has_value();
  item.callback_time = call.terms.callback_at;
  item.retry_after = retry_minutes_of(call, job);
  item.max_attempts = call.terms.max_attempts.value_or(job.max_attempts);
  item.created_at = call.created_at;
  item.updated_at = updated_at_of(call, live);
  set_people(call, contact, detail, names, item);
  if (detail == QueueDetail::alone) {
    item.campaign = QueueCampaign{item.campaign_id, job.name};
  }
  return item;
}

std::vector<QueueHistoryEntry> queue_history_of(const Call& call, bool people) {
  std::vector<QueueHistoryEntry> entries{{call.created_at, "created", "Added to queue", {}, {}}};
  for (const AttemptView& attempt : attempts_of(call)) {
    std::string details = "Attempt " + std::to_string(attempt.attempt) + ": " + attempt.outcome;
    if (!attempt.ended_reason.empty()) {
      details += " (" + attempt.ended_reason + ")";
    }
    entries.push_back({attempt.ended_at, "attempted", std::move(details), {}, {}});
  }
  for (const CallEvent& event : call.terms.events) {
    entries.push_back({event.at, std::string{to_word(event.kind)}, words_of_event(event),
                       people ? text_or_none(event.reason) : std::nullopt,
                       people ? text_or_none(event.note) : std::nullopt});
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const QueueHistoryEntry& left, const QueueHistoryEntry& right) {
                     return left.timestamp < right.timestamp;
                   });
  return entries;
}

}  // namespace callgate
