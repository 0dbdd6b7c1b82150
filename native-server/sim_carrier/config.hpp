// How the simulated carrier behaves: who picks up, how long things take, how many calls may run at
// once, and what goes wrong how often. One table names every rate, so the command line, GET
// /sim/config and PUT /sim/config cannot disagree. Refused: a rate outside 0 to 1, outcome rates or
// request faults that add up to more than 1, a range that runs backwards, an unknown name; a
// refused change changes nothing.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace callgate::sim_carrier {

struct Range {
  std::int64_t min_ms = 0;
  std::int64_t max_ms = 0;
};

// What a create call gets that finds every slot taken.
enum class LimitStyle : std::uint8_t {
  blocked,  // 201 with subscriptionLimits.concurrencyBlocked
  error,    // 400 that names concurrency
  both      // one, then the other
};

struct Config {
  std::uint64_t seed = 1;
  double answer = 0.5;
  double busy = 0.1;
  double no_answer = 0.25;
  double voicemail = 0.1;  // what is left of 1 fails at the carrier
  std::vector<std::string> failed_reasons;
  Range ring{2'000, 20'000};
  Range talk{10'000, 120'000};
  double time_scale = 1;          // 2: twice as fast; 0: everything happens at once
  std::int64_t concurrency = 10;  // 0: no limit
  LimitStyle limit_style = LimitStyle::both;

  // Faults of the create request; at most one of them hits a request.
  double fault_refuse = 0;         // 4xx, not dialled, no use in trying again
  double fault_429 = 0;            // 429 with Retry-After, not dialled
  double fault_5xx_before = 0;     // 500, not dialled
  double fault_5xx_after = 0;      // 502, dialled
  double fault_timeout_after = 0;  // dialled, the request is never answered
  double fault_drop = 0;           // dialled, the connection is closed instead of an answer
  // Faults of each webhook.
  double fault_webhook_lose = 0;
  double fault_webhook_repeat = 0;
  double fault_webhook_reorder = 0;  // sent after the next one of its call
  double fault_webhook_delay_rate = 1;
  std::int64_t fault_webhook_delay_ms = 0;  // up to this, for that share of the webhooks
  // A call stays out of lists for this long, for that share of the calls.
  double fault_list_late_rate = 1;
  std::int64_t fault_list_late_ms = 0;

  std::int64_t refuse_status = 400;
  std::int64_t retry_after_s = 1;
  std::int64_t webhook_retries = 0;  // the provider's default
  std::string webhook_url;           // where webhooks go when the create request names no server
  std::vector<std::string> events;   // of queued, ringing, in-progress, ended, report

  Config();
};

struct RateField {
  const char* name;  // in JSON; the flag is the same with dashes
  double Config::* member;
  const char* group;
  const char* help;
};
[[nodiscard]] const std::vector<RateField>& rate_fields();

struct CountField {
  const char* name;
  std::int64_t Config::* member;
  std::int64_t max;
  const char* group;
  const char* help;
};
[[nodiscard]] const std::vector<CountField>& count_fields();

// "fault_5xx_before" to "--fault-5xx-before"; a unit at the end is left out.
[[nodiscard]] std::string flag_of(const std::string& name);

// "all": 2 % of everything, webhooks up to 3 s and lists up to 2 s late. "none": no fault. False:
// neither.
[[nodiscard]] bool set_faults(Config& config, const std::string& preset);

// "250ms", "2s", "1.5m"; a bare number is milliseconds. "2s..20s" for a range. False when it is
// none.
[[nodiscard]] bool read_duration(const std::string& text, std::int64_t& ms);
[[nodiscard]] bool read_range(const std::string& text, Range& range);
[[nodiscard]] bool read_limit_style(const std::string& text, LimitStyle& style);

// Every reason why it cannot be used; empty when it can.
[[nodiscard]] std::vector<std::string> check(const Config& config);

[[nodiscard]] nlohmann::json to_json(const Config& config);

// Applies a partial document. Of the four outcome rates those left out beside a given one become 0,
// so
// {"busy": 1} means what it says. Returns the reasons for a refusal; `config` is unchanged then.
[[nodiscard]] std::vector<std::string> apply(Config& config, const nlohmann::json& change);

}  // namespace callgate::sim_carrier
