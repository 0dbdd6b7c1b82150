// Document D's surface, played by hand: hours, chains, profiles, whose call it is.
#include <catch2/catch_test_macros.hpp>

#include "tests/sim/desk.hpp"

using namespace callgate;
using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

constexpr const char* kPath = "/api/v1/scheduling";

Instant at(const std::string& text) {
  return parse_rfc3339(text).value();
}

class Planner : public sim::Desk {
 public:
  explicit Planner(const char* start) {
    now = at(start);
    use_provider({{"rehearsal", true}});
  }

  json body(const char* when, json more = json::object()) {
    json asked{{"phoneNumber", sim::kAda},
               {"agentId", "agent123"},
               {"userId", "tester"},
               {"scheduledFor", when},
               {"phoneNumberId", "p"}};
    asked.update(more);
    return asked;
  }
  json schedule(const char* when, json more = json::object()) {
    return must("POST", std::string{kPath} + "/schedule", body(when, std::move(more))).at("data");
  }
  // Status and code of a refusal.
  std::pair<std::int64_t, std::string> turned_down(const std::string& path, const json& asked) {
    const auto [status, said] = answer("POST", std::string{kPath} + path, asked);
    INFO(said.dump());
    REQUIRE(said.at("success") == false);
    return {status, said.at("error").at("code")};
  }
  json all(const std::string& more = "") {
    const json data =
        must("GET", std::string{kPath} + "/scheduled-calls?userId=tester" + more).at("data");
    REQUIRE(data.at("total") == data.at("scheduledCalls").size());
    return data.at("scheduledCalls");
  }
  json tell(const json& call, const std::string& verb, json more = json::object()) {
    more["userId"] = "tester";
    return must("POST",
                std::string{kPath} + "/" + call.at("scheduledCallId").get<std::string>() + verb,
                more)
        .at("data");
  }
  json stats() { return must("GET", std::string{kPath} + "/stats").at("data"); }
  // Up to then, with its wakes.
  void until(const std::string& when) {
    now = at(when);
    wake();
  }
};

const json kDaily{{"recurring", {{"frequency", "daily"}, {"maxOccurrences", 3}}}};

}  // namespace

TEST_CASE("a scheduled call is a job of one person, which is dialled at its time") {
  Planner planner{"2027-01-01T00:00:00Z"};
  const json made = planner.schedule("2027-01-01T10:00:00Z", {{"priority", "high"}});
  CHECK(made.at("scheduledFor") == "2027-01-01T10:00:00.000Z");
  const std::string id = made.at("scheduledCallId");
  CHECK(planner.job(id).at("priority") == 2);
  CHECK(planner.job(id).at("rank") == 75);
  CHECK(planner.job(id).at("maxAttempts") == 3);
  planner.until("2027-01-01T09:59:59.999Z");
  CHECK(planner.dialled.empty());
  CHECK(planner.all()[0].at("isPending") == true);
  planner.until("2027-01-01T10:00:00Z");
  REQUIRE(planner.dialled.size() == 1);
  CHECK(planner.dialled[0].assistant == "agent123");
  CHECK(planner.all()[0].at("status") == "processing");
  planner.placed();
  planner.report("customer-ended-call");
  const json ended = planner.all()[0];
  CHECK(ended.at("status") == "completed");
  CHECK(ended.at("canCancel") == false);
  CHECK(ended.at("priority") == "high");
  CHECK(ended.contains("callLogId"));
  CHECK(planner.turned_down("/" + id + "/cancel", {{"userId", "tester"}}) ==
        std::pair<std::int64_t, std::string>{400, "INVALID_OPERATION"});
}

