#include "core/calls/retry.hpp"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <random>
#include <set>
#include <string>
#include <vector>

using namespace callgate;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr int kOutcomes = 15;

Outcome outcome_at(int number) {
  return static_cast<Outcome>(number);
}

// Every wait that a call gets when each of its attempts ends with the same outcome.
std::vector<Millis> waits_after(const RetryPolicy& policy, Outcome outcome) {
  std::vector<Millis> waits;
  for (std::int64_t n = 1; n <= 40; ++n) {
    const auto wait = retry_after(policy, outcome, n, n);
    if (!wait) {
      break;
    }
    waits.push_back(*wait);
  }
  return waits;
}

}  // namespace

TEST_CASE("Each class waits as the table of outcomes says when attempts are plenty") {
  const RetryPolicy plenty{.max_attempts = 1'000, .fixed_delay = {}, .rules = {}};
  const auto waits = [&](Outcome outcome) { return waits_after(plenty, outcome); };
  CHECK(waits(Outcome::answered).empty());
  CHECK(waits(Outcome::voicemail) == std::vector<Millis>{minutes{30}, minutes{60}});
  CHECK(waits(Outcome::ivr) == std::vector<Millis>{minutes{60}});
  CHECK(waits(Outcome::no_answer) == std::vector<Millis>{minutes{5}, minutes{10}, minutes{20}});
  CHECK(waits(Outcome::busy) == std::vector<Millis>{minutes{10}, minutes{20}, minutes{40}});
  CHECK(waits(Outcome::declined) == std::vector<Millis>{minutes{60}});
  CHECK(waits(Outcome::screened_or_spam) == std::vector<Millis>{hours{24}});
  CHECK(waits(Outcome::invalid_number).empty());
  CHECK(waits(Outcome::carrier_failed) ==
        std::vector<Millis>{minutes{2}, minutes{4}, minutes{8}, minutes{16}, minutes{32}});
  CHECK(waits(Outcome::provider_error) == std::vector<Millis>{seconds{2}, seconds{4}, seconds{8},
                                                              minutes{5}, minutes{10},
                                                              minutes{20}});
  CHECK(waits(Outcome::canceled).empty());
}

TEST_CASE("With the default policy a call is dialled four times at most") {
  CHECK(waits_after(RetryPolicy{}, Outcome::no_answer).size() == 3);
  CHECK(waits_after(RetryPolicy{}, Outcome::carrier_failed).size() == 3);
  CHECK(waits_after(RetryPolicy{}, Outcome::voicemail).size() == 2);
  CHECK_FALSE(retry_after(RetryPolicy{}, Outcome::busy, 4, 1).has_value());
}

TEST_CASE(
    "A policy of one attempt never retries an outcome, and still puts off what was not dialled") {
  const RetryPolicy once{.max_attempts = 1, .fixed_delay = {}, .rules = {}};
  for (int number = 1; number <= kOutcomes; ++number) {
    const Outcome outcome = outcome_at(number);
    CAPTURE(to_word(outcome));
    CHECK(retry_after(once, outcome, 1, 1).has_value() == !uses_attempt(outcome));
  }
}

TEST_CASE("A fixed delay replaces the waits between attempts, not the number of them") {
  const RetryPolicy fixed{.max_attempts = 9, .fixed_delay = minutes{7}, .rules = {}};
  CHECK(waits_after(fixed, Outcome::no_answer) ==
        std::vector<Millis>{minutes{7}, minutes{7}, minutes{7}});
  CHECK(retry_after(fixed, Outcome::capacity, 0, 1) == Millis{5'000});
}

TEST_CASE("What was not dialled is put off without an end and without using an attempt") {
  for (const Outcome outcome :
       {Outcome::capacity, Outcome::not_placed, Outcome::billing, Outcome::config}) {
    CAPTURE(to_word(outcome));
    CHECK(disposition(outcome) == Disposition::put_off);
    CHECK_FALSE(uses_attempt(outcome));
    CHECK(retry_after(RetryPolicy{}, outcome, 100, 1'000'000).has_value());
  }
  CHECK(retry_after(RetryPolicy{}, Outcome::not_placed, 0, 3) == seconds{8});
}

TEST_CASE("Delivery waits double from two seconds and stop at five minutes") {
  const std::array<Millis, 9> expected{seconds{2},   seconds{4},   seconds{8},
                                       seconds{16},  seconds{32},  seconds{64},
                                       seconds{128}, seconds{256}, minutes{5}};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(delivery_delay(static_cast<std::int64_t>(i) + 1) == expected[i]);
  }
  CHECK(delivery_delay(INT64_MAX) == minutes{5});
  CHECK(delivery_delay(0) == seconds{2});
  CHECK(delivery_delay(INT64_MIN + 1) == seconds{2});
}

TEST_CASE("A retry answer is positive and at most a day, for every outcome and every count") {
  for (int number = 1; number <= kOutcomes; ++number) {
    const Outcome outcome = outcome_at(number);
    for (std::int64_t attempts = 0; attempts <= 25; ++attempts) {
      for (std::int64_t same = 0; same <= 25; ++same) {
        const auto wait =
            retry_after(RetryPolicy{.max_attempts = 20, .fixed_delay = {}, .rules = {}}, outcome,
                        attempts, same);
        if (wait) {
          CHECK(*wait > Millis{0});
          CHECK(*wait <= hours{24});
        }
        if (attempts >= 20 && uses_attempt(outcome)) {
          CHECK_FALSE(wait.has_value());
        }
      }
    }
  }
}

TEST_CASE("A backoff of the job's own replaces every wait, and maxAttempts alone ends the round") {
  RetryPolicy policy;
  policy.max_attempts = 6;
  policy.rules.backoff = Backoff{BackoffKind::linear, {minutes{10}}};
  const std::vector<Millis> five{minutes{10}, minutes{20}, minutes{30}, minutes{40}, minutes{50}};
  for (const Outcome outcome : {Outcome::no_answer, Outcome::busy, Outcome::voicemail,
                                Outcome::carrier_failed, Outcome::provider_error}) {
    CAPTURE(to_word(outcome));
    CHECK(waits_after(policy, outcome) == five);
  }
  // Who declined, or kept the call away, is called once more at most, unless a rule says so.
  for (const Outcome outcome : {Outcome::declined, Outcome::screened_or_spam, Outcome::ivr}) {
    CHECK(waits_after(policy, outcome) == std::vector<Millis>{minutes{10}});
  }
  CHECK(waits_after(policy, Outcome::invalid_number).empty());
  // The waits go by the attempts of the round, whatever each ended with.
  CHECK(retry_after(policy, Outcome::busy, 4, 1) == minutes{40});
  policy.rules.outcomes = {{Outcome::declined, 3, std::nullopt}};
  CHECK(waits_after(policy, Outcome::declined).size() == 3);
}

TEST_CASE("A rule for one outcome says how often and after what, and leaves the others alone") {
  RetryPolicy policy;
  policy.max_attempts = 8;
  policy.rules.outcomes = {
      {Outcome::busy, 2, Backoff{BackoffKind::fixed, {minutes{3}}}},
      {Outcome::voicemail, 0, std::nullopt},
      {Outcome::no_answer, 5, std::nullopt},
      {Outcome::carrier_failed, std::nullopt, Backoff{BackoffKind::fixed, {minutes{1}}}}};
  CHECK(waits_after(policy, Outcome::busy) == std::vector<Millis>{minutes{3}, minutes{3}});
  CHECK(waits_after(policy, Outcome::voicemail).empty());
  CHECK(waits_after(policy, Outcome::no_answer) ==
        std::vector<Millis>{minutes{5}, minutes{10}, minutes{20}, minutes{40}, minutes{80}});
  CHECK(waits_after(policy, Outcome::carrier_failed).size() == 7);
  CHECK(waits_after(policy, Outcome::ivr) == std::vector<Millis>{minutes{60}});
  CHECK(check(policy).empty());
}

TEST_CASE("No policy ever makes more attempts than its maximum, or waits past its cap") {
  std::mt19937_64 random{5};
  const auto below = [&random](std::int64_t bound) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(bound));
  };
  const auto backoff = [&]() -> std::optional<Backoff> {
    if (below(2) == 0) {
      return std::nullopt;
    }
    Backoff made{static_cast<BackoffKind>(1 + below(4)),
                 {},
                 1 + below(10),
                 seconds{1 + below(2'592'000)},
                 below(51)};
    const std::int64_t count = made.kind == BackoffKind::list ? 1 + below(20) : 1;
    for (std::int64_t i = 0; i < count; ++i) {
      made.delays.emplace_back(1 + below(made.cap.count()));
    }
    return made;
  };
  for (int run = 0; run < 2000; ++run) {
    RetryPolicy policy;
    policy.max_attempts = 1 + below(20);
    policy.rules.backoff = backoff();
    std::set<Outcome> ruled;
    for (std::int64_t left = below(5); left > 0; --left) {
      OutcomeRule rule{outcome_at(1 + static_cast<int>(below(kOutcomes))), std::nullopt, backoff()};
      if (below(2) == 0) {
        rule.retries = below(policy.max_attempts);
      }
      if (ruled.insert(rule.outcome).second) {
        policy.rules.outcomes.push_back(rule);
      }
    }
    // One round, with whatever outcomes chance gives it.
    std::vector<std::int64_t> counts(kOutcomes + 1);
    std::int64_t used = 0;
    std::int64_t dials = 0;
    for (;; ++dials) {
      REQUIRE(dials < 10'000);
      const Outcome outcome = outcome_at(1 + static_cast<int>(below(kOutcomes)));
      used += uses_attempt(outcome) ? 1 : 0;
      const std::int64_t same = ++counts[static_cast<std::size_t>(outcome)];
      const auto wait = retry_after(policy, outcome, used, same, random());
      CHECK(used <= policy.max_attempts);
      if (!wait) {
        break;
      }
      CHECK(*wait > Millis{0});
      CHECK(*wait <= kRetryWaitMax);
    }
  }
}

TEST_CASE("What contradicts itself in a policy is told, each with its place") {
  RetryPolicy policy;
  const auto places = [&policy] {
    std::vector<std::string> all;
    for (const RetryIssue& issue : check(policy)) {
      CHECK_FALSE(issue.detail.empty());
      all.push_back(issue.place);
    }
    return all;
  };
  CHECK(places().empty());
  policy.fixed_delay = minutes{1};
  policy.rules.backoff = Backoff{BackoffKind::fixed, {hours{2}}, 3, hours{1}, 51};
  CHECK(places() == std::vector<std::string>{"backoff", "backoff/delaySeconds", "backoff/factor",
                                             "backoff/jitterPercent"});
  policy = {};
  policy.max_attempts = 1;
  policy.rules.backoff = Backoff{BackoffKind::list, {minutes{1}, hours{48}}};
  policy.rules.outcomes = {{Outcome::busy, 1, std::nullopt}};
  CHECK(places() ==
        std::vector<std::string>{"backoff/delaysSeconds/1", "backoff", "outcomes/0/retries"});
  policy = {};
  policy.rules.outcomes = {{Outcome::answered, 1, std::nullopt},
                           {Outcome::busy, std::nullopt, std::nullopt},
                           {Outcome::busy, 4, std::nullopt},
                           {Outcome::voicemail, 0, Backoff{BackoffKind::fixed, {minutes{1}}}}};
  CHECK(places() == std::vector<std::string>{"outcomes/0/outcome", "outcomes/1",
                                             "outcomes/2/outcome", "outcomes/2/retries",
                                             "outcomes/3/backoff"});
}
