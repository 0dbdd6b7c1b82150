#include "core/providers/decimal.hpp"

#include <algorithm>

#include "core/base/ascii.hpp"

namespace callgate {
namespace {

// a x 10^exponent, rounded half up; nullopt past 2^53.
std::optional<std::int64_t> scaled(std::int64_t a, std::int64_t exponent) {
  constexpr std::int64_t kMax = std::int64_t{1} << 53;
  for (; exponent > 0 && a != 0; --exponent) {
    if (a > kMax / 10) {
      return std::nullopt;
    }
    a *= 10;
  }
  bool half = false;
  for (; exponent < 0 && (a != 0 || half); ++exponent) {
    half = a % 10 >= 5;
    a /= 10;
  }
  a += half ? 1 : 0;
  return a > kMax ? std::nullopt : std::optional{a};
}

}  // namespace

std::optional<std::int64_t> decimal_to_micros(std::string_view number) {
  constexpr std::int64_t kDigitsKept = 17;
  std::int64_t digits = 0;
  std::int64_t exponent = 6;
  std::int64_t kept = 0;
  bool any = false;
  bool fraction = false;
  std::size_t i = 0;
  for (; i < number.size() && (is_digit(number[i]) || (number[i] == '.' && !fraction)); ++i) {
    if (number[i] == '.') {
      fraction = true;
      continue;
    }
    any = true;
    exponent -= fraction ? 1 : 0;
    if (kept < kDigitsKept) {
      digits = digits * 10 + (number[i] - '0');
      kept += digits > 0 ? 1 : 0;
    } else {
      ++exponent;
    }
  }
  if (!any) {
    return std::nullopt;
  }
  if (i < number.size() && (number[i] == 'e' || number[i] == 'E')) {
    ++i;
    const bool negative = i < number.size() && number[i] == '-';
    i += i < number.size() && (number[i] == '-' || number[i] == '+') ? 1 : 0;
    std::int64_t power = 0;
    const std::size_t first = i;
    for (; i < number.size() && is_digit(number[i]); ++i) {
      power = std::min<std::int64_t>(power * 10 + (number[i] - '0'), 100'000'000);
    }
    if (i == first) {
      return std::nullopt;
    }
    exponent += negative ? -power : power;
  }
  return i == number.size() ? scaled(digits, exponent) : std::nullopt;
}

}  // namespace callgate
