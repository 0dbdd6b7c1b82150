// Raw bytes on their way through the core, and their text forms. Decoders are strict: a wrong
// length, a character outside the alphabet or a wrong padding is nullopt, never a guess.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace callgate {

using Bytes = std::span<const std::uint8_t>;
using Blob = std::vector<std::uint8_t>;

[[nodiscard]] inline Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

[[nodiscard]] inline std::string_view text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// What some writers put before UTF-8.
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

inline constexpr std::size_t kU32Bytes = 4;

// The first four bytes as a number, little-endian; nullopt when there are fewer.
[[nodiscard]] std::optional<std::size_t> read_u32(std::string_view bytes);

// Lower case hexadecimal, read and written.
[[nodiscard]] std::string to_hex(Bytes bytes);
[[nodiscard]] std::optional<Blob> from_hex(std::string_view text);

// RFC 4648 section 5 (URL-safe), without padding.
[[nodiscard]] std::string to_base64url(Bytes bytes);
[[nodiscard]] std::optional<Blob> from_base64url(std::string_view text);

// RFC 4648 section 4, padded.
[[nodiscard]] std::string to_base64(Bytes bytes);

// Whether text is well-formed UTF-8 (Unicode 15, table 3-7): no overlong form, no surrogate, no
// NUL. Returns the offset of the first byte that is not, nullopt when all is well.
[[nodiscard]] std::optional<std::size_t> first_invalid_utf8(std::string_view text);

// The start of well-formed text that has at most `bytes_max` bytes and ends on a character's edge.
[[nodiscard]] std::string_view cut_text(std::string_view text, std::size_t bytes_max);

}  // namespace callgate
