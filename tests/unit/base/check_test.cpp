#include "core/base/check.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

using namespace callgate;

TEST_CASE("An invariant that holds costs nothing and says nothing") {
  CALLGATE_CHECK(1 + 1 == 2);
  SUCCEED();
}

#ifndef __EMSCRIPTEN__  // in wasm it traps, which ends this program too
TEST_CASE("A broken invariant ends the work at once, and says where it stood") {
  const auto broken = [] { CALLGATE_CHECK(1 + 1 == 3); };
  CHECK_THROWS_MATCHES(
      broken(), BrokenInvariant,
      Catch::Matchers::MessageMatches(Catch::Matchers::ContainsSubstring("check_test.cpp") &&
                                      Catch::Matchers::ContainsSubstring("1 + 1 == 3")));
}
#endif
