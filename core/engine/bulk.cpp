#include "core/engine/bulk.hpp"

#include <algorithm>

#include "core/engine/control.hpp"
#include "core/engine/job_changes.hpp"
#include "core/engine/jobs.hpp"
#include "core/engine/redrive.hpp"
#include "core/store/pack.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kWaiting = bit_of(CallState::waiting);
constexpr std::int64_t kNotReached = bit_of(CallState::failed) | bit_of(CallState::canceled) |
                                     bit_of(CallState::expired) | bit_of(CallState::blocked);
constexpr std::int64_t kNotLive = kWaiting | bit_of(CallState::completed) | kNotReached;

constexpr std::int64_t bit_of_stage(JobStage stage) {
  return std::int64_t{1} << static_cast<int>(stage);
}

Expected<std::monostate, NotDone> told(const Done& done) {
  if (!done) {
    return unexpected(NotDone{"wrong_state", done.error().detail});
  }
  return std::monostate{};
}

Expected<std::monostate, NotDone> cancel_one(Service& service, Call& call, bool hang_up) {
  if (call.state == CallState::live && !hang_up) {
    return unexpected(NotDone{"wrong_state", "It is live: with hangUp it is hung up."});
  }
  return told(take_back_call(service, call));
}

Expected<std::monostate, NotDone> cancel_job_here(Service& service, std::int64_t seq, bool removes,
                                                  std::int64_t& rows) {
  const std::int64_t before = service.store.jobs.find(seq)->canceled;
  if (removes) {
    if (auto refused = told(remove_job(service, seq, rows)); !refused) {
      return refused;
    }
  } else if (const auto task = cancel_job(service, seq, rows); !task) {
    return unexpected(NotDone{"wrong_state", task.error().detail});
  }
  rows = std::max<std::int64_t>(rows - (service.store.jobs.find(seq)->canceled - before), 0);
  return std::monostate{};
}

Expected<std::monostate, NotDone> reprioritise(Service& service, std::int64_t seq,
                                               const JobCommand& command) {
  Job wanted = *service.store.jobs.find(seq);
  wanted.rank = command.rank;
  wanted.priority = command.priority;
  wanted.level = command.level;
  if (const auto changed = change_job(service, std::move(wanted), command.actor); !changed) {
    return unexpected(NotDone{"wrong_state", "It is " +
                                                 std::string{to_word(changed.error().stage)} +
                                                 ": its priority cannot be changed."});
  }
  return std::monostate{};
}

// The refused ones come first, so that they can be read alone.
Blob packed(const CallsToDo& what, std::int64_t refused) {
  Blob spec;
  Packer out{spec};
  out.integer(refused);
  out.integer(what.last);
  out.integer(what.states);
  out.integer(what.outcomes);
  out.small(static_cast<std::int64_t>(what.command.action));
  out.instant(what.command.at);
  out.small(what.command.hang_up ? 1 : 0);
  return spec;
}

CallsToDo calls_to_do(const Task& task) {
  Unpacker in{task.spec};
  static_cast<void>(in.integer());
  CallsToDo what;
  what.job = task.subject;
  what.last = in.integer();
  what.states = in.integer();
  what.outcomes = in.integer();
  what.command.action = static_cast<CallAction>(in.small());
  what.command.at = in.instant();
  what.command.hang_up = in.small() != 0;
  return what;
}

Blob packed(const JobsToDo& what, std::int64_t refused) {
  Blob spec;
  Packer out{spec};
  out.integer(refused);
  out.integer(what.last);
  out.integer(what.stages);
  out.small(static_cast<std::int64_t>(what.command.action));
  out.integer(what.command.rank);
  out.small(what.command.priority);
  out.small(what.command.level ? static_cast<std::int64_t>(*what.command.level) + 1 : 0);
  out.text(what.command.actor);
  return spec;
}

JobsToDo jobs_to_do(const Task& task) {
  Unpacker in{task.spec};
  static_cast<void>(in.integer());
  JobsToDo what;
  what.last = in.integer();
  what.stages = in.integer();
  what.command.action = static_cast<JobAction>(in.small());
  what.command.rank = in.integer();
  what.command.priority = in.small();
  if (const std::int64_t level = in.small(); level > 0) {
    what.command.level = static_cast<Level>(level - 1);
  }
  what.command.actor = in.text();
  return what;
}

Task new_task(Service& service, TaskKind kind, std::int64_t subject, std::int64_t cursor,
              std::int64_t total) {
  Task task;
  task.seq = service.store.workspace.take_seq();
  task.created_at = service.now();
  task.kind = kind;
  task.subject = subject;
  task.cursor = cursor;
  task.total = total;
  return task;
}

}  // namespace

