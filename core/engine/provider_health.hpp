// Whether the provider account takes calls, learnt from what it answers: how many at once
// (core/limits/allowance.hpp), and whether any at all (core/limits/breaker.hpp). It is remembered
// in the row that limits have anyway, and that is written only when a call was not taken, so an
// account in good health costs nothing.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/engine/service.hpp"

namespace callgate {

// Calls at once that the settings allow, and how many of them the account is given now.
struct AccountRoom {
  std::int64_t ceiling = 1;
  std::int64_t allowed = 1;
};
// What is known of its room; nothing, where the settings do not go by it.
[[nodiscard]] Allowance allowance_of(Service& service);
[[nodiscard]] AccountRoom account_room(Service& service);
[[nodiscard]] Starts starts_of_account(Service& service);

// The call is dialled next: where nothing else may be, it is the probe.
void note_dial(Service& service, const DialName& dial);
// Whether a dial that was decided on may be sent now.
[[nodiscard]] bool account_takes(Service& service, const Attempt& attempt);

// What became of a dial's request.
void note_taken(Service& service, const Attempt& attempt);
void note_not_taken(Service& service, const Attempt& attempt, BreakerCause cause,
                    std::string_view reason);
// The account has as many calls as it takes at once.
void note_full(Service& service, const Attempt& attempt);

// Another account or key: nothing is known against it.
void forget_health(Service& service);
// Somebody has tried the account, and it works.
void note_works(Service& service);

}  // namespace callgate
