#include "native-server/sqlite_sql.hpp"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <limits>
#include <sqlite3.h>
#include <string>
#include <unistd.h>
#include <unordered_map>

namespace callgate {
namespace {

constexpr std::int64_t kIntegerMax = std::int64_t{1} << 53;
constexpr std::int64_t kWalFrameHeader = 24;
constexpr std::int64_t kWalStep = 4 * 1024 * 1024;
constexpr std::int64_t kWalPiece = 64 * 1024;  // SQLite's files take less than 128 KB at once
constexpr std::int64_t kWalAhead = 1024 * 1024;
constexpr std::size_t kStatementsMax = 512;
constexpr std::size_t kStatementBytesMax = 100'000;
constexpr std::size_t kValueBytesMax = 2 * 1024 * 1024;

// Durable Objects' own limits, as published or as its runtime sets them.
constexpr std::array<std::pair<int, int>, 11> kLimits{{
    {SQLITE_LIMIT_SQL_LENGTH, static_cast<int>(kStatementBytesMax)},
    {SQLITE_LIMIT_LENGTH, static_cast<int>(kValueBytesMax)},
    {SQLITE_LIMIT_VARIABLE_NUMBER, 100},
    {SQLITE_LIMIT_COLUMN, 100},
    {SQLITE_LIMIT_COMPOUND_SELECT, 5},
    {SQLITE_LIMIT_EXPR_DEPTH, 100},
    {SQLITE_LIMIT_FUNCTION_ARG, 32},
    {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50},
    {SQLITE_LIMIT_TRIGGER_DEPTH, 10},
    {SQLITE_LIMIT_ATTACHED, 0},
    {SQLITE_LIMIT_WORKER_THREADS, 0},
}};

// A decision may depend on the Input only; the last two touch the machine.
constexpr std::array<std::string_view, 14> kForbiddenFunctions{
    "random",         "randomblob",        "date",
    "time",           "datetime",          "julianday",
    "strftime",       "unixepoch",         "current_date",
    "current_time",   "current_timestamp", "timediff",
    "load_extension", "sqlite_version"};

struct StatementDeleter {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, StatementDeleter>;

struct DatabaseCloser {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

int authorize(void* host_acts, int action, const char* first, const char* second, const char*,
              const char*) {
  if (*static_cast<const bool*>(host_acts)) {
    return SQLITE_OK;
  }
  switch (action) {
    case SQLITE_PRAGMA:
      // ALTER TABLE of SQLite 3.46 and later asks the one by itself, FTS5 the other.
      return std::string_view{first} == "quick_check" || std::string_view{first} == "data_version"
                 ? SQLITE_OK
                 : SQLITE_DENY;
    case SQLITE_CREATE_VTABLE:
      return std::string_view{second} == "fts5" ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
    case SQLITE_CREATE_TEMP_INDEX:
    case SQLITE_CREATE_TEMP_TABLE:
    case SQLITE_CREATE_TEMP_TRIGGER:
    case SQLITE_CREATE_TEMP_VIEW:
      return SQLITE_DENY;
    case SQLITE_FUNCTION:
      return std::find(kForbiddenFunctions.begin(), kForbiddenFunctions.end(),
                       std::string_view{second}) == kForbiddenFunctions.end()
                 ? SQLITE_OK
                 : SQLITE_DENY;
    default:
      return SQLITE_OK;
  }
}

}  // namespace

struct SqliteSql::State {
  std::unique_ptr<sqlite3, DatabaseCloser> database;
  std::unordered_map<std::string, Statement, TextHash, std::equal_to<>> statements;
  // The same by where its text stands: a literal is found without reading it whole for its hash.
  std::unordered_map<const char*, sqlite3_stmt*> literals;
  Statement begin;
  Statement commit;
  Statement rollback;
  Statement savepoint;
  Statement release;
  Statement rollback_to;
  Statement data_version;
  std::int64_t page_bytes = 4096;
  std::int64_t wal_frames = 0;
  std::int64_t wal_room = 0;  // bytes of the WAL's file
  bool host_acts = true;      // read by the authorizer: true while this class itself speaks SQL

