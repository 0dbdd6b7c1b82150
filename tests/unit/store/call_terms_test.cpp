#include "core/store/call_terms.hpp"

#include <catch2/catch_test_macros.hpp>
#include <random>

namespace callgate {
namespace {

constexpr Instant kToday = from_ms(1'800'000'000'000);

}  // namespace

TEST_CASE("what a call asks for itself comes back as it was packed; nothing takes no bytes") {
  CHECK(pack_terms({}).empty());
  CHECK(unpack_terms({}) == CallTerms{});
  std::mt19937_64 random{7};
  const auto coin = [&random] { return random() % 2 == 0; };
  for (int round = 0; round < 2000; ++round) {
    CallTerms terms;
    if (coin()) {
      terms.priority = CallPriority{static_cast<PriorityScheme>(1 + random() % 4),
                                    static_cast<std::int64_t>(random() % 9) - 4,
                                    static_cast<std::int64_t>(random() % 999) - 500};
    }
    terms.assistant_id = coin() ? "agent" : "";
    terms.phone_number_id = coin() ? "+18005559876" : "";
    if (coin()) {
      terms.max_attempts = 1 + static_cast<std::int64_t>(random() % 20);
    }
    if (coin()) {
      terms.retry_after = std::chrono::minutes{1 + random() % 99};
    }
    if (coin()) {
      terms.callback_at = kToday;
    }
    if (coin()) {
      terms.record = coin();
    }
    terms.removed = coin();
    for (std::uint64_t events = random() % 3; events > 0; --events) {
      terms.add({kToday, CallEventKind::priority_updated, -10, 20, coin() ? "why" : "", "note"});
    }
    REQUIRE(unpack_terms(pack_terms(terms)) == terms);
  }
}

TEST_CASE("of a call's events the last twenty are kept") {
  CallTerms terms;
  for (int event = 0; event < 50; ++event) {
    terms.add({kToday, CallEventKind::rescheduled, 0, event, {}, {}});
  }
  REQUIRE(terms.events.size() == CallTerms::kEventsKept);
  CHECK(terms.events.front().after == 30);
  CHECK(terms.events.back().after == 49);
}

TEST_CASE("a lane's number tells a rank of its calls' own from its job's") {
  for (const bool callback : {false, true}) {
    for (const std::int64_t job_rank : {0, 10, 50, 100}) {
      const LaneRank seen = lane_rank(lane_number({callback, {}}, job_rank));
      CHECK(seen.callback == callback);
      CHECK_FALSE(seen.own.has_value());
    }
    for (const std::int64_t rank :
         {-kOwnRankMax, std::int64_t{-7}, std::int64_t{0}, std::int64_t{1000}, kOwnRankMax}) {
      for (std::int64_t level = 0; level < 4; ++level) {
        const LaneRank seen = lane_rank(lane_number({callback, OwnRank{rank, level}}, 50));
        CHECK(seen.callback == callback);
        CHECK(seen.own == OwnRank{rank, level});
      }
    }
  }
}

TEST_CASE("a call's own maximum and wait take the place of its job's") {
  RetryPolicy policy{4, Millis{5000}, {}};
  policy.rules.outcomes = {{Outcome::busy, 2, Backoff{BackoffKind::fixed, {Millis{9000}}}}};
  CallTerms terms;
  CHECK(with_terms(policy, terms).max_attempts == 4);
  CHECK(retry_after(with_terms(policy, terms), Outcome::no_answer, 1, 1) == Millis{5000});
  terms.max_attempts = 3;
  terms.retry_after = std::chrono::hours{60};
  const RetryPolicy own = with_terms(policy, terms);
  CHECK(own.max_attempts == 3);
  CHECK(retry_after(own, Outcome::no_answer, 2, 2) == std::chrono::hours{60});
  CHECK(retry_after(own, Outcome::busy, 1, 1) == std::chrono::hours{60});
  CHECK_FALSE(retry_after(own, Outcome::busy, 2, 3).has_value());  // two retries, as the job says
  CHECK_FALSE(retry_after(own, Outcome::no_answer, 3, 1).has_value());
}

}  // namespace callgate
