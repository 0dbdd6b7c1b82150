// The hours, days and weeks of a zone's clock as stretches of instants, for counting by them. A day
// is from one local midnight to the next, be it 23, 24 or 25 hours long; a week begins on Monday
// (ISO 8601); an hour ends where the clock's hour does or where the clock is put forward or back,
// so the hour that comes twice in autumn is two.
#pragma once

#include <cstdint>

#include "core/schedule/zone.hpp"

namespace callgate {

enum class BucketSize : std::uint8_t { hour, day, week };

// [begin, end)
struct Bucket {
  Instant begin{};
  Instant end{};
  friend bool operator==(const Bucket&, const Bucket&) = default;
};

// The one that holds the instant.
[[nodiscard]] Bucket bucket_at(const Zone& zone, BucketSize size, Instant at);

// The first instant of a local day (days since 1970).
[[nodiscard]] Instant begin_of_day(const Zone& zone, std::int64_t local_day);

}  // namespace callgate
