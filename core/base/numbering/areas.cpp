#include <algorithm>

#include "core/base/numbering/area_states.hpp"

namespace callgate {

std::vector<std::string_view> states_of_area(Phone phone) {
  constexpr std::int64_t kOfNorthAmerica = 10'000'000'000;  // 1, and ten digits
  constexpr std::int64_t kAfterArea = 10'000'000;
  std::vector<std::string_view> out;
  if (phone.digits / kOfNorthAmerica != 1) {
    return out;
  }
  const numbering::AreaStates table = numbering::area_states();
  const std::int64_t area = phone.digits % kOfNorthAmerica / kAfterArea;
  const std::int64_t begin = area * numbering::kStatesMax;
  for (auto row = std::lower_bound(table.in_areas.begin(), table.in_areas.end(), begin);
       row != table.in_areas.end() && *row < begin + numbering::kStatesMax; ++row) {
    out.emplace_back(table.states[static_cast<std::size_t>(*row - begin)]);
  }
  return out;
}

}  // namespace callgate
