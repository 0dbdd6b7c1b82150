#include "core/engine/job_changes.hpp"

#include "core/engine/answers.hpp"

namespace callgate {
namespace {

// These say when a lane is open.
constexpr JobFields kOfGates = bit_of(JobField::purpose) | bit_of(JobField::priority) |
                               bit_of(JobField::best_time) | bit_of(JobField::assistant);

bool same_budget(const JobLimits& left, const JobLimits& right) {
  return left.budget == right.budget && left.per_day == right.per_day &&
         left.reserve == right.reserve;
}

}  // namespace

JobFields changed_fields(const Job& before, const Job& after) {
  JobFields fields = 0;
  const auto note = [&fields](JobField field, bool same) { fields |= same ? 0 : bit_of(field); };
  note(JobField::name, before.name == after.name);
  note(JobField::notes, before.notes == after.notes);
  note(JobField::schedule, before.start_at == after.start_at);
  note(JobField::purpose, before.purpose == after.purpose);
  note(JobField::priority, before.rank == after.rank && before.priority == after.priority &&
                               before.level == after.level);
  note(JobField::weight, before.weight == after.weight);
  note(JobField::best_time, before.best_time == after.best_time);
  note(JobField::max_attempts, before.max_attempts == after.max_attempts);
  note(JobField::retry_delay, before.retry_delay == after.retry_delay);
  note(JobField::retry, before.retry == after.retry);
  note(JobField::concurrency, before.concurrency == after.concurrency);
  note(JobField::rate, before.limits.pace == after.limits.pace);
  note(JobField::budget, same_budget(before.limits, after.limits));
  note(JobField::subject, before.limits.subject == after.limits.subject);
  note(JobField::assistant, before.assistant_id == after.assistant_id);
  note(JobField::phone_number, before.phone_number_id == after.phone_number_id);
  note(JobField::providers, before.providers == after.providers);
  note(JobField::notifications, before.notifications == after.notifications);
  return fields;
}

Expected<JobFields, NotChangeable> change_job(Service& service, Job wanted,
                                              std::string_view actor) {
  const Job& known = *service.store.jobs.find(wanted.seq);
  const JobFields fields = changed_fields(known, wanted);
  NotChangeable refused{known.stage(), {}};
  for (const JobField field : fields_of(fields)) {
    if (!may_change(field, refused.stage)) {
      refused.fields.push_back(field);
    }
  }
  if (!refused.fields.empty()) {
    return unexpected(std::move(refused));
  }
  if (fields == 0) {
    return fields;
  }
  Job& job = service.store.jobs.edit(wanted.seq);
  if ((fields & bit_of(JobField::assistant)) != 0) {
    tell_answers(service, job);  // what the one before was answered
    wanted.answers = job.answers;
  }
  wanted.edits.add(service.now(), actor, fields);
  job = std::move(wanted);
  if ((fields & kOfGates) != 0) {
    service.caches.gates.job_changed();
  }
  return fields;
}

}  // namespace callgate
