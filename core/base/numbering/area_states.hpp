// The states of the USA, the District of Columbia among them, in which a number's area code lies,
// as libphonenumber names its places. A number keeps its area code when its owner moves, and a
// mobile one is tied to no place at all: the state is where the law presumes it to be (Florida's
// says so), and the best there is. Of an area code that is tied to no place (800, 500) nothing is
// known, and nothing of numbers outside the USA.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/phone.hpp"

namespace callgate {

// Postal codes ("FL"), ascending; usually one.
[[nodiscard]] std::vector<std::string_view> states_of_area(Phone phone);

namespace numbering {

inline constexpr std::uint16_t kStatesMax = 64;

// The rows behind it, made by areas.mjs.
struct AreaStates {
  std::span<const char[3]> states;          // ascending
  std::span<const std::uint16_t> in_areas;  // area code * kStatesMax + state, ascending
};

[[nodiscard]] AreaStates area_states();

}  // namespace numbering
}  // namespace callgate
