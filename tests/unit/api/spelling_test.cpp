#include "core/api/spelling.hpp"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <string>

namespace callgate {
namespace {

constexpr std::array<std::string_view, 5> kKnown{"maxAttempts", "name", "phoneNumbers", "tz",
                                                 "names"};

TEST_CASE("A mistyped name finds the one it was meant to be") {
  CHECK(closest_name("max_attempts", kKnown) == "maxAttempts");
  CHECK(closest_name("MaxAttempt", kKnown) == "maxAttempts");
  CHECK(closest_name("maxAttemtps", kKnown) == "maxAttempts");
  CHECK(closest_name("phone-number", kKnown) == "phoneNumbers");
  CHECK(closest_name("nmae", kKnown).empty());
  CHECK(closest_name("nme", kKnown) == "name");
  CHECK(closest_name("TZ", kKnown) == "tz");
}

TEST_CASE("Of equally close names the first is taken, of a closer one that") {
  CHECK(closest_name("namex", kKnown) == "name");
  CHECK(closest_name("name_s", kKnown) == "names");
}

TEST_CASE("A name that is far from all, empty or very long finds none") {
  for (const std::string& wrong :
       {std::string("color"), std::string(), std::string("x"), std::string("_"),
        std::string(100'000, 'n'), std::string("maxAttempts") + std::string(40, 'x')}) {
    CHECK(closest_name(wrong, kKnown).empty());
  }
}

}  // namespace
}  // namespace callgate
