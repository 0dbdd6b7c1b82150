// What metrics and analytics say, held against every call as the books show it, those that
// retention has removed too.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "tests/sim/auditors.hpp"

namespace callgate::sim {

struct Figures {
  std::map<std::string, std::int64_t> outcomes;  // of attempts
  std::map<std::string, std::int64_t> failures;  // of calls, by how the last one ended
  std::int64_t attempts = 0;
  std::int64_t cost_micros = 0;
  std::int64_t ended = 0;

  void add(const nlohmann::json& call);
};

// `job` as GET /api/jobs shows it, and all of its calls.
void audit_figures(Scene& scene, const nlohmann::json& job, const Figures& figures);
// Of the whole workspace, with the jobs that are hidden or gone.
void audit_all_figures(Scene& scene);

}  // namespace callgate::sim
