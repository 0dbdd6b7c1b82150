// Commands about one call: put off, called back, called again, called now, canceled. Each says what
// it refused and why as a value, and nothing is written then. What needs the provider names the
// effect whose result brings the answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/expected.hpp"
#include "core/engine/call_changes.hpp"
#include "core/engine/jobs.hpp"
#include "core/engine/service.hpp"

namespace callgate {

// Only one that waits: no earlier than then.
[[nodiscard]] Done reschedule_call(Service& service, Call& call, Instant not_before,
                                   const Remark& remark = Remark());

// At that time, before everything else of the job and of jobs of its rank; one that has ended
// begins its next round. `priority`: of its own from now on.
[[nodiscard]] Done call_back(Service& service, Call& call, Instant at,
                             const Remark& remark = Remark(),
                             const std::optional<CallPriority>& priority = std::nullopt);

// Only one that has ended without being reached.
[[nodiscard]] Done redrive_call(Service& service, Call& call, const Remark& remark = Remark());

// One that waits ends at once. A live one is hung up as soon as the provider has told where: the
// effect that does it, if it is known already.
[[nodiscard]] Expected<std::optional<EffectKey>, WrongState> cancel_call(
    Service& service, Call& call, const Remark& remark = Remark());

// The same where nobody waits for the provider's answer.
[[nodiscard]] Done take_back_call(Service& service, Call& call, const Remark& remark = Remark());

// The same, and it is gone from its job and from every list as soon as it has ended.
Done remove_call(Service& service, Call& call, const Remark& remark = Remark());

// Why a call cannot go out this very moment.
struct NotNow {
  std::string_view code;
  std::string detail;
  std::optional<Instant> until;  // when it may, as far as is known
};
// Dials it at once, whatever its turn and the workspace's business hours. The calling hours of the
// place, the do-not-call list and the limits hold. `change` is made if it goes out.
[[nodiscard]] Expected<EffectKey, NotNow> call_now(Service& service, Call& call,
                                                   const CallChange& change = CallChange());
[[nodiscard]] Expected<EffectKey, NotNow> call_now_unawaited(Service& service, Call& call);

// In whose words the request is answered that waits for this effect; else in those of calls.
void await_as(Service& service, const EffectKey& key, AwaitedBy by);
// This effect's result has come: who waits for it is released.
void release_waiter(Service& service, const EffectKey& key);

// Nothing new is dialled anywhere; what is live goes on.
void pause_workspace(Service& service, std::string_view actor, std::string_view note);
void resume_workspace(Service& service);

}  // namespace callgate
