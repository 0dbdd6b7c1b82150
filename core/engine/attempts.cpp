#include "core/engine/attempts.hpp"

#include <algorithm>

#include "core/calls/history.hpp"
#include "core/calls/lifecycle.hpp"
#include "core/calls/retry.hpp"
#include "core/engine/jobs.hpp"

namespace callgate {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// A request not sent within this time of its decision is not sent at all: the decision is stale.
constexpr Millis kSendWithin = seconds{5};
// Send window, the request's own time-out of 20 s, and a margin: who holds an effect has reported
// by then.
constexpr Millis kLease = seconds{30};
constexpr Millis kFirstLook = seconds{2};  // after an answer was lost
constexpr Millis kNextLook = seconds{5};
constexpr Millis kNextPoll = minutes{1};
constexpr Millis kLookMargin = minutes{1};  // clocks of provider and host may differ
constexpr Millis kNoCallLasts = hours{12};  // longer than any call: then it is given up as lost

vapi::Account account_of(const Provider& provider) {
  return {provider.base_url, provider.api_key, provider.webhook_url,
          provider.webhook_credential_id};
}

vapi::Dial dial_of(const Service& service, const Job& job, const Call& call, std::int64_t number) {
  std::string name = call.first_name;
  if (!call.last_name.empty()) {
    name += name.empty() ? call.last_name : " " + call.last_name;
  }
  return {attempt_id(service, call, number),
          call.phone,
          job.assistant_id,
          job.phone_number_id,
          std::move(name),
          call.metadata};
}

EffectKey key_of(const Attempt& attempt) {
  return {attempt.effect, attempt.call, attempt.number, attempt.fence};
}

struct Ending {
  Outcome outcome = Outcome::provider_error;
  std::string reason;
  std::optional<Instant> started_at;
  std::optional<Instant> ended_at;
  std::int64_t cost_micros = 0;
  std::optional<Millis> retry_after;  // the provider's own word, for capacity
};

bool is_stopped(const Job& job) {
  return job.state == JobState::canceled || !job.visible();
}

// Where the call goes after this attempt; attempts_used and deliveries_failed are brought up to
// date.
CallState next_state(Service& service, const Job& job, Call& call, const Ending& ending) {
  const Disposition what = disposition(ending.outcome);
  if (uses_attempt(ending.outcome)) {
    ++call.attempts_used;
    call.deliveries_failed = 0;
  } else {
    ++call.deliveries_failed;
  }
  if (what == Disposition::done) {
    return CallState::completed;
  }
  if (is_stopped(job) || what == Disposition::cancel) {
    return CallState::canceled;
  }
  if (what == Disposition::fail) {
    return CallState::failed;
  }
  const std::int64_t same = what == Disposition::put_off
                                ? call.deliveries_failed
                                : count_outcome(call.history, ending.outcome);
  const auto delay =
      retry_after({job.max_attempts, job.retry_delay}, ending.outcome, call.attempts_used, same);
  if (!delay) {
    return CallState::failed;
  }
  call.not_before = service.now() + ending.retry_after.value_or(*delay);
  return CallState::waiting;
}

void count_ended(Job& job, CallState state) {
  switch (state) {
    case CallState::completed:
      ++job.completed;
      break;
    case CallState::canceled:
      ++job.canceled;
      break;
    case CallState::failed:
    case CallState::expired:
    case CallState::blocked:
      ++job.failed;
      break;
    case CallState::waiting:
    case CallState::live:
    case CallState::held:
      break;
  }
}

void end_attempt(Service& service, const Attempt& attempt, const Ending& ending) {
  auto found = calls::find(service.sql(), attempt.call);
  CALLGATE_CHECK(found && found->state == CallState::live);
  Call& call = *found;
  Job& job = service.store.jobs.edit(attempt.job);
  const Instant ended_at = std::min(ending.ended_at.value_or(service.now()), service.now());
  const auto started_at = ending.started_at ? ending.started_at : attempt.started_at;
  call.history = append_attempt(
      call.history, {attempt.number, ending.outcome, ending.reason, attempt.provider_call_id,
                     attempt.intent_at, started_at, ended_at, ending.cost_micros});
  call.outcome = ending.outcome;

  ++job.attempts;
  job.cost_micros += ending.cost_micros;
  if (started_at && *started_at < ended_at) {
    job.talk_ms += (ended_at - *started_at).count();
  }
  job.last_processed_at = service.now();

  const CallState next = next_state(service, job, call, ending);
  CALLGATE_CHECK(may_follow(call.state, next));
  call.state = next;
  if (is_terminal(next)) {
    call.ended_at = ended_at;
    count_ended(job, next);
  } else {
    service.store.lanes.enter(call.lane, call.not_before);
  }
  calls::save(service.sql(), call);
  service.store.attempts.remove(attempt.call);

  if (ending.outcome == Outcome::config || ending.outcome == Outcome::billing) {
    pause_for_error(service, job, ending.reason);
  }
  finish_if_done(service, job);
}

void save_with_lease(Service& service, Attempt& attempt, Millis lease) {
  attempt.lease_until = service.now() + lease;
  service.store.attempts.save(attempt);
}

void become_unknown(Service& service, Attempt& attempt, Millis first_look) {
  attempt.state = merge(attempt.state, AttemptState::unknown);
  if (!attempt.unknown_since) {
    attempt.unknown_since = service.now();
  }
  save_with_lease(service, attempt, first_look);
}

// Asks the provider to end the call, when it has told where to ask.
void hang_up(Service& service, Attempt attempt, const vapi::Account& account) {
  auto request = vapi::end_call(account, attempt.control_url);
  if (!request) {
    return;
  }
  attempt.effect = EffectKind::end_call;
  ++attempt.fence;
  save_with_lease(service, attempt, kLease);
  service.context.out.effects.push_back(
      {key_of(attempt), attempt.lease_until, std::move(*request)});
}

void apply_fact(Service& service, Attempt attempt, const vapi::Fact& fact) {
  if (!fact.provider_call_id.empty()) {
    attempt.provider_call_id = fact.provider_call_id;
  }
  if (fact.started_at) {
    attempt.started_at = fact.started_at;
  }
  if (fact.state == AttemptState::ended) {
    end_attempt(service, attempt,
                {fact.outcome.value_or(Outcome::provider_error), fact.ended_reason, fact.started_at,
                 fact.ended_at, fact.cost_micros, std::nullopt});
    return;
  }
  const auto& account = provider_account(service).provider;
  const Millis poll = account ? account->poll_after : kNextPoll;
  const bool looked_up_before = attempt.looks > 0 && !attempt.unknown_since;
  attempt.state = merge(attempt.state, fact.state);
  if (!fact.control_url.empty()) {
    attempt.control_url = fact.control_url;
  }
  attempt.unknown_since.reset();
  attempt.absences = 0;
  attempt.look_to.reset();
  if (service.now() - attempt.intent_at > kNoCallLasts) {
    end_attempt(service, attempt,
                {Outcome::provider_error, "the provider never reported an end", std::nullopt,
                 std::nullopt, 0, std::nullopt});
    return;
  }
  save_with_lease(service, attempt, looked_up_before ? std::max(poll, kNextPoll) : poll);
  // Its job was canceled before the provider told where to hang up, or the hang-up went astray.
  const Job* job = service.store.jobs.find(attempt.job);
  if (account && is_stopped(*job) && attempt.effect != EffectKind::end_call) {
    hang_up(service, attempt, account_of(*account));
  }
}

void on_place_result(Service& service, const Attempt& current, const EffectResult& result) {
  Attempt attempt = current;
  const auto& account = provider_account(service).provider;
  const auto* answered = std::get_if<Answered>(&result.result);
  if (const auto* not_sent = std::get_if<NotSent>(&result.result)) {
    if (attempt.state == AttemptState::intent || attempt.state == AttemptState::unknown) {
      end_attempt(service, attempt,
                  {Outcome::not_placed, "not sent: " + not_sent->reason, std::nullopt, std::nullopt,
                   0, std::nullopt});
    }
    return;
  }
  if (answered == nullptr || !account) {
    if (attempt.state == AttemptState::intent) {
      become_unknown(service, attempt, kFirstLook);
    }
    return;
  }
  const auto said = vapi::read_create_call(*answered, account_of(*account));
  if (const auto* fact = std::get_if<vapi::Fact>(&said)) {
    apply_fact(service, attempt, *fact);
  } else if (const auto* refused = std::get_if<vapi::Refused>(&said)) {
    // A webhook may have come first and shown that the call does exist: then the refusal is not
    // believed.
    if (attempt.state != AttemptState::intent && attempt.state != AttemptState::unknown) {
      return;
    }
    std::optional<Millis> wait;
    if (refused->outcome == Outcome::capacity && refused->retry_after_s >= 0) {
      wait = std::max<Millis>(seconds{refused->retry_after_s}, kCapacityDelay);
    }
    attempt.provider_call_id = refused->provider_call_id;
    end_attempt(service, attempt,
                {refused->outcome, refused->reason, std::nullopt, std::nullopt, 0, wait});
  } else if (attempt.state == AttemptState::intent) {
    become_unknown(service, attempt, kFirstLook);
  }
}

// Nothing was found. Believed after two looks, the second at or after the end of the grace.
void on_absent(Service& service, Attempt attempt, Millis grace) {
  if (!attempt.unknown_since) {
    attempt.unknown_since = service.now();
  }
  ++attempt.absences;
  attempt.look_to.reset();
  const Instant believed_at = *attempt.unknown_since + grace;
  if (attempt.absences >= 2 && service.now() >= believed_at) {
    const bool was_placed = !attempt.provider_call_id.empty();
    end_attempt(service, attempt,
                {was_placed ? Outcome::provider_error : Outcome::not_placed,
                 was_placed ? "the provider no longer knows the call"
                            : "looked up: the provider never had it",
                 std::nullopt, std::nullopt, 0, std::nullopt});
    return;
  }
  save_with_lease(service, attempt, std::max<Millis>(believed_at - service.now(), kNextLook));
}

void on_look_up_result(Service& service, const Attempt& current, const EffectResult& result) {
  const auto& account = provider_account(service).provider;
  const auto call = calls::find(service.sql(), current.call);
  CALLGATE_CHECK(call.has_value());
  const auto* answered = std::get_if<Answered>(&result.result);
  std::variant<vapi::Fact, vapi::Absent, vapi::Cut, vapi::Unclear> said = vapi::Unclear{};
  if (answered != nullptr && account) {
    if (current.provider_call_id.empty()) {
      said = vapi::read_list_calls(*answered, attempt_id(service, *call, current.number),
                                   account_of(*account));
    } else {
      std::visit([&said](auto&& one) { said = std::move(one); },
                 vapi::read_get_call(*answered, account_of(*account)));
    }
  }
  if (const auto* fact = std::get_if<vapi::Fact>(&said)) {
    apply_fact(service, current, *fact);
  } else if (std::holds_alternative<vapi::Absent>(said)) {
    on_absent(service, current, account->lookup_grace);
  } else if (const auto* cut = std::get_if<vapi::Cut>(&said);
             cut != nullptr && (!current.look_to || cut->oldest < *current.look_to)) {
    Attempt attempt = current;
    attempt.look_to = cut->oldest;
    save_with_lease(service, attempt, Millis{0});  // the older ones at once
  } else {
    Attempt attempt = current;
    const Millis wait = kNextLook * std::clamp<std::int64_t>(attempt.looks, 1, 12);
    save_with_lease(service, attempt, wait);
  }
}

// The report that names the price comes after the word that the call has ended.
bool add_late_cost(Service& service, const AttemptName& name, const vapi::Fact& fact) {
  if (fact.state != AttemptState::ended || fact.cost_micros <= 0) {
    return false;
  }
  auto call = calls::find(service.sql(), name.call.seq);
  if (!call || call->created_at != name.call.created_at ||
      service.store.jobs.find(call->job) == nullptr) {
    return false;
  }
  auto history = with_cost(call->history, name.number, fact.cost_micros);
  if (!history) {
    return false;
  }
  call->history = std::move(*history);
  calls::save_history(service.sql(), *call);
  service.store.jobs.edit(call->job).cost_micros += fact.cost_micros;
  return true;
}

}  // namespace

