#include "core/store/audit.hpp"

namespace callgate::audit {
namespace {

constexpr std::size_t kHashBytes = 32;

Digest hash_of(Sql& sql, Crypto& crypto, const AuditEntry& entry) {
  const Rows last = sql.exec("SELECT hash FROM audit ORDER BY seq DESC LIMIT 1");
  Blob data = last.empty() ? Blob{} : last.blob(0, 0);
  data.resize(kHashBytes);
  const std::string at = format_rfc3339(entry.at);
  for (const std::string* part :
       {&at, &entry.actor, &entry.action, &entry.subject, &entry.detail}) {
    const std::string size = std::to_string(part->size()) + ":";
    data.insert(data.end(), size.begin(), size.end());
    data.insert(data.end(), part->begin(), part->end());
    data.push_back(',');
  }
  return crypto.sha256(data);
}

}  // namespace

void add(Sql& sql, Crypto& crypto, const AuditEntry& entry) {
  const Digest hash = hash_of(sql, crypto, entry);
  sql.exec(
      "INSERT INTO audit (seq, at_ms, actor, action, subject, detail, hash) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
      {entry.seq, to_ms(entry.at), std::string_view{entry.actor}, std::string_view{entry.action},
       std::string_view{entry.subject}, std::string_view{entry.detail}, Bytes{hash}});
}

std::vector<AuditEntry> page(Sql& sql, std::int64_t before, std::int64_t limit) {
  const Rows rows = sql.exec(
      "SELECT seq, at_ms, actor, action, subject, detail, hash FROM audit WHERE seq < ?1 "
      "ORDER BY seq DESC LIMIT ?2",
      {before, limit});
  std::vector<AuditEntry> entries;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    entries.push_back({rows.integer(i, 0), from_ms(rows.integer(i, 1)), rows.text(i, 2),
                       rows.text(i, 3), rows.text(i, 4), rows.text(i, 5), rows.blob(i, 6)});
  }
  return entries;
}

}  // namespace callgate::audit
