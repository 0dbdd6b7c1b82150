// What the operator has limited, as the simulation remembers it, and the request that sets it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/time.hpp"

namespace callgate::sim {

// 0: not limited.
struct Rates {
  std::int64_t per_second = 0;
  std::int64_t per_minute = 0;
  [[nodiscard]] bool any() const { return per_second + per_minute > 0; }
};

// One of the three.
struct NumberCap {
  int max = 0;
  int hours = 0;  // the window of max
  int gap_min = 0;
  int cool_off_days = 0;  // after a refusal
  bool per_subject = false;
};

struct Limits {
  Rates workspace;
  Rates provider;
  Rates job;  // of each that has none of its own
  std::int64_t provider_at_once = 0;
  std::int64_t provider_per_day = 0;  // a day of UTC
  std::int64_t day_budget = 0;        // millionths, a day of UTC
  std::vector<std::pair<std::string, std::int64_t>> agents;
  std::vector<std::pair<std::string, std::int64_t>> callers;
  std::vector<std::pair<std::string, std::int64_t>> clients;  // once made they stay
  std::vector<NumberCap> caps;

  // Whether somebody who may go may have to wait for one of these. Caps move a call's time instead.
  [[nodiscard]] bool hold_back() const {
    return workspace.any() || provider.any() || job.any() || provider_per_day + day_budget > 0 ||
           !agents.empty() || !callers.empty() || !clients.empty();
  }
};

// No dial of the simulated carrier costs more.
inline constexpr std::int64_t kDearest = 11'000;

// Of one job, from one request that set them to the next.
struct JobRules {
  std::optional<int> concurrency;
  Rates rates;
  std::int64_t budget = 0;
  Instant from{};
  std::optional<Instant> to;  // its successor was confirmed
};

// How long what has ended is kept; neither: for good.
struct KeepFor {
  std::optional<int> days;
  std::optional<int> count;
};
struct KeepRule {
  std::map<std::string, KeepFor> calls{
      {"completed", {}}, {"failed", {}}, {"canceled", {}}, {"expired", {}}, {"blocked", {}}};
  std::pair<KeepFor, KeepFor> scheduled;  // jobs of schedules that completed, that were canceled
};

// As PUT /api/retention takes it.
[[nodiscard]] std::string retention_body(const KeepRule& rule);
// As PUT /api/clients/{clientId}/queue/config takes it, at any hour of any day; its queue has an
// agent of its own, by which the ledger tells it.
[[nodiscard]] std::string client_body(const std::string& client, std::int64_t at_once);
[[nodiscard]] std::string agent_of_queue(const std::string& client);
inline constexpr std::string_view kDailyAgent = "daily";
// Of a job that stands, and takes anew whom it called: daily calls, a client's queue.
[[nodiscard]] bool is_standing(const std::string& agent);
// As PUT /api/limits takes it.
[[nodiscard]] std::string limits_body(const Limits& limits);
// The members of PUT /api/jobs/{id}/limits, which POST /api/jobs has too; `subject` may be empty.
[[nodiscard]] std::string rules_body(const JobRules& rules, const std::string& subject);

// The same as they stand in the query of a streamed list, each behind an ampersand.
[[nodiscard]] std::string rules_query(const JobRules& rules, const std::string& subject);
[[nodiscard]] std::string percent_encoded(const std::string& text);

}  // namespace callgate::sim
