#include "core/engine/outbox.hpp"

#include <algorithm>

#include "core/calls/lifecycle.hpp"
#include "core/engine/accounts.hpp"
#include "core/engine/attempts.hpp"
#include "core/engine/experiments.hpp"
#include "core/engine/gates.hpp"
#include "core/engine/limits.hpp"
#include "core/engine/prices.hpp"
#include "core/engine/provider_health.hpp"

namespace callgate {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// A request not sent within this time of its decision is not sent at all: the decision is stale.
constexpr Millis kSendWithin = seconds{5};
constexpr Millis kNamed = seconds{30};    // then a queue has lost the name
constexpr Millis kUnusable = minutes{1};  // then an account's secrets may have been stored anew
// Where a dial is looked for first, and where it must be absent too before that is believed: the
// clocks of provider and host may differ, and a list of many calls is long to read.
constexpr Millis kNear = seconds{2};
constexpr Millis kFar = minutes{1};

EffectKey key_of(const Attempt& attempt) {
  return {attempt.effect, attempt.call, attempt.number, attempt.fence};
}

std::string id_at(const std::map<std::string, std::string>& ids, const std::string& ours) {
  const auto known = ids.find(ours);
  return known == ids.end() ? ours : known->second;
}

vapi::Dial dial_of(const Service& service, const Provider& account, const Attempt& attempt,
                   const Call& call) {
  const Job* job = service.store.jobs.find(attempt.job);
  CALLGATE_CHECK(job != nullptr);
  std::string name = call.first_name;
  if (!call.last_name.empty()) {
    name += name.empty() ? call.last_name : " " + call.last_name;
  }
  return {
      attempt_id(service, call, attempt.number),
      call.phone,
      id_at(account.ids.assistants, assistant_of(service, *job, call)),
      id_at(account.ids.phone_numbers,
            call.terms.phone_number_id.empty() ? job->phone_number_id : call.terms.phone_number_id),
      std::move(name),
      call.metadata,
      call.terms.record};
}

// By whom it was placed, as far as that is certain: the job, or what its ids mean at the account,
// may have been changed since. What a live call has of its own cannot.
vapi::Dial dialled_as(Service& service, const Provider& account, const Attempt& attempt,
                      const Call& call) {
  constexpr JobFields kOfDial = bit_of(JobField::assistant) | bit_of(JobField::phone_number);
  vapi::Dial dial = dial_of(service, account, attempt, call);
  const JobEdits& edits = service.store.jobs.find(attempt.job)->edits;
  const bool other_ids = account.ids_changed_at >= attempt.intent_at;
  const bool other_job = edits.touched_since(attempt.job_version, kOfDial);
  if (other_ids || (other_job && call.terms.assistant_id.empty())) {
    dial.assistant_id.clear();
  }
  if (other_ids || (other_job && call.terms.phone_number_id.empty())) {
    dial.phone_number_id.clear();
  }
  return dial;
}

// To the attempt's own account, which can be used. nullopt: it takes no such request.
std::optional<OutboundRequest> request_of(Service& service, const Attempt& attempt,
                                          const Call& call) {
  const Provider* provider = account_numbered(service, attempt.account);
  CALLGATE_CHECK(provider != nullptr);
  const vapi::Account account = account_of(*provider);
  switch (attempt.effect) {
    case EffectKind::place_call:
      return vapi::create_call(account, dial_of(service, *provider, attempt, call));
    case EffectKind::look_up_call: {
      if (!attempt.provider_call_id.empty()) {
        return vapi::get_call(account, attempt.provider_call_id);
      }
      const LookWindow window = look_window(attempt);
      return vapi::list_calls(account, dialled_as(service, *provider, attempt, call), window.from,
                              window.to);
    }
    case EffectKind::end_call:
      return vapi::end_call(account, attempt.control_url);
    case EffectKind::check_provider:
      break;
  }
  return std::nullopt;
}

void give_out(Service& service, Attempt attempt, const Call& call, Instant not_after) {
  auto request = request_of(service, attempt, call);
  if (!request) {  // the provider's address has changed: nobody there to hang up
    attempt.effect = EffectKind::look_up_call;
    request = request_of(service, attempt, call);
  }
  if (attempt.effect == EffectKind::place_call) {
    attempt.job_version = service.store.jobs.find(attempt.job)->edits.version;
  }
  attempt.taken = true;
  attempt.lease_until = service.now() + kLease;
  service.store.attempts.save(attempt);
  service.context.out.effects.push_back({key_of(attempt), not_after, std::move(request)});
}

// A dial that was named is about to go out, so rates and caps count it as of now. False: a rate
// makes it wait, and it is named anew when it may go.
bool leaves_now(Service& service, Attempt& attempt, const Call& call) {
  const Job& job = *service.store.jobs.find(attempt.job);
  const Provider& account = *account_numbered(service, attempt.account);
  if (const auto later = send_later(service, job, account)) {
    attempt.lease_until = *later;
    service.store.attempts.save(attempt);
    return false;
  }
  count_call_late(service, call, job, attempt.intent_at);
  return true;
}

// Between the naming of a dial and its taking the world may have changed. Nothing was sent yet.
bool still_wanted(Service& service, const Attempt& attempt, const OpenSpan& hours) {
  const Job* job = service.store.jobs.find(attempt.job);
  if (job->state != JobState::running) {
    put_back(service, attempt, "not sent: the job no longer runs");
    return false;
  }
  if (service.store.workspace.settings().pause) {
    put_back(service, attempt, "not sent: the workspace is paused");
    return false;
  }
  if (hours.open > service.now()) {
    put_back(service, attempt, "not sent: the hours have ended");
    return false;
  }
  if (!account_takes(service, attempt)) {
    put_back(service, attempt, "not sent: the provider takes no calls");
    return false;
  }
  if (service.store.suppressions.is_listed(attempt.digits, service.now())) {
    put_back(service, attempt, "not sent: the number is on the do-not-call list");
    return false;
  }
  return true;
}

}  // namespace

