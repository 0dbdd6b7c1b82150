// What came of calls and attempts over a stretch of time, added up: all of it, by the hours, days
// or weeks of a zone's clock, or by the hour of its day. Read from what was counted where calls and
// attempts ended, so it stays right when calls are removed.
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/engine/service.hpp"
#include "core/schedule/buckets.hpp"
#include "core/store/tallies.hpp"

namespace callgate {

[[nodiscard]] Tally sum_of(Service& service, const tallies::Query& query);

// Every bucket of the range, those where nothing was too; the first and the last are cut by it.
[[nodiscard]] std::vector<std::pair<Bucket, Tally>> sums_by_bucket(Service& service,
                                                                   const tallies::Query& query,
                                                                   const Zone& zone,
                                                                   BucketSize size);

using HoursOfClock = std::array<Tally, 24>;
[[nodiscard]] HoursOfClock sums_by_hour_of_day(Service& service, const tallies::Query& query,
                                               const Zone& zone);

}  // namespace callgate
