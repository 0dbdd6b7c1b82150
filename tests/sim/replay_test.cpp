// Between Inputs a core keeps nothing but caches: what it says after a restart is what it would
// have said without one.
#include "tests/sim/replay.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/sim/play.hpp"

namespace callgate::sim {
namespace {

// Found by these: a lane that calls had left was taken for one with earlier or more calls (9, 40),
// and so for one that opens the day earlier (82).
TEST_CASE("a core that started anew says what one says that never stopped") {
  for (const std::uint64_t seed : {9U, 40U, 82U}) {
    CAPTURE(seed);
    const Result result = play(plan_of(seed, {}), {});
    for (const Finding& finding : result.findings) {
      FAIL(finding.auditor << ": " << finding.detail);
    }
    CHECK(result.steps > 500);
  }
}

TEST_CASE("an answer that differs is found, with both answers") {
  const Result result = play(plan_of(1, {}), {});
  std::string other = result.output_log;
  other[other.size() / 2] ^= 1;
  REQUIRE(!first_difference(result.input_log, result.output_log));
  const auto difference = first_difference(result.input_log, other);
  REQUIRE(difference);
  CHECK(difference->find("and uninterrupted:") != std::string::npos);
}

}  // namespace
}  // namespace callgate::sim
