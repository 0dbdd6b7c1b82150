#include "core/api/jobs.hpp"

#include <algorithm>

#include "core/api/access.hpp"
#include "core/api/calls.hpp"
#include "core/api/new_job.hpp"
#include "core/base/ascii.hpp"
#include "core/engine/jobs.hpp"
#include "core/store/calls.hpp"
#include "core/store/job_list.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kNumbersShown = 100;
constexpr std::int64_t kPercent = 100;
constexpr std::int64_t kMillisPerSecond = 1000;

JobStatus status_of(const Job& job) {
  switch (job.state) {
    case JobState::importing:
    case JobState::pending:
      return JobStatus::pending;
    case JobState::running:
      return job.finished_at ? JobStatus::completed : JobStatus::running;
    case JobState::paused:
      return JobStatus::paused;
    case JobState::canceled:
    case JobState::deleted:
    case JobState::discarded:
      return JobStatus::canceled;
  }
  return JobStatus::failed;
}

JobPhase phase_of(const Job& job) {
  if (job.state == JobState::importing) {
    return JobPhase::importing;
  }
  switch (status_of(job)) {
    case JobStatus::pending:
      return JobPhase::scheduled;
    case JobStatus::running:
    case JobStatus::paused:
      return JobPhase::in_progress;
    case JobStatus::completed:
      return JobPhase::completed;
    case JobStatus::canceled:
      return JobPhase::canceled;
    case JobStatus::failed:
      break;
  }
  return JobPhase::failed;
}

// With the numbers, as one job is shown on its own.
JobView full_view_of(Request& request, const Job& job) {
  Service& service = request.service();
  JobView view = view_of(service, job);
  view.phone_numbers.emplace();
  for (const Phone& phone :
       calls::numbers_of(service.sql(), job.seq, {job.first_seq, job.last_seq}, kNumbersShown)) {
    view.phone_numbers->push_back(shown_number(request.principal(), phone));
  }
  view.failed_numbers.emplace();
  for (const Phone& phone : calls::failed_numbers_of(service.sql(), job.seq, kNumbersShown)) {
    view.failed_numbers->push_back(shown_number(request.principal(), phone));
  }
  if (!job.errors.last.empty()) {
    view.error_messages.emplace();
    for (const JobError& error : job.errors.last) {
      view.error_messages->push_back({std::string{to_word(error.outcome)}, error.reason,
                                      error.times, error.first_at, error.last_at});
    }
  }
  if (!job.edits.last.empty()) {
    view.changes = edits_since(job, {});
  }
  if (const auto import = imports::of_job(service.sql(), job.seq)) {
    view.import_summary = view_of(service, *import, &job, sees_people(request.principal()));
  }
  return view;
}

job_list::Filter filter_of(const JobsQuery& query) {
  job_list::Filter filter;
  filter.stages = query.status ? stages_of(*query.status) : filter.stages;
  filter.from = query.from.value_or(filter.from);
  filter.before = query.before.value_or(filter.before);
  filter.assistant = query.assistant_id;
  if (query.search) {
    filter.search = lower(*query.search);
  }
  return filter;
}

// Those that have not ended stand in memory, in their order.
void fill_in_order(Service& service, const job_list::Filter& filter, std::int64_t after,
                   std::int64_t limit, JobPage& page) {
  const auto found =
      filter.any() ? job_list::all(service.sql(), filter) : std::vector<std::int64_t>{};
  const Job* last = after > 0 ? service.store.jobs.find(after) : nullptr;
  for (const Job* job : service.store.jobs.in_order()) {
    if (filter.any() && !std::binary_search(found.begin(), found.end(), job->seq)) {
      continue;
    }
    ++page.total;
    if ((last == nullptr || stands_before(*last, *job)) &&
        static_cast<std::int64_t>(page.jobs.size()) < limit) {
      page.jobs.push_back(view_of(service, *job));
    }
  }
}

Answer done_or_refused(Request& request, const Done& done, const Job& job) {
  if (!done) {
    throw ApiError{409, "wrong_state", done.error().detail};
  }
  return json_response(200, view_of(request.service(), job));
}

}  // namespace

Notifications notifications_of(const NotificationWish& wish) {
  const NotificationTriggers& triggers = wish.triggers;
  return {wish.channels, triggers.job_start, triggers.job_completion, triggers.failure_alerts,
          triggers.progress_updates};
}

