// Schedules over virtual days: every occurrence makes its job once, whatever the policies, the
// clock's jumps, standstills and restarts do.
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "tests/sim/home.hpp"

using namespace callgate;
using nlohmann::json;

namespace {

Instant at(const char* text) {
  return parse_rfc3339(text).value();
}

// No provider is configured: jobs are made and started, and wait.
class Days : public sim::Home {
 public:
  explicit Days(const char* start) { now = at(start); }

  json make(json schedule) {
    schedule["name"] = "Recurs";
    schedule["job"] = {{"name", "Job"},
                       {"assistantId", "a"},
                       {"phoneNumberId", "p"},
                       {"phoneNumbers", {"+14155550132", "+14155550133", "+1 415 555 0132"}}};
    const Response made = ask("POST", "/api/schedules", schedule.dump());
    INFO(made.body);
    REQUIRE(made.status == 201);
    return json::parse(made.body);
  }

  json get(const std::string& path) { return must("GET", path); }

  json schedule(const json& made) {
    return get("/api/schedules/" + made.at("id").get<std::string>());
  }

  void tell(const json& made, const char* verb, std::int64_t status, const char* body = "") {
    const Response said =
        ask("POST", "/api/schedules/" + made.at("id").get<std::string>() + "/" + verb, body);
    INFO(said.body);
    REQUIRE(said.status == status);
  }

  // When its jobs were made, oldest first.
  std::vector<std::string> jobs() {
    std::vector<std::string> times;
    const json page = get("/api/jobs?limit=200");
    for (const json& job : page.at("jobs")) {
      REQUIRE(job.at("totalCalls") == 2);
      times.insert(times.begin(), job.at("createdAt"));
    }
    return times;
  }

  void end_last_job() {
    const json jobs = get("/api/jobs?limit=1").at("jobs");
    REQUIRE(ask("POST", "/api/jobs/" + jobs[0].at("id").get<std::string>() + "/cancel").status ==
            200);
  }
};

}  // namespace

TEST_CASE("a daily schedule keeps its local time when the clocks change") {
  Days days{"2027-03-11T20:00:00Z"};
  days.make({{"timezone", "America/New_York"},
             {"start", "2027-03-12T14:30:00Z"},
             {"series", {{"frequency", "daily"}, {"maxOccurrences", 4}}},
             {"overlap", "allow"}});
  days.run(at("2027-03-20T00:00:00Z"));
  CHECK(days.jobs() ==
        std::vector<std::string>{"2027-03-12T14:30:00.000Z", "2027-03-13T14:30:00.000Z",
                                 "2027-03-14T13:30:00.000Z", "2027-03-15T13:30:00.000Z"});
}

TEST_CASE("a schedule ends with its last occurrence") {
  Days days{"2027-01-01T00:00:00Z"};
  const json made = days.make({{"timezone", "UTC"},
                               {"rrule", "DTSTART:20270102T090000Z\nRRULE:FREQ=DAILY;COUNT=2"},
                               {"overlap", "allow"}});
  CHECK(made.at("nextAt") == "2027-01-02T09:00:00.000Z");
  days.run(at("2027-02-01T00:00:00Z"));
  const json now = days.schedule(made);
  CHECK(now.at("status") == "completed");
  CHECK(now.at("started") == 2);
  CHECK_FALSE(now.contains("nextAt"));
  CHECK(days.jobs().size() == 2);
  days.tell(made, "pause", 409);
  days.tell(made, "trigger", 201);
  CHECK(days.jobs().size() == 3);
}

