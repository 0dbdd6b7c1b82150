#include "tests/sim/figures.hpp"

#include <nlohmann/json.hpp>

namespace callgate::sim {
namespace {

using nlohmann::json;
using std::chrono::days;

json ask(Scene& scene, const std::string& target) {
  const auto reply = scene.world.read(target);
  if (reply.status != 200) {
    scene.find("tallies", "GET " + target + " was answered by " + std::to_string(reply.status) +
                              ": " + reply.body);
    return json::object();
  }
  return json::parse(reply.body);
}

// The whole play: it begins a while after the clock that it starts with, and lasts weeks.
std::string range_of_play(const Scene& scene) {
  const Instant start = scene.world.settings().start;
  const auto date = [](Instant at) { return format_rfc3339(at).substr(0, 10); };
  return "timezone=UTC&from=" + date(start - days{60}) + "&before=" + date(start + days{300});
}

void same(Scene& scene, const std::string& what, std::int64_t shown, std::int64_t true_one) {
  if (shown != true_one) {
    scene.find("tallies", what + " are told as " + std::to_string(shown) + " and are " +
                              std::to_string(true_one));
  }
}

void same(Scene& scene, const std::string& what, const json& shown,
          const std::map<std::string, std::int64_t>& true_ones) {
  if (shown != json(true_ones)) {
    scene.find("tallies",
               what + " are told as " + shown.dump() + " and are " + json(true_ones).dump());
  }
}

}  // namespace

void Figures::add(const json& call) {
  std::string last;
  for (const json& attempt : call.at("attempts")) {
    const std::int64_t times = attempt.value("times", std::int64_t{1});
    last = attempt.at("outcome").get<std::string>();
    outcomes[last] += times;
    attempts += times;
    cost_micros += attempt.value("costMicros", std::int64_t{0});
  }
  const std::string status = call.at("status");
  ended += status == "completed" || status == "failed" || status == "canceled" ||
                   status == "expired" || status == "blocked"
               ? 1
               : 0;
  if (status == "blocked") {
    ++failures["do_not_call"];
  } else if (status == "failed" && !last.empty()) {
    ++failures[last];
  }
}

void audit_figures(Scene& scene, const json& job, const Figures& figures) {
  const std::string id = job.at("id");
  const json metrics = ask(scene, "/api/jobs/" + id + "/metrics?timezone=UTC");
  const json summary =
      ask(scene, "/api/analytics/summary?" + range_of_play(scene) + "&jobId=" + id);
  if (metrics.empty() || summary.empty()) {
    return;
  }
  same(scene, "outcomes of " + id, metrics.at("outcomes"), figures.outcomes);
  same(scene, "outcomes in a range of " + id, summary.at("outcomes"), figures.outcomes);
  same(scene, "failures of " + id, metrics.at("failureReasons"), figures.failures);
  same(scene, "attempts of " + id, summary.at("attempts"), figures.attempts);
  same(scene, "micros of " + id, summary.at("totalCost"), figures.cost_micros);
  std::int64_t ended = -summary.at("reopenedCalls").get<std::int64_t>();
  for (const char* how :
       {"completedCalls", "failedCalls", "canceledCalls", "expiredCalls", "blockedCalls"}) {
    ended += summary.at(how).get<std::int64_t>();
  }
  same(scene, "ended calls of " + id, ended, figures.ended);
}

void audit_all_figures(Scene& scene) {
  const json summary = ask(scene, "/api/analytics/summary?" + range_of_play(scene));
  const json hours = ask(scene, "/api/analytics/peak-hours?" + range_of_play(scene));
  if (summary.empty() || hours.empty()) {
    return;
  }
  const Rows rows = scene.world.sql().exec(
      "SELECT coalesce(sum(attempts), 0), coalesce(sum(cost_micros), 0) FROM (SELECT attempts, "
      "cost_micros FROM jobs WHERE state < 7 UNION ALL SELECT attempts, cost_micros FROM "
      "looks_removed_jobs)");
  same(scene, "all attempts", summary.at("attempts"), rows.integer(0, 0));
  same(scene, "all micros", summary.at("totalCost"), rows.integer(0, 1));
  std::int64_t by_hour = 0;
  for (const json& hour : hours.at("peakHours")) {
    by_hour += hour.at("count").get<std::int64_t>();
  }
  same(scene, "attempts by hour", by_hour, rows.integer(0, 0));
}

}  // namespace callgate::sim
