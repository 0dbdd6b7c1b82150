#include "core/dispatch/pass.hpp"

#include <algorithm>
#include <tuple>

#include "core/base/check.hpp"

namespace callgate {
namespace {

struct Candidate {
  const BoardLane* lane = nullptr;
  std::size_t job = 0;  // index into the jobs
  std::int64_t left = 0;
  std::int64_t granted = 0;
  std::size_t grant = 0;  // index into the grants, once granted
};

std::size_t index_of_job(const Board& board, std::int64_t job) {
  const auto found = std::lower_bound(
      board.jobs.begin(), board.jobs.end(), job,
      [](const BoardJob& entry, std::int64_t wanted) { return entry.job < wanted; });
  CALLGATE_CHECK(found != board.jobs.end() && found->job == job);
  return static_cast<std::size_t>(found - board.jobs.begin());
}

std::vector<AccountNow> accounts_of(const Board& board) {
  std::vector<AccountNow> accounts = board.accounts;
  for (AccountNow& account : accounts) {
    account = as_of(account, board.now);
  }
  return accounts;
}

// A board may be of a later time than its jobs' starts were asked for.
std::int64_t starts_left(const BoardJob& job, Instant now) {
  return job.starts.now == 0 && job.starts.next <= now ? 1 : job.starts.now;
}

// What the grants so far leave of the jobs, by their index, of what they share and of the accounts;
// and where they stand in the line.
class Room {
 public:
  explicit Room(const Board& board)
      : board_(board),
        shared_(board.shared),
        accounts_(accounts_of(board)),
        last_turn_(board.last_turn) {
    jobs_.reserve(board.jobs.size());
    for (const BoardJob& job : board.jobs) {
      jobs_.push_back({job.live, starts_left(job, board.now), job.turn});
    }
  }

  [[nodiscard]] VirtualTime virtual_time(const BoardLane& lane, std::size_t job) const {
    return callgate::virtual_time(board_.jobs[job].standing.at(lane.rank), jobs_[job].turn,
                                  lane.callback, std::max(lane.first_not_before, lane.opens),
                                  board_.ageing);
  }
  [[nodiscard]] bool has_slot(std::size_t job) const {
    const BoardJob& limits = board_.jobs[job];
    return jobs_[job].live < limits.limit && !shared_.full(limits.path);
  }
  [[nodiscard]] bool may_start(std::size_t job) const {
    return jobs_[job].starts > 0 && has_slot(job) && (accounts_.empty() || account(job).account);
  }
  [[nodiscard]] AccountChoice account(std::size_t job) const {
    return choose_account(accounts_, board_.jobs[job].route);
  }
  [[nodiscard]] Instant ready_at(const BoardLane& lane, std::size_t job) const {
    const Starts& starts = board_.jobs[job].starts;
    Instant ready = std::max(lane.first_not_before, lane.opens);
    if (starts.now == 0) {
      ready = std::max(ready, starts.next);
    }
    const AccountChoice choice = account(job);
    return accounts_.empty() || choice.account ? ready : std::max(ready, choice.next);
  }
  // The account of a dial that may_start().
  std::optional<std::size_t> take_account(std::size_t job) {
    const auto chosen = account(job).account;
    if (chosen) {
      take(accounts_[*chosen]);
    }
    return chosen;
  }
  [[nodiscard]] std::vector<AccountNow> take_accounts() { return std::move(accounts_); }
  // Where the job stands in its turns with this dial.
  Turn start(std::size_t job) {
    Left& left = jobs_[job];
    ++left.live;
    --left.starts;
    shared_.take(board_.jobs[job].path);
    const Instant stamp = turn_stamp(board_.now, last_turn_);
    left.turn = after_dial(left.turn, board_.jobs[job].standing.weight, stamp);
    last_turn_ = std::max(last_turn_, left.turn.since);
    return left.turn;
  }

 private:
  struct Left {
    std::int64_t live = 0;
    std::int64_t starts = 0;
    Turn turn;
  };

  const Board& board_;
  Slots shared_;
  std::vector<AccountNow> accounts_;
  Instant last_turn_;
  std::vector<Left> jobs_;
};

}  // namespace

Decisions pass(const Board& board) {
  Decisions decisions;
  Room room{board};
  std::vector<Candidate> heap;
  for (const BoardLane& lane : board.lanes) {
    const std::size_t job = index_of_job(board, lane.job);
    if (lane.waiting > 0 && room.ready_at(lane, job) <= board.now) {
      heap.push_back({&lane, job, lane.waiting, 0, 0});
    }
  }

  // A heap's top is its greatest element: "worse" is the order in which candidates are asked last.
  // A job's place in the line changes while its other lanes stand in the heap; a popped candidate
  // whose key has grown is pushed back, so the one that is used is always the best.
  const auto key = [&room](const Candidate& candidate) {
    const BoardLane& lane = *candidate.lane;
    return std::make_tuple(room.virtual_time(lane, candidate.job),
                           std::max(lane.first_not_before, lane.opens), lane.lane);
  };
  const auto worse = [](const auto& left, const auto& right) { return left.first > right.first; };
  std::vector<std::pair<decltype(key(heap.front())), std::size_t>> order;
  order.reserve(heap.size());
  for (std::size_t i = 0; i < heap.size(); ++i) {
    order.emplace_back(key(heap[i]), i);
  }
  std::make_heap(order.begin(), order.end(), worse);

  std::int64_t free_slots = board.free_slots;
  while (free_slots > 0 && !order.empty()) {
    std::pop_heap(order.begin(), order.end(), worse);
    const auto [seen, index] = order.back();
    order.pop_back();
    Candidate& best = heap[index];
    if (best.left == 0 || !room.may_start(best.job)) {
      continue;
    }
    if (key(best) != seen) {
      order.emplace_back(key(best), index);
      std::push_heap(order.begin(), order.end(), worse);
      continue;
    }
    if (best.granted == 0) {
      best.grant = decisions.grants.size();
      decisions.grants.push_back({best.lane->lane, 0, best.lane->closes, {}, {}});
    }
    ++best.granted;
    Grant& grant = decisions.grants[best.grant];
    ++grant.count;
    grant.turns.push_back(room.start(best.job));
    if (const auto account = room.take_account(best.job)) {
      grant.accounts.push_back(*account);
    }
    --best.left;
    --free_slots;
    order.emplace_back(key(best), index);
    std::push_heap(order.begin(), order.end(), worse);
  }

  // Where no slot is free the clock changes nothing: the slot's release brings the next pass.
  for (const BoardLane& lane : board.lanes) {
    const std::size_t job = index_of_job(board, lane.job);
    const Instant ready = room.ready_at(lane, job);
    const bool slot = free_slots > 0 && room.has_slot(job) && ready < kNoClockHelps;
    if (slot && ready > board.now && (!decisions.wake_at || ready < *decisions.wake_at)) {
      decisions.wake_at = ready;
    }
  }
  decisions.accounts = room.take_accounts();
  return decisions;
}

}  // namespace callgate
