#include "core/engine/hours.hpp"

namespace callgate {

OpenSpan business_hours(const Service& service) {
  const BusinessHours& hours = service.store.workspace.settings().hours;
  if (hours.days == 0) {
    return {service.now(), kNever};
  }
  const Zone* zone = service.zones.find(hours.zone);
  if (zone == nullptr) {
    return {kNever, kNever};
  }
  WeeklyHours weekly;
  for (std::size_t day = 0; day < weekly.days.size(); ++day) {
    if ((hours.days >> day & 1U) != 0) {
      weekly.days[day].push_back(hours.range);
    }
  }
  return next_open(weekly, *zone, service.now()).value_or(OpenSpan{kNever, kNever});
}

}  // namespace callgate
