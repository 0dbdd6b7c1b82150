#include "core/store/ended_calls.hpp"

#include "core/store/jobs.hpp"
#include "core/store/pack.hpp"

namespace callgate {
namespace {

// Every call that has ended is there still. When they did is not known: not before the job was
// made, and a walk through them will tell.
void count_of_old(Job& job) {
  const std::pair<End, std::int64_t> counts[] = {{End::completed, job.completed},
                                                 {End::failed, job.failed - job.blocked},
                                                 {End::canceled, job.canceled},
                                                 {End::blocked, job.blocked}};
  for (const auto& [end, kept] : counts) {
    if (kept > 0) {
      of(job.ended, end) = {kept, job.created_at, job.finished_at};
    }
  }
}

}  // namespace

Blob pack_ended(const Job& job) {
  Blob packed;
  Packer out{packed};
  out.small(job.removed);
  for (const EndedCalls& ended : job.ended) {
    out.small(ended.kept);
    if (ended.kept > 0) {
      out.instant(ended.first);
      out.instant(ended.last);
    }
  }
  if (job.hour.hour > 0) {
    out.small(job.hour.hour);
    out.small(job.hour.count);
    out.small(job.hour.before);
  }
  return packed;
}

void unpack_ended(Bytes packed, Job& job) {
  if (packed.empty()) {
    return count_of_old(job);
  }
  Unpacker in{packed};
  job.removed = in.small();
  for (EndedCalls& ended : job.ended) {
    ended.kept = in.small();
    if (ended.kept > 0) {
      ended.first = in.instant_or_none();
      ended.last = in.instant_or_none();
    }
  }
  if (!in.done()) {
    job.hour.hour = in.small();
    job.hour.count = in.small();
    job.hour.before = in.small();
  }
}

void DialsOfHour::add(Instant at) {
  const std::int64_t now = to_ms(at) / kHourMs;
  if (now > hour) {
    before = now == hour + 1 ? count : 0;
    count = 0;
    hour = now;
  }
  ++count;
}

std::int64_t DialsOfHour::last_hour(Instant now) const {
  const std::int64_t present = to_ms(now) / kHourMs;
  const std::int64_t left = kHourMs - to_ms(now) % kHourMs;
  if (present > hour + 1) {
    return 0;
  }
  return present > hour ? count * left / kHourMs : count + before * left / kHourMs;
}

}  // namespace callgate
