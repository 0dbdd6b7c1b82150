// Document D's scheduled calls, each the one call of a job: what stands packed in the job's row,
// and where they are. They are found by their owner through an index of their own that no other job
// stands in.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/calls/lifecycle.hpp"
#include "core/schedule/scheduled_call.hpp"
#include "core/store/sql.hpp"

namespace callgate {

// No bytes for a job that is none.
[[nodiscard]] Blob pack_scheduled_call(const std::optional<ScheduledCall>& call);
[[nodiscard]] std::optional<ScheduledCall> unpack_scheduled_call(Bytes packed);

namespace scheduled_calls {

struct Wanted {
  std::string_view owner;
  Instant from{};  // scheduled for [from, to]
  Instant to{};
  std::string_view assistant_id;  // empty: any
};

struct Found {
  std::int64_t job = 0;
  std::int64_t call = 0;
  Instant at{};          // scheduled for
  bool started = false;  // the job is
  CallState state = CallState::waiting;
  bool dispatched = false;
};
// The last `limit` that were made, in the order of their times; without those of jobs that are
// hidden.
[[nodiscard]] std::vector<Found> of_owner(Sql& sql, const Wanted& wanted, std::int64_t limit);

struct Count {
  bool started = false;
  CallState state = CallState::waiting;
  bool dispatched = false;
  bool ahead = false;  // scheduled for after `now`
  std::int64_t calls = 0;
};
// All owners' calls.
[[nodiscard]] std::vector<Count> counts(Sql& sql, Instant now);

// Calls of all jobs that are still open, as far as the rows of the jobs tell.
struct OpenCalls {
  std::int64_t running = 0;  // of running and canceled jobs, those that are live too
  std::int64_t ahead = 0;    // of jobs whose start lies ahead
  std::int64_t held = 0;     // of jobs that wait for a person, or for the rest of their list
};
[[nodiscard]] OpenCalls open_calls(Sql& sql, Instant now);
// Calls of running jobs that wait for a time after `now`, counted up to `limit`.
[[nodiscard]] std::int64_t count_delayed(Sql& sql, Instant now, std::int64_t limit);

// The number that called for the job made last; empty: there is no job.
[[nodiscard]] std::string last_phone_number_id(Sql& sql);

}  // namespace scheduled_calls
}  // namespace callgate
