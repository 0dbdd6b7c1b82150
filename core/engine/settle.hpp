// The end of every Input: what time or the change made due is done, calls are dialled as far as
// slots and hours allow, what changed is told, and the next wake is computed.
#pragma once

#include "core/engine/service.hpp"

namespace callgate {

// `woken`: the timer fired, so a task may take its step. Fills effects and wake_at of the Output.
void settle(Service& service, bool woken);

}  // namespace callgate
