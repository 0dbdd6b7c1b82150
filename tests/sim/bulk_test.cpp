// The same command about many calls or jobs.
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/sim/desk.hpp"

using namespace callgate;
using nlohmann::json;
using sim::Desk;
using sim::kAda;
using sim::kBob;
using std::chrono::hours;
using std::chrono::seconds;

namespace {

constexpr const char* kCallsBulk = "/api/calls/bulk";
constexpr const char* kJobsBulk = "/api/jobs/bulk";
const std::string kDee = "+12125550126";

std::vector<std::string> many_numbers(int count) {
  std::vector<std::string> numbers;
  for (int i = 0; i < count; ++i) {
    numbers.push_back("+1415555" + std::to_string(1000 + i));
  }
  return numbers;
}

std::vector<std::string> ids_of(Desk& desk, const std::string& job) {
  std::vector<std::string> ids;
  const json page = desk.must("GET", "/api/jobs/" + job + "/calls");
  for (const json& call : page.at("calls")) {
    ids.push_back(call.at("id"));
  }
  return ids;
}

}  // namespace

TEST_CASE("Calls that are named get the command one by one, and those refused say why") {
  Desk desk;
  const std::string id = desk.make_job({kAda, kBob, kDee});
  desk.placed();
  const auto ids = ids_of(desk, id);
  json body{{"action", "cancel"}, {"ids", ids}, {"note", "Wrong list"}};
  body["ids"].push_back("call_00000000000000000000000001");
  json dry = body;
  dry["dryRun"] = true;
  CHECK(desk.must("POST", kCallsBulk, dry) == json{{"count", 2}});
  CHECK(desk.job(id).at("canceledCalls") == 0);
  const json done = desk.must("POST", kCallsBulk, body);
  CHECK(done.at("count") == 2);
  CHECK(done.at("done") == 2);
  REQUIRE(done.at("results").size() == 4);
  CHECK(done.at("results").at(0).at("ok") == false);
  CHECK(done.at("results").at(0).at("code") == "wrong_state");
  CHECK(done.at("results").at(1) == json{{"id", ids.at(1)}, {"ok", true}});
  CHECK(done.at("results").at(3).at("code") == "call_not_found");
  CHECK(desk.job(id).at("canceledCalls") == 2);
  CHECK(desk.call(id, 0).at("status") == "dialing");
  const json entry = desk.must("GET", "/api/audit").at("entries").at(0);
  CHECK(entry.at("action") == "calls.commanded");
  CHECK(entry.at("detail").get<std::string>().find("Wrong list") != std::string::npos);

  SECTION("a live one is hung up where that is asked for") {
    const json gone =
        desk.must("POST", kCallsBulk, {{"action", "cancel"}, {"ids", {ids[0]}}, {"hangUp", true}});
    CHECK_FALSE(gone.contains("results"));
    CHECK(desk.hung_up.size() == 1);
    desk.report("manually-canceled");
    CHECK(desk.job(id).at("canceledCalls") == 3);
  }
  SECTION("those that were not reached are called again") {
    const json again =
        desk.must("POST", kCallsBulk, {{"action", "redrive"}, {"ids", {ids[1], ids[2]}}});
    CHECK(again.at("done") == 2);
    CHECK(desk.call(id, 1).at("round") == 2);
    CHECK(desk.job(id).at("canceledCalls") == 0);
  }
}

TEST_CASE("Calls are put off, called back and called now, as many as may be") {
  Desk desk;
  const std::string id = desk.make_job({kAda, kBob, kDee}, {{"schedule", "now"}});
  desk.placed();
  const auto ids = ids_of(desk, id);
  const std::string later = format_rfc3339(desk.now + hours{2});
  const json query{{"jobId", id}, {"status", {"waiting"}}};
  CHECK(desk.must("POST", kCallsBulk, {{"action", "reschedule"}, {"query", query}, {"at", later}})
            .at("done") == 2);
  CHECK(desk.call(id, 2).at("notBefore") == later);
  SECTION("now, as far as limits allow") {
    desk.must("PATCH", "/api/jobs/" + id, {{"concurrency", 2}});
    REQUIRE(desk.dialled.size() == 1);
    const json now =
        desk.must("POST", kCallsBulk, {{"action", "callNow"}, {"ids", {ids[1], ids[2]}}});
    CHECK(now.at("done") == 1);
    CHECK(now.at("results").at(1).at("code") == "job_limit");
    REQUIRE(desk.dialled.size() == 2);
    CHECK(desk.dialled.back().number == kBob);
  }
  SECTION("a callback goes first") {
    const std::string soon = format_rfc3339(desk.now + seconds{30});
    CHECK(desk.must("POST", kCallsBulk, {{"action", "callback"}, {"query", query}, {"at", soon}})
              .at("count") == 2);
    CHECK(desk.call(id, 1).at("notBefore") == soon);
  }
}

