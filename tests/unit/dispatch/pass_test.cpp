#include "core/dispatch/pass.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <random>

namespace callgate {
namespace {

constexpr Instant kNow = from_ms(1'800'000'000'000);
constexpr Instant kFar = from_ms(1'900'000'000'000);

BoardLane lane(std::int64_t number, std::int64_t job, std::int64_t rank, std::int64_t waiting,
               Instant first = kNow) {
  return {number, job, rank, waiting, first, kNow, kFar};
}

std::map<std::int64_t, std::int64_t> granted(const Decisions& decisions) {
  std::map<std::int64_t, std::int64_t> counts;
  for (const Grant& grant : decisions.grants) {
    counts[grant.lane] += grant.count;
  }
  return counts;
}

// What a pass must do, said in the slowest way: one slot at a time to the best lane there is.
std::map<std::int64_t, std::int64_t> one_by_one(Board board) {
  std::map<std::int64_t, std::int64_t> counts;
  while (board.free_slots > 0) {
    BoardLane* best = nullptr;
    BoardJob* best_job = nullptr;
    for (BoardLane& candidate : board.lanes) {
      BoardJob& job =
          *std::find_if(board.jobs.begin(), board.jobs.end(),
                        [&](const BoardJob& entry) { return entry.job == candidate.job; });
      if (candidate.waiting == 0 || job.live >= job.limit ||
          std::max(candidate.first_not_before, candidate.opens) > board.now) {
        continue;
      }
      const auto key = [](const BoardLane& entry, const BoardJob& of) {
        return std::make_tuple(-entry.rank, of.live, entry.first_not_before, entry.lane);
      };
      if (best == nullptr || key(candidate, job) < key(*best, *best_job)) {
        best = &candidate;
        best_job = &job;
      }
    }
    if (best == nullptr) {
      break;
    }
    ++counts[best->lane];
    --best->waiting;
    ++best_job->live;
    --board.free_slots;
  }
  return counts;
}

}  // namespace

TEST_CASE("a pass without free slots grants nothing and needs no wake") {
  const Decisions decisions = pass({kNow, 0, {lane(1, 1, 50, 9)}, {{1, 0, 5}}});
  CHECK(decisions.grants.empty());
  CHECK(!decisions.wake_at);
}

TEST_CASE("a job gets no more than its limit, and the next job gets the rest") {
  const Board board{kNow, 10, {lane(1, 1, 50, 99), lane(2, 2, 50, 99)}, {{1, 1, 3}, {2, 0, 99}}};
  CHECK(granted(pass(board)) == std::map<std::int64_t, std::int64_t>{{1, 2}, {2, 8}});
}

TEST_CASE("a job gets no more starts than its rate has left, and wakes the pass for the next") {
  Board board{kNow, 10, {lane(1, 1, 50, 99), lane(2, 2, 50, 1)}, {{1, 0, 9}, {2, 0, 9}}};
  board.jobs[0].starts = {3, {}};
  CHECK(granted(pass(board)) == std::map<std::int64_t, std::int64_t>{{1, 3}, {2, 1}});
  board.lanes[1].waiting = 0;
  board.jobs[0].starts = {0, kNow + Millis{700}};
  const Decisions decisions = pass(board);
  CHECK(decisions.grants.empty());
  CHECK(decisions.wake_at == kNow + Millis{700});
}

TEST_CASE("jobs that share an agent get no more of it together than it has") {
  Board board{kNow,
              10,
              {lane(1, 1, 50, 99), lane(2, 2, 50, 99), lane(3, 3, 25, 99)},
              {{1, 0, 9}, {2, 0, 9}, {3, 0, 9}}};
  const auto agent = board.shared.add({SlotLevel::agent, 1, 4});
  board.jobs[0].path = {agent};
  board.jobs[1].path = {agent};
  CHECK(granted(pass(board)) == std::map<std::int64_t, std::int64_t>{{1, 2}, {2, 1}, {3, 7}});
}

TEST_CASE("a board of a later time grants what may start by then") {
  Board board{kNow, 1, {lane(1, 1, 50, 99)}, {{1, 0, 9}}};
  board.jobs[0].starts = {0, kNow};
  CHECK(granted(pass(board)) == std::map<std::int64_t, std::int64_t>{{1, 1}});
}

TEST_CASE("a higher rank goes first, equal ranks share") {
  const Board board{kNow,
                    6,
                    {lane(1, 1, 50, 99), lane(2, 2, 50, 99), lane(3, 3, 75, 2)},
                    {{1, 0, 99}, {2, 0, 99}, {3, 0, 99}}};
  CHECK(granted(pass(board)) == std::map<std::int64_t, std::int64_t>{{1, 2}, {2, 2}, {3, 2}});
}

TEST_CASE("lanes that are not due or not open wake the pass at the earliest of them") {
  Board board{
      kNow, 5, {lane(1, 1, 50, 9, kNow + Millis{500}), lane(2, 2, 50, 9)}, {{1, 0, 9}, {2, 0, 9}}};
  board.lanes[1].opens = kNow + Millis{300};
  Decisions decisions = pass(board);
  CHECK(decisions.grants.empty());
  CHECK(decisions.wake_at == kNow + Millis{300});
  board.jobs[1].live = 9;  // full: its opening changes nothing
  decisions = pass(board);
  CHECK(decisions.wake_at == kNow + Millis{500});
}

TEST_CASE("a grant ends when the gates of its lane close") {
  Board board{kNow, 5, {lane(1, 1, 50, 9)}, {{1, 0, 9}}};
  board.lanes[0].closes = kNow + Millis{7};
  CHECK(pass(board).grants.front().not_after == kNow + Millis{7});
}

TEST_CASE("any pass grants what the slowest reading of the order grants") {
  std::mt19937_64 random{20261121};
  const auto below = [&random](std::int64_t bound) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(bound));
  };
  for (int round = 0; round < 3000; ++round) {
    Board board;
    board.now = kNow;
    board.free_slots = below(20);
    const std::int64_t jobs = 1 + below(5);
    for (std::int64_t job = 1; job <= jobs; ++job) {
      board.jobs.push_back({job, below(4), below(8)});
    }
    const std::int64_t lanes = below(9);
    for (std::int64_t number = 1; number <= lanes; ++number) {
      board.lanes.push_back(
          lane(number, 1 + below(jobs), below(3) * 25, below(6), kNow + Millis{below(5) - 3}));
    }
    CAPTURE(round);
    CHECK(granted(pass(board)) == one_by_one(board));
  }
}

}  // namespace callgate
