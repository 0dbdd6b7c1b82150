// The same command about many calls, or many jobs. Those that are named are few and are done at
// once, each on its own; those that a query finds are done at once when they are few, else a piece
// at a time as a task, in the order of their numbers and up to the last that was there when it was
// asked for. Whatever the command does to one of them, it cannot find it a second time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/expected.hpp"
#include "core/calls/job_edits.hpp"
#include "core/calls/lifecycle.hpp"
#include "core/engine/service.hpp"
#include "core/store/tasks.hpp"

namespace callgate {

// Why it was not done to one of them.
struct NotDone {
  std::string code;
  std::string detail;
};

// Numbers are stored: append only.
enum class CallAction : std::uint8_t {
  cancel = 1,
  call_now = 2,
  reschedule = 3,
  callback = 4,
  redrive = 5,
};

struct CallCommand {
  CallAction action = CallAction::cancel;
  Instant at{};          // of reschedule and callback
  bool hang_up = false;  // of cancel: live ones too
};

// Of those that the command can be about; bits by CallState.
[[nodiscard]] std::int64_t states_for(const CallCommand& command);
// Those it is about unless something else is said.
[[nodiscard]] std::int64_t usual_states_for(const CallCommand& command);

[[nodiscard]] Expected<std::monostate, NotDone> command_call(Service& service, Call& call,
                                                             const CallCommand& command);

// Numbers are stored: append only.
enum class JobAction : std::uint8_t {
  start = 1,
  pause = 2,
  resume = 3,
  cancel = 4,
  remove = 5,
  reprioritise = 6,
};

struct JobCommand {
  JobAction action = JobAction::pause;
  std::int64_t rank = 50;  // of reprioritise, with what it was named by
  std::int64_t priority = 3;
  std::optional<Level> level;
  std::string actor;
};

// Of those that a query finds so many are done at once, and in each step of a task: each may have
// calls to hang up and to cancel.
inline constexpr std::int64_t kJobsAtOnce = 100;

// Of those that the command can be about; bits by JobStage.
[[nodiscard]] std::int64_t stages_for(JobAction action);

// `rows`: calls it may cancel here; what is left of a job goes on as a task of its own.
[[nodiscard]] Expected<std::monostate, NotDone> command_job(Service& service, std::int64_t job,
                                                            const JobCommand& command,
                                                            std::int64_t& rows);

// What is to be done to all that a query finds: made a task, which begins with the next wake.
struct CallsToDo {
  std::int64_t job = 0;
  std::int64_t last = 0;  // no later one
  std::int64_t states = 0;
  std::int64_t outcomes = 0;
  CallCommand command;
};
[[nodiscard]] Task add_bulk_task(Service& service, const CallsToDo& what, std::int64_t count);

struct JobsToDo {
  std::int64_t last = 0;
  std::int64_t stages = 0;
  JobCommand command;
};
[[nodiscard]] Task add_bulk_task(Service& service, const JobsToDo& what, std::int64_t count);

// One step of such a task. False: it was the last.
bool step_bulk_calls(Service& service, Task& task);
bool step_bulk_jobs(Service& service, Task& task);

// Of those that the task has come to: how many it could do nothing to.
[[nodiscard]] std::int64_t refused_by(const Task& task);

}  // namespace callgate
