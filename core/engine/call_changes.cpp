#include "core/engine/call_changes.hpp"

#include "core/calls/lifecycle.hpp"
#include "core/schedule/callee.hpp"

namespace callgate {
namespace {

constexpr std::int64_t bit_of_field(CallField field) {
  return std::int64_t{1} << static_cast<int>(field);
}

void note_changes(Service& service, const Call& before, Call& call, const Remark& remark) {
  const Job& job = *service.store.jobs.find(call.job);
  const std::int64_t from = rank_of(before, job);
  const std::int64_t to = rank_of(call, job);
  const auto note = [&](CallEventKind kind, std::int64_t was, std::int64_t is) {
    call.terms.add(event_now(service, kind, was, is, remark));
  };
  if (from != to) {
    note(CallEventKind::priority_updated, from, to);
  }
  if (before.not_before != call.not_before) {
    note(CallEventKind::rescheduled, to_ms(before.not_before), to_ms(call.not_before));
  }
  std::int64_t fields = 0;
  const auto differ = [&fields](CallField field, bool same) {
    fields |= same ? 0 : bit_of_field(field);
  };
  differ(CallField::assistant, before.terms.assistant_id == call.terms.assistant_id);
  differ(CallField::phone_number, before.terms.phone_number_id == call.terms.phone_number_id);
  differ(CallField::max_attempts, before.terms.max_attempts == call.terms.max_attempts);
  differ(CallField::retry_after, before.terms.retry_after == call.terms.retry_after);
  differ(CallField::record, before.terms.record == call.terms.record);
  differ(CallField::metadata, before.metadata == call.metadata);
  if (fields != 0) {
    note(CallEventKind::updated, 0, fields);
  }
}

}  // namespace

bool CallChange::any() const {
  return priority || assistant_id || phone_number_id || max_attempts || retry_after || not_before ||
         metadata || record;
}

std::int64_t rank_of(const Call& call, const Job& job) {
  return call.terms.priority ? call.terms.priority->rank : job.rank;
}

std::int64_t lane_of(Service& service, const Call& call, bool callback) {
  const Job& job = *service.store.jobs.find(call.job);
  LaneRank rank{callback, std::nullopt};
  if (call.terms.priority) {
    rank.own = call.terms.priority->own();
  }
  return service.store.lanes.of(job.seq, lane_number(rank, job.rank),
                                to_text(callee_class(call.phone, call.timezone)));
}

CallEvent event_now(const Service& service, CallEventKind kind, std::int64_t before,
                    std::int64_t after, const Remark& remark) {
  return {service.now(), kind, before, after, remark.reason, remark.note};
}

CallTerms changed_terms(CallTerms terms, const CallChange& change) {
  terms.priority = change.priority ? change.priority : terms.priority;
  terms.assistant_id = change.assistant_id.value_or(terms.assistant_id);
  terms.phone_number_id = change.phone_number_id.value_or(terms.phone_number_id);
  terms.max_attempts = change.max_attempts ? change.max_attempts : terms.max_attempts;
  terms.retry_after = change.retry_after ? change.retry_after : terms.retry_after;
  terms.record = change.record ? change.record : terms.record;
  return terms;
}

std::optional<CallNotChangeable> check_change(Service& service, const Call& call,
                                              const CallChange& change) {
  const Job& job = *service.store.jobs.find(call.job);
  if (change.assistant_id && !change.assistant_id->empty() && !job.experiment.arms.empty()) {
    return CallNotChangeable{
        {CallField::assistant},
        "The assistants of its job's experiment call: each person keeps the same one."};
  }
  CallNotChangeable refused;
  const auto refuse = [&refused](CallField field, bool named) {
    if (named) {
      refused.fields.push_back(field);
    }
  };
  refuse(CallField::not_before, change.not_before && call.state != CallState::waiting);
  if (call.state == CallState::live) {
    refuse(CallField::assistant, change.assistant_id.has_value());
    refuse(CallField::phone_number, change.phone_number_id.has_value());
    refuse(CallField::record, change.record.has_value());
  }
  if (refused.fields.empty()) {
    return std::nullopt;
  }
  for (const CallField field : refused.fields) {
    refused.detail += (refused.detail.empty() ? "" : ", ") + std::string{to_word(field)};
  }
  refused.detail = "The call is " + std::string{to_word(call.state)} + ": " + refused.detail +
                   " cannot be changed.";
  return refused;
}

Expected<std::monostate, CallNotChangeable> change_call(Service& service, Call& call,
                                                        const CallChange& change,
                                                        const Remark& remark) {
  if (auto refused = check_change(service, call, change)) {
    return unexpected(std::move(*refused));
  }
  const Call before = call;
  call.terms = changed_terms(std::move(call.terms), change);
  call.metadata = change.metadata.value_or(call.metadata);
  call.not_before = change.not_before.value_or(call.not_before);
  note_changes(service, before, call, remark);
  if (call.terms.priority != before.terms.priority) {
    call.lane = lane_of(service, call, service.store.lanes.rank_of(call.lane).callback);
  }
  if (before.state == CallState::waiting) {
    service.store.lanes.leave(before.lane);
    calls::move(service.sql(), call);
    service.store.lanes.enter(call.lane, call.not_before);
  } else if (before.state == CallState::live) {
    service.store.live_calls.forget(call.seq);
  }
  if (before.state != CallState::waiting || call.metadata != before.metadata) {
    calls::save_terms(service.sql(), call);
  }
  return std::monostate{};
}

}  // namespace callgate
