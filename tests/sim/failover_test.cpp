// A second account: it stands in while the first is away, takes what overflows where that is asked
// for, and nobody is dialled twice by it: what may have been dialled through an account is looked
// up there before anything else happens.
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/sim/asked.hpp"
#include "tests/sim/home.hpp"
#include "tests/sim/world.hpp"

namespace callgate::sim {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr auto kLongEnough = hours{24 * 30};

Settings two_accounts(std::uint64_t seed, int calls_at_once, bool queue = false) {
  Settings settings{seed, calls_at_once, {}, queue};
  settings.accounts = 2;
  return settings;
}

std::string call_many(World& world, int people, json more = json::object()) {
  json numbers = json::array();
  for (int i = 0; i < people; ++i) {
    numbers.push_back("+1213555" + std::to_string(1000 + i));
  }
  json job{{"name", "many"},        {"schedule", "now"}, {"assistantId", "a1"},
           {"phoneNumberId", "p1"}, {"maxAttempts", 1},  {"phoneNumbers", numbers}};
  job.update(more);
  return make_job(world, job);
}

std::int64_t dialled_through(const World& world, int account, Instant from = Instant{}) {
  return std::count_if(world.ledger().begin(), world.ledger().end(), [&](const Dialled& dial) {
    return dial.account == account && dial.at >= from;
  });
}

json account_health(World& world, std::size_t account) {
  return get(world, "/api/limits").at("providers").at(account);
}

void check_each_was_dialled_once(const World& world, std::size_t people) {
  std::set<std::string> numbers;
  std::set<std::string> names;
  for (const Dialled& dial : world.ledger()) {
    CHECK(names.insert(dial.attempt_id).second);
    CHECK(numbers.insert(dial.number).second);
  }
  CHECK(numbers.size() == people);
}

json reasons_of(World& world, const std::string& job) {
  return get(world, "/api/jobs/" + job + "/explain").at("reasons");
}

}  // namespace

TEST_CASE("while the first account is away its calls go by the second, but for the probes") {
  for (const auto kind :
       {World::Outage::unreachable, World::Outage::silent, World::Outage::errors}) {
    for (const bool queue : {false, true}) {
      CAPTURE(static_cast<int>(kind), queue);
      World world{two_accounts(31, 20, queue)};
      const auto job = call_many(world, 2000);
      REQUIRE(world.run(world.now() + minutes{2}));
      CHECK(dialled_through(world, 1) == 0);
      world.set_outage(kind);
      const Instant began = world.now();
      REQUIRE(world.run(began + minutes{10}));
      CHECK(account_health(world, 0).at("state") != "closed");
      CHECK(account_health(world, 1).at("state") == "closed");
      CHECK(dialled_through(world, 0, began) == 0);
      CHECK(dialled_through(world, 1, began) > 50);
      CHECK(reasons_of(world, job).dump().find("provider_unavailable") == std::string::npos);
      world.set_outage(World::Outage::none);
      const Instant back = world.now();
      REQUIRE(world.run(back + minutes{11}));
      CHECK(account_health(world, 0).at("state") == "closed");
      CHECK(dialled_through(world, 0, back) > 10);
      REQUIRE(world.run(world.now() + kLongEnough));
      CHECK(get(world, "/api/jobs/" + job).at("openCalls") == 0);
      check_each_was_dialled_once(world, 2000);
    }
  }
}

TEST_CASE("a key that the first account refuses sends its calls to the second at once") {
  World world{two_accounts(32, 4)};
  world.refuse_key(true);
  const auto job = call_many(world, 40);
  REQUIRE(world.run(world.now() + kLongEnough));
  CHECK(dialled_through(world, 0) == 0);
  check_each_was_dialled_once(world, 40);
  CHECK(account_health(world, 0).at("lastFailure") == "it refuses the API key");
  for (const json& call : calls_of(world, job)) {
    CHECK(call.at("attempts").back().at("provider") == "second");
  }
}

