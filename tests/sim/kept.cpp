// What retention removes, when it goes and at the end: nothing early, neither by its age nor as one
// of the newest, and everything in time. Looks at the rows: no route tells of what is gone.
#include <algorithm>

#include "core/base/phone.hpp"
#include "core/calls/lifecycle.hpp"
#include "tests/sim/auditors.hpp"

namespace callgate::sim {
namespace {

using std::chrono::hours;

constexpr Millis kStays = hours{1};  // after its end, whatever the rule
constexpr Millis kADay = hours{24};

struct Gone {
  std::int64_t call = 0;
  std::int64_t job = 0;
  CallState state = CallState::waiting;
  Instant ended_at{};
  bool scheduled = false;
};

std::string told(const Gone& gone) {
  return "call " + std::to_string(gone.call) + " of job " + std::to_string(gone.job) + ", " +
         std::string{to_word(gone.state)} + " at " + format_rfc3339(gone.ended_at);
}

// Rules that may be in force now.
std::vector<const KeepRule*> rules_now(const Scene& scene) {
  std::vector<const KeepRule*> rules;
  for (const KeepEra& era : scene.model.keeps) {
    if (!era.to || *era.to + scene.slack >= scene.world.host_now()) {
      rules.push_back(&era.rule);
    }
  }
  return rules;
}

bool old_enough(const Scene& scene, Instant ended_at, Millis age) {
  return ended_at + age <= scene.world.host_now() + scene.slack;
}

// Calls that ended the same way after it, looked for up to `most`: those that are there, and those
// of jobs of schedules that went since they were counted, by the rule for such jobs.
std::int64_t newer_than(Scene& scene, const Gone& gone, std::int64_t most) {
  return scene.world.sql()
      .exec(
          "SELECT count(*) FROM (SELECT 1 FROM calls WHERE state = ?1 AND "
          "(ended_at_ms, seq) > (?2, ?3) UNION ALL SELECT 1 FROM looks_removed WHERE "
          "scheduled = 1 AND state = ?1 AND (ended_at_ms, call) > (?2, ?3) LIMIT ?4)",
          {static_cast<std::int64_t>(gone.state), to_ms(gone.ended_at), gone.call, most})
      .integer(0, 0);
}

bool may_go(Scene& scene, const Gone& gone, const KeepRule& rule) {
  const KeepFor& keep = rule.calls.at(std::string{to_word(gone.state)});
  if (keep.days && old_enough(scene, gone.ended_at, kADay * *keep.days)) {
    return true;
  }
  if (keep.count && newer_than(scene, gone, *keep.count) >= *keep.count) {
    return true;
  }
  // With its job: there must be a rule for such jobs, and the job must have no open call.
  const auto& [completed, canceled] = rule.scheduled;
  return gone.scheduled && (completed.days || completed.count || canceled.days || canceled.count);
}

void call_went_in_time(Scene& scene, const Gone& gone) {
  if (!is_terminal(gone.state)) {
    return scene.find("kept", "it had not ended, and was removed: " + told(gone));
  }
  const auto rules = rules_now(scene);
  if (!old_enough(scene, gone.ended_at, kStays) ||
      std::none_of(rules.begin(), rules.end(),
                   [&](const KeepRule* rule) { return may_go(scene, gone, *rule); })) {
    scene.find("kept", "removed too early: " + told(gone) +
                           (gone.scheduled ? " (a schedule's)" : "") + ", with " +
                           std::to_string(newer_than(scene, gone, 1000)) + " after it");
  }
}

// How long a job without calls stays at least, by whatever it ended as.
std::optional<Millis> job_stays(const Scene& scene) {
  std::optional<Millis> least;
  for (const KeepRule* rule : rules_now(scene)) {
    for (const char* end : {"completed", "canceled"}) {
      const KeepFor& keep = rule->calls.at(end);
      if (keep.days || keep.count) {
        const Millis stays = kADay * keep.days.value_or(1);
        least = least ? std::min(*least, stays) : stays;
      }
    }
  }
  return least;
}

void jobs_went_in_time(Scene& scene) {
  Sql& sql = scene.world.sql();
  const Rows jobs = sql.exec(
      "SELECT n, job, coalesce(finished_at_ms, created_at_ms), open, (SELECT count(*) FROM calls "
      "WHERE calls.job = "
      "looks_removed_jobs.job) + (SELECT count(*) FROM imports WHERE imports.job = "
      "looks_removed_jobs.job) + (SELECT count(*) FROM lanes WHERE lanes.job = "
      "looks_removed_jobs.job) + (SELECT count(*) FROM schedules WHERE state < 3 AND last_job = "
      "looks_removed_jobs.job), scheduled FROM looks_removed_jobs WHERE n > ?1 ORDER BY n",
      {scene.removed_jobs_seen});
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    scene.removed_jobs_seen = jobs.integer(i, 0);
    const auto stays = job_stays(scene);
    const bool young = jobs.integer(i, 5) == 0 &&
                       (!stays || !old_enough(scene, from_ms(jobs.integer(i, 2)), *stays));
    if (jobs.integer(i, 3) > 0 || jobs.integer(i, 4) > 0 || young) {
      scene.find("kept", "job " + std::to_string(jobs.integer(i, 1)) + " was removed with " +
                             std::to_string(jobs.integer(i, 3)) + " open calls, and " +
                             std::to_string(jobs.integer(i, 4)) + " rows that name it");
    }
  }
}

void too_many(Scene& scene, const std::string& what, std::int64_t there, std::int64_t most) {
  if (there > most) {
    scene.find("kept", std::to_string(there) + " " + what + " are still there, and " +
                           std::to_string(most) + " may be");
  }
}

}  // namespace

