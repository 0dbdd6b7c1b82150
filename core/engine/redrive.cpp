#include "core/engine/redrive.hpp"

#include "core/calls/lifecycle.hpp"
#include "core/engine/retention.hpp"
#include "core/engine/tallies.hpp"
#include "core/store/tasks.hpp"

namespace callgate {
namespace {

constexpr int kOutcomesShift = 16;
constexpr std::int64_t kStatesMask = (std::int64_t{1} << kOutcomesShift) - 1;

std::int64_t packed(RedriveFilter filter) {
  return filter.states | filter.outcomes << kOutcomesShift;
}

RedriveFilter unpacked(std::int64_t filter) {
  return {filter & kStatesMask, filter >> kOutcomesShift};
}

calls::MatchQuery query_of(const Job& job, RedriveFilter filter, std::int64_t after) {
  return {job.seq, after, job.last_seq, filter.states, filter.outcomes};
}

// One step. Returns how many calls, and moves the cursor.
std::int64_t redrive_some(Service& service, std::int64_t job, RedriveFilter filter,
                          std::int64_t& cursor) {
  const auto ended =
      calls::matching(service.sql(), query_of(*service.store.jobs.find(job), filter, cursor),
                      service.context.limits.task_rows_max);
  for (Call call : ended) {
    cursor = call.seq;
    begin_round(service, call, service.now());
  }
  return static_cast<std::int64_t>(ended.size());
}

}  // namespace

Done may_redrive(const Job& job) {
  if (job.state == JobState::importing) {
    return unexpected(WrongState{"Its recipients are still arriving."});
  }
  if (job.state == JobState::canceled || !job.visible()) {
    return unexpected(WrongState{"The job was canceled; clone it to call these people again."});
  }
  return {};
}

std::int64_t count_redrive(Service& service, const Job& job, RedriveFilter filter) {
  return calls::count_matching(service.sql(), query_of(job, filter, job.first_seq - 1));
}

Redriven redrive_job(Service& service, std::int64_t seq, RedriveFilter filter) {
  const Job& job = *service.store.jobs.find(seq);
  std::int64_t cursor = job.first_seq - 1;
  Redriven done{redrive_some(service, seq, filter, cursor), 0};
  if (done.calls < service.context.limits.task_rows_max) {
    return done;
  }
  Task task;
  task.seq = service.store.workspace.take_seq();
  task.created_at = service.now();
  task.kind = TaskKind::redrive_calls;
  task.subject = seq;
  task.cursor = cursor;
  task.done = done.calls;
  task.total = done.calls + calls::count_matching(service.sql(), query_of(job, filter, cursor));
  task.filter = packed(filter);
  if (task.total > task.done) {
    tasks::add(service.sql(), task);
    done.task = task.seq;
  }
  return done;
}

bool step_redrive(Service& service, Task& task) {
  if (!may_redrive(*service.store.jobs.find(task.subject))) {
    return false;  // it was canceled meanwhile
  }
  const std::int64_t calls =
      redrive_some(service, task.subject, unpacked(task.filter), task.cursor);
  task.done += calls;
  return calls == service.context.limits.task_rows_max;
}

void begin_round(Service& service, Call& call, Instant not_before) {
  const CallState before = call.state;
  CALLGATE_CHECK(is_terminal(before) && may_follow(before, CallState::waiting));
  Job& job = service.store.jobs.edit(call.job);
  tally_reopened(service, job, call, before);
  note_reopened(service);
  call.state = CallState::waiting;
  call.blocked_by = BlockedBy::nothing;
  ++call.round;
  call.attempts_used = 0;
  call.deliveries_failed = 0;
  call.not_before = not_before;
  call.ended_at.reset();
  calls::reopen(service.sql(), call, before);
  service.store.lanes.enter(call.lane, not_before);
  finish_if_done(service, job);
}

}  // namespace callgate
