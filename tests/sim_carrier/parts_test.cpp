// The parts of the simulated carrier that need no process.
#include <catch2/catch_test_macros.hpp>
#include <ctime>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "native-server/sim_carrier/config.hpp"
#include "native-server/sim_carrier/create_request.hpp"
#include "native-server/sim_carrier/decide.hpp"
#include "native-server/sim_carrier/ledger.hpp"
#include "native-server/sim_carrier/webhook_sender.hpp"
#include "native-server/sim_carrier/wire.hpp"

namespace callgate::sim_carrier {
namespace {

using Json = nlohmann::json;

Config configured(const Json& change) {
  Config config;
  const auto issues = apply(config, change);
  CAPTURE(issues);
  REQUIRE(issues.empty());
  return config;
}

std::string number_at(int index) {
  return "+49301" + std::to_string(100'000 + index);
}

}  // namespace

TEST_CASE("a webhook is signed as the provider's HMAC credential signs by default") {
  CHECK(webhook_signature("vapi_secret", "1767225600",
                          R"({"message":{"type":"status-update","status":"ended"}})") ==
        "c60c1921c8d05c77f282831200f7458343966ee79459fae4eedf3c283a3cace4");
}

TEST_CASE("an instant is written as gmtime reads it, and read back the same") {
  std::mt19937_64 random(7);
  for (int round = 0; round < 20'000; ++round) {
    const auto ms = static_cast<std::int64_t>(random() % 253'402'300'800'000U);  // to the year 9999
    const auto seconds = static_cast<std::time_t>(ms / 1000);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char expected[40];
    const auto size = std::strftime(expected, sizeof expected, "%Y-%m-%dT%H:%M:%S", &parts);
    const auto fraction = std::to_string(1000 + ms % 1000).substr(1);
    REQUIRE(instant_text(ms) == std::string(expected, size) + '.' + fraction + 'Z');
    REQUIRE(read_instant(instant_text(ms)) == ms);
  }
  CHECK(read_instant("2026-11-21") == read_instant("2026-11-21T00:00:00Z"));
  CHECK(read_instant("2026-11-21T10:00:00+05:30") == read_instant("2026-11-21T04:30:00.000Z"));
  CHECK_FALSE(read_instant("yesterday"));
  CHECK_FALSE(read_instant("2026-11-21T10:00:00Zulu"));
}

TEST_CASE("a JSON string is read back by a JSON parser as it was") {
  std::mt19937 random(7);
  for (int round = 0; round < 2'000; ++round) {
    std::string text;
    for (auto left = random() % 20; left > 0; --left) {
      text += static_cast<char>(random() % 128);
    }
    std::string json;
    append_json(json, text + "Zoë");
    REQUIRE(Json::parse(json) == text + "Zoë");
  }
}

TEST_CASE("millionths of a dollar are written as a decimal number") {
  const std::pair<std::int64_t, const char*> cases[] = {
      {0, "0"}, {12'500, "0.0125"}, {1'000'000, "1"}, {2'500'001, "2.500001"}};
  for (const auto& [micros, expected] : cases) {
    std::string text;
    append_dollars(text, micros);
    CHECK(text == expected);
  }
}

TEST_CASE("a call id names its row, and two calls never share one") {
  std::set<std::string> seen;
  for (RowId row = 0; row < 5'000; ++row) {
    const auto id = call_id(1'795'263'054'573 + row / 100, row, 42);
    REQUIRE(id.size() == 36);
    REQUIRE(row_of_call_id(id) == row);
    REQUIRE(seen.insert(id).second);
  }
  CHECK_FALSE(row_of_call_id("not-an-id"));
}

TEST_CASE("times are written with their unit, and a bare number is milliseconds") {
  std::int64_t ms = 0;
  CHECK((read_duration("250ms", ms) && ms == 250));
  CHECK((read_duration("1.5s", ms) && ms == 1'500));
  CHECK((read_duration("2m", ms) && ms == 120'000));
  CHECK((read_duration("40", ms) && ms == 40));
  for (const auto* wrong : {"", "s", "-1s", "nan", "1h", "1s "}) {
    CHECK_FALSE(read_duration(wrong, ms));
  }
  Range range;
  CHECK((read_range("2s..20s", range) && range.min_ms == 2'000 && range.max_ms == 20'000));
  CHECK((read_range("3s", range) && range.min_ms == 3'000 && range.max_ms == 3'000));
}

TEST_CASE("every fault can be switched on and off together") {
  auto config = configured({{"faults", "all"}});
  CHECK(config.fault_drop == 0.02);
  CHECK(config.fault_webhook_delay_ms > 0);
  CHECK(check(config).empty());
  REQUIRE(apply(config, {{"faults", "none"}}).empty());
  CHECK(to_json(config) == to_json(Config()));
}

TEST_CASE("outcome rates that are left out beside a given one become 0") {
  const auto config = configured({{"busy", 1}});
  CHECK(config.busy == 1);
  CHECK(config.answer + config.no_answer + config.voicemail == 0);
  CHECK(configured({{"fault_drop", 0.5}}).answer == Config().answer);
}

TEST_CASE("a change that is refused changes nothing and tells every reason") {
  const Json changes[] = {{{"answer", 0.9}, {"busy", 0.2}},
                          {{"fault_drop", 0.6}, {"fault_429", 0.6}},
                          {{"answer", 1.5}},
                          {{"ring_ms", {20, 10}}},
                          {{"no_such_thing", 1}},
                          {{"seed", "x"}},
                          {{"events", {"dancing"}}},
                          {{"refuse_status", 200}},
                          {{"failed_reasons", Json::array()}},
                          Json::array()};
  for (const auto& change : changes) {
    Config config;
    CAPTURE(change.dump());
    CHECK_FALSE(apply(config, change).empty());
    CHECK(to_json(config) == to_json(Config()));
  }
  Config config;
  CHECK(apply(config, {{"x", 1}, {"y", 1}}).size() == 2);
}

TEST_CASE("the settings told are the settings taken") {
  auto config = configured({{"faults", "all"}, {"ring_ms", {1, 2}}, {"limit_style", "error"}});
  CHECK(to_json(configured(to_json(config))) == to_json(config));
}

TEST_CASE("outcomes come in the shares that were asked for") {
  const auto config =
      configured({{"answer", 0.4}, {"busy", 0.1}, {"no_answer", 0.3}, {"voicemail", 0.15}});
  int counts[6] = {};
  constexpr int kNumbers = 40'000;
  for (int index = 0; index < kNumbers; ++index) {
    const auto plan = decide_dial(config, hash_number(number_at(index)), 0);
    ++counts[static_cast<int>(plan.outcome)];
    REQUIRE(plan.ring_ms <= config.ring.max_ms);
    REQUIRE(plan.talk_ms <= config.talk.max_ms);
    const bool talks = plan.outcome == Outcome::answered || plan.outcome == Outcome::voicemail;
    REQUIRE((plan.talk_ms > 0) == talks);
  }
  const auto is_near = [&](Outcome outcome, double share) {
    return std::abs(counts[static_cast<int>(outcome)] - share * kNumbers) < 0.01 * kNumbers;
  };
  CHECK(is_near(Outcome::answered, 0.4));
  CHECK(is_near(Outcome::busy, 0.1));
  CHECK(is_near(Outcome::no_answer, 0.3));
  CHECK(is_near(Outcome::voicemail, 0.15));
  CHECK(is_near(Outcome::failed, 0.05));
}

TEST_CASE("rates that add up to 1 leave nothing to fail") {
  const auto config =
      configured({{"answer", 0.7}, {"busy", 0.1}, {"no_answer", 0.1}, {"voicemail", 0.1}});
  for (int index = 0; index < 40'000; ++index) {
    REQUIRE(decide_dial(config, hash_number(number_at(index)), 0).outcome != Outcome::failed);
  }
}

TEST_CASE("a fault's rate leaves outcomes and other faults as they were") {
  const auto calm = configured({{"seed", 9}});
  const auto stormy = configured({{"seed", 9}, {"faults", "all"}});
  bool some_fault = false;
  for (int index = 0; index < 2'000; ++index) {
    const auto hash = hash_number(number_at(index));
    const auto a = decide_dial(calm, hash, 1);
    const auto b = decide_dial(stormy, hash, 1);
    REQUIRE((a.outcome == b.outcome && a.ring_ms == b.ring_ms && a.talk_ms == b.talk_ms));
    REQUIRE(decide_request(calm, hash, 0) == RequestFault::none);
    some_fault = some_fault || decide_request(stormy, hash, 0) != RequestFault::none;
  }
  CHECK(some_fault);
}

TEST_CASE("another seed and another dial of the number tell another story") {
  const auto one = configured({{"seed", 1}});
  const auto two = configured({{"seed", 2}});
  int same_seed = 0;
  int same_dial = 0;
  for (int index = 0; index < 1'000; ++index) {
    const auto hash = hash_number(number_at(index));
    same_seed += decide_dial(one, hash, 0).ring_ms == decide_dial(two, hash, 0).ring_ms ? 1 : 0;
    same_dial += decide_dial(one, hash, 0).ring_ms == decide_dial(one, hash, 1).ring_ms ? 1 : 0;
  }
  // One in 18,001 by chance, and all that ring out.
  CHECK(same_seed < 150);
  CHECK(same_dial < 150);
}

TEST_CASE("a create request is read as the provider reads it") {
  const auto read = read_create_request(
      R"({"assistantId":"a","phoneNumberId":"p","name":"n","customer":{"number":"+14155550100",
          "externalId":"e","name":"Zoë"},"assistantOverrides":{"variableValues":{"x":1},
          "serverMessages":["end-of-call-report"],"server":{"url":"https://example.com/h",
          "timeoutSeconds":5,
          "backoffPlan":{"type":"fixed","maxRetries":3,"baseDelaySeconds":2}}}})",
      false);
  CAPTURE(read.issues);
  REQUIRE(read.issues.empty());
  CHECK(read.request.external_id == "e");
  CHECK(Json::parse(read.request.customer)["name"] == "Zoë");
  REQUIRE(read.request.endpoint != nullptr);
  CHECK(read.request.endpoint->url == "https://example.com/h");
  CHECK(read.request.endpoint->timeout_ms == 5'000);
  CHECK(read.request.endpoint->retries == 3);
  CHECK(read.request.endpoint->retry_base_ms == 2'000);
  CHECK_FALSE(read.request.endpoint->retry_doubles);
  CHECK(read.request.wants_report);
  CHECK_FALSE(read.request.wants_status_updates);
}

TEST_CASE("a create request that the provider would refuse is refused") {
  const Json good = {{"assistantId", "a"},
                     {"phoneNumberId", "p"},
                     {"customer", {{"number", "+14155550100"}, {"externalId", "e"}}}};
  const std::string long_text(41, 'x');
  const std::pair<Json, const char*> cases[] = {
      {{{"assistantId", nullptr}}, "assistantId must be given"},
      {{{"phoneNumberId", nullptr}}, "phoneNumberId must be given"},
      {{{"customer", nullptr}}, "customer must be an object"},
      {{{"customer", {{"number", "4155550100"}}}},
       "customer.number must be a valid phone number in the E.164 format"},
      {{{"customer", {{"number", "+04155550100"}}}},
       "customer.number must be a valid phone number in the E.164 format"},
      {{{"customer", {{"externalId", long_text}}}},
       "customer.externalId must be shorter than or equal to 40 characters"},
      {{{"name", long_text}}, "name must be shorter than or equal to 40 characters"},
      {{{"metadata", {{"a", 1}}}}, "property metadata should not exist"},
      {{{"schedulePlan", {{"earliestAt", "x"}}}}, "schedulePlan is not simulated here"},
      {{{"assistantOverrides", {{"server", {{"url", "ftp://x"}}}}}},
       "assistantOverrides.server.url must be a URL address"}};
  CHECK(read_create_request(good.dump(), false).issues.empty());
  for (const auto& [change, issue] : cases) {
    Json body = good;
    body.merge_patch(change);
    CAPTURE(body.dump());
    CHECK(read_create_request(body.dump(), false).issues == std::vector<std::string>{issue});
  }
  CHECK(read_create_request(good.dump(), true).issues.size() == 2);  // neither id is a UUID
  CHECK_FALSE(read_create_request("[]", false).issues.empty());
  CHECK_FALSE(read_create_request(std::string(100'000, '['), false).issues.empty());
}

TEST_CASE("a number that is no E.164 passes when its check is switched off") {
  const auto read = read_create_request(
      R"({"assistantId":"a","phoneNumberId":"p",
          "customer":{"number":"ext100","numberE164CheckEnabled":false}})",
      false);
  CHECK(read.issues.empty());
  CHECK(read.request.number == "ext100");
}

TEST_CASE("the ledger knows what was dialled twice and what rang at the same time") {
  Ledger ledger;
  const auto dial = [&](const char* number, const char* external_id) {
    Ledger::Request request;
    request.number = number;
    request.external_id = external_id;
    const RowId id = ledger.add(request, 1'000);
    ledger.mark_dialled(id);
    return id;
  };
  const auto first = dial("+14155550100", "a");
  ledger.mark_ended(first, Outcome::busy, ledger.intern("customer-busy"), 2'000);
  static_cast<void>(dial("+14155550100", "b"));
  CHECK(ledger.totals().external_ids_repeated == 0);
  CHECK(ledger.totals().numbers_overlapped == 0);
  static_cast<void>(dial("+14155550100", "a"));
  CHECK(ledger.totals().external_ids_repeated == 1);
  CHECK(ledger.totals().numbers_overlapped == 1);
  CHECK(ledger.totals().overlapped_examples == std::vector<std::string>{"+14155550100"});
  static_cast<void>(dial("+14155550199", "a"));  // a third time is still one id
  CHECK(ledger.totals().external_ids_repeated == 1);
  CHECK(ledger.distinct_external_ids() == 2);
  CHECK(ledger.totals().max_live == 3);
  CHECK(ledger.totals().dials == 4);
  CHECK(ledger.totals().by_outcome[static_cast<std::size_t>(Outcome::busy)] == 1);
}

TEST_CASE("the ledger's clock does not run backwards, so lists can be searched") {
  Ledger ledger;
  const std::int64_t times[] = {5'000, 4'000, 6'000};
  for (const auto ms : times) {
    static_cast<void>(ledger.add({}, ms));
  }
  CHECK(ledger.at(1).created_ms == 5'000);
  CHECK(ledger.first_since(5'000) == 0);
  CHECK(ledger.first_since(5'001) == 2);
  CHECK(ledger.first_since(6'001) == 3);
}

}  // namespace callgate::sim_carrier
