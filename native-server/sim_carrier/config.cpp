#include "native-server/sim_carrier/config.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <nlohmann/json.hpp>

namespace callgate::sim_carrier {

namespace {

using Json = nlohmann::json;

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::array<const char*, 4> kOutcomes{"answer", "busy", "no_answer", "voicemail"};
constexpr std::array<const char*, 5> kEvents{"queued", "ringing", "in-progress", "ended", "report"};
// Sums of decimal rates miss 1 by a few ulps.
constexpr double kSumSlack = 1e-9;

const char* to_text(LimitStyle style) {
  switch (style) {
    case LimitStyle::blocked:
      return "blocked";
    case LimitStyle::error:
      return "error";
    case LimitStyle::both:
      break;
  }
  return "both";
}

bool is_event(const std::string& name) {
  return std::find(kEvents.begin(), kEvents.end(), name) != kEvents.end();
}

bool read_strings(const Json& value, std::vector<std::string>& into) {
  if (!value.is_array() ||
      !std::all_of(value.begin(), value.end(), [](const Json& one) { return one.is_string(); })) {
    return false;
  }
  into = value.get<std::vector<std::string>>();
  return true;
}

bool read_json_range(const Json& value, Range& range) {
  if (value.is_string()) {
    return read_range(value.get<std::string>(), range);
  }
  if (!value.is_array() || value.size() != 2 || !value[0].is_number_integer() ||
      !value[1].is_number_integer()) {
    return false;
  }
  range = Range{value[0].get<std::int64_t>(), value[1].get<std::int64_t>()};
  return true;
}

// True when the name is one of the tables'; `fits` says whether the value was usable.
bool apply_tabled(Config& config, const std::string& name, const Json& value, bool& fits) {
  for (const auto& field : rate_fields()) {
    if (name == field.name) {
      fits = value.is_number();
      if (fits) {
        config.*field.member = value.get<double>();
      }
      return true;
    }
  }
  for (const auto& field : count_fields()) {
    if (name == field.name) {
      fits = value.is_number_integer();
      if (fits) {
        config.*field.member = value.get<std::int64_t>();
      }
      return true;
    }
  }
  return false;
}

// False when no field has that name.
bool apply_field(Config& config, const std::string& name, const Json& value, bool& fits) {
  if (apply_tabled(config, name, value, fits)) {
    return true;
  }
  if (name == "seed") {
    fits = value.is_number_unsigned() || (value.is_number_integer() && value >= 0);
    if (fits) {
      config.seed = value.get<std::uint64_t>();
    }
  } else if (name == "time_scale") {
    fits = value.is_number();
    if (fits) {
      config.time_scale = value.get<double>();
    }
  } else if (name == "ring_ms") {
    fits = read_json_range(value, config.ring);
  } else if (name == "talk_ms") {
    fits = read_json_range(value, config.talk);
  } else if (name == "limit_style") {
    fits = value.is_string() && read_limit_style(value.get<std::string>(), config.limit_style);
  } else if (name == "failed_reasons") {
    fits = read_strings(value, config.failed_reasons);
  } else if (name == "events") {
    fits = read_strings(value, config.events);
  } else if (name == "webhook_url") {
    fits = value.is_string();
    if (fits) {
      config.webhook_url = value.get<std::string>();
    }
  } else {
    return false;
  }
  return true;
}

}  // namespace

Config::Config()
    : failed_reasons{"twilio-failed-to-connect-call",
                     "call.in-progress.error-providerfault-outbound-sip-503-service-unavailable",
                     "call.in-progress.error-providerfault-outbound-sip-480-temporarily-"
                     "unavailable",
                     "twilio-reported-customer-misdialed", "call.start.error-vapifault-get-org"},
      events{"ringing", "in-progress", "ended", "report"} {}

const std::vector<RateField>& rate_fields() {
  static const std::vector<RateField> kFields{
      {"answer", &Config::answer, "Who picks up", "a person answers"},
      {"busy", &Config::busy, "Who picks up", "the line is busy"},
      {"no_answer", &Config::no_answer, "Who picks up", "it rings out"},
      {"voicemail", &Config::voicemail, "Who picks up",
       "a machine answers (what is left of 1 fails at the carrier)"},
      {"fault_refuse", &Config::fault_refuse, "Request faults",
       "4xx that blames the customer's number; not dialled"},
      {"fault_429", &Config::fault_429, "Request faults", "429 with Retry-After; not dialled"},
      {"fault_5xx_before", &Config::fault_5xx_before, "Request faults", "500; not dialled"},
      {"fault_5xx_after", &Config::fault_5xx_after, "Request faults", "502, and yet dialled"},
      {"fault_timeout_after", &Config::fault_timeout_after, "Request faults",
       "dialled, and the request is never answered"},
      {"fault_drop", &Config::fault_drop, "Request faults",
       "dialled, and the connection is closed without an answer"},
      {"fault_webhook_lose", &Config::fault_webhook_lose, "Webhook faults", "never sent"},
      {"fault_webhook_repeat", &Config::fault_webhook_repeat, "Webhook faults", "sent twice"},
      {"fault_webhook_reorder", &Config::fault_webhook_reorder, "Webhook faults",
       "sent after the next one of its call"},
      {"fault_webhook_delay_rate", &Config::fault_webhook_delay_rate, "Webhook faults",
       "share of the webhooks that --fault-webhook-delay delays"},
      {"fault_list_late_rate", &Config::fault_list_late_rate, "List faults",
       "share of the calls that --fault-list-late hides"}};
  return kFields;
}

const std::vector<CountField>& count_fields() {
  static const std::vector<CountField> kFields{
      {"concurrency", &Config::concurrency, 1'000'000, "Limits",
       "calls at the same time; 0: no limit"},
      {"fault_webhook_delay_ms", &Config::fault_webhook_delay_ms, kDayMs, "Webhook faults",
       "a webhook comes late by up to this"},
      {"fault_list_late_ms", &Config::fault_list_late_ms, kDayMs, "List faults",
       "GET /call shows a call only after this"},
      {"refuse_status", &Config::refuse_status, 499, "Request faults",
       "the status of --fault-refuse"},
      {"retry_after_s", &Config::retry_after_s, 86'400, "Request faults",
       "Retry-After of --fault-429, in seconds"},
      {"webhook_retries", &Config::webhook_retries, 20, "Webhooks",
       "more tries for a webhook that gets no 2xx (after 1, 2, 4 s ...)"}};
  return kFields;
}

std::string flag_of(const std::string& name) {
  std::string flag = "--" + name;
  for (const std::string unit : {"_ms", "_s"}) {
    if (flag.size() > unit.size() &&
        flag.compare(flag.size() - unit.size(), unit.size(), unit) == 0) {
      flag.resize(flag.size() - unit.size());
      break;
    }
  }
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

bool set_faults(Config& config, const std::string& preset) {
  const bool all = preset == "all";
  if (!all && preset != "none") {
    return false;
  }
  const double rate = all ? 0.02 : 0;
  for (const auto& field : rate_fields()) {
    if (std::string(field.name).rfind("fault_", 0) == 0) {
      config.*field.member = rate;
    }
  }
  config.fault_webhook_delay_ms = all ? 3'000 : 0;
  config.fault_list_late_ms = all ? 2'000 : 0;
  if (!all) {
    config.fault_webhook_delay_rate = 1;
    config.fault_list_late_rate = 1;
  }
  return true;
}

bool read_duration(const std::string& text, std::int64_t& ms) {
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  const std::string unit = end;
  double scale = 0;
  if (unit == "ms" || unit.empty()) {
    scale = 1;
  } else if (unit == "s") {
    scale = 1'000;
  } else if (unit == "m") {
    scale = 60'000;
  }
  // Written so that a NaN is refused as well.
  if (end == text.c_str() || scale == 0 || !(number >= 0 && number * scale <= kDayMs)) {
    return false;
  }
  ms = static_cast<std::int64_t>(number * scale + 0.5);
  return true;
}

bool read_range(const std::string& text, Range& range) {
  const auto dots = text.find("..");
  if (dots == std::string::npos) {
    return read_duration(text, range.min_ms) && read_duration(text, range.max_ms);
  }
  return read_duration(text.substr(0, dots), range.min_ms) &&
         read_duration(text.substr(dots + 2), range.max_ms);
}

bool read_limit_style(const std::string& text, LimitStyle& style) {
  for (const auto known : {LimitStyle::blocked, LimitStyle::error, LimitStyle::both}) {
    if (text == to_text(known)) {
      style = known;
      return true;
    }
  }
  return false;
}

std::vector<std::string> check(const Config& config) {
  std::vector<std::string> issues;
  for (const auto& field : rate_fields()) {
    if (!(config.*field.member >= 0 && config.*field.member <= 1)) {
      issues.push_back(std::string(field.name) + " must be from 0 to 1");
    }
  }
  for (const auto& field : count_fields()) {
    if (config.*field.member < 0 || config.*field.member > field.max) {
      issues.push_back(std::string(field.name) + " must be from 0 to " + std::to_string(field.max));
    }
  }
  if (config.answer + config.busy + config.no_answer + config.voicemail > 1 + kSumSlack) {
    issues.emplace_back("answer, busy, no_answer and voicemail add up to more than 1");
  }
  if (config.fault_refuse + config.fault_429 + config.fault_5xx_before + config.fault_5xx_after +
          config.fault_timeout_after + config.fault_drop >
      1 + kSumSlack) {
    issues.emplace_back("the request faults add up to more than 1");
  }
  for (const auto& [name, range] : {std::pair{"ring_ms", config.ring}, {"talk_ms", config.talk}}) {
    if (range.min_ms < 0 || range.max_ms < range.min_ms || range.max_ms > kDayMs) {
      issues.push_back(std::string(name) + " must run from a smaller to a larger time");
    }
  }
  if (!(config.time_scale >= 0 && config.time_scale <= 1e6)) {
    issues.emplace_back("time_scale must be from 0 to 1000000");
  }
  if (config.refuse_status < 400) {
    issues.emplace_back("refuse_status must be from 400 to 499");
  }
  if (config.failed_reasons.empty() || config.failed_reasons.size() > 1'000) {
    issues.emplace_back("failed_reasons must name at least one and at most 1000 ended reasons");
  }
  if (!std::all_of(config.events.begin(), config.events.end(), is_event)) {
    issues.emplace_back("events may hold queued, ringing, in-progress, ended, report");
  }
  return issues;
}

nlohmann::json to_json(const Config& config) {
  Json out;
  for (const auto& field : rate_fields()) {
    out[field.name] = config.*field.member;
  }
  for (const auto& field : count_fields()) {
    out[field.name] = config.*field.member;
  }
  out["seed"] = config.seed;
  out["time_scale"] = config.time_scale;
  out["ring_ms"] = {config.ring.min_ms, config.ring.max_ms};
  out["talk_ms"] = {config.talk.min_ms, config.talk.max_ms};
  out["limit_style"] = to_text(config.limit_style);
  out["failed_reasons"] = config.failed_reasons;
  out["events"] = config.events;
  out["webhook_url"] = config.webhook_url;
  return out;
}

std::vector<std::string> apply(Config& config, const nlohmann::json& change) {
  if (!change.is_object()) {
    return {"the change must be a JSON object"};
  }
  Config next = config;
  std::vector<std::string> issues;
  const auto preset = change.find("faults");
  if (preset != change.end() &&
      !(preset->is_string() && set_faults(next, preset->get<std::string>()))) {
    issues.emplace_back("faults must be \"all\" or \"none\"");
  }
  const bool outcomes_given = std::any_of(kOutcomes.begin(), kOutcomes.end(),
                                          [&](const char* name) { return change.contains(name); });
  if (outcomes_given) {
    next.answer = next.busy = next.no_answer = next.voicemail = 0;
  }
  for (const auto& [name, value] : change.items()) {
    bool fits = true;
    if (name != "faults" && !apply_field(next, name, value, fits)) {
      issues.push_back("there is no setting " + name);
    }
    if (!fits) {
      issues.push_back(name + " has a value of the wrong kind");
    }
  }
  if (issues.empty()) {
    issues = check(next);
  }
  if (issues.empty()) {
    config = std::move(next);
  }
  return issues;
}

}  // namespace callgate::sim_carrier