TEST_CASE("hours are moved into before it is judged whether the time lies ahead") {
  Planner planner{"2025-11-01T21:00:00Z"};  // a Saturday
  const json keep{{"respectBusinessHours", true}};
  CHECK(planner.turned_down("/schedule", planner.body("2025-11-01T20:00:00Z")) ==
        std::pair<std::int64_t, std::string>{400, "INVALID_SCHEDULED_TIME"});
  CHECK(planner.schedule("2025-11-01T20:00:00Z", keep).at("scheduledFor") ==
        "2025-11-03T03:30:00.000Z");
  json utc = keep;
  utc["timezone"] = "UTC";
  CHECK(planner.schedule("2025-11-01T20:00:00Z", utc).at("scheduledFor") ==
        "2025-11-03T09:00:00.000Z");
  // Of the hours' own zone, before that of the request.
  utc["businessHours"] = {{"start", "10:00"}, {"end", "12:00"}, {"timezone", "America/New_York"}};
  CHECK(planner.schedule("2025-11-01T20:00:00Z", utc).at("scheduledFor") ==
        "2025-11-03T15:00:00.000Z");
  // A wall clock of the request's zone.
  CHECK(
      planner.schedule("2025-11-02T14:30:00", {{"timezone", "Asia/Kolkata"}}).at("scheduledFor") ==
      "2025-11-02T09:00:00.000Z");
}

TEST_CASE("defaults come from the request, the workspace, the environment, the document") {
  Planner planner{"2025-11-01T12:00:00Z"};
  const json keep{{"respectBusinessHours", true}};
  const auto when = [&] {
    return planner.schedule("2025-11-01T20:00:00Z", keep).at("scheduledFor").get<std::string>();
  };
  CHECK(when() == "2025-11-03T03:30:00.000Z");
  planner.environment = {{"DEFAULT_TIMEZONE", "Europe/Berlin"},
                         {"DEFAULT_BUSINESS_HOURS_START", "08:00"},
                         {"QUEUE_RETRY_ATTEMPTS", "5"},
                         {"QUEUE_RETRY_BACKOFF_DELAY", "3000"}};
  CHECK(when() == "2025-11-03T07:00:00.000Z");
  const json job = planner.must("GET", "/api/jobs?limit=1").at("jobs")[0];
  CHECK(job.at("maxAttempts") == 5);
  CHECK(job.at("retry").at("outcomes")[0].at("backoff").at("delaySeconds") == 3);
  planner.must("PUT", "/api/surfaces/scheduling",
               {{"timezone", "America/New_York"}, {"daysOfWeek", {0}}});
  CHECK(when() == "2025-11-02T13:00:00.000Z");
  planner.environment = {{"QUEUE_RETRY_ATTEMPTS", "many"}};
  CHECK(planner.turned_down("/schedule", planner.body("2025-11-02T20:00:00Z")) ==
        std::pair<std::int64_t, std::string>{500, "INTERNAL_ERROR"});
  const auto [status, said] =
      planner.answer("PUT", "/api/surfaces/scheduling",
                     {{"businessHoursStart", "18:00"}, {"timezone", "Mars/Olympus"}});
  CHECK(status == 422);
  CHECK(planner.must("GET", "/api/workspace").at("name") == "default");
}

TEST_CASE("a chain goes on from its anchor, however its calls end, once, and stops") {
  Planner planner{"2027-01-01T00:00:00Z"};  // a Friday
  const json made = planner.schedule("2027-01-01T10:00:00Z", kDaily);
  planner.until("2027-01-01T10:00:00Z");
  planner.placed();
  planner.report("customer-did-not-answer");  // it is tried again
  CHECK(planner.all().size() == 1);
  planner.now += minutes{5};
  planner.wake();
  planner.placed();
  const Output ended = planner.report("twilio-reported-customer-misdialed");  // for good
  REQUIRE(planner.all().size() == 2);
  planner.restart();
  planner.wake();
  json calls = planner.all();
  REQUIRE(calls.size() == 2);
  CHECK(calls[0].at("status") == "failed");
  CHECK(calls[0].at("nextRun") == "2027-01-02T10:00:00.000Z");
  CHECK(calls[1].at("scheduledFor") == "2027-01-02T10:00:00.000Z");
  CHECK(calls[1].at("recurring").at("currentOccurrence") == 2);
  CHECK(calls[1].at("metadata").at("parentScheduledCallId") == made.at("scheduledCallId"));
  CHECK(calls[1].at("metadata").at("occurrenceNumber") == 2);
}

