#include "core/imports/csv_scan.hpp"

#include <cstring>

namespace callgate {

CsvScanner::CsvScanner(std::string_view separators) {
  kinds_['"'] = Kind::quote;
  kinds_['\r'] = Kind::newline;
  kinds_['\n'] = Kind::newline;
  for (const char separator : separators) {
    kinds_[static_cast<unsigned char>(separator)] = Kind::separator;
  }
}

std::optional<std::size_t> CsvScanner::scan(std::string_view text) {
  while (at_ < text.size()) {
    if (state_ == State::quoted) {
      at_ = text.find('"', at_);
      if (at_ == std::string_view::npos) {
        at_ = text.size();
        return std::nullopt;
      }
      ++at_;
      state_ = State::after_quote;
      continue;
    }
    switch (kind_of(text[at_])) {
      case Kind::other:
        state_ = State::unquoted;
        do {
          ++at_;
        } while (at_ < text.size() && kind_of(text[at_]) == Kind::other);
        break;
      case Kind::quote:
        if (state_ != State::unquoted) {
          state_ = State::quoted;  // opened, or the second of a doubled quote
        }
        ++at_;
        break;
      case Kind::separator:
        cells_.push_back({cell_begin_, at_});
        cell_begin_ = ++at_;
        state_ = State::cell_start;
        break;
      case Kind::newline:
        close(at_);
        return at_;
    }
  }
  return std::nullopt;
}

void CsvScanner::close(std::size_t end) {
  cells_.push_back({cell_begin_, end});
}

void CsvScanner::restart() {
  cells_.clear();
  at_ = 0;
  cell_begin_ = 0;
  state_ = State::cell_start;
}

std::string_view take_cell(char* record, CsvCell cell) {
  char* const begin = record + cell.begin;
  const std::size_t size = cell.end - cell.begin;
  if (size == 0 || *begin != '"') {
    return {begin, size};
  }
  char* const inside = begin + 1;
  const std::string_view rest{inside, size - 1};
  const std::size_t first_quote = rest.find('"');
  if (first_quote == std::string_view::npos || first_quote + 1 == rest.size()) {
    return rest.substr(0, first_quote);
  }
  std::size_t written = first_quote;
  bool open = true;
  for (std::size_t at = first_quote; at < rest.size(); ++at) {
    if (open && inside[at] == '"') {
      const bool doubled = at + 1 < rest.size() && inside[at + 1] == '"';
      if (!doubled) {
        open = false;
        continue;
      }
      ++at;
    }
    inside[written++] = inside[at];
  }
  return {inside, written};
}

}  // namespace callgate
