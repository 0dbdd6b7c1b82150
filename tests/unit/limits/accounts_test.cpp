// Which account a call goes by, against the same said the long way.
#include "core/limits/accounts.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <numeric>
#include <random>

using namespace callgate;
using std::chrono::seconds;

namespace {

constexpr Instant kForenoon = from_ms(1'798'000'000'000);

enum class Kind : std::uint8_t { takes, full, resting, away, probes, away_and_full };
constexpr int kKinds = 6;

AccountNow account_of(Kind kind, bool overflow, Instant next) {
  AccountNow account{1, {1, {}}, {}, overflow};
  switch (kind) {
    case Kind::takes:
      break;
    case Kind::full:
      account.free = 0;
      break;
    case Kind::resting:
      account.starts = {0, next};
      break;
    case Kind::away:
      account.health = {0, next};
      break;
    case Kind::probes:
      account.health = {1, {}};
      break;
    case Kind::away_and_full:
      account.free = 0;
      account.health = {0, next};
      break;
  }
  return account;
}

bool takes_one(Kind kind) {
  return kind == Kind::takes || kind == Kind::probes;
}

bool is_away(Kind kind) {
  return kind == Kind::away || kind == Kind::away_and_full || kind == Kind::probes;
}

}  // namespace

TEST_CASE("a call goes by the first account of its route that takes it, in every state of three") {
  for (int state = 0; state < kKinds * kKinds * kKinds * 8; ++state) {
    std::vector<AccountNow> accounts;
    std::vector<Kind> kinds;
    int rest = state / 8;
    for (int i = 0; i < 3; ++i, rest /= kKinds) {
      kinds.push_back(static_cast<Kind>(rest % kKinds));
      accounts.push_back(
          account_of(kinds.back(), (state >> i & 1) != 0, kForenoon + seconds{10 * (i + 1)}));
    }
    CAPTURE(state);
    AccountRoute route{0, 1, 2};
    do {
      std::optional<std::size_t> wanted;
      Instant next = kNoClockHelps;
      for (const std::size_t at : route) {
        if (takes_one(kinds[at])) {
          wanted = at;
          next = kNoClockHelps;
          break;
        }
        if (kinds[at] == Kind::resting || kinds[at] == Kind::away) {
          next = std::min(next, kForenoon + seconds{10 * (static_cast<int>(at) + 1)});
        }
        if (!is_away(kinds[at]) && !accounts[at].overflow) {
          break;  // full: the call waits for it
        }
      }
      const AccountChoice choice = choose_account(accounts, route);
      REQUIRE(choice.account == wanted);
      REQUIRE(choice.next == next);
      const RouteRoom room = room_of(accounts, route);
      REQUIRE((room.starts.now > 0) == wanted.has_value());
      if (!wanted) {
        REQUIRE(room.starts.next == next);
      }
    } while (std::next_permutation(route.begin(), route.end()));
  }
}

TEST_CASE("no account is reached that is not in the route, and an empty route reaches none") {
  const std::vector<AccountNow> accounts(2);
  CHECK(choose_account(accounts, AccountRoute{1}).account == 1U);
  CHECK_FALSE(choose_account(accounts, AccountRoute{}).account);
  CHECK(choose_account(accounts, AccountRoute{}).next == kNoClockHelps);
  CHECK(room_of(accounts, AccountRoute{}).free == 0);
}

TEST_CASE("a probe is one call; whoever comes next goes by the next account") {
  std::vector<AccountNow> accounts{account_of(Kind::probes, false, {}),
                                   account_of(Kind::takes, false, {})};
  accounts[0].free = 10;
  accounts[0].starts = {};
  const AccountRoute route{0, 1};
  REQUIRE(choose_account(accounts, route).account == 0U);
  take(accounts[0]);
  CHECK(accounts[0].is_away());
  REQUIRE(choose_account(accounts, route).account == 1U);
  take(accounts[1]);
  CHECK_FALSE(choose_account(accounts, route).account);
  give_back(accounts[0]);
  CHECK(choose_account(accounts, route).account == 0U);
}

TEST_CASE("the room of a route is what its calls are given one by one") {
  std::mt19937_64 random{20261122};
  const auto below = [&random](std::int64_t bound) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(bound));
  };
  for (int round = 0; round < 5000; ++round) {
    std::vector<AccountNow> accounts;
    for (std::int64_t i = 1 + below(4); i > 0; --i) {
      AccountNow account{below(5) - 1, {}, {}, below(2) == 0};
      if (below(2) == 0) {
        account.starts = below(3) == 0 ? Starts{0, kForenoon} : Starts{below(4) + 1, {}};
      }
      if (below(3) == 0) {
        account.health = below(2) == 0 ? Starts{0, kForenoon} : Starts{1, {}};
      }
      accounts.push_back(account);
    }
    AccountRoute route(accounts.size());
    std::iota(route.begin(), route.end(), std::size_t{0});
    const RouteRoom room = room_of(accounts, route);
    std::int64_t given = 0;
    for (auto choice = choose_account(accounts, route); choice.account && given < 100; ++given) {
      take(accounts[*choice.account]);
      choice = choose_account(accounts, route);
    }
    CAPTURE(round);
    REQUIRE(given <= room.starts.now);
    REQUIRE(given <= room.free);
    REQUIRE((given == 0) == (room.starts.now == 0));
    REQUIRE(room_of(accounts).free >= 0);
  }
}

TEST_CASE("another account is any other of the route that takes a call, away ones left out") {
  std::vector<AccountNow> accounts{
      account_of(Kind::takes, false, {}), account_of(Kind::full, false, {}),
      account_of(Kind::away, false, kForenoon), account_of(Kind::takes, false, {})};
  CHECK(other_account(accounts, AccountRoute{0, 1, 2, 3}, 0) == 3U);
  CHECK(other_account(accounts, AccountRoute{0, 1, 2, 3}, 3) == 0U);
  CHECK_FALSE(other_account(accounts, AccountRoute{0, 1, 2}, 0));
}

TEST_CASE("at a later time an account takes what it then may") {
  const AccountNow resting = account_of(Kind::resting, false, kForenoon);
  CHECK_FALSE(as_of(resting, kForenoon - Millis{1}).takes());
  CHECK(as_of(resting, kForenoon).takes());
  CHECK(as_of(account_of(Kind::away, false, kForenoon), kForenoon).health.now == 1);
  CHECK(as_of(account_of(Kind::takes, false, kForenoon), kForenoon) ==
        account_of(Kind::takes, false, kForenoon));
}