std::int64_t dial(Service& service, const Grant& grant, const Provider& provider) {
  const auto due = calls::due(service.sql(), grant.lane, service.now(), grant.count);
  const vapi::Account account = account_of(provider);
  for (Call call : due) {
    const Job* job = service.store.jobs.find(call.job);
    CALLGATE_CHECK(job != nullptr && may_follow(call.state, CallState::live));
    ++call.attempts;
    call.state = CallState::live;
    calls::save(service.sql(), call);
    service.store.lanes.leave(grant.lane);

    Attempt attempt;
    attempt.call = call.seq;
    attempt.job = call.job;
    attempt.number = call.attempts;
    attempt.intent_at = service.now();
    attempt.lease_until = service.now() + kLease;
    const EffectKey key = key_of(attempt);
    service.store.attempts.add(std::move(attempt));
    service.context.out.effects.push_back(
        {key, std::min(grant.not_after, service.now() + kSendWithin),
         vapi::create_call(account, dial_of(service, *job, call, key.attempt))});
  }
  const auto first = calls::first_not_before(service.sql(), grant.lane);
  if (first) {
    service.store.lanes.set_first(grant.lane, *first);
  }
  return static_cast<std::int64_t>(due.size());
}

void on_effect_result(Service& service, const EffectResult& result) {
  const Attempt* attempt = service.store.attempts.find(result.key.subject);
  if (attempt == nullptr || attempt->number != result.key.attempt) {
    return;  // it ended meanwhile
  }
  // An old hold may still bring a fact about the dial, which merges forward; but only the present
  // one may say that nothing was found or that nothing came back.
  const bool stale = attempt->fence != result.key.fence;
  switch (result.key.kind) {
    case EffectKind::place_call:
      if (!stale || std::holds_alternative<Answered>(result.result)) {
        on_place_result(service, *attempt, result);
      }
      break;
    case EffectKind::look_up_call:
      if (!stale) {
        on_look_up_result(service, *attempt, result);
      }
      break;
    case EffectKind::end_call:
      if (!stale) {
        Attempt ended = *attempt;
        save_with_lease(service, ended, kNextLook);  // the look-up confirms it
      }
      break;
    case EffectKind::check_provider:
      break;
  }
}

