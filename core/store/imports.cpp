#include "core/store/imports.hpp"

#include "core/store/pack.hpp"

namespace callgate::imports {
namespace {

Blob pack(const std::optional<SuppressionNote>& note) {
  Blob packed;
  if (note) {
    Packer out{packed};
    out.text(note->reason);
    out.text(note->source);
    out.text(note->actor);
    out.instant(note->expires_at);
  }
  return packed;
}

std::optional<SuppressionNote> unpack(const Blob& packed) {
  if (packed.empty()) {
    return std::nullopt;
  }
  Unpacker in{packed};
  SuppressionNote note;
  note.reason = in.text();
  note.source = in.text();
  note.actor = in.text();
  note.expires_at = in.instant_or_none();
  return note;
}

Import read_import(const Rows& rows, std::size_t row) {
  Import import;
  import.seq = rows.integer(row, 0);
  import.created_at = from_ms(rows.integer(row, 1));
  import.job = rows.integer(row, 2);
  import.state = static_cast<ImportState>(rows.integer(row, 3));
  import.format = static_cast<ImportFormat>(rows.integer(row, 4));
  import.next_chunk = rows.integer(row, 5);
  import.bytes = rows.integer(row, 6);
  import.digest = rows.text(row, 7);
  import.rows = rows.integer(row, 8);
  import.accepted = rows.integer(row, 9);
  import.duplicates = rows.integer(row, 10);
  import.rejected = rows.integer(row, 11);
  import.reader = rows.text(row, 12);
  import.detail = rows.text(row, 13);
  import.heard_at = from_ms(rows.integer(row, 14));
  import.suppress = unpack(rows.blob(row, 15));
  return import;
}

#define CALLGATE_IMPORT_COLUMNS                                                         \
  "seq, created_at_ms, job, state, format, next_chunk, bytes, digest, rows, accepted, " \
  "duplicates, rejected, reader, detail, heard_at_ms, suppress"

}  // namespace

void add(Sql& sql, const Import& import) {
  const Blob suppress = pack(import.suppress);
  sql.exec("INSERT INTO imports (" CALLGATE_IMPORT_COLUMNS
           ") VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, '', 0, 0, 0, 0, ?6, '', ?7, ?8)",
           {import.seq, to_ms(import.created_at), import.job,
            static_cast<std::int64_t>(import.state), static_cast<std::int64_t>(import.format),
            std::string_view{import.reader}, to_ms(import.heard_at), Bytes{suppress}});
}

void save(Sql& sql, const Import& import) {
  sql.exec(
      "UPDATE imports SET state = ?2, next_chunk = ?3, bytes = ?4, digest = ?5, rows = ?6, "
      "accepted = ?7, duplicates = ?8, rejected = ?9, reader = ?10, detail = ?11, "
      "heard_at_ms = ?12 WHERE seq = ?1",
      {import.seq, static_cast<std::int64_t>(import.state), import.next_chunk, import.bytes,
       std::string_view{import.digest}, import.rows, import.accepted, import.duplicates,
       import.rejected, std::string_view{import.reader}, std::string_view{import.detail},
       to_ms(import.heard_at)});
}

void erase(Sql& sql, std::int64_t seq) {
  sql.exec("DELETE FROM imports WHERE seq = ?1", {seq});
}

std::optional<Import> find(Sql& sql, std::int64_t seq) {
  const Rows rows =
      sql.exec("SELECT " CALLGATE_IMPORT_COLUMNS " FROM imports WHERE seq = ?1", {seq});
  if (rows.empty()) {
    return std::nullopt;
  }
  return read_import(rows, 0);
}

std::optional<Import> most_silent(Sql& sql) {
  const Rows rows = sql.exec("SELECT " CALLGATE_IMPORT_COLUMNS
                             " FROM imports WHERE state = 1 ORDER BY heard_at_ms, seq LIMIT 1");
  if (rows.empty()) {
    return std::nullopt;
  }
  return read_import(rows, 0);
}

std::optional<Import> of_job(Sql& sql, std::int64_t job) {
  const Rows rows = sql.exec("SELECT " CALLGATE_IMPORT_COLUMNS
                             " FROM imports WHERE job = ?1 ORDER BY seq DESC LIMIT 1",
                             {job});
  if (rows.empty()) {
    return std::nullopt;
  }
  return read_import(rows, 0);
}

std::vector<std::int64_t> jobs_with_digest(Sql& sql, std::string_view digest, std::int64_t limit) {
  const Rows rows = sql.exec(
      "SELECT job FROM imports WHERE digest <> '' AND digest = ?1 AND state = 2 "
      "ORDER BY seq DESC LIMIT ?2",
      {digest, limit});
  std::vector<std::int64_t> jobs;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    jobs.push_back(rows.integer(i, 0));
  }
  return jobs;
}

std::vector<List> lists(Sql& sql, std::int64_t after, std::int64_t limit) {
  const Rows rows = sql.exec(
      "SELECT seq, heard_at_ms FROM imports WHERE job = 0 AND seq > ?1 AND state <> 1 "
      "ORDER BY seq LIMIT ?2",
      {after, limit});
  std::vector<List> found;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    found.push_back({rows.integer(i, 0), from_ms(rows.integer(i, 1))});
  }
  return found;
}

void add_reject(Sql& sql, std::int64_t import, std::int64_t row, const Reject& reject) {
  sql.exec(
      "INSERT INTO import_rejects (import, line, code, field, detail, value) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      {import, row, std::string_view{reject.code}, std::string_view{reject.field},
       std::string_view{reject.detail}, std::string_view{reject.value}});
}

std::vector<RejectedRow> rejects(Sql& sql, std::int64_t import, std::int64_t after_row,
                                 std::int64_t limit) {
  const Rows rows = sql.exec(
      "SELECT line, code, field, detail, value FROM import_rejects "
      "WHERE import = ?1 AND line > ?2 ORDER BY line LIMIT ?3",
      {import, after_row, limit});
  std::vector<RejectedRow> rejected;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rejected.push_back(
        {rows.integer(i, 0), {rows.text(i, 1), rows.text(i, 2), rows.text(i, 3), rows.text(i, 4)}});
  }
  return rejected;
}

std::int64_t purge_rejects(Sql& sql, std::int64_t import, std::int64_t limit) {
  const Rows gone = sql.exec(
      "DELETE FROM import_rejects WHERE import = ?1 AND line IN "
      "(SELECT line FROM import_rejects WHERE import = ?1 ORDER BY line LIMIT ?2) RETURNING line",
      {import, limit});
  return static_cast<std::int64_t>(gone.size());
}

}  // namespace callgate::imports