std::int64_t stages_of(const std::vector<JobStatus>& statuses) {
  const auto bit = [](JobStage stage) { return std::int64_t{1} << static_cast<int>(stage); };
  std::int64_t stages = 0;
  for (const JobStatus status : statuses) {
    switch (status) {
      case JobStatus::pending:
        stages |= bit(JobStage::importing) | bit(JobStage::pending);
        break;
      case JobStatus::running:
        stages |= bit(JobStage::running);
        break;
      case JobStatus::paused:
        stages |= bit(JobStage::paused);
        break;
      case JobStatus::completed:
        stages |= bit(JobStage::completed);
        break;
      case JobStatus::canceled:
        stages |= bit(JobStage::canceled);
        break;
      case JobStatus::failed:
        break;
    }
  }
  return stages;
}

JobView view_of(Service& service, const Job& job) {
  JobView view;
  view.id = job_id(service, job);
  view.name = job.name;
  view.status = status_of(job);
  view.phase = phase_of(job);
  view.progress = job.total == 0 ? 0 : (job.total - job.open()) * kPercent / job.total;
  view.total_calls = job.total;
  view.completed_calls = job.completed;
  view.failed_calls = job.failed;
  view.blocked_calls = job.blocked;
  view.canceled_calls = job.canceled;
  view.open_calls = job.open();
  if (job.removed > 0) {
    view.removed_calls = job.removed;
  }
  view.live_calls = service.store.attempts.live_of(job.seq);
  view.assistant_id = job.assistant_id;
  view.phone_number_id = job.phone_number_id;
  view.schedule = job.start_at;
  view.priority = job.priority;
  view.level = job.level;
  view.rank = job.rank;
  view.weight = job.weight;
  view.order_key = job.order_key();
  view.purpose = job.purpose;
  if (job.best_time) {
    view.best_time = BestTimeWish{
        job.best_time->hours_per_day,
        std::chrono::duration_cast<std::chrono::hours>(job.best_time->patience).count()};
  }
  if (job.client != 0) {
    view.client_id = service.store.clients.numbered(job.client).id;
  }
  view.notes = text_or_none(job.notes);
  view.max_attempts = job.max_attempts;
  if (job.retry_delay) {
    view.retry_delay_seconds = job.retry_delay->count() / kMillisPerSecond;
  }
  view.retry = view_of(job.retry);
  view.concurrency = job.concurrency;
  view.rate = rate_of(job.limits);
  view.budget = budget_of(job.limits);
  view.subject = text_or_none(job.limits.subject);
  if (!job.providers.empty()) {
    view.providers = job.providers;
  }
  view.attempts = job.attempts;
  view.talk_seconds = job.talk_ms / kMillisPerSecond;
  view.cost_micros = job.cost_micros;
  view.created_at = job.created_at;
  view.started_at = job.started_at;
  view.finished_at = job.finished_at;
  view.last_processed_at = job.last_processed_at;
  view.error_message = text_or_none(job.error);
  if (job.notifications != Notifications{}) {
    const Notifications& wanted = job.notifications;
    view.notifications = NotificationWish{
        wanted.channels, {wanted.start, wanted.completion, wanted.failure, wanted.progress}};
  }
  view.version = job.edits.version;
  return view;
}

std::vector<JobEditView> edits_since(const Job& job, Instant after) {
  std::vector<JobEditView> views;
  for (const JobEdit& edit : job.edits.last) {
    if (edit.at > after) {
      JobEditView& view = views.emplace_back();
      view.version = edit.version;
      view.at = edit.at;
      view.by = edit.actor;
      for (const JobField field : fields_of(edit.fields)) {
        view.fields_changed.emplace_back(to_word(field));
      }
    }
  }
  return views;
}

const Job& job_of(Service& service, const std::string& text) {
  const auto id = parse_id("job", text);
  const Job* job =
      id && id->tag == service.store.workspace.tag() ? service.store.jobs.find(id->seq) : nullptr;
  if (job == nullptr || !job->visible() || job->created_at != id->created_at) {
    throw ApiError{404, "job_not_found", "There is no such job."};
  }
  return *job;
}

// To whoever has sent the list, and knows what stands in it.
Response import_answer(Service& service, const PieceResult& result) {
  if (const auto* back = std::get_if<TakenBack>(&result)) {
    std::vector<Issue> issues;
    if (back->row > 0) {
      add_issue(issues, "/rows/" + std::to_string(back->row), back->code, back->detail);
    }
    return problem_response({back->status, back->code, back->detail, std::move(issues)});
  }
  const Import& import = std::get<Sealed>(result).import;
  if (import.job == 0) {
    return json_response(200, view_of(service, import, nullptr, true));
  }
  const Job& job = *service.store.jobs.find(import.job);
  JobView view = view_of(service, job);
  view.import_summary = view_of(service, import, &job, true);
  return json_response(201, view, {{"location", "/api/jobs/" + view.id}});
}