  [[noreturn]] void fail(std::string_view what) const {
    throw SqlError(std::string{what} + ": " + sqlite3_errmsg(database.get()) + " (" +
                   std::to_string(sqlite3_extended_errcode(database.get())) + ")");
  }
  void run(const char* sql) const {
    if (sqlite3_exec(database.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
      fail(sql);
    }
  }
  [[nodiscard]] Statement prepare(std::string_view sql) const;
  [[nodiscard]] sqlite3_stmt* cached(std::string_view sql);
  void step_host(const Statement& statement);
};

namespace {

void make_private_file(const std::string& path) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) {
    throw SqlError("cannot open " + path);
  }
  close(file);
}

void bind(sqlite3_stmt* statement, int at, const Param& param) {
  if (const auto* integer = std::get_if<std::int64_t>(&param)) {
    if (*integer > kIntegerMax || *integer < -kIntegerMax) {
      throw SqlError("parameter " + std::to_string(at) + ": an integer beyond 2^53");
    }
    sqlite3_bind_int64(statement, at, *integer);
  } else if (const auto* text = std::get_if<std::string_view>(&param)) {
    if (text->size() > kValueBytesMax) {
      throw SqlError("parameter " + std::to_string(at) + ": longer than 2 MB");
    }
    if (first_invalid_utf8(*text)) {
      throw SqlError("parameter " + std::to_string(at) + ": not UTF-8, or with a NUL");
    }
    // A null pointer would bind NULL: an empty view may have one.
    sqlite3_bind_text(statement, at, text->empty() ? "" : text->data(),
                      static_cast<int>(text->size()), SQLITE_STATIC);
  } else if (const auto* bytes = std::get_if<Bytes>(&param)) {
    if (bytes->size() > kValueBytesMax) {
      throw SqlError("parameter " + std::to_string(at) + ": longer than 2 MB");
    }
    const void* data = bytes->empty() ? static_cast<const void*>("") : bytes->data();
    sqlite3_bind_blob(statement, at, data, static_cast<int>(bytes->size()), SQLITE_STATIC);
  } else {
    sqlite3_bind_null(statement, at);
  }
}

Cell cell_of(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER: {
      const std::int64_t value = sqlite3_column_int64(statement, column);
      if (value > kIntegerMax || value < -kIntegerMax) {
        throw SqlError("column " + std::to_string(column) + ": an integer beyond 2^53");
      }
      return value;
    }
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      return std::string{text, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
    }
    case SQLITE_BLOB: {
      const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement, column));
      return Blob(bytes, bytes + sqlite3_column_bytes(statement, column));
    }
    case SQLITE_NULL:
      return Null{};
    default:
      throw SqlError("column " + std::to_string(column) + ": a floating-point number");
  }
}

// Leaves the statement as it was found, also when a row is refused.
class StatementUse {
 public:
  explicit StatementUse(sqlite3_stmt* statement) : statement_(statement) {}
  StatementUse(const StatementUse&) = delete;
  StatementUse& operator=(const StatementUse&) = delete;
  ~StatementUse() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);  // what was bound is only borrowed
  }

 private:
  sqlite3_stmt* statement_;
};

}  // namespace

Statement SqliteSql::State::prepare(std::string_view sql) const {
  if (sql.size() > kStatementBytesMax) {
    throw SqlError("the statement is longer than 100 KB");
  }
  sqlite3_stmt* statement = nullptr;
  const char* tail = nullptr;
  if (sqlite3_prepare_v3(database.get(), sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement, &tail) != SQLITE_OK) {
    fail("prepare");
  }
  Statement prepared{statement};
  if (prepared == nullptr) {
    throw SqlError("no statement");
  }
  const std::string_view rest = sql.substr(static_cast<std::size_t>(tail - sql.data()));
  if (rest.find_first_not_of(" \t\r\n;") != std::string_view::npos) {
    throw SqlError("more than one statement");
  }
  return prepared;
}

