// What is asked of the provider about an attempt, and who is on it. An effect is held under a lease
// and a fence. Where the host performs it at once its request is given out with it; where a
// queue stands between (HostLimits::effects_given) it is named first, and whoever comes with the
// name takes it, once. A hold that expires comes back: never taken, it is named anew; taken,
// nobody knows what became of it, and the provider is asked (never a blind redial).
#pragma once

#include <cstdint>
#include <vector>

#include "core/engine/service.hpp"
#include "core/providers/vapi.hpp"

namespace callgate {

// Who holds an effect has reported by then: the time to send it, the request's own time-out of 20 s
// and a margin.
inline constexpr std::chrono::seconds kLease{30};

[[nodiscard]] vapi::Account account_of(const Provider& provider);

// Whether what is asked for now goes out with this Output: else it is only named.
[[nodiscard]] bool goes_out_at_once(const Service& service);

// Asks for attempt.effect under its fence. `not_after`: later than this it must not be sent.
void ask(Service& service, Attempt attempt, const Call& call, Instant not_after);
// The same for another effect, under a new fence.
void ask_anew(Service& service, Attempt attempt, const Call& call, EffectKind effect);

// The same, given out with its request whatever the host performs by itself: somebody awaits it. A
// dial goes out under the attempt's own fence.
EffectKey ask_now(Service& service, Attempt attempt, const Call& call, EffectKind effect,
                  Instant not_after);

// Whether the provider has told where to hang up.
[[nodiscard]] bool may_hang_up(Service& service, const Attempt& attempt);
// Asks the provider to hang up, when it has told where.
void hang_up(Service& service, const Attempt& attempt);

// The dial must have reached the provider by then, if it goes out now.
[[nodiscard]] Instant send_by(Service& service, Instant gates_close);

// The calls created in [from, to] are those among which an attempt of unknown fate is looked for:
// near its time at first, and far around it before it is believed absent. When that list is cut,
// it is looked through piece by piece, newest first.
struct LookWindow {
  Instant from{};
  Instant to{};
  bool is_last = true;  // nothing older is left to look at
};
[[nodiscard]] LookWindow look_window(const Attempt& attempt);

// Gives out the requests of those that are still to be performed, each once.
void take_effects(Service& service, const std::vector<EffectKey>& keys);
// Those that nobody took are asked for anew.
void give_back_effects(Service& service, const std::vector<EffectKey>& keys);

// Takes back holds that have expired, at most `limit` of them.
void recover_expired(Service& service, std::int64_t limit);

}  // namespace callgate
