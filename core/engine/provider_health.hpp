// Whether a provider account takes calls, learnt from what it answers: how many at once
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
[[nodiscard]] const AccountLimits& limits_of(const Service& service, const Provider& account);
// What is known of its room; nothing, where the settings do not go by it.
[[nodiscard]] Allowance allowance_of(Service& service, const Provider& account);
[[nodiscard]] AccountRoom account_room(Service& service, const Provider& account);
[[nodiscard]] Starts starts_by_breaker(Service& service, const Provider& account);

// The call is dialled next: where nothing else may be, it is the probe.
void note_dial(Service& service, const Provider& account, const DialName& dial);
// Whether a dial that was decided on may be sent now.
[[nodiscard]] bool account_takes(Service& service, const Attempt& attempt);

// What became of a dial's request.
void note_taken(Service& service, const Attempt& attempt);
void note_not_taken(Service& service, const Attempt& attempt, BreakerCause cause,
                    std::string_view reason);
// The account has as many calls as it takes at once.
void note_full(Service& service, const Attempt& attempt);

// A call through that account has ended: the others have not grown by it.
void note_ended(Service& service, std::int64_t account);

// Another account or key: nothing is known against it.
void forget_health(Service& service, std::int64_t account);
// Somebody has tried the account, and it works.
void note_works(Service& service, std::int64_t account);

}  // namespace callgate
