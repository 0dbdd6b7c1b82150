#include "core/base/bytes.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "core/base/rng.hpp"

namespace callgate {
namespace {

using namespace std::string_view_literals;

Blob random_bytes(Rng& rng, std::size_t most) {
  Blob out(rng.below(most + 1));
  rng.fill(out);
  return out;
}

TEST_CASE("hexadecimal and base64url give the bytes back") {
  Rng rng{{1}};
  for (int round = 0; round < 5000; ++round) {
    const Blob bytes = random_bytes(rng, 40);
    REQUIRE(from_hex(to_hex(bytes)) == bytes);
    REQUIRE(from_base64url(to_base64url(bytes)) == bytes);
    REQUIRE(to_base64(bytes).size() == (bytes.size() + 2) / 3 * 4);
  }
}

TEST_CASE("a text that decodes is the only text of its bytes") {
  Rng rng{{2}};
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  int accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text(rng.below(12), ' ');
    for (char& digit : text) {
      digit = kAlphabet[rng.below(kAlphabet.size())];
    }
    const auto bytes = from_base64url(text);
    if (bytes) {
      ++accepted;
      REQUIRE(to_base64url(*bytes) == text);
    }
  }
  CHECK(accepted > 5000);
}

TEST_CASE("RFC 4648's examples are written as it says") {
  CHECK(to_base64(bytes_of("")).empty());
  CHECK(to_base64(bytes_of("f")) == "Zg==");
  CHECK(to_base64(bytes_of("fo")) == "Zm8=");
  CHECK(to_base64(bytes_of("foo")) == "Zm9v");
  CHECK(to_base64(bytes_of("foobar")) == "Zm9vYmFy");
  CHECK(to_base64(bytes_of("\xFB\xFF")) == "+/8=");
  CHECK(to_base64url(bytes_of("\xFB\xFF")) == "-_8");
  CHECK(to_hex(bytes_of("\x00\xAF\xff"sv)) == "00afff");
}

TEST_CASE("what is not base64url or hexadecimal is refused") {
  for (const std::string_view text :
       {"A", "AAAAA", "Zg==", "Zg=", "Zh", "Zm9", "+A", "/A", "Z g", "Zg\n", " Zg", "\xC3\xA9"}) {
    INFO(text);
    CHECK_FALSE(from_base64url(text).has_value());
  }
  CHECK_FALSE(from_base64url("Z\0"sv).has_value());
  for (const std::string_view text : {"0", "0g", "AB", "0x", " 0", "00 "}) {
    INFO(text);
    CHECK_FALSE(from_hex(text).has_value());
  }
}

TEST_CASE("malformed UTF-8 is found at its first byte") {
  struct Case {
    std::string_view text;
    std::size_t at;
  };
  const Case cases[] = {
      {"\x00"sv, 0},  // NUL
      {"ab\x00"sv, 2},
      {"\x80"sv, 0},  // a continuation alone
      {"a\xBF"sv, 1},
      {"\xC0\x80"sv, 0},  // overlong
      {"\xC1\xBF"sv, 0},
      {"\xE0\x80\x80"sv, 0},
      {"\xE0\x9F\xBF"sv, 0},
      {"\xF0\x80\x80\x80"sv, 0},
      {"\xF0\x8F\xBF\xBF"sv, 0},
      {"\xED\xA0\x80"sv, 0},  // surrogates
      {"\xED\xBF\xBF"sv, 0},
      {"\xED\xA0\x80\xED\xB0\x80"sv, 0},
      {"\xF4\x90\x80\x80"sv, 0},  // beyond U+10FFFF
      {"\xF5\x80\x80\x80"sv, 0},
      {"\xF8\x88\x80\x80\x80"sv, 0},
      {"\xFE"sv, 0},
      {"\xFF"sv, 0},
      {"\xC3"sv, 0},  // cut short
      {"\xC3\xA9\xC3"sv, 2},
      {"\xE2\x82"sv, 0},
      {"\xF0\x9F\x98"sv, 0},
      {"\xC3\x41"sv, 0},  // followed by the wrong byte
      {"\xE2\x41\x80"sv, 0},
      {"\xE2\x82\x41"sv, 0},
      {"\xF0\x9F\x98\x41"sv, 0},
      {"\xE2\x82\xAC\xE2\x28\xA1"sv, 3},
  };
  for (const Case& one : cases) {
    INFO(to_hex(bytes_of(one.text)));
    CHECK(first_invalid_utf8(one.text) == one.at);
  }
}

TEST_CASE("every character but NUL and the surrogates is well-formed UTF-8") {
  for (std::uint32_t c = 1; c <= 0x10FFFF; ++c) {
    std::string text;
    const auto push = [&](std::uint32_t byte) { text.push_back(static_cast<char>(byte)); };
    if (c < 0x80) {
      push(c);
    } else if (c < 0x800) {
      push(0xC0 | (c >> 6));
      push(0x80 | (c & 63));
    } else if (c < 0x10000) {
      push(0xE0 | (c >> 12));
      push(0x80 | ((c >> 6) & 63));
      push(0x80 | (c & 63));
    } else {
      push(0xF0 | (c >> 18));
      push(0x80 | ((c >> 12) & 63));
      push(0x80 | ((c >> 6) & 63));
      push(0x80 | (c & 63));
    }
    const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
    if (first_invalid_utf8(text).has_value() != surrogate) {
      FAIL(c);
    }
  }
}

}  // namespace
}  // namespace callgate
