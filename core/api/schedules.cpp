#include "core/api/schedules.hpp"

#include <utility>

#include "core/api/documents/clients.hpp"
#include "core/api/new_job.hpp"
#include "core/engine/schedules.hpp"

namespace callgate {
namespace {

constexpr std::string_view kScheduleError = "invalid_recurrence";
constexpr std::size_t kRecipientBytesMax = 1'000'000;  // of a row that has to fit every host

std::string schedule_id(const Service& service, const JobSchedule& schedule) {
  return format_id("schedule", {schedule.created_at, schedule.seq, service.store.workspace.tag()});
}

JobSchedule schedule_of(Request& request) {
  Service& service = request.service();
  const auto id = parse_id("schedule", request.path("id"));
  auto found = id && id->tag == service.store.workspace.tag()
                   ? schedules::find(service.sql(), id->seq)
                   : std::nullopt;
  if (!found || found->created_at != id->created_at || found->state == ScheduleState::deleted) {
    throw ApiError{404, "schedule_not_found", "There is no such schedule."};
  }
  return std::move(*found);
}

ScheduleView view_of(Service& service, const JobSchedule& schedule) {
  const RecurrenceSpec& spec = schedule.recurrence;
  ScheduleView view;
  view.id = schedule_id(service, schedule);
  view.name = schedule.name;
  view.status = schedule.state;
  if (!schedule.note.empty()) {
    view.note = schedule.note;
  }
  view.timezone = spec.zone;
  if (spec.kind == RecurrenceSpec::Kind::cron) {
    view.cron = spec.text;
  } else {
    view.start = spec.start;
  }
  if (spec.kind == RecurrenceSpec::Kind::rules) {
    view.rrule = spec.text;
  } else if (spec.kind == RecurrenceSpec::Kind::series) {
    view.series = view_of(spec.series);
  }
  view.on_closed_day = schedule.on_closed_day;
  view.overlap = schedule.overlap;
  view.catch_up_seconds = schedule.catch_up.count() / 1000;
  view.recipients = static_cast<std::int64_t>(schedule.recipients.size());
  view.next_at = schedule.next_at;
  view.last_at = schedule.last_at;
  if (const Job* job =
          schedule.last_job == 0 ? nullptr : service.store.jobs.find(schedule.last_job)) {
    view.last_job_id = job_id(service, *job);
  }
  view.buffered = schedule.buffered;
  view.started = schedule.started;
  view.skipped_on_closed_days = schedule.closed;
  view.skipped_by_overlap = schedule.overlapped;
  view.missed = schedule.missed;
  view.created_at = schedule.created_at;
  return view;
}

// The job's settings and people, judged as those of a new job are.
void read_job(Request& request, const NewSchedule& wanted, Question& question,
              JobSchedule& schedule) {
  if (wanted.job.schedule) {
    question.add("/job/schedule", "unknown_field", "The schedule says when the job starts.");
  }
  if (!wanted.job.phone_numbers && !wanted.job.recipients) {
    question.add("/job/recipients", "required",
                 "A job needs recipients, or phoneNumbers: at least one person to call.");
  }
  std::vector<Issue> issues;
  check_retry(wanted.job, "/job/", issues);
  check_client_id(wanted.job.client_id, "/job/clientId", issues);
  for (const Issue& issue : issues) {
    question.add(issue.pointer, issue.code, issue.detail);
  }
  question.refuse_if_any();
  schedule.job = job_settings(request.service(), wanted.job, schedule.recurrence.start);
  schedule.recipients = judged_recipients(request.service(), wanted.job, "/job");
  std::size_t bytes = 0;
  for (const Recipient& recipient : schedule.recipients) {
    bytes += recipient.first_name.size() + recipient.last_name.size() + recipient.metadata.size();
  }
  const bool many = static_cast<std::int64_t>(schedule.recipients.size()) > kScheduleRecipientsMax;
  if (many || bytes > kRecipientBytesMax) {
    question.add("/job/recipients", "too_many",
                 "A schedule takes at most 1,000 recipients, and 1 MB of their data.");
    question.refuse_if_any();
  }
}

JobSchedule active_or_paused(Request& request, ScheduleState state, const char* otherwise) {
  JobSchedule schedule = schedule_of(request);
  if (schedule.state != state) {
    throw ApiError{409, "wrong_state", otherwise};
  }
  return schedule;
}

}  // namespace

Answer post_schedule(Request& request) {
  Service& service = request.service();
  Question question{kScheduleError, request};
  const auto wanted = question.read<NewSchedule>(request);
  if (wanted.start) {
    question.check_instant(*wanted.start, "/start");
  }
  PreviewAsked asked;
  asked.timezone = wanted.timezone;
  asked.start = wanted.start;
  asked.series = wanted.series;
  asked.rrule = wanted.rrule;
  asked.cron = wanted.cron;
  asked.after = service.now();
  JobSchedule schedule;
  schedule.recurrence = read_recurrence(asked, question);
  schedule.name = wanted.name;
  schedule.on_closed_day = wanted.on_closed_day;
  schedule.overlap = wanted.overlap;
  schedule.catch_up = std::chrono::seconds{wanted.catch_up_seconds};
  read_job(request, wanted, question, schedule);
  add_schedule(service, schedule, service.now() - Millis{1});
  const ScheduleView view = view_of(service, schedule);
  return json_response(201, view, {{"location", "/api/schedules/" + view.id}});
}

Answer get_schedules(Request& request) {
  const auto query = request.query<PageQuery>();
  Service& service = request.service();
  std::int64_t before = std::int64_t{1} << 53;
  if (query.cursor) {
    const auto id = parse_id("schedule", *query.cursor);
    if (!id) {
      throw ApiError{400, "cursor_invalid", "The cursor is not one of this list."};
    }
    before = id->seq;
  }
  SchedulePage page;
  for (const JobSchedule& schedule : schedules::page(service.sql(), before, query.limit)) {
    page.schedules.push_back(view_of(service, schedule));
  }
  if (static_cast<std::int64_t>(page.schedules.size()) == query.limit) {
    page.next_cursor = page.schedules.back().id;
  }
  return json_response(200, page);
}

Answer get_schedule(Request& request) {
  return json_response(200, view_of(request.service(), schedule_of(request)));
}

Answer delete_schedule(Request& request) {
  JobSchedule schedule = schedule_of(request);
  remove_schedule(request.service(), schedule);
  return Response{204, {}, {}};
}

Answer post_schedule_pause(Request& request) {
  JobSchedule schedule =
      active_or_paused(request, ScheduleState::active, "Only an active schedule can be paused.");
  request.remark = request.body<PauseNote>().note.value_or("");
  pause_schedule(request.service(), schedule, request.remark);
  return json_response(200, view_of(request.service(), schedule));
}

Answer post_schedule_resume(Request& request) {
  JobSchedule schedule =
      active_or_paused(request, ScheduleState::paused, "Only a paused schedule can be resumed.");
  resume_schedule(request.service(), schedule);
  return json_response(200, view_of(request.service(), schedule));
}

Answer post_schedule_trigger(Request& request) {
  Service& service = request.service();
  JobSchedule schedule = schedule_of(request);
  const JobView view = view_of(service, trigger_schedule(service, schedule));
  return json_response(201, view, {{"location", "/api/jobs/" + view.id}});
}

Answer get_schedule_preview(Request& request) {
  Service& service = request.service();
  const auto query = request.query<SchedulePreviewQuery>();
  const JobSchedule schedule = schedule_of(request);
  SchedulePreview out;
  const auto recurrence = make_recurrence(schedule.recurrence, service.zones);
  const auto& calendar = service.caches.gates.calendar(service);
  if (!recurrence || !calendar) {
    throw ApiError{409, "calendar_unreadable",
                   "A time zone of its settings is not in the zone table any more."};
  }
  const Preview found = preview(*recurrence, service.now(), static_cast<std::size_t>(query.limit));
  for (const PreviewedOccurrence& shown : found.occurrences) {
    ScheduledView& view = out.occurrences.emplace_back();
    view.at = shown.occurrence.at;
    view.local = format_local(shown.local);
    view.closed_day = is_closed_day(service, view.at);
    if (!(view.closed_day && schedule.on_closed_day == OnClosedDay::skip)) {
      view.starts_at =
          first_open_at_or_after(calendar->open(), view.at, std::chrono::hours{24 * 366});
    }
    if (const std::string why = explain(shown); !why.empty()) {
      view.explanation = why;
    }
  }
  out.complete = found.complete;
  return json_response(200, out);
}

}  // namespace callgate
