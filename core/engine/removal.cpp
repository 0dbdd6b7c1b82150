#include "core/engine/removal.hpp"

#include "core/engine/retention.hpp"

namespace callgate {

void hide_call(Service& service, const Call& call) {
  CALLGATE_CHECK(is_terminal(call.state));
  Job& job = service.store.jobs.edit(call.job);
  of(job.ended, end_of(call.state)).take(1);
  ++job.removed;
  note_reopened(service);
  calls::hide(service.sql(), call);
  service.store.attempts.settled(call.job, call.seq, call.seq);
}

}  // namespace callgate
