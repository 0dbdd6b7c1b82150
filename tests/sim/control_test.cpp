// Commands about single calls, a job's redrive, and the workspace's pause, played by hand.
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "core/base/bytes.hpp"
#include "tests/sim/desk.hpp"
#include "tests/sim/world.hpp"

using namespace callgate;
using nlohmann::json;
using sim::Desk;
using sim::kAda;
using sim::kBob;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

// One of the commands of an operator, about that call or about all of its job.
void command(sim::World& world, const std::string& id, const json& call, std::uint64_t which) {
  const std::string path = "/api/calls/" + call.at("id").get<std::string>();
  const std::string soon = format_rfc3339(world.now() + seconds{30});
  switch (which) {
    case 0:
      world.request("POST", path + "/cancel");
      break;
    case 1:
      world.request("POST", path + "/redrive");
      break;
    case 2:
      world.request("POST", path + "/call-now");
      break;
    case 3:
      world.request("POST", path + "/callback", json{{"at", soon}}.dump());
      break;
    case 4:
      world.request("POST", path + "/reschedule", json{{"notBefore", soon}}.dump());
      break;
    case 5:
      world.request("POST", "/api/jobs/" + id + "/redrive",
                    json{{"states", {"failed", "canceled"}}}.dump());
      break;
    case 6:
      world.request("POST", "/api/workspace/pause");
      break;
    default:
      world.request("POST", "/api/workspace/resume");
      break;
  }
}

}  // namespace

TEST_CASE("Calls of a job that failed are called again, by how they ended; their history stays") {
  Desk desk;
  const std::string id = desk.make_job({kAda, kBob}, {{"maxAttempts", 1}});
  desk.placed();
  desk.report("customer-busy");
  desk.placed();
  desk.report("customer-did-not-answer");
  json job = desk.job(id);
  REQUIRE(job.at("status") == "completed");
  REQUIRE(job.at("failedCalls") == 2);

  const std::string redrive = "/api/jobs/" + id + "/redrive";
  CHECK(desk.must("POST", redrive, {{"dryRun", true}}) == json{{"matched", 2}, {"redriven", 0}});
  CHECK(desk.must("POST", redrive, {{"outcomes", {"voicemail"}}}).at("matched") == 0);
  CHECK(desk.job(id).at("status") == "completed");
  CHECK(desk.must("POST", redrive, {{"outcomes", {"busy"}}}) ==
        json{{"matched", 1}, {"redriven", 1}});
  job = desk.job(id);
  CHECK(job.at("status") == "running");
  CHECK(job.at("failedCalls") == 1);
  CHECK(job.at("openCalls") == 1);
  REQUIRE(desk.dialled.size() == 3);
  CHECK(desk.dialled.back().number == kAda);
  desk.placed();
  desk.report("customer-ended-call");
  const json call = desk.call(id, 0);
  CHECK(call.at("status") == "completed");
  CHECK(call.at("round") == 2);
  CHECK(call.at("attemptsUsed") == 1);
  REQUIRE(call.at("attempts").size() == 2);
  CHECK_FALSE(call.at("attempts").at(0).contains("round"));
  CHECK(call.at("attempts").at(1).at("round") == 2);
  CHECK(call.at("attempts").at(1).at("attempt") == 2);
  job = desk.job(id);
  CHECK(job.at("status") == "completed");
  CHECK(job.at("completedCalls") == 1);
  CHECK(job.at("failedCalls") == 1);
  // Without a body: all that failed.
  CHECK(desk.must("POST", redrive).at("redriven") == 1);
}

TEST_CASE("A round counts its outcomes anew: the waits begin again at the first") {
  Desk desk;
  const std::string id = desk.make_job({kAda}, {{"maxAttempts", 2}});
  for (int round = 1; round <= 3; ++round) {
    desk.placed();
    desk.report("customer-busy");
    CHECK(desk.call(id, 0).at("notBefore") == format_rfc3339(desk.now + minutes{10}));
    desk.wait(minutes{10});
    desk.placed();
    desk.report("customer-busy");
    CHECK(desk.call(id, 0).at("status") == "failed");
    desk.must("POST", desk.path_of(id, 0) + "/redrive");
  }
  CHECK(desk.dialled.size() == 7);
  CHECK(desk.call(id, 0).at("attempts").size() == 6);
}

