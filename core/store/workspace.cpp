#include "core/store/workspace.hpp"

namespace callgate {

bool WorkspaceRow::refresh() {
  const Rows rows =
      sql_.exec("SELECT tag, revision, next_seq, config FROM workspace WHERE id = 1");
  CHECK(rows.size() == 1);
  const bool same = loaded_ && rows.integer(0, 1) == revision_;
  tag_ = rows.integer(0, 0);
  revision_ = rows.integer(0, 1);
  next_seq_ = rows.integer(0, 2);
  config_ = rows.text(0, 3);
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

void WorkspaceRow::set_config(std::string config) {
  touch();
  config_ = std::move(config);
}

void WorkspaceRow::flush() {
  if (!dirty_) {
    return;
  }
  touch();
  sql_.exec("UPDATE workspace SET revision = ?1, next_seq = ?2, config = ?3 WHERE id = 1",
            {revision_, next_seq_, std::string_view{config_}});
  dirty_ = false;
  touched_ = false;
}

}  // namespace callgate
