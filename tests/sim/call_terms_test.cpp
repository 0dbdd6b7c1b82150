// What one call asks for itself, played by hand: who is next, who calls, how often and when again.
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/sim/desk.hpp"

using namespace callgate;
using nlohmann::json;
using sim::Desk;
using sim::kAda;
using sim::kBob;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

const std::string kCarol = "+14155550177";
const std::string kDave = "+14155550188";

}  // namespace

TEST_CASE("In a job the call of the highest rank goes first, whatever was added first") {
  Desk desk;
  const std::string id = desk.make_job({kAda, kBob, kCarol, kDave},
                                       {{"maxAttempts", 1}, {"schedule", "2099-01-01T00:00:00Z"}});
  desk.must("PATCH", desk.path_of(id, 2), {{"rank", 120}, {"reason", "high-value-customer"}});
  desk.must("PATCH", desk.path_of(id, 3), {{"priority", 1}});
  desk.must("PATCH", desk.path_of(id, 0), {{"rank", -20}});
  desk.must("POST", "/api/jobs/" + id + "/start");
  for (const std::string& number : {kCarol, kDave, kBob, kAda}) {
    CHECK(desk.dialled.back().number == number);
    desk.placed();
    desk.report("customer-busy");
  }
  const json carol = desk.call(id, 2);
  CHECK(carol.at("own") == json{{"rank", 120}});
  const json& event = carol.at("events").at(0);
  CHECK(event.at("action") == "priority_updated");
  CHECK(event.at("rankBefore") == 50);
  CHECK(event.at("rankAfter") == 120);
  CHECK(event.at("reason") == "high-value-customer");
  CHECK(desk.call(id, 3).at("own") == json{{"priority", 1}, {"rank", 100}});
  CHECK_FALSE(desk.call(id, 1).contains("own"));
}

TEST_CASE("A waiting call moves in line when its rank changes, after a restart too") {
  Desk desk;
  const std::string id = desk.make_job({kAda, kBob, kCarol}, {{"maxAttempts", 1}});
  REQUIRE(desk.dialled.back().number == kAda);
  desk.placed();
  desk.must("PATCH", desk.path_of(id, 2), {{"level", "urgent"}});
  desk.restart();
  desk.report("customer-busy");
  CHECK(desk.dialled.back().number == kCarol);
}

TEST_CASE("A call's own assistant and number place it, and what they cannot do ends it alone") {
  Desk desk;
  const json mine{{"phoneNumber", kAda},
                  {"assistantId", "mine"},
                  {"phoneNumberId", "p9"},
                  {"maxAttempts", 2},
                  {"retryAfterSeconds", 7200}};
  json body{{"name", "Job"},        {"assistantId", "a"},
            {"phoneNumberId", "p"}, {"schedule", "now"},
            {"maxAttempts", 5},     {"recipients", {mine, {{"phoneNumber", kBob}}}}};
  const std::string id = desk.must("POST", "/api/jobs", body).at("id");
  REQUIRE(desk.dialled.size() == 1);
  CHECK(desk.dialled.back().assistant == "mine");
  CHECK(desk.dialled.back().phone_number == "p9");
  desk.placed();
  desk.report("customer-busy");
  CHECK(desk.call(id, 0).at("notBefore") == format_rfc3339(desk.now + hours{2}));
  CHECK(desk.dialled.back().number == kBob);
  CHECK(desk.dialled.back().assistant == "a");
  desk.placed();
  desk.report("customer-ended-call");
  desk.wait(hours{2});
  REQUIRE(desk.dialled.size() == 3);
  desk.placed();
  SECTION("its own maximum ends it") {
    desk.report("customer-busy");
    CHECK(desk.call(id, 0).at("status") == "failed");
  }
  SECTION("an assistant that is none ends it, and pauses no job") {
    desk.report("assistant-not-found");
    CHECK(desk.call(id, 0).at("status") == "failed");
    CHECK(desk.call(id, 0).at("outcome") == "config");
    CHECK(desk.job(id).at("status") == "completed");
  }
}

TEST_CASE("A live call keeps what it was placed with; the rest is for its next attempt") {
  Desk desk;
  const std::string id = desk.make_job({kAda}, {{"maxAttempts", 3}});
  desk.placed();
  const std::string path = desk.path_of(id, 0);
  const auto [status, said] = desk.answer(
      "PATCH", path, {{"assistantId", "other"}, {"notBefore", "now"}, {"maxAttempts", 1}});
  CHECK(status == 409);
  CHECK(said.at("issues").size() == 2);
  CHECK_FALSE(desk.call(id, 0).contains("own"));
  desk.must("PATCH", path, {{"maxAttempts", 1}});
  desk.report("customer-busy");
  CHECK(desk.call(id, 0).at("status") == "failed");
}

TEST_CASE("A callback keeps its call's own rank, and goes before it") {
  Desk desk;
  const std::string id = desk.make_job({kAda, kBob, kCarol}, {{"maxAttempts", 1}});
  desk.placed();
  desk.must("PATCH", desk.path_of(id, 2), {{"rank", 1000}});
  desk.must("PATCH", desk.path_of(id, 1), {{"rank", 5}});
  desk.must("POST", desk.path_of(id, 1) + "/callback",
            {{"at", format_rfc3339(desk.now + minutes{1})}});
  desk.now += minutes{1};
  desk.report("customer-busy");
  CHECK(desk.dialled.back().number == kBob);
  CHECK(desk.call(id, 1).at("own").at("rank") == 5);
}

TEST_CASE("An agent of a call's own is busy for others when it is limited") {
  Desk desk;
  desk.must("PUT", "/api/scheduler/config", {{"rateLimits", {{"global", 9}, {"perJob", 9}}}});
  desk.must("PUT", "/api/limits", {{"agents", {{{"id", "mine"}, {"concurrency", 1}}}}});
  const json both{{{"phoneNumber", kAda}, {"assistantId", "mine"}},
                  {{"phoneNumber", kBob}, {"assistantId", "mine"}},
                  {{"phoneNumber", kCarol}}};
  const json body{{"name", "Job"},     {"assistantId", "a"}, {"phoneNumberId", "p"},
                  {"schedule", "now"}, {"maxAttempts", 1},   {"recipients", both}};
  desk.must("POST", "/api/jobs", body);
  REQUIRE(desk.dialled.size() == 2);
  CHECK(desk.dialled.front().number == kAda);
  CHECK(desk.dialled.back().number == kCarol);
  desk.restart();
  desk.wait(minutes{1});
  CHECK(desk.dialled.size() == 2);
}