TEST_CASE("Many calls are redriven as a task that ends, and stops when the job is canceled") {
  Desk desk;
  std::vector<std::string> numbers;
  for (int i = 0; i < 2500; ++i) {
    numbers.push_back("+1212555" + std::to_string(1000 + i));
    desk.must("POST", "/api/suppressions", {{"phoneNumber", numbers.back()}});
  }
  const std::string id = desk.make_job(numbers, {{"schedule", "2099-01-01T00:00:00Z"}});
  REQUIRE(desk.job(id).at("blockedCalls") == 2500);
  const json said = desk.must("POST", "/api/jobs/" + id + "/redrive", {{"states", {"blocked"}}});
  CHECK(said.at("matched") == 2500);
  CHECK(said.at("redriven") == 1000);
  const std::string task = "/api/tasks/" + said.at("taskId").get<std::string>();
  CHECK(desk.must("GET", task).at("total") == 2500);
  SECTION("to its end") {
    desk.wake();
    desk.wake();
    CHECK(desk.must("GET", task).at("status") == "done");
    CHECK(desk.must("GET", task).at("done") == 2500);
    CHECK(desk.job(id).at("blockedCalls") == 0);
    CHECK(desk.job(id).at("openCalls") == 2500);
  }
  SECTION("until the job is canceled") {
    desk.must("POST", "/api/jobs/" + id + "/cancel");
    desk.run(desk.now + minutes{1});
    CHECK(desk.must("GET", task).at("status") == "done");
    CHECK(desk.job(id).at("openCalls") == 0);
    CHECK(desk.job(id).at("status") == "canceled");
    CHECK(desk.refused("/api/jobs/" + id + "/redrive").first == 409);
  }
}

TEST_CASE("A waiting call is put off, brought forward and called back before all others") {
  Desk desk;
  const std::string id = desk.make_job({kAda, kBob});  // one at a time: Bob waits
  desk.placed();
  const std::string bob = desk.path_of(id, 1);
  const std::string later = format_rfc3339(desk.now + hours{3});
  CHECK(desk.must("POST", bob + "/reschedule", {{"notBefore", later}}).at("notBefore") == later);
  desk.report("customer-ended-call");
  CHECK(desk.dialled.size() == 1);
  CHECK(desk.refused(desk.path_of(id, 0) + "/reschedule", {{"notBefore", later}}).first == 409);
  CHECK(desk.refused(bob + "/reschedule", {{"notBefore", "2020-01-01T00:00:00Z"}}).first == 422);
  SECTION("until then") {
    desk.wait(hours{3} - seconds{1});
    CHECK(desk.dialled.size() == 1);
    desk.wait(seconds{1});
    CHECK(desk.dialled.size() == 2);
  }
  SECTION("now after all") {
    desk.must("POST", bob + "/reschedule", {{"notBefore", "now"}});
    CHECK(desk.dialled.size() == 2);
  }
  SECTION("a callback of a reached person is due before others that wait longer") {
    const std::string more = desk.make_job({"+12125550125", "+12125550126"}, {{"priority", 1}});
    REQUIRE(desk.dialled.size() == 2);
    desk.placed();
    desk.must("PUT", "/api/scheduler/config", {{"rateLimits", {{"global", 1}, {"perJob", 1}}}});
    const std::string at = format_rfc3339(desk.now + minutes{5});
    const json said = desk.must("POST", desk.path_of(id, 0) + "/callback", {{"at", at}});
    CHECK(said.at("round") == 2);
    CHECK(said.at("notBefore") == at);
    CHECK(desk.job(id).at("completedCalls") == 0);
    desk.wait(minutes{6});
    desk.report("customer-ended-call");
    REQUIRE(desk.dialled.size() == 3);
    CHECK(desk.dialled.back().number == kAda);
    desk.placed();
    desk.report("customer-ended-call");
    CHECK(desk.dialled.back().number == "+12125550126");
  }
}

