#include "core/calls/retry_documents.hpp"

#include <catch2/catch_test_macros.hpp>
#include <chrono>

using namespace callgate;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

// The waits of a call each of whose attempts ends so.
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

TEST_CASE("Document A's three retries are four attempts, after each outcome's own waits") {
  const RetryPolicy policy = policy_of_max_retries(3);
  CHECK(policy.max_attempts == 4);
  CHECK(waits_of(policy, Outcome::no_answer) == waits_of(RetryPolicy{}, Outcome::no_answer));
  CHECK(check(policy).empty());
  CHECK(waits_of(policy_of_max_retries(0), Outcome::busy).empty());
}

TEST_CASE("Document B's retryDelays are its waits, one retry each, and go on past their end") {
  const RetryPolicy three = policy_of_retry_delays(3, {5, 15, 30, 60});
  CHECK(waits_of(three, Outcome::no_answer) ==
        std::vector<Millis>{minutes{5}, minutes{15}, minutes{30}});
  CHECK(check(three).empty());
  const RetryPolicy six = policy_of_retry_delays(6, {5, 15, 30, 60});
  CHECK(waits_of(six, Outcome::busy) == std::vector<Millis>{minutes{5}, minutes{15}, minutes{30},
                                                            minutes{60}, minutes{120},
                                                            minutes{240}});
  CHECK(waits_of(policy_of_retry_delays(0, {5}), Outcome::busy).empty());
  CHECK(check(policy_of_retry_delays(0, {5})).empty());
}

TEST_CASE("Document C's retryAfter is one wait in minutes for every attempt but the first") {
  const RetryPolicy policy = policy_of_retry_after(3, 60);
  CHECK(waits_of(policy, Outcome::no_answer) == std::vector<Millis>{minutes{60}, minutes{60}});
  CHECK(check(policy).empty());
  CHECK(check(policy_of_retry_after(1, 60)).empty());
}

TEST_CASE("Documents D and E: three attempts wait 2 s and 4 s, a fourth 8 s") {
  CHECK(waits_of(policy_of_attempts(3, 2000), Outcome::carrier_failed) ==
        std::vector<Millis>{seconds{2}, seconds{4}});
  CHECK(waits_of(policy_of_attempts(4, 2000), Outcome::provider_error) ==
        std::vector<Millis>{seconds{2}, seconds{4}, seconds{8}});
  CHECK(waits_of(policy_of_attempts(3, 2000), Outcome::no_answer) ==
        std::vector<Millis>{minutes{5}, minutes{10}});
  CHECK(waits_of(policy_of_attempts(1, 2000), Outcome::provider_error).empty());
  CHECK(check(policy_of_attempts(3, 2000)).empty());
}