sqlite3_stmt* SqliteSql::State::cached(std::string_view sql) {
  const auto literal = literals.find(sql.data());
  if (literal != literals.end() && sql == sqlite3_sql(literal->second)) {
    return literal->second;
  }
  auto found = statements.find(sql);
  if (found == statements.end()) {
    Statement prepared = prepare(sql);
    if (statements.size() >= kStatementsMax) {
      literals.clear();
      statements.clear();  // the store has fewer texts than that: something builds them anew
    }
    found = statements.emplace(std::string{sql}, std::move(prepared)).first;
  }
  if (literals.size() >= kStatementsMax) {
    literals.clear();
  }
  return literals[sql.data()] = found->second.get();
}

// Statements are prepared again after a change of schema, so the authorizer asks even here.
void SqliteSql::State::step_host(const Statement& statement) {
  host_acts = true;
  const int result = sqlite3_step(statement.get());
  std::string message;
  if (result != SQLITE_DONE) {
    message = std::string{sqlite3_sql(statement.get())} + ": " + sqlite3_errmsg(database.get());
  }
  sqlite3_reset(statement.get());
  host_acts = false;
  if (!message.empty()) {
    throw SqlError(message);
  }
}

SqliteSql::SqliteSql(const std::string& path, SqliteOptions options)
    : state_(std::make_unique<State>()) {
  // Before SQLite's first use: what its statistics of memory would cost is a lock at every
  // allocation.
  static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(configured);
  make_private_file(path);
  sqlite3* database = nullptr;
  const int opened =
      sqlite3_open_v2(path.c_str(), &database,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  state_->database.reset(database);
  if (opened != SQLITE_OK) {
    state_->fail("open " + path);
  }
  sqlite3_busy_timeout(database, 10'000);
  // synchronous=FULL: a commit that was acknowledged is on the disk. Checkpoints are the host's.
  state_->run(
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;"
      "PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF");
  state_->run(("PRAGMA cache_size=-" + std::to_string(options.page_cache_kib)).c_str());
  state_->run(("PRAGMA mmap_size=" + std::to_string(options.mapped_bytes)).c_str());
  if (options.read_only) {
    state_->run("PRAGMA query_only=ON");
  }
  const Statement page_size = state_->prepare("PRAGMA page_size");
  if (sqlite3_step(page_size.get()) == SQLITE_ROW) {
    state_->page_bytes = sqlite3_column_int64(page_size.get(), 0);
  }
  sqlite3_wal_hook(
      database,
      [](void* frames, sqlite3*, const char*, int count) {
        *static_cast<std::int64_t*>(frames) = count;
        return SQLITE_OK;
      },
      &state_->wal_frames);
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  for (const auto& [limit, value] : kLimits) {
    sqlite3_limit(database, limit, value);
  }
  state_->begin = state_->prepare(options.read_only ? "BEGIN" : "BEGIN IMMEDIATE");
  state_->commit = state_->prepare("COMMIT");
  state_->rollback = state_->prepare("ROLLBACK");
  state_->savepoint = state_->prepare("SAVEPOINT input");
  state_->release = state_->prepare("RELEASE input");
  state_->rollback_to = state_->prepare("ROLLBACK TO input");
  state_->data_version = state_->prepare("PRAGMA data_version");
  sqlite3_set_authorizer(database, authorize, &state_->host_acts);
  state_->host_acts = false;
}

SqliteSql::~SqliteSql() = default;

Rows SqliteSql::exec(std::string_view statement, std::span<const Param> params) {
  sqlite3_stmt* prepared = state_->cached(statement);
  const int expected = sqlite3_bind_parameter_count(prepared);
  if (static_cast<int>(params.size()) != expected) {
    throw SqlError("the statement has " + std::to_string(expected) + " parameters, not " +
                   std::to_string(params.size()));
  }
  const StatementUse use{prepared};
  for (std::size_t i = 0; i < params.size(); ++i) {
    bind(prepared, static_cast<int>(i) + 1, params[i]);
  }
  std::vector<Cell> cells;
  int result = sqlite3_step(prepared);
  // Asked only now: after a change of the schema the first step prepares the statement anew.
  const int columns = sqlite3_column_count(prepared);
  if (result == SQLITE_ROW) {
    cells.reserve(static_cast<std::size_t>(columns));
  }
  for (; result == SQLITE_ROW; result = sqlite3_step(prepared)) {
    for (int column = 0; column < columns; ++column) {
      cells.push_back(cell_of(prepared, column));
    }
  }
  if (result != SQLITE_DONE) {
    state_->fail("exec");
  }
  return Rows{static_cast<std::size_t>(columns), std::move(cells)};
}

void SqliteSql::begin() {
  state_->step_host(state_->begin);
}

void SqliteSql::commit() {
  try {
    state_->step_host(state_->commit);
  } catch (const SqlError&) {
    rollback();
    throw;
  }
}

void SqliteSql::rollback() noexcept {
  if (in_transaction()) {
    try {
      state_->step_host(state_->rollback);
    } catch (const SqlError&) {
      // SQLite had already ended it: there is nothing to roll back.
    }
  }
}

void SqliteSql::set_savepoint() {
  state_->step_host(state_->savepoint);
}
void SqliteSql::release_savepoint() {
  state_->step_host(state_->release);
}
void SqliteSql::rollback_to_savepoint() {
  state_->step_host(state_->rollback_to);
  state_->step_host(state_->release);
}

bool SqliteSql::in_transaction() const {
  return sqlite3_get_autocommit(state_->database.get()) == 0;
}

std::int64_t SqliteSql::data_version() {
  state_->host_acts = true;
  const bool row = sqlite3_step(state_->data_version.get()) == SQLITE_ROW;
  const std::int64_t version = row ? sqlite3_column_int64(state_->data_version.get(), 0) : 0;
  sqlite3_reset(state_->data_version.get());
  state_->host_acts = false;
  if (!row) {
    state_->fail("data_version");
  }
  return version;
}

std::int64_t SqliteSql::wal_bytes() const {
  return state_->wal_frames * (state_->page_bytes + kWalFrameHeader);
}

// SQLite ends a WAL at the first frame whose salt and checksum are not right, as it must after a
// crash; of a frame of zeros they never are.
void SqliteSql::make_wal_room() {
  if (wal_bytes() + kWalAhead <= state_->wal_room) {
    return;
  }
  sqlite3_file* wal = nullptr;
  sqlite3_file_control(state_->database.get(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal);
  sqlite3_int64 size = 0;
  if (wal == nullptr || wal->pMethods == nullptr ||
      wal->pMethods->xFileSize(wal, &size) != SQLITE_OK) {
    return;
  }
  state_->wal_room = size;
  if (wal_bytes() + kWalAhead <= size) {
    return;
  }
  const std::vector<char> zeros(kWalPiece);
  sqlite3_int64 end = size;
  while (end < size + kWalStep &&
         wal->pMethods->xWrite(wal, zeros.data(), static_cast<int>(kWalPiece), end) == SQLITE_OK) {
    end += kWalPiece;
  }
  if (end < size + kWalStep) {
    wal->pMethods->xTruncate(wal, size);
    end = std::numeric_limits<std::int64_t>::max();  // no more of this: the space is needed
  }
  state_->wal_room = end;
}

void SqliteSql::checkpoint() {
  int left = 0;
  int copied = 0;
  if (sqlite3_wal_checkpoint_v2(state_->database.get(), "main", SQLITE_CHECKPOINT_PASSIVE, &left,
                                &copied) != SQLITE_OK) {
    state_->fail("checkpoint");
  }
}

}  // namespace callgate
