// Document D's scheduled calls: a job of one person that starts when it is scheduled for, and where
// it recurs, the next of its chain. The next one is made in the unit of work in which this one
// ends, however it ends, and its number is kept with this one: so it is made once, and a crash
// leaves both or neither. A call that somebody cancels is the last of its chain.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/engine/jobs.hpp"
#include "core/engine/service.hpp"

namespace callgate {

struct NewScheduledCall {
  Job job;  // its settings, its owner and what is scheduled; its start lies ahead
  Phone phone;
  std::string metadata;  // a JSON object's text, or empty
};

const Job& schedule_call(Service& service, const NewScheduledCall& wanted);

// Its one call; a CHECK fails when it is not there.
[[nodiscard]] Call call_of_job(Service& service, const Job& job);

// At another time, which lies ahead. Only while its call waits.
[[nodiscard]] Done reschedule_job(Service& service, std::int64_t job, Instant asked, Instant at,
                                  std::string_view actor);

// The job has ended: makes the next of its chain, if there is one and it was not made before.
void continue_chain(Service& service, Job& job);

// A dial of the job's call has ended, as one that the provider took.
void note_dispatched(Service& service, std::int64_t job);

// As document D's words go. Until its job has `started` it waits, even one that a rule has refused
// already: it can be canceled, and with it its chain. `as_documented`: once it is dispatched it is
// completed.
enum class ScheduledStatus : std::uint8_t { pending, processing, completed, failed, cancelled };
[[nodiscard]] ScheduledStatus status_of(bool started, CallState state, bool dispatched,
                                        bool as_documented);

// Whether a dial of it has come as far as the provider; `known`: what its row says of those that
// have ended.
[[nodiscard]] bool is_dispatched(Service& service, std::int64_t call, bool known);

}  // namespace callgate
