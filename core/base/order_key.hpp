// Fractional keys: texts in whose order things stand, between any two of which there is room for
// another, so that moving one thing writes that one. Digits are 0-9A-Za-z in the order of their
// bytes; a key reads as a fraction behind a point, and none ends in 0, so that there is something
// smaller. Put before or after everything, a key grows by a digit for about sixty of them; in one
// place between two, for about six.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace callgate {

// The key of something that was never moved: in the order of their numbers.
[[nodiscard]] std::string order_key_of(std::int64_t number);

// A key after `low` and before `high`, which is after it; low empty: before everything, high empty:
// after everything.
[[nodiscard]] std::string order_key_between(std::string_view low, std::string_view high);

[[nodiscard]] bool is_order_key(std::string_view text);

}  // namespace callgate
