// One seed, one play: what it draws (a swarm: every seed has another choice of faults, sizes, home
// and times), the run, and what the auditors found. A play is the same whenever it is played again.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/sim/auditors.hpp"
#include "tests/sim/operator.hpp"
#include "tests/sim/world.hpp"

namespace callgate::sim {

struct Plan {
  Settings settings;
  OperatorPlan operators;
  int commands = 20;
  int active_hours = 24;  // then the faults stop, and everything must come to its end
  bool replays = true;    // its Inputs once more (replay.hpp), where they are kept
};

// What is taken away from the plan of a seed, to make its story short.
struct Cuts {
  std::set<std::string> without;          // faults, and the words of kFeatures
  std::optional<std::set<int>> commands;  // only these
  std::optional<int> list_max;
  std::optional<int> active_hours;
};
// Besides the faults: queue, grouped, law, hours, schedules, limits, control, best, edits,
// capacity, accounts, retention, contacts, scheduling, daily, clients.
[[nodiscard]] bool is_known_cut(const std::string& word);

[[nodiscard]] Plan plan_of(std::uint64_t seed, const Cuts& cuts);
// The cuts as the arguments of ./dev sim.
[[nodiscard]] std::string arguments_of(std::uint64_t seed, const Cuts& cuts);

struct Result {
  std::vector<Finding> findings;
  std::int64_t steps = 0;
  std::int64_t calls = 0;
  std::int64_t dials = 0;
  std::string trace;
  std::string input_log;
  std::string output_log;
};

// `tell`: the story, line by line.
[[nodiscard]] Result play(const Plan& plan, const Cuts& cuts,
                          const std::function<void(const std::string&)>& tell = {});

// Takes away as much as can be without losing what the first auditor found.
[[nodiscard]] Cuts shrink(std::uint64_t seed, Cuts cuts, const std::string& auditor);

}  // namespace callgate::sim