TEST_CASE("an occurrence while the job before still runs is skipped, kept or made") {
  for (const char* overlap : {"skip", "buffer_one", "allow"}) {
    CAPTURE(overlap);
    Days days{"2027-01-01T00:00:00Z"};
    const json made = days.make({{"timezone", "UTC"}, {"cron", "0 * * * *"}, {"overlap", overlap}});
    days.run(at("2027-01-01T03:30:00Z"));  // four occurrences, the first at once
    const std::string policy{overlap};
    CHECK(days.jobs().size() == (policy == "allow" ? 4 : 1));
    json now = days.schedule(made);
    CHECK(now.at("buffered") == (policy == "buffer_one"));
    CHECK(now.at("skippedByOverlap") == (policy == "skip" ? 3 : policy == "buffer_one" ? 2 : 0));
    days.end_last_job();
    days.run(days.now);
    now = days.schedule(made);
    CHECK(days.jobs().size() == (policy == "allow" ? 4 : policy == "skip" ? 1 : 2));
    CHECK(now.at("buffered") == false);
  }
}

TEST_CASE("after a standstill occurrences are made up for as far back as was asked") {
  Days days{"2027-01-01T00:30:00Z"};
  const json made = days.make({{"timezone", "UTC"},
                               {"cron", "0 * * * *"},
                               {"overlap", "allow"},
                               {"catchUpSeconds", 2 * 3600 + 60}});
  days.run(at("2027-01-01T02:30:00Z"));
  CHECK(days.jobs().size() == 2);
  days.now = at("2027-01-03T12:00:30Z");  // nobody woke it
  days.restart();
  days.run(days.now);
  CHECK(days.jobs() ==
        std::vector<std::string>{"2027-01-01T01:00:00.000Z", "2027-01-01T02:00:00.000Z",
                                 "2027-01-03T12:00:30.000Z", "2027-01-03T12:00:30.000Z",
                                 "2027-01-03T12:00:30.000Z"});
  const json now = days.schedule(made);
  CHECK(now.at("missed") == 1);
  CHECK(now.at("lastAt") == "2027-01-03T12:00:00.000Z");
  CHECK(now.at("nextAt") == "2027-01-03T13:00:00.000Z");
}

TEST_CASE("what passes while a schedule is paused is not made up for") {
  Days days{"2027-01-01T00:30:00Z"};
  const json made = days.make({{"timezone", "UTC"}, {"cron", "0 * * * *"}, {"overlap", "allow"}});
  days.tell(made, "resume", 409);
  days.tell(made, "pause", 200, R"({"note":"The office is closed"})");
  CHECK(days.schedule(made).at("note") == "The office is closed");
  days.run(at("2027-01-02T00:30:00Z"));
  CHECK(days.jobs().empty());
  days.tell(made, "resume", 200);
  days.run(at("2027-01-02T02:30:00Z"));
  CHECK(days.jobs() ==
        std::vector<std::string>{"2027-01-02T01:00:00.000Z", "2027-01-02T02:00:00.000Z"});
  CHECK(days.ask("DELETE", "/api/schedules/" + made.at("id").get<std::string>()).status == 204);
  days.run(at("2027-01-03T00:00:00Z"));
  CHECK(days.jobs().size() == 2);
}

TEST_CASE("on a closed day an occurrence is skipped, or its job waits for the next opening") {
  for (const char* policy : {"skip", "next"}) {
    CAPTURE(policy);
    Days days{"2027-01-01T00:00:00Z"};  // a Friday
    REQUIRE(days.ask("PUT", "/api/scheduler/config",
                     json{{"businessHours",
                           {{"daysOfWeek", {1, 2, 3, 4, 5}},
                            {"startTime", "09:00"},
                            {"endTime", "17:00"},
                            {"timezone", "UTC"}}},
                          {"holidays", {"2027-01-05"}}}
                         .dump())
                .status == 200);
    const json made = days.make({{"timezone", "UTC"},
                                 {"cron", "0 8 * * *"},
                                 {"overlap", "allow"},
                                 {"onClosedDay", policy}});
    const json preview =
        days.get("/api/schedules/" + made.at("id").get<std::string>() + "/preview?limit=5");
    const json& shown = preview.at("occurrences");
    REQUIRE(shown.size() == 5);
    CHECK(shown[0].at("startsAt") == "2027-01-01T09:00:00.000Z");
    CHECK(shown[1].at("closedDay") == true);
    const bool skips = std::string{policy} == "skip";
    CHECK(shown[1].contains("startsAt") == !skips);
    if (!skips) {
      CHECK(shown[1].at("startsAt") == "2027-01-04T09:00:00.000Z");
    }
    CHECK(shown[4].at("closedDay") == true);
    days.run(at("2027-01-06T07:00:00Z"));
    CHECK(days.jobs().size() == (skips ? 2 : 5));
    CHECK(days.schedule(made).at("skippedOnClosedDays") == (skips ? 3 : 0));
  }
}

