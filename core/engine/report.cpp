#include "core/engine/report.hpp"

#include <algorithm>
#include <map>

namespace callgate {
namespace {

class OneSum final : public tallies::Sums {
 public:
  Tally& of(std::int64_t /*quarter*/) override { return all; }
  Tally* of_whole_day() override { return &all; }
  Tally all;
};

// By quarters first: a zone's clock is asked once for each, not for each job.
class SumsByQuarter final : public tallies::Sums {
 public:
  Tally& of(std::int64_t quarter) override { return quarters[quarter]; }
  std::map<std::int64_t, Tally> quarters;
};

std::map<std::int64_t, Tally> quarters_of(Service& service, const tallies::Query& query) {
  SumsByQuarter sums;
  tallies::read(service.sql(), query, sums);
  return std::move(sums.quarters);
}

}  // namespace

Tally sum_of(Service& service, const tallies::Query& query) {
  OneSum sum;
  tallies::read(service.sql(), query, sum);
  return sum.all;
}

std::vector<std::pair<Bucket, Tally>> sums_by_bucket(Service& service, const tallies::Query& query,
                                                     const Zone& zone, BucketSize size) {
  const auto quarters = quarters_of(service, query);
  std::vector<std::pair<Bucket, Tally>> sums;
  auto next = quarters.begin();
  for (Instant at = begin_of_quarter(query.from); at < begin_of_quarter(query.before);) {
    auto& [bucket, tally] = sums.emplace_back(bucket_at(zone, size, at), Tally{});
    bucket = {at, std::min(bucket.end, begin_of_quarter(query.before))};
    for (; next != quarters.end() && begin_of_quarter(next->first) < bucket.end; ++next) {
      tally.add(next->second);
    }
    at = bucket.end;
  }
  return sums;
}

HoursOfClock sums_by_hour_of_day(Service& service, const tallies::Query& query, const Zone& zone) {
  HoursOfClock hours;
  for (const auto& [quarter, tally] : quarters_of(service, query)) {
    const std::int64_t local_ms = to_local(zone, begin_of_quarter(quarter)).ms;
    const std::int64_t of_day = local_ms - floor_div(local_ms, kDayMs) * kDayMs;
    hours.at(static_cast<std::size_t>(of_day / kHourMs)).add(tally);
  }
  return hours;
}

}  // namespace callgate
