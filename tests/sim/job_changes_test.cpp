// Jobs that are changed while they run.
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
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

std::vector<std::string> fields_at(const json& refused) {
  std::vector<std::string> pointers;
  for (const json& issue : refused.at("issues")) {
    pointers.push_back(issue.at("pointer"));
  }
  return pointers;
}

const std::string kCy = "+12125550125";

}  // namespace

TEST_CASE("A running job is changed, and calls that were not dialled yet go by it") {
  Desk desk;
  const std::string id = desk.make_job({kAda, kBob, kCy});
  const std::string path = "/api/jobs/" + id;
  REQUIRE(desk.dialled.size() == 1);
  const json said = desk.must("PATCH", path,
                              {{"name", "Other"},
                               {"notes", "Slower"},
                               {"assistantId", "b"},
                               {"phoneNumberId", "q"},
                               {"maxAttempts", 2},
                               {"retryDelaySeconds", 60},
                               {"concurrency", 3},
                               {"budget", {{"totalMicros", 9'000'000}, {"reserveMicros", 1}}},
                               {"subject", "spring"}});
  CHECK(said.at("name") == "Other");
  CHECK(said.at("assistantId") == "b");
  CHECK(said.at("maxAttempts") == 2);
  CHECK(said.at("budget").at("totalMicros") == 9'000'000);
  CHECK(said.at("version") == 2);
  // The next pass: two more at once, by another assistant.
  REQUIRE(desk.dialled.size() == 3);
  CHECK(desk.dialled[0].assistant == "a");
  CHECK(desk.dialled[1].assistant == "b");
  CHECK(desk.dialled[2].phone_number == "q");

  SECTION("it says who changed what and when, and so does the explanation of a call") {
    desk.now += minutes{1};
    desk.must("PATCH", path, {{"weight", 2}, {"level", "high"}});
    desk.restart();
    const json job = desk.job(id);
    CHECK(job.at("version") == 3);
    REQUIRE(job.at("changes").size() == 2);
    CHECK(job.at("changes").at(1).at("by") == "tester");
    CHECK(job.at("changes").at(1).at("at") == format_rfc3339(desk.now));
    CHECK(job.at("changes").at(1).at("fields") == json{"priority", "weight"});
    desk.must("POST", path + "/recipients", {{"phoneNumbers", {"+12125550126"}}});
    const json late = desk.must("GET", desk.path_of(id, 3) + "/explain");
    CHECK(late.at("jobVersion") == 3);
    CHECK(late.at("changes").empty());
    const json early = desk.must("GET", desk.path_of(id, 0) + "/explain");
    CHECK(early.at("changes").size() == 1);  // the first was made in the same instant
    const json log = desk.must("GET", "/api/audit");
    CHECK(log.at("entries").at(0).at("action") == "job.changed");
    CHECK(log.at("entries").at(0).at("detail").get<std::string>().find("weight") !=
          std::string::npos);
  }
  SECTION("the same again is no change") {
    const json same = desk.must("PATCH", path, {{"name", "Other"}, {"concurrency", 3}});
    CHECK(same.at("version") == 2);
  }
  SECTION("limits set as a whole are a change too") {
    const json limited = desk.must("PUT", path + "/limits", {{"rate", {{"perMinute", 1}}}});
    CHECK(limited.at("version") == 3);
    CHECK(desk.job(id).at("changes").back().at("fields") ==
          json{"concurrency", "rate", "budget", "subject"});
  }
}