Answer post_job(Request& request) {
  if (const auto format = streamed_format(request.http)) {
    return create_streamed_job(request, *format);
  }
  const NewJob wanted = read_new_job(request);
  const CreatedJob created = create_job(request, wanted);
  JobView view = full_view_of(request, *created.job);
  const std::string location = "/api/jobs/" + view.id;
  Headers headers{{"location", location}};
  if (created.replayed) {
    headers.emplace_back("idempotency-replayed", "true");
  }
  return json_response(201, view, std::move(headers));
}

Answer get_jobs(Request& request) {
  const auto query = request.query<JobsQuery>();
  Service& service = request.service();
  std::int64_t after = 0;
  if (query.cursor) {
    const auto id = parse_id("job", *query.cursor);
    if (!id || (query.sort != JobSort::newest && service.store.jobs.find(id->seq) == nullptr)) {
      throw ApiError{400, "cursor_invalid", "The cursor is not one of this list."};
    }
    after = id->seq;
  }
  const job_list::Filter filter = filter_of(query);
  JobPage page;
  if (query.sort == JobSort::order) {
    fill_in_order(service, filter, after, query.limit, page);
  } else {
    constexpr job_list::Order kOrders[] = {job_list::Order::newest, job_list::Order::newest,
                                           job_list::Order::name, job_list::Order::progress};
    const auto order = kOrders[static_cast<std::size_t>(query.sort)];
    page.total = job_list::count(service.sql(), filter);
    for (const std::int64_t seq :
         job_list::page(service.sql(), filter, order, after, query.limit)) {
      page.jobs.push_back(view_of(service, *service.store.jobs.find(seq)));
    }
  }
  if (static_cast<std::int64_t>(page.jobs.size()) == query.limit) {
    page.next_cursor = page.jobs.back().id;
  }
  return json_response(200, page);
}

Answer get_job(Request& request) {
  const JobView view = full_view_of(request, job_of(request.service(), request.path("id")));
  request.version = std::to_string(view.version);
  return json_response(200, view);
}

Answer post_jobs_reorder(Request& request) {
  Service& service = request.service();
  const auto move = request.body<JobMove>();
  if (move.before.has_value() == move.after.has_value()) {
    throw ApiError{422,
                   "body_invalid",
                   "A job is put before one job or after one.",
                   {{"/before", "required", "Name one of before and after."}}};
  }
  const Job& job = job_of(service, move.id);
  const Job& other = job_of(service, move.before ? *move.before : *move.after);
  return done_or_refused(request, move_job(service, job.seq, other.seq, move.before.has_value()),
                         job);
}

Answer delete_job(Request& request) {
  Service& service = request.service();
  const Job& job = job_of(service, request.path("id"));
  const Done removed = remove_job(service, job.seq, service.context.limits.task_rows_max);
  if (!removed) {
    throw ApiError{409, "wrong_state", removed.error().detail};
  }
  return Response{204, {}, {}};
}

Answer post_job_start(Request& request) {
  Service& service = request.service();
  const Job& job = job_of(service, request.path("id"));
  return done_or_refused(request, start_job(service, job.seq), job);
}

Answer post_job_pause(Request& request) {
  Service& service = request.service();
  const Job& job = job_of(service, request.path("id"));
  return done_or_refused(request, pause_job(service, job.seq), job);
}

Answer post_job_resume(Request& request) {
  Service& service = request.service();
  const Job& job = job_of(service, request.path("id"));
  return done_or_refused(request, resume_job(service, job.seq), job);
}

Answer post_job_cancel(Request& request) {
  Service& service = request.service();
  const Job& job = job_of(service, request.path("id"));
  const auto task = cancel_job(service, job.seq, service.context.limits.task_rows_max);
  if (!task) {
    throw ApiError{409, "wrong_state", task.error().detail};
  }
  if (*task == 0) {
    return json_response(200, view_of(service, job));
  }
  const auto row = tasks::find(service.sql(), *task);
  CALLGATE_CHECK(row.has_value());
  return json_response(202, view_of(service, job),
                       {{"location", "/api/tasks/" + task_id(service, *row)}});
}

Answer post_job_recipients(Request& request) {
  Service& service = request.service();
  const Job& job = job_of(service, request.path("id"));
  if (job.state == JobState::canceled || job.state == JobState::importing) {
    throw ApiError{409, "wrong_state", "This job takes no recipients now."};
  }
  return json_response(200, add_recipients(request, job.seq));
}

}  // namespace callgate