vapi::Account account_of(const Provider& provider) {
  return {provider.base_url, provider.api_key, provider.webhook_url,
          provider.webhook_credential_id};
}

bool goes_out_at_once(const Service& service) {
  const Context& context = service.context;
  return static_cast<std::int64_t>(context.out.effects.size()) < context.limits.effects_given;
}

void ask(Service& service, Attempt attempt, const Call& call, Instant not_after) {
  if (goes_out_at_once(service)) {
    give_out(service, std::move(attempt), call, not_after);
    return;
  }
  attempt.taken = false;
  attempt.lease_until = service.now() + kNamed;
  service.store.attempts.save(attempt);
  service.context.out.effects.push_back({key_of(attempt), attempt.lease_until, std::nullopt});
}

void ask_anew(Service& service, Attempt attempt, const Call& call, EffectKind effect) {
  attempt.effect = effect;
  ++attempt.fence;
  const Instant not_after = effect == EffectKind::place_call
                                ? send_by(service, open_span(service, call).close)
                                : service.now() + kLease;
  ask(service, std::move(attempt), call, not_after);
}

EffectKey ask_now(Service& service, Attempt attempt, const Call& call, EffectKind effect,
                  Instant not_after) {
  if (effect != EffectKind::place_call) {
    attempt.effect = effect;
    ++attempt.fence;
  }
  give_out(service, std::move(attempt), call, not_after);
  return service.context.out.effects.back().key;
}

bool may_hang_up(Service& service, const Attempt& attempt) {
  const Provider* account = account_numbered(service, attempt.account);
  return account != nullptr && vapi::is_providers_own(attempt.control_url, account_of(*account));
}

void hang_up(Service& service, const Attempt& attempt) {
  if (!may_hang_up(service, attempt)) {
    return;
  }
  const auto call = calls::find(service.sql(), attempt.call);
  CALLGATE_CHECK(call.has_value());
  ask_anew(service, attempt, *call, EffectKind::end_call);
}

Instant send_by(Service& service, Instant gates_close) {
  return std::min(gates_close, service.now() + kSendWithin);
}

LookWindow look_window(const Attempt& attempt) {
  const bool first = attempt.absences == 0;
  const Instant from = attempt.intent_at - (first ? kNear : kFar);
  const Instant end = attempt.intent_at + (first ? kSendWithin + kNear : kLease + kFar);
  const Instant to = attempt.look_to.value_or(end);
  if (!attempt.look_width || to - from <= *attempt.look_width) {
    return {from, to, true};
  }
  return {to - *attempt.look_width, to, false};
}

void take_effects(Service& service, const std::vector<EffectKey>& keys) {
  for (const EffectKey& key : keys) {
    const Attempt* found = service.store.attempts.find(DialName{key.subject, key.attempt});
    if (found == nullptr || found->taken || !(key_of(*found) == key)) {
      continue;
    }
    if (account_numbered(service, found->account) == nullptr) {
      continue;  // nobody can be asked
    }
    Attempt attempt = *found;
    const auto call = calls::find(service.sql(), attempt.call);
    CALLGATE_CHECK(call.has_value());
    Instant not_after = service.now() + kLease;
    if (key.kind == EffectKind::place_call) {
      const OpenSpan hours = open_span(service, *call);
      if (!still_wanted(service, attempt, hours) || !leaves_now(service, attempt, *call)) {
        continue;
      }
      attempt.intent_at = service.now();
      not_after = send_by(service, hours.close);
    }
    give_out(service, std::move(attempt), *call, not_after);
  }
}

void give_back_effects(Service& service, const std::vector<EffectKey>& keys) {
  for (const EffectKey& key : keys) {
    const Attempt* found = service.store.attempts.find(DialName{key.subject, key.attempt});
    if (found != nullptr && !found->taken && key_of(*found) == key) {
      Attempt attempt = *found;
      attempt.lease_until = service.now();
      service.store.attempts.save(attempt);
    }
  }
}

void recover_expired(Service& service, std::int64_t limit) {
  if (!has_provider(service)) {
    return;
  }
  for (std::int64_t i = 0; i < limit; ++i) {
    const auto& leases = service.store.attempts.leases();
    if (leases.empty() || leases.begin()->first > service.now()) {
      return;
    }
    Attempt attempt = *service.store.attempts.find(leases.begin()->second);
    if (attempt.state == AttemptState::ended) {
      ask_price(service, std::move(attempt));
      continue;
    }
    if (account_numbered(service, attempt.account) == nullptr) {
      attempt.lease_until = service.now() + kUnusable;
      service.store.attempts.note(attempt);  // nobody can be asked
      continue;
    }
    const auto call = calls::find(service.sql(), attempt.call);
    CALLGATE_CHECK(call.has_value());
    if (!attempt.taken) {
      const bool dials = attempt.effect == EffectKind::place_call;
      const bool wanted = !dials || still_wanted(service, attempt, open_span(service, *call));
      const bool dials_now = dials && goes_out_at_once(service);
      if (wanted && (!dials_now || leaves_now(service, attempt, *call))) {
        ask_anew(service, attempt, *call, attempt.effect);
      }
      continue;
    }
    attempt.state = merge(attempt.state, AttemptState::unknown);
    if (attempt.state == AttemptState::unknown && !attempt.unknown_since) {
      attempt.unknown_since = service.now();
    }
    ++attempt.looks;
    ask_anew(service, attempt, *call, EffectKind::look_up_call);
  }
}

}  // namespace callgate
