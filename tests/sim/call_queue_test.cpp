// Document C's surface where the provider's side is played by hand: a live call that is canceled,
// called now and deleted.
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/sim/desk.hpp"

using namespace callgate;
using nlohmann::json;
using sim::Desk;
using sim::kAda;
using sim::kBob;

namespace {

const std::string kQueue = "/api/call-queue";

json items(Desk& desk) {
  return desk.must("GET", kQueue).at("queueItems");
}

json reply_of(const Output& output) {
  REQUIRE(output.replies.size() == 1);
  CHECK(output.replies.front().response.status == 200);
  return json::parse(output.replies.front().response.body);
}

}  // namespace

TEST_CASE("A live queue item that is canceled is hung up, and the answer waits for the provider") {
  Desk desk;
  desk.make_job({kAda});
  desk.placed();
  const json live = items(desk).at(0);
  REQUIRE(live.at("status") == "in-progress");
  CHECK(live.at("callSid") == "provider-1");
  const std::string path = kQueue + "/" + live.at("queueId").get<std::string>();
  const Output asked = desk.send("POST", path + "/cancel", {{"reason", "customer_request"}});
  REQUIRE(std::holds_alternative<Await>(asked.answer));
  REQUIRE(desk.hung_up.size() == 1);
  const json said = reply_of(desk.give(EffectResult{desk.hung_up.back(), Answered{200, -1, "{}"}}));
  CHECK(said.at("message") == "Call canceled successfully");
  CHECK(said.at("queueItem").at("status") == "canceled");
  CHECK(said.at("queueItem").at("lastAttemptResult") == "canceled");
  desk.report("assistant-ended-call");
  const json item = desk.must("GET", path);
  CHECK(item.at("history").size() == 3);
  CHECK(items(desk).at(0).at("callSid").is_null());
}

TEST_CASE("A queue item that is called now is answered with the provider's id") {
  Desk desk;
  const std::string job = desk.make_job({kAda, kBob}, {{"schedule", "2099-01-01T00:00:00Z"}});
  desk.must("PUT", "/api/scheduler/config", {{"rateLimits", {{"global", 9}, {"perJob", 9}}}});
  const json item = items(desk).at(1);
  const std::string path = kQueue + "/" + std::to_string(item.at("id").get<int>());
  desk.must("POST", desk.path_of(job, 0) + "/reschedule",
            {{"notBefore", format_rfc3339(desk.now + std::chrono::hours{9})}});
  desk.must("POST", desk.path_of(job, 1) + "/reschedule",
            {{"notBefore", format_rfc3339(desk.now + std::chrono::hours{9})}});
  desk.must("POST", "/api/jobs/" + job + "/start");
  REQUIRE(desk.dialled.empty());
  const Output asked = desk.send(
      "POST", path + "/call-now",
      {{"agentId", "agent-789"}, {"override", {{"callerIdNumber", "p9"}, {"recordCall", true}}}});
  REQUIRE(std::holds_alternative<Await>(asked.answer));
  REQUIRE(desk.dialled.size() == 1);
  CHECK(desk.dialled.back().assistant == "agent-789");
  CHECK(desk.dialled.back().phone_number == "p9");
  const json said = reply_of(desk.placed());
  CHECK(said.at("message") == "Call initiated successfully");
  CHECK(said.at("call") == json{{"callSid", "provider-1"},
                                {"status", "initiated"},
                                {"from", "p9"},
                                {"to", desk.dialled.back().number}});
  CHECK(said.at("queueItem").at("status") == "in-progress");
  CHECK(said.at("queueItem").at("callSid") == "provider-1");
}

TEST_CASE(
    "Who cancels a live queue item is answered when it has ended, also if it is deleted by then") {
  Desk desk;
  desk.make_job({kAda});
  desk.placed();
  const std::string path = kQueue + "/" + items(desk).at(0).at("queueId").get<std::string>();
  REQUIRE(std::holds_alternative<Await>(desk.send("POST", path + "/cancel").answer));
  SECTION("it is there") {
    const json said = reply_of(desk.report("manually-canceled"));
    CHECK(said.at("message") == "Call canceled successfully");
    CHECK(said.at("queueItem").at("status") == "canceled");
  }
  SECTION("it is deleted") {
    desk.must("DELETE", path);
    CHECK(desk.answer("GET", path).first == 404);
    const json said = reply_of(desk.report("manually-canceled"));
    CHECK(said.at("queueItem").at("status") == "canceled");
    CHECK(items(desk).empty());
  }
}

TEST_CASE(
    "Who calls a queue item now is answered though it is deleted before the provider refuses") {
  Desk desk;
  desk.must("PUT", "/api/scheduler/config", {{"rateLimits", {{"global", 9}, {"perJob", 9}}}});
  desk.make_job({kAda}, {{"schedule", "2099-01-01T00:00:00Z"}});
  const std::string path = kQueue + "/" + items(desk).at(0).at("queueId").get<std::string>();
  const std::string job = items(desk).at(0).at("campaignId").get<std::string>();
  desk.must("POST", desk.path_of(job, 0) + "/reschedule",
            {{"notBefore", format_rfc3339(desk.now + std::chrono::hours{9})}});
  desk.must("POST", "/api/jobs/" + job + "/start");
  REQUIRE(
      std::holds_alternative<Await>(desk.send("POST", path + "/call-now", json::object()).answer));
  desk.must("DELETE", path);
  const Output refused =
      desk.give(EffectResult{desk.dialled.back().key, Answered{400, -1, R"({"message":"no"})"}});
  REQUIRE(refused.replies.size() == 1);
  CHECK(refused.replies.front().response.status == 409);
}

TEST_CASE("A live queue item that is deleted is hung up, and gone when it has ended") {
  Desk desk;
  const std::string job = desk.make_job({kAda, kBob}, {{"maxAttempts", 1}});
  desk.placed();
  const std::string path = kQueue + "/" + items(desk).back().at("queueId").get<std::string>();
  const bool live_is_last = items(desk).back().at("status") == "in-progress";
  REQUIRE(live_is_last);
  desk.must("DELETE", path);
  CHECK(desk.hung_up.size() == 1);
  CHECK(desk.answer("GET", path).first == 404);
  CHECK(desk.answer("DELETE", path).first == 404);
  desk.report("customer-ended-call");
  CHECK(items(desk).size() == 1);
  CHECK(desk.must("GET", kQueue + "/status").at("queueStatus").at("totalItems") == 1);
  CHECK(desk.must("GET", "/api/jobs/" + job + "/calls").at("calls").size() == 1);
  desk.restart();
  desk.placed();
  desk.report("customer-busy");
  const json now = desk.job(job);
  CHECK(now.at("status") == "completed");
  CHECK(now.at("removedCalls") == 1);
  const json again =
      desk.must("POST", "/api/jobs/" + job + "/recipients", {{"phoneNumbers", {kAda}}});
  CHECK(again.at("accepted") == 1);
}
