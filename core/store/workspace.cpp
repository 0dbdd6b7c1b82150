#include "core/store/workspace.hpp"

#include <algorithm>

namespace callgate {

void WorkspaceRow::load() {
  if (loaded_) {
    return;
  }
  const Rows rows = sql_.exec(
      "SELECT tag, revision, next_seq, calls_at_once, calls_at_once_per_job, hours_days, "
      "hours_start_min, hours_end_min, hours_zone FROM workspace WHERE id = 1");
  CALLGATE_CHECK(rows.size() == 1);
  tag_ = rows.integer(0, 0);
  stored_revision_ = rows.integer(0, 1);
  revision_.reset();
  next_seq_ = rows.integer(0, 2);
  settings_.calls_at_once = rows.integer(0, 3);
  settings_.calls_at_once_per_job = rows.integer(0, 4);
  settings_.hours.days = static_cast<std::uint32_t>(rows.integer(0, 5));
  settings_.hours.range = {static_cast<std::int32_t>(rows.integer(0, 6)),
                           static_cast<std::int32_t>(rows.integer(0, 7))};
  settings_.hours.zone = rows.text(0, 8);
  loaded_ = true;
  dirty_ = false;
}

std::int64_t WorkspaceRow::revision() {
  if (!revision_) {
    const Rows newest = sql_.exec("SELECT coalesce(max(revision), 0) FROM jobs");
    revision_ = std::max(stored_revision_, newest.integer(0, 0));
  }
  return *revision_;
}

std::int64_t WorkspaceRow::take_seq() {
  dirty_ = true;
  return next_seq_++;
}

std::int64_t WorkspaceRow::next_revision() {
  revision_ = revision() + 1;
  return *revision_;
}

void WorkspaceRow::keep_revision() {
  static_cast<void>(revision());
  dirty_ = true;
}

void WorkspaceRow::set_settings(Settings settings) {
  dirty_ = true;
  settings_ = std::move(settings);
}

void WorkspaceRow::flush() {
  if (!dirty_) {
    return;
  }
  sql_.exec(
      "UPDATE workspace SET revision = ?1, next_seq = ?2, calls_at_once = ?3, "
      "calls_at_once_per_job = ?4, hours_days = ?5, hours_start_min = ?6, hours_end_min = ?7, "
      "hours_zone = ?8 WHERE id = 1",
      {revision_.value_or(stored_revision_), next_seq_, settings_.calls_at_once,
       settings_.calls_at_once_per_job, std::int64_t{settings_.hours.days},
       std::int64_t{settings_.hours.range.start_min}, std::int64_t{settings_.hours.range.end_min},
       std::string_view{settings_.hours.zone}});
  dirty_ = false;
}

}  // namespace callgate