TEST_CASE("when the first account is full its calls wait, unless they may overflow") {
  for (const bool overflow : {false, true}) {
    CAPTURE(overflow);
    Settings settings = two_accounts(33, 12);
    settings.overflow = overflow;
    World world{settings};
    REQUIRE(world
                .request("PUT", "/api/limits",
                         R"({"providers":[{"name":"vapi","concurrency":3},
                                          {"name":"second","concurrency":5}]})")
                .status == 200);
    const auto job = call_many(world, 60);
    REQUIRE(world.run(world.now() + seconds{5}));
    CHECK(account_health(world, 0).at("liveCalls") == 3);
    CHECK(account_health(world, 1).at("liveCalls") == (overflow ? 5 : 0));
    const json reasons = reasons_of(world, job);
    REQUIRE(reasons.size() == (overflow ? 2U : 1U));
    CHECK(reasons[0].at("code") == "provider_limit");
    CHECK(reasons[0].at("provider") == "vapi");
    REQUIRE(world.run(world.now() + kLongEnough));
    CHECK((dialled_through(world, 1) > 0) == overflow);
    check_each_was_dialled_once(world, 60);
  }
}

TEST_CASE("quotas and rates are each account's own") {
  Settings settings = two_accounts(34, 30);
  settings.overflow = true;
  World world{settings};
  REQUIRE(
      world
          .request("PUT", "/api/limits",
                   R"({"provider":{"perDay":7},"providers":[{"name":"second","perMinute":10}]})")
          .status == 200);
  call_many(world, 60);
  REQUIRE(world.run(world.now() + seconds{59}));
  CHECK(dialled_through(world, 0) == 7);
  CHECK(account_health(world, 0).at("callsToday") == 7);
  CHECK(dialled_through(world, 1) == 10);
  REQUIRE(world.run(world.now() + hours{4}));
  CHECK(dialled_through(world, 0) == 7);
  check_each_was_dialled_once(world, 60);
}

TEST_CASE("a job goes by the accounts that it names, in its own order") {
  World world{two_accounts(35, 10)};
  const auto second = call_many(world, 20, {{"providers", {"second"}}});
  REQUIRE(world.run(world.now() + seconds{10}));
  CHECK(dialled_through(world, 0) == 0);
  CHECK(get(world, "/api/jobs/" + second).at("providers") == json{"second"});
  world.set_outage(World::Outage::unreachable, 1);
  REQUIRE(world.run(world.now() + minutes{20}));
  CHECK(dialled_through(world, 0) == 0);
  const json reasons = reasons_of(world, second);
  REQUIRE(reasons.size() == 1);
  CHECK(reasons[0].at("code") == "provider_unavailable");
  CHECK(reasons[0].at("provider") == "second");

  SECTION("another list holds for what was not dialled yet") {
    REQUIRE(world.request("PATCH", "/api/jobs/" + second, R"({"providers":["second","vapi"]})")
                .status == 200);
    REQUIRE(world.run(world.now() + hours{2}));
    CHECK(dialled_through(world, 0) > 0);
    check_each_was_dialled_once(world, 20);
  }
  SECTION("a job that names none does not wait behind it") {
    const auto first = call_many(world, 0, {{"name", "first"}, {"phoneNumbers", {kAda, kBob}}});
    REQUIRE(world.run(world.now() + minutes{9}));
    CHECK(get(world, "/api/jobs/" + first).at("openCalls") == 0);
    CHECK(dialled_through(world, 0) == 2);
  }
}

TEST_CASE("whoever could not be reached by the fault of one account is tried by another") {
  World world{two_accounts(36, 40)};
  call_many(world, 400, {{"maxAttempts", 2}});
  REQUIRE(world.run(world.now() + kLongEnough));
  std::map<std::string, const Dialled*> first;
  std::int64_t others = 0;
  for (const Dialled& dial : world.ledger()) {
    const auto [before, is_new] = first.try_emplace(dial.number, &dial);
    if (is_new) {
      CHECK(dial.account == 0);
      continue;
    }
    const std::string& reason = before->second->ended_reason;
    const bool of_account =
        reason == "twilio-failed-to-connect-call" || reason == "pipeline-no-available-llm-model";
    CAPTURE(reason);
    CHECK(dial.account == (of_account ? 1 : 0));
    others += of_account ? 1 : 0;
  }
  CHECK(others > 20);
}

namespace {

constexpr const char* kFirstUrl = "http://127.0.0.1:1";
constexpr const char* kSecondUrl = "http://127.0.0.1:9";

void add_second(Home& home, json more = json::object()) {
  more.update({{"baseUrl", kSecondUrl}, {"apiKey", "second key"}});
  home.must("PUT", "/api/providers/second", more);
}

Output call_ada(Home& home, json more = json::object()) {
  more.update({{"name", "one"},
               {"schedule", "now"},
               {"assistantId", "a"},
               {"phoneNumberId", "p"},
               {"phoneNumbers", {kAda}}});
  Output output = home.request("POST", "/api/jobs", more.dump());
  REQUIRE(output.effects.size() == 1);
  return output;
}

bool goes_to(const Effect& effect, const std::string& url) {
  return effect.request && effect.request->url.rfind(url, 0) == 0;
}

}  // namespace

