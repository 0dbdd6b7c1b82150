// A provider account that refuses, goes away and comes back: little is asked of it meanwhile,
// nobody loses an attempt by it, and everything ends.
#include "core/engine/provider_health.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "tests/sim/asked.hpp"
#include "tests/sim/home.hpp"
#include "tests/sim/world.hpp"

namespace callgate::sim {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr auto kThreeMonths = hours{24 * 90};

std::string start_many(World& world, int people) {
  json numbers = json::array();
  for (int i = 0; i < people; ++i) {
    numbers.push_back("+1213555" + std::to_string(1000 + i));
  }
  return make_job(world, {{"name", "many"},
                          {"schedule", "now"},
                          {"assistantId", "a1"},
                          {"phoneNumberId", "p1"},
                          {"maxAttempts", 1},
                          {"phoneNumbers", numbers}});
}

void adapt(World& world) {
  REQUIRE(world.request("PUT", "/api/limits", R"({"provider":{"adaptive":true}})").status == 200);
}

json health(World& world) {
  return get(world, "/api/limits").at("provider");
}

bool waits_for(World& world, const std::string& job, const char* code) {
  const json explained = get(world, "/api/jobs/" + job + "/explain");
  for (const json& reason : explained.at("reasons")) {
    if (reason.at("code") == code) {
      return true;
    }
  }
  return false;
}

void check_everybody_was_called_once(World& world, const std::string& job, std::size_t people) {
  const json shown = get(world, "/api/jobs/" + job);
  INFO(shown.dump());
  CHECK(shown.at("openCalls") == 0);
  CHECK(world.ledger().size() == people);
}

std::int64_t asked_between(const World& world, Instant from, Instant to) {
  return std::count_if(world.asked().begin(), world.asked().end(),
                       [&](Instant at) { return from <= at && at < to; });
}

}  // namespace

TEST_CASE("with a hidden capacity below the ceiling fewer than one dial of ten is refused") {
  for (const int capacity : {1, 3, 10}) {
    for (const bool queue : {false, true}) {
      CAPTURE(capacity, queue);
      World world{{21, 30, {}, queue}};
      world.set_capacity(capacity);
      adapt(world);
      const int people = 250 * capacity;
      const auto job = start_many(world, people);
      REQUIRE(world.run(world.now() + hours{1}));
      const auto dials = world.asked().size();
      const auto refused = world.refused_full();
      CHECK(health(world).at("concurrency") < 30);
      REQUIRE(world.run(world.now() + kThreeMonths));
      const auto more = static_cast<std::int64_t>(world.asked().size() - dials);
      CHECK(more > 100);
      CHECK((world.refused_full() - refused) * 10 < more);
      check_everybody_was_called_once(world, job, static_cast<std::size_t>(people));
    }
  }
}

TEST_CASE("in an outage one call is tried now and then, and after it everybody is called") {
  for (const auto kind :
       {World::Outage::unreachable, World::Outage::silent, World::Outage::errors}) {
    for (const bool queue : {false, true}) {
      CAPTURE(static_cast<int>(kind), queue);
      World world{{22, 20, {}, queue}};
      const auto job = start_many(world, 400);
      REQUIRE(world.run(world.now() + minutes{2}));
      CHECK(health(world).at("state") == "closed");
      world.set_outage(kind);
      const Instant began = world.now();
      REQUIRE(world.run(began + minutes{10}));
      const json now = health(world);
      INFO(now.dump());
      CHECK(now.at("state") != "closed");
      CHECK(now.at("failures") == 5);
      CHECK(now.contains("nextProbeAt"));
      CHECK(now.at("lastFailure").get<std::string>().size() > 5);
      CHECK(waits_for(world, job, "provider_unavailable"));
      REQUIRE(world.run(began + hours{6}));
      // Twenty may be under way when it begins; then 15 s, 30 s … ten minutes between two, as long
      // as a slot is left by those whose fate nobody knows.
      CHECK(asked_between(world, began, world.now()) < 20 + 8 + 6 * 60 / 8);
      CHECK(asked_between(world, began, world.now()) >= 15);
      world.set_outage(World::Outage::none);
      const Instant back = world.now();
      REQUIRE(world.run(back + minutes{11}));
      CHECK(health(world).at("state") == "closed");
      CHECK(asked_between(world, back, world.now()) > 10);
      REQUIRE(world.run(world.now() + kThreeMonths));
      check_everybody_was_called_once(world, job, 400);
    }
  }
}

