#include "core/engine/evidence.hpp"

#include <algorithm>

#include "core/engine/accounts.hpp"
#include "core/schedule/callee.hpp"

namespace callgate {

Evidence evidence_of(Service& service, const Call& call, const Job& job) {
  const CalleeClass callee = callee_class(call.phone, call.timezone);
  Evidence evidence;
  evidence.callee = to_text(callee);
  if (!rings_nobody(service) && service.store.workspace.settings().calling_hours.law) {
    evidence.rules_day = day_number(quiet_rules_checked());
  }
  const Zone* zone = callee.zones.size() == 1 ? service.zones.find(callee.zones.front()) : nullptr;
  if (zone != nullptr) {
    const std::int64_t ahead_ms = to_local(*zone, service.now()).ms - to_ms(service.now());
    evidence.utc_offset_min = ahead_ms / Millis{std::chrono::minutes{1}}.count();
  }
  const CapsInForce& caps = service.caches.caps.of(service, call, job);
  for (std::size_t i = 0; i < caps.caps.size(); ++i) {
    std::string name{caps.rules[i] == nullptr ? std::string_view{"workspace"} : caps.rules[i]->id};
    const bool known =
        std::find(evidence.caps.begin(), evidence.caps.end(), name) != evidence.caps.end();
    if (caps.caps[i].counts_dials() && !known) {
      evidence.caps.push_back(std::move(name));
    }
  }
  return evidence;
}

}  // namespace callgate
