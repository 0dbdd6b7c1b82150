// Money as providers write it: a JSON number of dollars. It becomes integer millionths from its
// digits, never through binary floating point, so 0.1 + 0.2 costs 300,000 and every home counts the
// same.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace callgate {

// "0.0725" is 72,500; rounded half up. nullopt when negative, past 2^53, or not a JSON number.
[[nodiscard]] std::optional<std::int64_t> decimal_to_micros(std::string_view number);

}  // namespace callgate