TEST_CASE("a storm of refusals is not answered by a storm of dials, and nobody loses an attempt") {
  for (const bool queue : {false, true}) {
    World world{{23, 20, {}, queue}};
    adapt(world);
    const auto job = start_many(world, 300);
    REQUIRE(world.run(world.now() + minutes{1}));
    world.set_outage(World::Outage::storm);
    const Instant began = world.now();
    REQUIRE(world.run(began + hours{1}));
    CHECK(asked_between(world, began, world.now()) < 200);
    CHECK(health(world).at("concurrency") == 1);
    CHECK(health(world).at("state") == "closed");
    CHECK(waits_for(world, job, "provider_limit"));
    world.set_outage(World::Outage::none);
    REQUIRE(world.run(world.now() + kThreeMonths));
    check_everybody_was_called_once(world, job, 300);
    CHECK(health(world).at("concurrency").get<int>() > 3);
  }
}

namespace {

constexpr const char* kPlaced = R"({"id":"pc-1","status":"queued"})";

EffectKey dial_of(const Output& output) {
  REQUIRE(output.effects.size() == 1);
  CHECK(output.effects[0].key.kind == EffectKind::place_call);
  return output.effects[0].key;
}

Output two_people(Home& home) {
  home.use_provider();
  home.must("PUT", "/api/limits", {{"job", {{"concurrency", 1}}}});
  return home.request("POST", "/api/jobs",
                      json{{"name", "two"},
                           {"schedule", "now"},
                           {"assistantId", "a"},
                           {"phoneNumberId", "p"},
                           {"phoneNumbers", {kAda, kBob}}}
                          .dump());
}

json health_of(Home& home) {
  return home.must("GET", "/api/limits").at("provider");
}

}  // namespace

TEST_CASE("a key that is refused stops the account at once, not the job, until it works again") {
  Home home;
  const Output first = two_people(home);
  const Output refused = home.give(
      EffectResult{dial_of(first), Answered{401, -1, R"({"message":"Invalid Key. Hint: key"})"}});
  REQUIRE(refused.alerts.size() == 1);
  CHECK(refused.alerts[0] == "provider vapi takes no calls: it refuses the API key");
  CHECK(refused.effects.empty());
  const json now = health_of(home);
  CHECK(now.at("state") == "open");
  CHECK(now.at("lastFailure") == "it refuses the API key");
  const json job = home.must("GET", "/api/jobs").at("jobs").at(0);
  CHECK(job.at("status") == "running");
  const json call =
      home.must("GET", "/api/jobs/" + job.at("id").get<std::string>() + "/calls").at("calls").at(0);
  const json why = home.must("GET", "/api/calls/" + call.at("id").get<std::string>() + "/explain");
  CHECK(why.at("reasons").dump().find("provider_unavailable") != std::string::npos);

  SECTION("nothing is dialled until the longest wait is over, whatever the calls' own waits") {
    home.run(home.now + minutes{7});
    CHECK(home.give(Wake{}).effects.empty());
    home.now += minutes{3};
    CHECK(home.give(Wake{}).effects.size() == 1);
    CHECK(health_of(home).at("state") == "half_open");
  }
  SECTION("it survives a restart") {
    home.restart();
    CHECK(health_of(home) == now);
    CHECK(home.give(Wake{}).effects.empty());
  }
  SECTION("another key is tried at once") {
    const auto stored =
        home.request("PUT", "/api/providers/vapi",
                     json{{"baseUrl", "http://127.0.0.1:1"}, {"apiKey", "new"}}.dump());
    CHECK(stored.effects.size() == 1);
    CHECK(health_of(home).at("state") == "closed");
  }
  SECTION("so it is when somebody sees that it works") {
    const auto asked = home.request("POST", "/api/providers/vapi/check");
    REQUIRE(asked.effects.size() == 1);
    const auto works = home.give(EffectResult{asked.effects[0].key, Answered{200, -1, "[]"}});
    CHECK(works.effects.size() == 1);
    CHECK(health_of(home).at("state") == "closed");
  }
}

