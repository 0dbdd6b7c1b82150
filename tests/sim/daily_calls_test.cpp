// Document E's daily calls, played by hand: once a local date, over gaps and folds, standstills,
// edits, and what is refused.
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <map>

#include "core/schedule/recurrence/civil.hpp"
#include "core/schedule/zone.hpp"
#include "tests/sim/chance.hpp"
#include "tests/sim/desk.hpp"

using namespace callgate;
using nlohmann::json;
using std::chrono::minutes;

namespace {

constexpr const char* kSettings = "/api/surfaces/daily-calls";

class Daily : public sim::Desk {
 public:
  explicit Daily(const char* start, bool on = true) {
    now = parse_rfc3339(start).value();
    use_provider({{"rehearsal", true}});
    if (on) {
      turn(true);
    }
  }
  json turn(bool on) {
    return must("PUT", kSettings,
                {{"enabled", on}, {"assistantId", "agent1"}, {"phoneNumberId", "p"}});
  }
  std::string person(const std::string& number, const char* time,
                     const char* zone = "America/New_York") {
    return must("POST", "/api/contacts",
                {{"phoneNumbers", {number}},
                 {"timezone", zone},
                 {"preferences", {{"callEnabled", true}, {"callTime", time}}}})
        .at("id");
  }
  void prefer(const std::string& id, bool enabled, const char* time) {
    must("PATCH", "/api/contacts/" + id,
         {{"preferences", {{"callEnabled", enabled}, {"callTime", time}}}});
  }
  void until(const std::string& when) {
    now = parse_rfc3339(when).value();
    wake();
  }
  // Dials once at that instant and no sooner, and somebody answers.
  void dials_at(const std::string& when) {
    INFO(when);
    const std::size_t before = dialled.size();
    now = parse_rfc3339(when).value() - Millis{1};
    wake();
    CHECK(dialled.size() == before);
    wait(Millis{1});
    REQUIRE(dialled.size() == before + 1);
    placed();
    now += Millis{1000};
    report("customer-ended-call");
  }
  json settings() { return must("GET", kSettings); }
  json queue() { return must("GET", "/api/queue/status").at("queue"); }
};

}  // namespace

TEST_CASE("a contact with a time of day is called once on each date of their clock") {
  Daily daily{"2027-03-12T12:00:00Z"};
  daily.person(sim::kAda, "02:30");
  CHECK(daily.settings().at("nextAt") == "2027-03-13T07:30:00.000Z");
  daily.dials_at("2027-03-13T07:30:00Z");
  CHECK(daily.dialled.back().assistant == "agent1");
  daily.dials_at("2027-03-14T07:30:00Z");  // 02:30 is missing: it is 03:30
  daily.dials_at("2027-03-15T06:30:00Z");
  const json now = daily.settings();
  CHECK(now.at("called") == 3);
  CHECK(now.at("missed") == 0);
  CHECK(now.at("skipped") == 0);
  CHECK(daily.job(now.at("jobId")).at("totalCalls") == 1);
  CHECK(daily.queue().at("completed") == 1);
}

TEST_CASE("of a time that is there twice the first is meant") {
  Daily daily{"2027-11-06T12:00:00Z"};
  daily.person(sim::kAda, "01:30");
  daily.dials_at("2027-11-07T05:30:00Z");
  daily.dials_at("2027-11-08T06:30:00Z");
  CHECK(daily.settings().at("called") == 2);
}

TEST_CASE("a day whose window passed in a standstill is missed, not made late") {
  Daily daily{"2027-01-04T12:00:00Z"};
  daily.person(sim::kAda, "10:00");
  daily.until("2027-01-07T15:05:00.001Z");  // four days' 10:00, the last five minutes ago
  CHECK(daily.dialled.empty());
  CHECK(daily.settings().at("missed") == 4);
  daily.until("2027-01-08T15:05:00Z");  // the window's very end
  CHECK(daily.dialled.size() == 1);
  CHECK(daily.settings().at("called") == 1);
}

