// One run of dispatch: which lanes may dial how many calls now, and when to look again.
// Order: the virtual time of the job (core/dispatch/turn.hpp): rank, ageing and the turns of jobs
// in one; a job at its limit never blocks the others. Within a job the rank, of calls that have one
// of their own, then the longest wait, then the lane, to make the order total.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/time.hpp"
#include "core/dispatch/board.hpp"

namespace callgate {

struct Grant {
  std::int64_t lane = 0;
  std::int64_t count = 0;
  Instant not_after{};         // the lane's gates close then
  std::vector<Turn> turns;     // of its job, with each of these dials
  AccountRoute accounts = {};  // by which each of them goes; empty where the board has none

  friend bool operator==(const Grant&, const Grant&) = default;
};

struct Decisions {
  std::vector<Grant> grants;  // in the order in which the lanes were first chosen
  std::optional<Instant>
      wake_at;  // nothing: only a freed slot or a change can make a call dialable
  std::vector<AccountNow> accounts = {};  // of the board, as the grants leave them
};

// A grant may exceed the calls that are due (the lane knows only its earliest): the caller dials
// those that are, brings first_not_before up to date and passes again until a pass dials nothing.
[[nodiscard]] Decisions pass(const Board& board);

}  // namespace callgate
