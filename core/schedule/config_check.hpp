// Reads the texts of a configuration and remembers every mistake by its field, so that all are told
// at once. A reader that found a mistake answers with something harmless: ask issues() first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/schedule/calendar.hpp"
#include "core/schedule/zone.hpp"

namespace callgate {

// code is unknown_timezone or invalid_config; field is a path such as priorityWindows[0].endTime.
struct ConfigIssue {
  std::string code;
  std::string field;
  friend bool operator==(const ConfigIssue&, const ConfigIssue&) = default;
};

class ConfigCheck {
 public:
  void invalid(std::string field) { issues_.push_back({"invalid_config", std::move(field)}); }
  void invalid_if(bool wrong, std::string_view field);

  // The two ends of a window, each with the name of its field. A window has a length.
  DailyRange range(std::string_view start, const std::string& start_field, std::string_view end,
                   const std::string& end_field);

  // Dates, the field of each with its index: holidays[2].
  std::vector<LocalDay> dates(const std::vector<std::string>& texts, std::string_view field);

  const Zone* zone(const ZoneTable& zones, std::string_view name, std::string_view field);

  [[nodiscard]] std::vector<ConfigIssue>& issues() { return issues_; }

 private:
  std::vector<ConfigIssue> issues_;
};

// "list[index]"
[[nodiscard]] std::string element_of(std::string_view list, std::size_t index);

}  // namespace callgate
