#include "core/calls/job_notes.hpp"

#include <catch2/catch_test_macros.hpp>

#include "core/store/job_notes.hpp"

namespace callgate {

TEST_CASE("Errors that come again are counted, and the last ten are kept") {
  JobErrors errors;
  for (int i = 0; i < 25; ++i) {
    errors.add(Outcome::provider_error, "fault " + std::to_string(i % 12), from_ms(i));
  }
  REQUIRE(errors.last.size() == JobErrors::kKept);
  CHECK(errors.last.back().reason == "fault 0");
  errors.add(Outcome::provider_error, "fault 0", from_ms(99));
  CHECK(errors.last.back().times == 2);
  CHECK(errors.last.back().first_at == from_ms(24));
  CHECK(errors.last.back().last_at == from_ms(99));
  errors.add(Outcome::config, "fault 0", from_ms(100));  // another outcome is another error
  CHECK(errors.last.back().times == 1);
  CHECK(unpack_job_errors(pack_job_errors(errors)) == errors);
  CHECK(pack_job_errors({}).empty());
}

TEST_CASE("A reason is short and plain") {
  JobErrors errors;
  errors.add(Outcome::billing, std::string(500, 'x') + "\n", from_ms(0));
  errors.add(Outcome::billing, "a\tb\xC3\xA4", from_ms(0));
  CHECK(errors.last.front().reason.size() == JobErrors::kReasonBytesMax);
  CHECK(errors.last.back().reason == "a?b??");
}

TEST_CASE("Nobody's answer and limits are no errors") {
  for (const Outcome outcome : {Outcome::answered, Outcome::voicemail, Outcome::no_answer,
                                Outcome::busy, Outcome::capacity, Outcome::canceled}) {
    CHECK_FALSE(is_error(outcome));
  }
  for (const Outcome outcome : {Outcome::provider_error, Outcome::config, Outcome::billing,
                                Outcome::carrier_failed, Outcome::invalid_number}) {
    CHECK(is_error(outcome));
  }
}

TEST_CASE("What is wanted to be told comes back from its packing") {
  for (int bits = 0; bits < 16; ++bits) {
    const Notifications wanted{
        bits % 3 == 0 ? std::vector<std::string>{} : std::vector<std::string>{"slack", "mail"},
        (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0};
    CHECK(unpack_notifications(pack_notifications(wanted)) == wanted);
  }
  CHECK(pack_notifications({}).empty());
}

}  // namespace callgate
