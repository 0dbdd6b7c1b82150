#include "core/store/views.hpp"

namespace callgate::views {
namespace {

#define CALLGATE_VIEW_COLUMNS "seq, created_at_ms, updated_at_ms, owner, shared, of, name, query"

View read_view(const Rows& rows, std::size_t row) {
  return {rows.integer(row, 0),
          from_ms(rows.integer(row, 1)),
          from_ms(rows.integer(row, 2)),
          rows.text(row, 3),
          rows.integer(row, 4) != 0,
          static_cast<ViewOf>(rows.integer(row, 5)),
          rows.text(row, 6),
          rows.text(row, 7)};
}

}  // namespace

void add(Sql& sql, const View& view) {
  sql.exec("INSERT INTO views (" CALLGATE_VIEW_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
           {view.seq, to_ms(view.created_at), to_ms(view.updated_at), std::string_view{view.owner},
            std::int64_t{view.shared}, static_cast<std::int64_t>(view.of),
            std::string_view{view.name}, std::string_view{view.query}});
}

void save(Sql& sql, const View& view) {
  sql.exec("UPDATE views SET updated_at_ms = ?2, shared = ?3, name = ?4, query = ?5 WHERE seq = ?1",
           {view.seq, to_ms(view.updated_at), std::int64_t{view.shared},
            std::string_view{view.name}, std::string_view{view.query}});
}

void erase(Sql& sql, std::int64_t seq) {
  sql.exec("DELETE FROM views WHERE seq = ?1", {seq});
}

std::optional<View> find(Sql& sql, std::int64_t seq) {
  const Rows rows = sql.exec("SELECT " CALLGATE_VIEW_COLUMNS " FROM views WHERE seq = ?1", {seq});
  return rows.empty() ? std::nullopt : std::optional{read_view(rows, 0)};
}

std::vector<View> seen_by(Sql& sql, std::string_view subject) {
  const Rows rows = sql.exec("SELECT " CALLGATE_VIEW_COLUMNS
                             " FROM views WHERE shared = 1 OR owner = ?1 ORDER BY name, seq",
                             {subject});
  std::vector<View> all;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    all.push_back(read_view(rows, i));
  }
  return all;
}

Count count(Sql& sql, std::string_view subject) {
  const Rows rows = sql.exec("SELECT count(*), coalesce(sum(owner = ?1), 0) FROM views", {subject});
  return {rows.integer(0, 0), rows.integer(0, 1)};
}

}  // namespace callgate::views
