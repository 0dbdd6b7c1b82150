#include "core/imports/encoding.hpp"

#include <array>
#include <cstring>

#include "core/base/bytes.hpp"

namespace callgate {
namespace {

constexpr std::uint64_t kHighBits = 0x8080808080808080U;
constexpr std::uint64_t kLowBits = 0x0101010101010101U;
constexpr std::int64_t kUtf16StartBytes = 4;  // a NUL this early is half of a UTF-16 letter

constexpr std::string_view kSaveAsUtf8 = "Save the file as \"CSV UTF-8\" and send it again.";

std::uint8_t byte_at(std::string_view text, std::size_t at) {
  return static_cast<std::uint8_t>(text[at]);
}

bool is_ascii(std::uint8_t byte) {
  return byte < 0x80;
}

// The first byte from `at` on that is NUL or not ASCII: eight at a time, then one by one.
std::size_t skip_ascii(std::string_view text, std::size_t at) {
  while (at + sizeof(std::uint64_t) <= text.size()) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof(word));
    const std::uint64_t zero_or_high = ((word - kLowBits) | word) & kHighBits;
    if (zero_or_high != 0) {
      break;
    }
    at += sizeof(word);
  }
  while (at < text.size() && is_ascii(byte_at(text, at)) && text[at] != '\0') {
    ++at;
  }
  return at;
}

std::size_t character_size(std::uint8_t lead) {
  return lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
}

// Whether more bytes could make `rest` a whole character: the lowest possible ones must.
bool is_cut_off(std::string_view rest) {
  const std::uint8_t lead = byte_at(rest, 0);
  if (rest.size() >= character_size(lead)) {
    return false;
  }
  std::string whole{rest};
  if (whole.size() == 1) {
    whole += lead == 0xE0 ? '\xA0' : lead == 0xF0 ? '\x90' : '\x80';
  }
  whole.resize(character_size(lead), '\x80');
  return !first_invalid_utf8(whole);
}

// What Windows-1252 means by a byte from 80 on; 0: nothing.
char32_t windows_1252(std::uint8_t byte) {
  constexpr std::array<char16_t, 32> kFrom80{
      0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
      0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
      0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};
  if (byte < 0x80) {
    return 0;
  }
  return byte < 0xA0 ? static_cast<char32_t>(kFrom80[byte - 0x80U]) : static_cast<char32_t>(byte);
}

std::string place(std::int64_t offset, std::int64_t row) {
  const std::string in = row == 0 ? std::string{"the header"} : "row " + std::to_string(row);
  return "byte " + std::to_string(offset) + " of the file, in " + in;
}

}  // namespace

Utf8Rest advance_utf8(std::string_view text, std::size_t& valid, bool at_file_start) {
  while (true) {
    valid = skip_ascii(text, valid);
    if (valid == text.size()) {
      return Utf8Rest::none;
    }
    std::size_t end = valid;
    while (end < text.size() && !is_ascii(byte_at(text, end))) {
      ++end;
    }
    const auto bad = first_invalid_utf8(text.substr(valid, end - valid));
    valid = bad ? valid + *bad : end;
    if (!bad && end < text.size() && text[end] != '\0') {
      continue;
    }
    if (valid == text.size()) {
      return Utf8Rest::none;
    }
    const std::string_view rest = text.substr(valid);
    const bool half_a_mark = at_file_start && valid == 0 && (rest == "\xFF" || rest == "\xFE");
    return half_a_mark || is_cut_off(rest) ? Utf8Rest::cut_off : Utf8Rest::wrong;
  }
}

EncodingFault explain_encoding(std::string_view wrong, std::int64_t offset, std::int64_t row) {
  const std::string_view mark = wrong.substr(0, 2);
  const bool has_mark = offset == 0 && (mark == "\xFF\xFE" || mark == "\xFE\xFF");
  const bool is_nul = wrong.front() == '\0';
  if (has_mark || (is_nul && offset < kUtf16StartBytes)) {
    return {"encoding_utf16",
            "The file is UTF-16 (\"Unicode text\"), not UTF-8. " + std::string{kSaveAsUtf8}};
  }
  std::string detail = "The file is not UTF-8: ";
  const char32_t meant = windows_1252(byte_at(wrong, 0));
  if (is_nul) {
    detail += "there is a NUL character at " + place(offset, row) + ". ";
  } else if (meant != 0) {
    detail += place(offset, row) + ", looks like the \"";
    append_utf8(detail, meant);
    detail += "\" of Windows-1252 (\"ANSI\"). ";
  } else {
    detail += place(offset, row) + ", is no character. ";
  }
  return {"encoding_not_utf8", detail.append(kSaveAsUtf8)};
}

char32_t next_character(std::string_view text, std::size_t& at) {
  const std::uint8_t lead = byte_at(text, at);
  if (is_ascii(lead)) {
    ++at;
    return lead;
  }
  const std::size_t size = character_size(lead);
  const std::string_view bytes = text.substr(at, size);
  if (bytes.size() < size || first_invalid_utf8(bytes)) {
    ++at;
    return U'\uFFFD';
  }
  char32_t character = lead & (0xFFU >> (size + 1));
  for (std::size_t k = 1; k < size; ++k) {
    character = (character << 6U) | (byte_at(bytes, k) & 0x3FU);
  }
  at += size;
  return character;
}

void append_utf8(std::string& out, char32_t character) {
  const auto continuation = [&](unsigned shift) {
    out += static_cast<char>(0x80U | ((character >> shift) & 0x3FU));
  };
  if (character < 0x80) {
    out += static_cast<char>(character);
  } else if (character < 0x800) {
    out += static_cast<char>(0xC0U | (character >> 6U));
    continuation(0);
  } else if (character < 0x10000) {
    out += static_cast<char>(0xE0U | (character >> 12U));
    continuation(6);
    continuation(0);
  } else {
    out += static_cast<char>(0xF0U | (character >> 18U));
    continuation(12);
    continuation(6);
    continuation(0);
  }
}

std::string_view cut_utf8(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) {
    return text;
  }
  std::size_t end = bytes_max;
  while (end > 0 && (byte_at(text, end) & 0xC0U) == 0x80U) {
    --end;
  }
  return text.substr(0, end);
}

}  // namespace callgate
