#include "core/calls/lifecycle.hpp"

#include <array>

namespace callgate {
namespace {

constexpr std::uint32_t bit(CallState state) {
  return 1U << static_cast<unsigned>(state);
}
constexpr std::uint32_t bit(AttemptState state) {
  return 1U << static_cast<unsigned>(state);
}

constexpr std::uint32_t kCallEnds = bit(CallState::completed) | bit(CallState::failed) |
                                    bit(CallState::canceled) | bit(CallState::expired) |
                                    bit(CallState::blocked);

// Row: from; bits: to.
constexpr std::array<std::uint32_t, 9> kCallTable = [] {
  std::array<std::uint32_t, 9> table{};
  const auto row = [&table](CallState from) -> std::uint32_t& {
    return table[static_cast<std::size_t>(from)];
  };
  row(CallState::waiting) = bit(CallState::live) | bit(CallState::held) | bit(CallState::failed) |
                            bit(CallState::canceled) | bit(CallState::expired) |
                            bit(CallState::blocked);
  row(CallState::live) = bit(CallState::waiting) | kCallEnds;
  row(CallState::held) = bit(CallState::waiting) | bit(CallState::canceled);
  for (const CallState end : {CallState::completed, CallState::failed, CallState::canceled,
                              CallState::expired, CallState::blocked}) {
    row(end) = bit(CallState::waiting);
  }
  return table;
}();

constexpr std::array<std::uint32_t, 7> kAttemptTable = [] {
  std::array<std::uint32_t, 7> table{};
  const auto row = [&table](AttemptState from) -> std::uint32_t& {
    return table[static_cast<std::size_t>(from)];
  };
  row(AttemptState::in_progress) = bit(AttemptState::ended);
  row(AttemptState::ringing) = bit(AttemptState::in_progress) | row(AttemptState::in_progress);
  row(AttemptState::placed) = bit(AttemptState::ringing) | row(AttemptState::ringing);
  row(AttemptState::unknown) = bit(AttemptState::placed) | row(AttemptState::placed);
  row(AttemptState::intent) = bit(AttemptState::unknown) | row(AttemptState::unknown);
  return table;
}();

}  // namespace

std::string_view to_word(CallState state) {
  switch (state) {
    case CallState::waiting:
      return "waiting";
    case CallState::live:
      return "live";
    case CallState::completed:
      return "completed";
    case CallState::failed:
      return "failed";
    case CallState::canceled:
      return "canceled";
    case CallState::expired:
      return "expired";
    case CallState::blocked:
      return "blocked";
    case CallState::held:
      return "held";
  }
  return "waiting";
}

std::string_view to_word(BlockedBy rule) {
  return rule == BlockedBy::do_not_call ? "do_not_call" : "nothing";
}

bool is_terminal(CallState state) {
  return (kCallEnds & bit(state)) != 0;
}

bool may_follow(CallState from, CallState to) {
  return (kCallTable[static_cast<std::size_t>(from)] & bit(to)) != 0;
}

bool may_follow(AttemptState from, AttemptState to) {
  return (kAttemptTable[static_cast<std::size_t>(from)] & bit(to)) != 0;
}

AttemptState merge(AttemptState current, AttemptState reported) {
  return may_follow(current, reported) ? reported : current;
}

std::string_view shown_word(const Shown& shown) {
  if (shown.call == CallState::live) {
    switch (shown.attempt) {
      case AttemptState::ringing:
        return "ringing";
      case AttemptState::in_progress:
        return "in_progress";
      default:
        return "dialing";
    }
  }
  if (shown.call != CallState::waiting) {
    return to_word(shown.call);
  }
  if (shown.paused) {
    return "paused";
  }
  if (shown.tried) {
    return "retry_scheduled";
  }
  return shown.due ? "pending" : "scheduled";
}

}  // namespace callgate
