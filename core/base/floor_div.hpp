// Division that rounds to one side, also below zero.
#pragma once

#include <cstdint>

namespace callgate {

// `by` is positive.
[[nodiscard]] constexpr std::int64_t floor_div(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

[[nodiscard]] constexpr std::int64_t ceil_div(std::int64_t value, std::int64_t by) {
  return -floor_div(-value, by);
}

}  // namespace callgate
