#include "core/store/audit.hpp"

namespace callgate::audit {

void add(Sql& sql, const AuditEntry& entry) {
  sql.exec("INSERT INTO audit (seq, at_ms, actor, action, detail) VALUES (?1, ?2, ?3, ?4, ?5)",
           {entry.seq, to_ms(entry.at), std::string_view{entry.actor},
            std::string_view{entry.action}, std::string_view{entry.detail}});
}

std::vector<AuditEntry> page(Sql& sql, std::int64_t before, std::int64_t limit) {
  const Rows rows = sql.exec(
      "SELECT seq, at_ms, actor, action, detail FROM audit WHERE seq < ?1 ORDER BY seq DESC "
      "LIMIT ?2",
      {before, limit});
  std::vector<AuditEntry> entries;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    entries.push_back({rows.integer(i, 0), from_ms(rows.integer(i, 1)), rows.text(i, 2),
                       rows.text(i, 3), rows.text(i, 4)});
  }
  return entries;
}

}  // namespace callgate::audit
