// A Board is everything a dispatch pass looks at, as a value: the lanes where calls wait, the free
// slots of each job, of the agents and numbers that jobs share and of the workspace, the starts
// that rates and budgets still allow, what the provider accounts take, the hours, and whose turn it
// is. The pass maps it to
// Decisions and touches nothing else, so the same code runs on live storage and on a forecast's
// snapshot. A lane is known by its count and its earliest not_before alone: the pass grants numbers
// of dials, the store finds the calls.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/time.hpp"
#include "core/dispatch/turn.hpp"
#include "core/limits/accounts.hpp"
#include "core/limits/slots.hpp"
#include "core/limits/starts.hpp"

namespace callgate {

struct BoardLane {
  std::int64_t lane = 0;
  std::int64_t job = 0;
  bool callback = false;       // stands in the line before all others
  std::int64_t waiting = 0;    // calls standing in it, due or not
  Instant first_not_before{};  // no call of the lane may go earlier
  Instant opens{};             // the gates of the lane: first open instant at or after now …
  Instant closes{};            // … and the end of that opening
  std::optional<std::int64_t> rank = {};  // its calls' own; nothing: that of their job
};

struct BoardJob {
  std::int64_t job = 0;
  std::int64_t live = 0;
  std::int64_t limit = 1;               // calls at once
  Standing standing = {};               // in the line
  Turn turn = {};                       // its turns so far
  Starts starts = {};                   // by its rate and its budget
  std::vector<Slots::Index> path = {};  // of the board's `shared`, what its calls take a slot of
  AccountRoute route = {};              // of the board's `accounts`, what its calls may go by
};

struct Board {
  Instant now{};
  std::int64_t free_slots = 0;            // of the workspace, and starts that it has left
  std::vector<BoardLane> lanes;           // in whatever order; only those with waiting > 0
  std::vector<BoardJob> jobs;             // by job, ascending; every job that a lane names
  Slots shared = {};                      // what several jobs share, where it is limited
  std::vector<AccountNow> accounts = {};  // of the provider; none: nothing has to be chosen
  Ageing ageing = {};
  Instant last_turn = {};  // when the last turn of any job ended
};

}  // namespace callgate
