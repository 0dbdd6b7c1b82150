#include "core/api/csv.hpp"

#include <algorithm>

namespace callgate {
namespace {

bool is_formula(std::string_view text) {
  constexpr std::string_view kBegin = "=+-@\t\r";
  if (text.empty() || kBegin.find(text.front()) == std::string_view::npos) {
    return false;
  }
  // Masked digits of a number are stars.
  const bool number = text.size() > 1 && text.front() == '+' &&
                      std::all_of(text.begin() + 1, text.end(),
                                  [](char c) { return (c >= '0' && c <= '9') || c == '*'; });
  return !number;
}

void append_csv_cell(std::string& out, std::string_view text) {
  const bool formula = is_formula(text);
  if (text.find_first_of("\",\r\n") == std::string_view::npos) {
    out += formula ? "'" : "";
    out += text;
    return;
  }
  out += formula ? "\"'" : "\"";
  for (const char c : text) {
    out += c;
    if (c == '"') {
      out += c;
    }
  }
  out += '"';
}

}  // namespace

void append_csv_row(std::string& out, std::initializer_list<std::string_view> cells) {
  bool first = true;
  for (const std::string_view cell : cells) {
    if (!first) {
      out += ',';
    }
    first = false;
    append_csv_cell(out, cell);
  }
  out += "\r\n";
}

}  // namespace callgate
