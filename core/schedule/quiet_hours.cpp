#include "core/schedule/quiet_hours.hpp"

#include <algorithm>

namespace callgate {

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
