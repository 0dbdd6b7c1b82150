// Recurring jobs: each occurrence of a schedule makes a job from its settings and starts it, once,
// in the transaction that moves the schedule on. On a day on which the calendar is closed the
// occurrence is skipped, or its job waits for the next opening as any job does. While the job
// before still runs it is skipped, kept (one at most) until that has ended, or made all the same.
// After a standstill occurrences are made up for as far back as the schedule says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/engine/service.hpp"
#include "core/store/schedules.hpp"

namespace callgate {

// Makes what has become due, at most one job a time: the rest is due at once again.
void start_due_schedules(Service& service);

// When the clock makes the next occurrence due.
[[nodiscard]] std::optional<Instant> next_schedule(Service& service);

// The last jobs of those that may make another.
[[nodiscard]] const std::set<std::int64_t>& last_jobs_of_schedules(Service& service);

// A new schedule, which goes on from its first occurrence after `after`.
void add_schedule(Service& service, JobSchedule& schedule, Instant after);

void pause_schedule(Service& service, JobSchedule& schedule, std::string note);
// Goes on with the next occurrence from now on: what passed while it was paused is not made up for.
void resume_schedule(Service& service, JobSchedule& schedule);
void remove_schedule(Service& service, JobSchedule& schedule);

// Makes its job now, whatever the recurrence says; returns it.
const Job& trigger_schedule(Service& service, JobSchedule& schedule);

// Whether an occurrence then falls on a day on which the calendar is closed.
[[nodiscard]] bool is_closed_day(Service& service, Instant at);

}  // namespace callgate
