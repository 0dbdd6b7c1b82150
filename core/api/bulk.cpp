#include "core/api/bulk.hpp"

#include <algorithm>

#include "core/api/audit.hpp"
#include "core/api/control.hpp"
#include "core/api/new_job.hpp"
#include "core/engine/redrive.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kAnySeq = std::int64_t{1} << 53;

// Exactly one of the two says who is meant.
void check_who(bool ids, bool query, std::vector<Issue>& issues) {
  if (ids && query) {
    add_issue(issues, "/query", "contradiction", "Name ids or a query, not both.");
  } else if (!ids && !query && !has_issue_at(issues, "/ids") && !has_issue_at(issues, "/query")) {
    add_issue(issues, "/ids", "required", "Name ids, or a query.");
  }
}

// What is done to more than one that a query found, and cannot be made undone.
void check_confirmed(bool destroys, std::int64_t count, std::optional<std::int64_t> confirm) {
  if (confirm ? *confirm == count : !destroys || count <= 1) {
    return;
  }
  const std::string found = std::to_string(count) + (count == 1 ? " matches" : " match") + " now.";
  std::vector<Issue> issues;
  if (!confirm) {
    add_issue(issues, "/confirm", "required", "Confirm with the count. " + found);
    refuse_if_any(issues);
  }
  add_issue(issues, "/confirm", "count_changed", found);
  throw ApiError{409, "count_changed", "It is another number than was confirmed: " + found,
                 std::move(issues)}
      .counted(count);
}

// Those that were refused are told beside those that were not.
class Results {
 public:
  void add(std::string id, const Expected<std::monostate, NotDone>& done) {
    BulkResult& result = all_.emplace_back();
    result.id = std::move(id);
    result.ok = done.has_value();
    if (!done) {
      result.code = done.error().code;
      result.detail = done.error().detail;
    }
    done_ += done ? 1 : 0;
  }
  void finish(BulkView& view) && {
    view.done = done_;
    if (done_ < static_cast<std::int64_t>(all_.size())) {
      view.results = std::move(all_);
    }
  }

 private:
  std::vector<BulkResult> all_;
  std::int64_t done_ = 0;
};

Response as_task(Service& service, const Task& task, BulkView view) {
  view.done = 0;
  view.task_id = task_id(service, task);
  return json_response(202, view, {{"location", "/api/tasks/" + *view.task_id}});
}

// Calls.

std::int64_t bit_of(CallFilter filter) {
  constexpr CallState kStates[] = {CallState::waiting, CallState::live,     CallState::completed,
                                   CallState::failed,  CallState::canceled, CallState::blocked};
  return bit_of(kStates[static_cast<std::size_t>(filter)]);
}

CallCommand command_of(Request& request, const CallBulk& asked, std::vector<Issue>& issues) {
  const bool timed = asked.action == CallAction::reschedule || asked.action == CallAction::callback;
  if (timed && !asked.at && !has_issue_at(issues, "/at")) {
    add_issue(issues, "/at", "required", "When?");
  } else if (!timed && asked.at) {
    add_issue(issues, "/at", "contradiction", "Only reschedule and callback have a time.");
  } else if (asked.at) {
    check_call_time(request.service(), *asked.at, "/at", issues);
  }
  if (asked.hang_up && asked.action != CallAction::cancel) {
    add_issue(issues, "/hangUp", "contradiction", "Only cancel hangs up.");
  }
  return {asked.action, asked.at.value_or(Instant{}), asked.hang_up};
}

CallsToDo found_by(const CallBulkQuery& query, const CallCommand& command,
                   std::vector<Issue>& issues) {
  CallsToDo what;
  what.command = command;
  what.states = query.status ? 0 : usual_states_for(command);
  for (std::size_t i = 0; query.status && i < query.status->size(); ++i) {
    const std::int64_t bit = bit_of((*query.status)[i]);
    what.states |= bit;
    if ((states_for(command) & bit) == 0) {
      add_issue(issues, "/query/status/" + std::to_string(i), "contradiction",
                "The action cannot be done to calls that stand so.");
    }
  }
  what.outcomes = query.outcome ? 0 : kAnyOutcome;
  for (std::size_t i = 0; query.outcome && i < query.outcome->size(); ++i) {
    what.outcomes |= bit_of((*query.outcome)[i]);
  }
  return what;
}

std::optional<Call> call_named(Service& service, const std::string& id) {
  try {
    return call_of(service, id);
  } catch (const ApiError&) {
    return std::nullopt;
  }
}

Response to_named(Request& request, const CallBulk& asked, const CallCommand& command) {
  Service& service = request.service();
  BulkView view;
  Results results;
  for (const std::string& id : *asked.ids) {
    auto call = call_named(service, id);
    const bool fits = call && (states_for(command) >> static_cast<int>(call->state) & 1) != 0;
    view.count += fits ? 1 : 0;
    if (asked.dry_run) {
      continue;
    }
    results.add(id, call ? command_call(service, *call, command)
                         : unexpected(NotDone{"call_not_found", "There is no such call."}));
  }
  if (!asked.dry_run) {
    std::move(results).finish(view);
  }
  return json_response(200, view);
}

