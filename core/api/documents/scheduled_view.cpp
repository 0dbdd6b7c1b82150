#include "core/api/documents/scheduled_view.hpp"

#include <algorithm>

#include "core/api/access.hpp"
#include "core/api/calls.hpp"
#include "core/api/json.hpp"
#include "core/api/recurrence.hpp"
#include "core/calls/history.hpp"
#include "core/store/scheduled_calls.hpp"

namespace callgate {
namespace {

constexpr std::array<std::string_view, 3> kOurs{"jobId", "occurrenceNumber",
                                                "parentScheduledCallId"};

std::string parent_id(const Service& service, const ScheduledCall& call) {
  return format_id("job", {call.parent_created_at, call.parent, service.store.workspace.tag()});
}

// As it was given, but for the members that are ours; of the person nothing without leave.
JsonObject metadata_of(Request& request, const Job& job, const Call& call) {
  Service& service = request.service();
  const auto given = JsonDocument::parse(call.metadata.empty() ? "{}" : call.metadata);
  CALLGATE_CHECK(given.has_value());
  JsonObject out{""};
  JsonWriter writer(out.text);
  writer.begin_object();
  writer.key("jobId").text(job_id(service, job));
  writer.key("occurrenceNumber").integer(job.scheduled_call->occurrence);
  if (job.scheduled_call->parent != 0) {
    writer.key("parentScheduledCallId").text(parent_id(service, *job.scheduled_call));
  }
  const auto end = given->after(0);
  for (auto name = given->first(0); name != end; name = given->after(name + 1)) {
    const std::string_view text = given->text(name);
    const bool is_shown = text == "campaignId" || sees_people(request.principal());
    if (is_shown && std::find(kOurs.begin(), kOurs.end(), text) == kOurs.end()) {
      std::string value;
      given->append_compact(value, name + 1);
      writer.key(text).raw(value);
    }
  }
  writer.end_object();
  return out;
}

std::optional<HoursView> hours_of(const ScheduledCall& call) {
  if (!call.hours_given) {
    return std::nullopt;
  }
  return HoursView{call.hours->start_time, call.hours->end_time, call.hours->timezone,
                   call.hours->days_of_week};
}

std::optional<RecurringView> recurring_of(const ScheduledCall& call) {
  if (!call.recurring) {
    return std::nullopt;
  }
  const SeriesAsked rule = view_of(call.recurring->rule);
  return RecurringView{rule.frequency, rule.interval, rule.end_date, rule.max_occurrences,
                       call.occurrence};
}

// The next one as it is, or as it would be.
std::optional<Instant> next_run(Service& service, const Job& job, const Call& call) {
  const ScheduledCall& scheduled = *job.scheduled_call;
  if (const Job* next = scheduled.next == 0 ? nullptr : service.store.jobs.find(scheduled.next)) {
    return next->start_at;
  }
  const bool goes_on = !is_terminal(call.state) && job.state != JobState::canceled;
  const auto link =
      goes_on ? next_in_chain(scheduled, std::max(service.now(), *job.start_at), service.zones)
              : std::nullopt;
  return link ? std::optional{link->at} : std::nullopt;
}

Instant updated_at(const Job& job, const Call& call) {
  Instant at = job.created_at;
  for (const auto& other :
       {job.started_at, job.finished_at, job.last_processed_at, call.ended_at}) {
    at = std::max(at, other.value_or(at));
  }
  return job.edits.last.empty() ? at : std::max(at, job.edits.last.back().at);
}

std::optional<Instant> processed_at(Service& service, const Call& call) {
  if (const auto first = first_dialed_at(call.history)) {
    return first;
  }
  const Attempt* live = service.store.attempts.find(call.seq);
  return live != nullptr ? std::optional{live->intent_at} : std::nullopt;
}

std::optional<std::string> failure_reason(const Job& job, const Call& call,
                                          ScheduledStatus status) {
  if (status == ScheduledStatus::pending) {
    return text_or_none(job.error);
  }
  if (status != ScheduledStatus::failed) {
    return std::nullopt;
  }
  if (call.state == CallState::blocked) {
    return std::string{to_word(call.blocked_by)};
  }
  return text_or_none(last_ended_reason(call.history));
}

}  // namespace

ScheduledStatus status_of_call(Service& service, const Job& job, const Call& call) {
  return status_of(job.state != JobState::pending, call.state,
                   is_dispatched(service, call.seq, job.scheduled_call->dispatched),
                   service.store.workspace.settings().scheduling.as_documented);
}

ScheduledCallView view_of_scheduled(Request& request, const Job& job) {
  Service& service = request.service();
  const ScheduledCall& scheduled = *job.scheduled_call;
  const Call call = call_of_job(service, job);
  ScheduledCallView view;
  view.id = job_id(service, job);
  if (call.attempts > 0) {
    view.call_log_id = call_id(service, call.seq, call.created_at);
  }
  view.phone_number = shown_number(request.principal(), call.phone);
  view.agent_id.id = job.assistant_id;
  view.user_id = job.owner;
  view.scheduled_for = *job.start_at;
  view.timezone = scheduled.timezone;
  view.status = status_of_call(service, job, call);
  view.respect_business_hours = scheduled.respects_hours;
  view.business_hours = hours_of(scheduled);
  view.recurring = recurring_of(scheduled);
  view.metadata = metadata_of(request, job, call);
  view.priority = job.priority <= 2   ? PriorityWord::high
                  : job.priority == 3 ? PriorityWord::medium
                                      : PriorityWord::low;
  view.processed_at = processed_at(service, call);
  if (view.status == ScheduledStatus::failed) {
    view.failed_at = std::max(call.ended_at, job.started_at);
  }
  view.failure_reason = failure_reason(job, call, view.status);
  view.next_run = next_run(service, job, call);
  view.created_at = job.created_at;
  view.updated_at = updated_at(job, call);
  view.is_pending = view.status == ScheduledStatus::pending;
  view.is_recurring = scheduled.recurring.has_value();
  view.can_cancel = view.is_pending;
  return view;
}

namespace {

SchedulerCounts scheduler_counts(Service& service) {
  const bool as_documented = service.store.workspace.settings().scheduling.as_documented;
  SchedulerCounts counts;
  const auto count = [&counts](ScheduledStatus status, std::int64_t calls, bool ahead) {
    switch (status) {
      case ScheduledStatus::pending:
        counts.pending += calls;
        counts.upcoming_calls += ahead ? calls : 0;
        break;
      case ScheduledStatus::processing:
        counts.processing += calls;
        break;
      case ScheduledStatus::completed:
        counts.completed += calls;
        break;
      case ScheduledStatus::failed:
        counts.failed += calls;
        break;
      case ScheduledStatus::cancelled:
        counts.cancelled += calls;
        break;
    }
  };
  for (const auto& one : scheduled_calls::counts(service.sql(), service.now())) {
    counts.total += one.calls;
    count(status_of(one.started, one.state, one.dispatched, as_documented), one.calls, one.ahead);
  }
  // What a live one has come to only its attempt knows.
  for (const auto& [seq, attempt] : service.store.attempts.all()) {
    const Job& job = *service.store.jobs.find(attempt.job);
    if (job.scheduled_call && job.visible() && job.first_seq == seq) {
      const bool known = job.scheduled_call->dispatched;
      count(status_of(true, CallState::live, known, as_documented), -1, false);
      count(status_of(true, CallState::live, is_dispatched(service, seq, known), as_documented), 1,
            false);
    }
  }
  return counts;
}

QueueCounts queue_counts(Service& service) {
  constexpr std::int64_t kDelayedMax = 100'000;
  const auto open = scheduled_calls::open_calls(service.sql(), service.now());
  const EndedIndex& ended = service.store.jobs.ended_index();
  QueueCounts counts;
  std::int64_t live_of_running = 0;
  for (const auto& [seq, live] : service.store.attempts.live()) {
    const Job& job = *service.store.jobs.find(seq);
    counts.active += live;
    counts.paused -= job.state == JobState::paused ? live : 0;
    live_of_running += job.state == JobState::running || job.state == JobState::canceled ? live : 0;
  }
  const std::int64_t waiting = open.running - live_of_running;
  const std::int64_t later =
      std::min(scheduled_calls::count_delayed(service.sql(), service.now(), kDelayedMax), waiting);
  counts.delayed = open.ahead + later;
  counts.paused += open.held;
  // A pause of everything keeps back what is due; what is delayed stays so.
  (service.store.workspace.settings().pause ? counts.paused : counts.waiting) += waiting - later;
  counts.completed = ended.kept(End::completed);
  counts.failed = ended.kept(End::failed) + ended.kept(End::expired) + ended.kept(End::blocked);
  counts.total = counts.waiting + counts.active + counts.completed + counts.failed +
                 counts.delayed + counts.paused;
  return counts;
}

}  // namespace

Answer get_scheduling_stats(Request& request) {
  Service& service = request.service();
  return json_response(
      200, Succeeded<SchedulingStats>{true, {scheduler_counts(service), queue_counts(service)}});
}

}  // namespace callgate
