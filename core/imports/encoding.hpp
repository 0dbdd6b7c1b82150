// Is this stream UTF-8, and if not, what is it? Characters are checked across the borders of the
// pieces: one that is cut off waits for its rest. What is wrong is explained with its cure: UTF-16
// (a byte order mark, or NULs at the very start) and Windows-1252, which is what spreadsheets
// write, are named. NUL is refused like an ill-formed byte (core/base/bytes.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace callgate {

// What follows the last whole character.
enum class Utf8Rest : std::uint8_t { none, cut_off, wrong };

// Moves `valid` over the whole, well-formed characters of `text`. `at_file_start`: text[0] is the
// file's first byte, where FF and FE wait for the byte that makes them a byte order mark.
[[nodiscard]] Utf8Rest advance_utf8(std::string_view text, std::size_t& valid, bool at_file_start);

// The refusal's code and detail for the bytes at `wrong`, which lie `offset` bytes into the file in
// that row (0: the header).
struct EncodingFault {
  std::string code;
  std::string detail;
};
[[nodiscard]] EncodingFault explain_encoding(std::string_view wrong, std::int64_t offset,
                                             std::int64_t row);

// The character at text[at], and `at` moved behind it. U+FFFD and one byte for what is not
// well-formed.
[[nodiscard]] char32_t next_character(std::string_view text, std::size_t& at);

void append_utf8(std::string& out, char32_t character);

// At most `bytes_max` bytes of it, cut on a character's edge.
[[nodiscard]] std::string_view cut_utf8(std::string_view text, std::size_t bytes_max);

}  // namespace callgate
