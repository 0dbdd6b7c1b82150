#include "tests/sim/rules.hpp"

#include <nlohmann/json.hpp>

namespace callgate::sim {
namespace {

using nlohmann::json;

void put(json& to, const char* name, std::int64_t limit) {
  if (limit > 0) {
    to[name] = limit;
  }
}

json body_of(const Rates& rates) {
  json body = json::object();
  put(body, "perSecond", rates.per_second);
  put(body, "perMinute", rates.per_minute);
  return body;
}

json body_of(const NumberCap& cap) {
  json body{{"per", cap.per_subject ? "subject" : "number"}};
  put(body, "max", cap.max);
  put(body, "hours", cap.hours);
  put(body, "gapMinutes", cap.gap_min);
  put(body, "coolOffDays", cap.cool_off_days);
  return body;
}

}  // namespace

std::string agent_of_queue(const std::string& client) {
  return "queue-" + client;
}

bool is_standing(const std::string& agent) {
  return agent == kDailyAgent || agent.rfind(agent_of_queue(""), 0) == 0;
}

std::string client_body(const std::string& client, std::int64_t at_once) {
  return json{{"maxConcurrent", at_once},
              {"assistantId", agent_of_queue(client)},
              {"phoneNumberId", "p1"},
              {"businessHours",
               {{"start", "00:00"},
                {"end", "24:00"},
                {"priorityHours", json::array()},
                {"timezone", "UTC"}}},
              {"activeDays", {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}}}
      .dump();
}

std::string limits_body(const Limits& limits) {
  json body{{"workspace", body_of(limits.workspace)}, {"job", body_of(limits.job)}};
  json provider = body_of(limits.provider);
  put(provider, "concurrency", limits.provider_at_once);
  put(provider, "perDay", limits.provider_per_day);
  if (!provider.empty()) {
    body["provider"] = provider;
  }
  for (const auto& [id, at_once] : limits.agents) {
    body["agents"].push_back({{"id", id}, {"concurrency", at_once}});
  }
  for (const auto& [id, at_once] : limits.callers) {
    body["callerIds"].push_back({{"id", id}, {"concurrency", at_once}});
  }
  for (const NumberCap& cap : limits.caps) {
    body["caps"].push_back(body_of(cap));
  }
  if (limits.day_budget > 0) {
    body["budget"] = {{"perDayMicros", limits.day_budget}, {"reserveMicros", kDearest}};
  }
  return body.dump();
}

std::string rules_query(const JobRules& rules, const std::string& subject) {
  std::string query = subject.empty() ? "" : "&subject=" + subject;
  const auto add = [&query](const char* name, std::int64_t limit) {
    query += limit > 0 ? std::string{"&"} + name + "=" + std::to_string(limit) : "";
  };
  add("concurrency", rules.concurrency.value_or(0));
  add("perSecond", rules.rates.per_second);
  add("perMinute", rules.rates.per_minute);
  add("budgetMicros", rules.budget);
  add("budgetReserveMicros", rules.budget > 0 ? kDearest : 0);
  return query;
}

std::string percent_encoded(const std::string& text) {
  constexpr const char* kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char byte : text) {
    const auto value = static_cast<unsigned char>(byte);
    out += '%';
    out += kDigits[value >> 4U];
    out += kDigits[value & 15U];
  }
  return out;
}

std::string retention_body(const KeepRule& rule) {
  const auto body_of_keep = [](const KeepFor& keep) {
    json body = json::object();
    put(body, "days", keep.days.value_or(0));
    if (keep.count) {
      body["count"] = *keep.count;
    }
    return body;
  };
  json body = json::object();
  for (const auto& [end, keep] : rule.calls) {
    body[end] = body_of_keep(keep);
  }
  body["scheduledJobs"] = {{"completed", body_of_keep(rule.scheduled.first)},
                           {"canceled", body_of_keep(rule.scheduled.second)}};
  return body.dump();
}

std::string rules_body(const JobRules& rules, const std::string& subject) {
  json body = json::object();
  put(body, "concurrency", rules.concurrency.value_or(0));
  if (rules.rates.any()) {
    body["rate"] = body_of(rules.rates);
  }
  if (rules.budget > 0) {
    body["budget"] = {{"totalMicros", rules.budget}, {"reserveMicros", kDearest}};
  }
  if (!subject.empty()) {
    body["subject"] = subject;
  }
  return body.dump();
}

}  // namespace callgate::sim
