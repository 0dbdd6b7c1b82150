#include "core/engine/clone.hpp"

#include <algorithm>

#include "core/engine/recipients.hpp"
#include "core/store/tasks.hpp"

namespace callgate {
namespace {

// The settings without what came of them.
Job settings_of(const Job& other) {
  Job job;
  job.name = other.name;
  job.notes = other.notes;
  job.assistant_id = other.assistant_id;
  job.phone_number_id = other.phone_number_id;
  job.rank = other.rank;
  job.priority = other.priority;
  job.level = other.level;
  job.weight = other.weight;
  job.purpose = other.purpose;
  job.best_time = other.best_time;
  job.experiment.decide_within = other.experiment.decide_within;
  for (const Arm& arm : other.experiment.arms) {
    Arm& copy = job.experiment.arms.emplace_back();
    copy.name = arm.name;
    copy.assistant_id = arm.assistant_id;
    copy.weight = arm.weight;
  }
  job.max_attempts = other.max_attempts;
  job.retry_delay = other.retry_delay;
  job.retry = other.retry;
  job.concurrency = other.concurrency;
  job.limits = other.limits;
  job.limits.spent = {};
  job.providers = other.providers;
  job.client = other.client;
  job.notifications = other.notifications;
  return job;
}

// Some more people of the other job into the clone. Returns how many calls of it were looked at,
// and moves the cursor behind them.
std::int64_t copy_some(Service& service, Job& clone, std::int64_t from, std::int64_t& cursor) {
  const Job* other = service.store.jobs.find(from);
  if (other == nullptr) {
    return 0;  // retention has removed it
  }
  const std::int64_t limit = service.context.limits.task_rows_max;
  const auto page =
      calls::page(service.sql(), {from, cursor, other->last_seq, std::nullopt, limit});
  std::vector<Recipient> people;
  for (const Call& call : page) {
    Recipient& person = people.emplace_back();
    person.phone = call.phone;
    person.first_name = call.first_name;
    person.last_name = call.last_name;
    person.timezone = call.timezone;
    person.metadata = call.metadata;
    cursor = call.seq;
  }
  std::vector<const Recipient*> pointers;
  for (const Recipient& person : people) {
    pointers.push_back(&person);
  }
  static_cast<void>(add_calls(service, clone, pointers));
  return static_cast<std::int64_t>(page.size());
}

}  // namespace

Cloned clone_job(Service& service, std::int64_t seq, const CloneWish& wish) {
  const Job& other = *service.store.jobs.find(seq);
  Job wanted = settings_of(other);
  wanted.seq = service.store.workspace.take_seq();
  wanted.created_at = service.now();
  wanted.name = wish.name.value_or(wanted.name);
  wanted.start_at = wish.start_at;
  wanted.state = JobState::importing;
  std::int64_t cursor = other.first_seq - 1;
  const std::int64_t total = other.total - other.removed;
  Job& clone = service.store.jobs.add(std::move(wanted));
  const std::int64_t copied = wish.recipients ? copy_some(service, clone, seq, cursor) : 0;
  if (copied < service.context.limits.task_rows_max) {
    seal_job(service, clone);
    return {&clone, 0};
  }
  Task task;
  task.seq = service.store.workspace.take_seq();
  task.created_at = service.now();
  task.kind = TaskKind::clone_calls;
  task.subject = clone.seq;
  task.filter = seq;
  task.cursor = cursor;
  task.done = copied;
  task.total = std::max(total, copied);
  tasks::add(service.sql(), task);
  return {&clone, task.seq};
}

bool step_clone(Service& service, Task& task) {
  Job& clone = service.store.jobs.edit(task.subject);
  const std::int64_t copied = copy_some(service, clone, task.filter, task.cursor);
  task.done += copied;
  if (copied == service.context.limits.task_rows_max) {
    return true;
  }
  seal_job(service, clone);
  return false;
}

}  // namespace callgate