TEST_CASE("What a query finds is canceled only with the count that was told") {
  Desk desk;
  const std::string id = desk.make_job({kAda, kBob, kDee}, {{"schedule", "2099-01-01T00:00:00Z"}});
  const json body{{"action", "cancel"}, {"query", {{"jobId", id}}}};
  const auto with = [&body](json more) {
    more.update(body);
    return more;
  };
  CHECK(desk.must("POST", kCallsBulk, with({{"dryRun", true}})).at("count") == 3);
  const auto [missing, told] = desk.answer("POST", kCallsBulk, body);
  CHECK(missing == 422);
  CHECK(told.at("issues").at(0).at("pointer") == "/confirm");
  const auto [changed, counted] = desk.answer("POST", kCallsBulk, with({{"confirm", 2}}));
  CHECK(changed == 409);
  CHECK(counted.at("code") == "count_changed");
  CHECK(counted.at("count") == 3);
  CHECK(desk.job(id).at("canceledCalls") == 0);
  CHECK(desk.must("POST", kCallsBulk, with({{"confirm", 3}})).at("done") == 3);
  CHECK(desk.job(id).at("canceledCalls") == 3);
}

TEST_CASE("A bulk command that cannot be is refused with its places, and nothing changes") {
  Desk desk;
  const std::string id = desk.make_job({kAda, kBob}, {{"schedule", "2099-01-01T00:00:00Z"}});
  const json before = desk.job(id);
  const json query{{"jobId", id}};
  std::vector<std::string> ids(1001, "call_00000000000000000000000001");
  const std::string at = format_rfc3339(desk.now + hours{1});
  const std::vector<std::pair<json, std::string>> wrong{
      {{{"action", "cancel"}}, "/ids"},
      {{{"action", "cancel"}, {"ids", json::array()}}, "/ids"},
      {{{"action", "cancel"}, {"ids", ids}}, "/ids"},
      {{{"action", "cancel"}, {"ids", {"x"}}, {"query", query}}, "/query"},
      {{{"action", "cancel"}, {"query", json::object()}}, "/query/jobId"},
      {{{"action", "explode"}, {"ids", {"x"}}}, "/action"},
      {{{"action", "cancel"}, {"ids", {"x"}}, {"surplus", 1}}, "/surplus"},
      {{{"action", "reschedule"}, {"ids", {"x"}}}, "/at"},
      {{{"action", "callback"}, {"ids", {"x"}}, {"at", "2020-01-01T00:00:00Z"}}, "/at"},
      {{{"action", "cancel"}, {"ids", {"x"}}, {"at", at}}, "/at"},
      {{{"action", "redrive"}, {"ids", {"x"}}, {"hangUp", true}}, "/hangUp"},
      {{{"action", "redrive"}, {"query", {{"jobId", id}, {"status", {"waiting"}}}}},
       "/query/status/0"},
      {{{"action", "cancel"}, {"query", {{"jobId", id}, {"status", {"waiting", "live"}}}}},
       "/query/status/1"},
  };
  for (const auto& [body, pointer] : wrong) {
    const auto [status, said] = desk.answer("POST", kCallsBulk, body);
    INFO(pointer << " " << said.dump());
    CHECK(status == 422);
    CHECK(said.at("issues").at(0).at("pointer") == pointer);
  }
  CHECK(desk.refused(kCallsBulk, {{"action", "cancel"}, {"query", {{"jobId", "job_x"}}}}).first ==
        404);
  const std::vector<std::pair<json, std::string>> wrong_jobs{
      {{{"action", "pause"}}, "/ids"},
      {{{"action", "pause"}, {"ids", {"x"}}, {"priority", 1}}, "/priority"},
      {{{"action", "reprioritise"}, {"ids", {"x"}}}, "/priority"},
      {{{"action", "reprioritise"}, {"ids", {"x"}}, {"priority", 1}, {"level", "low"}}, "/level"},
      {{{"action", "start"}, {"query", {{"status", {"running"}}}}}, "/query/status/0"},
      {{{"action", "reprioritise"}, {"ids", {"x"}}, {"priority", 0}}, "/priority"},
  };
  for (const auto& [body, pointer] : wrong_jobs) {
    const auto [status, said] = desk.answer("POST", kJobsBulk, body);
    INFO(pointer << " " << said.dump());
    CHECK(status == 422);
    CHECK(said.at("issues").at(0).at("pointer") == pointer);
  }
  CHECK(desk.job(id) == before);
}

