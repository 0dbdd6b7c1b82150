#include "core/store/lanes.hpp"

#include <algorithm>
#include <utility>

#include "core/store/calls.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kCountedAhead = 50;  // so that not every dial has them counted again

Lane read_lane(const Rows& rows, std::size_t row) {
  const std::int64_t waiting = rows.integer(row, 4);
  const Instant first = from_ms(rows.integer(row, 5));
  return {rows.integer(row, 0),
          rows.integer(row, 1),
          rows.integer(row, 2),
          rows.text(row, 3),
          waiting,
          0,
          first,
          waiting == 0,
          waiting,
          first};
}

}  // namespace

void Lanes::load() {
  if (loaded_) {
    return;
  }
  const Rows rows = sql_.exec(
      "SELECT lanes.seq, lanes.job, lanes.rank, lanes.zone, lanes.waiting, "
      "lanes.first_not_before_ms, jobs.state FROM lanes LEFT JOIN jobs ON jobs.seq = lanes.job "
      "WHERE lanes.waiting > 0 ORDER BY lanes.seq");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Lane lane = read_lane(rows, i);
    job_of_[lane.seq] = lane.job;
    // A job without a row was made by this very transaction.
    if (rows.integer_or(i, 6, 0) == static_cast<std::int64_t>(JobState::running)) {
      unjudged_.insert(lane.job);
    }
    names_[{lane.job, lane.rank, lane.callee}] = lane.seq;
    rows_[{lane.job, lane.seq}] = lane;
  }
  loaded_ = true;
}

std::int64_t Lanes::of(std::int64_t job, std::int64_t rank, std::string_view callee) {
  load();
  const auto name = std::make_tuple(job, rank, std::string{callee});
  const auto known = names_.find(name);
  if (known != names_.end()) {
    return known->second;
  }
  Rows found = sql_.exec("SELECT seq FROM lanes WHERE job = ?1 AND rank = ?2 AND zone = ?3",
                         {job, rank, callee});
  std::int64_t seq = 0;
  if (found.empty()) {
    seq = workspace_.take_seq();
    sql_.exec(
        "INSERT INTO lanes (seq, job, rank, zone, waiting, first_not_before_ms) "
        "VALUES (?1, ?2, ?3, ?4, 0, 0)",
        {seq, job, rank, callee});
  } else {
    seq = found.integer(0, 0);
  }
  names_[name] = seq;
  return seq;
}

Lane& Lanes::row(std::int64_t lane) {
  load();
  const auto job = job_of_.find(lane);
  if (job != job_of_.end()) {
    return rows_.at({job->second, lane});
  }
  const Rows rows = sql_.exec(
      "SELECT seq, job, rank, zone, waiting, first_not_before_ms FROM lanes WHERE seq = ?1",
      {lane});
  CALLGATE_CHECK(rows.size() == 1);
  Lane found = read_lane(rows, 0);
  job_of_[lane] = found.job;
  return rows_[{found.job, lane}] = std::move(found);
}

LaneRank Lanes::rank_of(std::int64_t lane) {
  const Rows rows = sql_.exec("SELECT rank FROM lanes WHERE seq = ?1", {lane});
  CALLGATE_CHECK(rows.size() == 1);
  return lane_rank(rows.integer(0, 0));
}

void Lanes::enter(std::int64_t lane, Instant not_before) {
  Lane& at = row(lane);
  if (at.waiting == 0 || not_before <= at.first_not_before) {
    at.first_not_before = not_before;
    at.first_certain = true;
  }
  ++at.waiting;
  ++at.certain;
  dirty_.insert(lane);
  moved_.insert(lane);
}

void Lanes::leave(std::int64_t lane, std::int64_t calls) {
  Lane& at = row(lane);
  CALLGATE_CHECK(at.waiting >= calls);
  at.waiting -= calls;
  at.certain = std::max<std::int64_t>(at.certain - calls, 0);
  at.first_certain = false;
  dirty_.insert(lane);
  moved_.insert(lane);
}

void Lanes::set_first(std::int64_t lane, std::optional<Instant> first_not_before) {
  Lane& at = row(lane);
  if (!first_not_before) {
    at.waiting = at.certain = 0;
  } else {
    at.first_not_before = *first_not_before;
  }
  at.first_certain = true;
  dirty_.insert(lane);
  moved_.insert(lane);
}

void Lanes::empty_job(std::int64_t job) {
  load();
  for (auto at = rows_.lower_bound({job, 0}); at != rows_.end() && at->first.first == job; ++at) {
    at->second.waiting = at->second.certain = 0;
    dirty_.insert(at->second.seq);
    moved_.insert(at->second.seq);
  }
}

void Lanes::erase_job(std::int64_t job) {
  flush();
  sql_.exec("DELETE FROM lanes WHERE job = ?1", {job});
  drop();
}

void Lanes::set_turn(std::int64_t lane, std::optional<Instant> at) {
  const auto known = turn_of_.find(lane);
  if (known != turn_of_.end()) {
    turns_.erase({known->second, lane});
    turn_of_.erase(known);
  }
  if (at) {
    turns_.emplace(*at, lane);
    turn_of_[lane] = *at;
  }
}

void Lanes::place(const Lane& lane, Jobs& jobs, LaneGates& gates) {
  const auto running = running_.find(lane.job);
  if (lane.waiting == 0 || running == running_.end() || !running->second) {
    order_.remove(lane.seq);
    set_turn(lane.seq, std::nullopt);
    return;
  }
  const OpenSpan span = gates.span(lane, *jobs.find(lane.job));
  const bool open = span.open <= gates.now();
  const LaneRank rank = lane_rank(lane.rank);
  order_.put({lane.seq, lane.job, rank.callback, lane.waiting, lane.first_not_before,
              open ? Instant{} : span.open, span.close,
              rank.own ? std::optional{rank.own->rank} : std::nullopt});
  set_turn(lane.seq, open ? span.close : span.open);
}

