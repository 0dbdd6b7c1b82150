// The life of a job: start, pause, resume, cancel, remove, finish. Each command says what it
// refused and why as a value; nothing is written then.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/expected.hpp"
#include "core/engine/service.hpp"

namespace callgate {

// The job is not in a state from which this can be done.
struct WrongState {
  std::string detail;
};

[[nodiscard]] inline auto wrong_state(std::string detail) {
  return unexpected(WrongState{std::move(detail)});
}

using Done = Expected<std::monostate, WrongState>;

[[nodiscard]] Done start_job(Service& service, std::int64_t job);
[[nodiscard]] Done pause_job(Service& service, std::int64_t job);
[[nodiscard]] Done resume_job(Service& service, std::int64_t job);

// Stops dialling at once, asks the provider to hang up what is live, and cancels what waits: here
// when it is fewer calls than `rows`, else as a task, whose number is returned (0: none was
// needed).
[[nodiscard]] Expected<std::int64_t, WrongState> cancel_job(Service& service, std::int64_t job,
                                                            std::int64_t rows);

// Hides the job, canceling it first.
[[nodiscard]] Done remove_job(Service& service, std::int64_t job, std::int64_t rows);

// Gives a job the rank of another, and what it was named by.
void take_rank(Service& service, Job& job, const Job& from);

// Puts a job that has not ended right before or after another in the list of jobs. Where that is
// among those of another rank it takes over the nearest one's. Writes its row alone.
[[nodiscard]] Done move_job(Service& service, std::int64_t job, std::int64_t other, bool before);

// Something only a person can mend (a wrong assistant, an unpaid bill): the job pauses and says so.
void pause_for_error(Service& service, Job& job, std::string_view error);

// Marks the moment when the last call of a running job became terminal.
void finish_if_done(Service& service, Job& job);

// Starts the jobs whose time has come.
void start_due_jobs(Service& service);

// Advances the oldest task by one step of at most limits.task_rows_max rows. False: there is none.
bool step_task(Service& service);

}  // namespace callgate
