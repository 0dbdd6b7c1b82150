// A job's own rules for retries, as a whole world sees them: how often and after what each call is
// dialled again, and what becomes of a dial that nobody knows of.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/sim/asked.hpp"
#include "tests/sim/world.hpp"

using namespace callgate;
using nlohmann::json;
using sim::calls_of;
using sim::Dialled;
using sim::make_job;
using sim::World;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

std::string job_for(World& world, int people, json more) {
  more["name"] = "Job";
  more["assistantId"] = "a";
  more["phoneNumberId"] = "p";
  more["schedule"] = "now";
  more["concurrency"] = 10;
  more["phoneNumbers"] = json::array();
  for (int i = 0; i < people; ++i) {
    more["phoneNumbers"].push_back("+1415555" + std::to_string(1000 + i));
  }
  return make_job(world, more);
}

std::map<std::string, std::vector<const Dialled*>> by_number(const World& world) {
  std::map<std::string, std::vector<const Dialled*>> all;
  for (const Dialled& dial : world.ledger()) {
    all[dial.number].push_back(&dial);
  }
  return all;
}

constexpr auto kSixtyDays = hours{24 * 60};

}  // namespace

TEST_CASE("A list of waits is kept between the dials of each call, for as many as were asked for") {
  World world{{3, 10, {}}};
  const std::string job = job_for(world, 60,
                                  {{"maxAttempts", 6},
                                   {"retry",
                                    {{"backoff",
                                      {{"kind", "list"},
                                       {"delaysSeconds", {600, 1800}},
                                       {"factor", 2},
                                       {"maxDelaySeconds", 5400}}}}}});
  REQUIRE(world.run(world.now() + kSixtyDays));
  const std::vector<minutes> waits{minutes{10}, minutes{30}, minutes{60}, minutes{90}, minutes{90}};
  std::size_t most = 0;
  for (const auto& [number, dials] : by_number(world)) {
    most = std::max(most, dials.size());
    for (std::size_t i = 1; i < dials.size(); ++i) {
      const Millis gap = dials[i]->at - dials[i - 1]->ended;
      CHECK(gap >= waits.at(i - 1));
      CHECK(gap <= waits.at(i - 1) + minutes{5});  // a slot may be wanting
    }
  }
  CHECK(most > 3);
  for (const json& call : calls_of(world, job)) {
    CHECK(call.at("attemptsUsed") <= 6);
    // Else an outcome ended it that is worth fewer attempts.
    const std::set<std::string> fewer{"invalid_number", "screened_or_spam", "declined"};
    const bool ended = call.at("status") == "completed" || fewer.contains(call.at("outcome"));
    INFO(call.dump());
    CHECK((ended || call.at("attemptsUsed") == 6));
  }
}

TEST_CASE("An outcome that is worth no retry ends the call, and jitter spreads the others") {
  World world{{4, 10, {}}};
  const std::string job =
      job_for(world, 80,
              {{"maxAttempts", 3},
               {"retry",
                {{"backoff", {{"kind", "fixed"}, {"delaySeconds", 3600}, {"jitterPercent", 50}}},
                 {"outcomes", {{{"outcome", "voicemail"}, {"retries", 0}}}}}}});
  REQUIRE(world.run(world.now() + kSixtyDays));
  int voicemails = 0;
  for (const json& call : calls_of(world, job)) {
    const json& attempts = call.at("attempts");
    for (std::size_t i = 0; i < attempts.size(); ++i) {
      if (attempts[i].at("outcome") == "voicemail") {
        CHECK(i + 1 == attempts.size());
        ++voicemails;
      }
    }
  }
  CHECK(voicemails > 5);
  std::set<std::int64_t> gaps;
  for (const auto& [number, dials] : by_number(world)) {
    for (std::size_t i = 1; i < dials.size(); ++i) {
      const Millis gap = dials[i]->at - dials[i - 1]->ended;
      CHECK(gap >= minutes{30});
      gaps.insert(gap / minutes{5});
    }
  }
  CHECK(gaps.size() > 4);
}

TEST_CASE("What becomes of a dial that the provider does not know is the job's to say") {
  for (const char* policy : {"reconcile", "fail", "retry"}) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      CAPTURE(policy, seed);
      sim::Settings settings;
      settings.seed = seed;
      settings.queue = seed % 2 == 0;
      settings.faults.lost_before_dial = 250;
      settings.faults.lost_after_dial = 100;
      settings.faults.crash = 3;
      World world{settings};
      const std::string job =
          job_for(world, 60, {{"maxAttempts", 3}, {"retry", {{"onUnknown", policy}}}});
      REQUIRE(world.run(world.now() + kSixtyDays));
      int unknown = 0;
      for (const json& call : calls_of(world, job)) {
        INFO(call.dump());
        CHECK(call.at("attemptsUsed") <= 3);
        const json& attempts = call.at("attempts");
        for (std::size_t i = 0; i < attempts.size(); ++i) {
          if (attempts[i].at("endedReason") != "looked up: the provider never had it") {
            continue;
          }
          ++unknown;
          const std::string word = policy;
          CHECK(attempts[i].at("outcome") == (word == "retry" ? "provider_error" : "not_placed"));
          if (word == "fail") {
            CHECK(i + 1 == attempts.size());
            CHECK(call.at("status") == "failed");
          }
        }
      }
      CHECK(unknown > 5);
      std::set<std::string> attempts;
      for (const auto& [number, dials] : by_number(world)) {
        for (std::size_t i = 0; i < dials.size(); ++i) {
          CHECK(attempts.insert(dials[i]->attempt_id).second);
          CHECK((i == 0 || dials[i - 1]->ended <= dials[i]->at));
        }
      }
      CHECK(json::parse(world.request("GET", "/api/jobs/" + job).body).at("status") == "completed");
    }
  }
}