TEST_CASE("after a standstill a chain goes on with the first occurrence that lies ahead") {
  Planner planner{"2027-01-01T00:00:00Z"};
  planner.schedule("2027-01-01T10:00:00Z",
                   {{"recurring", {{"frequency", "daily"}, {"maxOccurrences", 5}}}});
  planner.until("2027-01-03T12:00:00Z");  // nobody woke it
  planner.placed();
  planner.report("customer-ended-call");
  json calls = planner.all();
  REQUIRE(calls.size() == 2);
  CHECK(calls[1].at("scheduledFor") == "2027-01-04T10:00:00.000Z");
  CHECK(calls[1].at("metadata").at("occurrenceNumber") == 4);
  planner.until("2027-01-04T10:00:00Z");
  planner.placed();
  planner.report("customer-ended-call");
  planner.until("2027-01-05T10:00:00Z");
  planner.placed();
  planner.report("customer-ended-call");
  calls = planner.all();
  REQUIRE(calls.size() == 3);
  CHECK(calls[2].at("metadata").at("occurrenceNumber") == 5);
  CHECK_FALSE(calls[2].contains("nextRun"));
  CHECK(planner.stats().at("scheduler").at("completed") == 3);
}

TEST_CASE("a canceled call is the last of its chain; one of them alone is moved") {
  Planner planner{"2027-01-01T00:00:00Z"};
  const json made = planner.schedule("2027-01-01T10:00:00Z", kDaily);
  CHECK(planner.tell(made, "/reschedule", {{"scheduledFor", "2027-01-01T15:00:00Z"}})
            .at("scheduledFor") == "2027-01-01T15:00:00.000Z");
  CHECK(planner.all()[0].at("nextRun") == "2027-01-02T10:00:00.000Z");
  planner.until("2027-01-01T10:00:00Z");
  CHECK(planner.dialled.empty());
  planner.until("2027-01-01T15:00:00Z");
  planner.placed();
  planner.report("customer-ended-call");
  const json second = planner.all()[1];
  CHECK(second.at("scheduledFor") == "2027-01-02T10:00:00.000Z");
  const json named{{"scheduledCallId", second.at("_id")}};
  CHECK(planner.tell(named, "/cancel").at("status") == "cancelled");
  planner.until("2027-01-09T00:00:00Z");
  CHECK(planner.all().size() == 2);
  CHECK(planner.all("&status=cancelled").size() == 1);
  CHECK(planner.all("&status=canceled").size() == 1);
  CHECK_FALSE(planner.all()[1].contains("nextRun"));
}

TEST_CASE("to the letter a call is completed once it is dispatched, and the end is inside") {
  Planner planner{"2025-11-04T00:00:00Z"};
  const json keep{{"respectBusinessHours", true}};
  CHECK(planner.schedule("2025-11-04T12:30:00Z", keep).at("scheduledFor") ==
        "2025-11-05T03:30:00.000Z");
  planner.must("PUT", "/api/surfaces/scheduling", {{"profile", "document-d"}});
  const json made = planner.schedule("2025-11-04T12:30:00Z", keep);
  CHECK(made.at("scheduledFor") == "2025-11-04T12:30:00.000Z");
  planner.until("2025-11-04T12:30:00Z");
  CHECK(planner.all()[0].at("status") == "processing");
  planner.placed();
  CHECK(planner.all()[0].at("status") == "completed");
  CHECK(planner.stats().at("scheduler").at("completed") == 1);
  CHECK(planner.stats().at("queue").at("active") == 1);
  planner.report("customer-did-not-answer");  // and waits for its next attempt
  CHECK(planner.all()[0].at("status") == "completed");
  CHECK(planner.all("&status=completed").size() == 1);
  planner.must("PUT", "/api/surfaces/scheduling", {{"profile", "canonical"}});
  CHECK(planner.all()[0].at("status") == "pending");
  CHECK(planner.stats().at("scheduler").at("completed") == 0);
}

