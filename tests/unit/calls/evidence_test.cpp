#include "core/calls/evidence.hpp"

#include <catch2/catch_test_macros.hpp>

namespace callgate {

TEST_CASE("evidence reads as what it was written from") {
  const Evidence none{0, std::nullopt, {}, "001 -"};
  const Evidence much{20261121, -300, {"us-fl", "workspace"}, "US-FL America/New_York"};
  CHECK(to_text(none) == "0;;;001 -");
  CHECK(to_text(much) == "20261121;-300;us-fl,workspace;US-FL America/New_York");
  CHECK(parse_evidence(to_text(none)) == none);
  CHECK(parse_evidence(to_text(much)) == much);
  CHECK(day_number("2026-11-21") == 20261121);
}

TEST_CASE("what is no evidence is none") {
  for (const char* text : {"", ";", ";;;", "x;;;US -", "1;x;;US -", "1;;US -", "1;2;us;"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_evidence(text).has_value());
  }
}

}  // namespace callgate
