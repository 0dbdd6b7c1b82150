#include "core/base/order_key.hpp"

#include <algorithm>

#include "core/base/check.hpp"

namespace callgate {
namespace {

constexpr std::string_view kKeyDigits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::int64_t kBase = 62;
constexpr int kNumberDigits = 9;   // 62^9 > 2^53
constexpr char kNeverMoved = 'V';  // the middle: there is room on both sides

std::int64_t value_of(char digit) {
  return static_cast<std::int64_t>(kKeyDigits.find(digit));
}

char digit_of(std::int64_t value) {
  return kKeyDigits[static_cast<std::size_t>(value)];
}

}  // namespace

// The last digit keeps it from ending in 0.
std::string order_key_of(std::int64_t number) {
  std::string key(kNumberDigits, '0');
  for (auto digit = key.rbegin(); digit != key.rend(); ++digit, number /= kBase) {
    *digit = digit_of(number % kBase);
  }
  return kNeverMoved + key + kNeverMoved;
}

// Digit by digit: as long as both have the same, so has the key. Where they differ by more than one
// there is a digit between; where not, the key takes the lower one's and stays above the rest of
// it.
std::string order_key_between(std::string_view low, std::string_view high) {
  CALLGATE_CHECK(high.empty() || low < high);
  std::string key;
  bool below_high = high.empty();
  for (std::size_t i = 0;; ++i) {
    const std::int64_t from = i < low.size() ? value_of(low[i]) : 0;
    const std::int64_t to = below_high ? kBase : i < high.size() ? value_of(high[i]) : 0;
    CALLGATE_CHECK(from <= to);
    if (to - from > 1) {
      // Before and after everything there will be others: close by.
      const std::int64_t middle = low.empty() ? to - 1 : high.empty() ? from + 1 : (from + to) / 2;
      key += digit_of(middle);
      return key;
    }
    key += digit_of(from);
    below_high = below_high || to > from;
  }
}

bool is_order_key(std::string_view text) {
  return !text.empty() && text.back() != '0' &&
         std::all_of(text.begin(), text.end(),
                     [](char digit) { return kKeyDigits.find(digit) != std::string_view::npos; });
}

}  // namespace callgate
