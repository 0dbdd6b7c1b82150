// What must hold of every run, whatever the faults: nobody is dialled twice by one attempt or at
// the same time, limits and hours are kept, every call comes to an end, and the counters tell the
// truth.

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "core/schedule/calendar.hpp"
#include "tests/sim/asked.hpp"
#include "tests/sim/world.hpp"

namespace callgate::sim {
namespace {

using nlohmann::json;

constexpr auto kThirtyDays = std::chrono::hours{24 * 30};

Faults all_faults() {
  Faults faults;
  faults.not_sent = 20;
  faults.lost_before_dial = 20;
  faults.lost_after_dial = 20;
  faults.server_error = 20;
  faults.refuse_capacity = 20;
  faults.webhook_lost = 100;
  faults.webhook_repeated = 50;
  faults.list_late_ms_max = 50'000;
  faults.crash = 5;
  faults.name_lost = 20;
  faults.name_repeated = 50;
  faults.dead_letter = 20;
  faults.dies_before_send = 20;
  return faults;
}

std::string numbers_csv(int count) {
  std::string csv = "Phone Number,First Name\r\n";
  for (int i = 0; i < count; ++i) {
    csv += "+1415" + std::to_string(5551000 + i) + ",N" + std::to_string(i) + "\r\n";
  }
  return csv;
}

std::string job_body(const char* name, int numbers, json more = json::object()) {
  json phone_numbers = json::array();
  for (int i = 0; i < numbers; ++i) {
    phone_numbers.push_back("+1213555" + std::to_string(1000 + i));
  }
  more["name"] = name;
  more["assistantId"] = "a1";
  more["phoneNumberId"] = "p1";
  more["phoneNumbers"] = phone_numbers;
  return more.dump();
}

std::string id_of(const World::Reply& reply) {
  INFO(reply.body);
  REQUIRE(reply.status == 201);
  return json::parse(reply.body).at("id");
}

json job_now(World& world, const std::string& id) {
  const auto reply = world.request("GET", "/api/jobs/" + id);
  REQUIRE(reply.status == 200);
  return json::parse(reply.body);
}

// The carrier's ledger against the rules that hold for every run.
void check_ledger(const World& world, int calls_at_once) {
  std::set<std::string> attempts;
  std::map<std::string, std::vector<const Dialled*>> by_number;
  for (const Dialled& dial : world.ledger()) {
    INFO(dial.attempt_id);
    CHECK(attempts.insert(dial.attempt_id).second);
    for (const Dialled* other : by_number[dial.number]) {
      CHECK(other->ended <= dial.at);
    }
    by_number[dial.number].push_back(&dial);
  }
  CHECK(world.most_at_once() <= calls_at_once);
}

void check_job(World& world, const std::string& id, int calls) {
  const json job = job_now(world, id);
  INFO(job.dump());
  CHECK(job.at("status") == "completed");
  CHECK(job.at("totalCalls") == calls);
  CHECK(job.at("openCalls") == 0);
  CHECK(job.at("liveCalls") == 0);
  std::map<std::string, int> states;
  std::map<std::string, std::string> last_end;
  for (const Dialled& dial : world.ledger()) {
    last_end[dial.number] = dial.ended_reason;
  }
  for (const json& call : calls_of(world, id)) {
    ++states[call.at("status").get<std::string>()];
    INFO(call.dump());
    CHECK(call.at("attemptsUsed") <= job.at("maxAttempts"));
    const std::string end = last_end.at(call.at("phoneNumber"));
    CHECK((call.at("status") == "completed") == (end.find("ended-call") != std::string::npos));
  }
  CHECK(states["completed"] == job.at("completedCalls"));
  CHECK(states["failed"] == job.at("failedCalls"));
  CHECK(states["completed"] + states["failed"] == calls);
}

// How many seeds: more with CALLGATE_SIM_SEEDS.
int seeds() {
  const char* wanted = std::getenv("CALLGATE_SIM_SEEDS");
  return wanted != nullptr ? std::atoi(wanted) : 6;
}

}  // namespace

TEST_CASE("a job without faults calls everybody and completes") {
  World world{{1, 5, {}}};
  const auto id =
      id_of(world.request("POST", "/api/jobs", job_body("plain", 50, {{"schedule", "now"}})));
  REQUIRE(world.run(world.now() + kThirtyDays));
  check_ledger(world, 5);
  check_job(world, id, 50);
  CHECK(world.most_at_once() == 5);
}

TEST_CASE("with every fault at once nobody is dialled twice and every call comes to an end") {
  for (int seed = 1; seed <= seeds(); ++seed) {
    CAPTURE(seed);
    for (const bool queue : {false, true}) {
      CAPTURE(seed, queue);
      World world{{static_cast<std::uint64_t>(seed), 7, all_faults(), queue, seed % 2 * 300}};
      const auto id = id_of(world.import(
          "/api/jobs?name=all&assistantId=a1&phoneNumberId=p1&schedule=now", numbers_csv(150)));
      REQUIRE(world.run(world.now() + kThirtyDays));
      check_ledger(world, 7);
      check_job(world, id, 150);
    }
  }
}

TEST_CASE("a number that stands in two jobs is never dialled for both at once") {
  for (const bool queue : {false, true}) {
    World world{{21, 50, {}, queue}};
    const json both{{"schedule", "now"}, {"concurrency", 50}};
    const auto one = id_of(world.request("POST", "/api/jobs", job_body("one", 40, both)));
    const auto other = id_of(world.request("POST", "/api/jobs", job_body("other", 40, both)));
    REQUIRE(world.run(world.now() + kThirtyDays));
    check_ledger(world, 50);
    CHECK(world.ledger().size() >= 80);
    for (const auto& id : {one, other}) {
      const json job = job_now(world, id);
      CHECK(job.at("status") == "completed");
      CHECK(job.at("completedCalls").get<int>() + job.at("failedCalls").get<int>() == 40);
      for (const json& call : calls_of(world, id)) {
        CHECK(call.at("attemptsUsed") <= job.at("maxAttempts"));
      }
    }
  }
}

TEST_CASE("a dial that is only named is not sent once its job is paused or canceled") {
  for (const char* command : {"pause", "cancel"}) {
    CAPTURE(command);
    World world{{22, 10, {}, true}};
    const auto id =
        id_of(world.request("POST", "/api/jobs", job_body("n", 30, {{"schedule", "now"}})));
    REQUIRE(world.request("POST", "/api/jobs/" + id + "/" + command).status < 300);
    REQUIRE(world.run(world.now() + kThirtyDays));
    CHECK(world.ledger().empty());
    CHECK(job_now(world, id).at("liveCalls") == 0);
    CHECK(job_now(world, id).at("openCalls") == (std::string{command} == "pause" ? 30 : 0));
    if (std::string{command} == "pause") {
      REQUIRE(world.request("POST", "/api/jobs/" + id + "/resume").status == 200);
      REQUIRE(world.run(world.now() + kThirtyDays));
      check_ledger(world, 10);
      check_job(world, id, 30);
    }
  }
}

TEST_CASE("dials of one Input share a row where rows are billed") {
  for (const bool queue : {false, true}) {
    World world{{23, 50, {}, queue}};
    world.request("POST", "/api/jobs", job_body("n", 50, {{"schedule", "now"}}));
    const Rows rows = world.sql().exec("SELECT count(*) FROM attempts");
    CHECK(rows.integer(0, 0) == (queue ? 1 : 50));
  }
}

TEST_CASE("a lost dial is found among thousands of others made in the same minutes") {
  Faults faults;
  faults.lost_after_dial = 30;
  faults.lost_before_dial = 30;
  World world{{77, 900, faults}};
  const auto id = id_of(world.import(
      "/api/jobs?name=many&assistantId=a1&phoneNumberId=p1&schedule=now", numbers_csv(2500)));
  REQUIRE(world.run(world.now() + std::chrono::hours{24 * 5}));
  check_ledger(world, 900);
  check_job(world, id, 2500);
}

TEST_CASE("the same seed gives the same trace") {
  std::string first;
  for (int i = 0; i < 2; ++i) {
    World world{{42, 4, all_faults(), true, 300}};
    world.request("POST", "/api/jobs", job_body("twice", 30, {{"schedule", "now"}}));
    REQUIRE(world.run(world.now() + kThirtyDays));
    if (i == 0) {
      first = world.trace();
    }
    CHECK(world.trace() == first);
  }
}

TEST_CASE("a job's own limit of one call at once holds beside a large job") {
  World world{{3, 10, {}}};
  const auto small = id_of(world.request(
      "POST", "/api/jobs", job_body("small", 5, {{"schedule", "now"}, {"concurrency", 1}})));
  const auto large = id_of(world.import(
      "/api/jobs?name=large&assistantId=a1&phoneNumberId=p1&schedule=now", numbers_csv(200)));
  REQUIRE(world.run(world.now() + kThirtyDays));
  check_ledger(world, 10);
  std::vector<const Dialled*> of_small;
  for (const Dialled& dial : world.ledger()) {
    if (dial.number.rfind("+1213", 0) == 0) {
      for (const Dialled* other : of_small) {
        CHECK(other->ended <= dial.at);
      }
      of_small.push_back(&dial);
    }
  }
  check_job(world, small, 5);
  check_job(world, large, 200);
}

TEST_CASE("nobody is dialled outside business hours, and the job goes on the next day") {
  for (const char* zone : {"America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"}) {
    CAPTURE(zone);
    World world{{5, 2, all_faults(), zone[0] == 'A'}};
    const json hours{{"daysOfWeek", {1, 2, 3, 4, 5}},
                     {"startTime", "09:00"},
                     {"endTime", "09:40"},
                     {"timezone", zone}};
    const auto set = world.request(
        "PUT", "/api/scheduler/config",
        json{{"businessHours", hours}, {"rateLimits", {{"global", 2}, {"perJob", 2}}}}.dump());
    REQUIRE(set.status == 200);
    const auto id =
        id_of(world.request("POST", "/api/jobs", job_body("hours", 100, {{"schedule", "now"}})));
    REQUIRE(world.run(world.now() + kThirtyDays));
    const ZoneTable zones;
    WeeklyHours weekly;
    for (std::size_t day = 1; day <= 5; ++day) {
      weekly.days[day].push_back({9 * 60, 9 * 60 + 40});
    }
    for (const Dialled& dial : world.ledger()) {
      const auto open = next_open(weekly, *zones.find(zone), dial.at);
      REQUIRE(open.has_value());
      CHECK(open->open == dial.at);
    }
    check_ledger(world, 2);
    check_job(world, id, 100);
  }
}

// The places, the hours and the days as they stand in the law, read by hand from quiet-hours.json.
TEST_CASE("nobody's telephone rings at an hour that the law of the place forbids") {
  struct Person {
    const char* number;  // but for its last digit
    const char* zone;    // empty: the number's own
    const char* clock;
    int from_hour;
    int to_hour;
    bool on_sunday;
  };
  constexpr Person kPeople[] = {
      {"+1415555010", "", "America/Los_Angeles", 8, 21, true},
      {"+1212555010", "", "America/New_York", 8, 21, true},
      {"+1305555010", "", "America/New_York", 8, 20, true},  // Florida
      {"+1305555020", "America/Denver", "America/Denver", 8, 20, true},
      {"+91406600010", "", "Asia/Kolkata", 9, 21, true},
      {"+6129000010", "", "Australia/Sydney", 9, 20, false},
      {"+551191234567", "", "America/Sao_Paulo", 9, 21, false},
      {"+81901234567", "", "Asia/Tokyo", 8, 21, true},  // no rule: the usual hours
  };
  Settings settings{6, 3, all_faults()};
  settings.law = true;
  World world{settings};
  json people = json::array();
  for (const Person& person : kPeople) {
    for (char last = '0'; last < '4'; ++last) {
      json& one = people.emplace_back(json{{"phoneNumber", std::string{person.number} + last}});
      if (*person.zone != '\0') {
        one["timezone"] = person.zone;
      }
    }
  }
  const auto id = id_of(world.request("POST", "/api/jobs",
                                      json{{"name", "law"},
                                           {"assistantId", "a1"},
                                           {"phoneNumberId", "p1"},
                                           {"schedule", "now"},
                                           {"maxAttempts", 6},
                                           {"retryDelaySeconds", 40'000},
                                           {"recipients", people}}
                                          .dump()));
  REQUIRE(world.run(world.now() + kThirtyDays));
  const ZoneTable zones;
  for (const Dialled& dial : world.ledger()) {
    const auto* const person =
        std::find_if(std::begin(kPeople), std::end(kPeople),
                     [&](const Person& one) { return dial.number.rfind(one.number, 0) == 0; });
    REQUIRE(person != std::end(kPeople));
    const std::int64_t local = to_local(*zones.find(person->clock), dial.at).ms;
    const std::int64_t hour = local / 3'600'000 % 24;
    const std::int64_t weekday = (local / 86'400'000 + 4) % 7;
    INFO(dial.number << " at " << format_rfc3339(dial.at) << ", local hour " << hour);
    CHECK(hour >= person->from_hour);
    CHECK(hour < person->to_hour);
    CHECK((weekday != 0 || person->on_sunday));
  }
  CHECK(world.ledger().size() > 40);
  check_ledger(world, 3);
  check_job(world, id, 4 * static_cast<int>(std::size(kPeople)));
}

TEST_CASE("a paused job dials nobody until it is resumed") {
  World world{{8, 3, {}}};
  const auto id =
      id_of(world.request("POST", "/api/jobs", job_body("pause", 40, {{"schedule", "now"}})));
  world.run(world.now() + std::chrono::minutes{3});
  REQUIRE(world.request("POST", "/api/jobs/" + id + "/pause").status == 200);
  const std::size_t before = world.ledger().size();
  world.run(world.now() + std::chrono::hours{3});
  CHECK(world.ledger().size() == before);
  CHECK(job_now(world, id).at("status") == "paused");
  CHECK(job_now(world, id).at("liveCalls") == 0);
  REQUIRE(world.request("POST", "/api/jobs/" + id + "/resume").status == 200);
  REQUIRE(world.run(world.now() + kThirtyDays));
  check_ledger(world, 3);
  check_job(world, id, 40);
}

TEST_CASE("canceling a large job hangs up what is live and cancels the rest as a task") {
  World world{{9, 10, {}}};
  const auto id = id_of(world.import(
      "/api/jobs?name=large&assistantId=a1&phoneNumberId=p1&schedule=now", numbers_csv(2500)));
  world.run(world.now() + std::chrono::minutes{2});
  const auto canceled = world.request("POST", "/api/jobs/" + id + "/cancel");
  CHECK(canceled.status == 202);
  const std::size_t before = world.ledger().size();
  REQUIRE(world.run(world.now() + kThirtyDays));
  CHECK(world.ledger().size() == before);
  const json job = job_now(world, id);
  CHECK(job.at("status") == "canceled");
  CHECK(job.at("openCalls") == 0);
  CHECK(job.at("liveCalls") == 0);
  CHECK(job.at("totalCalls") == 2500);
  CHECK(world.request("POST", "/api/jobs/" + id + "/start").status == 409);
}

TEST_CASE("a scheduled job starts at its time and not before") {
  World world{{10, 3, {}}};
  world.run(world.now());  // the start-up wake is spent: the job's own Output must arm the timer
  const Instant start = world.now() + std::chrono::hours{5};
  const auto id = id_of(world.request("POST", "/api/jobs",
                                      job_body("later", 3, {{"schedule", format_rfc3339(start)}})));
  world.run(start - Millis{1});
  CHECK(world.ledger().empty());
  CHECK(job_now(world, id).at("status") == "pending");
  REQUIRE(world.run(world.now() + kThirtyDays));
  REQUIRE_FALSE(world.ledger().empty());
  CHECK(world.ledger().front().at == start);
  check_job(world, id, 3);
}

TEST_CASE("a refused list leaves no row behind") {
  World world{{11, 3, {}}};
  const auto rows = [&world] {
    std::int64_t count = 0;
    for (const char* table : {"jobs", "calls", "lanes", "imports", "import_rejects"}) {
      count += world.sql().exec("SELECT count(*) FROM " + std::string{table}).integer(0, 0);
    }
    return count;
  };
  const std::string target = "/api/jobs?name=x&assistantId=a1&phoneNumberId=p1&schedule=now";
  CHECK(world.import(target, "Name,City\r\nAda,London\r\n").status == 422);
  CHECK(world.import(target, numbers_csv(3000) + "\"open quote,x\r\n").status == 422);
  CHECK(world.import(target, "\xFF\xFEP\0h\0").status == 422);
  REQUIRE(world.run(world.now() + std::chrono::hours{1}));
  CHECK(rows() == 0);
  CHECK(world.ledger().empty());

  const auto id = id_of(world.import(target, numbers_csv(3)));
  const auto again = world.import(target, numbers_csv(3));
  INFO(again.body);
  CHECK(again.status == 409);
  REQUIRE(world.run(world.now() + kThirtyDays));
  check_job(world, id, 3);
}

}  // namespace callgate::sim
