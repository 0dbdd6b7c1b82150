// What SqliteSql is beyond the port: its transactions and savepoints, readers beside a writer, the
// WAL, and its files.
#include <catch2/catch_test_macros.hpp>

#include "native-server/sqlite_sql.hpp"
#include "tests/sql/temporary_folder.hpp"

namespace callgate {
namespace {

using test::TemporaryFolder;

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
