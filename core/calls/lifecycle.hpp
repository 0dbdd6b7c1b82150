// The two transition tables, the only place where a state changes. What is not in a table is
// refused.
//
//   call      waiting -> live -> waiting | completed | failed | canceled | expired | blocked
//             waiting -> held | failed | canceled | expired | blocked;  held -> waiting | canceled
//             any terminal state -> waiting: the next round (redrive, callback, reopen)
//   attempt   intent -> placed -> ringing -> in_progress -> ended;  intent -> unknown -> any later
//   one
//
// Provider events arrive late, twice and out of order: an attempt only ever moves forward.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/calls/attempt.hpp"

namespace callgate {

// Numbers are stored: append only.
enum class CallState : std::uint8_t {
  waiting = 1,    // wants to be dialled, at not_before or later
  live = 2,       // one attempt is under way
  completed = 3,  // reached
  failed = 4,     // attempts used up, by its job's present maximum too, or a permanent reason
  canceled = 5,   // by a person, or with its job
  expired = 6,    // its window passed undialled
  blocked = 7,    // refused for good by a rule
  held = 8,       // set aside until somebody releases it
};

// The rule that refused a call for good. Numbers are stored: append only.
enum class BlockedBy : std::uint8_t {
  nothing = 0,
  do_not_call = 1,  // its number is on the workspace's list
};

[[nodiscard]] std::string_view to_word(CallState state);
[[nodiscard]] std::string_view to_word(BlockedBy rule);
[[nodiscard]] bool is_terminal(CallState state);
[[nodiscard]] bool may_follow(CallState from, CallState to);
[[nodiscard]] bool may_follow(AttemptState from, AttemptState to);

// The state after a report: `reported` when the table lets it follow, else `current`.
[[nodiscard]] AttemptState merge(AttemptState current, AttemptState reported);

// What people are shown: a function of the call, its live attempt and its job, never stored.
struct Shown {
  CallState call = CallState::waiting;
  AttemptState attempt = AttemptState::intent;  // of a live call
  bool paused = false;                          // the job is
  bool due = false;                             // not_before has come
  bool tried = false;                           // at least one attempt was made in this round
};
// pending, scheduled, retry_scheduled, paused, dialing, ringing, in_progress, or the terminal
// state's word.
[[nodiscard]] std::string_view shown_word(const Shown& shown);

}  // namespace callgate
