// The do-not-call list from end to end: whoever is on it is not dialled from that instant on,
// whatever the faults, and every call says what became of it.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "tests/sim/desk.hpp"
#include "tests/sim/home.hpp"
#include "tests/sim/world.hpp"

using namespace callgate;
using nlohmann::json;
using sim::kAda;
using sim::kBob;
using std::chrono::hours;
using std::chrono::seconds;

namespace {

json job_of(const std::vector<std::string>& numbers, json more = json::object()) {
  more["name"] = "Job";
  more["assistantId"] = "a";
  more["phoneNumberId"] = "p";
  more["phoneNumbers"] = numbers;
  return more;
}

// No provider yet: calls wait until there is one.
class Listed : public sim::Home {
 public:
  std::string make_job(const std::vector<std::string>& numbers, json more = json::object()) {
    return must("POST", "/api/jobs", job_of(numbers, std::move(more))).at("id");
  }
  json job(const std::string& id) { return must("GET", "/api/jobs/" + id); }
  json call(const std::string& job, std::size_t index) {
    return must("GET", "/api/jobs/" + job + "/calls").at("calls").at(index);
  }
};

}  // namespace

TEST_CASE("A number on the list is taken into a job as a blocked call, and counted") {
  Listed desk;
  desk.must("POST", "/api/suppressions", {{"phoneNumber", kAda}, {"reason", "Asked us to stop"}});
  const std::string id = desk.make_job({kAda, kBob}, {{"schedule", "now"}});
  json job = desk.job(id);
  CHECK(job.at("totalCalls") == 2);
  CHECK(job.at("failedCalls") == 1);
  CHECK(job.at("blockedCalls") == 1);
  CHECK(job.at("openCalls") == 1);
  const json call = desk.call(id, 0);
  CHECK(call.at("status") == "blocked");
  CHECK(call.at("blockedBy") == "do_not_call");
  CHECK(call.at("attempts").empty());
  const json told = desk.must("GET", "/api/calls/" + call.at("id").get<std::string>() + "/explain");
  CHECK(told.at("reasons").at(0).at("code") == "do_not_call");
  CHECK(told.at("reasons").at(0).at("detail") ==
        "The number is on the do-not-call list. Reason: Asked us to stop");

  SECTION("the same person again is a duplicate") {
    const json added = desk.must("POST", "/api/jobs/" + id + "/recipients",
                                 {{"phoneNumbers", {kAda, "+12125550125"}}});
    CHECK(added.at("accepted") == 1);
    CHECK(added.at("blocked") == 0);
    CHECK(added.at("duplicates") == 1);
  }
  SECTION("a job of nobody else has completed at once") {
    const std::string other = desk.make_job({kAda}, {{"schedule", "now"}});
    job = desk.job(other);
    CHECK(job.at("status") == "completed");
    CHECK(job.at("blockedCalls") == 1);
    const json added =
        desk.must("POST", "/api/jobs/" + other + "/recipients", {{"phoneNumbers", {kAda}}});
    CHECK(added.at("duplicates") == 1);
    CHECK(desk.job(other).at("status") == "completed");
  }
  SECTION("only blocked people more leave a completed job completed") {
    const std::string other = desk.make_job({kAda}, {{"schedule", "now"}});
    desk.must("POST", "/api/suppressions", {{"phoneNumber", kBob}});
    const json added =
        desk.must("POST", "/api/jobs/" + other + "/recipients", {{"phoneNumbers", {kBob}}});
    CHECK(added.at("accepted") == 1);
    CHECK(added.at("blocked") == 1);
    CHECK(desk.job(other).at("status") == "completed");
    CHECK(desk.job(other).at("blockedCalls") == 2);
  }
}

