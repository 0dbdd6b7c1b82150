#include "core/engine/control.hpp"

#include <algorithm>

#include "core/calls/lifecycle.hpp"
#include "core/engine/accounts.hpp"
#include "core/engine/attempts.hpp"
#include "core/engine/gates.hpp"
#include "core/engine/limits.hpp"
#include "core/engine/outbox.hpp"
#include "core/engine/redrive.hpp"
#include "core/engine/removal.hpp"
#include "core/engine/tallies.hpp"
#include "core/schedule/due_time.hpp"

namespace callgate {
namespace {

Done job_takes_commands(Service& service, const Call& call) {
  return may_redrive(*service.store.jobs.find(call.job));
}

// A waiting call stands elsewhere now, or at another time.
void move_to(Service& service, Call& call, std::int64_t lane, Instant not_before) {
  service.store.lanes.leave(call.lane);
  call.lane = lane;
  call.not_before = not_before;
  calls::move(service.sql(), call);
  service.store.lanes.enter(call.lane, call.not_before);
}

// A limit, or how often this number may be called.
std::optional<NotNow> over_a_limit(Service& service, const Call& call, const Job& job) {
  if (const auto binding = binding_limits(service, job); !binding.empty()) {
    const BindingLimit& limit = binding.front();
    return NotNow{limit.code, limit.detail, limit.until};
  }
  if (const auto held = cap_hold(service, call, job)) {
    return NotNow{"number_cap", "This number was called as often as it may be.", held->until};
  }
  if (const auto own = own_limit(service, call, job)) {
    return NotNow{own->code, own->detail, own->until};
  }
  return std::nullopt;
}

std::optional<NotNow> not_allowed(Service& service, const Call& call, const Job& job) {
  if (call.state == CallState::live) {
    return NotNow{"wrong_state", "It is being called already.", {}};
  }
  if (job.state != JobState::running) {
    return NotNow{"wrong_state", "Its job does not run.", {}};
  }
  if (service.store.workspace.settings().pause) {
    return NotNow{"workspace_paused", "The workspace is paused.", {}};
  }
  if (!has_provider(service)) {
    return NotNow{"no_provider", "No provider is configured to place calls.", {}};
  }
  if (service.store.suppressions.is_listed(call.phone.digits, service.now())) {
    return NotNow{"do_not_call", "The number is on the do-not-call list.", {}};
  }
  if (service.store.attempts.is_dialling(call.phone.digits)) {
    return NotNow{"number_busy", "This number is being called for another job.", {}};
  }
  return over_a_limit(service, call, job);
}

// The calling hours of the place, without the workspace's business hours.
Expected<OpenSpan, NotNow> lawful_span(Service& service, const Call& call) {
  const ClassGates* gates = gates_of(service, call);
  if (gates == nullptr) {
    return unexpected(NotNow{"calendar_unreadable",
                             "The time zone of the business hours is not in the zone table.",
                             {}});
  }
  std::vector<const Gate*> callee;
  for (std::size_t i = 0; i < gates->gates().size(); ++i) {
    if (gates->kind(i) == GateKind::callee) {
      callee.push_back(gates->gates()[i]);
    }
  }
  const DueTime due = due_time(callee, service.now());
  if (!due.span || due.span->open > service.now()) {
    NotNow not_now{
        "outside_calling_hours", "Outside the hours in which this person may be rung.", {}};
    if (due.span) {
      not_now.until = due.span->open;
    }
    return unexpected(std::move(not_now));
  }
  return *due.span;
}

// The attempt's effect with its request, whatever stands before the effects of others.
EffectKey awaited(Service& service, Attempt attempt, const Call& call, EffectKind effect,
                  Instant not_after) {
  const EffectKey key = ask_now(service, std::move(attempt), call, effect, not_after);
  Attempt asked = *service.store.attempts.find(key.subject);
  asked.waiters.push_back({key, AwaitedBy::calls});
  service.store.attempts.note(asked);
  return key;
}

// A call that waits has ended; a live one is not dialled again, and has ended if nothing was sent.
Done stop(Service& service, Call& call, const Remark& remark) {
  if (call.state == CallState::canceled) {
    return {};
  }
  if (is_terminal(call.state)) {
    return wrong_state("It has ended already.");
  }
  if (call.state == CallState::live) {
    Attempt attempt = *service.store.attempts.find(call.seq);
    attempt.stopped = true;
    service.store.attempts.save(attempt);
    if (remark.any() || call.terms.removed) {
      call.terms.add(event_now(service, CallEventKind::canceled, 0, 0, remark));
      service.store.live_calls.forget(call.seq);
      calls::save_terms(service.sql(), call);
    }
    if (attempt.state == AttemptState::intent && !attempt.taken) {
      put_back(service, attempt, "not sent: somebody canceled the call");
      call = *calls::find(service.sql(), call.seq);
    }
    return {};
  }
  CALLGATE_CHECK(may_follow(call.state, CallState::canceled));
  if (call.state == CallState::waiting) {
    service.store.lanes.leave(call.lane);
  }
  call.state = CallState::canceled;
  call.ended_at = service.now();
  call.terms.add(event_now(service, CallEventKind::canceled, 0, 0, remark));
  calls::save(service.sql(), call);
  Job& job = service.store.jobs.edit(call.job);
  tally_end(service, job, call, service.now());
  finish_if_done(service, job);
  return {};
}

// An attempt of a call that may go out now, and until when it must have.
struct Begun {
  Attempt attempt;
  Instant send_by{};
};

Expected<Begun, NotNow> begin_now(Service& service, Call& call, const CallChange& change) {
  Call wanted = call;
  wanted.terms = changed_terms(std::move(wanted.terms), change);
  if (auto refused = not_allowed(service, wanted, *service.store.jobs.find(call.job))) {
    return unexpected(std::move(*refused));
  }
  if (auto refused = check_change(service, call, change)) {
    return unexpected(NotNow{"wrong_state", std::move(refused->detail), {}});
  }
  const auto span = lawful_span(service, call);
  if (!span) {
    return unexpected(span.error());
  }
  if (change.any()) {
    CALLGATE_CHECK(change_call(service, call, change).has_value());
  }
  if (is_terminal(call.state)) {
    begin_round(service, call, service.now());
  }
  const Job& job = *service.store.jobs.find(call.job);
  std::vector<AccountNow> accounts = accounts_now(service);
  const auto planned = choose_account(accounts, route_of(service, job)).account;
  CALLGATE_CHECK(planned.has_value());  // else it would be a limit that binds
  take(accounts[*planned]);
  const std::size_t by = account_for(service, call, job, *planned, accounts);
  const Turn turn = next_turn(service, job);
  return Begun{begin_attempt(service, call, provider_accounts(service)[by], true, turn),
               send_by(service, span->close)};
}

}  // namespace

Done reschedule_call(Service& service, Call& call, Instant not_before, const Remark& remark) {
  if (call.state != CallState::waiting) {
    return wrong_state("Only a call that waits can be put off.");
  }
  call.terms.add(event_now(service, CallEventKind::rescheduled, to_ms(call.not_before),
                           to_ms(not_before), remark));
  move_to(service, call, call.lane, not_before);
  return {};
}

Done call_back(Service& service, Call& call, Instant at, const Remark& remark,
               const std::optional<CallPriority>& priority) {
  if (call.state == CallState::live) {
    return wrong_state("It is live: arrange the callback when it has ended.");
  }
  if (auto refused = job_takes_commands(service, call); !refused) {
    return refused;
  }
  if (priority) {
    call.terms.priority = priority;
  }
  call.terms.callback_at = at;
  call.terms.add(event_now(service, CallEventKind::callback_scheduled, 0, to_ms(at), remark));
  const std::int64_t lane = lane_of(service, call, true);
  if (call.state == CallState::waiting) {
    move_to(service, call, lane, at);
    return {};
  }
  call.lane = lane;
  begin_round(service, call, at);
  return {};
}

Done redrive_call(Service& service, Call& call, const Remark& remark) {
  if (!is_terminal(call.state)) {
    return wrong_state("It has not ended: its attempts go on.");
  }
  if (call.state == CallState::completed) {
    return wrong_state("It was reached; arrange a callback to call again.");
  }
  if (auto refused = job_takes_commands(service, call); !refused) {
    return refused;
  }
  call.terms.add(event_now(service, CallEventKind::redriven, 0, 0, remark));
  begin_round(service, call, service.now());
  return {};
}

Expected<std::optional<EffectKey>, WrongState> cancel_call(Service& service, Call& call,
                                                           const Remark& remark) {
  if (auto stopped = stop(service, call, remark); !stopped) {
    return unexpected(stopped.error());
  }
  const Attempt* live = service.store.attempts.find(call.seq);
  if (live == nullptr || !may_hang_up(service, *live)) {
    return std::optional<EffectKey>{};
  }
  return std::optional{awaited(service, *live, call, EffectKind::end_call, service.now() + kLease)};
}

Done take_back_call(Service& service, Call& call, const Remark& remark) {
  if (auto stopped = stop(service, call, remark); !stopped) {
    return stopped;
  }
  if (const Attempt* live = service.store.attempts.find(call.seq)) {
    hang_up(service, *live);
  }
  return {};
}

Done remove_call(Service& service, Call& call, const Remark& remark) {
  if (is_terminal(call.state)) {
    hide_call(service, call);
    return {};
  }
  call.terms.removed = call.state == CallState::live;
  auto taken_back = take_back_call(service, call, remark);
  if (taken_back && call.state == CallState::canceled && !call.terms.removed) {
    hide_call(service, call);
  }
  return taken_back;
}

Expected<EffectKey, NotNow> call_now(Service& service, Call& call, const CallChange& change) {
  auto begun = begin_now(service, call, change);
  if (!begun) {
    return unexpected(begun.error());
  }
  return awaited(service, std::move(begun->attempt), call, EffectKind::place_call, begun->send_by);
}

Expected<EffectKey, NotNow> call_now_unawaited(Service& service, Call& call) {
  auto begun = begin_now(service, call, {});
  if (!begun) {
    return unexpected(begun.error());
  }
  return ask_now(service, std::move(begun->attempt), call, EffectKind::place_call, begun->send_by);
}

void await_as(Service& service, const EffectKey& key, AwaitedBy by) {
  Attempt attempt = *service.store.attempts.find(key.subject);
  CALLGATE_CHECK(!attempt.waiters.empty() && attempt.waiters.back().effect == key);
  attempt.waiters.back().by = by;
  service.store.attempts.note(attempt);
}

void release_waiter(Service& service, const EffectKey& key) {
  const Attempt* found = service.store.attempts.find(key.subject);
  if (found == nullptr) {
    return;
  }
  Attempt attempt = *found;
  const auto waiter = std::find_if(attempt.waiters.begin(), attempt.waiters.end(),
                                   [&key](const Waiter& one) { return one.effect == key; });
  if (waiter == attempt.waiters.end()) {
    return;
  }
  service.released.push_back({*waiter, *calls::find(service.sql(), key.subject)});
  attempt.waiters.erase(waiter);
  service.store.attempts.note(attempt);
}

void pause_workspace(Service& service, std::string_view actor, std::string_view note) {
  Settings settings = service.store.workspace.settings();
  if (!settings.pause) {
    settings.pause = WorkspacePause{service.now(), {}, {}};
  }
  settings.pause->actor = actor;
  settings.pause->note = note;
  service.store.workspace.set_settings(std::move(settings));
}

void resume_workspace(Service& service) {
  Settings settings = service.store.workspace.settings();
  settings.pause.reset();
  service.store.workspace.set_settings(std::move(settings));
}

}  // namespace callgate
