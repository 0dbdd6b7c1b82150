// What many of these tests need.
#pragma once

#include <catch2/catch_test_macros.hpp>
#include <string_view>

#include "core/base/time.hpp"

namespace callgate {

// The instant that an RFC 3339 text names.
inline Instant instant(std::string_view text) {
  const auto parsed = parse_rfc3339(text);
  REQUIRE(parsed.has_value());
  return *parsed;
}

}  // namespace callgate
