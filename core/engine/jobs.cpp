#include "core/engine/jobs.hpp"

#include <algorithm>

#include "core/engine/answers.hpp"
#include "core/engine/attempts.hpp"
#include "core/engine/bulk.hpp"
#include "core/engine/clone.hpp"
#include "core/engine/redrive.hpp"
#include "core/engine/scheduled_calls.hpp"
#include "core/engine/tallies.hpp"
#include "core/store/calls.hpp"
#include "core/store/imports.hpp"
#include "core/store/tallies.hpp"
#include "core/store/tasks.hpp"

namespace callgate {
namespace {

void run(Service& service, Job& job) {
  job.state = JobState::running;
  job.error.clear();
  if (!job.started_at) {
    job.started_at = service.now();
  }
  finish_if_done(service, job);
}

// Cancels up to `limit` waiting calls after `cursor`. Returns the number of calls and the new
// cursor.
struct Step {
  std::int64_t calls = 0;
  std::int64_t cursor = 0;
  bool more = false;
};

Step cancel_some(Service& service, Job& job, std::int64_t cursor, std::int64_t limit) {
  const auto waiting = calls::waiting_of(service.sql(), job.seq, cursor, job.last_seq, limit);
  Step step{0, cursor, static_cast<std::int64_t>(waiting.size()) == limit};
  for (Call call : waiting) {
    CALLGATE_CHECK(may_follow(call.state, CallState::canceled));
    call.state = CallState::canceled;
    call.ended_at = service.now();
    calls::save(service.sql(), call);
    service.store.lanes.leave(call.lane);
    tally_end(service, job, call, service.now());
    ++step.calls;
    step.cursor = call.seq;
  }
  return step;
}

// Cancels what waits, at most `limit` of it here; returns the task that goes on with it, 0 when all
// is done.
std::int64_t cancel_waiting(Service& service, Job& job, std::int64_t limit) {
  const std::int64_t open = job.open();
  const Step step = cancel_some(service, job, job.first_seq - 1, limit);
  if (!step.more) {
    return 0;
  }
  Task task;
  task.seq = service.store.workspace.take_seq();
  task.created_at = service.now();
  task.kind = TaskKind::cancel_calls;
  task.subject = job.seq;
  task.cursor = step.cursor;
  task.done = step.calls;
  task.total = open;
  tasks::add(service.sql(), task);
  return task.seq;
}

bool step_cancel(Service& service, Task& task) {
  Job& job = service.store.jobs.edit(task.subject);
  const Step step = cancel_some(service, job, task.cursor, service.context.limits.task_rows_max);
  task.cursor = step.cursor;
  task.done += step.calls;
  finish_if_done(service, job);
  return step.more;
}

// A refused import leaves nothing behind: its calls, the contacts that nobody else knows, lanes,
// rejects, the job and the import itself go.
bool step_purge(Service& service, Task& task) {
  const auto import = imports::find(service.sql(), task.subject);
  CALLGATE_CHECK(import.has_value());
  const std::int64_t limit = service.context.limits.task_rows_max;
  const Job& job = *service.store.jobs.find(import->job);
  const auto range = calls::first_of(service.sql(), job.seq, {job.first_seq, job.last_seq}, limit);
  service.store.contacts.forget_calls(job.seq, range.first, range.last);
  calls::purge(service.sql(), job.seq, range);
  service.store.attempts.settled(job.seq, range.first, range.last);
  std::int64_t gone = range.calls;
  if (gone < limit) {
    gone += imports::purge_rejects(service.sql(), import->seq, limit - gone);
  }
  task.done += gone;
  if (gone == limit) {
    return true;
  }
  service.store.lanes.erase_job(import->job);
  tallies::erase(service.sql(), import->job);
  service.store.jobs.erase(import->job);
  imports::erase(service.sql(), import->seq);
  return false;
}

bool step(Service& service, Task& task) {
  switch (task.kind) {
    case TaskKind::cancel_calls:
      return step_cancel(service, task);
    case TaskKind::purge_import:
      return step_purge(service, task);
    case TaskKind::redrive_calls:
      return step_redrive(service, task);
    case TaskKind::bulk_calls:
      return step_bulk_calls(service, task);
    case TaskKind::bulk_jobs:
      return step_bulk_jobs(service, task);
    case TaskKind::clone_calls:
      return step_clone(service, task);
  }
  return false;
}

}  // namespace

Done start_job(Service& service, std::int64_t seq) {
  switch (service.store.jobs.find(seq)->state) {
    case JobState::importing:
      return wrong_state("Its recipients are still arriving; it can be started when they have.");
    case JobState::canceled:
      return wrong_state("It was canceled; clone it to call these people again.");
    case JobState::paused:
      return wrong_state("It is paused; resume it instead.");
    case JobState::pending:
      run(service, service.store.jobs.edit(seq));
      return {};
    case JobState::running:
    case JobState::deleted:
    case JobState::discarded:
      return {};
  }
  return {};
}

Done pause_job(Service& service, std::int64_t seq) {
  const Job* job = service.store.jobs.find(seq);
  if (job->state == JobState::paused) {
    return {};
  }
  if (job->state != JobState::running || job->finished_at) {
    return wrong_state("Only a running job can be paused.");
  }
  service.store.jobs.edit(seq).state = JobState::paused;
  return {};
}

Done resume_job(Service& service, std::int64_t seq) {
  const Job* job = service.store.jobs.find(seq);
  if (job->state == JobState::running) {
    return {};
  }
  if (job->state != JobState::paused) {
    return wrong_state("Only a paused job can be resumed.");
  }
  run(service, service.store.jobs.edit(seq));
  return {};
}

Expected<std::int64_t, WrongState> cancel_job(Service& service, std::int64_t seq,
                                              std::int64_t rows) {
  const Job* current = service.store.jobs.find(seq);
  if (current->state == JobState::canceled) {
    return 0;
  }
  if (current->state == JobState::importing) {
    return wrong_state("Its recipients are still arriving; end that request to take it back.");
  }
  if (current->finished_at) {
    return wrong_state("It has completed: nothing is left to cancel.");
  }
  Job& job = service.store.jobs.edit(seq);
  job.state = JobState::canceled;
  end_live_calls(service, seq);
  const std::int64_t task = cancel_waiting(service, job, rows);
  finish_if_done(service, job);
  return task;
}

Done remove_job(Service& service, std::int64_t seq, std::int64_t rows) {
  if (service.store.jobs.find(seq)->state == JobState::importing) {
    return wrong_state("Its recipients are still arriving; end that request to take it back.");
  }
  Job& job = service.store.jobs.edit(seq);
  const bool cancels = job.state != JobState::canceled && job.open() > 0;
  job.state = JobState::deleted;
  if (cancels) {
    end_live_calls(service, seq);
    cancel_waiting(service, job, rows);
  }
  return {};
}

void take_rank(Service& service, Job& job, const Job& from) {
  job.rank = from.rank;
  job.priority = from.priority;
  if (job.level != from.level) {
    job.level = from.level;
    service.caches.gates.job_changed();
  }
}

// Before list[index], of the jobs in their order without this one. Those behind it that came to one
// place with the job above, each while the other was elsewhere, are moved apart.
void place_between(Service& service, Job& job, const std::vector<const Job*>& list,
                   std::size_t index) {
  const auto in_rank = [&](std::size_t at) { return list[at]->rank == job.rank; };
  std::string low = index > 0 && in_rank(index - 1) ? list[index - 1]->order_key() : "";
  std::size_t next = index;
  while (next < list.size() && in_rank(next) && list[next]->order_key() == low) {
    ++next;
  }
  const bool is_last = next == list.size() || !in_rank(next);
  if (low.empty() && is_last) {
    return;  // alone in its rank
  }
  // Behind the last of a rank, and before those that will be made.
  const std::string high =
      is_last ? order_key_of(service.store.workspace.next_seq()) : list[next]->order_key();
  low = job.place = order_key_between(low, high);
  for (; index < next; ++index) {
    low = service.store.jobs.edit(list[index]->seq).place = order_key_between(low, high);
  }
}

Done move_job(Service& service, std::int64_t seq, std::int64_t other, bool before) {
  if (service.store.jobs.find(seq)->has_ended() || service.store.jobs.find(other)->has_ended()) {
    return wrong_state("Only jobs that have not ended stand in the order.");
  }
  if (seq == other) {
    return {};
  }
  std::vector<const Job*> list = service.store.jobs.in_order();
  list.erase(std::find(list.begin(), list.end(), service.store.jobs.find(seq)));
  const auto at = std::find(list.begin(), list.end(), service.store.jobs.find(other)) -
                  list.begin() + (before ? 0 : 1);
  const auto index = static_cast<std::size_t>(at);
  const Job* above = index > 0 ? list[index - 1] : nullptr;
  const Job* below = index < list.size() ? list[index] : nullptr;
  Job& job = service.store.jobs.edit(seq);
  if (above != nullptr && job.rank > above->rank) {
    take_rank(service, job, *above);
  } else if (below != nullptr && job.rank < below->rank) {
    take_rank(service, job, *below);
  }
  place_between(service, job, list, index);
  return {};
}

void pause_for_error(Service& service, Job& job, std::string_view error) {
  if (job.state != JobState::running) {
    return;
  }
  job.state = JobState::paused;
  job.error = std::string{error.substr(0, 200)};
  service.context.out.alerts.push_back("job " + job_id(service, job) + " paused: " + job.error);
}

void finish_if_done(Service& service, Job& job) {
  const bool over = job.state == JobState::running || job.state == JobState::canceled;
  if (over && job.open() == 0 && (job.total > 0 || job.state == JobState::canceled)) {
    if (!job.finished_at) {
      job.finished_at = service.now();
      tell_answers(service, job);
      tell_tally(service, job);
      service.store.lanes.empty_job(job.seq);
      continue_chain(service, job);
    }
  } else {
    job.finished_at.reset();
  }
}

void start_due_jobs(Service& service) {
  const auto next = service.store.jobs.next_start();
  if (!next || *next > service.now()) {
    return;
  }
  for (const std::int64_t seq : service.store.jobs.to_start(service.now())) {
    run(service, service.store.jobs.edit(seq));
  }
}

bool step_task(Service& service) {
  auto task = tasks::next(service.sql());
  if (!task) {
    return false;
  }
  const bool more = step(service, *task);
  if (!more) {
    task->state = TaskState::done;
    task->finished_at = service.now();
    service.store.retention.note_beside(service.now() + kDayLong * kUsualDays);
  }
  tasks::save(service.sql(), *task);
  return true;
}

}  // namespace callgate
