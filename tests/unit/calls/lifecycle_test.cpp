#include "core/calls/lifecycle.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <random>
#include <set>
#include <vector>

#include "core/calls/history.hpp"

namespace callgate {
namespace {

constexpr std::array kAttempts{AttemptState::intent,  AttemptState::placed,
                               AttemptState::ringing, AttemptState::in_progress,
                               AttemptState::unknown, AttemptState::ended};
constexpr std::array kCalls{CallState::waiting, CallState::live,     CallState::completed,
                            CallState::failed,  CallState::canceled, CallState::expired,
                            CallState::blocked, CallState::held};

}  // namespace

TEST_CASE("an attempt that has ended never changes again") {
  for (const AttemptState to : kAttempts) {
    CHECK_FALSE(may_follow(AttemptState::ended, to));
    CHECK(merge(AttemptState::ended, to) == AttemptState::ended);
  }
}

TEST_CASE("no attempt ever returns to intent, and only intent becomes unknown") {
  for (const AttemptState from : kAttempts) {
    CHECK_FALSE(may_follow(from, AttemptState::intent));
    CHECK(may_follow(from, AttemptState::unknown) == (from == AttemptState::intent));
  }
}

TEST_CASE("reports in any order and any number end in the same state") {
  std::mt19937 random{7};
  std::vector<AttemptState> reports{AttemptState::placed,      AttemptState::ringing,
                                    AttemptState::in_progress, AttemptState::ended,
                                    AttemptState::ringing,     AttemptState::placed};
  for (int round = 0; round < 500; ++round) {
    for (std::size_t i = reports.size(); i > 1; --i) {
      std::swap(reports[i - 1], reports[random() % i]);
    }
    AttemptState state = round % 2 == 0 ? AttemptState::intent : AttemptState::unknown;
    for (const AttemptState report : reports) {
      state = merge(state, report);
    }
    CHECK(state == AttemptState::ended);
  }
}

TEST_CASE("a call goes live only from waiting, and a terminal call only waits again") {
  for (const CallState from : kCalls) {
    CHECK(may_follow(from, CallState::live) == (from == CallState::waiting));
    if (is_terminal(from)) {
      for (const CallState to : kCalls) {
        CHECK(may_follow(from, to) == (to == CallState::waiting));
      }
    }
    CHECK_FALSE(may_follow(from, from));
  }
}

TEST_CASE("what people are shown follows from call, attempt, job and time") {
  CHECK(shown_word({CallState::waiting, AttemptState::intent, false, false, false}) == "scheduled");
  CHECK(shown_word({CallState::waiting, AttemptState::intent, false, true, false}) == "pending");
  CHECK(shown_word({CallState::waiting, AttemptState::intent, false, true, true}) ==
        "retry_scheduled");
  CHECK(shown_word({CallState::waiting, AttemptState::intent, true, true, true}) == "paused");
  CHECK(shown_word({CallState::live, AttemptState::unknown, false, true, false}) == "dialing");
  CHECK(shown_word({CallState::live, AttemptState::in_progress, true, true, false}) ==
        "in_progress");
  CHECK(shown_word({CallState::failed, AttemptState::ended, true, true, true}) == "failed");
}

TEST_CASE("a history counts each outcome, whatever the provider wrote into its reason") {
  EndedAttempt attempt;
  attempt.outcome = Outcome::busy;
  attempt.reason = "\"outcome\":\"no_answer\" \\ \x01\xff";
  std::string history = append_attempt("", attempt);
  attempt.number = 2;
  attempt.outcome = Outcome::no_answer;
  attempt.reason = std::string(5000, 'x');
  history = append_attempt(history, attempt);
  CHECK(count_outcome(history, Outcome::busy) == 1);
  CHECK(count_outcome(history, Outcome::no_answer) == 1);
  CHECK(count_outcome(history, Outcome::voicemail) == 0);
  CHECK(history.size() < 1000);
}

}  // namespace callgate
