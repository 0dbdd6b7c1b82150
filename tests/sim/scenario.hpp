// A scenario that a real server can play too: jobs as POST /api/jobs takes them, so many calls at
// once, and a carrier that loses, refuses, repeats and delays. What comes of it is told as the
// simulated carrier of the command line tells it, so that one judge (tests/e2e/truth.mjs) holds
// both worlds to the same invariants.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace callgate::sim {

// `scenario`: {"callsAtOnce", "jobs": [NewJob…]}. Answers {"jobs", "calls", "ledger", "stats"} as
// JSON; throws std::runtime_error when a job is refused or does not come to its end.
[[nodiscard]] std::string play_scenario(std::uint64_t seed, std::string_view scenario);

}  // namespace callgate::sim
