#include "core/engine/enqueue.hpp"

#include "core/calls/lifecycle.hpp"
#include "core/engine/jobs.hpp"
#include "core/engine/recipients.hpp"
#include "core/engine/redrive.hpp"

namespace callgate {

std::optional<NotQueued> check_enqueue(const Job& job, const CallTerms& terms) {
  if (const Done takes = may_redrive(job); !takes) {
    return NotQueued{"wrong_state", takes.error().detail};
  }
  if (!terms.assistant_id.empty() && !job.experiment.arms.empty()) {
    return NotQueued{"contradiction",
                     "The assistants of its job's experiment call: each person keeps the same "
                     "one."};
  }
  return std::nullopt;
}

Expected<Call, NotQueued> enqueue(Service& service, std::int64_t seq, const Contact& contact,
                                  const CallTerms& terms, Instant not_before,
                                  const std::string& metadata) {
  Job& job = service.store.jobs.edit(seq);
  if (auto refused = check_enqueue(job, terms)) {
    return unexpected(std::move(*refused));
  }
  auto known = calls::of_number(service.sql(), seq, contact.phone.digits);
  if (!known) {
    const Recipient person{contact.phone, contact.first_name, contact.last_name, contact.timezone,
                           metadata};
    CALLGATE_CHECK(add_calls(service, job, std::vector{NewCall{&person, terms, not_before}}).at(0));
    finish_if_done(service, job);  // who is on the do-not-call list has ended already
    return *calls::of_number(service.sql(), seq, contact.phone.digits);
  }
  if (!is_terminal(known->state)) {
    return unexpected(NotQueued{"already_queued", "A call to this person waits there already."});
  }
  std::vector<CallEvent> events = std::move(known->terms.events);
  known->terms = terms;
  known->terms.events = std::move(events);
  known->terms.add(event_now(service, CallEventKind::redriven, 0, 0, {}));
  known->metadata = metadata.empty() ? known->metadata : metadata;
  known->lane = lane_of(service, *known, false);
  calls::save_terms(service.sql(), *known);
  begin_round(service, *known, not_before);
  return std::move(*known);
}

}  // namespace callgate
