// Between Inputs a core keeps nothing but caches: what it says after a restart is what it would
// have said without one.
#include "tests/sim/replay.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/sim/play.hpp"

namespace callgate::sim {
namespace {

// Two of them here, under the sanitizers; ./dev test plays a hundred. As long as the rows of lanes
// were taken at their word, it differed in one seed of three.
TEST_CASE("a core that started anew says what one says that never stopped") {
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    CAPTURE(seed);
    const Result result = play(plan_of(seed, {}), {});
    for (const Finding& finding : result.findings) {
      FAIL(finding.auditor << ": " << finding.detail);
    }
  }
}

TEST_CASE("an answer that differs is found, with both answers") {
  const Result result = play(plan_of(1, {}), {});
  std::string other = result.output_log;
  const auto at = other.find("\"wake_at\":1");
  REQUIRE(at != std::string::npos);
  other[at + 10] = '2';
  REQUIRE(!first_difference(result.input_log, result.output_log));
  const auto difference = first_difference(result.input_log, other);
  REQUIRE(difference);
  CHECK(difference->find("and uninterrupted:") != std::string::npos);
}

}  // namespace
}  // namespace callgate::sim