void audit_removals(Scene& scene) {
  const Rows rows = scene.world.sql().exec(
      "SELECT n, call, job, state, coalesce(ended_at_ms, 0), scheduled FROM looks_removed "
      "WHERE n > ?1 ORDER BY n",
      {scene.removals_seen});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    scene.removals_seen = rows.integer(i, 0);
    call_went_in_time(
        scene, {rows.integer(i, 1), rows.integer(i, 2), static_cast<CallState>(rows.integer(i, 3)),
                from_ms(rows.integer(i, 4)), rows.integer(i, 5) != 0});
  }
  jobs_went_in_time(scene);
}

// At rest no wake is left: what goes by its age has gone, and of what is counted no more are there.
void audit_kept(Scene& scene) {
  Sql& sql = scene.world.sql();
  const auto count = [&](const char* statement, std::int64_t of) {
    return sql.exec(statement, {of}).integer(0, 0);
  };
  const KeepRule& rule = scene.model.keeps.back().rule;
  bool all_go = true;
  for (const CallState state : {CallState::completed, CallState::failed, CallState::canceled,
                                CallState::expired, CallState::blocked}) {
    const KeepFor& keep = rule.calls.at(std::string{to_word(state)});
    if (keep.days || keep.count) {
      too_many(scene, std::string{to_word(state)} + " calls",
               count("SELECT count(*) FROM calls WHERE state = ?1", static_cast<int>(state)),
               keep.days ? 0 : *keep.count);
    }
    all_go = all_go && keep.days;
  }
  if (all_go) {
    too_many(scene, "jobs",
             count("SELECT count(*) FROM jobs WHERE seq > ?1 AND seq NOT IN (SELECT last_job FROM "
                   "schedules WHERE state < 3) AND NOT (name = 'daily-calls' AND total = 0)",
                   0),
             0);
  }
  for (const auto& [canceled, keep] :
       {std::pair{0, rule.scheduled.first}, std::pair{1, rule.scheduled.second}}) {
    if (keep.count) {
      too_many(
          scene, "jobs of schedules",
          count("SELECT count(*) FROM jobs WHERE scheduled = 1 AND (state > 3) = ?1", canceled),
          *keep.count);
    }
  }
  too_many(scene, "finished tasks", count("SELECT count(*) FROM tasks WHERE seq > ?1", 0), 0);
  too_many(scene, "lists", count("SELECT count(*) FROM imports WHERE job = ?1", 0), 0);
  too_many(scene, "histories of numbers",
           count("SELECT count(*) FROM numbers WHERE digits > ?1", 0), 0);
}

std::vector<RemovedCall> removed_calls_of(Scene& scene, std::int64_t job) {
  const Rows rows = scene.world.sql().exec(
      "SELECT digits, state, history FROM looks_removed WHERE ?1 IN (0, job) ORDER BY n", {job});
  std::vector<RemovedCall> calls;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    calls.push_back({format_e164({rows.integer(i, 0)}),
                     std::string{to_word(static_cast<CallState>(rows.integer(i, 1)))},
                     rows.text(i, 2)});
  }
  return calls;
}

bool was_removed(Scene& scene, std::int64_t job) {
  // Or it is hidden already, with nothing of it left, and goes with the next step.
  return !scene.world.sql()
              .exec(
                  "SELECT 1 FROM looks_removed_jobs WHERE job = ?1 UNION ALL SELECT 1 FROM jobs "
                  "WHERE seq = ?1 AND state = 6 AND finished_at_ms IS NOT NULL AND NOT EXISTS "
                  "(SELECT 1 FROM calls WHERE calls.job = jobs.seq)",
                  {job})
              .empty();
}

}  // namespace callgate::sim
