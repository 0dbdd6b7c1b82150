// What has ended is let go by the workspace's rule: at its time, the newest of a count stay, in
// small steps, and what is told of the job stays true.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "tests/sim/asked.hpp"
#include "tests/sim/home.hpp"

namespace callgate::sim {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;

constexpr std::int64_t kTaskRowsMax = HostLimits{}.task_rows_max;

void keep(World& world, const json& rule) {
  const auto said = world.request("PUT", "/api/retention", rule.dump());
  INFO(said.body);
  REQUIRE(said.status == 200);
}

std::string people_to_call(World& world, const char* name, int people) {
  json numbers = json::array();
  for (int i = 0; i < people; ++i) {
    numbers.push_back("+1213" + std::to_string(5'550'000 + i));
  }
  return make_job(world, {{"name", name},
                          {"schedule", "now"},
                          {"assistantId", name},
                          {"phoneNumberId", "p1"},
                          {"maxAttempts", 1},
                          {"phoneNumbers", numbers}});
}

std::map<std::string, std::string> ended_at(const std::vector<json>& calls, const char* status) {
  std::map<std::string, std::string> ends;
  for (const json& call : calls) {
    if (call.at("status") == status) {
      ends[call.at("id")] = call.at("endedAt");
    }
  }
  return ends;
}

Settings settings_of(std::uint64_t seed) {
  Settings settings;
  settings.seed = seed;
  settings.calls_at_once = 20;
  return settings;
}

constexpr const char* kForEver =
    R"({"completed":{},"failed":{},"canceled":{},"expired":{},"blocked":{}})";

// One person, reached at once.
struct Reached {
  Reached() {
    home.use_provider();
    const Output made = home.request("POST", "/api/jobs",
                                     json{{"name", "n"},
                                          {"assistantId", "a"},
                                          {"phoneNumberId", "p"},
                                          {"schedule", "now"},
                                          {"phoneNumbers", {kAda}}}
                                         .dump());
    job = json::parse(std::get<Response>(made.answer).body).at("id");
    for (const Effect& effect : made.effects) {
      if (effect.key.kind == EffectKind::place_call) {
        attempt = json::parse(effect.request->body)["name"];
      }
    }
    call = attempt.substr(0, attempt.rfind('-'));
    report({{"cost", 0.01}});
    REQUIRE(home.must("GET", "/api/jobs/" + job).at("completedCalls") == 1);
  }

  std::int64_t report(json more) {
    more.update({{"type", "end-of-call-report"},
                 {"endedReason", "customer-ended-call"},
                 {"call", {{"id", "provider-1"}, {"name", attempt}}}});
    return std::get<Response>(home.give(home.webhook(more)).answer).status;
  }

  std::int64_t status_of(const std::string& path) { return home.ask("GET", path).status; }

  Home home;
  std::string job;
  std::string attempt;
  std::string call;
};

}  // namespace

TEST_CASE("A call goes when it has been kept for its days, its job a while after it") {
  Reached story;
  story.home.must("PUT", "/api/retention", {{"completed", {{"days", 2}}}});
  const Instant ended = story.home.now;
  CHECK(story.home.must("GET", "/api/retention").at("nextAt") == format_rfc3339(ended + hours{48}));
  story.home.run(ended + hours{48} - Millis{1});
  CHECK(story.status_of("/api/calls/" + story.call) == 200);
  story.home.run(ended + hours{48});
  CHECK(story.status_of("/api/calls/" + story.call) == 404);
  CHECK(story.status_of("/api/jobs/" + story.job) == 404);
  for (const char* table : {"calls", "jobs", "lanes", "imports"}) {
    INFO(table);
    CHECK(story.home.count(table) == 0);
  }
  const json said = story.home.must("GET", "/api/retention");
  CHECK(said.at("removed") == json{{"calls", 1},
                                   {"jobs", 1},
                                   {"lastAt", format_rfc3339(story.home.now)},
                                   {"lastCalls", 1},
                                   {"lastJobs", 1}});
  CHECK_FALSE(said.contains("nextAt"));
  CHECK_FALSE(story.home.give(Wake{}).wake_at);
  CHECK(std::get<Response>(story.home.request("GET", "/metrics").answer)
            .body.find("callgate_calls_completed 1\n") != std::string::npos);
}

TEST_CASE("A workspace that never set it keeps for 30 days, also what is older than the counting") {
  Reached story;
  const Instant ended = story.home.now;
  if (GENERATE(false, true)) {  // as the row was before
    story.home.run_sql("UPDATE jobs SET ended = x''");
    story.home.restart();
  }
  story.home.run(ended + hours{24 * 30} - minutes{1});
  CHECK(story.status_of("/api/calls/" + story.call) == 200);
  story.home.run(ended + hours{24 * 30 + 1});
  CHECK(story.status_of("/api/calls/" + story.call) == 404);
  CHECK(story.home.count("jobs") == 0);
}

