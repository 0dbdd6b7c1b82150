#include "core/limits/budget.hpp"

#include <catch2/catch_test_macros.hpp>
#include <random>

using namespace callgate;

TEST_CASE("Spent and reserved never pass the limit while no call costs more than its reserve") {
  std::mt19937_64 random{3};
  const auto below = [&random](std::int64_t bound) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(bound));
  };
  for (int round = 0; round < 300; ++round) {
    const Budget budget{1 + below(5'000'000), 1 + below(900'000)};
    std::int64_t spent = 0;
    std::int64_t live = 0;
    for (int step = 0; step < 200; ++step) {
      const Starts may = starts_within(budget, spent, live, kNoClockHelps);
      if (below(2) == 0) {
        live += std::min(may.now, below(4));
      } else if (live > 0) {
        --live;
        spent += below(budget.reserve + 1);
      }
      REQUIRE(spent + live * budget.reserve <= budget.limit);
      // Nothing is left unused that would pay for one more.
      const Starts then = starts_within(budget, spent, live, kNoClockHelps);
      REQUIRE((then.now == 0) == (spent + (live + 1) * budget.reserve > budget.limit));
    }
  }
}

TEST_CASE("A budget that is used up waits for the day when it begins anew") {
  const Instant midnight = from_ms(1'800'000'000'000);
  CHECK(starts_within({}, 5, 5, midnight) == Starts{});
  CHECK(starts_within({100, 10}, 100, 0, midnight) == Starts{0, midnight});
  CHECK(starts_within({100, 10}, 7'000, 3, midnight) == Starts{0, midnight});
  CHECK(starts_within({100, 10}, 50, 3, midnight) == Starts{2, {}});
}

TEST_CASE("What is counted by the day begins anew with the day") {
  DayCount count;
  count.add(20'000, 2);
  count.add(20'000, 3);
  CHECK(count.on(20'000) == 5);
  CHECK(count.on(20'001) == 0);
  const Instant midnight = from_ms(1'800'000'000'000);
  CHECK(starts_today(5, count, 20'000, midnight) == Starts{0, midnight});
  CHECK(starts_today(7, count, 20'000, midnight) == Starts{2, {}});
  CHECK(starts_today(5, count, 20'001, midnight) == Starts{5, {}});
  CHECK(starts_today(0, count, 20'000, midnight) == Starts{});
}
