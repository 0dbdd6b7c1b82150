#include "core/schedule/config_check.hpp"

#include <utility>

#include "core/schedule/recurrence/civil.hpp"

namespace callgate {

void ConfigCheck::invalid_if(bool wrong, std::string_view field) {
  if (wrong) {
    invalid(std::string{field});
  }
}

DailyRange ConfigCheck::range(std::string_view start, const std::string& start_field,
                              std::string_view end, const std::string& end_field) {
  const auto start_min = parse_time_of_day(start, false);
  const auto end_min = parse_time_of_day(end, true);
  invalid_if(!start_min, start_field);
  invalid_if(!end_min || start_min == end_min, end_field);
  return {start_min.value_or(0), end_min.value_or(0)};
}

std::vector<LocalDay> ConfigCheck::dates(const std::vector<std::string>& texts,
                                         std::string_view field) {
  std::vector<LocalDay> out;
  for (const std::string& text : texts) {
    const auto day = parse_local_date(text);
    if (!day) {
      invalid(element_of(field, out.size()));
    }
    out.push_back(day.value_or(0));
  }
  return out;
}

const Zone* ConfigCheck::zone(const ZoneTable& zones, std::string_view name,
                              std::string_view field) {
  const Zone* found = zones.find(name);
  if (found == nullptr) {
    issues_.push_back({"unknown_timezone", std::string{field}});
  }
  return found;
}

std::string element_of(std::string_view list, std::size_t index) {
  return std::string{list} + '[' + std::to_string(index) + ']';
}

}  // namespace callgate
