#include "core/engine/tallies.hpp"

#include <algorithm>

#include "core/engine/experiments.hpp"
#include "core/store/tallies.hpp"

namespace callgate {
namespace {

std::int64_t utc_hour(Instant at) {
  return floor_div(to_ms(at), kHourMs);
}

// Counts in the quarter of `at`, after what was counted in another hour has been told. What a
// provider says of an end may be off: none was before its job.
template <class Count>
void count_at(Service& service, Job& job, const Call& call, Instant at, Count count) {
  UntoldTally untold = unpack_untold(job.tally);
  const std::int64_t hour = utc_hour(service.now());
  if (!untold.quarters.empty() && untold.hour != hour) {
    tell_tally(service, job);
    untold.quarters.clear();
  }
  untold.hour = hour;
  count(untold.at(quarter_of(std::max(at, job.created_at)), assistant_of(service, job, call)));
  job.tally = pack(untold);
}

}  // namespace

void tally_attempt(Service& service, Job& job, const Call& call, const AttemptResult& result) {
  count_at(service, job, call, result.at, [&result](Tally& tally) {
    ++tally.attempts.at(static_cast<std::size_t>(result.outcome));
    tally.talks += result.talk_ms > 0 ? 1 : 0;
    tally.talk_ms += result.talk_ms;
    tally.cost_micros += result.cost_micros;
  });
}

void tally_cost(Service& service, Job& job, const Call& call, Instant at,
                std::int64_t cost_micros) {
  count_at(service, job, call, at,
           [cost_micros](Tally& tally) { tally.cost_micros += cost_micros; });
}

void tally_end(Service& service, Job& job, const Call& call, Instant at) {
  job.count_end(call.state, at);
  count_at(service, job, call, at,
           [&call](Tally& tally) { tally.ended.count(call.state, call.outcome); });
}

void tally_reopened(Service& service, Job& job, const Call& call, CallState before) {
  job.count_reopened(before);
  count_at(service, job, call, service.now(),
           [&](Tally& tally) { tally.reopened.count(before, call.outcome); });
}

void tell_tally(Service& service, Job& job) {
  if (!job.tally.empty()) {
    tallies::add(service.sql(), job.seq, unpack_untold(job.tally).quarters);
    job.tally.clear();
  }
}

void leave_tally(Service& service, std::int64_t seq) {
  Job& job = service.store.jobs.edit(seq);
  tell_tally(service, job);
  const bool completed = job.end() == JobEnd::completed;
  tallies::leave(service.sql(), seq, completed ? kGoneCompleted : kGoneCanceled);
}

}  // namespace callgate
