#include "core/schedule/quiet_hours.hpp"

#include <algorithm>
#include <utility>

namespace callgate {

Expected<QuietHours, std::vector<ConfigIssue>> QuietHours::check(const QuietConfig& config) {
  ConfigCheck check;
  WeeklyHours weekly;
  for (std::size_t day = 0; day < weekly.days.size(); ++day) {
    const std::string list = "weekly." + std::to_string(day);
    for (const auto& [start, end] : config.weekly[day]) {
      const std::string path = element_of(list, weekly.days[day].size());
      weekly.days[day].push_back(check.range(start, path + "[0]", end, path + "[1]"));
    }
  }
  const std::vector<LocalDay> holidays = check.dates(config.holidays, "holidays");
  if (!check.issues().empty()) {
    return unexpected(std::move(check.issues()));
  }
  return QuietHours{weekly, holidays};
}

bool QuietHours::allowed(Instant at, std::span<const Zone* const> zones) const {
  return contains(open(zones), at);
}

std::vector<std::size_t> QuietHours::blocked_zones(Instant at,
                                                   std::span<const Zone* const> zones) const {
  std::vector<std::size_t> blocked;
  for (std::size_t i = 0; i < zones.size(); ++i) {
    if (!contains(hours_.on(*zones[i]), at)) {
      blocked.push_back(i);
    }
  }
  return blocked;
}

std::optional<Instant> QuietHours::next_allowed(Instant at, std::span<const Zone* const> zones,
                                                Millis horizon) const {
  return first_open_at_or_after(open(zones), at, std::min(horizon, kFarthest));
}

}  // namespace callgate