Response to_found(Request& request, const CallBulk& asked, CallsToDo what) {
  Service& service = request.service();
  const Job& job = job_of(service, asked.query->job_id);
  what.job = job.seq;
  what.last = job.last_seq;
  const calls::MatchQuery query{job.seq, job.first_seq - 1, what.last, what.states, what.outcomes};
  BulkView view;
  view.count = calls::count_matching(service.sql(), query);
  if (asked.dry_run) {
    return json_response(200, view);
  }
  const CallAction action = what.command.action;
  check_confirmed(action == CallAction::cancel || action == CallAction::redrive, view.count,
                  asked.confirm);
  if (const Done allowed = may_redrive(job); !allowed && action != CallAction::cancel) {
    throw ApiError{409, "wrong_state", allowed.error().detail};
  }
  if (view.count > service.context.limits.task_rows_max) {
    if (action == CallAction::call_now) {
      throw ApiError{422, "too_many", "So many cannot be called at once; at most 1,000 can."}
          .counted(view.count);
    }
    return as_task(service, add_bulk_task(service, what, view.count), std::move(view));
  }
  Results results;
  for (Call& call : calls::matching(service.sql(), query, view.count)) {
    const std::string id = call_id(service, call.seq, call.created_at);
    results.add(id, command_call(service, call, what.command));
  }
  std::move(results).finish(view);
  return json_response(200, view);
}

// Jobs.

JobCommand command_of(Request& request, const JobBulk& asked, std::vector<Issue>& issues) {
  JobCommand command;
  command.action = asked.action;
  command.actor = request.principal().subject;
  const bool named = asked.priority || asked.level;
  if (asked.priority && asked.level) {
    add_issue(issues, "/level", "contradiction",
              "A priority is named by its number or by its word.");
  } else if (named != (asked.action == JobAction::reprioritise) && issues.empty()) {
    add_issue(issues, asked.level ? "/level" : "/priority", named ? "contradiction" : "required",
              "reprioritise has priority or level, and nothing else has.");
  } else if (named && issues.empty()) {
    Job job;
    job.priority = asked.priority.value_or(job.priority);
    job.level = asked.level;
    set_rank(request.service(), job);
    command.rank = job.rank;
    command.priority = job.priority;
    command.level = job.level;
  }
  return command;
}

JobsToDo found_by(const JobBulkQuery& query, const JobCommand& command,
                  std::vector<Issue>& issues) {
  const std::int64_t possible = stages_for(command.action);
  JobsToDo what{kAnySeq, query.status ? 0 : possible, command};
  for (std::size_t i = 0; query.status && i < query.status->size(); ++i) {
    const std::int64_t bit = std::int64_t{1} << static_cast<int>((*query.status)[i]);
    what.stages |= bit;
    if ((possible & bit) == 0) {
      add_issue(issues, "/query/status/" + std::to_string(i), "contradiction",
                "The action cannot be done to jobs that stand so.");
    }
  }
  return what;
}

const Job* job_named(Service& service, const std::string& id) {
  try {
    return &job_of(service, id);
  } catch (const ApiError&) {
    return nullptr;
  }
}

Response to_named(Request& request, const JobBulk& asked, const JobCommand& command) {
  Service& service = request.service();
  std::int64_t rows = service.context.limits.task_rows_max;
  BulkView view;
  Results results;
  for (const std::string& id : *asked.ids) {
    const Job* job = job_named(service, id);
    const bool fits =
        job != nullptr && (stages_for(command.action) >> static_cast<int>(job->stage()) & 1) != 0;
    view.count += fits ? 1 : 0;
    if (!asked.dry_run) {
      results.add(id, job != nullptr
                          ? command_job(service, job->seq, command, rows)
                          : unexpected(NotDone{"job_not_found", "There is no such job."}));
    }
  }
  if (!asked.dry_run) {
    std::move(results).finish(view);
  }
  return json_response(200, view);
}

Response to_found(Request& request, const JobBulk& asked, JobsToDo what) {
  Service& service = request.service();
  what.last = service.store.workspace.next_seq() - 1;
  const auto found = service.store.jobs.at_stages(what.stages, 0, what.last);
  BulkView view;
  view.count = static_cast<std::int64_t>(found.size());
  if (asked.dry_run) {
    return json_response(200, view);
  }
  const JobAction action = what.command.action;
  check_confirmed(action == JobAction::cancel || action == JobAction::remove, view.count,
                  asked.confirm);
  std::int64_t rows = service.context.limits.task_rows_max;
  if (view.count > kJobsAtOnce) {
    return as_task(service, add_bulk_task(service, what, view.count), std::move(view));
  }
  Results results;
  for (const std::int64_t seq : found) {
    const std::string id = job_id(service, *service.store.jobs.find(seq));
    results.add(id, command_job(service, seq, what.command, rows));
  }
  std::move(results).finish(view);
  return json_response(200, view);
}

// The audit log has what was asked, whoever it was about.
template <class Asked>
void note_bulk(Request& request, const Asked& asked, const char* action) {
  if (!asked.dry_run) {
    std::string detail;
    encode(detail, asked);
    record(request, action, "", detail);
  }
}

template <class Asked, class Command, class ToDo>
Response commanded(Request& request, const char* action) {
  Asked asked;
  std::vector<Issue> issues = decode_into(asked, request.body_text());
  Command command;
  ToDo what;
  if (is_readable(issues) && !has_issue_at(issues, "/action")) {
    check_who(asked.ids.has_value(), asked.query.has_value(), issues);
    command = command_of(request, asked, issues);
  }
  if (issues.empty() && asked.query) {
    what = found_by(*asked.query, command, issues);
  }
  refuse_if_any(issues);
  Response said =
      asked.query ? to_found(request, asked, std::move(what)) : to_named(request, asked, command);
  note_bulk(request, asked, action);
  return said;
}

}  // namespace

Answer post_calls_bulk(Request& request) {
  return commanded<CallBulk, CallCommand, CallsToDo>(request, "calls.commanded");
}

Answer post_jobs_bulk(Request& request) {
  return commanded<JobBulk, JobCommand, JobsToDo>(request, "jobs.commanded");
}

}  // namespace callgate
