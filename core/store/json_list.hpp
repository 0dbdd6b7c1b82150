// Many integers as one parameter, for json_each of SQLite: a statement has one text, however many
// it asks for.
#pragma once

#include <charconv>
#include <cstdint>
#include <span>
#include <string>

namespace callgate {

[[nodiscard]] inline std::string json_list(std::span<const std::int64_t> values) {
  constexpr std::size_t kDigitsMax = 20;
  std::string list = "[";
  char digits[kDigitsMax];
  for (const std::int64_t value : values) {
    if (list.size() > 1) {
      list += ',';
    }
    list.append(digits, std::to_chars(digits, digits + kDigitsMax, value).ptr);
  }
  list += ']';
  return list;
}

}  // namespace callgate