TEST_CASE("the queue is counted as Bull counts it") {
  Planner planner{"2027-01-01T00:00:00Z"};
  const auto counted = [&](const char* what) {
    const json queue = planner.stats().at("queue");
    std::int64_t sum = 0;
    for (const char* one : {"waiting", "active", "completed", "failed", "delayed", "paused"}) {
      sum += queue.at(one).get<std::int64_t>();
    }
    CHECK(queue.at("total") == sum);
    return queue.at(what).get<std::int64_t>();
  };
  planner.schedule("2027-01-01T10:00:00Z");
  CHECK(counted("delayed") == 1);
  const std::string job = planner.make_job({"+12125550130", "+12125550131", "+12125550132"});
  CHECK(counted("active") == 1);
  CHECK(counted("waiting") == 2);
  planner.must("POST", planner.path_of(job, 2) + "/reschedule",
               {{"notBefore", "2027-01-02T00:00:00Z"}});
  CHECK(counted("delayed") == 2);
  CHECK(counted("waiting") == 1);
  planner.must("POST", "/api/workspace/pause");
  CHECK(counted("paused") == 1);
  planner.must("POST", "/api/workspace/resume");
  planner.must("POST", "/api/jobs/" + job + "/pause");
  CHECK(counted("paused") == 2);
  CHECK(counted("waiting") == 0);
  CHECK(counted("active") == 1);
  planner.placed();
  planner.report("customer-ended-call");
  CHECK(counted("completed") == 1);
  CHECK(counted("active") == 0);
  CHECK(counted("total") == 4);
}

TEST_CASE("nobody's foreign call is told from one that is not there") {
  Planner planner{"2027-01-01T00:00:00Z"};
  const json made = planner.schedule("2027-01-01T10:00:00Z");
  const auto as = [&](const char* who, const std::string& path, const json& body) {
    HttpRequest request = sim::owners_request("POST", kPath + path, body.dump());
    request.principal = Principal{"default", who, {"operator"}, {}};
    const auto said = std::get<Response>(planner.give(request).answer);
    return std::pair{said.status, json::parse(said.body).at("error").at("code").get<std::string>()};
  };
  const std::string cancel = "/" + made.at("scheduledCallId").get<std::string>() + "/cancel";
  const std::string nobodys = "/job_00000000000000000000000001/cancel";
  CHECK(as("bob", cancel, {{"userId", "tester"}}).second == "FORBIDDEN");
  CHECK(as("bob", cancel, {{"userId", "bob"}}) == as("bob", nobodys, {{"userId", "bob"}}));
  CHECK(as("bob", cancel, json::object()).second == "MISSING_USER_ID");
  CHECK(as("bob", "/schedule", planner.body("2027-01-01T10:00:00Z")).second == "FORBIDDEN");
  CHECK(planner.all().size() == 1);
}

TEST_CASE("a chain whose call is on the do-not-call list goes on with the day after") {
  Planner planner{"2027-01-01T00:00:00Z"};
  planner.must("POST", "/api/suppressions", {{"phoneNumber", sim::kAda}});
  planner.schedule("2027-01-01T10:00:00Z", kDaily);
  planner.run(at("2027-01-09T00:00:00Z"));
  const json calls = planner.all();
  REQUIRE(calls.size() == 3);
  CHECK(planner.dialled.empty());
  for (const json& call : calls) {
    CHECK(call.at("status") == "failed");
    CHECK(call.at("failureReason") == "do_not_call");
  }
}
