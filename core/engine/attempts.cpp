#include "core/engine/attempts.hpp"

#include <algorithm>

#include "core/calls/history.hpp"
#include "core/calls/lifecycle.hpp"
#include "core/calls/retry.hpp"
#include "core/engine/accounts.hpp"
#include "core/engine/answers.hpp"
#include "core/engine/evidence.hpp"
#include "core/engine/experiments.hpp"
#include "core/engine/jobs.hpp"
#include "core/engine/limits.hpp"
#include "core/engine/outbox.hpp"
#include "core/engine/prices.hpp"
#include "core/engine/provider_health.hpp"
#include "core/engine/removal.hpp"
#include "core/engine/scheduled_calls.hpp"
#include "core/engine/suppressions.hpp"
#include "core/engine/tallies.hpp"

namespace callgate {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Millis kBusyNumberDelay = seconds{15};
constexpr Millis kFirstLook = seconds{2};  // after an answer was lost
constexpr Millis kNextLook = seconds{5};
constexpr Millis kNextPoll = minutes{1};
constexpr Millis kNoCallLasts = hours{12};  // longer than any call: then it is given up as lost

struct Ending {
  Outcome outcome = Outcome::provider_error;
  std::string reason;
  std::optional<Instant> started_at;
  std::optional<Instant> ended_at;
  std::int64_t cost_micros = 0;
  std::optional<Millis> retry_after;  // the provider's own word, for capacity
  bool gives_up = false;              // the job's rule: not again
  bool stopped = false;               // somebody canceled the call
  bool of_account = false;            // what a person has to mend is the account's, not the job's
  bool unpriced = false;              // it was placed, and what it cost is still to be told
};

bool is_stopped(const Job& job) {
  return job.state == JobState::canceled || !job.visible();
}

// Tells this call's waits from others', and its rounds apart.
std::uint64_t seed_of(const Service& service, const Call& call) {
  return mixed(mixed(mixed(0, service.store.workspace.tag()), call.seq), call.round);
}

// Where the call goes after this attempt; attempts_used and deliveries_failed are brought up to
// date.
CallState next_state(const Service& service, const Job& job, Call& call, const Ending& ending) {
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
  if (is_stopped(job) || ending.stopped || what == Disposition::cancel) {
    return CallState::canceled;
  }
  if (what == Disposition::fail || ending.gives_up) {
    return CallState::failed;
  }
  const std::int64_t same = what == Disposition::put_off
                                ? call.deliveries_failed
                                : count_outcome(call.history, ending.outcome, call.round);
  const auto delay = retry_after(with_terms(job.retry_policy(), call.terms), ending.outcome,
                                 call.attempts_used, same, seed_of(service, call));
  if (!delay) {
    return CallState::failed;
  }
  call.not_before = service.now() + ending.retry_after.value_or(*delay);
  return CallState::waiting;
}

// Nobody has the number: no job rings it again, until somebody takes it off the list. What a
// simulator says of a number is not believed.
void list_invalid_number(Service& service, const Attempt& attempt, const Call& call,
                         const Ending& ending) {
  const Provider* account = account_numbered(service, attempt.account);
  if (ending.outcome == Outcome::invalid_number && account != nullptr && !account->rehearsal) {
    put_on_list(service, call.phone,
                {"Nobody has this number: " + ending.reason, "provider", "", std::nullopt});
  }
}

std::string name_of_account(Service& service, const Attempt& attempt) {
  const Provider* account = account_numbered(service, attempt.account);
  return account == nullptr ? std::string{} : account->name;
}

void close_attempt(Service& service, const Attempt& attempt, const Ending& ending) {
  if (ending.unpriced && uses_attempt(ending.outcome)) {
    settle(service, attempt);
  } else {
    service.store.attempts.remove(attempt.call);
  }
}

void end_attempt(Service& service, const Attempt& attempt, Ending ending) {
  ending.stopped = attempt.stopped;
  auto found = service.store.live_calls.take(attempt.call);
  CALLGATE_CHECK(found && found->state == CallState::live);
  Call& call = *found;
  // Whom or what the call has named for itself only that call can lack.
  const bool own_fault = ending.outcome == Outcome::config && call.terms.has_caller();
  ending.gives_up = ending.gives_up || own_fault;
  Job& job = service.store.jobs.edit(attempt.job);
  const Instant ended_at = std::min(ending.ended_at.value_or(service.now()), service.now());
  const auto started_at = ending.started_at ? ending.started_at : attempt.started_at;
  call.history = append_attempt(
      call.history, {attempt.number, ending.outcome, ending.reason, attempt.provider_call_id,
                     attempt.intent_at, started_at, ended_at, ending.cost_micros, call.round,
                     attempt.job_version, attempt.evidence, name_of_account(service, attempt)});
  call.outcome = ending.outcome;

  service.store.jobs.count_ended(job);
  job.hour.add(service.now());
  note_ended(service, attempt.account);
  if (ending.outcome == Outcome::capacity && !vapi::is_about_a_day(ending.reason)) {
    note_full(service, attempt);
  }
  job.cost_micros += ending.cost_micros;
  count_end(service, call, attempt, job, ending.outcome, ending.cost_micros);
  AttemptTold told;
  told.cost_micros = ending.cost_micros;
  if (started_at && *started_at < ended_at) {
    told.talk_ms = (ended_at - *started_at).count();
    job.talk_ms += told.talk_ms;
  }
  job.last_processed_at = service.now();
  job.turn = std::max(job.turn, attempt.turn);
  count_answer(service, job, call, attempt, ending.outcome);
  tally_attempt(service, job, call, {ending.outcome, ended_at, told.talk_ms, ending.cost_micros});
  if (is_error(ending.outcome)) {
    job.errors.add(ending.outcome, ending.reason, service.now());
  }
  list_invalid_number(service, attempt, call, ending);

  if (!attempt.provider_call_id.empty() && uses_attempt(ending.outcome)) {
    note_dispatched(service, job.seq);
  }
  const CallState next = next_state(service, job, call, ending);
  CALLGATE_CHECK(may_follow(call.state, next));
  call.state = next;
  told.reached = next == CallState::completed;
  told.terminal = is_terminal(next) && next != CallState::canceled;
  count_for_arm(service, job, call, told);
  if (is_terminal(next)) {
    call.ended_at = ended_at;
    tally_end(service, job, call, ended_at);
  } else {
    service.store.lanes.enter(call.lane, call.not_before);
  }
  calls::save(service.sql(), call);
  for (const Waiter& waiter : service.store.attempts.find(attempt.call)->waiters) {
    service.released.push_back({waiter, call});
  }
  close_attempt(service, attempt, ending);

  const bool of_job = !ending.of_account && !own_fault;
  if (of_job && (ending.outcome == Outcome::config || ending.outcome == Outcome::billing)) {
    pause_for_error(service, job, ending.reason);
  }
  finish_if_done(service, job);
  if (call.terms.removed && is_terminal(next)) {
    hide_call(service, call);
  }
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

// Where rows are billed, that it rings is shown but not written.
bool only_rings(const Service& service, const Attempt& attempt, const vapi::Fact& fact) {
  return service.context.limits.attempts_per_row > 1 && fact.state == AttemptState::ringing &&
         attempt.state == AttemptState::placed &&
         fact.provider_call_id == attempt.provider_call_id &&
         (fact.control_url.empty() || fact.control_url == attempt.control_url);
}

void apply_fact(Service& service, Attempt attempt, const vapi::Fact& fact) {
  const bool only_shown = only_rings(service, attempt, fact);
  if (!fact.provider_call_id.empty()) {
    attempt.provider_call_id = fact.provider_call_id;
  }
  if (fact.started_at) {
    attempt.started_at = fact.started_at;
  }
  if (fact.state == AttemptState::ended) {
    Ending ending{fact.outcome.value_or(Outcome::provider_error),
                  fact.ended_reason,
                  fact.started_at,
                  fact.ended_at,
                  fact.cost_micros.value_or(0),
                  std::nullopt};
    ending.unpriced = !fact.cost_micros && !attempt.provider_call_id.empty();
    end_attempt(service, attempt, std::move(ending));
    return;
  }
  const Provider* account = account_numbered(service, attempt.account);
  const Millis poll = account != nullptr ? account->poll_after : kNextPoll;
  const bool looked_up_before = attempt.looks > 0 && !attempt.unknown_since;
  attempt.state = merge(attempt.state, fact.state);
  if (!fact.control_url.empty()) {
    attempt.control_url = fact.control_url;
  }
  attempt.unknown_since.reset();
  attempt.absences = 0;
  attempt.look_to.reset();
  attempt.look_width.reset();
  if (service.now() - attempt.intent_at > kNoCallLasts) {
    end_attempt(service, attempt,
                {Outcome::provider_error, "the provider never reported an end", std::nullopt,
                 std::nullopt, 0, std::nullopt});
    return;
  }
  if (only_shown) {
    service.store.attempts.note(attempt);
  } else {
    save_with_lease(service, attempt, looked_up_before ? std::max(poll, kNextPoll) : poll);
  }
  // Its job was canceled before the provider told where to hang up, or the hang-up went astray.
  const Job* job = service.store.jobs.find(attempt.job);
  if ((is_stopped(*job) || attempt.stopped) && attempt.effect != EffectKind::end_call) {
    hang_up(service, attempt);
  }
}

// What the account has to do with it that a request was not answered. One that was too late for its
// host says nothing; nor does what is told twice, or after a look-up.
void note_unanswered(Service& service, const Attempt& attempt, std::string_view reason) {
  if (attempt.state == AttemptState::intent && reason != kTooLate) {
    note_not_taken(service, attempt, BreakerCause::unreachable, reason);
  }
}

void on_refused(Service& service, Attempt attempt, const vapi::Refused& refused) {
  // A webhook may have come first and shown that the call does exist: then the refusal is not
  // believed.
  if (attempt.state != AttemptState::intent && attempt.state != AttemptState::unknown) {
    return;
  }
  if (refused.key_refused) {
    note_not_taken(service, attempt, BreakerCause::key_refused, "it refuses the API key");
  } else {
    note_taken(service, attempt);
  }
  std::optional<Millis> wait;
  if (refused.outcome == Outcome::capacity && refused.retry_after_s >= 0) {
    wait = std::max<Millis>(seconds{refused.retry_after_s}, kCapacityDelay);
  }
  attempt.provider_call_id = refused.provider_call_id;
  Ending ending{refused.outcome, refused.reason, std::nullopt, std::nullopt, 0, wait};
  ending.of_account = refused.key_refused;
  end_attempt(service, attempt, std::move(ending));
}

void on_place_result(Service& service, const Attempt& current, const EffectResult& result) {
  Attempt attempt = current;
  const Provider* account = account_numbered(service, attempt.account);
  const auto* answered = std::get_if<Answered>(&result.result);
  if (const auto* not_sent = std::get_if<NotSent>(&result.result)) {
    note_unanswered(service, attempt, not_sent->reason);
    if (attempt.state == AttemptState::intent || attempt.state == AttemptState::unknown) {
      put_back(service, attempt, "not sent: " + not_sent->reason);
    }
    return;
  }
  if (answered == nullptr || account == nullptr) {
    if (const auto* none = std::get_if<NoAnswer>(&result.result)) {
      note_unanswered(service, attempt, none->reason);
    }
    if (attempt.state == AttemptState::intent) {
      become_unknown(service, attempt, kFirstLook);
    }
    return;
  }
  const auto said = vapi::read_create_call(*answered, account_of(*account));
  if (const auto* fact = std::get_if<vapi::Fact>(&said)) {
    note_taken(service, attempt);
    apply_fact(service, attempt, *fact);
  } else if (const auto* refused = std::get_if<vapi::Refused>(&said)) {
    on_refused(service, attempt, *refused);
  } else if (attempt.state == AttemptState::intent) {
    note_unanswered(service, attempt, std::get<vapi::Unclear>(said).reason);
    become_unknown(service, attempt, kFirstLook);
  }
}

// The provider does not know it, and that is believed: it has lost a call that it had, or it was
// never asked. Then the job says whether the call is dialled again.
Ending ending_of_absent(const Attempt& attempt, OnUnknown policy) {
  Ending ending;
  if (!attempt.provider_call_id.empty()) {
    ending.reason = "the provider no longer knows the call";
    return ending;
  }
  ending.reason = "looked up: the provider never had it";
  ending.outcome = policy == OnUnknown::retry ? Outcome::provider_error : Outcome::not_placed;
  ending.gives_up = policy == OnUnknown::fail;
  return ending;
}

// Nothing was found. Believed after two looks, the second at or after the end of the grace, unless
// the job would rather ring twice than not at all.
void on_absent(Service& service, Attempt attempt, Millis grace) {
  if (!attempt.unknown_since) {
    attempt.unknown_since = service.now();
  }
  ++attempt.absences;
  attempt.look_to.reset();
  attempt.look_width.reset();
  const Instant believed_at = *attempt.unknown_since + grace;
  const OnUnknown policy = service.store.jobs.find(attempt.job)->retry.on_unknown;
  const bool believed = attempt.absences >= 2 && service.now() >= believed_at;
  if (believed || (policy == OnUnknown::retry && attempt.provider_call_id.empty())) {
    end_attempt(service, attempt, ending_of_absent(attempt, policy));
    return;
  }
  save_with_lease(service, attempt, std::max<Millis>(believed_at - service.now(), kNextLook));
}

// Looks on at once: in a smaller window when the list was cut, in an older one when it was whole.
void look_on(Service& service, Attempt attempt, Instant to, std::optional<Millis> width) {
  attempt.look_to = to;
  attempt.look_width = width;
  save_with_lease(service, attempt, Millis{0});
}

void on_look_up_result(Service& service, const Attempt& current, const EffectResult& result) {
  const Provider* account = account_numbered(service, current.account);
  const auto call = calls::find(service.sql(), current.call);
  CALLGATE_CHECK(call.has_value());
  const auto* answered = std::get_if<Answered>(&result.result);
  std::variant<vapi::Fact, vapi::Absent, vapi::Cut, vapi::Unclear> said = vapi::Unclear{};
  if (answered != nullptr && account != nullptr) {
    if (current.provider_call_id.empty()) {
      said = vapi::read_list_calls(*answered, attempt_id(service, *call, current.number),
                                   account_of(*account));
    } else {
      std::visit([&said](auto&& one) { said = std::move(one); },
                 vapi::read_get_call(*answered, account_of(*account)));
    }
  }
  const LookWindow window = look_window(current);
  const Millis half = (window.to - window.from) / 2;
  const auto* cut = std::get_if<vapi::Cut>(&said);
  if (const auto* fact = std::get_if<vapi::Fact>(&said)) {
    apply_fact(service, current, *fact);
  } else if (std::holds_alternative<vapi::Absent>(said) && !window.is_last) {
    look_on(service, current, window.from, *current.look_width);
  } else if (std::holds_alternative<vapi::Absent>(said)) {
    on_absent(service, current, account->lookup_grace);
  } else if (cut != nullptr && cut->complete_from && *cut->complete_from < window.to) {
    look_on(service, current, *cut->complete_from, current.look_width);
  } else if (cut != nullptr && half > Millis{0}) {
    look_on(service, current, window.to, half);
  } else {
    Attempt attempt = current;
    const Millis wait = kNextLook * std::clamp<std::int64_t>(attempt.looks, 1, 12);
    save_with_lease(service, attempt, wait);
  }
}

// Its job allows fewer attempts now than when the next one was planned.
void give_up(Service& service, Call& call) {
  CALLGATE_CHECK(may_follow(call.state, CallState::failed));
  call.state = CallState::failed;
  call.ended_at = service.now();
  calls::save(service.sql(), call);
  service.store.lanes.leave(call.lane);
  Job& job = service.store.jobs.edit(call.job);
  tally_end(service, job, call, service.now());
  count_end_for_arm(service, job, call);
  finish_if_done(service, job);
}

}  // namespace

void put_back(Service& service, const Attempt& attempt, std::string_view reason) {
  end_attempt(
      service, attempt,
      {Outcome::not_placed, std::string{reason}, std::nullopt, std::nullopt, 0, std::nullopt});
}

Turn next_turn(Service& service, const Job& job) {
  return after_dial(turn_of(service, job), job.weight,
                    turn_stamp(service.now(), last_turn(service)));
}

Attempt begin_attempt(Service& service, Call& call, const Provider& account, bool goes_out,
                      const Turn& turn) {
  CALLGATE_CHECK(may_follow(call.state, CallState::live));
  const Job& job = *service.store.jobs.find(call.job);
  Attempt attempt;
  count_call(service, call, job);
  attempt.in_quota = count_dial(service, job, account, goes_out);
  ++call.attempts;
  note_dial(service, account, {call.seq, call.attempts});
  call.state = CallState::live;
  calls::save(service.sql(), call);
  service.store.lanes.leave(call.lane);

  attempt.call = call.seq;
  attempt.job = call.job;
  attempt.digits = call.phone.digits;
  attempt.number = call.attempts;
  attempt.account = account.number;
  attempt.assistant_id = call.terms.assistant_id;
  attempt.phone_number_id = call.terms.phone_number_id;
  attempt.intent_at = service.now();
  attempt.turn = turn;
  attempt.evidence = to_text(evidence_of(service, call, job));
  service.store.attempts.add(attempt, service.context.limits.attempts_per_row);
  return attempt;
}

std::int64_t dial(Service& service, const Grant& grant, std::vector<AccountNow>& left) {
  std::vector<Call> due = calls::due(service.sql(), grant.lane, service.now(), grant.count);
  std::vector<std::int64_t> digits;
  for (const Call& call : due) {
    digits.push_back(call.phone.digits);
  }
  const auto listed = service.store.suppressions.listed(digits, service.now());
  std::int64_t put_off = 0;
  std::size_t next = 0;  // of the grant's dials
  for (Call& call : due) {
    if (listed.count(call.phone.digits) != 0) {
      block(service, call, BlockedBy::do_not_call);
      ++put_off;
      continue;
    }
    const Job& job = *service.store.jobs.find(call.job);
    if (call.attempts_used >= call.terms.max_attempts.value_or(job.max_attempts)) {
      give_up(service, call);
      ++put_off;
      continue;
    }
    // A telephone that rings for one job is busy for the next; so is an agent of the call's own.
    if (service.store.attempts.is_dialling(call.phone.digits) || own_limit(service, call, job)) {
      call.not_before = service.now() + kBusyNumberDelay;
      calls::save(service.sql(), call);
      ++put_off;
      continue;
    }
    if (const auto held = cap_hold(service, call, *service.store.jobs.find(call.job))) {
      call.not_before = held->until;
      calls::save(service.sql(), call);
      ++put_off;
      continue;
    }
    const std::size_t by = account_for(service, call, *service.store.jobs.find(call.job),
                                       grant.accounts.at(next), left);
    Attempt attempt = begin_attempt(service, call, provider_accounts(service)[by],
                                    goes_out_at_once(service), grant.turns.at(next));
    ++next;
    service.store.live_calls.keep(call);
    ask(service, std::move(attempt), call, send_by(service, grant.not_after));
  }
  service.store.lanes.set_first(grant.lane, calls::first_not_before(service.sql(), grant.lane));
  return put_off;
}

void on_effect_result(Service& service, const EffectResult& result) {
  const Attempt* attempt =
      service.store.attempts.find(DialName{result.key.subject, result.key.attempt});
  if (attempt == nullptr) {
    return;  // it ended meanwhile
  }
  // An old hold may still bring a fact about the dial, which merges forward; but only the present
  // one may say that nothing was found or that nothing came back.
  const bool stale = attempt->fence != result.key.fence;
  if (attempt->state == AttemptState::ended) {
    if (!stale) {
      on_price_result(service, *attempt, result);
    }
    return;
  }
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

bool on_fact(Service& service, const vapi::Fact& fact, const Provider& from) {
  const auto name = parse_attempt_id(fact.attempt_id);
  if (!name || name->call.tag != service.store.workspace.tag()) {
    return false;
  }
  const Attempt* attempt = service.store.attempts.find(name->call.seq);
  if (attempt == nullptr || attempt->number != name->number) {
    return add_price(service, *name, fact, from);
  }
  const bool is_another =
      !attempt->provider_call_id.empty() && attempt->provider_call_id != fact.provider_call_id;
  if (attempt->account != from.number || is_another) {
    return false;
  }
  const bool news = fact.state == AttemptState::ended || may_follow(attempt->state, fact.state) ||
                    (attempt->control_url.empty() && !fact.control_url.empty());
  if (news) {
    apply_fact(service, *attempt, fact);
  }
  return true;
}

void end_live_calls(Service& service, std::int64_t job) {
  for (const auto& [seq, attempt] : service.store.attempts.all()) {
    if (attempt.job == job && !attempt.control_url.empty()) {
      hang_up(service, attempt);
    }
  }
}

}  // namespace callgate
