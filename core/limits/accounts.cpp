#include "core/limits/accounts.hpp"

#include <algorithm>

namespace callgate {
namespace {

Starts as_of(const Starts& starts, Instant now) {
  return starts.now == 0 && starts.next <= now ? Starts{1, {}} : starts;
}

void add(std::int64_t& count, std::int64_t by) {
  if (count != Starts::kAny) {
    count += by;
  }
}

std::int64_t sum(std::int64_t left, std::int64_t right) {
  return left > Starts::kAny - right ? Starts::kAny : left + right;
}

// When the clock alone lets an account take a call that it does not take now.
Instant next_of(const AccountNow& account) {
  if (account.free <= 0) {
    return kNoClockHelps;
  }
  return std::max(account.starts.now == 0 ? account.starts.next : Instant{},
                  account.health.now == 0 ? account.health.next : Instant{});
}

void count_in(RouteRoom& room, const AccountNow& account) {
  const std::int64_t free = std::max<std::int64_t>(account.free, 0);
  room.free = sum(room.free, free);
  if (account.takes()) {
    room.starts.now =
        sum(room.starts.now, std::min({account.starts.now, account.health.now, free}));
  } else {
    room.starts.next = std::min(room.starts.next, next_of(account));
  }
}

// Where something may start now, nobody waits for the next time.
RouteRoom settled(RouteRoom room) {
  if (room.starts.now > 0) {
    room.starts.next = {};
  }
  return room;
}

}  // namespace

AccountNow as_of(AccountNow account, Instant now) {
  account.starts = as_of(account.starts, now);
  account.health = as_of(account.health, now);
  return account;
}

AccountChoice choose_account(std::span<const AccountNow> accounts,
                             std::span<const std::size_t> route) {
  AccountChoice choice;
  for (const std::size_t at : route) {
    const AccountNow& account = accounts[at];
    if (account.takes()) {
      return {at, kNoClockHelps};
    }
    choice.next = std::min(choice.next, next_of(account));
    if (!account.is_away() && !account.overflow) {
      break;
    }
  }
  return choice;
}

std::optional<std::size_t> other_account(std::span<const AccountNow> accounts,
                                         std::span<const std::size_t> route, std::size_t than) {
  const auto found = std::find_if(route.begin(), route.end(), [&](std::size_t at) {
    return at != than && accounts[at].takes();
  });
  return found == route.end() ? std::nullopt : std::optional{*found};
}

void take(AccountNow& account) {
  add(account.free, -1);
  add(account.starts.now, -1);
  add(account.health.now, -1);
}

void give_back(AccountNow& account) {
  add(account.free, 1);
  add(account.starts.now, 1);
  add(account.health.now, 1);
}

RouteRoom room_of(std::span<const AccountNow> accounts, std::span<const std::size_t> route) {
  RouteRoom room;
  for (const std::size_t at : route) {
    count_in(room, accounts[at]);
    if (!accounts[at].is_away() && !accounts[at].overflow) {
      break;
    }
  }
  return settled(room);
}

RouteRoom room_of(std::span<const AccountNow> accounts) {
  RouteRoom room;
  for (const AccountNow& account : accounts) {
    count_in(room, account);
  }
  return settled(room);
}

}  // namespace callgate