TEST_CASE("What cannot change where a job stands is refused, all of it, and nothing changes") {
  Desk desk;
  const std::string id = desk.make_job({kAda, kBob});
  const std::string path = "/api/jobs/" + id;
  const json before = desk.job(id);
  const auto refused = [&](const json& change, std::int64_t status,
                           const std::vector<std::string>& pointers) {
    const auto [said, body] = desk.answer("PATCH", path, change);
    INFO(change.dump() << " " << body.dump());
    CHECK(said == status);
    CHECK(fields_at(body) == pointers);
    CHECK(desk.job(id) == before);
  };
  const std::string later = format_rfc3339(desk.now + hours{1});
  refused({{"schedule", later}, {"name", "x"}, {"purpose", "debt"}}, 409,
          {"/schedule", "/purpose"});
  refused({{"surplus", 1}}, 422, {"/surplus"});
  refused({{"priority", 0}}, 422, {"/priority"});
  refused({{"level", "soon"}}, 422, {"/level"});
  refused({{"name", ""}, {"maxAttempts", 0}}, 422, {"/maxAttempts", "/name"});
  refused({{"priority", 1}, {"level", "high"}}, 422, {"/level"});
  refused({{"budget", {{"totalMicros", 1}}}}, 422, {"/budget/reserveMicros"});
  refused({{"retryDelaySeconds", 60},
           {"retry", {{"backoff", {{"kind", "fixed"}, {"delaySeconds", 60}}}}}},
          422, {"/retry/backoff"});
  const auto [status, body] = desk.answer("PATCH", path, {{"schedule", later}});
  CHECK(body.at("code") == "wrong_state");
  CHECK(body.at("detail").get<std::string>().find("running") != std::string::npos);
  CHECK(desk.answer("PATCH", "/api/jobs/job_00000000000000000000000001", {{"name", "x"}}).first ==
        404);

  SECTION("a canceled job keeps all but its name and notes") {
    desk.must("POST", path + "/cancel");
    CHECK(desk.answer("PATCH", path, {{"weight", 3}}).first == 409);
    CHECK(desk.answer("PUT", path + "/limits", {{"concurrency", 3}}).first == 409);
    CHECK(desk.must("PATCH", path, {{"notes", "Why"}}).at("notes") == "Why");
  }
  SECTION("a rule that needs more attempts than are left contradicts") {
    const json rules{{"outcomes", {{{"outcome", "busy"}, {"retries", 3}}}}};
    desk.must("PATCH", path, {{"retry", rules}, {"maxAttempts", 5}});
    const auto [said, problem] = desk.answer("PATCH", path, {{"maxAttempts", 2}});
    CHECK(said == 422);
    CHECK(fields_at(problem) == std::vector<std::string>{"/maxAttempts"});
    const json gone = desk.must("PATCH", path, {{"maxAttempts", 2}, {"retry", json::object()}});
    CHECK_FALSE(gone.contains("retry"));
  }
}

TEST_CASE("Fewer attempts end a call that has had as many, without another dial") {
  Desk desk;
  const std::string id = desk.make_job({kAda}, {{"maxAttempts", 4}, {"retryDelaySeconds", 60}});
  desk.placed();
  desk.report("customer-busy");
  CHECK(desk.call(id, 0).at("status") == "retry_scheduled");
  desk.must("PATCH", "/api/jobs/" + id, {{"maxAttempts", 1}});
  desk.wait(minutes{2});
  CHECK(desk.dialled.size() == 1);
  CHECK(desk.call(id, 0).at("status") == "failed");
  CHECK(desk.job(id).at("status") == "completed");
  CHECK(desk.job(id).at("failedCalls") == 1);
}

TEST_CASE("A job that has not started yet starts when it is told to later") {
  Desk desk;
  const std::string at = format_rfc3339(desk.now + hours{5});
  const std::string id = desk.make_job({kAda}, {{"schedule", at}});
  const std::string sooner = format_rfc3339(desk.now + hours{1});
  CHECK(desk.must("PATCH", "/api/jobs/" + id, {{"schedule", sooner}}).at("schedule") == sooner);
  desk.wait(hours{1} - seconds{1});
  CHECK(desk.dialled.empty());
  desk.wait(seconds{1});
  CHECK(desk.dialled.size() == 1);
  CHECK(desk.answer("PATCH", "/api/jobs/" + id, {{"schedule", at}}).first == 409);
}

