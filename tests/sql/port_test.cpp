// The Sql port's suite, the same at every home: over SQLite natively, over the storage of a Durable
// Object in its runtime. Its cases are data (cases.json): a step is one statement, with its rows or
// "fails". {"blob": hex} is a blob, {"bytes": hex} is text of those bytes, {"text", "times"} a long
// one. A step or case may be skipped at a home, with the reason.
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "tests/sql/home.hpp"

namespace callgate {
namespace {

using nlohmann::json;

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

// Why this home is not asked; empty when it is.
std::string skipped_here(const json& one) {
  const json reasons = one.value("skip", json::object());
  return reasons.value(std::string{test::kHome}, "");
}

TEST_CASE("The Sql port keeps its rules", "[sql]") {
  const json cases = json::parse(test::sql_cases());
  REQUIRE(cases.size() >= 20);
  for (const json& one : cases) {
    DYNAMIC_SECTION(one.at("name").get<std::string>()) {
      if (const std::string why = skipped_here(one); !why.empty()) {
        SKIP(why);
      }
      test::SqlHome home;
      for (const json& step : one.at("steps")) {
        if (skipped_here(step).empty()) {
          run_step(home.sql(), step);
        }
      }
      home.commit();
    }
  }
}

}  // namespace
}  // namespace callgate
