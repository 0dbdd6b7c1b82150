#include "core/engine/scheduled_calls.hpp"

#include "core/engine/control.hpp"
#include "core/engine/job_changes.hpp"
#include "core/engine/recipients.hpp"

namespace callgate {
namespace {

// What a job is told, without what became of it.
Job same_settings(const Job& of) {
  Job job;
  job.name = of.name;
  job.notes = of.notes;
  job.assistant_id = of.assistant_id;
  job.phone_number_id = of.phone_number_id;
  job.rank = of.rank;
  job.priority = of.priority;
  job.level = of.level;
  job.weight = of.weight;
  job.purpose = of.purpose;
  job.best_time = of.best_time;
  job.max_attempts = of.max_attempts;
  job.retry_delay = of.retry_delay;
  job.retry = of.retry;
  job.concurrency = of.concurrency;
  job.limits = of.limits;
  job.limits.spent = {};
  job.providers = of.providers;
  job.owner = of.owner;
  job.client = of.client;
  return job;
}

}  // namespace

const Job& schedule_call(Service& service, const NewScheduledCall& wanted) {
  CALLGATE_CHECK(wanted.job.start_at && *wanted.job.start_at > service.now());
  Job made = wanted.job;
  made.seq = service.store.workspace.take_seq();
  made.created_at = service.now();
  Job& job = service.store.jobs.add(std::move(made));
  Recipient recipient;
  recipient.phone = wanted.phone;
  recipient.metadata = wanted.metadata;
  CALLGATE_CHECK(add_calls(service, job, {&recipient}).front());
  seal_job(service, job);
  return job;
}

Call call_of_job(Service& service, const Job& job) {
  auto call = calls::find(service.sql(), job.first_seq);
  CALLGATE_CHECK(call.has_value());
  return std::move(*call);
}

Done reschedule_job(Service& service, std::int64_t seq, Instant asked, Instant at,
                    std::string_view actor) {
  const Job& known = *service.store.jobs.find(seq);
  Call call = call_of_job(service, known);
  if (known.has_ended()) {
    return wrong_state("It has ended already.");
  }
  if (known.state == JobState::pending) {
    Job wanted = known;
    wanted.start_at = at;
    CALLGATE_CHECK(change_job(service, std::move(wanted), actor).has_value());
  } else if (auto done = reschedule_call(service, call, at); !done) {
    return done;
  }
  Job& job = service.store.jobs.edit(seq);
  job.start_at = at;
  // An occurrence alone moves: the chain stays where its anchor put it.
  if (!job.scheduled_call->recurring) {
    job.scheduled_call->asked = asked;
  }
  return {};
}

void continue_chain(Service& service, Job& job) {
  if (!job.scheduled_call || !job.scheduled_call->recurring || job.scheduled_call->next != 0 ||
      job.state != JobState::running) {
    return;
  }
  const auto call = calls::find(service.sql(), job.first_seq);  // others may have been added
  const auto link = next_in_chain(*job.scheduled_call, service.now(), service.zones);
  if (!call || call->state == CallState::canceled || !link) {
    return;
  }
  NewScheduledCall next{same_settings(job), call->phone, call->metadata};
  next.job.start_at = link->at;
  ScheduledCall terms = *job.scheduled_call;
  terms.dispatched = false;
  terms.asked = link->asked;
  terms.occurrence = link->occurrence;
  terms.parent = job.seq;
  terms.parent_created_at = job.created_at;
  next.job.scheduled_call = std::move(terms);
  job.scheduled_call->next = schedule_call(service, next).seq;
}

void note_dispatched(Service& service, std::int64_t seq) {
  const Job& known = *service.store.jobs.find(seq);
  if (known.scheduled_call && !known.scheduled_call->dispatched) {
    service.store.jobs.edit(seq).scheduled_call->dispatched = true;
  }
}

ScheduledStatus status_of(bool started, CallState state, bool dispatched, bool as_documented) {
  if (as_documented && dispatched) {
    return ScheduledStatus::completed;
  }
  switch (state) {
    case CallState::waiting:
    case CallState::held:
      return ScheduledStatus::pending;
    case CallState::live:
      return ScheduledStatus::processing;
    case CallState::completed:
      return ScheduledStatus::completed;
    case CallState::canceled:
      return ScheduledStatus::cancelled;
    case CallState::blocked:
      return started ? ScheduledStatus::failed : ScheduledStatus::pending;
    case CallState::failed:
    case CallState::expired:
      break;
  }
  return ScheduledStatus::failed;
}

bool is_dispatched(Service& service, std::int64_t call, bool known) {
  const Attempt* live = service.store.attempts.find(call);
  return known || (live != nullptr && live->state != AttemptState::intent &&
                   live->state != AttemptState::unknown);
}

}  // namespace callgate
