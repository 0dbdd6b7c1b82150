// Lanes: where waiting calls stand, one for each job, rank and class of the people called (where
// they are: core/schedule/callee.hpp). A lane keeps its count and a lower bound of the earliest
// not_before, so a pass reads lanes, never calls. Those with calls are cached between Inputs, and
// those of them whose job runs and has room stand in order: what waits for a person, or behind its
// job's limit, costs a pass nothing. The row is written only when it would promise too little: what
// it says of a lane that calls have left since is too much. So before a pass is given a lane, what
// is not certain of it is asked of the calls: a core that has just started decides as one does that
// never stopped.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "core/base/time.hpp"
#include "core/dispatch/lane_order.hpp"
#include "core/schedule/calendar.hpp"
#include "core/store/attempts.hpp"
#include "core/store/jobs.hpp"
#include "core/store/sql.hpp"
#include "core/store/workspace.hpp"

namespace callgate {

struct Lane {
  std::int64_t seq = 0;
  std::int64_t job = 0;
  std::int64_t rank = 0;
  std::string callee;          // the class, as text
  std::int64_t waiting = 0;    // or fewer …
  std::int64_t certain = 0;    // … but so many surely, where not all of them are
  Instant first_not_before{};  // or later …
  bool first_certain = true;   // … but for this
  std::int64_t stored_waiting = 0;
  Instant stored_first{};
};

// When the gates of a lane are open next: what the engine knows and the lanes do not.
class LaneGates {
 public:
  LaneGates() = default;
  LaneGates(const LaneGates&) = delete;
  LaneGates& operator=(const LaneGates&) = delete;
  virtual ~LaneGates() = default;
  // The first opening that has not ended at the time of this Input; open == kNever: none.
  [[nodiscard]] virtual OpenSpan span(const Lane& lane, const Job& job) = 0;
  [[nodiscard]] virtual Instant now() const = 0;
  // Another number than before: every span may be another.
  [[nodiscard]] virtual std::int64_t version() const = 0;
};

class Lanes {
 public:
  Lanes(Sql& sql, WorkspaceRow& workspace) : sql_(sql), workspace_(workspace) {}

  // The lane of that job, rank (core/dispatch/turn.hpp: lane_number) and class, made when there is
  // none.
  [[nodiscard]] std::int64_t of(std::int64_t job, std::int64_t rank, std::string_view callee);

  [[nodiscard]] LaneRank rank_of(std::int64_t lane);

  // A call came to wait in the lane, or left it.
  void enter(std::int64_t lane, Instant not_before);
  void leave(std::int64_t lane, std::int64_t calls = 1);
  // The lane's earliest not_before, as found; nothing: no call waits there.
  void set_first(std::int64_t lane, std::optional<Instant> first_not_before);
  // No call of the job waits any more.
  void empty_job(std::int64_t job);
  // Removes the lanes of a job whose calls are gone.
  void erase_job(std::int64_t job);

  // The lanes with waiting calls of every running job that has fewer live calls than its limit
  // (`per_job` where it has none of its own), as things stand now.
  [[nodiscard]] LaneOrder& in_order(Jobs& jobs, Attempts& attempts, std::int64_t per_job,
                                    Ageing ageing, LaneGates& gates);
  // Asks the calls where what a pass is to be given is not certain enough for as many dials as the
  // board has slots. False: it was. True: the board has to be made anew.
  bool make_certain(const Board& board);

  // The lanes of a job with waiting calls, counted.
  [[nodiscard]] std::vector<Lane> of_job(std::int64_t job);

  void flush();
  void drop();

 private:
  void load();
  Lane& row(std::int64_t lane);
  void count(Lane& lane, std::int64_t limit);
  void judge(std::int64_t job, bool runs, bool has_room);
  void turn(LaneGates& gates);
  void place(const Lane& lane, Jobs& jobs, LaneGates& gates);
  void set_turn(std::int64_t lane, std::optional<Instant> at);

  Sql& sql_;
  WorkspaceRow& workspace_;
  bool loaded_ = false;
  std::map<std::pair<std::int64_t, std::int64_t>, Lane> rows_;
  std::map<std::int64_t, std::int64_t> job_of_;
  std::map<std::tuple<std::int64_t, std::int64_t, std::string>, std::int64_t> names_;
  std::set<std::int64_t> dirty_;
  // The order, as of the last in_order(); since then these lanes moved, and these jobs are new. A
  // lane in it is looked at again when its gates open or close.
  LaneOrder order_;
  std::map<std::int64_t, bool> running_;  // by job: whether its lanes stand in the order
  std::set<std::pair<Instant, std::int64_t>> turns_;
  std::map<std::int64_t, Instant> turn_of_;
  std::int64_t gates_version_ = 0;
  Instant looked_at_{};
  std::int64_t per_job_ = 0;
  std::set<std::int64_t> moved_;
  std::set<std::int64_t> unjudged_;
};

}  // namespace callgate
