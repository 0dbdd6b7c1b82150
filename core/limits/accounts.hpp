// Which provider account a call goes by: the first of its route that takes it now, where a route
// is the accounts that its job allows, in order. An account that is away (its breaker is open, but
// for the probe) always gives its calls on to the next; one that is full (calls at once, rate, day,
// or it rests) does so only where it was told to overflow, else its calls wait for it. So a call
// goes to another account only because those before it do not take it. Accounts are few, and a
// pass finds them as values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/base/time.hpp"
#include "core/limits/starts.hpp"

namespace callgate {

inline constexpr std::size_t kAccountsMax = 8;

struct AccountNow {
  std::int64_t free = Starts::kAny;  // slots
  Starts starts = {};                // by its rate, its day and its rest
  Starts health = {};                // by its breaker: any number while it is closed
  bool overflow = false;             // its calls go on to the next while it is full

  [[nodiscard]] bool is_away() const { return health.now != Starts::kAny; }
  [[nodiscard]] bool takes() const { return free > 0 && starts.now > 0 && health.now > 0; }
  friend bool operator==(const AccountNow&, const AccountNow&) = default;
};

// Places in the list of accounts, first choice first.
using AccountRoute = std::vector<std::size_t>;

// As it is at a later time than that of its starts, where nothing happened since.
[[nodiscard]] AccountNow as_of(AccountNow account, Instant now);

struct AccountChoice {
  std::optional<std::size_t> account;
  Instant next = kNoClockHelps;  // while there is none: when the clock alone lets one take it
};
[[nodiscard]] AccountChoice choose_account(std::span<const AccountNow> accounts,
                                           std::span<const std::size_t> route);

// Another account of the route than that one, which takes a call now: for a call that failed there
// through no fault of its own. Nothing: there is none.
[[nodiscard]] std::optional<std::size_t> other_account(std::span<const AccountNow> accounts,
                                                       std::span<const std::size_t> route,
                                                       std::size_t than);

// One more dial through it, or one less.
void take(AccountNow& account);
void give_back(AccountNow& account);

// What calls of a route may be given through all of its accounts together, at most: slots, and
// starts by the clock.
struct RouteRoom {
  std::int64_t free = 0;
  Starts starts{0, kNoClockHelps};
};
[[nodiscard]] RouteRoom room_of(std::span<const AccountNow> accounts,
                                std::span<const std::size_t> route);
// The same for calls of whatever route.
[[nodiscard]] RouteRoom room_of(std::span<const AccountNow> accounts);

}  // namespace callgate
