#include "core/dispatch/pass.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <random>

namespace callgate {
namespace {

using std::chrono::minutes;

constexpr Instant kPassAt = from_ms(1'800'000'000'000);
constexpr Instant kFar = from_ms(1'900'000'000'000);

BoardLane lane(std::int64_t number, std::int64_t job, std::int64_t waiting, Instant first = kPassAt,
               bool callback = false) {
  return {number, job, callback, waiting, first, kPassAt, kFar};
}

BoardJob job(std::int64_t number, std::int64_t rank, std::int64_t live, std::int64_t limit,
             std::int64_t weight = 1) {
  BoardJob made{number, live, limit};
  made.standing.rank = rank;
  made.standing.weight = weight;
  return made;
}

Board board_with(std::int64_t free_slots, std::vector<BoardLane> lanes,
                 std::vector<BoardJob> jobs) {
  Board board{kPassAt, free_slots, std::move(lanes), std::move(jobs)};
  board.ageing = minutes{60};
  return board;
}

std::map<std::int64_t, std::int64_t> granted(const Decisions& decisions) {
  std::map<std::int64_t, std::int64_t> counts;
  for (const Grant& grant : decisions.grants) {
    counts[grant.lane] += grant.count;
  }
  return counts;
}

// Where a lane stands, said again from the words of the design: before all others a callback; with
// ageing, by when its job's turn came up less an hour for each level of rank, its calls' own where
// they have one; without, by rank.
auto place(const Board& board, const BoardLane& of, const BoardJob& by) {
  const Instant ready = std::max(of.first_not_before, of.opens);
  const Instant up = std::max(std::max(by.turn.since, by.standing.from), ready);
  const std::int64_t rank = of.rank.value_or(by.standing.rank);
  const std::int64_t head_start = rank * std::int64_t{board.ageing.count()} / 25;
  return std::make_tuple(!of.callback, board.ageing == Ageing{} ? -rank : 0, to_ms(up) - head_start,
                         ready, of.lane);
}

// What a pass must do, said in the slowest way: one slot at a time to the best lane there is.
std::map<std::int64_t, std::int64_t> one_by_one(Board board) {
  std::map<std::int64_t, std::int64_t> counts;
  while (board.free_slots > 0) {
    BoardLane* best = nullptr;
    BoardJob* best_job = nullptr;
    for (BoardLane& candidate : board.lanes) {
      BoardJob& owner =
          *std::find_if(board.jobs.begin(), board.jobs.end(),
                        [&](const BoardJob& entry) { return entry.job == candidate.job; });
      if (candidate.waiting == 0 || owner.live >= owner.limit ||
          std::max(candidate.first_not_before, candidate.opens) > board.now) {
        continue;
      }
      if (best == nullptr || place(board, candidate, owner) < place(board, *best, *best_job)) {
        best = &candidate;
        best_job = &owner;
      }
    }
    if (best == nullptr) {
      break;
    }
    ++counts[best->lane];
    --best->waiting;
    ++best_job->live;
    --board.free_slots;
    if (++best_job->turn.used >= best_job->standing.weight) {
      board.last_turn = std::max(board.now, board.last_turn) + Millis{1};
      best_job->turn = {board.last_turn, 0};
    }
  }
  return counts;
}

}  // namespace

TEST_CASE("a pass without free slots grants nothing and needs no wake") {
  const Decisions decisions = pass(board_with(0, {lane(1, 1, 9)}, {job(1, 50, 0, 5)}));
  CHECK(decisions.grants.empty());
  CHECK(!decisions.wake_at);
}

TEST_CASE("a job gets no more than its limit, and the next job gets the rest") {
  const Board board =
      board_with(10, {lane(1, 1, 99), lane(2, 2, 99)}, {job(1, 50, 1, 3), job(2, 50, 0, 99)});
  CHECK(granted(pass(board)) == std::map<std::int64_t, std::int64_t>{{1, 2}, {2, 8}});
}

TEST_CASE("a job gets no more starts than its rate has left, and wakes the pass for the next") {
  Board board =
      board_with(10, {lane(1, 1, 99), lane(2, 2, 1)}, {job(1, 50, 0, 9), job(2, 50, 0, 9)});
  board.jobs[0].starts = {3, {}};
  CHECK(granted(pass(board)) == std::map<std::int64_t, std::int64_t>{{1, 3}, {2, 1}});
  board.lanes[1].waiting = 0;
  board.jobs[0].starts = {0, kPassAt + Millis{700}};
  const Decisions decisions = pass(board);
  CHECK(decisions.grants.empty());
  CHECK(decisions.wake_at == kPassAt + Millis{700});
}

TEST_CASE("jobs that share an agent get no more of it together than it has") {
  Board board = board_with(10, {lane(1, 1, 99), lane(2, 2, 99), lane(3, 3, 99)},
                           {job(1, 50, 0, 9), job(2, 50, 0, 9), job(3, 25, 0, 9)});
  const auto agent = board.shared.add({SlotLevel::agent, 1, 4});
  board.jobs[0].path = {agent};
  board.jobs[1].path = {agent};
  CHECK(granted(pass(board)) == std::map<std::int64_t, std::int64_t>{{1, 2}, {2, 1}, {3, 7}});
}

TEST_CASE("a board of a later time grants what may start by then") {
  Board board = board_with(1, {lane(1, 1, 99)}, {job(1, 50, 0, 9)});
  board.jobs[0].starts = {0, kPassAt};
  CHECK(granted(pass(board)) == std::map<std::int64_t, std::int64_t>{{1, 1}});
}

TEST_CASE("a higher rank goes first, equal ranks take turns") {
  const Board board = board_with(6, {lane(1, 1, 99), lane(2, 2, 99), lane(3, 3, 2)},
                                 {job(1, 50, 0, 99), job(2, 50, 0, 99), job(3, 75, 0, 99)});
  CHECK(granted(pass(board)) == std::map<std::int64_t, std::int64_t>{{1, 2}, {2, 2}, {3, 2}});
}

TEST_CASE("whoever has waited an hour longer for each level of rank goes first") {
  Board board =
      board_with(1, {lane(1, 1, 99), lane(2, 2, 99)}, {job(1, 25, 0, 99), job(2, 75, 0, 99)});
  board.jobs[0].turn.since = kPassAt - minutes{120};
  board.jobs[1].turn.since = kPassAt;
  board.lanes[0].first_not_before = board.lanes[0].opens = board.jobs[0].turn.since;
  CHECK(granted(pass(board)) == std::map<std::int64_t, std::int64_t>{{1, 1}});
  board.jobs[0].turn.since += Millis{1};
  CHECK(granted(pass(board)) == std::map<std::int64_t, std::int64_t>{{2, 1}});
  SECTION("with ageing off never") {
    board.ageing = {};
    board.jobs[0].turn.since = board.lanes[0].first_not_before = board.lanes[0].opens =
        kPassAt - minutes{60 * 24 * 365};
    CHECK(granted(pass(board)) == std::map<std::int64_t, std::int64_t>{{2, 1}});
  }
}

TEST_CASE("a callback goes before every rank, however long others have waited") {
  Board board =
      board_with(1, {lane(1, 1, 9, kPassAt - minutes{60 * 24 * 365}), lane(2, 2, 1, kPassAt, true)},
                 {job(1, 100, 0, 9), job(2, 10, 0, 9)});
  CHECK(granted(pass(board)) == std::map<std::int64_t, std::int64_t>{{2, 1}});
}

TEST_CASE("a turn is as many dials as the job's weight, and what is left of it stays its own") {
  Board board =
      board_with(8, {lane(1, 1, 99), lane(2, 2, 99)}, {job(1, 50, 0, 99, 3), job(2, 50, 0, 99)});
  CHECK(granted(pass(board)) == std::map<std::int64_t, std::int64_t>{{1, 6}, {2, 2}});
  board.free_slots = 2;
  board.jobs[0].turn = {kPassAt - minutes{1}, 2};
  board.jobs[1].turn = {kPassAt - minutes{1} + Millis{1}, 0};
  CHECK(granted(pass(board)) == std::map<std::int64_t, std::int64_t>{{1, 1}, {2, 1}});
}

TEST_CASE("lanes that are not due or not open wake the pass at the earliest of them") {
  Board board = board_with(5, {lane(1, 1, 9, kPassAt + Millis{500}), lane(2, 2, 9)},
                           {job(1, 50, 0, 9), job(2, 50, 0, 9)});
  board.lanes[1].opens = kPassAt + Millis{300};
  Decisions decisions = pass(board);
  CHECK(decisions.grants.empty());
  CHECK(decisions.wake_at == kPassAt + Millis{300});
  board.jobs[1].live = 9;  // full: its opening changes nothing
  decisions = pass(board);
  CHECK(decisions.wake_at == kPassAt + Millis{500});
}

TEST_CASE("a grant ends when the gates of its lane close") {
  Board board = board_with(5, {lane(1, 1, 9)}, {job(1, 50, 0, 9)});
  board.lanes[0].closes = kPassAt + Millis{7};
  CHECK(pass(board).grants.front().not_after == kPassAt + Millis{7});
}

TEST_CASE("any pass grants what the slowest reading of the order grants") {
  std::mt19937_64 random{20261121};
  const auto below = [&random](std::int64_t bound) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(bound));
  };
  for (int round = 0; round < 3000; ++round) {
    Board board = board_with(below(20), {}, {});
    board.ageing = minutes{below(3) * 60};
    board.last_turn = kPassAt + Millis{below(5) - 3};
    const std::int64_t jobs = 1 + below(5);
    for (std::int64_t number = 1; number <= jobs; ++number) {
      BoardJob made = job(number, below(3) * 25, below(4), below(8), 1 + below(3));
      made.turn = {kPassAt - minutes{below(4) * 60}, below(made.standing.weight)};
      made.standing.from = kPassAt - minutes{below(200)};
      board.jobs.push_back(made);
    }
    const std::int64_t lanes = below(9);
    for (std::int64_t number = 1; number <= lanes; ++number) {
      const std::int64_t back = below(2) == 0 ? 0 : minutes{below(200)} / Millis{1};
      board.lanes.push_back(lane(number, 1 + below(jobs), below(6),
                                 kPassAt + Millis{below(5) - 3 - back}, below(6) == 0));
      board.lanes.back().opens = board.lanes.back().first_not_before;
    }
    CAPTURE(round);
    CHECK(granted(pass(board)) == one_by_one(board));
  }
}

}  // namespace callgate
