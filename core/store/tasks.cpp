#include "core/store/tasks.hpp"

namespace callgate::tasks {
namespace {

std::optional<Task> read_task(const Rows& rows) {
  if (rows.empty()) {
    return std::nullopt;
  }
  Task task;
  task.seq = rows.integer(0, 0);
  task.created_at = from_ms(rows.integer(0, 1));
  task.kind = static_cast<TaskKind>(rows.integer(0, 2));
  task.subject = rows.integer(0, 3);
  task.state = static_cast<TaskState>(rows.integer(0, 4));
  task.cursor = rows.integer(0, 5);
  task.done = rows.integer(0, 6);
  task.total = rows.integer(0, 7);
  if (!rows.is_null(0, 8)) {
    task.finished_at = from_ms(rows.integer(0, 8));
  }
  task.filter = rows.integer(0, 9);
  task.spec = rows.blob(0, 10);
  return task;
}

}  // namespace

void add(Sql& sql, const Task& task) {
  sql.exec(
      "INSERT INTO tasks (seq, created_at_ms, kind, subject, state, cursor, done, total, filter, "
      "spec) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
      {task.seq, to_ms(task.created_at), static_cast<std::int64_t>(task.kind), task.subject,
       static_cast<std::int64_t>(task.state), task.cursor, task.done, task.total, task.filter,
       Bytes{task.spec}});
}

void save(Sql& sql, const Task& task) {
  sql.exec(
      "UPDATE tasks SET state = ?2, cursor = ?3, done = ?4, finished_at_ms = ?5, spec = ?6 "
      "WHERE seq = ?1",
      {task.seq, static_cast<std::int64_t>(task.state), task.cursor, task.done,
       task.finished_at ? Param{to_ms(*task.finished_at)} : Param{Null{}}, Bytes{task.spec}});
}

std::optional<Task> find(Sql& sql, std::int64_t seq) {
  return read_task(
      sql.exec("SELECT seq, created_at_ms, kind, subject, state, cursor, done, total, "
               "finished_at_ms, filter, spec "
               "FROM tasks WHERE seq = ?1",
               {seq}));
}

std::vector<Done> done(Sql& sql, std::int64_t after, std::int64_t limit) {
  const Rows rows = sql.exec(
      "SELECT seq, finished_at_ms FROM tasks WHERE seq > ?1 AND finished_at_ms IS NOT NULL "
      "ORDER BY seq LIMIT ?2",
      {after, limit});
  std::vector<Done> found;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    found.push_back({rows.integer(i, 0), from_ms(rows.integer(i, 1))});
  }
  return found;
}

void erase(Sql& sql, std::int64_t seq) {
  sql.exec("DELETE FROM tasks WHERE seq = ?1", {seq});
}

std::optional<Task> next(Sql& sql) {
  return read_task(
      sql.exec("SELECT seq, created_at_ms, kind, subject, state, cursor, done, total, "
               "finished_at_ms, filter, spec "
               "FROM tasks WHERE state = 1 ORDER BY seq LIMIT 1"));
}

}  // namespace callgate::tasks
