// What the order promises over time: jobs with calls that last, passes whenever a slot is free.
#include "core/dispatch/turn.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <random>
#include <set>
#include <vector>

#include "core/dispatch/lane_order.hpp"
#include "core/dispatch/pass.hpp"

namespace callgate {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr Instant kStart = from_ms(1'800'000'000'000);

struct Worker {
  BoardJob job;
  std::int64_t dials = 0;
  std::vector<Instant> times;
};

// Jobs that always have somebody to call, and a number of slots.
class Floor {
 public:
  Floor(std::uint64_t seed, std::int64_t slots, Ageing ageing) : random_(seed), free_(slots) {
    order_.set_ageing(ageing);
  }

  std::int64_t below(std::int64_t bound) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(bound));
  }

  void add(std::int64_t rank, std::int64_t weight, std::int64_t limit = 1'000'000) {
    const auto number = static_cast<std::int64_t>(workers_.size());
    Worker& worker = workers_.emplace_back();
    worker.job.job = number;
    worker.job.limit = limit;
    worker.job.standing = {rank, 0, weight, now_};
    order_.set_standing(number, worker.job.standing, {});
    put(number);
  }

  // Its calls stop or go on being due.
  void close(std::int64_t number) { order_.remove(number); }
  void put(std::int64_t number) { order_.put({number, number, false, 1'000'000, now_}); }

  // Until then; each call lasts as long as `length` says.
  template <class Length>
  void run(Instant until, Length length) {
    while (now_ < until) {
      serve(length);
      if (ends_.empty()) {
        return;
      }
      now_ = ends_.begin()->first;
      while (!ends_.empty() && ends_.begin()->first <= now_) {
        Worker& worker = workers_[static_cast<std::size_t>(ends_.begin()->second)];
        if (worker.job.live-- == worker.job.limit) {
          put(worker.job.job);
        }
        ++free_;
        ends_.erase(ends_.begin());
      }
    }
  }

  [[nodiscard]] const Worker& of(std::size_t number) const { return workers_[number]; }
  [[nodiscard]] std::size_t size() const { return workers_.size(); }
  [[nodiscard]] Instant now() const { return now_; }

 private:
  template <class Length>
  void serve(Length length) {
    const Board board =
        board_of(order_, now_, free_,
                 [this](std::int64_t job) { return workers_[static_cast<std::size_t>(job)].job; },
                 {}, last_turn_, {});
    for (const Grant& grant : pass(board).grants) {
      Worker& worker = workers_[static_cast<std::size_t>(grant.lane)];
      for (std::int64_t i = 0; i < grant.count; ++i) {
        worker.job.turn = std::max(worker.job.turn, grant.turns[static_cast<std::size_t>(i)]);
        last_turn_ = std::max(last_turn_, worker.job.turn.since);
        ++worker.job.live;
        ++worker.dials;
        worker.times.push_back(now_);
        ends_.emplace(now_ + length(grant.lane), grant.lane);
        --free_;
      }
      order_.set_standing(grant.lane, worker.job.standing, worker.job.turn);
      if (worker.job.live >= worker.job.limit) {
        close(grant.lane);
      }
    }
  }

  std::mt19937_64 random_;
  LaneOrder order_;
  std::vector<Worker> workers_;
  std::multiset<std::pair<Instant, std::int64_t>> ends_;
  Instant now_ = kStart;
  Instant last_turn_{};
  std::int64_t free_ = 0;
};

// The longest time for which a job waited for its next dial.
Millis longest_wait(const Worker& worker, Instant from, Instant to) {
  Millis longest{0};
  for (const Instant at : worker.times) {
    longest = std::max<Millis>(longest, at - from);
    from = at;
  }
  return std::max<Millis>(longest, to - from);
}

}  // namespace

TEST_CASE("after_dial ends a turn with as many dials as the weight") {
  const Turn one = after_dial({}, 2, kStart);
  CHECK(one == Turn{{}, 1});
  CHECK(after_dial(one, 2, kStart) == Turn{kStart, 0});
  CHECK(after_dial({kStart, 5}, 2, kStart + Millis{1}) == Turn{kStart + Millis{1}, 0});
  CHECK(after_dial({}, 1, kStart) == Turn{kStart, 0});
  CHECK(one < Turn{kStart, 0});
}

TEST_CASE("no two turns end at one time, and none before another that ended earlier") {
  CHECK(turn_stamp(kStart, kStart - Millis{5}) == kStart + Millis{1});
  CHECK(turn_stamp(kStart, kStart) == kStart + Millis{1});
  CHECK(turn_stamp(kStart, kStart + Millis{7}) == kStart + Millis{8});  // the clock went back
}

