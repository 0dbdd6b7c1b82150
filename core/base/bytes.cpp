#include "core/base/bytes.hpp"

namespace callgate {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase64Url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// Three bytes become four digits; one or two left over become two or three, without padding.
std::string encode_base64(Bytes bytes, std::string_view alphabet) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  int held = 0;
  for (const std::uint8_t byte : bytes) {
    bits = (bits << 8) | byte;
    held += 8;
    while (held >= 6) {
      held -= 6;
      out.push_back(alphabet[(bits >> held) & 63U]);
    }
  }
  if (held > 0) {
    out.push_back(alphabet[(bits << (6 - held)) & 63U]);
  }
  return out;
}

std::optional<std::uint8_t> hex_value(char digit) {
  if (digit >= '0' && digit <= '9') {
    return static_cast<std::uint8_t>(digit - '0');
  }
  if (digit >= 'a' && digit <= 'f') {
    return static_cast<std::uint8_t>(digit - 'a' + 10);
  }
  return std::nullopt;
}

std::optional<std::uint32_t> base64url_value(char digit) {
  if (digit >= 'A' && digit <= 'Z') {
    return static_cast<std::uint32_t>(digit - 'A');
  }
  if (digit >= 'a' && digit <= 'z') {
    return static_cast<std::uint32_t>(digit - 'a' + 26);
  }
  if (digit >= '0' && digit <= '9') {
    return static_cast<std::uint32_t>(digit - '0' + 52);
  }
  if (digit == '-') {
    return 62;
  }
  if (digit == '_') {
    return 63;
  }
  return std::nullopt;
}

// What a lead byte allows (Unicode 15, table 3-7): how many bytes follow it, and the range of the
// first of them; the others are 80 to BF.
struct Utf8Lead {
  std::size_t following = 0;
  std::uint8_t low = 0x80;
  std::uint8_t high = 0xBF;
};

std::optional<Utf8Lead> utf8_lead(std::uint8_t byte) {
  if (byte >= 0x01 && byte <= 0x7F) {
    return Utf8Lead{};
  }
  if (byte >= 0xC2 && byte <= 0xDF) {
    return Utf8Lead{1};
  }
  if (byte >= 0xE0 && byte <= 0xEF) {
    // E0 would be overlong below A0, ED a surrogate from A0.
    return Utf8Lead{2, static_cast<std::uint8_t>(byte == 0xE0 ? 0xA0 : 0x80),
                    static_cast<std::uint8_t>(byte == 0xED ? 0x9F : 0xBF)};
  }
  if (byte >= 0xF0 && byte <= 0xF4) {
    // F0 would be overlong below 90, F4 beyond U+10FFFF from 90.
    return Utf8Lead{3, static_cast<std::uint8_t>(byte == 0xF0 ? 0x90 : 0x80),
                    static_cast<std::uint8_t>(byte == 0xF4 ? 0x8F : 0xBF)};
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::size_t> read_u32(std::string_view bytes) {
  if (bytes.size() < kU32Bytes) {
    return std::nullopt;
  }
  std::size_t value = 0;
  for (std::size_t i = kU32Bytes; i > 0; --i) {
    value = (value << 8) | static_cast<unsigned char>(bytes[i - 1]);
  }
  return value;
}

std::string to_hex(Bytes bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    out.push_back(kHexDigits[byte >> 4]);
    out.push_back(kHexDigits[byte & 15U]);
  }
  return out;
}

std::optional<Blob> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) {
    return std::nullopt;
  }
  Blob out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto high = hex_value(text[i]);
    const auto low = hex_value(text[i + 1]);
    if (!high || !low) {
      return std::nullopt;
    }
    out.push_back(static_cast<std::uint8_t>((*high << 4) | *low));
  }
  return out;
}

std::string to_base64url(Bytes bytes) {
  return encode_base64(bytes, kBase64Url);
}

std::optional<Blob> from_base64url(std::string_view text) {
  if (text.size() % 4 == 1) {
    return std::nullopt;
  }
  Blob out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int held = 0;
  for (const char digit : text) {
    const auto value = base64url_value(digit);
    if (!value) {
      return std::nullopt;
    }
    bits = (bits << 6) | *value;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out.push_back(static_cast<std::uint8_t>((bits >> held) & 255U));
    }
  }
  // Bits left over must be zero, or two texts would read as the same bytes.
  if ((bits & ((1U << held) - 1U)) != 0) {
    return std::nullopt;
  }
  return out;
}

std::string to_base64(Bytes bytes) {
  std::string out = encode_base64(bytes, kBase64);
  out.append((4 - out.size() % 4) % 4, '=');
  return out;
}

std::optional<std::size_t> first_invalid_utf8(std::string_view text) {
  const Bytes bytes = bytes_of(text);
  std::size_t i = 0;
  while (i < bytes.size()) {
    const auto lead = utf8_lead(bytes[i]);
    if (!lead) {
      return i;
    }
    std::uint8_t low = lead->low;
    std::uint8_t high = lead->high;
    for (std::size_t k = 1; k <= lead->following; ++k) {
      if (i + k >= bytes.size()) {
        return i;  // cut short: the sequence as a whole is not a character
      }
      if (bytes[i + k] < low || bytes[i + k] > high) {
        return i;
      }
      low = 0x80;
      high = 0xBF;
    }
    i += lead->following + 1;
  }
  return std::nullopt;
}

std::string_view cut_text(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) {
    return text;
  }
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
    --end;
  }
  return text.substr(0, end);
}

}  // namespace callgate
