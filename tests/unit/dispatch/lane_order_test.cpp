#include "core/dispatch/lane_order.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <random>

#include "core/dispatch/pass.hpp"

namespace callgate {
namespace {

using std::chrono::minutes;

constexpr Instant kToday = from_ms(1'800'000'000'000);
constexpr Instant kLater = kToday + Millis{2};
constexpr Instant kLastTurn = kToday - Millis{1};

struct World {
  std::map<std::int64_t, WaitingLane> lanes;
  std::map<std::int64_t, BoardJob> jobs;
  LaneOrder order;
  Slots shared;
  std::vector<AccountNow> accounts;
  std::int64_t jobs_touched = 0;

  World() { order.set_ageing(minutes{60}); }

  void add_job(const BoardJob& job) {
    jobs[job.job] = job;
    order.set_standing(job.job, job.standing, job.turn);
  }

  template <class Below>
  void add_accounts(std::int64_t count, Below below) {
    for (std::int64_t account = 0; account < count; ++account) {
      AccountNow now{below(4), {}, {}, below(2) == 0};
      if (below(3) == 0) {
        now.starts =
            below(2) == 0 ? Starts{1 + below(2), {}} : Starts{0, kToday + Millis{below(5)}};
      }
      if (below(3) == 0) {
        now.health = below(2) == 0 ? Starts{1, {}} : Starts{0, kToday + Millis{below(5)}};
      }
      accounts.push_back(now);
    }
  }

  // All accounts, or some of them.
  template <class Below>
  AccountRoute some_route(bool some, Below below) const {
    AccountRoute route;
    for (std::size_t account = 0; account < accounts.size(); ++account) {
      if (!some || below(3) != 0) {
        route.push_back(account);
      }
    }
    return route;
  }

  // Every lane there is, as a pass would see it without an order.
  [[nodiscard]] Board whole(Instant now, std::int64_t free_slots) const {
    Board board{now, free_slots, {}, {}};
    for (const auto& [number, lane] : lanes) {
      board.lanes.push_back({lane.lane, lane.job, lane.callback, lane.waiting,
                             lane.first_not_before, lane.opens, lane.closes, lane.rank});
    }
    for (const auto& [number, job] : jobs) {
      board.jobs.push_back(job);
    }
    board.shared = shared;
    board.accounts = accounts;
    board.ageing = order.ageing();
    board.last_turn = kLastTurn;
    return board;
  }