TEST_CASE("A number that is listed meanwhile is not dialled, and its call ends as blocked") {
  Listed desk;
  const std::string id = desk.make_job({kAda, kBob}, {{"schedule", "now"}});
  const std::string call = desk.call(id, 0).at("id");
  desk.must("POST", "/api/suppressions", {{"phoneNumber", kAda}});
  json told = desk.must("GET", "/api/calls/" + call + "/explain");
  CHECK(told.at("dueNow") == false);
  CHECK(told.at("reasons").at(0).at("code") == "do_not_call");
  CHECK(desk.call(id, 0).at("status") == "pending");

  SECTION("at its turn") {
    desk.use_provider();
    CHECK(desk.call(id, 0).at("status") == "blocked");
    CHECK(desk.call(id, 1).at("status") == "dialing");
    CHECK(desk.job(id).at("blockedCalls") == 1);
    CHECK(desk.job(id).at("openCalls") == 1);
  }
  SECTION("unless it was taken off the list before") {
    const json page = desk.must("GET", "/api/suppressions?number=%2B12125550123");
    desk.must("DELETE", "/api/suppressions/" +
                            page.at("suppressions").at(0).at("id").get<std::string>() +
                            "?reason=Asked%20to%20be%20called");
    desk.use_provider();
    CHECK(desk.call(id, 0).at("status") == "dialing");
    const json entries = desk.must("GET", "/api/audit").at("entries");
    const auto found = std::find_if(entries.begin(), entries.end(), [](const json& one) {
      return one.at("action") == "suppression.removed";
    });
    REQUIRE(found != entries.end());
    const json entry = *found;
    CHECK(entry.at("actor") == "tester");
    CHECK(entry.at("detail") == "+12125550123: Asked to be called");
  }
  SECTION("what is live is left alone") {
    desk.use_provider();
    desk.must("POST", "/api/suppressions", {{"phoneNumber", kBob}});
    CHECK(desk.call(id, 1).at("status") == "dialing");
  }
}

TEST_CASE("An entry that has expired does not count") {
  Listed desk;
  desk.must("POST", "/api/suppressions",
            {{"phoneNumber", kAda}, {"expiresAt", format_rfc3339(desk.now + hours{1})}});
  const std::string before = desk.make_job({kAda});
  CHECK(desk.job(before).at("blockedCalls") == 1);
  desk.now += hours{1};
  const std::string after = desk.make_job({kAda});
  CHECK(desk.job(after).at("blockedCalls") == 0);
  const json page = desk.must("GET", "/api/suppressions");
  CHECK(page.at("suppressions").at(0).at("holds") == false);
}

TEST_CASE("An entry is never made weaker by being made again") {
  Listed desk;
  const auto put = [&](json more) {
    more["phoneNumber"] = kAda;
    const Response said = desk.ask("POST", "/api/suppressions", more.dump());
    return std::pair{said.status, json::parse(said.body)};
  };
  const std::string soon = format_rfc3339(desk.now + hours{1});
  const std::string later = format_rfc3339(desk.now + hours{2});
  auto [status, entry] = put({{"expiresAt", soon}, {"reason", "first"}});
  CHECK(status == 201);
  std::tie(status, entry) = put({{"expiresAt", later}, {"reason", "second"}});
  CHECK(status == 200);
  CHECK(entry.at("expiresAt") == later);
  CHECK(entry.at("reason") == "second");
  std::tie(status, entry) = put({{"expiresAt", soon}, {"reason", "third"}});
  CHECK(entry.at("expiresAt") == later);
  CHECK(entry.at("reason") == "second");
  std::tie(status, entry) = put({});
  CHECK_FALSE(entry.contains("expiresAt"));
  std::tie(status, entry) = put({{"expiresAt", later}});
  CHECK_FALSE(entry.contains("expiresAt"));
  CHECK(desk.count("suppressions") == 1);
}

