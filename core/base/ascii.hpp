// Characters as the grammars of this project know them: ASCII, whatever the locale.
#pragma once

#include <string>
#include <string_view>

namespace callgate {

[[nodiscard]] constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

[[nodiscard]] constexpr bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

[[nodiscard]] constexpr bool is_letter(char c) {
  return is_upper(c) || (c >= 'a' && c <= 'z');
}

[[nodiscard]] constexpr char lower(char c) {
  return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

[[nodiscard]] constexpr char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

[[nodiscard]] inline std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out) {
    c = lower(c);
  }
  return out;
}

[[nodiscard]] inline std::string upper(std::string_view text) {
  std::string out{text};
  for (char& c : out) {
    c = upper(c);
  }
  return out;
}

}  // namespace callgate
