// The Sql port's suite. Its cases are data (cases.json), so that every home can be asked the same:
// a step is one statement, with its rows or "fails". {"blob": hex} is a blob, {"bytes": hex} is
// text of those bytes, {"text", "times"} a long one. A step or case may be skipped at a home, with
// the reason.
#include "native-server/sqlite_sql.hpp"

#undef CHECK  // the core's: below it is Catch2's

#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace callgate {
namespace {

using nlohmann::json;

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "callgate-sql-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::string file(const char* name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

std::string repeated(const std::string& piece, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) {
    text += piece;
  }
  return text;
}

// What a step binds, kept alive for the call.
struct Bound {
  std::vector<Cell> cells;
  [[nodiscard]] std::vector<Param> params() const {
    std::vector<Param> params;
    for (const Cell& cell : cells) {
      if (const auto* integer = std::get_if<std::int64_t>(&cell)) {
        params.emplace_back(*integer);
      } else if (const auto* text = std::get_if<std::string>(&cell)) {
        params.emplace_back(std::string_view{*text});
      } else if (const auto* blob = std::get_if<Blob>(&cell)) {
        params.emplace_back(Bytes{*blob});
      } else {
        params.emplace_back(Null{});
      }
    }
    return params;
  }
};

Cell cell_of(const json& value) {
  if (value.is_null()) {
    return Null{};
  }
  if (value.is_number_integer()) {
    return value.get<std::int64_t>();
  }
  if (value.is_string()) {
    return value.get<std::string>();
  }
  if (value.contains("blob")) {
    return from_hex(value.at("blob").get<std::string>()).value();
  }
  if (value.contains("bytes")) {
    return std::string{text_of(from_hex(value.at("bytes").get<std::string>()).value())};
  }
  return repeated(value.at("text").get<std::string>(), value.at("times").get<std::size_t>());
}

Bound bound_of(const json& step) {
  Bound bound;
  const json params = step.value("params", json::array());
  if (params.is_object()) {
    bound.cells.assign(params.at("times").get<std::size_t>(), cell_of(params.at("repeat")));
    return bound;
  }
  for (const json& value : params) {
    bound.cells.push_back(cell_of(value));
  }
  return bound;
}

std::string sql_of(const json& sql) {
  if (sql.is_string()) {
    return sql.get<std::string>();
  }
  return sql.at("before").get<std::string>() +
         repeated(sql.at("repeat").get<std::string>(), sql.at("times").get<std::size_t>()) +
         sql.at("after").get<std::string>();
}

void run_step(Sql& sql, const json& step) {
  const std::string statement = sql_of(step.at("sql"));
  const Bound bound = bound_of(step);
  INFO(statement.substr(0, 200));
  if (step.value("fails", false)) {
    CHECK_THROWS_AS(sql.exec(statement, bound.params()), SqlError);
    return;
  }
  const Rows rows = sql.exec(statement, bound.params());
  const json expected = step.value("rows", json::array());
  REQUIRE(rows.size() == expected.size());
  for (std::size_t row = 0; row < expected.size(); ++row) {
    for (std::size_t column = 0; column < expected[row].size(); ++column) {
      INFO("row " << row << ", column " << column);
      CHECK(rows.cell(row, column) == cell_of(expected[row][column]));
    }
  }
}

TEST_CASE("The Sql port keeps its rules") {
  std::ifstream file{std::filesystem::path{__FILE__}.parent_path() / "cases.json"};
  REQUIRE(file);
  const json cases = json::parse(file);
  REQUIRE(cases.size() >= 20);
  for (const json& one : cases) {
    DYNAMIC_SECTION(one.at("name").get<std::string>()) {
      const TemporaryFolder folder;
      SqliteSql sql{folder.file("w.sqlite"), {}};
      sql.begin();  // as a host calls it: always inside its transaction
      for (const json& step : one.at("steps")) {
        run_step(sql, step);
      }
      sql.commit();
    }
  }
}

