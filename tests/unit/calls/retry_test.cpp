#include "core/calls/retry.hpp"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
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
std::vector<Millis> waits_of(const RetryPolicy& policy, Outcome outcome) {
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
  const RetryPolicy plenty{.max_attempts = 1'000, .fixed_delay = {}};
  const auto waits = [&](Outcome outcome) { return waits_of(plenty, outcome); };
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
  CHECK(waits_of(RetryPolicy{}, Outcome::no_answer).size() == 3);
  CHECK(waits_of(RetryPolicy{}, Outcome::carrier_failed).size() == 3);
  CHECK(waits_of(RetryPolicy{}, Outcome::voicemail).size() == 2);
  CHECK_FALSE(retry_after(RetryPolicy{}, Outcome::busy, 4, 1).has_value());
}

TEST_CASE(
    "A policy of one attempt never retries an outcome, and still puts off what was not dialled") {
  const RetryPolicy once{.max_attempts = 1, .fixed_delay = {}};
  for (int number = 1; number <= kOutcomes; ++number) {
    const Outcome outcome = outcome_at(number);
    CAPTURE(to_word(outcome));
    CHECK(retry_after(once, outcome, 1, 1).has_value() == !uses_attempt(outcome));
  }
}

TEST_CASE("A fixed delay replaces the waits between attempts, not the number of them") {
  const RetryPolicy fixed{.max_attempts = 9, .fixed_delay = minutes{7}};
  CHECK(waits_of(fixed, Outcome::no_answer) ==
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
        const auto wait = retry_after(RetryPolicy{.max_attempts = 20, .fixed_delay = {}}, outcome,
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
