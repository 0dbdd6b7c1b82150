#include "core/api/spelling.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace callgate {

namespace {

constexpr std::size_t kLongest = 40;

std::string folded(std::string_view name) {
  std::string out;
  for (const char character : name) {
    if (character >= 'A' && character <= 'Z') {
      out += static_cast<char>(character - 'A' + 'a');
    } else if (character != '_' && character != '-') {
      out += character;
    }
  }
  return out;
}

// Levenshtein's distance, one row of the table at a time.
std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) {
    row[j] = j;
  }
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t replace = diagonal + (left[i] == right[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replace, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string_view closest_name(std::string_view wrong, std::span<const std::string_view> known) {
  if (wrong.size() > kLongest) {
    return {};
  }
  const std::string name = folded(wrong);
  std::size_t best = std::clamp<std::size_t>(name.size() / 3, 1, 3) + 1;
  std::string_view found;
  for (const std::string_view candidate : known) {
    const std::size_t away = distance(name, folded(candidate));
    if (away < best && away < name.size()) {
      best = away;
      found = candidate;
    }
  }
  return found;
}

}  // namespace callgate
