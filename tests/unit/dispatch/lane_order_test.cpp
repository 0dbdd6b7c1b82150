#include "core/dispatch/lane_order.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <random>

#include "core/dispatch/pass.hpp"

namespace callgate {
namespace {

constexpr Instant kNow = from_ms(1'800'000'000'000);
constexpr Instant kLater = kNow + Millis{2};

struct World {
  std::map<std::int64_t, WaitingLane> lanes;
  std::map<std::int64_t, BoardJob> jobs;
  LaneOrder order;
  Slots shared;

  // Every lane there is, as a pass would see it without an order.
  [[nodiscard]] Board whole(std::int64_t free_slots) const {
    Board board{kNow, free_slots, {}, {}};
    for (const auto& [number, lane] : lanes) {
      board.lanes.push_back({lane.lane, lane.job, lane.rank, lane.waiting, lane.first_not_before,
                             lane.opens, lane.closes});
    }
    for (const auto& [number, job] : jobs) {
      board.jobs.push_back(job);
    }
    board.shared = shared;
    return board;
  }

  [[nodiscard]] Board chosen(std::int64_t free_slots) const {
    return board_of(
        order, kNow, free_slots, [this](std::int64_t job) { return jobs.at(job); }, shared);
  }
};

}  // namespace

TEST_CASE("the order is by rank, then by when a lane is ready, then by lane") {
  LaneOrder order;
  order.put({1, 1, 50, 1, kNow});
  order.put({2, 1, 50, 1, kNow - Millis{1}});
  order.put({3, 2, 75, 1, kNow, kNow + Millis{9}});
  order.put({4, 2, 50, 1, kNow});
  order.put({1, 1, 50, 3, kNow});
  order.put({4, 2, 75, 1, kNow});
  order.remove(7);
  std::vector<std::int64_t> lanes;
  for (const auto& [place, lane] : order.lanes()) {
    lanes.push_back(lane.lane);
  }
  CHECK(lanes == std::vector<std::int64_t>{4, 3, 2, 1});
  CHECK(order.lanes().rbegin()->second.waiting == 3);
}

TEST_CASE("a pass looks at no more idle jobs than it has slots, whatever waits") {
  World world;
  for (std::int64_t job = 1; job <= 5000; ++job) {
    world.jobs[job] = {job, 0, 1};
    world.order.put({job, job, 50, 9, kNow});
  }
  CHECK(world.chosen(3).lanes.size() == 3);
  CHECK(world.chosen(0).lanes.empty());
  for (std::int64_t job = 1; job <= 5000; ++job) {
    world.order.put({job, job, 50, 9, kNow, kLater});
  }
  CHECK(world.chosen(9999).lanes.size() == 1);  // closed: the next wake is known
}

TEST_CASE("a pass over the chosen lanes decides as one over all of them") {
  std::mt19937_64 random{20261121};
  const auto below = [&random](std::int64_t bound) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(bound));
  };
  for (int round = 0; round < 600; ++round) {
    World world;
    const std::int64_t jobs = 1 + below(12);
    // In half of the rounds some jobs share agents and numbers, and some wait for a rate.
    const bool limited = round % 2 == 1;
    for (int node = 0; limited && node < 4; ++node) {
      world.shared.add({node < 2 ? SlotLevel::agent : SlotLevel::caller_id, below(2), below(4)});
    }
    for (std::int64_t job = 1; job <= jobs; ++job) {
      BoardJob& made = world.jobs[job] = {job, below(3) * below(3), 1 + below(4)};
      for (Slots::Index node = 0; limited && node < 4; node += 2) {
        if (below(3) != 0) {
          made.path.push_back(node + static_cast<Slots::Index>(below(2)));
        }
      }
      if (limited && below(3) == 0) {
        made.starts = below(2) == 0 ? Starts{1 + below(2), {}} : Starts{0, kNow + Millis{below(5)}};
      }
    }
    for (int change = 0; change < 40; ++change) {
      const std::int64_t number = 1 + below(25);
      if (below(4) == 0) {
        world.lanes.erase(number);
        world.order.remove(number);
      } else {
        const WaitingLane lane{number,
                               1 + below(jobs),
                               below(3) * 25,
                               1 + below(3),
                               kNow + Millis{below(7) - 5},
                               below(3) == 0 ? kNow + Millis{1 + below(3)} : Instant{}};
        world.lanes[number] = lane;
        world.order.put(lane);
      }
      const std::int64_t free_slots = below(9);
      const Decisions all = pass(world.whole(free_slots));
      const Decisions some = pass(world.chosen(free_slots));
      CAPTURE(round, change);
      REQUIRE(some.grants == all.grants);
      if (all.grants.empty()) {
        REQUIRE(some.wake_at == all.wake_at);
      }
    }
  }
}

}  // namespace callgate
