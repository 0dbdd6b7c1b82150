#include "core/engine/schedules.hpp"

#include <algorithm>

#include "core/engine/jobs.hpp"
#include "core/engine/recipients.hpp"

namespace callgate {
namespace {

const ScheduleTurns& turns(Service& service) {
  auto& known = service.caches.schedules;
  if (!known) {
    known.emplace();
    const auto next = schedules::next(service.sql());
    known->next = next ? std::optional{next->at} : std::nullopt;
    known->buffered = schedules::buffered(service.sql());
    const auto last_jobs = schedules::last_jobs(service.sql());
    known->last_jobs = {last_jobs.begin(), last_jobs.end()};
  }
  return *known;
}

void save(Service& service, const JobSchedule& schedule) {
  schedules::save(service.sql(), schedule);
  service.caches.schedules.reset();
}

bool is_over(Service& service, std::int64_t job) {
  const Job* found = job == 0 ? nullptr : service.store.jobs.find(job);
  return found == nullptr || found->finished_at || found->state == JobState::canceled ||
         !found->visible();
}

const Job& make_job(Service& service, JobSchedule& schedule) {
  Job wanted = schedule.job;
  wanted.seq = service.store.workspace.take_seq();
  wanted.created_at = service.now();
  wanted.start_at = service.now();
  wanted.scheduled = true;
  Job& job = service.store.jobs.add(std::move(wanted));
  std::vector<const Recipient*> recipients;
  for (const Recipient& recipient : schedule.recipients) {
    recipients.push_back(&recipient);
  }
  static_cast<void>(add_calls(service, job, recipients));
  seal_job(service, job);
  schedule.last_job = job.seq;
  schedule.buffered = false;
  ++schedule.started;
  return job;
}

// The first occurrence strictly after `after`; without one it has completed.
void go_on(Service& service, JobSchedule& schedule, Instant after) {
  const auto recurrence = make_recurrence(schedule.recurrence, service.zones);
  const auto next = recurrence ? next_occurrence(*recurrence, after) : std::nullopt;
  schedule.next_at = next ? std::optional{next->at} : std::nullopt;
  if (!schedule.next_at && !schedule.buffered) {
    schedule.state = ScheduleState::completed;
  }
}

void meet(Service& service, JobSchedule& schedule, Instant at) {
  if (schedule.on_closed_day == OnClosedDay::skip && is_closed_day(service, at)) {
    ++schedule.closed;
    return;
  }
  if (schedule.overlap != Overlap::allow && !is_over(service, schedule.last_job)) {
    const bool keep = schedule.overlap == Overlap::buffer_one && !schedule.buffered;
    schedule.buffered = schedule.buffered || keep;
    schedule.overlapped += keep ? 0 : 1;
    return;
  }
  schedule.last_at = at;
  make_job(service, schedule);
}

void take_turn(Service& service, JobSchedule& schedule) {
  const Instant at = *schedule.next_at;
  const Instant oldest = service.now() - schedule.catch_up;
  if (at < oldest) {
    ++schedule.missed;
    go_on(service, schedule, oldest - Millis{1});
  } else {
    meet(service, schedule, at);
    go_on(service, schedule, at);
  }
  save(service, schedule);
}

// True: a job was made.
bool start_buffered(Service& service) {
  for (const auto& [seq, last_job] : turns(service).buffered) {
    if (is_over(service, last_job)) {
      auto schedule = schedules::find(service.sql(), seq);
      CALLGATE_CHECK(schedule.has_value());
      schedule->last_at = service.now();
      make_job(service, *schedule);
      if (!schedule->next_at) {
        schedule->state = ScheduleState::completed;
      }
      save(service, *schedule);
      return true;
    }
  }
  return false;
}

}  // namespace

void start_due_schedules(Service& service) {
  if (start_buffered(service)) {
    return;
  }
  const auto next = turns(service).next;
  if (next && *next <= service.now()) {
    auto schedule = schedules::find(service.sql(), schedules::next(service.sql())->seq);
    take_turn(service, *schedule);
  }
}

std::optional<Instant> next_schedule(Service& service) {
  const ScheduleTurns& known = turns(service);
  const bool buffered =
      std::any_of(known.buffered.begin(), known.buffered.end(),
                  [&](const schedules::Buffered& one) { return is_over(service, one.last_job); });
  return buffered ? std::optional{service.now()} : known.next;
}

const std::set<std::int64_t>& last_jobs_of_schedules(Service& service) {
  return turns(service).last_jobs;
}

void add_schedule(Service& service, JobSchedule& schedule, Instant after) {
  schedule.seq = service.store.workspace.take_seq();
  schedule.created_at = service.now();
  go_on(service, schedule, after);
  schedules::add(service.sql(), schedule);
  service.caches.schedules.reset();
}

void pause_schedule(Service& service, JobSchedule& schedule, std::string note) {
  schedule.state = ScheduleState::paused;
  schedule.note = std::move(note);
  schedule.next_at.reset();
  schedule.buffered = false;
  save(service, schedule);
}

void resume_schedule(Service& service, JobSchedule& schedule) {
  schedule.state = ScheduleState::active;
  schedule.note.clear();
  go_on(service, schedule, service.now());
  save(service, schedule);
}

void remove_schedule(Service& service, JobSchedule& schedule) {
  schedule.state = ScheduleState::deleted;
  schedule.next_at.reset();
  schedule.buffered = false;
  save(service, schedule);
}

const Job& trigger_schedule(Service& service, JobSchedule& schedule) {
  const Job& job = make_job(service, schedule);
  save(service, schedule);
  return job;
}

bool is_closed_day(Service& service, Instant at) {
  const auto& calendar = service.caches.gates.calendar(service);
  if (!calendar) {
    return true;
  }
  const Verdict verdict = calendar->validate(at, std::nullopt);
  return std::any_of(verdict.objections.begin(), verdict.objections.end(), [](Objection objection) {
    return objection == Objection::holiday || objection == Objection::day_not_allowed ||
           objection == Objection::blackout;
  });
}

}  // namespace callgate