TEST_CASE("A call is canceled where it stands; a live one is hung up, and that is confirmed") {
  Desk desk;
  const std::string id = desk.make_job({kAda, kBob});
  const std::string ada = desk.path_of(id, 0);
  SECTION("waiting: at once") {
    CHECK(desk.must("POST", desk.path_of(id, 1) + "/cancel").at("status") == "canceled");
    CHECK(desk.must("POST", desk.path_of(id, 1) + "/cancel").at("status") == "canceled");
    CHECK(desk.job(id).at("canceledCalls") == 1);
  }
  SECTION("live: when the provider has taken it") {
    desk.placed();
    const Output asked = desk.send("POST", ada + "/cancel");
    const auto& await = std::get<Await>(asked.answer);
    REQUIRE(desk.hung_up.size() == 1);
    CHECK(await.effect == desk.hung_up.back());
    CHECK(await.otherwise.status == 202);
    const Output result = desk.give(EffectResult{await.effect, Answered{200, -1, "{}"}});
    REQUIRE(result.replies.size() == 1);
    CHECK(result.replies.front().effect == await.effect);
    CHECK(result.replies.front().response.status == 200);
    CHECK(desk.report("manually-canceled").replies.empty());
    CHECK(desk.call(id, 0).at("status") == "canceled");
    CHECK(desk.dialled.back().number == kBob);
  }
  SECTION("live, before the provider has told where: as soon as it has") {
    const Output asked = desk.send("POST", ada + "/cancel");
    CHECK(std::get<Response>(asked.answer).status == 202);
    CHECK(desk.hung_up.empty());
    desk.placed();
    CHECK(desk.hung_up.size() == 1);
    // It ended by itself meanwhile: no further attempt.
    desk.report("customer-busy");
    CHECK(desk.call(id, 0).at("status") == "canceled");
  }
  SECTION("live, and the word survives a restart") {
    desk.send("POST", ada + "/cancel");
    desk.restart();
    desk.placed();
    desk.report("customer-busy");
    CHECK(desk.call(id, 0).at("status") == "canceled");
  }
  SECTION("ended: not any more") {
    desk.placed();
    desk.report("customer-ended-call");
    CHECK(desk.refused(ada + "/cancel").first == 409);
  }
}

TEST_CASE("Two who cancel a live call are answered as soon as anything is known") {
  Desk desk;
  const std::string id = desk.make_job({kAda, kBob});
  const std::string ada = desk.path_of(id, 0);
  desk.placed();
  const EffectKey first = std::get<Await>(desk.send("POST", ada + "/cancel").answer).effect;
  const EffectKey second = std::get<Await>(desk.send("POST", ada + "/cancel").answer).effect;
  SECTION("both, when the end is reported before a hang-up is answered") {
    const Output ended = desk.report("manually-canceled");
    REQUIRE(ended.replies.size() == 2);
    CHECK(ended.replies.at(0).effect == first);
    CHECK(ended.replies.at(1).effect == second);
    for (const AwaitedReply& reply : ended.replies) {
      CHECK(reply.response.status == 200);
      CHECK(json::parse(reply.response.body).at("status") == "canceled");
    }
    CHECK(desk.give(EffectResult{first, Answered{200, -1, "{}"}}).replies.empty());
  }
  SECTION("one, when the provider has answered its own hang-up") {
    const Output result = desk.give(EffectResult{first, Answered{200, -1, "{}"}});
    REQUIRE(result.replies.size() == 1);
    CHECK(result.replies.front().effect == first);
    desk.report("manually-canceled");
    CHECK(desk.call(id, 0).at("status") == "canceled");
    CHECK(desk.dialled.back().number == kBob);
  }
}

TEST_CASE("A call goes out now, past its turn and the business hours, and tells its id") {
  Desk desk;
  desk.must(
      "PUT", "/api/scheduler/config",
      {{"blackoutPeriods", {{{"start", "2020-01-01T00:00:00Z"}, {"end", "2099-01-01T00:00:00Z"}}}},
       {"rateLimits", {{"global", 2}, {"perJob", 2}}}});
  const std::string id = desk.make_job({kAda, kBob, "+12125550125"});
  REQUIRE(desk.dialled.empty());
  const Output asked = desk.send("POST", desk.path_of(id, 1) + "/call-now");
  const auto& await = std::get<Await>(asked.answer);
  REQUIRE(desk.dialled.size() == 1);
  CHECK(desk.dialled.back().number == kBob);
  CHECK(desk.dialled.back().key == await.effect);
  const Output result = desk.placed();
  REQUIRE(result.replies.size() == 1);
  const json said = json::parse(result.replies.front().response.body);
  CHECK(said.at("providerCallId") == "provider-1");
  CHECK(said.at("status") == "dialing");
  CHECK(desk.refused(desk.path_of(id, 1) + "/call-now") ==
        std::pair<std::int64_t, std::string>{409, "wrong_state"});

  SECTION("a person who has ended begins the next round") {
    desk.report("customer-ended-call");
    desk.send("POST", desk.path_of(id, 1) + "/call-now");
    CHECK(desk.dialled.size() == 2);
    CHECK(desk.call(id, 1).at("round") == 2);
  }
  SECTION("not past the limits") {
    desk.send("POST", desk.path_of(id, 0) + "/call-now");
    CHECK(desk.refused(desk.path_of(id, 2) + "/call-now").second == "workspace_limit");
    CHECK(desk.dialled.size() == 2);
  }
  SECTION("not to a number on the list, one that is busy, or of a job that is paused") {
    desk.must("POST", "/api/suppressions", {{"phoneNumber", kAda}});
    CHECK(desk.refused(desk.path_of(id, 0) + "/call-now").second == "do_not_call");
    const std::string other = desk.make_job({kBob});
    CHECK(desk.refused(desk.path_of(other, 0) + "/call-now").second == "number_busy");
    desk.must("POST", "/api/jobs/" + id + "/pause");
    CHECK(desk.refused(desk.path_of(id, 2) + "/call-now").second == "wrong_state");
  }
}

