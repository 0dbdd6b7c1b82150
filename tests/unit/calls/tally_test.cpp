#include "core/calls/tally.hpp"

#include <catch2/catch_test_macros.hpp>
#include <vector>

#include "core/store/tallies.hpp"

namespace callgate {
namespace {

std::vector<std::int64_t> values(const Tally& tally) {
  std::vector<std::int64_t> all;
  Tally::each(tally, [&all](const std::int64_t& count) { all.push_back(count); });
  return all;
}

// Every count another number, some of them none.
Tally some(std::int64_t seed) {
  Tally tally;
  std::int64_t next = seed;
  Tally::each(tally, [&next](std::int64_t& count) {
    next = next * 31 % 1'000'003;
    count = next % 3 == 0 ? 0 : next;
  });
  return tally;
}

}  // namespace

TEST_CASE("Counts are added one by one") {
  Tally sum = some(1);
  sum.add(some(2));
  const auto left = values(some(1));
  const auto right = values(some(2));
  const auto both = values(sum);
  for (std::size_t i = 0; i < both.size(); ++i) {
    CHECK(both[i] == left[i] + right[i]);
  }
}

TEST_CASE("An end is counted in one place alone") {
  for (const CallState end : {CallState::completed, CallState::failed, CallState::canceled,
                              CallState::expired, CallState::blocked}) {
    Tally tally;
    tally.ended.count(end, Outcome::busy);
    std::int64_t all = 0;
    for (const std::int64_t count : values(tally)) {
      all += count;
    }
    CHECK(all == 1);
    CHECK(tally.ended.all_failed() == (end == CallState::failed ? 1 : 0));
  }
}

TEST_CASE("A quarter of an hour begins on the quarter, before 1970 too") {
  CHECK(quarter_of(from_ms(0)) == 0);
  CHECK(quarter_of(from_ms(kQuarterMs - 1)) == 0);
  CHECK(quarter_of(from_ms(-1)) == -1);
  CHECK(begin_of_quarter(quarter_of(from_ms(1'798'000'123'456))) == from_ms(1'797'999'300'000));
}

TEST_CASE("What is not told yet comes back from its packing") {
  UntoldTally untold;
  CHECK(pack(untold).empty());
  CHECK(unpack_untold({}).quarters.empty());
  untold.hour = 499'444;
  untold.at(1'997'776, "anna") = some(3);
  untold.at(1'997'777, "anna") = some(4);
  untold.at(1'997'776, "ben") = some(5);
  CHECK(&untold.at(1'997'776, "anna") == &untold.quarters.front().tally);
  const Blob packed = pack(untold);
  const UntoldTally back = unpack_untold(packed);
  CHECK(back.hour == untold.hour);
  REQUIRE(back.quarters.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(back.quarters[i].quarter == untold.quarters[i].quarter);
    CHECK(back.quarters[i].assistant == untold.quarters[i].assistant);
    CHECK(values(back.quarters[i].tally) == values(untold.quarters[i].tally));
  }
}

}  // namespace callgate
