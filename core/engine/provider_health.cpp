#include "core/engine/provider_health.hpp"

#include <algorithm>

#include "core/calls/backoff.hpp"

namespace callgate {
namespace {

const BreakerRule& breaker_rule(const Service& service) {
  return service.store.workspace.settings().limits.breaker;
}

DialName name_of(const Attempt& attempt) {
  return {attempt.call, attempt.number};
}

// Asked for only while it is needed: it may look at every job's row.
std::int64_t ended_so_far(Service& service) {
  return allowance_of(service).fell_to > 0 ? service.store.jobs.ended() : 0;
}

// Tells this wait of this workspace from all others.
std::uint64_t seed_of_wait(const Service& service) {
  return mixed(mixed(0, service.store.workspace.tag()), to_ms(service.now()));
}

// No answer of a provider and no error of a host is to bring a secret to light.
std::string_view without_secrets(Service& service, std::string_view reason) {
  const auto& provider = provider_account(service).provider;
  for (const std::string* secret :
       {provider ? &provider->api_key : nullptr, provider ? &provider->webhook_secret : nullptr}) {
    if (secret != nullptr && !secret->empty() && reason.find(*secret) != std::string_view::npos) {
      return "an error that names a secret";
    }
  }
  return reason;
}

}  // namespace

Allowance allowance_of(Service& service) {
  const bool adaptive = service.store.workspace.settings().limits.adaptive;
  return adaptive ? service.store.limits.now().allowance : Allowance{};
}

AccountRoom account_room(Service& service) {
  const Settings& settings = service.store.workspace.settings();
  const std::int64_t of_account = settings.limits.provider_at_once;
  AccountRoom room;
  room.ceiling =
      of_account > 0 ? std::min(settings.calls_at_once, of_account) : settings.calls_at_once;
  room.allowed = allowed(allowance_of(service), room.ceiling, ended_so_far(service), service.now());
  return room;
}

Starts starts_of_account(Service& service) {
  const LimitState& state = service.store.limits.now();
  return both(starts_through(state.breaker, breaker_rule(service), service.now()),
              starts_after_rest(allowance_of(service), service.now()));
}

void note_dial(Service& service, const DialName& dial) {
  if (service.store.limits.now().breaker.opened_at) {
    begin_probe(service.store.limits.edit().breaker, breaker_rule(service), dial,
                seed_of_wait(service), service.now());
  }
}

bool account_takes(Service& service, const Attempt& attempt) {
  return lets_through(service.store.limits.now().breaker, name_of(attempt));
}

void note_taken(Service& service, const Attempt& attempt) {
  const Breaker& breaker = service.store.limits.now().breaker;
  if (breaker.failures == 0 || !lets_through(breaker, name_of(attempt))) {
    return;
  }
  if (note_success(service.store.limits.edit().breaker, name_of(attempt))) {
    service.context.out.alerts.emplace_back("provider vapi takes calls again");
  }
}

void note_not_taken(Service& service, const Attempt& attempt, BreakerCause cause,
                    std::string_view reason) {
  if (!lets_through(service.store.limits.now().breaker, name_of(attempt))) {
    return;
  }
  if (cause == BreakerCause::unreachable) {
    reason = without_secrets(service, reason);
  }
  Breaker& breaker = service.store.limits.edit().breaker;
  if (note_failure(breaker, breaker_rule(service), name_of(attempt), cause, reason,
                   seed_of_wait(service), service.now())) {
    service.context.out.alerts.push_back("provider vapi takes no calls: " + breaker.reason);
  }
}

void note_full(Service& service, const Attempt& attempt) {
  if (!service.store.workspace.settings().limits.adaptive) {
    return;
  }
  const std::int64_t ceiling = account_room(service).ceiling;
  Allowance allowance = service.store.limits.now().allowance;
  if (fall(allowance, ceiling, service.store.jobs.ended(), attempt.intent_at, service.now())) {
    service.store.limits.edit().allowance = allowance;
  }
}

void forget_health(Service& service) {
  const LimitState& state = service.store.limits.now();
  if (state.allowance == Allowance{} && state.breaker == Breaker{}) {
    return;
  }
  LimitState& edited = service.store.limits.edit();
  edited.allowance = {};
  edited.breaker = {};
}

void note_works(Service& service) {
  if (!(service.store.limits.now().breaker == Breaker{})) {
    service.store.limits.edit().breaker = {};
  }
}

}  // namespace callgate