TEST_CASE("A report about a call that is gone is taken, and changes nothing") {
  Reached story;
  story.home.must("PUT", "/api/retention", {{"completed", {{"count", 0}}}});
  story.home.run(story.home.now + hours{2});
  REQUIRE(story.status_of("/api/calls/" + story.call) == 404);
  const json before = story.home.must("GET", "/api/jobs/" + story.job);
  CHECK(before.at("removedCalls") == 1);
  CHECK(before.at("completedCalls") == 1);
  CHECK(story.report({{"cost", 7.5}}) == 200);
  CHECK(story.home.must("GET", "/api/jobs/" + story.job) == before);
  CHECK(story.home.ask("POST", "/api/calls/" + story.call + "/redrive").status == 404);
  CHECK(story.home
            .must("POST", "/api/jobs/" + story.job + "/redrive",
                  {{"states", {"failed"}}, {"dryRun", true}})
            .at("matched") == 0);
  CHECK(story.home.must("GET", "/api/jobs/" + story.job + "/calls").at("calls").empty());
  story.home.run(story.home.now + hours{24});  // … until its job goes
  CHECK(story.status_of("/api/jobs/" + story.job) == 404);
}

TEST_CASE("Nothing is written, and nobody is woken, while nothing is due") {
  Reached story;
  story.home.must("PUT", "/api/retention", json::parse(kForEver));
  CHECK_FALSE(story.home.give(Wake{}).wake_at);
  story.home.must("PUT", "/api/retention", {{"completed", {{"days", 10}}}});
  CHECK(story.home.give(Wake{}).wake_at == story.home.now + hours{240});
  story.home.now += hours{100};
  CHECK(story.home.count("retention") == 1);
  story.home.run_sql("DELETE FROM retention");
  static_cast<void>(story.home.give(Wake{}));
  CHECK(story.home.count("retention") == 0);
}

TEST_CASE("Of the calls that ended one way the newest stay, of the others all") {
  World world{settings_of(GENERATE(1U, 2U, 3U))};
  const std::string job = people_to_call(world, "a", 150);
  world.run(world.now() + hours{24});
  const auto before = calls_of(world, job);
  const auto completed = ended_at(before, "completed");
  const auto failed = ended_at(before, "failed");
  REQUIRE(completed.size() > 20);
  REQUIRE(failed.size() > 5);

  json rule = json::parse(kForEver);
  rule["completed"] = {{"count", 7}};
  keep(world, rule);
  world.run(world.now() + hours{3});
  const auto after = calls_of(world, job);
  CHECK(ended_at(after, "failed") == failed);
  const auto kept = ended_at(after, "completed");
  CHECK(kept.size() == 7);
  std::multiset<std::string> newest;
  for (const auto& [id, at] : completed) {
    newest.insert(at);
    if (newest.size() > 7) {
      newest.erase(newest.begin());
    }
  }
  std::multiset<std::string> times;
  for (const auto& [id, at] : kept) {
    times.insert(at);
  }
  CHECK(times == newest);
  const json shown = get(world, "/api/jobs/" + job);
  CHECK(shown.at("totalCalls") == 150);
  CHECK(shown.at("completedCalls") == completed.size());
  CHECK(shown.at("removedCalls") == completed.size() - 7);
  CHECK_FALSE(world.wake_at());
}

TEST_CASE("Many calls go in steps of so many rows, through crashes, and each is counted once") {
  Settings settings = settings_of(5);
  settings.calls_at_once = 500;
  World world{settings};
  const std::string job = people_to_call(world, "a", 4'000);
  world.run(world.now() + hours{24});
  const json before = get(world, "/api/jobs/" + job);
  REQUIRE(before.at("openCalls") == 0);
  std::int64_t left = 4'000;
  int steps = 0;
  world.on_output = [&](const Input&, const Output& output) {
    const std::int64_t now = world.sql().exec("SELECT count(*) FROM calls").integer(0, 0);
    CHECK(left - now <= kTaskRowsMax);
    steps += now < left ? 1 : 0;
    left = now;
    CHECK((left == 0 || output.wake_at));
  };
  const json none{{"count", 0}};
  keep(world, {{"completed", none}, {"failed", none}});
  world.run(world.now() + hours{2});
  CHECK(left == 0);
  CHECK(steps >= 4);
  const json after = get(world, "/api/jobs/" + job);
  for (const char* member : {"totalCalls", "completedCalls", "failedCalls", "costMicros"}) {
    INFO(member);
    CHECK(after.at(member) == before.at(member));
  }
  CHECK(after.at("removedCalls") == 4'000);
}

TEST_CASE("Of the jobs that schedules made the last ten stay, and the one the next waits for") {
  World world{settings_of(6)};
  const auto made = world.request("POST", "/api/schedules",
                                  json{{"name", "s"},
                                       {"timezone", "America/New_York"},
                                       {"cron", "0 */6 * * *"},
                                       {"job",
                                        {{"name", "s"},
                                         {"assistantId", "s"},
                                         {"phoneNumberId", "p1"},
                                         {"maxAttempts", 1},
                                         {"phoneNumbers", {"+12135550100"}}}}}
                                      .dump());
  INFO(made.body);
  REQUIRE(made.status == 201);
  const std::string id = json::parse(made.body).at("id");
  world.run(world.now() + hours{24 * 6});
  CHECK(get(world, "/api/jobs").at("total") >= 23);
  keep(world, {{"preset", "e"}});
  world.run(world.now() + hours{3});
  json jobs = get(world, "/api/jobs?limit=200").at("jobs");
  jobs.erase(std::remove_if(jobs.begin(), jobs.end(),
                            [](const json& job) { return job.at("status") != "completed"; }),
             jobs.end());
  CHECK(jobs.size() == 10);
  CHECK(get(world, "/api/schedules/" + id).contains("lastJobId"));
}

}  // namespace callgate::sim
