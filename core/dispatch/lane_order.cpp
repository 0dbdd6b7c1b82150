#include "core/dispatch/lane_order.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace callgate {

void LaneOrder::put(const WaitingLane& lane) {
  const Place place{-lane.rank, std::max(lane.first_not_before, lane.opens), lane.lane};
  const auto [known, is_new] = place_of_.try_emplace(lane.lane, place);
  if (!is_new && known->second != place) {
    lanes_.erase(known->second);
    known->second = place;
  }
  lanes_[place] = lane;
}

void LaneOrder::remove(std::int64_t lane) {
  const auto known = place_of_.find(lane);
  if (known != place_of_.end()) {
    lanes_.erase(known->second);
    place_of_.erase(known);
  }
}

void LaneOrder::clear() {
  lanes_.clear();
  place_of_.clear();
}

// It ends with as many idle jobs as there are slots. Each slot that is given away makes at most one
// of them busy, so until the last is gone one of these jobs is idle, and its lane stands before
// every lane that was left out: higher in rank or, in the same rank, idle and earlier. Where jobs
// share agents or numbers that are limited, an idle job counts only as far as its share can serve
// it beside those counted before; a slot given to another may then leave as many of them without
// as it shares with others, so that many times more are looked for.
Board board_of(const LaneOrder& order, Instant now, std::int64_t free_slots,
               const std::function<BoardJob(std::int64_t)>& job_of, Slots shared) {
  struct Seen {
    BoardJob job;
    bool counted = false;
  };
  std::map<std::int64_t, Seen> seen;
  Board board;
  board.now = now;
  board.free_slots = free_slots;
  std::size_t shares = 1;
  board.shared = std::move(shared);
  Slots counted = board.shared;
  const auto& lanes = order.lanes();
  std::int64_t idle = 0;
  for (auto at = lanes.begin();
       at != lanes.end() && idle < free_slots * static_cast<std::int64_t>(shares);) {
    const WaitingLane& lane = at->second;
    const auto [entry, is_new] = seen.try_emplace(lane.job);
    Seen& job = entry->second;
    if (is_new) {
      job.job = job_of(lane.job);
      shares = std::max(shares, job.job.path.size());
    }
    if (job.job.live >= job.job.limit || board.shared.full(job.job.path)) {
      ++at;
      continue;
    }
    board.lanes.push_back({lane.lane, lane.job, lane.rank, lane.waiting, lane.first_not_before,
                           lane.opens, lane.closes});
    if (job.job.starts.now == 0) {
      ++at;  // those behind it may be ready before it
      continue;
    }
    if (std::max(lane.first_not_before, lane.opens) > now) {
      // The others of its rank come later still.
      constexpr auto kLast = std::numeric_limits<std::int64_t>::max();
      at = lanes.upper_bound({-lane.rank, Instant::max(), kLast});
      continue;
    }
    if (job.job.live == 0 && !job.counted && !counted.take(job.job.path)) {
      job.counted = true;
      ++idle;
    }
    ++at;
  }
  for (const auto& [number, job] : seen) {
    board.jobs.push_back(job.job);
  }
  return board;
}

}  // namespace callgate
