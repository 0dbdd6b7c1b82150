#include "core/api/documents/daily_calls.hpp"

#include <algorithm>

#include "core/api/calls.hpp"
#include "core/api/documents/defaults.hpp"
#include "core/engine/accounts.hpp"
#include "core/engine/daily_calls.hpp"
#include "core/store/scheduled_calls.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kConcurrencyMax = 1000;
constexpr std::int64_t kUsualConcurrency = 5;
constexpr std::int64_t kBoardJobs = 10;  // of a state
constexpr std::int64_t kBoardWaiting = 1000;
constexpr RequestRate kTriggers{3, std::chrono::minutes{1}};
constexpr Millis kCron = std::chrono::minutes{5};

std::int64_t live_calls(Service& service, const Job& job) {
  const auto& live = service.store.attempts.live();
  const auto found = live.find(job.seq);
  return found == live.end() ? 0 : found->second;
}

bool is_daily_paused(Service& service, const Job* job) {
  return service.store.workspace.settings().pause ||
         (job != nullptr && job->state == JobState::paused);
}

QueueHealth health_of(Service& service, const Job* job) {
  if (!service.store.workspace.daily().enabled) {
    return QueueHealth::healthy;
  }
  if (job == nullptr || !has_provider(service)) {
    return QueueHealth::unhealthy;
  }
  return is_daily_paused(service, job) ? QueueHealth::degraded : QueueHealth::healthy;
}

QueueBoardJob board_job(Request& request, const Call& call, std::string_view state) {
  QueueBoardJob shown;
  shown.id = call_id(request.service(), call.seq, call.created_at);
  shown.name = "process-user-call";
  shown.state = state;
  shown.phone_number = shown_number(request.principal(), call.phone);
  shown.attempts_made = call.attempts;
  shown.timestamp = call.created_at;
  shown.finished_on = call.ended_at;
  if (state == "failed" && call.outcome) {
    shown.failed_reason = to_word(*call.outcome);
  }
  return shown;
}

void list_ended(Request& request, const Job& job, CallState state, std::string_view shown,
                QueueBoardQueue& queue) {
  const calls::PageQuery query{job.seq, job.first_seq - 1, job.last_seq, state, kBoardJobs};
  for (const Call& call : calls::page(request.service().sql(), query)) {
    queue.jobs.push_back(board_job(request, call, shown));
  }
}

// Those that wait, and how many of them for a time.
void list_waiting(Request& request, const Job& job, QueueBoardQueue& queue) {
  Service& service = request.service();
  const auto waiting =
      calls::waiting_of(service.sql(), job.seq, job.first_seq - 1, job.last_seq, kBoardWaiting);
  std::int64_t due = 0;
  for (const Call& call : waiting) {
    const bool later = call.not_before > service.now();
    std::int64_t& count = later ? queue.counts.delayed : due;
    if (++count <= kBoardJobs) {
      queue.jobs.push_back(board_job(request, call, later ? "delayed" : "waiting"));
    }
  }
}

DailyCallsView settings_view(Service& service) {
  const DailyCalls& daily = service.store.workspace.daily();
  DailyCallsView view;
  view.enabled = daily.enabled;
  view.assistant_id = text_or_none(daily.assistant_id);
  view.phone_number_id = text_or_none(daily.phone_number_id);
  view.max_attempts = daily.max_attempts;
  view.concurrency = daily.concurrency;
  view.window_min = daily.window_min;
  if (const Job* job = daily_job(service)) {
    view.job_id = job_id(service, *job);
  }
  view.next_at = next_daily_call(service);
  view.called = daily.called;
  view.missed = daily.missed;
  view.skipped = daily.skipped;
  return view;
}

}  // namespace

Response daily_refusal(const ApiError& error) {
  DailyFailure failed;
  failed.error = error.detail();
  Headers headers{{"cache-control", "no-store"}};
  headers.insert(headers.end(), error.headers().begin(), error.headers().end());
  return json_response(error.status(), failed, std::move(headers));
}

