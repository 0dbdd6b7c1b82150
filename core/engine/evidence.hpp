// What a dial is decided by, at the moment of the decision.
#pragma once

#include "core/calls/evidence.hpp"
#include "core/engine/service.hpp"

namespace callgate {

[[nodiscard]] Evidence evidence_of(Service& service, const Call& call, const Job& job);

}  // namespace callgate
