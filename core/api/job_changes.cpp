#include "core/api/job_changes.hpp"

#include "core/api/new_job.hpp"
#include "core/engine/job_changes.hpp"

namespace callgate {
namespace {

// The waits are the job's own delay or those of its rules, whichever was said last.
void change_retry(const JobChange& change, Job& job, std::vector<Issue>& issues) {
  const bool any = change.max_attempts || change.retry_delay_seconds || change.retry;
  if (!any) {
    return;
  }
  job.max_attempts = change.max_attempts.value_or(job.max_attempts);
  if (change.retry) {
    job.retry_delay.reset();
    job.retry = read_retry(*change.retry, job.max_attempts, change.retry_delay_seconds.has_value(),
                           "/retry", issues);
  }
  if (change.retry_delay_seconds) {
    job.retry_delay = std::chrono::seconds{*change.retry_delay_seconds};
    job.retry.backoff.reset();
  }
  if (!change.retry) {
    for (RetryIssue& issue : check(job.retry_policy())) {
      add_issue(issues, change.max_attempts ? "/maxAttempts" : "/retryDelaySeconds",
                "contradiction", "Beside retry/" + issue.place + ": " + issue.detail);
    }
  }
}

void change_limits(const JobChange& change, Job& job, std::vector<Issue>& issues) {
  check_budget(change.budget, "/budget", issues);
  job.concurrency = change.concurrency ? change.concurrency : job.concurrency;
  const DayCount spent = job.limits.spent;
  job.limits = job_limits_of(change.subject ? change.subject : text_or_none(job.limits.subject),
                             change.rate ? change.rate : rate_of(job.limits),
                             change.budget ? change.budget : budget_of(job.limits));
  job.limits.spent = spent;
}

void change_rank(Service& service, const JobChange& change, Job& job) {
  job.weight = change.weight.value_or(job.weight);
  if (change.priority || change.level) {
    job.priority = change.priority.value_or(job.priority);
    job.level = change.level;
    set_rank(service, job);
  }
}

void change_caller(const JobChange& change, Job& job, std::vector<Issue>& issues) {
  if (change.assistant_id && !job.experiment.arms.empty()) {
    add_issue(issues, "/assistantId", "contradiction",
              "The assistants of its experiment call: each person keeps the same one.");
  }
  job.assistant_id = change.assistant_id.value_or(job.assistant_id);
  job.phone_number_id = change.phone_number_id.value_or(job.phone_number_id);
}

}  // namespace

JobView changed_job(Request& request, Job wanted) {
  Service& service = request.service();
  const std::int64_t seq = wanted.seq;
  const auto changed = change_job(service, std::move(wanted), request.principal().subject);
  if (!changed) {
    const NotChangeable& refused = changed.error();
    const std::string stage{to_word(refused.stage)};
    std::vector<Issue> issues;
    std::string names;
    for (const JobField field : refused.fields) {
      const std::string name{to_word(field)};
      names += (names.empty() ? "" : ", ") + name;
      add_issue(issues, "/" + name, "wrong_state",
                name + " cannot be changed while the job is " + stage + ".");
    }
    throw ApiError{409, "wrong_state", "The job is " + stage + ": " + names + " cannot be changed.",
                   std::move(issues)};
  }
  return view_of(service, *service.store.jobs.find(seq));
}

Answer patch_job(Request& request) {
  Service& service = request.service();
  Job job = job_of(service, request.path("id"));
  JobChange change;
  std::vector<Issue> issues = decode_into(change, request.body_text());
  refuse_if_any(issues);  // what could not be read is not worked with
  refuse_priority_and_level(change.priority, change.level);
  job.name = change.name.value_or(job.name);
  job.notes = change.notes.value_or(job.notes);
  job.purpose = change.purpose.value_or(job.purpose);
  if (change.schedule) {
    job.start_at = change.schedule->resolve(service.now());
  }
  if (change.best_time) {
    job.best_time = BestTime{change.best_time->hours_per_day,
                             std::chrono::hours{change.best_time->patience_hours}};
  }
  change_rank(service, change, job);
  change_caller(change, job, issues);
  change_limits(change, job, issues);
  change_retry(change, job, issues);
  if (change.providers) {
    check_providers(service, *change.providers, "/providers", issues);
    job.providers = *change.providers;
  }
  if (change.notifications) {
    job.notifications = notifications_of(*change.notifications);
  }
  refuse_if_any(issues);
  encode(request.remark, change);
  return json_response(200, changed_job(request, std::move(job)));
}

}  // namespace callgate
