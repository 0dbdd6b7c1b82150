#include <catch2/catch_test_macros.hpp>
#include <csignal>
#include <filesystem>
#include <sys/resource.h>

#include "native-server/sqlite_sql.hpp"
#include "tests/native/folder.hpp"

namespace callgate {
namespace {

struct Opened {
  explicit Opened(const std::filesystem::path& folder)
      : wal(folder / "x.sqlite-wal"), sql((folder / "x.sqlite").string(), {}) {}

  void write(std::int64_t rows) {
    sql.begin();
    sql.exec("CREATE TABLE IF NOT EXISTS t (x INTEGER) STRICT", {});
    for (std::int64_t i = 0; i < rows; ++i) {
      sql.exec("INSERT INTO t VALUES (?)", {i});
    }
    sql.commit();
  }
  std::int64_t rows() { return sql.exec("SELECT count(*) FROM t", {}).integer(0, 0); }
  [[nodiscard]] std::uintmax_t wal_size() const { return std::filesystem::file_size(wal); }

  const std::filesystem::path wal;
  SqliteSql sql;
};

TEST_CASE("Commits write into a WAL that is long already, and it grows before it is full") {
  const test::Folder folder;
  Opened opened{folder.path()};
  opened.write(1);
  opened.sql.make_wal_room();
  const auto size = opened.wal_size();
  CHECK(size >= 4 * 1024 * 1024);
  for (int i = 0; i < 50; ++i) {
    opened.write(10);
    opened.sql.make_wal_room();
  }
  CHECK(opened.wal_size() == size);
  while (static_cast<std::uintmax_t>(opened.sql.wal_bytes()) < size) {
    opened.write(1000);
    opened.sql.make_wal_room();
  }
  CHECK(opened.wal_size() == size + 4 * 1024 * 1024);
}

TEST_CASE("What was committed is there when the process dies with room in its WAL") {
  const test::Folder folder;
  const test::Folder copy;
  Opened opened{folder.path()};
  opened.write(3);
  opened.sql.make_wal_room();
  opened.write(4);
  // What a killed process leaves: the files as they are.
  for (const char* file : {"x.sqlite", "x.sqlite-wal"}) {
    std::filesystem::copy_file(folder.path() / file, copy.path() / file);
  }
  Opened again{copy.path()};
  CHECK(again.rows() == 7);
  again.write(2);
  CHECK(again.rows() == 9);
}

TEST_CASE("A disk without space for more room leaves the WAL as it is") {
  const test::Folder folder;
  Opened opened{folder.path()};
  opened.write(1);
  const auto size = opened.wal_size();
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit usual{};
  getrlimit(RLIMIT_FSIZE, &usual);
  rlimit full = usual;
  full.rlim_cur = 1024 * 1024;
  setrlimit(RLIMIT_FSIZE, &full);
  opened.sql.make_wal_room();
  opened.write(1);
  opened.sql.make_wal_room();
  setrlimit(RLIMIT_FSIZE, &usual);
  CHECK(opened.wal_size() < size + 64 * 1024);
  CHECK(opened.rows() == 2);
}

}  // namespace
}  // namespace callgate
