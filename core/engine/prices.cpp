#include "core/engine/prices.hpp"

#include <algorithm>

#include "core/calls/history.hpp"
#include "core/engine/accounts.hpp"
#include "core/engine/experiments.hpp"
#include "core/engine/limits.hpp"
#include "core/engine/outbox.hpp"
#include "core/engine/tallies.hpp"

namespace callgate {
namespace {

constexpr Millis kFirstPoll = std::chrono::minutes{1};  // where the account is not known
constexpr std::int64_t kLooks = 10;  // each after twice the time: at a poll a minute for 17 hours

Millis wait_of(const Service& service, const Attempt& attempt) {
  const Provider* account = account_numbered(service, attempt.account);
  const Millis poll = account != nullptr ? account->poll_after : kFirstPoll;
  return poll * (std::int64_t{1} << attempt.looks);
}

bool add_price(Service& service, Call call, std::int64_t number, std::int64_t cost_micros,
               std::string_view provider) {
  const DialName name{call.seq, number};
  // That nothing was paid is news of an attempt whose price is awaited alone.
  if (service.store.jobs.find(call.job) == nullptr ||
      (cost_micros == 0 && service.store.attempts.find(name) == nullptr)) {
    return false;
  }
  auto history = with_cost(call.history, number, cost_micros, provider);
  if (!history) {
    return false;
  }
  call.history = std::move(*history);
  calls::save_history(service.sql(), call);
  service.store.live_calls.forget(call.seq);
  service.store.attempts.settled(name);
  Job& job = service.store.jobs.edit(call.job);
  job.cost_micros += cost_micros;
  count_cost(service, job, cost_micros);
  add_arm_cost(service, job, call, cost_micros);
  const Instant at = ended_at(call.history, number).value_or(service.now());
  tally_cost(service, job, call, std::min(at, service.now()), cost_micros);
  return true;
}

}  // namespace

void settle(Service& service, Attempt attempt) {
  attempt.effect = EffectKind::look_up_call;
  attempt.taken = true;
  attempt.looks = 0;
  attempt.lease_until = service.now() + wait_of(service, attempt);
  ++attempt.fence;
  attempt.evidence.clear();
  attempt.control_url.clear();
  attempt.waiters.clear();
  service.store.attempts.settle(std::move(attempt));
}

void ask_price(Service& service, Attempt attempt) {
  const auto call = calls::find(service.sql(), attempt.call);
  if (!call || attempt.looks == kLooks) {
    service.store.attempts.give_up_price(name_of(attempt));
    return;
  }
  ++attempt.looks;
  if (account_numbered(service, attempt.account) == nullptr) {  // nobody can be asked
    attempt.lease_until = service.now() + wait_of(service, attempt);
    service.store.attempts.save(attempt);
    return;
  }
  ask_anew(service, std::move(attempt), *call, EffectKind::look_up_call);
}

void on_price_result(Service& service, const Attempt& attempt, const EffectResult& result) {
  const Provider* account = account_numbered(service, attempt.account);
  const auto* answered = std::get_if<Answered>(&result.result);
  if (answered != nullptr && account != nullptr) {
    const auto said = vapi::read_get_call(*answered, account_of(*account));
    const auto* fact = std::get_if<vapi::Fact>(&said);
    auto call = calls::find(service.sql(), attempt.call);
    if (fact != nullptr && fact->state == AttemptState::ended && fact->cost_micros && call) {
      if (!add_price(service, std::move(*call), attempt.number, *fact->cost_micros,
                     account->name)) {
        service.store.attempts.give_up_price(name_of(attempt));  // its job is gone
      }
      return;
    }
  }
  Attempt again = attempt;
  again.lease_until = service.now() + wait_of(service, again);
  service.store.attempts.save(again);
}

bool add_price(Service& service, const AttemptName& name, const vapi::Fact& fact,
               const Provider& from) {
  if (fact.state != AttemptState::ended || !fact.cost_micros) {
    return false;
  }
  auto call = calls::find(service.sql(), name.call.seq);
  return call && call->created_at == name.call.created_at &&
         add_price(service, std::move(*call), name.number, *fact.cost_micros, from.name);
}

}  // namespace callgate
