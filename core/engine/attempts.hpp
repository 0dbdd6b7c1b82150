// What happens to a dial: placed, looked up, ended. Every report, however late or often it comes,
// is merged forward; an attempt that may have been dialled is looked up at the provider until its
// absence is certain (two looks, the second after the grace), and only then may the call be dialled
// again.
#pragma once

#include <cstdint>

#include "core/dispatch/pass.hpp"
#include "core/engine/service.hpp"
#include "core/providers/vapi.hpp"

namespace callgate {

// Dials the calls of one grant that are due: intent row first, then the effect. One whose number is
// being dialled already is put off a little, without using an attempt, and one over a cap until the
// cap allows it; one whose number is on the do-not-call list ends as blocked. Returns how many were
// not dialled. `left`: what the pass leaves of provider_accounts().
std::int64_t dial(Service& service, const Grant& grant, std::vector<AccountNow>& left);

// A waiting call's next attempt through that account, written and counted by the limits before
// anything is asked of the provider; `goes_out`: its request leaves with this Output; `turn`: of
// its job, with this dial.
[[nodiscard]] Attempt begin_attempt(Service& service, Call& call, const Provider& account,
                                    bool goes_out, const Turn& turn);
// With one more dial, out of turn.
[[nodiscard]] Turn next_turn(Service& service, const Job& job);

// The attempt was never sent: its call waits again, or ends with its job. Uses no attempt.
void put_back(Service& service, const Attempt& attempt, std::string_view reason);

// The result of an effect that this core gave out.
void on_effect_result(Service& service, const EffectResult& result);

// What an account reports of one of our dials. An attempt that has ended takes nothing more but its
// price. False: nothing was new, or it is no dial of ours through that account.
bool on_fact(Service& service, const vapi::Fact& fact, const Provider& from);

// Asks the provider to hang up every live call of the job that it can.
void end_live_calls(Service& service, std::int64_t job);

}  // namespace callgate
