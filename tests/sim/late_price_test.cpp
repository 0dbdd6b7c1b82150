// Reports that come late, or name another call of the provider's.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "core/base/bytes.hpp"
#include "tests/sim/home.hpp"

using namespace callgate;
using nlohmann::json;
using sim::Home;

namespace {

using std::chrono::seconds;

constexpr seconds kPoll{90};  // pollAfterSeconds, where nobody has said

struct PriceStory {
  PriceStory() { home.use_provider(); }

  // The attempt that this Output dials, and how the provider knows it.
  void take(const Output& output) {
    for (const Effect& effect : output.effects) {
      if (effect.key.kind == EffectKind::place_call) {
        keys.push_back(effect.key);
        attempts.push_back(json::parse(effect.request->body)["name"]);
      }
    }
  }

  // A signed server message about the attempt of that number.
  Output report(std::size_t number, const char* type, json more) {
    const std::string& name = attempts.at(number - 1);
    more["type"] = type;
    more["status"] = "ended";
    more["endedReason"] = ended_as;
    more["call"] = {{"id", "provider-" + std::to_string(number)}, {"name", name}};
    Output output = home.give(home.webhook(more));
    take(output);
    return output;
  }

  // The one look-up of the first dial that this Output gives out.
  static EffectKey asked_price(const Output& output) {
    REQUIRE(output.effects.size() == 1);
    const Effect& effect = output.effects.front();
    CHECK(effect.key.kind == EffectKind::look_up_call);
    CHECK(effect.request->url.ends_with("/call/provider-1"));
    return effect.key;
  }

  [[nodiscard]] EffectResult told_price(const EffectKey& key, const std::string& cost) const {
    return {key, Answered{200, -1,
                          R"({"id":"provider-1","status":"ended","endedReason":")" + ended_as +
                              "\"," + cost + "}"}};
  }

  Home home;
  std::string ended_as = "voicemail";
  std::vector<EffectKey> keys;
  std::vector<std::string> attempts;
};

}  // namespace

