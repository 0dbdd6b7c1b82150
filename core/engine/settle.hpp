// The end of every Input: what time or the change made due is done, calls are dialled as far as
// slots and hours allow; and, once the changes are written, when the next wake is needed.
#pragma once

#include <optional>

#include "core/engine/service.hpp"

namespace callgate {

// Passes until one dials nothing. Returns when the clock alone makes the next waiting call
// dialable.
std::optional<Instant> dispatch(Service& service);

// `woken`: the timer fired, so a task may take its step. Adds effects to the Output and returns
// when the clock alone makes the next waiting call dialable.
std::optional<Instant> settle(Service& service, bool woken);

// The earliest of that instant, the next scheduled start, the next lease to expire and the next
// step of a task. Asked after Store::flush: it looks at what is written.
[[nodiscard]] std::optional<Instant> next_wake(Service& service, std::optional<Instant> next_call);

}  // namespace callgate
