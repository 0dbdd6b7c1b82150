// Learning at which hours people answer, and keeping to them: what is counted is what was dialled,
// a job that asks for it dials in its hours only, and a restart changes nothing of that.
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "core/schedule/zone.hpp"
#include "tests/sim/asked.hpp"
#include "tests/sim/world.hpp"

namespace callgate::sim {
namespace {

using nlohmann::json;

constexpr auto kFortyDays = std::chrono::hours{24 * 40};
// UTC's midnight, when a job's counts of the day before are told, is at night there.
constexpr const char* kZone = "Europe/London";

std::string british_job(World& world, int from, int count, json more) {
  json recipients = json::array();
  for (int i = from; i < from + count; ++i) {
    recipients.push_back({{"phoneNumber", "+44207946" + std::to_string(1000 + i).substr(0, 4)},
                          {"timezone", kZone}});
  }
  more["name"] = "job";
  more["assistantId"] = "a1";
  more["phoneNumberId"] = "p1";
  more["schedule"] = "now";
  more["recipients"] = recipients;
  return make_job(world, more);
}

json best_time(World& world, const std::string& more = "") {
  return get(world, std::string{"/api/scheduler/best-time?timezone="} + kZone + more);
}

// By what the calls themselves tell: dials that rang, and those that a person answered.
std::pair<int, int> counted(World& world, const std::string& job) {
  const std::set<std::string> rang{"answered", "voicemail",       "ivr", "no_answer", "busy",
                                   "declined", "screened_or_spam"};
  int dials = 0;
  int answers = 0;
  const json page = get(world, "/api/jobs/" + job + "/calls?limit=1000");
  for (const json& call : page.at("calls")) {
    const json one = get(world, "/api/calls/" + call.at("id").get<std::string>());
    for (const json& attempt : one.at("attempts")) {
      const std::string outcome = attempt.at("outcome");
      dials += rang.contains(outcome) ? 1 : 0;
      answers += outcome == "answered" ? 1 : 0;
    }
  }
  return {dials, answers};
}

// The hours of each local day in which somebody was dialled.
std::map<std::int64_t, std::set<std::int64_t>> hours_dialled(const World& world, std::size_t from) {
  const ZoneTable zones;
  std::map<std::int64_t, std::set<std::int64_t>> hours;
  for (std::size_t i = from; i < world.ledger().size(); ++i) {
    const LocalTime local = to_local(*zones.find(kZone), world.ledger()[i].at);
    hours[local.ms / 86'400'000].insert(local.ms % 86'400'000 / 3'600'000);
  }
  return hours;
}

Settings telephones_ring(std::uint64_t seed, Faults faults = {}) {
  Settings settings;
  settings.seed = seed;
  settings.faults = faults;
  settings.law = true;
  return settings;
}

}  // namespace

TEST_CASE("what is learnt is what was dialled, told when the job has ended") {
  World world{telephones_ring(5)};
  CHECK(best_time(world).at("learntFrom").at("workspace").at("dials") == 0);
  const auto id = british_job(world, 0, 40, {{"concurrency", 4}});
  REQUIRE(world.run(world.now() + kFortyDays));
  const auto [dials, answers] = counted(world, id);
  REQUIRE(dials > 40);
  const json known = best_time(world, "&assistantId=a1");
  for (const char* of : {"workspace", "assistant"}) {
    CHECK(known.at("learntFrom").at(of).at("dials") == dials);
    CHECK(known.at("learntFrom").at(of).at("answers") == answers);
  }
  CHECK(best_time(world, "&assistantId=other").at("learntFrom").at("assistant").at("dials") == 0);
  int in_table = 0;
  for (const json& hour : known.at("hours")) {
    in_table += hour.at("dials").get<int>();
    CHECK(hour.at("answersPerThousand") >= 0);
  }
  CHECK(in_table == dials);
}

TEST_CASE("a job that asks for it dials in so many hours of each day, whatever restarts") {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    CAPTURE(seed);
    Faults faults;
    faults.crash = 60;
    World world{telephones_ring(seed, faults)};
    british_job(world, 0, 30, {{"concurrency", 3}});
    REQUIRE(world.run(world.now() + kFortyDays));
    const std::size_t before = world.ledger().size();
    const auto id = british_job(world, 100, 60,
                                {{"concurrency", 3},
                                 {"retryDelaySeconds", 600},
                                 {"bestTime", {{"hoursPerDay", 2}, {"patienceHours", 720}}}});
    CHECK(get(world, "/api/jobs/" + id).at("bestTime").at("hoursPerDay") == 2);
    REQUIRE(world.run(world.now() + kFortyDays));
    CHECK(get(world, "/api/jobs/" + id).at("openCalls") == 0);
    const auto hours = hours_dialled(world, before);
    REQUIRE_FALSE(hours.empty());
    for (const auto& [day, of_day] : hours) {
      CHECK(of_day.size() <= 2);
      CHECK(*of_day.begin() >= 8);
      CHECK(*of_day.rbegin() < 21);
    }
    CHECK(best_time(world, "&jobId=" + id).at("learntFrom").at("job").at("dials") ==
          counted(world, id).first);
    CHECK(world.crashes() > 0);
  }
}

TEST_CASE("patience ends: then any lawful hour will do") {
  World world{telephones_ring(9)};
  british_job(world, 0, 60,
              {{"bestTime", {{"hoursPerDay", 1}, {"patienceHours", 2}}},
               {"retryDelaySeconds", 1800},
               {"concurrency", 1}});
  const Instant patient_until = world.now() + std::chrono::hours{2};
  REQUIRE(world.run(world.now() + kFortyDays));
  const ZoneTable zones;
  std::set<std::int64_t> later;
  std::map<std::int64_t, std::set<std::int64_t>> sooner;
  for (const Dialled& dial : world.ledger()) {
    const LocalTime local = to_local(*zones.find(kZone), dial.at);
    const std::int64_t hour = local.ms % 86'400'000 / 3'600'000;
    if (dial.at < patient_until) {
      sooner[local.ms / 86'400'000].insert(hour);
    } else {
      later.insert(hour);
    }
  }
  for (const auto& [day, hours] : sooner) {
    CHECK(hours.size() == 1);
  }
  CHECK(later.size() > 1);
}

TEST_CASE("why a call waits for its hour is told in words") {
  World world{telephones_ring(4)};
  const auto id = british_job(world, 0, 3, {{"bestTime", {{"hoursPerDay", 1}}}});
  const json why = get(world, "/api/jobs/" + id + "/explain");
  std::set<std::string> codes;
  for (const json& lane : why.at("lanes")) {
    for (const json& reason : lane.at("reasons")) {
      codes.insert(reason.at("code").get<std::string>());
      if (reason.at("code") == "best_time") {
        CHECK(reason.at("zone") == kZone);
        CHECK(reason.at("detail").get<std::string>().find("of 100 answer") != std::string::npos);
      }
    }
  }
  INFO(why.dump());
  CHECK(codes.contains("best_time"));
}

}  // namespace callgate::sim
