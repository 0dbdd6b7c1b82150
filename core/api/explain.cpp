#include "core/api/explain.hpp"

#include <algorithm>

#include "core/api/access.hpp"
#include "core/api/calls.hpp"
#include "core/api/scheduler.hpp"
#include "core/calls/lifecycle.hpp"
#include "core/engine/accounts.hpp"
#include "core/engine/gates.hpp"
#include "core/engine/limits.hpp"
#include "core/schedule/due_time.hpp"

namespace callgate {
namespace {

constexpr std::size_t kLanesShown = 100;
constexpr std::size_t kObjectionsShown = 8;

std::string_view word_of_calendar(Objection objection) {
  switch (objection) {
    case Objection::blackout:
      return "A blackout period of the workspace.";
    case Objection::holiday:
      return "A holiday of the workspace.";
    case Objection::day_not_allowed:
      return "The workspace places no calls on this day of the week.";
    case Objection::outside_hours:
      return "Outside the workspace's business hours.";
    case Objection::not_in_future:
      break;
  }
  return "It is not in the future.";
}

std::string detail_of(const CalleeObjection& objection) {
  using Kind = CalleeObjection::Kind;
  const std::string zone{objection.zone};
  switch (objection.kind) {
    case Kind::rule_hours:
      return "Outside the calling hours of " + std::string{objection.rule->scope} + " in " + zone +
             (objection.stands_in ? " (of marketing; nothing is known of this purpose)." : ".");
    case Kind::default_hours:
      return "Outside the hours in which the workspace rings people where no law names hours, in " +
             zone + ".";
    case Kind::policy_hours:
      return "Outside the hours to which the workspace keeps, in " + zone + ".";
    case Kind::holiday:
      return "A public holiday in " + zone + ": " + std::string{objection.holiday} + ".";
    case Kind::closed_day:
      return "The workspace rings nobody on this date, in " + zone + ".";
    case Kind::unknown_place:
      return "Nobody knows what time it is there: give the contact a time zone.";
    case Kind::no_common_hour:
      return "The zones where this number may ring have no allowed hour in common: give the "
             "contact a time zone.";
  }
  return {};
}

std::string_view code_of(const CalleeObjection& objection) {
  return objection.kind == CalleeObjection::Kind::holiday ? "callee_holiday"
                                                          : word_of(objection.kind);
}

ReasonView reason(std::string_view code, std::string_view detail) {
  return {std::string{code}, std::string{detail}, {}, {}, {}, {}, {}};
}

std::string zone_of(const ClassGates& gates) {
  return gates.callee().zones.front();
}

// "Tuesday 18:00, when about 41 of 100 answer"
std::string in_words(const BestTimeGate& gate, Instant at) {
  constexpr std::int64_t kMillionthsPerPercent = 10'000;
  const std::size_t hour = hour_of_week(to_local(gate.zone(), at));
  return name_of_hour(hour) + ", when about " +
         std::to_string(gate.model().at(hour).millionths / kMillionthsPerPercent) +
         " of 100 answer";
}

std::string why_not_now(const BestTimeGate& gate, const Delay& delay) {
  std::string text =
      "The job keeps to the hours at which people answer, and this is none of them: " +
      in_words(gate, delay.from) + ".";
  if (delay.until) {
    text += " Next: " + in_words(gate, *delay.until) +
            ". (Hours of which little is known are tried now and then.)";
  }
  return text;
}

// What shut the gate during one delay.
void add_delay(std::vector<ReasonView>& out, Service& service, const ClassGates& gates,
               const Delay& delay) {
  const auto add = [&](std::string_view code, std::string detail) -> ReasonView& {
    return out.emplace_back(
        ReasonView{std::string{code}, std::move(detail), delay.from, delay.until, {}, {}, {}});
  };
  if (gates.kind(delay.gate) == GateKind::best_time) {
    ReasonView& view = add("best_time", why_not_now(*gates.best_time(), delay));
    view.zone = zone_of(gates);
    return;
  }
  if (gates.kind(delay.gate) == GateKind::level) {
    add("level_hours",
        "The job keeps to the calendar's priorityHours if its level is high, to the hours outside "
        "them if it is low, on days that have such hours.");
    return;
  }
  if (gates.kind(delay.gate) == GateKind::client) {
    add("client_hours", "Outside the hours of its client, or on one of its free days.");
    return;
  }
  if (gates.kind(delay.gate) == GateKind::calendar) {
    const auto& calendar = service.caches.gates.calendar(service);
    const Verdict verdict = calendar->validate(delay.from, std::nullopt);
    const auto& periods = service.store.workspace.settings().calendar.blackout_periods;
    for (const Objection objection : verdict.objections) {
      std::string detail{word_of_calendar(objection)};
      if (objection == Objection::blackout && !periods[verdict.blackouts.front()].reason.empty()) {
        detail += " " + periods[verdict.blackouts.front()].reason;
      }
      add(word_of(objection), std::move(detail));
    }
    return;
  }
  std::size_t shown = 0;
  for (const CalleeObjection& objection : gates.hours().why(delay.from)) {
    if (shown++ == kObjectionsShown) {
      break;
    }
    ReasonView& view = add(code_of(objection), detail_of(objection));
    if (!objection.zone.empty()) {
      view.zone = std::string{objection.zone};
    }
    if (objection.rule != nullptr) {
      view.rule = std::string{objection.rule->id};
    }
  }
}

struct Until {
  std::optional<Instant> due_at;
  std::vector<ReasonView> reasons;
};

// From what was asked for, through every gate.
Until until_open(Service& service, const ClassGates& gates, Instant not_before) {
  Until wait;
  if (not_before > service.now()) {
    ReasonView& view =
        wait.reasons.emplace_back(reason("not_before", "It is not to be placed before this time."));
    view.from = service.now();
    view.until = not_before;
  }
  const DueTime due = due_time(gates.gates(), std::max(not_before, service.now()));
  for (const Delay& delay : due.delays) {
    add_delay(wait.reasons, service, gates, delay);
  }
  if (due.span) {
    wait.due_at = due.span->open;
  }
  return wait;
}

std::optional<Instant> open_from(const ClassGates& gates, Instant from) {
  const auto span = due_time(gates.gates(), from).span;
  return span ? std::optional{span->open} : std::nullopt;
}

PlaceView place_of(const ClassGates& gates, Purpose purpose) {
  PlaceView view;
  view.country = gates.callee().country;
  view.subdivisions = gates.callee().subdivisions;
  view.zones = gates.callee().zones;
  for (const AppliedRule& applied : rules_for(gates.callee(), purpose)) {
    view.rules.emplace_back(applied.rule->id);
  }
  return view;
}

// What holds every call of the job back, whatever the hour.
std::vector<ReasonView> reasons_of(Service& service, const Job& job) {
  std::vector<ReasonView> reasons;
  switch (job.state) {
    case JobState::importing:
      reasons.push_back(reason("job_importing", "Its recipients are still arriving."));
      break;
    case JobState::pending:
      reasons.push_back(reason("job_not_started", job.start_at
                                                      ? "The job starts at this time."
                                                      : "Nobody has started the job yet."));
      reasons.back().until = job.start_at;
      break;
    case JobState::paused:
      reasons.push_back(
          reason("job_paused", "The job is paused" + (job.error.empty() ? "." : ": " + job.error)));
      break;
    case JobState::canceled:
      reasons.push_back(reason("job_canceled", "The job was canceled."));
      break;
    case JobState::running:
    case JobState::deleted:
    case JobState::discarded:
      break;
  }
  if (const auto& pause = service.store.workspace.settings().pause) {
    reasons.push_back(
        reason("workspace_paused",
               "The workspace is paused" + (pause->note.empty() ? "." : ": " + pause->note)));
    reasons.back().from = pause->at;
  }
  if (!has_provider(service)) {
    reasons.push_back(reason("no_provider",
                             "No provider is configured to place calls: PUT /api/providers/vapi."));
  }
  for (const BindingLimit& limit : binding_limits(service, job)) {
    reasons.push_back(reason(limit.code, limit.detail));
    reasons.back().until = limit.until;
    reasons.back().provider = text_or_none(limit.account);
  }
  return reasons;
}

std::string time_in_words(Millis time) {
  const auto hours = std::chrono::duration_cast<std::chrono::hours>(time);
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(time);
  if (hours.count() > 48 && hours.count() % 24 == 0) {
    return std::to_string(hours.count() / 24) + " days";
  }
  return minutes % std::chrono::hours{1} == Millis{0}
             ? std::to_string(hours.count()) + " hours"
             : std::to_string(minutes.count()) + " minutes";
}

std::string words_of(const CapHold& held) {
  const FrequencyCap& cap = held.cap;
  std::string words = held.rule != nullptr ? std::string{held.rule->scope} + ": " : "";
  if (cap.max > 0) {
    words +=
        "At most " + std::to_string(cap.max) + " calls to a number in " + time_in_words(cap.window);
  } else if (cap.gap > Millis{0}) {
    words += "At least " + time_in_words(cap.gap) + " between two calls to a number";
  } else {
    constexpr const char* kAfter[] = {"a call", "a conversation", "a refusal", "a voicemail"};
    words += "No call to a number for " + time_in_words(cap.cool_off) + " after " +
             kAfter[static_cast<std::size_t>(cap.after)];
  }
  return words + (cap.per_subject ? ", about one subject." : ".");
}

// A blocked call ended for it; a waiting one ends when its turn comes, if it holds until then.
void add_do_not_call(std::vector<ReasonView>& reasons, const Request& request, const Call& call) {
  Service& service = request.service();
  const auto entry = service.store.suppressions.of_number(call.phone.digits);
  const bool holds = entry && entry->holds_at(service.now());
  if (call.blocked_by == BlockedBy::do_not_call && call.state == CallState::blocked) {
    reasons.push_back(reason("do_not_call",
                             holds ? "The number is on the do-not-call list."
                                   : "The number was on the do-not-call list when its turn came."));
  } else if (call.state == CallState::waiting && holds) {
    reasons.push_back(reason("do_not_call",
                             "The number is on the do-not-call list: when its turn comes the call "
                             "ends as blocked."));
  }
  if (holds && !reasons.empty() && reasons.back().code == "do_not_call") {
    if (!entry->note.reason.empty() && sees_people(request.principal())) {
      reasons.back().detail += " Reason: " + entry->note.reason;
    }
    reasons.back().from = entry->created_at;
    reasons.back().until = entry->note.expires_at;
  }
}

std::optional<std::int64_t> own_rank_of(const Call& call) {
  return call.terms.priority ? std::optional{call.terms.priority->rank} : std::nullopt;
}

// While it runs and is not done.
std::optional<TurnView> turn_view_of(Service& service, const Job& job,
                                     const std::optional<std::int64_t>& own_rank) {
  if (job.state != JobState::running || job.finished_at) {
    return std::nullopt;
  }
  const Standing standing = service.store.jobs.standing(job).at(own_rank);
  const Turn turn = turn_of(service, job);
  TurnView view;
  view.rank = standing.rank;
  view.weight = standing.weight;
  view.dials_left = standing.weight - std::min(turn.used, standing.weight - 1);
  view.waits_since = std::min(std::max(turn.since, standing.from), service.now());
  const Ageing ageing = service.store.workspace.settings().ageing;
  if (ageing > Millis{0}) {
    const std::int64_t above = (kHighestRank - standing.rank) * kPlacesPerRank - standing.place;
    view.first_from = view.waits_since + std::max<Millis>(head_start(above, ageing), Millis{0});
  }
  return view;
}

}  // namespace

Answer get_call_explain(Request& request) {
  Service& service = request.service();
  const Call call = call_of(service, request.path("id"));
  const Job& job = *service.store.jobs.find(call.job);
  const ClassGates& gates = need_gates(gates_of(service, call));
  CallExplanation out;
  out.call_id = call_id(service, call.seq, call.created_at);
  out.status = shown_status(service, call, job);
  out.purpose = job.purpose;
  out.place = place_of(gates, job.purpose);
  out.rehearsal = gates.rehearsal();
  out.job_version = job.edits.version;
  out.changes = edits_since(job, call.created_at);
  add_do_not_call(out.reasons, request, call);
  if (call.state == CallState::waiting) {
    const auto others = reasons_of(service, job);
    out.reasons.insert(out.reasons.end(), others.begin(), others.end());
    if (service.store.attempts.is_dialling(call.phone.digits)) {
      out.reasons.push_back(reason("number_busy", "This number is being called for another job."));
    }
    const auto held = cap_hold(service, call, job);
    if (held) {
      out.reasons.push_back(reason("number_cap", words_of(*held)));
      out.reasons.back().until = held->until;
      if (held->rule != nullptr) {
        out.reasons.back().rule = std::string{held->rule->id};
      }
    }
    Until wait = until_open(service, gates, call.not_before);
    out.due_at = held ? open_from(gates, std::max(held->until, call.not_before)) : wait.due_at;
    out.reasons.insert(out.reasons.end(), wait.reasons.begin(), wait.reasons.end());
    out.due_now = out.reasons.empty();
    out.turn = turn_view_of(service, job, own_rank_of(call));
  }
  return json_response(200, out);
}

Answer get_job_explain(Request& request) {
  Service& service = request.service();
  const Job& job = job_of(service, request.path("id"));
  JobExplanation out;
  out.job_id = job_id(service, job);
  out.status = view_of(service, job).status;
  out.purpose = job.purpose;
  if (!job.finished_at) {
    out.reasons = reasons_of(service, job);
  }
  out.turn = turn_view_of(service, job, std::nullopt);
  for (const Lane& lane : service.store.lanes.of_job(job.seq)) {
    if (out.lanes.size() == kLanesShown) {
      break;
    }
    const ClassGates& gates = need_gates(service.caches.gates.of(service, lane.callee, job));
    out.rehearsal = gates.rehearsal();
    Until wait = until_open(service, gates, lane.first_not_before);
    LaneView& view = out.lanes.emplace_back();
    view.place = place_of(gates, job.purpose);
    view.waiting = lane.waiting;
    view.due_now = wait.reasons.empty();
    view.due_at = wait.due_at;
    view.reasons = std::move(wait.reasons);
  }
  return json_response(200, out);
}

}  // namespace callgate
