// Calls scheduled one at a time, some of them the first of a chain (document D's surface).
#include <nlohmann/json.hpp>

#include "tests/sim/operator.hpp"

namespace callgate::sim {

using nlohmann::json;

namespace {

constexpr const char* kScheduling = "/api/v1/scheduling";
constexpr std::int64_t kDayMsHere = 86'400'000;

}  // namespace

Instant ModelChain::asked(int occurrence) const {
  return anchor + Millis{kDayMsHere * step_days * (occurrence - 1)};
}

// Monday to Friday, 09:00 to 18:00 by UTC, looked for minute by minute.
Instant ModelChain::at(int occurrence) const {
  Instant at = asked(occurrence);
  const auto open = [](std::int64_t ms) {
    const std::int64_t weekday = (ms / kDayMsHere + 4) % 7;  // 1970-01-01 was a Thursday
    const std::int64_t hour = ms % kDayMsHere / 3'600'000;
    return weekday >= 1 && weekday <= 5 && hour >= 9 && hour < 18;
  };
  while (respects_hours && !open(to_ms(at))) {
    at = from_ms((to_ms(at) / 60'000 + 1) * 60'000);
  }
  return at;
}

void Operator::schedule_call() {
  const Person one = person(dice_.below(plan_.people));
  if (*one.place->zone != '\0') {
    return;  // nothing tells where this number is
  }
  ModelChain chain;
  const std::string agent = "d" + std::to_string(++made_);
  chain.anchor =
      from_ms(to_ms(now() + kAhead) / 1000 * 1000) + std::chrono::minutes{dice_.below(4000)};
  chain.respects_hours = dice_.below(2) == 0;
  chain.most = dice_.between(1, 4);
  const bool weekly = dice_.below(4) == 0;
  const int interval = dice_.between(1, 2);
  chain.step_days = interval * (weekly ? 7 : 1);
  json body{{"phoneNumber", one.number},
            {"agentId", agent},
            {"userId", "test"},
            {"scheduledFor", format_rfc3339(chain.anchor)},
            {"timezone", "UTC"},
            {"respectBusinessHours", chain.respects_hours},
            {"businessHours", {{"start", "09:00"}, {"end", "18:00"}}},
            {"phoneNumberId", "p1"},
            {"metadata", {{"campaignId", agent}}}};
  if (chain.most > 1) {
    body["recurring"] = {{"frequency", weekly ? "weekly" : "daily"},
                         {"interval", interval},
                         {"maxOccurrences", chain.most}};
  }
  const auto reply = ask("POST", std::string{kScheduling} + "/schedule", body.dump());
  if (reply.status != 201) {
    return complain_("answers", "a good call was not scheduled: " + reply.body);
  }
  const json told = json::parse(reply.body).at("data");
  if (told.at("scheduledFor") != format_rfc3339(chain.at(1))) {
    complain_("chain", body.dump() + " was scheduled for " + told.dump());
  }
  model_.chains.emplace(agent, chain);
}

void Operator::handle_scheduled_call() {
  const json page = json::parse(
      ask("GET", std::string{kScheduling} + "/scheduled-calls?userId=test&limit=1000").body);
  const json& calls = page.at("data").at("scheduledCalls");
  if (calls.empty()) {
    return;
  }
  const json& one = calls.at(static_cast<std::size_t>(dice_.below(static_cast<int>(calls.size()))));
  const std::string id = one.at("_id");
  const std::string path = std::string{kScheduling} + "/" + id;
  json body{{"userId", "test"}};
  const auto chain = model_.chains.find(one.at("agentId").at("_id"));
  const int what = dice_.below(4);
  if (what == 0 && one.at("status") == "failed" && chain != model_.chains.end() &&
      one.contains("callLogId")) {
    chain->second.redriven = true;
    ask("POST", "/api/calls/" + one.at("callLogId").get<std::string>() + "/redrive");
  } else if (what == 1) {
    ask("POST", path + "/cancel", body.dump());
  } else {
    model_.rescheduled.insert(id);
    body["scheduledFor"] = format_rfc3339(now() + kAhead + std::chrono::minutes{dice_.below(600)});
    ask("POST", path + "/reschedule", body.dump());
  }
}

}  // namespace callgate::sim
