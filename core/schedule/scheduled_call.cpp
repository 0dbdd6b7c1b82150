#include "core/schedule/scheduled_call.hpp"

#include <algorithm>

namespace callgate {

std::optional<Instant> moved_into_hours(const ScheduledCall& call, Instant at,
                                        const ZoneTable& zones) {
  if (!call.respects_hours || !call.hours) {
    return at;
  }
  const auto schedule = Schedule::check({*call.hours, {}, {}, {}, 3, {}}, zones);
  if (!schedule) {
    return std::nullopt;
  }
  const auto open = schedule->open();
  // What was open a moment before closes now.
  if (call.end_included && !contains(open, at) && contains(open, at - Millis{1})) {
    return at;
  }
  return first_open_at_or_after(open, at, kLongestSpan);
}

std::optional<ChainLink> next_in_chain(const ScheduledCall& call, Instant now,
                                       const ZoneTable& zones) {
  const Zone* zone = call.recurring ? zones.find(call.timezone) : nullptr;
  if (zone == nullptr) {
    return std::nullopt;
  }
  const auto series = Series::make(*zone, call.recurring->anchor, call.recurring->rule);
  const auto found = series ? series->next(std::max(call.asked, now)) : std::nullopt;
  if (!found) {
    return std::nullopt;
  }
  const auto at = moved_into_hours(call, found->occurrence.at, zones);
  return at ? std::optional{ChainLink{found->index + 1, found->occurrence.at, *at}} : std::nullopt;
}

}  // namespace callgate