// A change of a job's standing moves all of its lanes.
void Lanes::judge(std::int64_t job, bool runs, bool has_room) {
  const auto known = running_.find(job);
  const bool stood = known != running_.end() && known->second;
  if (runs) {
    running_[job] = has_room;
  } else if (known != running_.end()) {
    running_.erase(known);
  }
  if (stood == (runs && has_room)) {
    return;
  }
  for (auto at = rows_.lower_bound({job, 0}); at != rows_.end() && at->second.job == job; ++at) {
    moved_.insert(at->second.seq);
  }
}

// The lanes whose gates have opened or closed since the last look; all of them where the gates are
// others, or the clock went back.
void Lanes::turn(LaneGates& gates) {
  const bool all = gates_version_ != gates.version() || gates.now() < looked_at_;
  gates_version_ = gates.version();
  looked_at_ = gates.now();
  for (const auto& [at, lane] : turns_) {
    if (!all && at > gates.now()) {
      break;
    }
    moved_.insert(lane);
  }
}

// What a job's lanes depend on changes with the job's row, or with a call that leaves or enters one
// of them: a dial takes a call from its lane, and an attempt that ends is counted in the job.
LaneOrder& Lanes::in_order(Jobs& jobs, Attempts& attempts, std::int64_t per_job, Ageing ageing,
                           LaneGates& gates) {
  load();
  order_.set_ageing(ageing);
  for (const std::int64_t job : jobs.take_edited()) {
    unjudged_.insert(job);
  }
  if (jobs.take_reordered()) {
    for (const auto& [job, has_room] : running_) {
      unjudged_.insert(job);
    }
  }
  for (const std::int64_t lane : moved_) {
    unjudged_.insert(job_of_.at(lane));
  }
  if (std::exchange(per_job_, per_job) != per_job) {
    for (const auto& [job, has_room] : running_) {
      unjudged_.insert(job);
    }
  }
  for (const std::int64_t seq : std::exchange(unjudged_, {})) {
    const Job* job = jobs.find(seq);
    const bool runs = job != nullptr && job->state == JobState::running && !job->finished_at;
    judge(seq, runs, runs && attempts.live_of(seq) < job->concurrency.value_or(per_job));
    if (runs) {
      order_.set_standing(seq, jobs.standing(*job), std::max(job->turn, attempts.turn_of(seq)));
    }
  }
  turn(gates);
  for (const std::int64_t lane : std::exchange(moved_, {})) {
    place(row(lane), jobs, gates);
  }
  return order_;
}

void Lanes::count(Lane& lane, std::int64_t limit) {
  const auto found = calls::count_waiting(sql_, lane.seq, limit);
  lane.certain = found.calls;
  if (found.calls < limit) {
    lane.waiting = found.calls;
  }
  if (found.calls > 0) {
    lane.first_not_before = found.first_not_before;
  }
  lane.first_certain = true;
  dirty_.insert(lane.seq);
  moved_.insert(lane.seq);
}

bool Lanes::make_certain(const Board& board) {
  bool news = false;
  for (const BoardLane& seen : board.lanes) {
    Lane& lane = row(seen.lane);
    const bool enough = lane.certain == lane.waiting || lane.certain >= board.free_slots;
    if (!enough) {
      count(lane, board.free_slots + kCountedAhead);
      news = true;
    } else if (!lane.first_certain) {
      set_first(lane.seq, calls::first_not_before(sql_, lane.seq));
      news = true;
    }
  }
  return news;
}

std::vector<Lane> Lanes::of_job(std::int64_t job) {
  load();
  std::vector<Lane> lanes;
  for (auto at = rows_.lower_bound({job, 0}); at != rows_.end() && at->second.job == job; ++at) {
    Lane& lane = at->second;
    if (lane.certain < lane.waiting || !lane.first_certain) {
      count(lane, lane.waiting + 1);
    }
    if (lane.waiting > 0) {
      lanes.push_back(at->second);
    }
  }
  return lanes;
}

void Lanes::flush() {
  for (const std::int64_t lane : dirty_) {
    const auto at = rows_.find({job_of_.at(lane), lane});
    Lane& now = at->second;
    const bool promises_too_little =
        now.waiting > now.stored_waiting || now.first_not_before < now.stored_first;
    if (promises_too_little || (now.waiting == 0 && now.stored_waiting > 0)) {
      sql_.exec("UPDATE lanes SET waiting = ?2, first_not_before_ms = ?3 WHERE seq = ?1",
                {lane, now.waiting, to_ms(now.first_not_before)});
      now.stored_waiting = now.waiting;
      now.stored_first = now.first_not_before;
    }
    if (now.waiting == 0) {
      order_.remove(lane);
      set_turn(lane, std::nullopt);
      if (moved_.erase(lane) != 0) {
        unjudged_.insert(now.job);
      }
      rows_.erase(at);
      job_of_.erase(lane);
    }
  }
  dirty_.clear();
}

void Lanes::drop() {
  loaded_ = false;
  rows_.clear();
  job_of_.clear();
  names_.clear();
  dirty_.clear();
  order_.clear();
  running_.clear();
  turns_.clear();
  turn_of_.clear();
  moved_.clear();
  unjudged_.clear();
}

}  // namespace callgate
