// Schedules: a recurrence and the job that each of its occurrences makes. A row is read whole; the
// part that changes as time goes by is written apart from the settings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/phone.hpp"
#include "core/base/time.hpp"
#include "core/imports/recipient_reader.hpp"
#include "core/schedule/recurrence/spec.hpp"
#include "core/store/jobs.hpp"
#include "core/store/sql.hpp"

namespace callgate {

// Numbers are stored: append only.
enum class ScheduleState : std::uint8_t {
  active = 1,
  paused = 2,
  completed = 3,  // the recurrence has no further occurrence
  deleted = 4,
};
// What becomes of an occurrence on a day on which the workspace's calendar is closed.
enum class OnClosedDay : std::uint8_t { next = 1, skip = 2 };
// What becomes of an occurrence while the job of the one before still runs.
enum class Overlap : std::uint8_t { skip = 1, buffer_one = 2, allow = 3 };

struct JobSchedule {
  std::int64_t seq = 0;
  Instant created_at{};
  ScheduleState state = ScheduleState::active;
  std::string name;
  std::string note;  // why it is paused
  RecurrenceSpec recurrence;
  OnClosedDay on_closed_day = OnClosedDay::next;
  Overlap overlap = Overlap::skip;
  Millis catch_up{3'600'000};  // an occurrence missed by more is not made up for
  Job job;                     // its settings; counters and times as they stand in a new job
  std::vector<Recipient> recipients;

  std::optional<Instant> next_at;  // the next occurrence; nothing: paused, or there is none
  std::optional<Instant> last_at;  // the occurrence that made the last job
  bool buffered = false;           // one waits for the last job's end
  std::int64_t last_job = 0;       // 0: none yet
  std::int64_t started = 0;        // jobs made
  std::int64_t closed = 0;         // occurrences skipped on closed days
  std::int64_t overlapped = 0;     // and because the job before still ran
  std::int64_t missed = 0;         // times when occurrences lay too far back to be made up for
};

namespace schedules {

void add(Sql& sql, const JobSchedule& schedule);
// Writes what changes as time goes by: state, note, next_at and all below it.
void save(Sql& sql, const JobSchedule& schedule);
[[nodiscard]] std::optional<JobSchedule> find(Sql& sql, std::int64_t seq);
// Newest first: those with a smaller sequence than `before`, without the deleted.
[[nodiscard]] std::vector<JobSchedule> page(Sql& sql, std::int64_t before, std::int64_t limit);

// The active one whose next occurrence comes first.
struct Next {
  std::int64_t seq = 0;
  Instant at{};
};
[[nodiscard]] std::optional<Next> next(Sql& sql);

// Active ones with an occurrence that waits for the end of the last job: schedule and job.
struct Buffered {
  std::int64_t seq = 0;
  std::int64_t last_job = 0;
};
[[nodiscard]] std::vector<Buffered> buffered(Sql& sql);

// The last jobs of those that may make another, ascending.
[[nodiscard]] std::vector<std::int64_t> last_jobs(Sql& sql);

}  // namespace schedules
}  // namespace callgate
