#include "tests/sim/scenario.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "tests/sim/auditors.hpp"
#include "tests/sim/world.hpp"

namespace callgate::sim {
namespace {

using nlohmann::json;

constexpr auto kLong = std::chrono::hours{24 * 30};

Faults faults_of_the_road() {
  Faults faults;
  faults.not_sent = faults.lost_before_dial = faults.lost_after_dial = 20;
  faults.server_error = faults.refuse_capacity = faults.result_lost = 20;
  faults.webhook_lost = 100;
  faults.webhook_repeated = faults.result_repeated = 50;
  faults.webhook_late = faults.look_up_fails = 50;
  faults.crash = 5;
  faults.list_late_ms_max = 5000;
  return faults;
}

json must(World& world, const std::string& method, const std::string& target,
          const std::string& body = {}, const World::Headers& headers = {}) {
  World::Reply reply;
  while (reply.status == 0 || reply.status == 503) {
    reply = world.request(method, target, body, headers);
  }
  if (reply.status >= 300) {
    throw std::runtime_error(method + " " + target + " was answered by " + reply.body);
  }
  return json::parse(reply.body);
}

json row_of(const Dialled& dial) {
  return {{"dialled", true},
          {"externalId", dial.attempt_id},
          {"call_id", dial.provider_call_id},
          {"number", dial.number},
          {"created_at", format_rfc3339(dial.at)},
          {"started_at", nullptr},
          {"ended_at", format_rfc3339(dial.ended)},
          {"endedReason", dial.ended_reason},
          {"outcome", class_of(dial.ended_reason).outcome},
          {"cost_micros", dial.cost_micros},
          {"faults", json::array()}};
}

json stats_of(const World& world) {
  std::map<std::string, int> times;
  json together = json::array();
  for (const Dialled& dial : world.ledger()) {
    ++times[dial.attempt_id];
    for (const Dialled& other : world.ledger()) {
      if (&other != &dial && other.number == dial.number && other.at <= dial.at &&
          other.ended > dial.at) {
        together.push_back(dial.number);
      }
    }
  }
  const auto twice =
      std::count_if(times.begin(), times.end(), [](const auto& entry) { return entry.second > 1; });
  return {{"max_live", world.most_at_once()},
          {"dials", world.ledger().size()},
          {"external_ids_dialled_more_than_once", twice},
          {"numbers_dialled_at_the_same_time_examples", together}};
}

}  // namespace

std::string play_scenario(std::uint64_t seed, std::string_view scenario) {
  const json wanted = json::parse(scenario);
  World world{{seed, wanted.at("callsAtOnce"), faults_of_the_road(), seed % 2 == 0}};
  std::vector<std::string> jobs;
  for (const json& job : wanted.at("jobs")) {
    const World::Headers once{{"idempotency-key", "job-" + std::to_string(jobs.size())}};
    jobs.push_back(must(world, "POST", "/api/jobs", job.dump(), once).at("id"));
  }
  if (!world.run(world.now() + kLong)) {
    throw std::runtime_error("it does not come to rest");
  }
  world.calm();
  json truth{{"jobs", json::array()}, {"calls", json::array()}, {"ledger", json::array()}};
  for (const std::string& id : jobs) {
    truth["jobs"].push_back(must(world, "GET", "/api/jobs/" + id));
    std::string cursor;
    do {
      const json page = must(
          world, "GET",
          "/api/jobs/" + id + "/calls?limit=1000" + (cursor.empty() ? "" : "&cursor=" + cursor));
      for (const json& call : page.at("calls")) {
        truth["calls"].push_back(call);
      }
      cursor = page.value("nextCursor", "");
    } while (!cursor.empty());
  }
  for (const Dialled& dial : world.ledger()) {
    truth["ledger"].push_back(row_of(dial));
  }
  truth["stats"] = stats_of(world);
  return truth.dump();
}

}  // namespace callgate::sim
