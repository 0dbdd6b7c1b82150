// The lanes that may be dialled, in the order in which a pass asks them: rank, highest first; then
// when they are ready: from their earliest not_before on where their gates are open, else when the
// gates open; then the lane. It is kept between passes and changed where a lane or its gates
// changed, so a pass looks at about as many lanes as it has slots, however many wait: of jobs with
// no live call the first ones are chosen, and a job with live calls comes after them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <tuple>

#include "core/base/time.hpp"
#include "core/dispatch/board.hpp"

namespace callgate {

struct WaitingLane {
  std::int64_t lane = 0;
  std::int64_t job = 0;
  std::int64_t rank = 0;
  std::int64_t waiting = 0;
  Instant first_not_before{};
  Instant opens{};  // when the gates of the lane open; as it stands: they are open …
  Instant closes = Instant::max();  // … and the end of that opening
};

class LaneOrder {
 public:
  using Place = std::tuple<std::int64_t, Instant, std::int64_t>;  // -rank, ready at, lane

  // A new lane, or a known one as it is now.
  void put(const WaitingLane& lane);
  void remove(std::int64_t lane);
  void clear();

  [[nodiscard]] const std::map<Place, WaitingLane>& lanes() const { return lanes_; }

 private:
  std::map<Place, WaitingLane> lanes_;
  std::map<std::int64_t, Place> place_of_;
};

// What a pass sees of the order at `now`: enough lanes for it to decide as if it saw them all.
// Where it grants nothing, those decide its wake too.
[[nodiscard]] Board board_of(const LaneOrder& order, Instant now, std::int64_t free_slots,
                             const std::function<BoardJob(std::int64_t)>& job_of, Slots shared);

}  // namespace callgate
