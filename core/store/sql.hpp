// The Sql port: the only way the core reaches storage. One call, synchronous, inside the
// transaction that the host owns; there is no BEGIN, COMMIT or SAVEPOINT in it. The rules below
// hold at every home (SQLite >= 3.40 natively, Durable Object storage at the edge), and tests/sql
// asks each host for them:
//   - a statement is one SQL statement with positional parameters ?1 … ?100, at most 100 KB long;
//   - a value is null, an integer (|n| <= 2^53), UTF-8 text (no NUL, no lone surrogate) or a blob
//   <= 2 MB;
//   - every SELECT of several rows has a total ORDER BY; no SQL clock, no SQL random;
//   - a failed statement (constraint, full disk) throws SqlError; nothing else is thrown.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/check.hpp"
#include "core/base/time.hpp"

namespace callgate {

struct Null {
  friend bool operator==(const Null&, const Null&) = default;
};

// What is bound: borrowed for the length of the call.
using Param = std::variant<Null, std::int64_t, std::string_view, Bytes>;

[[nodiscard]] inline Param or_null(const std::optional<Instant>& instant) {
  return instant ? Param{to_ms(*instant)} : Param{Null{}};
}

// What comes back: owned.
using Cell = std::variant<Null, std::int64_t, std::string, Blob>;

// The rows of one statement, in the statement's own order; empty for a statement that answers none.
class Rows {
 public:
  Rows() = default;
  Rows(std::size_t columns, std::vector<Cell> cells)
      : columns_(columns), cells_(std::move(cells)) {}

  [[nodiscard]] std::size_t size() const { return columns_ == 0 ? 0 : cells_.size() / columns_; }
  [[nodiscard]] bool empty() const { return cells_.empty(); }

  [[nodiscard]] const Cell& cell(std::size_t row, std::size_t column) const {
    CALLGATE_CHECK(column < columns_ && row < size());
    return cells_[row * columns_ + column];
  }
  [[nodiscard]] bool is_null(std::size_t row, std::size_t column) const {
    return std::holds_alternative<Null>(cell(row, column));
  }
  // A CHECK fails when the cell has another type: the schema is STRICT, so that is our own mistake.
  [[nodiscard]] std::int64_t integer(std::size_t row, std::size_t column) const {
    const auto* value = std::get_if<std::int64_t>(&cell(row, column));
    CALLGATE_CHECK(value != nullptr);
    return *value;
  }
  [[nodiscard]] std::int64_t integer_or(std::size_t row, std::size_t column,
                                        std::int64_t when_null) const {
    return is_null(row, column) ? when_null : integer(row, column);
  }
  [[nodiscard]] const std::string& text(std::size_t row, std::size_t column) const {
    const auto* value = std::get_if<std::string>(&cell(row, column));
    CALLGATE_CHECK(value != nullptr);
    return *value;
  }
  // Empty for null.
  [[nodiscard]] std::string text_or_empty(std::size_t row, std::size_t column) const {
    return is_null(row, column) ? std::string{} : text(row, column);
  }
  [[nodiscard]] const Blob& blob(std::size_t row, std::size_t column) const {
    const auto* value = std::get_if<Blob>(&cell(row, column));
    CALLGATE_CHECK(value != nullptr);
    return *value;
  }

 private:
  std::size_t columns_ = 0;
  std::vector<Cell> cells_;
};

class SqlError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Sql {
 public:
  Sql() = default;
  Sql(const Sql&) = delete;
  Sql& operator=(const Sql&) = delete;
  virtual ~Sql() = default;

  // Throws SqlError. `statement` is a literal of the store: hosts may cache the prepared statement
  // by its text.
  virtual Rows exec(std::string_view statement, std::span<const Param> params) = 0;

  Rows exec(std::string_view statement, std::initializer_list<Param> params = {}) {
    return exec(statement, std::span<const Param>{params.begin(), params.size()});
  }
};

}  // namespace callgate
