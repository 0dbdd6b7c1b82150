#include "core/dispatch/lane_order.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace callgate {

LaneOrder::Place LaneOrder::place_of(const QueueName& name, const Queue& queue) const {
  const auto known = jobs_.find(name.job);
  const Job job = known == jobs_.end() ? Job{} : known->second;
  return {virtual_time(job.standing.at(name.rank), job.turn, name.callback, queue.ready, ageing_),
          queue.lanes.begin()->first};
}

void LaneOrder::leave(const QueueName& name, const Queue& queue) {
  by_ready_.erase({queue.ready, name});
  line_.erase(queue.place);
}

void LaneOrder::enter(const QueueName& name, Queue& queue) {
  queue.ready = queue.lanes.begin()->first.first;
  queue.place = place_of(name, queue);
  by_ready_.emplace(queue.ready, name);
  if (queue.ready <= now_) {
    line_[queue.place] = name;
  }
}

void LaneOrder::take_out(const QueueName& name, const LanePlace& lane) {
  const auto found = queues_.find(name);
  Queue& queue = found->second;
  leave(name, queue);
  queue.lanes.erase(lane);
  if (queue.lanes.empty()) {
    queues_.erase(found);
  } else {
    enter(name, queue);
  }
}

void LaneOrder::put(const WaitingLane& lane) {
  const QueueName name{lane.job, lane.callback, lane.rank};
  const LanePlace place{lane.ready(), lane.lane};
  const auto [known, is_new] = place_of_lane_.try_emplace(lane.lane, name, place);
  if (!is_new && known->second != std::pair{name, place}) {
    take_out(known->second.first, known->second.second);
    known->second = {name, place};
  }
  Queue& queue = queues_[name];
  const bool first = queue.lanes.empty() || place < queue.lanes.begin()->first;
  if (first && !queue.lanes.empty()) {
    leave(name, queue);
  }
  queue.lanes[place] = lane;
  if (first) {
    enter(name, queue);
  }
}

void LaneOrder::remove(std::int64_t lane) {
  const auto known = place_of_lane_.find(lane);
  if (known != place_of_lane_.end()) {
    take_out(known->second.first, known->second.second);
    place_of_lane_.erase(known);
  }
}

void LaneOrder::clear() {
  queues_.clear();
  place_of_lane_.clear();
  line_.clear();
  by_ready_.clear();
  jobs_.clear();
}

void LaneOrder::set_standing(std::int64_t job, const Standing& standing, const Turn& turn) {
  const Job now{standing, turn};
  auto& kept = jobs_[job];
  if (kept.standing == now.standing && kept.turn == now.turn) {
    return;
  }
  kept = now;
  for (auto queue = queues_.lower_bound({job, false, std::nullopt});
       queue != queues_.end() && queue->first.job == job; ++queue) {
    leave(queue->first, queue->second);
    enter(queue->first, queue->second);
  }
}

void LaneOrder::set_ageing(Ageing ageing) {
  if (std::exchange(ageing_, ageing) == ageing) {
    return;
  }
  for (auto& [name, queue] : queues_) {
    leave(name, queue);
    enter(name, queue);
  }
}

void LaneOrder::look_at(Instant now) {
  const Instant before = std::exchange(now_, now);
  constexpr QueueName kLast{std::numeric_limits<std::int64_t>::max(), true, {}};
  const auto from = by_ready_.upper_bound({std::min(before, now), kLast});
  const auto to = by_ready_.upper_bound({std::max(before, now), kLast});
  for (auto at = from; at != to; ++at) {
    const Queue& queue = queues_.at(at->second);
    if (now > before) {
      line_[queue.place] = at->second;
    } else {
      line_.erase(queue.place);  // the clock went back
    }
  }
}

namespace {

// What of the order a board is made of, job by job as they come up.
class BoardMaker {
 public:
  BoardMaker(Instant now, std::int64_t free_slots,
             const std::function<BoardJob(std::int64_t)>& job_of, Slots shared,
             std::vector<AccountNow> accounts)
      : job_of_(job_of), counted_(shared) {
    board_.now = now;
    board_.free_slots = free_slots;
    board_.shared = std::move(shared);
    for (const AccountNow& account : accounts) {
      counted_accounts_.push_back(as_of(account, now));
    }
    board_.accounts = std::move(accounts);
    now_ = counted_accounts_;
  }

  struct Seen {
    BoardJob job;
    bool counted = false;
  };

  Seen& job(std::int64_t number) {
    const auto [entry, is_new] = seen_.try_emplace(number);
    if (is_new) {
      entry->second.job = job_of_(number);
      const BoardJob& job = entry->second.job;
      shares_ = std::max(shares_, static_cast<std::int64_t>(job.path.size()));
      if (!route_) {
        route_ = job.route;
      }
      routes_differ_ = routes_differ_ || *route_ != job.route;
    }
    return entry->second;
  }