// Deficit round-robin's promise: between two jobs that always have somebody to call and room, the
// turns that they have had never differ by more than one, whatever their calls' lengths.
TEST_CASE("jobs of one rank get dials in proportion to their weights, within one turn") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    Floor floor{seed, 1 + static_cast<std::int64_t>(seed % 13), minutes{60}};
    const std::int64_t jobs = 2 + floor.below(8);
    for (std::int64_t i = 0; i < jobs; ++i) {
      floor.add(50, 1 + floor.below(i % 3 == 0 ? 20 : 3));
    }
    for (Instant until = kStart + minutes{10}; until < kStart + minutes{300};
         until += minutes{10}) {
      floor.run(until,
                [&](std::int64_t job) { return seconds{1 + floor.below(job % 2 == 0 ? 9 : 300)}; });
      std::int64_t least = floor.of(0).dials / floor.of(0).job.standing.weight;
      std::int64_t most = 0;
      for (std::size_t job = 0; job < floor.size(); ++job) {
        const std::int64_t weight = floor.of(job).job.standing.weight;
        least = std::min(least, floor.of(job).dials / weight);
        most = std::max(most, (floor.of(job).dials + weight - 1) / weight);
      }
      REQUIRE(most - least <= 1);
    }
    CHECK(floor.of(0).dials > 20);
  }
}

// The bound: from when a job's head start is made up for, every other job gets at most the rest of
// its turn and one more, so it waits for so many calls to end, and no longer.
TEST_CASE("nothing starves: a job waits for its rank's head start and one turn of each other") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    const std::int64_t slots = 1 + static_cast<std::int64_t>(seed % 4);
    Floor floor{seed, slots, minutes{30}};
    const std::int64_t jobs = 2 + floor.below(8);
    std::int64_t turns = 0;
    for (std::int64_t i = 0; i < jobs; ++i) {
      const std::int64_t weight = 1 + floor.below(3);
      floor.add(i == 0 ? 10 : 25 * (1 + floor.below(4)), weight);
      turns += 2 * weight;
    }
    constexpr Millis kLongest = seconds{60};
    const Instant end = kStart + minutes{60 * 24};
    floor.run(end, [&](std::int64_t /*job*/) { return seconds{1 + floor.below(60)}; });
    for (std::size_t job = 0; job < floor.size(); ++job) {
      const Millis head_start = minutes{30} * (100 - floor.of(job).job.standing.rank) / 25;
      CAPTURE(job, floor.of(job).dials);
      REQUIRE(longest_wait(floor.of(job), kStart, floor.now()) <=
              head_start + kLongest * (turns / slots + 2));
    }
  }
}

TEST_CASE("with ageing off a lower rank starves while a higher one takes every slot") {
  Floor floor{1, 2, Ageing{0}};
  floor.add(50, 1);
  floor.add(51, 1);
  floor.run(kStart + minutes{600}, [](std::int64_t /*job*/) { return seconds{30}; });
  CHECK(floor.of(0).dials == 0);
  CHECK(floor.of(1).dials > 2000);
}

TEST_CASE(
    "a job at its limit leaves the slots to the others, and takes its turn when it has room") {
  Floor floor{1, 4, minutes{60}};
  floor.add(100, 1, 1);
  floor.add(50, 1);
  floor.add(50, 1);
  floor.run(kStart + minutes{600}, [](std::int64_t /*job*/) { return seconds{30}; });
  CHECK(floor.of(0).dials == 1200);  // one after the other, without a pause
  CHECK(floor.of(1).dials + floor.of(2).dials == 3600);
  CHECK(std::abs(floor.of(1).dials - floor.of(2).dials) <= 1);
}

TEST_CASE("a job that was closed for long gets its turn first, and no more than its turn") {
  Floor floor{1, 1, minutes{60}};
  floor.add(50, 2);
  floor.add(50, 2);
  floor.close(0);
  const auto half_minute = [](std::int64_t /*job*/) { return seconds{30}; };
  floor.run(kStart + minutes{600}, half_minute);
  CHECK(floor.of(0).dials == 0);
  const std::int64_t before = floor.of(1).dials;
  floor.put(0);
  floor.run(floor.now() + minutes{60}, half_minute);
  CHECK(floor.of(0).dials + floor.of(1).dials - before == 120);
  CHECK(std::abs(floor.of(0).dials - (floor.of(1).dials - before)) <= 2);
}

TEST_CASE("a thousand jobs of which 990 are parked cost a pass what the ten cost") {
  for (const std::int64_t jobs : {10, 1000}) {
    LaneOrder order;
    order.set_ageing(minutes{60});
    for (std::int64_t job = 1; job <= jobs; ++job) {
      order.set_standing(job, {job % 3 == 0 ? 100 : 50, 0, 1, {}}, {});
      // Outside its hours; those that are paused, or at their limit, do not stand in the order.
      order.put({job, job, false, 9, kStart, job <= 10 ? Instant{} : kStart + minutes{job}});
    }
    std::int64_t touched = 0;
    const Board board = board_of(order, kStart, 10,
                                 [&touched](std::int64_t job) {
                                   ++touched;
                                   return BoardJob{job, 0, 1};
                                 },
                                 {}, {}, {});
    CHECK(touched == 10);
    CHECK(board.lanes.size() == 10);
    CHECK(pass(board).grants.size() == 10);
  }
}

}  // namespace callgate
