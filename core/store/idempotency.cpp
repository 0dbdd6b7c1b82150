#include "core/store/idempotency.hpp"

namespace callgate::idempotency {

std::optional<Known> find(Sql& sql, std::string_view key, Instant now) {
  const Rows rows = sql.exec(
      "SELECT request, job, answer FROM idempotency_keys WHERE key = ?1 AND created_at_ms > ?2",
      {key, to_ms(now - kKept)});
  if (rows.empty()) {
    return std::nullopt;
  }
  return Known{rows.blob(0, 0), rows.integer(0, 1), rows.blob(0, 2)};
}

void remember(Sql& sql, std::string_view key, const Known& done, Instant now) {
  sql.exec(
      "DELETE FROM idempotency_keys WHERE key IN (SELECT key FROM idempotency_keys "
      "WHERE created_at_ms <= ?1 ORDER BY created_at_ms, key LIMIT 100)",
      {to_ms(now - kKept)});
  sql.exec(
      "INSERT INTO idempotency_keys (key, created_at_ms, request, job, answer) "
      "VALUES (?1, ?2, ?3, ?4, ?5) "
      "ON CONFLICT (key) DO UPDATE SET created_at_ms = ?2, request = ?3, job = ?4, answer = ?5",
      {key, to_ms(now), Bytes{done.request}, done.job, Bytes{done.answer}});
}

}  // namespace callgate::idempotency