TEST_CASE("A savepoint takes back one input and keeps the others of its group") {
  const TemporaryFolder folder;
  SqliteSql sql{folder.file("w.sqlite"), {}};
  sql.begin();
  sql.exec("CREATE TABLE t (id INTEGER PRIMARY KEY) STRICT");
  for (const std::int64_t id : {1, 2, 3}) {
    sql.set_savepoint();
    sql.exec("INSERT INTO t (id) VALUES (?1)", {id});
    if (id == 2) {
      sql.rollback_to_savepoint();
    } else {
      sql.release_savepoint();
    }
  }
  sql.commit();
  const Rows rows = sql.exec("SELECT id FROM t ORDER BY id");
  REQUIRE(rows.size() == 2);
  CHECK(rows.integer(0, 0) == 1);
  CHECK(rows.integer(1, 0) == 3);
  CHECK_FALSE(sql.in_transaction());
}

TEST_CASE("A reader sees the last commit, writes nothing, and is not held up by a writer") {
  const TemporaryFolder folder;
  SqliteSql writer{folder.file("w.sqlite"), {}};
  writer.begin();
  writer.exec("CREATE TABLE t (id INTEGER PRIMARY KEY) STRICT");
  writer.exec("INSERT INTO t (id) VALUES (1)");
  writer.commit();
  SqliteSql reader{folder.file("w.sqlite"), {.read_only = true}};
  writer.begin();
  writer.exec("INSERT INTO t (id) VALUES (2)");
  reader.begin();
  CHECK(reader.exec("SELECT count(*) AS n FROM t").integer(0, 0) == 1);
  writer.commit();
  CHECK(reader.exec("SELECT count(*) AS n FROM t").integer(0, 0) == 1);
  CHECK_THROWS_AS(reader.exec("INSERT INTO t (id) VALUES (9)"), SqlError);
  reader.commit();
  CHECK(reader.exec("SELECT count(*) AS n FROM t").integer(0, 0) == 2);
}

TEST_CASE("The WAL's size is known and a checkpoint empties it") {
  const TemporaryFolder folder;
  const std::string path = folder.file("w.sqlite");
  SqliteSql sql{path, {}};
  sql.begin();
  sql.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, b BLOB) STRICT");
  sql.commit();
  const Blob megabyte(1'000'000, 7);
  sql.begin();
  sql.exec("INSERT INTO t (id, b) VALUES (1, ?1)", {Bytes{megabyte}});
  sql.commit();
  CHECK(sql.wal_bytes() > 1'000'000);
  sql.checkpoint();
  sql.begin();
  sql.exec("INSERT INTO t (id, b) VALUES (2, NULL)");
  sql.commit();
  CHECK(sql.wal_bytes() < 100'000);  // it began again at its start
  CHECK(std::filesystem::file_size(path) > 1'000'000);
}

TEST_CASE("A rolled back transaction leaves nothing, and statements go on working") {
  const TemporaryFolder folder;
  SqliteSql sql{folder.file("w.sqlite"), {}};
  sql.begin();
  sql.exec("CREATE TABLE t (id INTEGER PRIMARY KEY) STRICT");
  sql.rollback();
  CHECK_THROWS_AS(sql.exec("SELECT id FROM t ORDER BY id"), SqlError);
  sql.begin();
  sql.exec("CREATE TABLE t (id INTEGER PRIMARY KEY) STRICT");
  sql.commit();
  CHECK(sql.exec("SELECT id FROM t ORDER BY id").empty());
  sql.rollback();  // outside a transaction: nothing happens
}

TEST_CASE("The file is the owner's alone") {
  const TemporaryFolder folder;
  const std::string path = folder.file("w.sqlite");
  SqliteSql sql{path, {}};
  sql.begin();
  sql.exec("CREATE TABLE t (id INTEGER PRIMARY KEY) STRICT");
  sql.commit();
  for (const auto& entry : std::filesystem::directory_iterator(folder.file("."))) {
    INFO(entry.path());
    CHECK((entry.status().permissions() & std::filesystem::perms::mask) ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  }
}

TEST_CASE("A place where no database can be is an error of the port") {
  CHECK_THROWS_AS((SqliteSql{"/dev/null/nowhere/w.sqlite", {}}), SqlError);
}

}  // namespace
}  // namespace callgate