TEST_CASE("while the call of the day before is open the next is left out") {
  Daily daily{"2027-01-04T12:00:00Z"};
  daily.person(sim::kAda, "10:00");
  daily.must("POST", "/api/workspace/pause");
  daily.until("2027-01-04T15:00:00Z");
  daily.until("2027-01-05T15:00:00Z");
  CHECK(daily.dialled.empty());
  CHECK(daily.settings().at("called") == 1);
  CHECK(daily.settings().at("skipped") == 1);
  CHECK(daily.queue().at("health") == "degraded");
  CHECK(daily.queue().at("waiting") == 1);
}

TEST_CASE("an edit moves the next call, and never makes a second of a date") {
  Daily daily{"2027-01-04T12:00:00Z"};
  const std::string ada = daily.person(sim::kAda, "10:00");
  daily.dials_at("2027-01-04T15:00:00Z");
  daily.prefer(ada, true, "11:00");
  CHECK(daily.settings().at("nextAt") == "2027-01-04T16:00:00.000Z");
  daily.until("2027-01-04T16:00:00Z");
  CHECK(daily.dialled.size() == 1);
  daily.dials_at("2027-01-05T16:00:00Z");
  daily.prefer(ada, false, "11:00");
  CHECK_FALSE(daily.settings().contains("nextAt"));
  daily.until("2027-01-06T16:00:00Z");
  CHECK(daily.dialled.size() == 2);
  daily.prefer(ada, true, "11:00");
  daily.must("PATCH", "/api/contacts/" + ada, {{"timezone", "Asia/Kolkata"}});
  CHECK(daily.settings().at("nextAt") == "2027-01-07T05:30:00.000Z");
  daily.must("DELETE", "/api/contacts/" + ada);
  CHECK_FALSE(daily.settings().contains("nextAt"));
}

TEST_CASE("who is forgotten and comes back the same day is not called again that day") {
  Daily daily{"2027-01-04T12:00:00Z"};
  const std::string ada = daily.person(sim::kAda, "10:00");
  daily.dials_at("2027-01-04T15:00:00Z");
  daily.must("DELETE", "/api/contacts/" + ada);
  daily.person(sim::kAda, "11:00");
  daily.until("2027-01-04T16:00:00Z");
  CHECK(daily.dialled.size() == 1);
  daily.dials_at("2027-01-05T16:00:00Z");
}

TEST_CASE("who has no time of day, and everybody while they are off, is not called") {
  Daily daily{"2027-01-04T12:00:00Z", false};
  daily.person(sim::kAda, "10:00");
  daily.must("POST", "/api/contacts", {{"phoneNumbers", {sim::kBob}}});
  daily.until("2027-01-06T15:00:00Z");
  CHECK(daily.dialled.empty());
  CHECK(daily.answer("POST", "/api/queue/trigger").first == 409);
  daily.now += minutes{30};
  daily.turn(true);
  daily.wake();
  CHECK(daily.settings().at("missed") == 0);
  daily.dials_at("2027-01-07T15:00:00Z");
  daily.turn(false);
  daily.until("2027-01-08T15:00:00Z");
  CHECK(daily.dialled.size() == 1);
}

TEST_CASE("a trigger takes those whose window is open, once, a few times a minute") {
  Daily daily{"2027-01-04T12:00:00Z"};
  daily.person(sim::kAda, "10:00");
  daily.until("2027-01-04T14:54:00Z");
  CHECK(daily.must("POST", "/api/queue/trigger").at("scheduled") == 0);
  daily.until("2027-01-04T14:56:00Z");
  CHECK(daily.must("POST", "/api/queue/trigger").at("scheduled") == 1);
  CHECK(daily.must("POST", "/api/queue/trigger").at("scheduled") == 0);
  CHECK(daily.must("POST", "/api/queue/trigger").at("scheduled") == 0);
  const auto [status, said] = daily.answer("POST", "/api/queue/trigger");
  CHECK(status == 429);
  CHECK(said.at("success") == false);
  CHECK(said.at("error").is_string());
  daily.until("2027-01-04T15:00:00Z");
  CHECK(daily.dialled.size() == 1);
}