TEST_CASE("Many listed calls are blocked a piece at a time, each piece an Input of its own") {
  Listed desk;
  std::vector<std::string> numbers;
  for (int i = 0; i < 2500; ++i) {
    numbers.push_back("+1212555" + std::to_string(1000 + i));
  }
  const std::string id = desk.make_job(numbers, {{"schedule", "now"}, {"concurrency", 50}});
  desk.must("PUT", "/api/scheduler/config", {{"rateLimits", {{"global", 50}, {"perJob", 50}}}});
  for (const std::string& number : numbers) {
    desk.must("POST", "/api/suppressions", {{"phoneNumber", number}});
  }
  desk.use_provider();
  const auto blocked = desk.job(id).at("blockedCalls").get<int>();
  CHECK(blocked >= 1000);
  CHECK(blocked < 1100);
  desk.run(desk.now + seconds{1});
  CHECK(desk.job(id).at("blockedCalls") == 2500);
  CHECK(desk.job(id).at("status") == "completed");
}

TEST_CASE("A number that nobody has is listed, so that no other job rings it") {
  const bool rings = GENERATE(true, false);
  CAPTURE(rings);
  sim::Desk desk{rings};
  desk.now += hours{11};  // daytime where the telephone is
  const std::string first = desk.make_job({kAda}, {{"purpose", "transactional"}});
  REQUIRE(desk.dialled.size() == 1);
  const std::string second = desk.make_job({kAda}, {{"purpose", "transactional"}});
  desk.placed();
  desk.report("twilio-reported-customer-misdialed");
  CHECK(desk.call(first, 0).at("status") == "failed");
  desk.wait(seconds{20});
  const json list = desk.must("GET", "/api/suppressions").at("suppressions");
  if (rings) {
    REQUIRE(list.size() == 1);
    CHECK(list.at(0).at("phoneNumber") == kAda);
    CHECK(list.at(0).at("source") == "provider");
    CHECK(list.at(0).at("reason") == "Nobody has this number: twilio-reported-customer-misdialed");
    CHECK(desk.call(second, 0).at("blockedBy") == "do_not_call");
    CHECK(desk.dialled.size() == 1);
  } else {  // a simulator's word
    CHECK(list.empty());
    CHECK(desk.dialled.size() == 2);
  }
}

TEST_CASE("From the moment a number is listed the carrier is never asked to ring it") {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    CAPTURE(seed);
    sim::Settings settings;
    settings.seed = seed;
    settings.queue = seed % 2 == 0;
    settings.faults.lost_before_dial = 20;
    settings.faults.lost_after_dial = 20;
    settings.faults.refuse_capacity = 50;
    settings.faults.webhook_lost = 50;
    settings.faults.name_lost = 50;
    settings.faults.name_repeated = 50;
    settings.faults.crash = 5;
    sim::World world{settings};
    std::vector<std::string> numbers;
    for (int i = 0; i < 80; ++i) {
      numbers.push_back("+1415555" + std::to_string(1000 + i));
    }
    std::map<std::string, Instant> listed;
    const auto list = [&](int from, int to) {
      for (int i = from; i < to; ++i) {
        const std::string& number = numbers[static_cast<std::size_t>(i)];
        listed[number] = world.now();
        REQUIRE(world.request("POST", "/api/suppressions", json{{"phoneNumber", number}}.dump())
                    .status == 201);
      }
    };
    list(0, 10);
    const auto made =
        world.request("POST", "/api/jobs", job_of(numbers, {{"schedule", "now"}}).dump());
    REQUIRE(made.status == 201);
    const std::string id = json::parse(made.body).at("id");
    world.run(world.now() + seconds{40});
    list(10, 60);
    REQUIRE(world.run(world.now() + hours{24 * 30}));

    for (const sim::Dialled& dial : world.ledger()) {
      const auto since = listed.find(dial.number);
      CHECK((since == listed.end() || dial.at <= since->second));
    }
    const json job = json::parse(world.request("GET", "/api/jobs/" + id).body);
    INFO(job.dump());
    CHECK(job.at("status") == "completed");
    CHECK(job.at("blockedCalls") >= 10);
    const json calls =
        json::parse(world.request("GET", "/api/jobs/" + id + "/calls?state=blocked").body);
    CHECK(calls.at("calls").size() == job.at("blockedCalls").get<std::size_t>());
    for (const json& call : calls.at("calls")) {
      CHECK(listed.count(call.at("phoneNumber")) == 1);
    }
  }
}
