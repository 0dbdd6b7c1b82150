#include "core/api/control.hpp"

#include "core/api/audit.hpp"
#include "core/api/calls.hpp"
#include "core/api/schedules.hpp"
#include "core/engine/control.hpp"
#include "core/engine/redrive.hpp"
#include "core/store/tasks.hpp"

namespace callgate {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr Millis kAwaits = seconds{10};
constexpr Millis kFarthest = hours{24 * 400};

CommandView view_of(Service& service, const Call& call) {
  const Job& job = *service.store.jobs.find(call.job);
  CommandView view;
  view.call_id = call_id(service, call.seq, call.created_at);
  view.job_id = job_id(service, job);
  view.status = shown_status(service, call, job);
  view.round = call.round;
  view.attempt = call.attempts;
  if (call.state == CallState::waiting && call.not_before > service.now()) {
    view.not_before = call.not_before;
  }
  const Attempt* live = service.store.attempts.find(call.seq);
  if (live != nullptr && !live->provider_call_id.empty()) {
    view.provider_call_id = live->provider_call_id;
  }
  if (call.outcome) {
    view.outcome = to_word(*call.outcome);
  }
  return view;
}

Answer done_or_refused(Request& request, const Done& done, const Call& call) {
  if (!done) {
    throw ApiError{409, "wrong_state", done.error().detail};
  }
  return json_response(200, view_of(request.service(), call));
}

// After 10 s without the provider's word: it is on its way.
Await await(const Request& request, const EffectKey& key, const Call& call) {
  Service& service = request.service();
  record(request, request.route.audited, request.path("id"), "");
  return {key, service.now() + kAwaits, json_response(202, view_of(service, call))};
}

void check_time(const Request& request, Instant at, const char* place) {
  std::vector<Issue> issues;
  check_call_time(request.service(), at, place, issues);
  refuse_if_any(issues);
}

CallState state_of(RedriveState state) {
  switch (state) {
    case RedriveState::failed:
      return CallState::failed;
    case RedriveState::blocked:
      return CallState::blocked;
    case RedriveState::canceled:
      return CallState::canceled;
    case RedriveState::expired:
      break;
  }
  return CallState::expired;
}

RedriveFilter filter_of(const RedriveAsked& asked) {
  RedriveFilter filter{0, asked.outcomes ? 0 : kAnyOutcome};
  for (const RedriveState state : asked.states.value_or(std::vector{RedriveState::failed})) {
    filter.states |= bit_of(state_of(state));
  }
  for (const Outcome outcome : asked.outcomes.value_or(std::vector<Outcome>{})) {
    filter.outcomes |= bit_of(outcome);
  }
  return filter;
}

WorkspaceView view_of_workspace(Service& service) {
  WorkspaceView view;
  view.name = service.workspace;
  view.live_calls = static_cast<std::int64_t>(service.store.attempts.all().size());
  if (const auto& pause = service.store.workspace.settings().pause) {
    view.paused = true;
    view.paused_at = pause->at;
    view.paused_by = pause->actor;
    if (!pause->note.empty()) {
      view.note = pause->note;
    }
  }
  return view;
}

Answer canceled(Request& request, Call call) {
  Service& service = request.service();
  const auto hang_up = cancel_call(service, call);
  if (!hang_up) {
    throw ApiError{409, "wrong_state", hang_up.error().detail};
  }
  if (*hang_up) {
    return await(request, **hang_up, call);
  }
  return json_response(call.state == CallState::live ? 202 : 200, view_of(service, call));
}

}  // namespace

void check_call_time(const Service& service, Instant at, const char* place,
                     std::vector<Issue>& issues) {
  const Instant now = service.now();
  if (at < now || at > now + kFarthest) {
    add_issue(issues, place, at < now ? "in_the_past" : "too_far",
              at < now ? "This time has passed." : "At most 400 days ahead.");
  }
}

void refuse_now(const Service& service, const NotNow& why) {
  std::string detail = why.detail;
  Headers headers;
  if (why.until) {
    detail += " They begin at " + format_rfc3339(*why.until) + ".";
    const std::int64_t wait = (*why.until - service.now()) / seconds{1};
    headers.emplace_back("retry-after", std::to_string(wait + 1));
  }
  throw ApiError{409, why.code, detail, {}, std::move(headers)};
}

Response released_answer(Service& service, const Released& released, bool known) {
  return json_response(known ? 200 : 202, view_of(service, released.call));
}

Answer post_job_redrive(Request& request) {
  Service& service = request.service();
  const Job& job = job_of(service, request.path("id"));
  const auto asked = request.body<RedriveAsked>();
  if (const Done allowed = may_redrive(job); !allowed) {
    throw ApiError{409, "wrong_state", allowed.error().detail};
  }
  const RedriveFilter filter = filter_of(asked);
  RedriveView view;
  view.matched = count_redrive(service, job, filter);
  if (asked.dry_run) {
    return json_response(200, view);
  }
  record(request, "job.redriven", view_of(service, job).id, request.body_text());
  const Redriven done = redrive_job(service, job.seq, filter);
  view.redriven = done.calls;
  if (done.task == 0) {
    return json_response(200, view);
  }
  const auto task = tasks::find(service.sql(), done.task);
  CALLGATE_CHECK(task.has_value());
  view.task_id = task_id(service, *task);
  return json_response(202, view, {{"location", "/api/tasks/" + *view.task_id}});
}

Answer post_call_redrive(Request& request) {
  Service& service = request.service();
  Call call = call_of(service, request.path("id"));
  return done_or_refused(request, redrive_call(service, call), call);
}

Answer post_call_reschedule(Request& request) {
  Service& service = request.service();
  Call call = call_of(service, request.path("id"));
  const auto asked = request.body<RescheduleAsked>();
  const Instant at = asked.not_before.resolve(service.now());
  check_time(request, at, "/notBefore");
  request.remark = format_rfc3339(at);
  return done_or_refused(request, reschedule_call(service, call, at), call);
}

Answer post_call_callback(Request& request) {
  Service& service = request.service();
  Call call = call_of(service, request.path("id"));
  const auto asked = request.body<CallbackAsked>();
  check_time(request, asked.at, "/at");
  request.remark = format_rfc3339(asked.at);
  return done_or_refused(request, call_back(service, call, asked.at), call);
}

Answer post_call_now(Request& request) {
  Service& service = request.service();
  Call call = call_of(service, request.path("id"));
  const auto key = call_now(service, call);
  if (!key) {
    refuse_now(service, key.error());
  }
  return await(request, *key, *calls::find(service.sql(), call.seq));
}

Answer post_call_cancel(Request& request) {
  return canceled(request, call_of(request.service(), request.path("id")));
}

Answer delete_call(Request& request) {
  const bool hang_up = request.query<RemovalOfCall>().hang_up;
  Call call = call_of(request.service(), request.path("id"));
  if (call.state == CallState::live && !hang_up) {
    throw ApiError{409, "wrong_state", "It is live: with hangUp=true it is hung up."};
  }
  return canceled(request, std::move(call));
}

Answer get_workspace(Request& request) {
  return json_response(200, view_of_workspace(request.service()));
}

Answer post_workspace_pause(Request& request) {
  request.remark = request.body<PauseNote>().note.value_or("");
  pause_workspace(request.service(), request.principal().subject, request.remark);
  return json_response(200, view_of_workspace(request.service()));
}

Answer post_workspace_resume(Request& request) {
  resume_workspace(request.service());
  return json_response(200, view_of_workspace(request.service()));
}

}  // namespace callgate
