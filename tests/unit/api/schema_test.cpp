// What a description looks like and what follows from it; the rest of this file holds it to that.
#include "core/api/schema.hpp"

#include <catch2/catch_test_macros.hpp>

namespace callgate {
namespace example_test {

enum class Purpose : std::uint8_t { marketing, transactional };
constexpr auto words(Purpose /*unused*/) {
  return std::array{word("marketing", Purpose::marketing, "Selling something"),
                    word("transactional", Purpose::transactional)};
}

struct NewJob {
  std::string name;
  std::optional<InstantOrNow> schedule;
  std::optional<std::vector<std::string>> phone_numbers;
  std::optional<Purpose> purpose;
  std::int64_t max_attempts = 3;
  static constexpr auto fields() {
    return std::make_tuple(
        field("name", &NewJob::name, "What people call it", text(1, 200)),
        field("schedule", &NewJob::schedule, "When it starts; \"now\" or RFC 3339"),
        field("phoneNumbers", &NewJob::phone_numbers, "Whom to call", items(1, 3), text(1, 64)),
        field("purpose", &NewJob::purpose, "What the calls are for"),
        field("maxAttempts", &NewJob::max_attempts, "Dials per call, the first included",
              range(1, 20), defaulted()));
  }
};

TEST_CASE("A described struct is decoded and encoded") {
  const auto job = decode<NewJob>(R"({"name": "Spring", "schedule": "now", "maxAttempts": 5,
                                      "purpose": "transactional", "phoneNumbers": ["+14155550132"]})");
  REQUIRE(job);
  CHECK(job->schedule->resolve(from_ms(7)) == from_ms(7));
  std::string text;
  encode(text, *job);
  CHECK(text == R"({"name":"Spring","schedule":"now","phoneNumbers":["+14155550132"],)"
                R"("purpose":"transactional","maxAttempts":5})");

  const auto refused = decode<NewJob>(R"({"name": "", "maxAttempt": 4, "phoneNumbers": [1]})");
  REQUIRE_FALSE(refused);
  CHECK(refused.error() ==
        std::vector<Issue>{{"/name", "too_short", "Must have from 1 to 200 characters, has 0."},
                           {"/maxAttempt", "unknown_field",
                            "There is no such field; did you mean \"maxAttempts\"?"},
                           {"/phoneNumbers/0", "wrong_type", "Must be a string, not a number."}});
}

}  // namespace example_test
}  // namespace callgate
