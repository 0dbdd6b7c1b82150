#include "tests/sim/memory_sql.hpp"

#include <map>
#include <sqlite3.h>
#include <string>

namespace callgate::sim {
namespace {

struct StatementDeleter {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, StatementDeleter>;

struct DatabaseCloser {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};

void bind(sqlite3_stmt* statement, int at, const Param& param) {
  if (const auto* integer = std::get_if<std::int64_t>(&param)) {
    sqlite3_bind_int64(statement, at, *integer);
  } else if (const auto* text = std::get_if<std::string_view>(&param)) {
    sqlite3_bind_text(statement, at, text->empty() ? "" : text->data(),
                      static_cast<int>(text->size()), SQLITE_STATIC);
  } else if (const auto* bytes = std::get_if<Bytes>(&param)) {
    const void* data = bytes->empty() ? static_cast<const void*>("") : bytes->data();
    sqlite3_bind_blob(statement, at, data, static_cast<int>(bytes->size()), SQLITE_STATIC);
  } else {
    sqlite3_bind_null(statement, at);
  }
}

Cell cell_of(sqlite3_stmt* statement, int column) {
  const auto size = [&] {
    return static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
  };
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return std::int64_t{sqlite3_column_int64(statement, column)};
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      return std::string{text, size()};
    }
    case SQLITE_BLOB: {
      const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement, column));
      return Blob(bytes, bytes + size());
    }
    default:
      return Null{};
  }
}

}  // namespace

struct MemorySql::State {
  std::unique_ptr<sqlite3, DatabaseCloser> database;
  std::map<std::string, Statement, std::less<>> statements;

  [[noreturn]] void fail(std::string_view what) const {
    throw SqlError(std::string{what} + ": " + sqlite3_errmsg(database.get()));
  }
  sqlite3_stmt* prepared(std::string_view sql) {
    const auto known = statements.find(sql);
    if (known != statements.end()) {
      return known->second.get();
    }
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(database.get(), sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
      fail(sql);
    }
    return statements.emplace(std::string{sql}, Statement{statement}).first->second.get();
  }
  void step(std::string_view sql) {
    sqlite3_stmt* statement = prepared(sql);
    const int result = sqlite3_step(statement);
    sqlite3_reset(statement);
    if (result != SQLITE_DONE && result != SQLITE_ROW) {
      fail(sql);
    }
  }
};

MemorySql::MemorySql() : state_(std::make_unique<State>()) {
  // Counting what all of SQLite holds would have threads wait for each other at every allocation.
  static const int kConfigured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(kConfigured);  // in vain where somebody has opened a database before: no harm
  sqlite3* database = nullptr;
  const int opened =
      sqlite3_open_v2(":memory:", &database,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  state_->database.reset(database);
  if (opened != SQLITE_OK) {
    state_->fail("open");
  }
  state_->step("PRAGMA foreign_keys=ON");
}

MemorySql::~MemorySql() = default;

Rows MemorySql::exec(std::string_view statement, std::span<const Param> params) {
  if (left_ > 0 && --left_ == 0) {
    throw SqlError("database or disk is full");
  }
  sqlite3_stmt* prepared = state_->prepared(statement);
  for (std::size_t i = 0; i < params.size(); ++i) {
    bind(prepared, static_cast<int>(i) + 1, params[i]);
  }
  const auto columns = static_cast<std::size_t>(sqlite3_column_count(prepared));
  std::vector<Cell> cells;
  int result = sqlite3_step(prepared);
  for (; result == SQLITE_ROW; result = sqlite3_step(prepared)) {
    for (std::size_t column = 0; column < columns; ++column) {
      cells.push_back(cell_of(prepared, static_cast<int>(column)));
    }
  }
  sqlite3_reset(prepared);
  if (result != SQLITE_DONE) {
    state_->fail(statement);
  }
  return {columns, std::move(cells)};
}

void MemorySql::begin() {
  state_->step("BEGIN IMMEDIATE");
}

void MemorySql::commit() {
  state_->step("COMMIT");
}

void MemorySql::rollback() {
  state_->step("ROLLBACK");
}

}  // namespace callgate::sim
