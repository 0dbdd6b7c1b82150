#include "core/engine/provider_health.hpp"

#include <algorithm>

#include "core/calls/backoff.hpp"
#include "core/engine/accounts.hpp"

namespace callgate {
namespace {

// The rule of an account that is gone does not matter.
BreakerRule rule_of(Service& service, std::int64_t number) {
  const Provider* account = account_numbered(service, number);
  return account == nullptr ? BreakerRule{} : limits_of(service, *account).breaker;
}

Breaker breaker_of(Service& service, std::int64_t account) {
  return service.store.limits.now().account(account).breaker;
}

Breaker& edit_breaker(Service& service, std::int64_t account) {
  return service.store.limits.edit().accounts[account].breaker;
}

std::string name_of_account(Service& service, std::int64_t number) {
  const Provider* account = account_numbered(service, number);
  return account == nullptr ? "of before" : account->name;
}

// Asked for only while it is needed: it may look at every job's row.
std::int64_t ended_so_far(Service& service, const Allowance& allowance) {
  return allowance.fell_to > 0 ? service.store.jobs.ended() : 0;
}

// Tells this wait of this account of this workspace from all others.
std::uint64_t seed_of_wait(const Service& service, std::int64_t account) {
  const std::uint64_t seed = mixed(mixed(0, service.store.workspace.tag()), to_ms(service.now()));
  return account == 1 ? seed : mixed(seed, account);
}

// No answer of a provider and no error of a host is to bring a secret to light.
std::string_view without_secrets(Service& service, std::string_view reason) {
  for (const Provider& account : provider_accounts(service)) {
    for (const std::string* secret : {&account.api_key, &account.webhook_secret}) {
      if (!secret->empty() && reason.find(*secret) != std::string_view::npos) {
        return "an error that names a secret";
      }
    }
  }
  return reason;
}

}  // namespace

const AccountLimits& limits_of(const Service& service, const Provider& account) {
  return service.store.workspace.settings().limits.of_account(account.name);
}

Allowance allowance_of(Service& service, const Provider& account) {
  return limits_of(service, account).adaptive
             ? service.store.limits.now().account(account.number).allowance
             : Allowance{};
}

AccountRoom account_room(Service& service, const Provider& account) {
  const std::int64_t of_workspace = service.store.workspace.settings().calls_at_once;
  const std::int64_t of_account = limits_of(service, account).at_once;
  const Allowance allowance = allowance_of(service, account);
  AccountRoom room;
  room.ceiling = of_account > 0 ? std::min(of_workspace, of_account) : of_workspace;
  room.allowed = allowed(allowance, room.ceiling, ended_so_far(service, allowance), service.now());
  return room;
}

Starts starts_by_breaker(Service& service, const Provider& account) {
  return starts_through(breaker_of(service, account.number), limits_of(service, account).breaker,
                        service.now());
}

void note_dial(Service& service, const Provider& account, const DialName& dial) {
  if (breaker_of(service, account.number).opened_at) {
    begin_probe(edit_breaker(service, account.number), limits_of(service, account).breaker, dial,
                seed_of_wait(service, account.number), service.now());
  }
}

bool account_takes(Service& service, const Attempt& attempt) {
  return lets_through(breaker_of(service, attempt.account), name_of(attempt));
}

void note_taken(Service& service, const Attempt& attempt) {
  const Breaker breaker = breaker_of(service, attempt.account);
  if (breaker.failures == 0 || !lets_through(breaker, name_of(attempt))) {
    return;
  }
  if (note_success(edit_breaker(service, attempt.account), name_of(attempt))) {
    service.context.out.alerts.push_back("provider " + name_of_account(service, attempt.account) +
                                         " takes calls again");
  }
}

void note_not_taken(Service& service, const Attempt& attempt, BreakerCause cause,
                    std::string_view reason) {
  if (!lets_through(breaker_of(service, attempt.account), name_of(attempt))) {
    return;
  }
  if (cause == BreakerCause::unreachable) {
    reason = without_secrets(service, reason);
  }
  Breaker& breaker = edit_breaker(service, attempt.account);
  if (note_failure(breaker, rule_of(service, attempt.account), name_of(attempt), cause, reason,
                   seed_of_wait(service, attempt.account), service.now())) {
    service.context.out.alerts.push_back("provider " + name_of_account(service, attempt.account) +
                                         " takes no calls: " + breaker.reason);
  }
}

void note_full(Service& service, const Attempt& attempt) {
  const Provider* account = account_numbered(service, attempt.account);
  if (account == nullptr || !limits_of(service, *account).adaptive) {
    return;
  }
  const std::int64_t ceiling = account_room(service, *account).ceiling;
  Allowance allowance = service.store.limits.now().account(account->number).allowance;
  if (fall(allowance, ceiling, service.store.jobs.ended(), attempt.intent_at, service.now())) {
    service.store.limits.edit().accounts[account->number].allowance = allowance;
  }
}

void note_ended(Service& service, std::int64_t account) {
  for (const Provider& other : provider_accounts(service)) {
    if (other.number != account && allowance_of(service, other).fell_to > 0) {
      ++service.store.limits.edit().accounts[other.number].allowance.ended_then;
    }
  }
}

void forget_health(Service& service, std::int64_t account) {
  const AccountState state = service.store.limits.now().account(account);
  if (state.allowance == Allowance{} && state.breaker == Breaker{}) {
    return;
  }
  AccountState& edited = service.store.limits.edit().accounts[account];
  edited.allowance = {};
  edited.breaker = {};
}

void note_works(Service& service, std::int64_t account) {
  if (!(breaker_of(service, account) == Breaker{})) {
    edit_breaker(service, account) = {};
  }
}

}  // namespace callgate
