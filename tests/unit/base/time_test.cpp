#include "core/base/time.hpp"

#include <catch2/catch_test_macros.hpp>

#include "core/base/rng.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kYear10000Ms = 253'402'300'800'000;

std::int64_t ms_of(std::string_view text) {
  const auto instant = parse_rfc3339(text);
  return instant ? to_ms(*instant) : -1;
}

TEST_CASE("every instant reads as what was written, and text is in the order of time") {
  Rng rng{{1}};
  Instant before = kEpoch;
  std::string before_text = format_rfc3339(before);
  for (int round = 0; round < 50'000; ++round) {
    const Instant at =
        from_ms(static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(kYear10000Ms))));
    const std::string text = format_rfc3339(at);
    REQUIRE(text.size() == 24);
    REQUIRE(parse_rfc3339(text) == at);
    REQUIRE((before < at) == (before_text < text));
    before = at;
    before_text = text;
  }
}

TEST_CASE("an offset moves the instant, whatever it is") {
  Rng rng{{2}};
  for (int round = 0; round < 20'000; ++round) {
    const auto hours = static_cast<std::int64_t>(rng.below(24));
    const auto minutes = static_cast<std::int64_t>(rng.below(60));
    const bool east = rng.below(2) == 0;
    const Millis offset{(hours * 60 + minutes) * 60'000 * (east ? 1 : -1)};
    const Instant at =
        from_ms(static_cast<std::int64_t>(rng.below(4'000'000'000'000)) + 86'400'000);
    std::string text = format_rfc3339(at + offset);
    text.pop_back();
    const auto two_digits = [&](std::int64_t value) {
      text += static_cast<char>('0' + value / 10);
      text += static_cast<char>('0' + value % 10);
    };
    text += east ? '+' : '-';
    two_digits(hours);
    text += ':';
    two_digits(minutes);
    INFO(text);
    REQUIRE(parse_rfc3339(text) == at);
  }
}

TEST_CASE("RFC 3339's own examples are read") {
  CHECK(ms_of("1985-04-12T23:20:50.52Z") == 482'196'050'520);
  CHECK(ms_of("1996-12-19T16:39:57-08:00") == 851'042'397'000);
  CHECK(ms_of("1990-12-31T23:59:60Z") == ms_of("1991-01-01T00:00:00Z"));
  CHECK(ms_of("1990-12-31T15:59:60-08:00") == ms_of("1991-01-01T00:00:00Z"));
  CHECK(ms_of("2026-11-21t09:30:00z") == ms_of("2026-11-21T09:30:00.000Z"));
  CHECK(ms_of("2026-11-21T09:30:00-00:00") == ms_of("2026-11-21T09:30:00Z"));
  CHECK(ms_of("1970-01-01T00:00:00Z") == 0);
  CHECK(ms_of("1969-12-31T23:59:00-00:01") == 0);
  CHECK(ms_of("9999-12-31T23:59:59.999Z") == kYear10000Ms - 1);
  CHECK(format_rfc3339(from_ms(482'196'050'520)) == "1985-04-12T23:20:50.520Z");
}

TEST_CASE("fractions beyond milliseconds are cut, never rounded") {
  CHECK(ms_of("1970-01-01T00:00:00.9Z") == 900);
  CHECK(ms_of("1970-01-01T00:00:00.9999999999999999999999Z") == 999);
  CHECK(ms_of("1970-01-01T00:00:00.0009Z") == 0);
}

TEST_CASE("what is no instant is refused") {
  for (const std::string_view text : {"",
                                      "2026-11-21",
                                      "2026-11-21T09:30:00",  // local time
                                      "2026-11-21T09:30Z",
                                      "2026-11-21 09:30:00Z",
                                      "2026-11-21T24:00:00Z",
                                      "2026-11-21T09:60:00Z",
                                      "2026-11-21T09:30:61Z",
                                      "2026-11-21T09:30:60Z",  // no leap second there
                                      "2026-02-29T09:30:00Z",
                                      "2026-04-31T09:30:00Z",
                                      "2026-00-10T09:30:00Z",
                                      "2026-13-10T09:30:00Z",
                                      "2026-11-00T09:30:00Z",
                                      "1969-12-31T23:59:59Z",
                                      "1970-01-01T00:00:00+00:01",
                                      "9999-12-31T23:59:59-00:01",
                                      "9999-12-31T23:59:60Z",
                                      "2026-11-21T09:30:00.Z",
                                      "2026-11-21T09:30:00,5Z",
                                      "2026-11-21T09:30:00+24:00",
                                      "2026-11-21T09:30:00+05:60",
                                      "2026-11-21T09:30:00+0530",
                                      "2026-11-21T09:30:00+05",
                                      "2026-11-21T09:30:00ZZ",
                                      "2026-11-21T09:30:00Z ",
                                      " 2026-11-21T09:30:00Z",
                                      "02026-11-21T09:30:00Z",
                                      "+2026-11-21T09:30:00Z",
                                      "2026-11-2\xC2\xB9T09:30:00Z",
                                      "20261121T093000Z"}) {
    INFO(text);
    CHECK_FALSE(parse_rfc3339(text).has_value());
  }
}

TEST_CASE("a text changed in one place is refused or reads as itself") {
  Rng rng{{3}};
  constexpr std::string_view kAlphabet = "0123456789-:.TZz+ ";
  for (int round = 0; round < 50'000; ++round) {
    std::string text = "2026-11-21T09:30:00.125Z";
    text[rng.below(text.size())] = kAlphabet[rng.below(kAlphabet.size())];
    const auto at = parse_rfc3339(text);
    if (at && text.back() == 'Z') {
      REQUIRE(format_rfc3339(*at) == text);
    }
  }
}

}  // namespace
}  // namespace callgate