TEST_CASE("A price that comes while the next attempt is live is kept, in the call and in the job") {
  PriceStory story;
  const Output made = story.home.request("POST", "/api/jobs",
                                         json{{"name", "n"},
                                              {"assistantId", "a"},
                                              {"phoneNumberId", "p"},
                                              {"schedule", "now"},
                                              {"retryDelaySeconds", 1},
                                              {"phoneNumbers", {"+12125550123"}}}
                                             .dump());
  story.take(made);
  const std::string job = json::parse(std::get<Response>(made.answer).body)["id"];
  REQUIRE(story.attempts.size() == 1);
  story.report(1, "status-update", json::object());
  story.home.now += seconds{2};
  story.take(story.home.give(Wake{}));
  REQUIRE(story.attempts.size() == 2);

  const auto prices = [&] {
    const json page = json::parse(story.home.ask("GET", "/api/jobs/" + job + "/calls").body);
    std::vector<std::int64_t> all;
    for (const json& attempt : page["calls"][0]["attempts"]) {
      all.push_back(attempt.value("costMicros", 0));
    }
    return all;
  };
  const auto total = [&] {
    return json::parse(story.home.ask("GET", "/api/jobs/" + job).body)["costMicros"]
        .get<std::int64_t>();
  };

  SECTION("once") {
    story.report(1, "end-of-call-report", {{"cost", 0.0125}});
    CHECK(prices() == std::vector<std::int64_t>{12'500});
    CHECK(total() == 12'500);
  }
  SECTION("and the next one's end is written beside it") {
    story.report(1, "end-of-call-report", {{"cost", 0.0125}});
    story.report(2, "end-of-call-report", {{"cost", 0.02}});
    CHECK(prices() == std::vector<std::int64_t>{12'500, 20'000});
    CHECK(total() == 32'500);
  }
  SECTION("twice, and after the next one's own") {
    story.report(2, "end-of-call-report", {{"cost", 0.02}});
    story.report(1, "end-of-call-report", {{"cost", 0.0125}});
    story.report(1, "end-of-call-report", {{"cost", 0.0125}});
    story.report(2, "end-of-call-report", {{"cost", 0.02}});
    CHECK(prices() == std::vector<std::int64_t>{12'500, 20'000});
    CHECK(total() == 32'500);
  }
}

TEST_CASE("While a price is awaited its reserve is held, and the provider is asked for it") {
  PriceStory story;
  story.ended_as = GENERATE("voicemail", "customer-busy");  // what nobody answered may cost too
  story.take(
      story.home.request("POST", "/api/jobs",
                         json{{"name", "n"},
                              {"assistantId", "a"},
                              {"phoneNumberId", "p"},
                              {"schedule", "now"},
                              {"retryDelaySeconds", 1},
                              {"budget", {{"totalMicros", 35'000}, {"reserveMicros", 20'000}}},
                              {"phoneNumbers", {"+12125550123"}}}
                             .dump()));
  REQUIRE(story.attempts.size() == 1);
  story.report(1, "status-update", json::object());
  const Instant ended = story.home.now;
  if (GENERATE(false, true)) {
    story.home.restart();
  }
  story.home.now += seconds{2};
  const Output waits = story.home.give(Wake{});
  story.take(waits);
  REQUIRE(story.attempts.size() == 1);
  REQUIRE(waits.wake_at == ended + kPoll);

  SECTION("it comes") {
    story.report(1, "end-of-call-report", {{"cost", 0.0125}});
    CHECK(story.attempts.size() == 2);
  }
  SECTION("it was nothing") {
    story.report(1, "end-of-call-report", {{"cost", 0}});
    CHECK(story.attempts.size() == 2);
  }
  SECTION("it is more than is left for another") {
    story.report(1, "end-of-call-report", {{"cost", 0.0151}});
    CHECK(story.attempts.size() == 1);
    story.home.now += seconds{600};
    story.take(story.home.give(Wake{}));
    CHECK(story.attempts.size() == 1);
  }
  SECTION("it is asked for, and told") {
    story.home.now = ended + kPoll;
    const EffectKey look = story.asked_price(story.home.give(Wake{}));
    story.take(story.home.give(story.told_price(look, R"("cost":0.0125)")));
    CHECK(story.attempts.size() == 2);
    story.home.give(story.told_price(look, R"("cost":0.0125)"));
    CHECK(story.home.must("GET", "/api/jobs").at("jobs").at(0).at("costMicros") == 12'500);
  }
  SECTION("it is never told: after ten looks, each after twice the time, it is given up") {
    Instant at = ended + kPoll;
    for (int look = 1; look <= 10; ++look) {
      story.home.now = at;
      const EffectKey key = story.asked_price(story.home.give(Wake{}));
      const Output answered = story.home.give(story.told_price(key, R"("cost":null)"));
      at += kPoll * (1 << look);
      CHECK(answered.wake_at == at);
      story.take(answered);
    }
    CHECK(story.attempts.size() == 1);
    story.home.now = at;
    story.take(story.home.give(Wake{}));
    CHECK(story.attempts.size() == 2);
  }
}

TEST_CASE("A report under our name of another call than the provider's own ends nothing") {
  PriceStory story;
  story.take(story.home.request("POST", "/api/jobs",
                                json{{"name", "n"},
                                     {"assistantId", "a"},
                                     {"phoneNumberId", "p"},
                                     {"schedule", "now"},
                                     {"phoneNumbers", {"+12125550123"}}}
                                    .dump()));
  REQUIRE(story.attempts.size() == 1);
  const auto say = [&story](const char* id, const char* status) {
    json message = {{"type", "status-update"},
                    {"status", status},
                    {"call", {{"id", id}, {"name", story.attempts[0]}}}};
    if (message["status"] == "ended") {
      message["endedReason"] = "customer-ended-call";
    }
    story.home.give(story.home.webhook(message));
    return story.home.must("GET", "/api/workspace").at("liveCalls");
  };
  const bool known = GENERATE(true, false);
  if (known) {
    REQUIRE(say("provider-1", "in-progress") == 1);
    CHECK(say("provider-2", "ended") == 1);
  }
  CHECK(say("provider-1", "ended") == 0);
}
