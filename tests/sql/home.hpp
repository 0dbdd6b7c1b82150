// Where the Sql port's suite runs: a new database for each case, inside a transaction that the host
// owns.
#pragma once

#include <string>
#include <string_view>

#ifdef __EMSCRIPTEN__
#include "tests/wasm/sql_cases.hpp"
#include "wasm/host.hpp"
#else
#include <filesystem>
#include <fstream>
#include <iterator>

#include "native-server/sqlite_sql.hpp"
#include "tests/sql/temporary_folder.hpp"
#endif

namespace callgate::test {

#ifdef __EMSCRIPTEN__

inline constexpr std::string_view kHome = "edge";

inline std::string sql_cases() {
  return std::string{kSqlCases};
}

// The object's storage. The runtime's side runs each case in an object of its own, and begins and
// ends the transaction.
class SqlHome {
 public:
  Sql& sql() { return sql_; }
  void commit() {}

 private:
  wasm::HostSql sql_{1};
};

#else

inline constexpr std::string_view kHome = "native";

inline std::string sql_cases() {
  std::ifstream file{std::filesystem::path{__FILE__}.parent_path() / "cases.json"};
  return {std::istreambuf_iterator<char>{file}, {}};
}

class SqlHome {
 public:
  SqlHome() : sql_(folder_.file("w.sqlite"), {}) { sql_.begin(); }
  Sql& sql() { return sql_; }
  void commit() { sql_.commit(); }

 private:
  TemporaryFolder folder_;
  SqliteSql sql_;
};

#endif

}  // namespace callgate::test