  [[nodiscard]] bool has_slot(const Seen& seen) const {
    if (seen.job.live >= seen.job.limit || board_.shared.full(seen.job.path)) {
      return false;
    }
    const AccountChoice choice = choose_account(now_, seen.job.route);
    return now_.empty() || choice.account || choice.next < kNoClockHelps;
  }
  // An account takes its next call now.
  [[nodiscard]] bool goes_now(const Seen& seen) const {
    return seen.job.starts.now > 0 &&
           (now_.empty() || choose_account(now_, seen.job.route).account);
  }

  void add(const WaitingLane& lane) {
    board_.lanes.push_back({lane.lane, lane.job, lane.callback, lane.waiting, lane.first_not_before,
                            lane.opens, lane.closes, lane.rank});
  }

  // This job will be served, once for all of its queues.
  void count(Seen& seen) {
    if (seen.job.starts.now == 0 || seen.counted || counted_.full(seen.job.path)) {
      return;
    }
    if (!now_.empty()) {
      const auto account = choose_account(counted_accounts_, seen.job.route).account;
      if (!account) {
        return;
      }
      callgate::take(counted_accounts_[*account]);
    }
    static_cast<void>(counted_.take(seen.job.path));
    seen.counted = true;
    ++served_;
  }

  [[nodiscard]] std::int64_t served() const { return served_; }
  [[nodiscard]] bool enough() const {
    const std::int64_t shares = shares_ + (routes_differ_ ? 1 : 0);
    return served_ >= board_.free_slots * shares ||
           (served_ > 0 && shares_ == 1 && accounts_are_used_up());
  }

  [[nodiscard]] Board take() {
    for (const auto& [number, seen] : seen_) {
      board_.jobs.push_back(seen.job);
    }
    return std::move(board_);
  }

 private:
  [[nodiscard]] bool accounts_are_used_up() const {
    return !now_.empty() && std::none_of(counted_accounts_.begin(), counted_accounts_.end(),
                                         [](const AccountNow& account) { return account.takes(); });
  }

  const std::function<BoardJob(std::int64_t)>& job_of_;
  Slots counted_;
  std::vector<AccountNow> now_;               // the accounts as they are at the board's time …
  std::vector<AccountNow> counted_accounts_;  // … and as those counted so far leave them
  Board board_;
  std::map<std::int64_t, Seen> seen_;
  std::int64_t shares_ = 1;
  std::optional<AccountRoute> route_;  // of the first job
  bool routes_differ_ = false;
  std::int64_t served_ = 0;
};

}  // namespace

// It ends with as many jobs that can be served as there are slots. Each slot that is given away
// serves at most one of them, so until the last is gone one of these jobs was not served yet, and
// it stands in line before every queue that was left out. Where jobs share agents or numbers that
// are limited, or go by several accounts, a job counts only as far as its share can serve it beside
// those counted before; a slot given to another may then leave as many of them without as it shares
// with others, so that many times more are looked for. Of one queue there are never more lanes than
// slots needed, for somebody waits in each.
Board board_of(LaneOrder& order, Instant now, std::int64_t free_slots,
               const std::function<BoardJob(std::int64_t)>& job_of, Slots shared, Instant last_turn,
               std::vector<AccountNow> accounts) {
  order.look_at(now);
  BoardMaker made{now, free_slots, job_of, std::move(shared), std::move(accounts)};
  for (const auto& [place, name] : order.line()) {
    if (made.enough()) {
      break;
    }
    auto& job = made.job(name.job);
    if (!made.has_slot(job)) {
      continue;
    }
    std::int64_t waiting = 0;
    for (const auto& [at, lane] : order.lanes_of(name)) {
      if (at.first > now || waiting >= free_slots) {
        break;
      }
      made.add(lane);
      waiting += lane.waiting;
    }
    made.count(job);
  }
  // Nobody can be served: who is next by the clock.
  constexpr LaneOrder::QueueName kLast{std::numeric_limits<std::int64_t>::max(), true, {}};
  for (auto at = order.by_ready().upper_bound({now, kLast});
       made.served() == 0 && free_slots > 0 && at != order.by_ready().end(); ++at) {
    auto& job = made.job(at->second.job);
    if (made.has_slot(job)) {
      made.add(order.lanes_of(at->second).begin()->second);
      if (made.goes_now(job)) {
        break;  // those behind it may be ready before one that waits for a rate
      }
    }
  }
  Board board = made.take();
  board.ageing = order.ageing();
  board.last_turn = last_turn;
  return board;
}

}  // namespace callgate
