// The lanes that may be dialled, in the order in which a pass asks them. Lanes of one job stand
// together, callbacks by themselves, as one queue: by when they are ready (from their earliest
// not_before on where their gates are open, else when the gates open), then the lane; those with a
// rank of their own are queues of their own, one for each rank. The queues
// that are ready stand in line by virtual time (core/dispatch/turn.hpp), the others wait by their
// time. It is kept between passes and changed where a lane, its gates or the turns of its job
// changed, so a pass looks at about as many queues as it has slots, however many wait.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "core/base/time.hpp"
#include "core/dispatch/board.hpp"

namespace callgate {

struct WaitingLane {
  std::int64_t lane = 0;
  std::int64_t job = 0;
  bool callback = false;
  std::int64_t waiting = 0;
  Instant first_not_before{};
  Instant opens{};  // when the gates of the lane open; as it stands: they are open …
  Instant closes = Instant::max();        // … and the end of that opening
  std::optional<std::int64_t> rank = {};  // its calls' own; nothing: that of their job

  [[nodiscard]] Instant ready() const { return std::max(first_not_before, opens); }
};

class LaneOrder {
 public:
  struct QueueName {
    std::int64_t job = 0;
    bool callback = false;
    std::optional<std::int64_t> rank = {};

    friend bool operator==(const QueueName&, const QueueName&) = default;
    friend bool operator<(const QueueName& left, const QueueName& right) {
      return std::tie(left.job, left.callback, left.rank) <
             std::tie(right.job, right.callback, right.rank);
    }
  };
  using LanePlace = std::pair<Instant, std::int64_t>;  // ready, lane
  using Place = std::tuple<VirtualTime, LanePlace>;    // in line; its first lane
  using Later = std::pair<Instant, QueueName>;

  // A new lane, or a known one as it is now.
  void put(const WaitingLane& lane);
  void remove(std::int64_t lane);
  void clear();

  // Where a job stands in line; jobs that were never told stand at the origin of everything.
  void set_standing(std::int64_t job, const Standing& standing, const Turn& turn);
  void set_ageing(Ageing ageing);

  // Brings the line up to that time.
  void look_at(Instant now);
  // The queues that are ready then, in line.
  [[nodiscard]] const std::map<Place, QueueName>& line() const { return line_; }
  // All queues by when they are ready.
  [[nodiscard]] const std::set<Later>& by_ready() const { return by_ready_; }
  // The lanes of a queue, in order.
  [[nodiscard]] const std::map<LanePlace, WaitingLane>& lanes_of(const QueueName& queue) const {
    return queues_.at(queue).lanes;
  }
  [[nodiscard]] bool empty() const { return queues_.empty(); }
  [[nodiscard]] Ageing ageing() const { return ageing_; }

 private:
  struct Queue {
    std::map<LanePlace, WaitingLane> lanes;  // never none
    Place place;                             // as it stands in the line, if it is ready
    Instant ready{};
  };
  struct Job {
    Standing standing;
    Turn turn;
  };

  [[nodiscard]] Place place_of(const QueueName& name, const Queue& queue) const;
  void leave(const QueueName& name, const Queue& queue);
  void enter(const QueueName& name, Queue& queue);
  void take_out(const QueueName& name, const LanePlace& lane);

  std::map<QueueName, Queue> queues_;
  std::map<std::int64_t, std::pair<QueueName, LanePlace>> place_of_lane_;
  std::map<Place, QueueName> line_;
  std::set<Later> by_ready_;
  std::map<std::int64_t, Job> jobs_;
  Ageing ageing_{};
  Instant now_{};
};

// What a pass sees of the order at `now`: enough lanes for it to decide as if it saw them all.
// Where it grants nothing, those decide its wake too. `last_turn` as in Board.
[[nodiscard]] Board board_of(LaneOrder& order, Instant now, std::int64_t free_slots,
                             const std::function<BoardJob(std::int64_t)>& job_of, Slots shared,
                             Instant last_turn, std::vector<AccountNow> accounts);

}  // namespace callgate
