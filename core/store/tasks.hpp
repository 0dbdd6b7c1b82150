// Tasks: commands that may touch more than a thousand rows, as a row with a cursor that every wake
// advances by one step. They survive crashes and report their progress.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/time.hpp"
#include "core/store/sql.hpp"

namespace callgate {

// Numbers are stored: append only.
enum class TaskKind : std::uint8_t {
  cancel_calls = 1,   // every waiting call of a canceled or deleted job; subject: the job
  purge_import = 2,   // the calls and rejects of a refused import; subject: the import
  redrive_calls = 3,  // ended calls of a job, for another round; subject: the job
  bulk_calls = 4,     // a command about the calls of a job that a query finds; subject: the job
  bulk_jobs = 5,      // a command about the jobs that a query finds
  clone_calls = 6,    // the people of a job into its clone; subject: the clone
};
enum class TaskState : std::uint8_t { running = 1, done = 2 };

struct Task {
  std::int64_t seq = 0;
  Instant created_at{};
  TaskKind kind = TaskKind::cancel_calls;
  std::int64_t subject = 0;
  TaskState state = TaskState::running;
  std::int64_t cursor = 0;
  std::int64_t done = 0;
  std::int64_t total = 0;
  std::int64_t filter = 0;  // of redrive_calls: which ends; of clone_calls: the other job
  Blob spec;                // of the bulk ones: what is done to which (core/engine/bulk.cpp)
  std::optional<Instant> finished_at;
};

namespace tasks {

void add(Sql& sql, const Task& task);
void save(Sql& sql, const Task& task);
[[nodiscard]] std::optional<Task> find(Sql& sql, std::int64_t seq);
// Tasks that have ended, from the oldest on: those after that number, at most `limit`.
struct Done {
  std::int64_t seq = 0;
  Instant finished_at{};
};
[[nodiscard]] std::vector<Done> done(Sql& sql, std::int64_t after, std::int64_t limit);
void erase(Sql& sql, std::int64_t seq);
// The oldest running task.
[[nodiscard]] std::optional<Task> next(Sql& sql);

}  // namespace tasks
}  // namespace callgate
