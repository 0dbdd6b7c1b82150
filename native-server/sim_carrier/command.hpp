// `callgate sim-carrier`: the simulated provider as a process of its own, for local runs, tests and
// benchmarks. Prints its address on the first line; SIGTERM and SIGINT end it with 0.
#pragma once

#include <CLI/App.hpp>

namespace callgate {

// Adds the subcommand. It runs while the command line is parsed and leaves its exit code.
CLI::App* add_sim_carrier(CLI::App& app, int& exit_code);

}  // namespace callgate
