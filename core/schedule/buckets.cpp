#include "core/schedule/buckets.hpp"

#include <algorithm>

#include "core/schedule/recurrence/civil.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kDaysOfWeek = 7;

Bucket days_from(const Zone& zone, std::int64_t first, std::int64_t count) {
  return {begin_of_day(zone, first), begin_of_day(zone, first + count)};
}

// The day between whose beginnings the instant lies. Where a clock is put back just after midnight,
// the last minutes of a day come again after the next has begun: they are the next one's.
std::int64_t day_at(const Zone& zone, Instant at) {
  std::int64_t day = day_of_local(to_local(zone, at));
  while (begin_of_day(zone, day + 1) <= at) {
    ++day;
  }
  while (begin_of_day(zone, day) > at) {
    --day;
  }
  return day;
}

}  // namespace

Instant begin_of_day(const Zone& zone, std::int64_t local_day) {
  const Resolved midnight = to_instant(zone, {local_day * kDayMs});
  if (midnight.kind != LocalKind::gap) {
    return midnight.at;
  }
  return offset_at(zone, midnight.at).begin;  // there is none: the day begins at the jump
}

Bucket bucket_at(const Zone& zone, BucketSize size, Instant at) {
  const OffsetSpan span = offset_at(zone, at);
  const std::int64_t local_ms = to_ms(at) + span.offset_s * 1000;
  switch (size) {
    case BucketSize::day:
      return days_from(zone, day_at(zone, at), 1);
    case BucketSize::week: {
      const std::int64_t day = day_at(zone, at);
      return days_from(zone, day - (weekday_of_day(day) + kDaysOfWeek - 1) % kDaysOfWeek,
                       kDaysOfWeek);
    }
    case BucketSize::hour:
      break;
  }
  const Instant begin = at - Millis{local_ms - floor_div(local_ms, kHourMs) * kHourMs};
  return {std::max(begin, span.begin), std::min(begin + Millis{kHourMs}, span.end)};
}

}  // namespace callgate