bool on_fact(Service& service, const vapi::Fact& fact) {
  const auto name = parse_attempt_id(fact.attempt_id);
  if (!name || name->call.tag != service.store.workspace.tag()) {
    return false;
  }
  const Attempt* attempt = service.store.attempts.find(name->call.seq);
  if (attempt == nullptr || attempt->number != name->number) {
    return add_late_cost(service, *name, fact);
  }
  const bool news = fact.state == AttemptState::ended || may_follow(attempt->state, fact.state) ||
                    (attempt->control_url.empty() && !fact.control_url.empty());
  if (news) {
    apply_fact(service, *attempt, fact);
  }
  return true;
}

void recover_expired(Service& service, std::int64_t limit) {
  const auto& account = provider_account(service).provider;
  if (!account) {
    return;
  }
  for (std::int64_t i = 0; i < limit; ++i) {
    const auto& leases = service.store.attempts.leases();
    if (leases.empty() || leases.begin()->first > service.now()) {
      return;
    }
    Attempt attempt = *service.store.attempts.find(leases.begin()->second);
    const auto call = calls::find(service.sql(), attempt.call);
    const Job* job = service.store.jobs.find(attempt.job);
    CALLGATE_CHECK(call && job != nullptr);
    attempt.state = merge(attempt.state, AttemptState::unknown);
    if (attempt.state == AttemptState::unknown && !attempt.unknown_since) {
      attempt.unknown_since = service.now();
    }
    attempt.effect = EffectKind::look_up_call;
    ++attempt.fence;
    ++attempt.looks;
    save_with_lease(service, attempt, kLease);
    const Instant sent_by = std::min(service.now(), attempt.intent_at + kLease);
    OutboundRequest request =
        attempt.provider_call_id.empty()
            ? vapi::list_calls(account_of(*account), dial_of(service, *job, *call, attempt.number),
                               attempt.intent_at - kLookMargin,
                               attempt.look_to.value_or(sent_by + kLookMargin))
            : vapi::get_call(account_of(*account), attempt.provider_call_id);
    service.context.out.effects.push_back(
        {key_of(attempt), attempt.lease_until, std::move(request)});
  }
}

void end_live_calls(Service& service, std::int64_t job) {
  const auto& account = provider_account(service).provider;
  if (!account) {
    return;
  }
  for (const auto& [seq, attempt] : service.store.attempts.all()) {
    if (attempt.job == job && !attempt.control_url.empty()) {
      hang_up(service, attempt, account_of(*account));
    }
  }
}

}  // namespace callgate