TEST_CASE(
    "a lost answer is looked up at the account that was asked, whatever the order is by then") {
  Home home;
  home.use_provider();
  add_second(home);
  const Output placed = call_ada(home, {{"providers", {"second", "vapi"}}});
  REQUIRE(goes_to(placed.effects[0], kSecondUrl));
  home.give(EffectResult{placed.effects[0].key, NoAnswer{"timed out"}});
  home.must("PUT", "/api/providers/second",
            {{"baseUrl", kSecondUrl}, {"order", 900}, {"ids", {{"phoneNumbers", {{"p", "q"}}}}}});
  home.restart();
  int looks = 0;
  for (int i = 0; i < 50 && looks < 2; ++i) {
    home.now += seconds{5};
    for (const Effect& effect : home.give(Wake{}).effects) {
      REQUIRE(effect.key.kind == EffectKind::look_up_call);
      CHECK(goes_to(effect, kSecondUrl));
      // The number has another id there since: it is not asked for by either.
      CHECK(effect.request->url.find("phoneNumberId") == std::string::npos);
      ++looks;
      home.give(EffectResult{effect.key, Answered{200, -1, "[]"}});
    }
  }
  CHECK(looks == 2);
}

TEST_CASE("an account has its own ids of what jobs name") {
  Home home;
  home.use_provider();
  add_second(home,
             {{"order", 1},
              {"ids", {{"assistants", {{"a", "their-a"}}}, {"phoneNumbers", {{"p", "their-p"}}}}}});
  home.must("PUT", "/api/providers/vapi", {{"baseUrl", kFirstUrl}, {"order", 2}});
  const Output placed = call_ada(home);
  REQUIRE(goes_to(placed.effects[0], kSecondUrl));
  const json asked = json::parse(placed.effects[0].request->body);
  CHECK(asked.at("assistantId") == "their-a");
  CHECK(asked.at("phoneNumberId") == "their-p");
}

TEST_CASE("an account with live calls stays, and is removed when they have ended") {
  Home home;
  home.use_provider();
  add_second(home);
  const Output placed = call_ada(home, {{"providers", {"second"}}});
  home.give(
      EffectResult{placed.effects[0].key, Answered{201, -1, R"({"id":"pc-1","status":"queued"})"}});
  const Response refused = home.ask("DELETE", "/api/providers/second");
  CHECK(refused.status == 409);
  CHECK(json::parse(refused.body).at("code") == "provider_in_use");
  CHECK(home.ask("DELETE", "/api/providers/vapi").status == 204);
  home.must("PUT", "/api/limits", {{"providers", {{{"name", "second"}, {"concurrency", 2}}}}});
  home.now += minutes{2};
  for (const Effect& effect : home.give(Wake{}).effects) {
    home.give(EffectResult{
        effect.key,
        Answered{200, -1,
                 R"({"id":"pc-1","status":"ended","endedReason":"customer-ended-call"})"}});
  }
  CHECK(home.ask("DELETE", "/api/providers/second").status == 204);
  CHECK(home.must("GET", "/api/providers").at("providers").empty());
  CHECK_FALSE(home.must("GET", "/api/limits").at("limits").contains("providers"));
  CHECK(home.ask("GET", "/api/providers/second").status == 404);
}

TEST_CASE("what one account reports holds for no call of another") {
  Home home;
  home.use_provider();
  add_second(home);
  const Output placed = call_ada(home, {{"providers", {"second"}}});
  const json asked = json::parse(placed.effects[0].request->body);
  home.give(
      EffectResult{placed.effects[0].key, Answered{201, -1, R"({"id":"pc-1","status":"queued"})"}});
  const json message{{"type", "end-of-call-report"},
                     {"endedReason", "customer-busy"},
                     {"call", {{"id", "pc-1"}, {"customer", asked.at("customer")}}}};
  const Response said = std::get<Response>(home.give(home.webhook(message)).answer);
  CHECK(said.status == 200);
  CHECK(home.must("GET", "/api/limits").at("use").at("liveCalls") == 1);
}

}  // namespace callgate::sim
