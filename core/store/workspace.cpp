#include "core/store/workspace.hpp"

namespace callgate {

bool WorkspaceRow::refresh() {
  const Rows rows = sql_.exec(
      "SELECT tag, revision, next_seq, calls_at_once, calls_at_once_per_job, hours_days, "
      "hours_start_min, hours_end_min, hours_zone FROM workspace WHERE id = 1");
  CALLGATE_CHECK(rows.size() == 1);
  const bool same = loaded_ && rows.integer(0, 1) == revision_;
  tag_ = rows.integer(0, 0);
  revision_ = rows.integer(0, 1);
  next_seq_ = rows.integer(0, 2);
  settings_.calls_at_once = rows.integer(0, 3);
  settings_.calls_at_once_per_job = rows.integer(0, 4);
  settings_.hours.days = static_cast<std::uint32_t>(rows.integer(0, 5));
  settings_.hours.range = {static_cast<std::int32_t>(rows.integer(0, 6)),
                           static_cast<std::int32_t>(rows.integer(0, 7))};
  settings_.hours.zone = rows.text(0, 8);
  loaded_ = true;
  dirty_ = false;
  touched_ = false;
  return same;
}

std::int64_t WorkspaceRow::take_seq() {
  dirty_ = true;
  return next_seq_++;
}

std::int64_t WorkspaceRow::touch() {
  if (!touched_) {
    touched_ = true;
    dirty_ = true;
    ++revision_;
  }
  return revision_;
}

void WorkspaceRow::set_settings(Settings settings) {
  touch();
  settings_ = std::move(settings);
}

void WorkspaceRow::flush() {
  if (!dirty_) {
    return;
  }
  touch();
  sql_.exec(
      "UPDATE workspace SET revision = ?1, next_seq = ?2, calls_at_once = ?3, "
      "calls_at_once_per_job = ?4, hours_days = ?5, hours_start_min = ?6, hours_end_min = ?7, "
      "hours_zone = ?8 WHERE id = 1",
      {revision_, next_seq_, settings_.calls_at_once, settings_.calls_at_once_per_job,
       std::int64_t{settings_.hours.days}, std::int64_t{settings_.hours.range.start_min},
       std::int64_t{settings_.hours.range.end_min}, std::string_view{settings_.hours.zone}});
  dirty_ = false;
  touched_ = false;
}

}  // namespace callgate