  [[nodiscard]] Board chosen(Instant now, std::int64_t free_slots) {
    jobs_touched = 0;
    return board_of(
        order, now, free_slots,
        [this](std::int64_t job) {
          ++jobs_touched;
          return jobs.at(job);
        },
        shared, kLastTurn, accounts);
  }
};

BoardJob job_of(std::int64_t number, std::int64_t rank, std::int64_t limit = 1) {
  BoardJob made{number, 0, limit};
  made.standing.rank = rank;
  return made;
}

WaitingLane lane_of(std::int64_t lane, std::int64_t job, Instant first, Instant opens = {}) {
  return {lane, job, false, 1, first, opens};
}

template <class Below>
WaitingLane some_lane(std::int64_t number, std::int64_t job, Below below) {
  WaitingLane lane{number,
                   job,
                   below(5) == 0,
                   1 + below(3),
                   kToday + Millis{below(7) - 5},
                   below(3) == 0 ? kToday + Millis{1 + below(3)} : Instant{}};
  if (below(3) == 0) {
    lane.rank = below(4) * 25 - 25;
  }
  return lane;
}

std::vector<std::int64_t> jobs_in_line(LaneOrder& order, Instant now) {
  order.look_at(now);
  std::vector<std::int64_t> jobs;
  for (const auto& [place, queue] : order.line()) {
    jobs.push_back(queue.job);
  }
  return jobs;
}

}  // namespace

TEST_CASE("jobs stand in line by virtual time, from when they are ready") {
  World world;
  world.add_job(job_of(1, 50));
  world.add_job(job_of(2, 75));
  world.add_job(job_of(3, 50));
  world.order.put(lane_of(1, 1, kToday));
  world.order.put(lane_of(2, 2, kToday + minutes{5}));
  world.order.put(lane_of(3, 3, kToday - Millis{1}));
  CHECK(jobs_in_line(world.order, kToday) == std::vector<std::int64_t>{3, 1});
  CHECK(jobs_in_line(world.order, kToday + minutes{5}) == std::vector<std::int64_t>{2, 3, 1});
  CHECK(jobs_in_line(world.order, kToday - Millis{1}) == std::vector<std::int64_t>{3});

  world.order.set_standing(3, world.jobs[3].standing, {kToday + Millis{3}, 0});
  CHECK(jobs_in_line(world.order, kToday + minutes{5}) == std::vector<std::int64_t>{2, 1, 3});
  world.order.put(lane_of(1, 1, kToday, kToday + minutes{9}));
  CHECK(jobs_in_line(world.order, kToday + minutes{5}) == std::vector<std::int64_t>{2, 3});
  world.order.remove(2);
  world.order.remove(7);
  CHECK(jobs_in_line(world.order, kToday + minutes{5}) == std::vector<std::int64_t>{3});
}

TEST_CASE("a pass looks at no more jobs than it has slots, whatever waits") {
  World world;
  for (std::int64_t job = 1; job <= 5000; ++job) {
    world.add_job(job_of(job, 50));
    world.order.put(lane_of(job, job, kToday));
  }
  CHECK(world.chosen(kToday, 3).lanes.size() == 3);
  CHECK(world.jobs_touched == 3);
  CHECK(world.chosen(kToday, 0).lanes.empty());
  for (std::int64_t job = 1; job <= 5000; ++job) {
    world.order.put(lane_of(job, job, kToday, kLater));
  }
  CHECK(world.chosen(kToday, 9999).lanes.size() == 1);  // closed: the next wake is known
  CHECK(world.jobs_touched == 1);
}

TEST_CASE("a pass looks at no more jobs than its accounts take calls, where all have one route") {
  World world;
  for (std::int64_t job = 1; job <= 5000; ++job) {
    BoardJob made = job_of(job, 50);
    made.route = {0, 1};
    world.add_job(made);
    world.order.put(lane_of(job, job, kToday));
  }
  world.accounts = {{3, {}, {}, false}, {100, {}, {}, false}};  // what is full is waited for
  CHECK(world.chosen(kToday, 3).lanes.size() == 3);
  CHECK(world.jobs_touched == 3);
  world.accounts[0].overflow = true;
  CHECK(world.chosen(kToday, 103).lanes.size() == 103);
  CHECK(world.jobs_touched == 103);
  world.accounts[0] = {3, {}, {1, {}}, false};  // a probe
  const Decisions decisions = pass(world.chosen(kToday, 101));
  CHECK(world.jobs_touched == 101);
  std::map<std::size_t, int> by;
  for (const Grant& grant : decisions.grants) {
    for (const std::size_t account : grant.accounts) {
      ++by[account];
    }
  }
  CHECK(by == std::map<std::size_t, int>{{0, 1}, {1, 100}});
}

TEST_CASE("calls of high rank that are not due yet are not looked at") {
  World world;
  for (std::int64_t job = 1; job <= 1000; ++job) {
    world.add_job(job_of(job, 100));
    world.order.put(lane_of(job, job, kToday + minutes{1}));
  }
  world.add_job(job_of(1001, 10));
  world.order.put(lane_of(1001, 1001, kToday));
  CHECK(world.chosen(kToday, 9).lanes.size() == 1);
  CHECK(world.jobs_touched == 1);
}

TEST_CASE("a pass over the chosen lanes decides as one over all of them") {
  std::mt19937_64 random{20261121};
  const auto below = [&random](std::int64_t bound) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(bound));
  };
  std::int64_t grants = 0;
  std::int64_t wakes = 0;
  for (int round = 0; round < 600; ++round) {
    World world;
    world.order.set_ageing(minutes{below(3) * 60});
    const std::int64_t jobs = 1 + below(12);
    // In half of the rounds some jobs share agents and numbers, and some wait for a rate.
    const bool limited = round % 2 == 1;
    for (int node = 0; limited && node < 4; ++node) {
      world.shared.add({node < 2 ? SlotLevel::agent : SlotLevel::caller_id, below(2), below(4)});
    }
    // In some there are accounts, and in some of those the jobs name their own.
    world.add_accounts(limited ? 0 : below(4), below);
    for (std::int64_t number = 1; number <= jobs; ++number) {
      BoardJob made = job_of(number, below(3) * 25, 1 + below(4));
      made.route = world.some_route(round % 4 == 0, below);
      made.live = below(3) * below(3);
      made.standing.weight = 1 + below(3);
      made.turn = {kToday - minutes{below(3) * 60} - Millis{below(4)}, below(made.standing.weight)};
      for (Slots::Index node = 0; limited && node < 4; node += 2) {
        if (below(3) != 0) {
          made.path.push_back(node + static_cast<Slots::Index>(below(2)));
        }
      }
      if (limited && below(3) == 0) {
        made.starts =
            below(2) == 0 ? Starts{1 + below(2), {}} : Starts{0, kToday + Millis{below(5)}};
      }
      world.add_job(made);
    }
    for (int change = 0; change < 40; ++change) {
      const std::int64_t number = 1 + below(25);
      if (below(4) == 0) {
        world.lanes.erase(number);
        world.order.remove(number);
      } else if (below(4) == 0) {
        BoardJob moved = world.jobs.at(1 + below(jobs));
        moved.turn = after_dial(moved.turn, moved.standing.weight, kToday - Millis{below(9)});
        world.add_job(moved);
      } else {
        const WaitingLane lane = some_lane(number, 1 + below(jobs), below);
        world.lanes[number] = lane;
        world.order.put(lane);
      }
      const std::int64_t free_slots = below(9);
      const Instant now = kToday + Millis{below(3) - 1};
      const Decisions all = pass(world.whole(now, free_slots));
      const Decisions some = pass(world.chosen(now, free_slots));
      CAPTURE(round, change);
      REQUIRE(some.grants == all.grants);
      grants += all.grants.empty() ? 0 : 1;
      if (all.grants.empty()) {
        REQUIRE(some.wake_at == all.wake_at);
        wakes += all.wake_at ? 1 : 0;
      }
    }
  }
  CHECK(grants > 5000);
  CHECK(wakes > 500);
}

}  // namespace callgate