std::int64_t states_for(const CallCommand& command) {
  switch (command.action) {
    case CallAction::cancel:
      return kWaiting | (command.hang_up ? bit_of(CallState::live) : 0);
    case CallAction::reschedule:
      return kWaiting;
    case CallAction::redrive:
      return kNotReached;
    case CallAction::call_now:
    case CallAction::callback:
      break;
  }
  return kNotLive;
}

std::int64_t usual_states_for(const CallCommand& command) {
  switch (command.action) {
    case CallAction::redrive:
      return bit_of(CallState::failed);
    case CallAction::call_now:
    case CallAction::callback:
      return kWaiting;
    case CallAction::cancel:
    case CallAction::reschedule:
      break;
  }
  return states_for(command);
}

Expected<std::monostate, NotDone> command_call(Service& service, Call& call,
                                               const CallCommand& command) {
  switch (command.action) {
    case CallAction::cancel:
      return cancel_one(service, call, command.hang_up);
    case CallAction::reschedule:
      return told(reschedule_call(service, call, command.at));
    case CallAction::callback:
      return told(call_back(service, call, command.at));
    case CallAction::redrive:
      return told(redrive_call(service, call));
    case CallAction::call_now:
      break;
  }
  if (const auto out = call_now_unawaited(service, call); !out) {
    return unexpected(NotDone{std::string{out.error().code}, out.error().detail});
  }
  return std::monostate{};
}

std::int64_t stages_for(JobAction action) {
  constexpr std::int64_t kOpen = bit_of_stage(JobStage::pending) | bit_of_stage(JobStage::running) |
                                 bit_of_stage(JobStage::paused);
  switch (action) {
    case JobAction::start:
      return bit_of_stage(JobStage::pending);
    case JobAction::pause:
      return bit_of_stage(JobStage::running);
    case JobAction::resume:
      return bit_of_stage(JobStage::paused);
    case JobAction::cancel:
      return kOpen;
    case JobAction::remove:
      return kOpen | bit_of_stage(JobStage::completed) | bit_of_stage(JobStage::canceled);
    case JobAction::reprioritise:
      break;
  }
  return kOpen | bit_of_stage(JobStage::importing) | bit_of_stage(JobStage::completed);
}

Expected<std::monostate, NotDone> command_job(Service& service, std::int64_t job,
                                              const JobCommand& command, std::int64_t& rows) {
  switch (command.action) {
    case JobAction::start:
      return told(start_job(service, job));
    case JobAction::pause:
      return told(pause_job(service, job));
    case JobAction::resume:
      return told(resume_job(service, job));
    case JobAction::cancel:
      return cancel_job_here(service, job, false, rows);
    case JobAction::remove:
      return cancel_job_here(service, job, true, rows);
    case JobAction::reprioritise:
      break;
  }
  return reprioritise(service, job, command);
}

Task add_bulk_task(Service& service, const CallsToDo& what, std::int64_t count) {
  const std::int64_t before = service.store.jobs.find(what.job)->first_seq - 1;
  Task task = new_task(service, TaskKind::bulk_calls, what.job, before, count);
  task.spec = packed(what, 0);
  tasks::add(service.sql(), task);
  return task;
}

Task add_bulk_task(Service& service, const JobsToDo& what, std::int64_t count) {
  Task task = new_task(service, TaskKind::bulk_jobs, 0, 0, count);
  task.spec = packed(what, 0);
  tasks::add(service.sql(), task);
  return task;
}

bool step_bulk_calls(Service& service, Task& task) {
  const CallsToDo what = calls_to_do(task);
  const std::int64_t limit = service.context.limits.task_rows_max;
  std::int64_t refused = refused_by(task);
  const auto found = calls::matching(
      service.sql(), {what.job, task.cursor, what.last, what.states, what.outcomes}, limit);
  for (Call call : found) {
    task.cursor = call.seq;
    ++task.done;
    refused += command_call(service, call, what.command) ? 0 : 1;
  }
  task.spec = packed(what, refused);
  return static_cast<std::int64_t>(found.size()) == limit;
}

bool step_bulk_jobs(Service& service, Task& task) {
  const JobsToDo what = jobs_to_do(task);
  std::int64_t rows = service.context.limits.task_rows_max;
  std::int64_t refused = refused_by(task);
  const auto found = service.store.jobs.at_stages(what.stages, task.cursor, what.last);
  const std::size_t count = std::min<std::size_t>(found.size(), kJobsAtOnce);
  for (std::size_t i = 0; i < count; ++i) {
    task.cursor = found[i];
    ++task.done;
    refused += command_job(service, found[i], what.command, rows) ? 0 : 1;
  }
  task.spec = packed(what, refused);
  return found.size() > count;
}

std::int64_t refused_by(const Task& task) {
  return task.spec.empty() ? 0 : Unpacker{task.spec}.integer();
}

}  // namespace callgate