Answer get_daily_status(Request& request) {
  Service& service = request.service();
  const Job* job = daily_job(service);
  DailyQueueStatus answer;
  DailyQueueView& queue = answer.queue;
  queue.name = kDailyJobName;
  queue.health = health_of(service, job);
  if (job != nullptr) {
    queue.active = live_calls(service, *job);
    queue.waiting = job->open() - queue.active;
    queue.failed = job->kept_failed();
    queue.completed = job->kept(End::completed);
  }
  const std::int64_t now = to_ms(service.now());
  queue.crons.push_back(
      {"schedule-calls", "*/5 * * * *", (now / kCron.count() + 1) * kCron.count()});
  return json_response(200, answer);
}

Answer post_daily_trigger(Request& request) {
  Service& service = request.service();
  const Counted counted =
      service.caches.requests.count(kTriggers, "daily calls: trigger", service.now());
  if (!counted.allowed) {
    throw ApiError{429,
                   "too_many_requests",
                   "Too many triggers; try again shortly.",
                   {},
                   {{"retry-after", std::to_string(counted.retry_s)}}};
  }
  const DailyCalls& daily = service.store.workspace.daily();
  if (!daily.enabled) {
    throw ApiError{409, "wrong_state", "Daily calls are off: PUT /api/surfaces/daily-calls."};
  }
  const DailyTaken taken = take_daily_calls(service, std::chrono::minutes{daily.window_min});
  DailyTriggered answer;
  answer.message = "Found " + std::to_string(taken.called) + " users to call";
  answer.scheduled = taken.called;
  answer.skipped = taken.skipped;
  return json_response(200, answer);
}

Answer get_admin_queues(Request& request) {
  Service& service = request.service();
  const Job* job = daily_job(service);
  QueueBoardQueue queue;
  queue.name = kDailyJobName;
  queue.is_paused = is_daily_paused(service, job);
  if (job != nullptr) {
    queue.counts.active = live_calls(service, *job);
    queue.counts.completed = job->kept(End::completed);
    queue.counts.failed = job->kept_failed();
    list_waiting(request, *job, queue);
    const std::int64_t due = job->open() - queue.counts.active - queue.counts.delayed;
    (queue.is_paused ? queue.counts.paused : queue.counts.waiting) = due;
    for (const auto& [call, attempt] : service.store.attempts.all()) {
      if (attempt.job == job->seq) {
        queue.jobs.push_back(board_job(request, *calls::find(service.sql(), call), "active"));
      }
    }
    list_ended(request, *job, CallState::completed, "completed", queue);
    list_ended(request, *job, CallState::failed, "failed", queue);
  }
  QueueBoard board;
  board.queues.push_back(std::move(queue));
  return json_response(200, board);
}

Answer get_daily_settings(Request& request) {
  return json_response(200, settings_view(request.service()));
}

Answer put_daily_settings(Request& request) {
  Service& service = request.service();
  const auto wanted = request.body<DailyCallsWanted>();
  DailyCalls daily;
  daily.enabled = wanted.enabled;
  daily.assistant_id =
      wanted.assistant_id.value_or(std::string{variable(service, "CALLKARO_AGENT_ID")});
  daily.phone_number_id =
      wanted.phone_number_id.value_or(scheduled_calls::last_phone_number_id(service.sql()));
  daily.max_attempts = wanted.max_attempts;
  daily.concurrency = wanted.concurrency ? *wanted.concurrency
                                         : number_variable(service, "QUEUE_CONCURRENCY",
                                                           kConcurrencyMax, kUsualConcurrency);
  daily.window_min = wanted.window_min;
  std::vector<Issue> issues;
  if (daily.enabled && daily.assistant_id.empty()) {
    add_issue(issues, "/assistantId", "required",
              "Name the assistant that calls, here or as CALLKARO_AGENT_ID.");
  }
  if (daily.enabled && daily.phone_number_id.empty()) {
    add_issue(issues, "/phoneNumberId", "required", "No number has called yet: name one.");
  }
  refuse_if_any(issues);
  if (!set_daily_calls(service, std::move(daily), request.principal().subject)) {
    throw ApiError{409, "wrong_state", "The job of the daily calls cannot change so as it stands."};
  }
  encode(request.remark, wanted);
  return json_response(200, settings_view(service));
}

}  // namespace callgate
