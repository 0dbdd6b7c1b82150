#include "core/base/json_parse.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/base/ascii.hpp"
#include "core/base/bytes.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kExponentMax = 1'000'000'000;  // beyond every text's length

void append_utf8(std::string& out, std::uint32_t code) {
  const auto trail = [&](unsigned shift) {
    out += static_cast<char>(0x80U | (code >> shift & 0x3FU));
  };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0U | code >> 6U);
    trail(0);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0U | code >> 12U);
    trail(6);
    trail(0);
  } else {
    out += static_cast<char>(0xF0U | code >> 18U);
    trail(12);
    trail(6);
    trail(0);
  }
}

// Whether a well-formed number rounds to no double. What counts is the place of its first
// digit that is not 0, and the 19 digits from there.
bool is_beyond_double(std::string_view number) {
  constexpr std::int64_t kPlaceMax = 308;
  constexpr std::string_view kLargest = "1797693134862315807";
  std::string digits;
  std::int64_t place = -1;
  bool in_fraction = false;
  std::size_t at = 0;
  for (; at < number.size() && number[at] != 'e' && number[at] != 'E'; ++at) {
    if (number[at] == '.') {
      in_fraction = true;
    } else if (is_digit(number[at])) {
      const bool counts = !digits.empty() || number[at] != '0';
      if (counts && digits.size() < kLargest.size()) {
        digits += number[at];
      }
      place += !in_fraction && counts ? 1 : 0;
      place -= in_fraction && digits.empty() ? 1 : 0;
    }
  }
  std::int64_t exponent = 0;
  for (std::size_t i = at; i < number.size(); ++i) {
    if (is_digit(number[i])) {
      exponent = std::min(exponent * 10 + (number[i] - '0'), kExponentMax);
    }
  }
  const bool negative = at + 1 < number.size() && number[at + 1] == '-';
  place += negative ? -exponent : exponent;
  return !digits.empty() && (place > kPlaceMax || (place == kPlaceMax && digits > kLargest));
}

// Where the run of characters ends, from `at`, that stand for themselves in a string: ASCII without
// quotes, backslashes and control characters. Eight at a time while there are eight; borrows make
// only bytes above the first one that ends it look as if they did.
std::size_t end_of_plain(std::string_view text, std::size_t at) {
  static_assert(std::endian::native == std::endian::little);  // the first byte is the lowest
  constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101;
  constexpr std::uint64_t kTops = 0x80 * kOnes;
  const auto any_below = [](std::uint64_t word, std::uint64_t limit) {
    return (word - limit * kOnes) & ~word & kTops;  // limit 1: any zero
  };
  while (text.size() - at >= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof word);
    const std::uint64_t ends = (word & kTops) | any_below(word, 0x20) |
                               any_below(word ^ ('"' * kOnes), 1) |
                               any_below(word ^ ('\\' * kOnes), 1);
    if (ends != 0) {
      return at + static_cast<std::size_t>(std::countr_zero(ends)) / 8;
    }
    at += sizeof word;
  }
  const auto is_plain = [](char c) { return c >= ' ' && c != '"' && c != '\\'; };
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80U && is_plain(text[at])) {
    ++at;
  }
  return at;
}

class Parser {
 public:
  Parser(std::string_view text, JsonEvents& events) : text_(text), events_(events) {}

  std::optional<JsonStop> run() {
    if (text_.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
      at_ = kByteOrderMark.size();
    }
    while (value() && after_value()) {
      if (levels_.empty()) {
        return std::nullopt;
      }
    }
    return stop_;
  }

 private:
  // Reads a scalar, or the beginning of a container up to its first value. An empty container is
  // whole.
  bool value() {
    for (;;) {
      switch (next()) {
        case '{':
          ++at_;
          levels_ += '}';
          if (!say(events_.begin_object())) {
            return false;
          }
          if (next() == '}') {
            return true;
          }
          if (!name()) {
            return false;
          }
          break;
        case '[':
          ++at_;
          levels_ += ']';
          if (!say(events_.begin_array())) {
            return false;
          }
          if (next() == ']') {
            return true;
          }
          break;
        default:
          return scalar();
      }
    }
  }

  // Ends the containers that end here, and goes on to the next value or to the text's end.
  bool after_value() {
    for (;;) {
      const char c = next();
      if (levels_.empty()) {
        return at_ == text_.size() || fail();
      }
      if (c == levels_.back()) {
        ++at_;
        levels_.pop_back();
        if (!say(c == '}' ? events_.end_object() : events_.end_array())) {
          return false;
        }
      } else if (c == ',') {
        ++at_;
        return levels_.back() == ']' || (next(), name());
      } else {
        return fail();
      }
    }
  }