TEST_CASE("whatever wakes it and however often it starts anew, an occurrence makes its job once") {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 random{seed};
    Days days{"2027-10-25T00:10:00Z"};
    const json made = days.make({{"timezone", "Europe/Berlin"},
                                 {"cron", "*/20 * * * *"},
                                 {"overlap", "allow"},
                                 {"catchUpSeconds", 31'536'000}});
    const Instant end = days.now + std::chrono::hours{30};
    while (days.now < end) {
      days.now += Millis{static_cast<std::int64_t>(random() % 4'000'000)};
      if (random() % 3 == 0) {
        days.restart();
      }
      if (random() % 4 == 0) {
        days.get("/api/schedules");
      } else {
        days.run(days.now);
      }
    }
    days.run(days.now);
    // Every 20 minutes of the clock, which is every 20 minutes of time.
    const std::int64_t passed =
        to_ms(days.now) / 1'200'000 - to_ms(at("2027-10-25T00:10:00Z")) / 1'200'000;
    CHECK(static_cast<std::int64_t>(days.jobs().size()) == passed);
    CHECK(days.schedule(made).at("started") == passed);
  }
}

TEST_CASE("a bad schedule is refused by its field and nothing is kept") {
  Days days{"2027-01-01T00:00:00Z"};
  const json good{{"name", "n"},
                  {"timezone", "UTC"},
                  {"cron", "0 8 * * *"},
                  {"job",
                   {{"name", "Job"},
                    {"assistantId", "a"},
                    {"phoneNumberId", "p"},
                    {"phoneNumbers", {"+14155550132"}}}}};
  const auto refused = [&](const char* pointer, json value) {
    json bad = good;
    bad[json::json_pointer{pointer}] = std::move(value);
    const Response said = days.ask("POST", "/api/schedules", bad.dump());
    INFO(said.body);
    CHECK(said.status == 422);
    return json::parse(said.body).at("issues")[0].at("pointer").get<std::string>();
  };
  CHECK(refused("/timezone", "Mars/Olympus") == "/timezone");
  CHECK(refused("/cron", "0 25 * * *") == "/cron");
  CHECK(refused("/start", "2027-01-01T00:00:00Z") == "/start");
  CHECK(refused("/rrule", "FREQ=DAILY") == "/series");
  CHECK(refused("/overlap", "perhaps") == "/overlap");
  CHECK(refused("/catchUpSeconds", -1) == "/catchUpSeconds");
  CHECK(refused("/job/phoneNumbers", {"nobody"}) == "/job/recipients/0");
  CHECK(refused("/job/schedule", "now") == "/job/schedule");
  CHECK(refused("/job/defaultRegion", "1!") == "/job/defaultRegion");
  CHECK(refused("/job/surprise", 1) == "/job/surprise");
  json many = json::array();
  for (int i = 0; i < 1001; ++i) {
    many.push_back("+1415555" + std::to_string(1000 + i));
  }
  CHECK(refused("/job/phoneNumbers", many) == "/job/recipients");
  CHECK(days.count("schedules") == 0);
  CHECK(days.ask("GET", "/api/schedules/schedule_00000000000000000000000001").status == 404);
}
