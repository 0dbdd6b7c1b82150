// Counting what a job's attempts and calls come to, in the job's own row, in the quarter of an hour
// in which it was; and telling it, once that hour is over or the job has ended, to the table that
// outlives calls and jobs (core/store/tallies.hpp). So a call costs no row of its own, and a job at
// most one an hour for each assistant.
#pragma once

#include <cstdint>

#include "core/engine/service.hpp"

namespace callgate {

struct AttemptResult {
  Outcome outcome = Outcome::provider_error;
  Instant at{};  // when it ended
  std::int64_t talk_ms = 0;
  std::int64_t cost_micros = 0;
};

// An attempt of the call has ended.
void tally_attempt(Service& service, Job& job, const Call& call, const AttemptResult& result);
// A price that was told after the end.
void tally_cost(Service& service, Job& job, const Call& call, Instant at, std::int64_t cost_micros);
// The call has come to its end, as its state says: counted among those of its job too.
void tally_end(Service& service, Job& job, const Call& call, Instant at);
// Its next round begins; it had ended so.
void tally_reopened(Service& service, Job& job, const Call& call, CallState before);

// Adds what the job has counted to the table.
void tell_tally(Service& service, Job& job);
// The job, all of whose calls are gone, goes for good: what it came to stays.
void leave_tally(Service& service, std::int64_t job);

}  // namespace callgate