TEST_CASE("Nobody is called now where it is night, whoever asks") {
  Desk desk{true};
  desk.now = *parse_rfc3339("2027-01-12T08:00:00Z");  // three at night in New York
  const std::string id = desk.make_job({kAda});
  const Output asked = desk.send("POST", desk.path_of(id, 0) + "/call-now");
  const auto& said = std::get<Response>(asked.answer);
  CHECK(said.status == 409);
  CHECK(json::parse(said.body).at("code") == "outside_calling_hours");
  CHECK(desk.dialled.empty());
  desk.wait(hours{6});
  CHECK(desk.dialled.size() == 1);
}

TEST_CASE("A paused workspace dials nobody, says so, and goes on where it stood") {
  Desk desk;
  const std::string id = desk.make_job({kAda, kBob});
  desk.placed();
  const json paused = desk.must("POST", "/api/workspace/pause", {{"note", "Fire drill"}});
  CHECK(paused.at("paused") == true);
  CHECK(paused.at("pausedBy") == "tester");
  CHECK(paused.at("liveCalls") == 1);
  desk.report("customer-ended-call");
  CHECK(desk.dialled.size() == 1);
  desk.restart();
  desk.wait(hours{1});
  CHECK(desk.dialled.size() == 1);
  CHECK(desk.must("GET", "/api/workspace").at("note") == "Fire drill");
  const json told = desk.must("GET", desk.path_of(id, 1) + "/explain");
  CHECK(told.at("reasons").at(0).at("code") == "workspace_paused");
  CHECK(desk.refused(desk.path_of(id, 1) + "/call-now").second == "workspace_paused");
  CHECK(desk.must("POST", "/api/workspace/resume").at("paused") == false);
  CHECK(desk.dialled.size() == 2);
}

TEST_CASE("Whatever an operator does between, calls end once a round and the counts agree") {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    CAPTURE(seed);
    sim::Settings settings;
    settings.seed = seed;
    settings.queue = seed % 2 == 0;
    settings.faults.not_sent = 20;
    settings.faults.lost_before_dial = 20;
    settings.faults.lost_after_dial = 20;
    settings.faults.webhook_lost = 50;
    settings.faults.name_lost = 20;
    settings.faults.crash = 5;
    sim::World world{settings};
    json numbers = json::array();
    for (int i = 0; i < 60; ++i) {
      numbers.push_back("+1415555" + std::to_string(1000 + i));
    }
    const auto made = world.request("POST", "/api/jobs",
                                    json{{"name", "Job"},
                                         {"assistantId", "a"},
                                         {"phoneNumberId", "p"},
                                         {"schedule", "now"},
                                         {"maxAttempts", 2},
                                         {"retryDelaySeconds", 60},
                                         {"phoneNumbers", numbers}}
                                        .dump());
    const std::string id = json::parse(made.body).at("id");
    const auto calls = [&] {
      return json::parse(world.request("GET", "/api/jobs/" + id + "/calls?limit=1000").body)
          .at("calls");
    };
    std::mt19937_64 random{seed};
    for (int turn = 0; turn < 120; ++turn) {
      world.run(world.now() + seconds{static_cast<int>(random() % 20)});
      const json all = calls();
      command(world, id, all.at(random() % all.size()), random() % 8);
    }
    world.request("POST", "/api/workspace/resume");
    REQUIRE(world.run(world.now() + hours{24 * 30}));

    std::map<std::string, int> states;
    for (const json& call : calls()) {
      ++states[call.at("status").get<std::string>()];
      CHECK(call.at("attemptsUsed") <= 2);
    }
    const json job = json::parse(world.request("GET", "/api/jobs/" + id).body);
    INFO(job.dump());
    CHECK(job.at("status") == "completed");
    CHECK(job.at("completedCalls") == states["completed"]);
    CHECK(job.at("failedCalls") == states["failed"]);
    CHECK(job.at("canceledCalls") == states["canceled"]);
    CHECK(states["completed"] + states["failed"] + states["canceled"] == 60);
    CHECK(world.most_at_once() <= settings.calls_at_once);
    std::map<std::string, const sim::Dialled*> last;
    for (const sim::Dialled& dial : world.ledger()) {
      const sim::Dialled*& before = last[dial.number];
      CHECK((before == nullptr || before->ended <= dial.at));
      before = &dial;
    }
  }
}
