#include "core/calls/attempt.hpp"

#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>

using namespace callgate;

TEST_CASE("Every outcome has its own word, and the word reads back as the outcome") {
  std::set<std::string> words;
  for (int number = 1; number <= 15; ++number) {
    const auto outcome = static_cast<Outcome>(number);
    const std::string word{to_word(outcome)};
    CAPTURE(number, word);
    CHECK(words.insert(word).second);
    CHECK(outcome_from_word(word) == outcome);
  }
}

TEST_CASE("A word that names no outcome reads as none") {
  for (const char* word : {"", "Answered", "cancelled", "no-answer", "busy ", "unknown"}) {
    CHECK_FALSE(outcome_from_word(word).has_value());
  }
}

TEST_CASE("Every attempt state has its own word") {
  std::set<std::string> words;
  for (int number = 1; number <= 6; ++number) {
    CHECK(words.insert(std::string{to_word(static_cast<AttemptState>(number))}).second);
  }
  CHECK(to_word(AttemptState::in_progress) == "in_progress");
}