TEST_CASE("without an assistant or a number they are not switched on; the environment names one") {
  Daily daily{"2027-01-04T12:00:00Z", false};
  CHECK(daily.answer("PUT", kSettings, {{"enabled", true}}).first == 422);
  daily.environment = {{"CALLKARO_AGENT_ID", "agent9"}, {"QUEUE_CONCURRENCY", "7"}};
  const json on = daily.must("PUT", kSettings, {{"enabled", true}, {"phoneNumberId", "p"}});
  CHECK(on.at("assistantId") == "agent9");
  CHECK(on.at("concurrency") == 7);
  CHECK(on.at("maxAttempts") == 3);
  const json job = daily.job(on.at("jobId"));
  CHECK(job.at("name") == "daily-calls");
  CHECK(job.at("maxAttempts") == 3);
}

TEST_CASE("over the nights on which clocks change everybody is called once a date, at their time") {
  constexpr std::array<const char*, 8> kZones{
      "America/New_York",  "Europe/London",       "Africa/Cairo",    "Asia/Kolkata",
      "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Chatham", "America/Santiago"};
  struct Wish {
    const Zone* zone = nullptr;
    std::int64_t minute = 0;
    std::vector<Instant> dials{};
  };
  const ZoneTable zones;
  const char* start = GENERATE("2027-03-10T11:00:00Z", "2027-10-01T11:00:00Z");
  Daily daily{start, false};
  daily.must("PUT", kSettings,
             {{"enabled", true}, {"assistantId", "a"}, {"phoneNumberId", "p"}, {"concurrency", 1}});
  sim::Chance dice{static_cast<std::uint64_t>(to_ms(daily.now))};
  std::map<std::string, Wish> wishes;
  for (int i = 0; i < 24; ++i) {
    const char* zone = kZones.at(static_cast<std::size_t>(i) % kZones.size());
    const int minute = dice.below(i < 16 ? 4 * 60 : 24 * 60);  // most where clocks change
    const auto two = [](int digits) { return std::to_string(100 + digits).substr(1); };
    const std::string time = two(minute / 60) + ":" + two(minute % 60);
    const std::string number = "+121255501" + std::to_string(10 + i);
    daily.person(number, time.c_str(), zone);
    wishes[number] = {zones.find(zone), minute};
  }
  const Instant end = daily.now + std::chrono::hours{24 * 45};
  std::size_t handled = daily.dialled.size();
  while (daily.now < end) {
    daily.until(daily.settings().at("nextAt"));
    for (; handled < daily.dialled.size(); ++handled) {  // one after the other, at this instant
      wishes.at(daily.dialled[handled].number).dials.push_back(daily.now);
      daily.placed();
      daily.report("customer-ended-call");
    }
  }
  CHECK(daily.settings().at("skipped") == 0);
  CHECK(daily.settings().at("missed") == 0);
  for (const auto& [number, wish] : wishes) {
    INFO(number);
    CHECK(wish.dials.size() >= 44);
    std::optional<std::int64_t> before;
    for (const Instant dial : wish.dials) {
      INFO(format_rfc3339(dial));
      const LocalTime local = to_local(*wish.zone, dial);
      const std::int64_t date = day_of_local(local);
      const LocalTime asked{date * kDayMs + wish.minute * 60'000};
      CHECK((!before || date == *before + 1));
      CHECK((local == asked || to_instant(*wish.zone, asked).kind == LocalKind::gap));
      CHECK(dial == to_instant(*wish.zone, asked).at);
      before = date;
    }
  }
}