  bool name() {
    if (!string() || !say(events_.name(buffer_))) {
      return false;
    }
    if (next() != ':') {
      return fail();
    }
    ++at_;
    return true;
  }

  bool scalar() {
    switch (peek()) {
      case '"':
        return string() && say(events_.text(buffer_));
      case 'n':
        return word("null") && say(events_.null());
      case 't':
        return word("true") && say(events_.boolean(true));
      case 'f':
        return word("false") && say(events_.boolean(false));
      default:
        return number();
    }
  }

  bool word(std::string_view expected) {
    for (const char c : expected) {
      if (peek() != c) {
        return fail();
      }
      ++at_;
    }
    return true;
  }

  bool number() {
    const std::size_t begin = at_;
    at_ += peek() == '-' ? 1 : 0;
    if (peek() == '0') {
      ++at_;
    } else if (!digits()) {
      return false;
    }
    if (peek() == '.') {
      ++at_;
      if (!digits()) {
        return false;
      }
    }
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      at_ += peek() == '+' || peek() == '-' ? 1 : 0;
      if (!digits()) {
        return false;
      }
    }
    const std::string_view as_written = text_.substr(begin, at_ - begin);
    if (is_beyond_double(as_written)) {
      return fail(JsonStop::Why::number_too_large);
    }
    return say(events_.number(as_written));
  }

  bool digits() {
    if (!is_digit(peek())) {
      return fail();
    }
    while (is_digit(peek())) {
      ++at_;
    }
    return true;
  }

  // Into buffer_. Runs without escapes are taken as they are: no character of UTF-8 has a byte
  // below 0x80 inside.
  bool string() {
    if (peek() != '"') {
      return fail();
    }
    ++at_;
    buffer_.clear();
    for (;;) {
      const std::size_t begin = at_;
      at_ = end_of_plain(text_, at_);
      bool ascii = true;
      while (at_ < text_.size() && byte() >= 0x20U && byte() != '"' && byte() != '\\') {
        ascii = ascii && byte() < 0x80U;
        ++at_;
      }
      const std::string_view run = text_.substr(begin, at_ - begin);
      const auto invalid = ascii ? std::nullopt : first_invalid_utf8(run);
      if (invalid) {
        at_ = begin + *invalid;
        return fail();
      }
      buffer_ += run;
      switch (peek()) {
        case '"':
          ++at_;
          return true;
        case '\\':
          ++at_;
          if (!escape()) {
            return false;
          }
          break;
        default:
          return fail();
      }
    }
  }

  bool escape() {
    constexpr std::string_view kEscapes = "\"\\/bfnrt";
    constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
    const char letter = peek();
    const std::size_t index = kEscapes.find(letter);
    if (index != std::string_view::npos) {
      ++at_;
      buffer_ += kMeant[index];
      return true;
    }
    if (letter != 'u') {
      return fail();
    }
    std::uint32_t code = 0;
    if (!hex4(code)) {
      return false;
    }
    if (code >= 0xD800U && code < 0xDC00U) {
      std::uint32_t low = 0;
      if (!word("\\") || peek() != 'u' || !hex4(low) || low < 0xDC00U || low > 0xDFFFU) {
        return fail();
      }
      code = 0x10000U + ((code - 0xD800U) << 10U) + (low - 0xDC00U);
    } else if (code >= 0xDC00U && code <= 0xDFFFU) {
      return fail();
    }
    append_utf8(buffer_, code);
    return true;
  }

  // The "u" is next.
  bool hex4(std::uint32_t& code) {
    ++at_;
    for (int i = 0; i < 4; ++i) {
      const char c = peek();
      const char letter = static_cast<char>(c | 0x20);
      if (!is_digit(c) && (letter < 'a' || letter > 'f')) {
        return fail();
      }
      code = code << 4U | static_cast<std::uint32_t>(is_digit(c) ? c - '0' : letter - 'a' + 10);
      ++at_;
    }
    return true;
  }

  // The next character that is no white space; '\0' at the end, which no rule takes either.
  char next() {
    while (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t') {
      ++at_;
    }
    return peek();
  }
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  [[nodiscard]] unsigned char byte() const { return static_cast<unsigned char>(text_[at_]); }

  bool say(bool go_on) { return go_on || fail(JsonStop::Why::receiver); }
  // The first failure counts.
  bool fail(JsonStop::Why why = JsonStop::Why::syntax) {
    if (!stop_) {
      stop_ = JsonStop{why, at_};
    }
    return false;
  }

  const std::string_view text_;
  JsonEvents& events_;
  std::size_t at_ = 0;
  std::string levels_;  // what ends each open container
  std::string buffer_;
  std::optional<JsonStop> stop_;
};

}  // namespace

std::optional<JsonStop> parse_json(std::string_view text, JsonEvents& events) {
  return Parser{text, events}.run();
}

}  // namespace callgate