TEST_CASE("More than a thousand calls go on as a task, over a restart, and no other") {
  Desk desk;
  const std::string id = desk.make_job(many_numbers(2500), {{"schedule", "2099-01-01T00:00:00Z"}});
  const json made = desk.must(
      "POST", kCallsBulk, {{"action", "cancel"}, {"query", {{"jobId", id}}}, {"confirm", 2500}});
  CHECK(made.at("count") == 2500);
  CHECK(made.at("done") == 0);
  const std::string task = "/api/tasks/" + made.at("taskId").get<std::string>();
  desk.must("POST", "/api/jobs/" + id + "/recipients", {{"phoneNumbers", {kAda}}});
  desk.wake();
  CHECK(desk.must("GET", task).at("done") == 1000);
  CHECK(desk.job(id).at("canceledCalls") == 1000);
  desk.restart();
  // A call that somebody called back meanwhile stays as that.
  desk.must("POST", desk.path_of(id, 0) + "/redrive");
  desk.run(desk.now + seconds{1});
  const json done = desk.must("GET", task);
  CHECK(done.at("status") == "done");
  CHECK(done.at("kind") == "bulk_calls");
  CHECK(done.at("done") == 2500);
  CHECK_FALSE(done.contains("refused"));
  CHECK(desk.job(id).at("canceledCalls") == 2499);
  CHECK(desk.job(id).at("openCalls") == 2);
}

TEST_CASE("Jobs get a command in bulk, by their ids or by where they stand") {
  Desk desk;
  const std::string one = desk.make_job({kAda, kBob});
  const std::string two = desk.make_job({kDee, kBob});
  const std::string waits = desk.make_job({kAda}, {{"schedule", "2099-01-01T00:00:00Z"}});
  json pause{{"action", "pause"}, {"query", json::object()}};
  CHECK(desk.must("POST", kJobsBulk, pause).at("done") == 2);
  CHECK(desk.job(one).at("status") == "paused");
  CHECK(desk.job(waits).at("status") == "pending");
  const json mixed =
      desk.must("POST", kJobsBulk, {{"action", "resume"}, {"ids", {one, waits, "job_x"}}});
  CHECK(mixed.at("count") == 1);
  CHECK(mixed.at("done") == 1);
  CHECK(mixed.at("results").at(1).at("code") == "wrong_state");
  CHECK(mixed.at("results").at(2).at("code") == "job_not_found");
  CHECK(desk.must("POST", kJobsBulk,
                  {{"action", "reprioritise"}, {"ids", {one, two}}, {"level", "urgent"}})
            .at("done") == 2);
  CHECK(desk.job(two).at("level") == "urgent");
  CHECK(desk.job(two).at("version") == 2);
  CHECK(desk.job(two).at("changes").at(0).at("fields") == json{"priority"});
  CHECK(desk.must("POST", kJobsBulk, {{"action", "start"}, {"ids", {waits}}}).at("done") == 1);

  const json end{{"action", "cancel"}, {"query", json::object()}};
  CHECK(desk.refused(kJobsBulk, end).first == 422);
  json wrong = end;
  wrong["confirm"] = 2;
  CHECK(desk.refused(kJobsBulk, wrong).second == "count_changed");
  CHECK(desk.job(one).at("status") == "running");
  wrong["confirm"] = 3;
  CHECK(desk.must("POST", kJobsBulk, wrong).at("done") == 3);
  CHECK(desk.job(one).at("status") == "canceled");
  CHECK(desk.job(waits).at("status") == "canceled");
  CHECK(desk.must("POST", kJobsBulk, {{"action", "delete"}, {"ids", {one}}}).at("done") == 1);
  CHECK(desk.answer("GET", "/api/jobs/" + one).first == 404);
}

TEST_CASE("Canceling large jobs in bulk leaves a task for each, not one long step") {
  Desk desk;
  std::vector<std::string> jobs;
  for (int i = 0; i < 3; ++i) {
    jobs.push_back(desk.make_job(many_numbers(800), {{"schedule", "2099-01-01T00:00:00Z"}}));
  }
  CHECK(desk.must("POST", kJobsBulk, {{"action", "cancel"}, {"ids", jobs}}).at("done") == 3);
  std::int64_t canceled = 0;
  for (const std::string& job : jobs) {
    CHECK(desk.job(job).at("status") == "canceled");
    canceled += desk.job(job).at("canceledCalls").get<std::int64_t>();
  }
  CHECK(canceled == 1000);
  desk.run(desk.now + seconds{1});
  for (const std::string& job : jobs) {
    CHECK(desk.job(job).at("canceledCalls") == 800);
  }
}

TEST_CASE("More than a hundred jobs that a query finds are canceled as a task") {
  Desk desk;
  for (int i = 0; i < 250; ++i) {
    desk.make_job({kAda}, {{"schedule", "2099-01-01T00:00:00Z"}});
  }
  const json made = desk.must("POST", kJobsBulk,
                              {{"action", "cancel"}, {"query", json::object()}, {"confirm", 250}});
  const std::string task = "/api/tasks/" + made.at("taskId").get<std::string>();
  const std::string late = desk.make_job({kBob}, {{"schedule", "2099-01-01T00:00:00Z"}});
  desk.wake();
  CHECK(desk.must("GET", task).at("done") == 100);
  desk.restart();
  desk.run(desk.now + seconds{1});
  const json done = desk.must("GET", task);
  CHECK(done.at("status") == "done");
  CHECK(done.at("done") == 250);
  CHECK(desk.job(late).at("status") == "pending");
}