TEST_CASE("A lost answer is looked up among all calls once the job has another assistant") {
  Desk desk;
  const std::string id = desk.make_job({kAda});
  desk.give(EffectResult{desk.dialled.back().key, NoAnswer{"cut"}});
  desk.must("PATCH", "/api/jobs/" + id, {{"assistantId", "b"}});
  desk.wait(minutes{1});
  REQUIRE(!desk.looked_up.empty());
  for (const std::string& url : desk.looked_up) {
    CHECK(url.find("assistantId") == std::string::npos);
    CHECK(url.find("createdAtGe") != std::string::npos);
  }
  CHECK(desk.dialled.size() == 1);
}

TEST_CASE("Each attempt keeps what it was decided by, whatever is changed later") {
  Desk desk{true};
  desk.now = *parse_rfc3339("2027-01-12T16:00:00Z");
  desk.must("PUT", "/api/limits", {{"caps", {{{"max", 5}, {"days", 1}}}}});
  const std::string id = desk.make_job({"+13055550132"}, {{"maxAttempts", 3}});
  REQUIRE(desk.dialled.size() == 1);
  desk.must("PATCH", "/api/jobs/" + id, {{"retryDelaySeconds", 60}});
  desk.restart();
  desk.placed();
  desk.report("customer-busy");
  desk.wait(minutes{2});
  REQUIRE(desk.dialled.size() == 2);
  desk.placed();
  desk.report("customer-ended-call");
  const json attempts = desk.call(id, 0).at("attempts");
  REQUIRE(attempts.size() == 2);
  const json first = attempts.at(0).at("evidence");
  INFO(first.dump());
  CHECK(first.at("jobVersion") == 1);
  CHECK(first.at("country") == "US");
  CHECK(first.at("subdivisions") == json{"FL"});
  CHECK(first.at("zones") == json{"America/New_York"});
  CHECK(first.at("localTime") == "2027-01-12T11:00:00.000-05:00");
  CHECK(first.at("rulesOf").get<std::string>().size() == 10);
  CHECK(first.at("caps").back() == "us-fl");
  CHECK(first.at("caps").front() == "workspace");
  CHECK(attempts.at(1).at("evidence").at("jobVersion") == 2);
}

TEST_CASE("Somebody is taken out of a job; a live call only when it may be hung up") {
  Desk desk;
  const std::string id = desk.make_job({kAda, kBob});
  desk.placed();
  CHECK(desk.must("DELETE", desk.path_of(id, 1)).at("status") == "canceled");
  const auto [status, body] = desk.answer("DELETE", desk.path_of(id, 0));
  CHECK(status == 409);
  CHECK(desk.call(id, 0).at("status") == "dialing");
  const Output asked = desk.send("DELETE", desk.path_of(id, 0) + "?hangUp=true");
  CHECK(std::holds_alternative<Await>(asked.answer));
  CHECK(desk.hung_up.size() == 1);
  desk.report("manually-canceled");
  CHECK(desk.answer("DELETE", desk.path_of(id, 0)).first == 200);  // as it is
  CHECK(desk.job(id).at("canceledCalls") == 2);
}

TEST_CASE("Who is given up for want of attempts counts for the arm that called them") {
  Desk desk;
  const json arms{{{"name", "x"}, {"assistantId", "x"}}, {{"name", "y"}, {"assistantId", "y"}}};
  const std::string id = desk.make_job(
      {kAda}, {{"maxAttempts", 3}, {"experiment", {{"arms", arms}, {"decideWithin", 100}}}});
  desk.placed();
  desk.report("customer-busy");
  desk.must("PATCH", "/api/jobs/" + id, {{"maxAttempts", 1}});
  desk.wait(hours{1});
  CHECK(desk.job(id).at("failedCalls") == 1);
  const json shown = desk.must("GET", "/api/jobs/" + id + "/experiment").at("arms");
  const auto sum = [&](const char* what) {
    return shown.at(0).at(what).get<int>() + shown.at(1).at(what).get<int>();
  };
  CHECK(sum("ended") == 1);
  CHECK(sum("attempts") == 1);
}