TEST_CASE("the probe's answer closes the breaker, and only the probe's") {
  Home home;
  home.use_provider();
  home.must(
      "PUT", "/api/limits",
      {{"provider", {{"breaker", {{"failures", 1}, {"waitSeconds", 60}, {"waitSecondsMax", 60}}}}},
       {"job", {{"concurrency", 2}}}});
  const Output began = home.request("POST", "/api/jobs",
                                    json{{"name", "two"},
                                         {"schedule", "now"},
                                         {"assistantId", "a"},
                                         {"phoneNumberId", "p"},
                                         {"phoneNumbers", {kAda, kBob}}}
                                        .dump());
  REQUIRE(began.effects.size() == 2);
  const Output failed =
      home.give(EffectResult{began.effects[0].key, NotSent{"Could not connect to server"}});
  CHECK(failed.effects.empty());
  CHECK(failed.alerts.size() == 1);
  home.give(EffectResult{began.effects[1].key, Answered{201, -1, kPlaced}});
  CHECK(health_of(home).at("state") == "open");
  home.now += seconds{60};
  const Output probed = home.give(Wake{});
  REQUIRE(!probed.effects.empty());
  const auto probe =
      std::find_if(probed.effects.begin(), probed.effects.end(),
                   [](const Effect& effect) { return effect.key.kind == EffectKind::place_call; });
  REQUIRE(probe != probed.effects.end());
  CHECK(health_of(home).at("state") == "half_open");
  const Output closed =
      home.give(EffectResult{probe->key, Answered{400, -1, R"({"message":"no such assistant"})"}});
  CHECK(health_of(home).at("state") == "closed");
  CHECK(closed.alerts.at(0) == "provider vapi takes calls again");
}

TEST_CASE("a request that was too late for its host says nothing of the provider") {
  Home home;
  Output next = two_people(home);
  home.must("PUT", "/api/limits", {{"provider", {{"breaker", {{"failures", 1}}}}}});
  home.give(EffectResult{dial_of(next), NotSent{std::string{kTooLate}}});
  CHECK(health_of(home).at("failures") == 0);
  CHECK(health_of(home).at("state") == "closed");
}

TEST_CASE("unless asked for, a refusal for want of room puts its own call off and nothing else") {
  for (const bool adaptive : {false, true}) {
    CAPTURE(adaptive);
    Home home;
    const Output first = two_people(home);
    home.must("PUT", "/api/limits",
              {{"job", {{"concurrency", 1}}}, {"provider", {{"adaptive", adaptive}}}});
    home.give(EffectResult{dial_of(first), Answered{429, -1, R"({"message":"Over limit"})"}});
    CHECK(health_of(home).at("concurrency") == (adaptive ? 5 : 10));
    CHECK(health_of(home).contains("refusedAt") == adaptive);
  }
}

TEST_CASE("a limit of calls a day is not taken for one of calls at once") {
  Home home;
  const Output first = two_people(home);
  home.must("PUT", "/api/limits",
            {{"job", {{"concurrency", 1}}}, {"provider", {{"adaptive", true}}}});
  home.give(EffectResult{
      dial_of(first),
      Answered{400, -1,
               R"({"message":"Numbers Bought On Vapi Have A Daily Outbound Call Limit."})"}});
  CHECK(health_of(home).at("concurrency") == 10);
  CHECK_FALSE(health_of(home).contains("refusedAt"));
}

}  // namespace callgate::sim
