// Calls that had come to an end are called again: the next round of each, with its attempts counted
// anew and its history kept. A job's are found by how they ended; few are done at once, many as a
// task. A call whose number is on the do-not-call list ends as blocked again at its turn.
#pragma once

#include <cstdint>

#include "core/engine/jobs.hpp"
#include "core/engine/service.hpp"
#include "core/store/tasks.hpp"

namespace callgate {

// Which ends. Bits by CallState, and by the Outcome of the last attempt (bit 0: never dialled).
struct RedriveFilter {
  std::int64_t states = 0;
  std::int64_t outcomes = 0;
};

[[nodiscard]] constexpr std::int64_t bit_of(CallState state) {
  return std::int64_t{1} << static_cast<int>(state);
}
[[nodiscard]] constexpr std::int64_t bit_of(Outcome outcome) {
  return std::int64_t{1} << static_cast<int>(outcome);
}
inline constexpr std::int64_t kAnyOutcome = (std::int64_t{1} << 32) - 1;

// Whether the job's calls may be called again at all.
[[nodiscard]] Done may_redrive(const Job& job);

[[nodiscard]] std::int64_t count_redrive(Service& service, const Job& job, RedriveFilter filter);

struct Redriven {
  std::int64_t calls = 0;  // done here
  std::int64_t task = 0;   // goes on with the others; 0: there are none
};
[[nodiscard]] Redriven redrive_job(Service& service, std::int64_t job, RedriveFilter filter);

// One step of such a task. False: it was the last.
bool step_redrive(Service& service, Task& task);

// The next round of a call that has ended, no earlier than `not_before`, in its lane.
void begin_round(Service& service, Call& call, Instant not_before);

}  // namespace callgate
