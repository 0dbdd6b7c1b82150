#include "core/engine/accounts.hpp"

#include <algorithm>

#include "core/calls/history.hpp"
#include "core/engine/provider_health.hpp"

namespace callgate {
namespace {

Starts starts_in_quota(Service& service, const Provider& account) {
  const AccountLimits& limits = limits_of(service, account);
  if (limits.per_day == 0) {
    return {};
  }
  const Day day = day_at(service, limits.zone, service.now());
  return starts_today(limits.per_day, service.store.limits.now().account(account.number).calls,
                      day.number, day.next);
}

Starts starts_in_pace(Service& service, const Provider& account) {
  const Pace& pace = limits_of(service, account).pace;
  return pace.any() ? starts_of(pace, service.store.limits.now().account(account.number).pace,
                                service.now())
                    : Starts{};
}

AccountNow account_now(Service& service, const Provider& account) {
  AccountNow now;
  if (account.sealed_elsewhere) {
    now.free = 0;
    return now;
  }
  const AccountRoom room = account_room(service, account);
  if (limits_of(service, account).at_once > 0 || room.allowed < room.ceiling) {
    now.free = room.allowed - service.store.attempts.live_through(account.number);
  }
  now.overflow = account.overflow;
  now.health = starts_by_breaker(service, account);
  if (now.free > 0) {
    now.starts = both(starts_after_rest(allowance_of(service, account), service.now()),
                      both(starts_in_pace(service, account), starts_in_quota(service, account)));
  }
  return now;
}

// Whether the call's last attempt failed there for a reason that another account may not have.
bool failed_through(const Call& call, const Provider& account) {
  const bool of_account = call.outcome == Outcome::carrier_failed ||
                          call.outcome == Outcome::provider_error ||
                          (call.outcome == Outcome::capacity && account.overflow);
  return of_account && last_provider(call.history) == account.name;
}

void add_starts(std::vector<BindingLimit>& out, const Provider& account, std::string_view code,
                const Starts& starts, std::string detail) {
  if (starts.now == 0) {
    const bool known = starts.next < kNoClockHelps;
    out.push_back(
        {code, std::move(detail), known ? std::optional{starts.next} : std::nullopt, account.name});
  }
}

void add_slots(std::vector<BindingLimit>& out, Service& service, const Provider& account) {
  const AccountRoom room = account_room(service, account);
  const std::int64_t at_once = limits_of(service, account).at_once;
  const bool refused = room.allowed < room.ceiling;
  const std::int64_t limit = refused ? room.allowed : at_once;
  if (limit > 0 && service.store.attempts.live_through(account.number) >= limit) {
    out.push_back({"provider_limit",
                   "As many calls are live as the provider account " + account.name +
                       (refused ? ", which has refused more," : "") +
                       " may have at once: " + std::to_string(limit) + ".",
                   std::nullopt, account.name});
  }
}

// Why that account takes no call now.
void add_reasons(std::vector<BindingLimit>& out, Service& service, const Provider& account) {
  const AccountLimits& limits = limits_of(service, account);
  const std::string who = "The provider account " + account.name;
  add_slots(out, service, account);
  add_starts(out, account, "provider_limit",
             starts_after_rest(allowance_of(service, account), service.now()),
             who + " refuses every call for now.");
  add_starts(out, account, "provider_unavailable", starts_by_breaker(service, account),
             who + " takes no calls: " +
                 service.store.limits.now().account(account.number).breaker.reason +
                 ". One is tried then.");
  add_starts(out, account, "provider_rate", starts_in_pace(service, account),
             who + " takes at most " + words_of(limits.pace) + ".");
  add_starts(out, account, "provider_day_limit", starts_in_quota(service, account),
             who + " takes at most " + std::to_string(limits.per_day) + " calls a day.");
}

}  // namespace

const std::vector<Provider>& provider_accounts(const Service& service) {
  if (!service.caches.accounts) {
    service.caches.accounts = providers::all(service.sql(), service.context.crypto);
  }
  return *service.caches.accounts;
}

const Provider* account_named(const Service& service, std::string_view name) {
  for (const Provider& account : provider_accounts(service)) {
    if (account.name == name) {
      return &account;
    }
  }
  return nullptr;
}

const Provider* account_numbered(const Service& service, std::int64_t number) {
  for (const Provider& account : provider_accounts(service)) {
    if (account.number == number) {
      return account.sealed_elsewhere ? nullptr : &account;
    }
  }
  return nullptr;
}

bool has_provider(const Service& service) {
  const auto& accounts = provider_accounts(service);
  return std::any_of(accounts.begin(), accounts.end(),
                     [](const Provider& account) { return !account.sealed_elsewhere; });
}

bool rings_nobody(const Service& service) {
  const auto& accounts = provider_accounts(service);
  return has_provider(service) &&
         std::all_of(accounts.begin(), accounts.end(), [](const Provider& account) {
           return account.rehearsal || account.sealed_elsewhere;
         });
}

AccountRoute route_of(Service& service, const Job& job) {
  const auto& accounts = provider_accounts(service);
  AccountRoute route;
  if (job.providers.empty()) {
    for (std::size_t at = 0; at < accounts.size(); ++at) {
      route.push_back(at);
    }
  }
  for (const std::string& name : job.providers) {
    for (std::size_t at = 0; at < accounts.size(); ++at) {
      if (accounts[at].name == name) {
        route.push_back(at);
      }
    }
  }
  route.erase(std::remove_if(route.begin(), route.end(),
                             [&](std::size_t at) { return accounts[at].sealed_elsewhere; }),
              route.end());
  return route;
}

std::vector<AccountNow> accounts_now(Service& service) {
  std::vector<AccountNow> now;
  for (const Provider& account : provider_accounts(service)) {
    now.push_back(account_now(service, account));
  }
  return now;
}

std::size_t account_for(Service& service, const Call& call, const Job& job, std::size_t planned,
                        std::vector<AccountNow>& left) {
  const auto& accounts = provider_accounts(service);
  if (accounts.size() < 2 || !failed_through(call, accounts[planned])) {
    return planned;
  }
  const auto other = other_account(left, route_of(service, job), planned);
  if (!other) {
    return planned;
  }
  give_back(left[planned]);
  take(left[*other]);
  return *other;
}

bool count_in_quota(Service& service, const Provider& account) {
  const AccountLimits& limits = limits_of(service, account);
  if (limits.per_day == 0) {
    return false;
  }
  const Day day = day_at(service, limits.zone, service.now());
  service.store.limits.edit().accounts[account.number].calls.add(day.number, 1);
  return true;
}

void give_back_quota(Service& service, const Attempt& attempt) {
  const Provider* account = account_numbered(service, attempt.account);
  if (!attempt.in_quota || account == nullptr) {
    return;
  }
  const std::int64_t day =
      day_at(service, limits_of(service, *account).zone, attempt.intent_at).number;
  if (service.store.limits.now().account(account->number).calls.on(day) > 0) {
    service.store.limits.edit().accounts[account->number].calls.add(day, -1);
  }
}

std::vector<BindingLimit> binding_accounts(Service& service, const Job& job) {
  const std::vector<AccountNow> now = accounts_now(service);
  const AccountRoute route = route_of(service, job);
  std::vector<BindingLimit> out;
  if (route.empty() && has_provider(service)) {
    out.push_back({"no_provider",
                   "None of the provider accounts that the job names can be used.",
                   std::nullopt,
                   {}});
  }
  if (choose_account(now, route).account) {
    return out;
  }
  for (const std::size_t at : route) {
    add_reasons(out, service, provider_accounts(service)[at]);
    if (!now[at].is_away() && !now[at].overflow) {
      break;  // calls wait for this one
    }
  }
  return out;
}

void forget_account(Service& service, const Provider& account) {
  if (service.store.limits.now().accounts.count(account.number) != 0) {
    service.store.limits.edit().accounts.erase(account.number);
  }
  Settings settings = service.store.workspace.settings();
  if (settings.limits.providers.erase(account.name) != 0) {
    service.store.workspace.set_settings(std::move(settings));
  }
}

}  // namespace callgate
