#include "core/base/id.hpp"

#include <array>

#include "core/base/check.hpp"

namespace callgate {
namespace {

constexpr std::string_view kDigits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";  // no I, L, O, U
constexpr std::size_t kLength = 26;  // 130 bits, two of them zero
constexpr std::int64_t kFortyBits = (std::int64_t{1} << 40) - 1;
constexpr std::int64_t kFortyEightBits = (std::int64_t{1} << 48) - 1;

std::optional<std::uint64_t> digit_value(char digit) {
  if (digit >= 'a' && digit <= 'z') {
    digit = static_cast<char>(digit - 'a' + 'A');
  }
  if (digit == 'O') {
    digit = '0';
  }
  if (digit == 'I' || digit == 'L') {
    digit = '1';
  }
  const std::size_t value = kDigits.find(digit);
  if (value == std::string_view::npos) {
    return std::nullopt;
  }
  return static_cast<std::uint64_t>(value);
}

}  // namespace

std::string format_id(std::string_view prefix, const Id& id) {
  const std::int64_t ms = to_ms(id.created_at);
  CALLGATE_CHECK(ms >= 0 && ms <= kFortyEightBits);
  CALLGATE_CHECK(id.seq >= 1 && id.seq <= kFortyBits);
  CALLGATE_CHECK(id.tag >= 0 && id.tag <= kFortyBits);
  // The 128 bits as two words: time and the sequence's upper 16, its lower 24 and the tag.
  std::uint64_t high =
      (static_cast<std::uint64_t>(ms) << 16) | (static_cast<std::uint64_t>(id.seq) >> 24);
  std::uint64_t low =
      (static_cast<std::uint64_t>(id.seq) << 40) | static_cast<std::uint64_t>(id.tag);
  std::array<char, kLength> digits{};
  for (std::size_t i = kLength; i > 0; --i) {
    digits[i - 1] = kDigits[low & 31U];
    low = (low >> 5) | (high << 59);
    high >>= 5;
  }
  std::string out;
  out.reserve(prefix.size() + 1 + kLength);
  out.append(prefix);
  out.push_back('_');
  out.append(digits.data(), digits.size());
  return out;
}

std::optional<Id> parse_id(std::string_view prefix, std::string_view text) {
  if (text.size() != prefix.size() + 1 + kLength || text.substr(0, prefix.size()) != prefix ||
      text[prefix.size()] != '_') {
    return std::nullopt;
  }
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  for (const char digit : text.substr(prefix.size() + 1)) {
    const auto value = digit_value(digit);
    if (!value || (high >> 59) != 0) {  // the second: more than 128 bits
      return std::nullopt;
    }
    high = (high << 5) | (low >> 59);
    low = (low << 5) | *value;
  }
  Id id;
  id.created_at = from_ms(static_cast<std::int64_t>(high >> 16));
  id.seq = static_cast<std::int64_t>(((high & 0xFFFFU) << 24) | (low >> 40));
  id.tag = static_cast<std::int64_t>(low) & kFortyBits;
  if (id.seq == 0) {
    return std::nullopt;
  }
  return id;
}

}  // namespace callgate
