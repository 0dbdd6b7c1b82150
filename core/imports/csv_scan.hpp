// Finds the cells of one CSV record in a growing text: RFC 4180, read the way spreadsheets read it.
// A quote opens a quoted cell only as the cell's first character, elsewhere it is a letter; what
// follows a closing quote is appended as it stands. CR, LF or both end a record (the second of two
// is the end of an empty record, which nobody counts). The scan stops at the end of the text and
// goes on from there, so every byte is looked at once, however the text is cut. Nothing is refused
// here.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace callgate {

// A cell's bytes in its record, quotes included.
struct CsvCell {
  std::size_t begin = 0;
  std::size_t end = 0;
};

class CsvScanner {
 public:
  // Every character of `separators` separates.
  explicit CsvScanner(std::string_view separators);

  // Goes on in the record that begins at text[0]; `text` is the one of the last call, or longer.
  // The position of the CR or LF that ends the record, nullopt when it is not in the text.
  [[nodiscard]] std::optional<std::size_t> scan(std::string_view text);

  // The record ends here without a newline.
  void close(std::size_t end);

  // The next scan begins a new record.
  void restart();

  [[nodiscard]] bool in_quotes() const { return state_ == State::quoted; }
  [[nodiscard]] const std::vector<CsvCell>& cells() const { return cells_; }

 private:
  enum class State : std::uint8_t { cell_start, unquoted, quoted, after_quote };
  enum class Kind : std::uint8_t { other, quote, separator, newline };

  [[nodiscard]] Kind kind_of(char c) const { return kinds_[static_cast<unsigned char>(c)]; }

  std::array<Kind, 256> kinds_{};
  std::vector<CsvCell> cells_;
  std::size_t at_ = 0;
  std::size_t cell_begin_ = 0;
  State state_ = State::cell_start;
};

// The cell's text with its quotes resolved, in place: `record` is the record's first byte and is
// changed inside the cell. Valid as long as the record's bytes are.
[[nodiscard]] std::string_view take_cell(char* record, CsvCell cell);

}  // namespace callgate
