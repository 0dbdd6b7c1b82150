// The Sql port over one SQLite connection: WAL, synchronous=FULL, statements prepared once and kept
// by their text. It allows no more than the edge does, so what passes here passes there: SQL of 100
// KB, 100 parameters, 5 terms of a compound SELECT, values of 2 MB, integers of 53 bits, UTF-8
// without NUL; no ATTACH, PRAGMA, TEMP, virtual table but FTS5, transaction statement, SQL clock or
// SQL random. Transactions are the host's: begin, savepoints and commit are functions of this
// class, not statements of the port.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/store/sql.hpp"

namespace callgate {

struct SqliteOptions {
  bool read_only = false;  // reads see the last commit; a write throws SqlError
  std::int64_t page_cache_kib = 64 * 1024;
  // So much of the file is read where the system keeps it, without a copy and a call for each page.
  std::int64_t mapped_bytes = 0;
};

class SqliteSql final : public Sql {
 public:
  // Makes the file (mode 0600) when it is not there. Throws SqlError.
  SqliteSql(const std::string& path, SqliteOptions options);
  ~SqliteSql() override;

  using Sql::exec;
  Rows exec(std::string_view statement, std::span<const Param> params) override;

  // Throw SqlError: a failed commit has rolled back.
  void begin();
  void commit();
  void rollback() noexcept;
  void set_savepoint();
  void release_savepoint();
  void rollback_to_savepoint();
  // False also when SQLite ended the transaction itself (full disk, I/O error).
  [[nodiscard]] bool in_transaction() const;

  // Changes whenever another connection has committed. Inside a read transaction it also fixes what
  // the transaction sees.
  [[nodiscard]] std::int64_t data_version();

  // What the WAL held after the last commit.
  [[nodiscard]] std::int64_t wal_bytes() const;
  // Keeps the WAL's file longer than what is in it, with zeros: a commit that writes into the file
  // as it is costs the disk one write, one that makes it longer costs the file system's journal
  // too. For the connection that writes, between transactions; a full disk only makes it slower.
  void make_wal_room();
  // Copies what it can from the WAL to the database without waiting for anybody.
  void checkpoint();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace callgate
