#include "core/base/id.hpp"

#include <catch2/catch_test_macros.hpp>

#include "core/base/rng.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kFortyBits = (std::int64_t{1} << 40) - 1;
constexpr std::int64_t kFortyEightBits = (std::int64_t{1} << 48) - 1;

// Any value of that many bits, small ones as likely as large ones.
std::int64_t spread(Rng& rng, std::uint64_t bits) {
  return static_cast<std::int64_t>(rng.next_u64() >> (64 - 1 - rng.below(bits)));
}

Id random_id(Rng& rng) {
  return {from_ms(spread(rng, 48)), spread(rng, 40) | 1, spread(rng, 40)};
}

TEST_CASE("an id reads as what was written") {
  Rng rng{{1}};
  for (int round = 0; round < 20'000; ++round) {
    const Id id = random_id(rng);
    const std::string text = format_id("job", id);
    REQUIRE(text.size() == 30);
    REQUIRE(parse_id("job", text) == id);
  }
  const Id largest{from_ms(kFortyEightBits), kFortyBits, kFortyBits};
  CHECK(format_id("call", largest) == "call_7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
  CHECK(parse_id("call", format_id("call", largest)) == largest);
  CHECK(format_id("call", Id{kEpoch, 1, 0}) == "call_00000000000000000100000000");
}

TEST_CASE("ids as text are in the order of time, then sequence") {
  Rng rng{{2}};
  for (int round = 0; round < 20'000; ++round) {
    const Id a = random_id(rng);
    Id b = random_id(rng);
    if (round % 3 == 0) {
      b.created_at = a.created_at;
    }
    const bool before = a.created_at != b.created_at ? a.created_at < b.created_at : a.seq < b.seq;
    const bool same = a.created_at == b.created_at && a.seq == b.seq;
    if (!same) {
      REQUIRE((format_id("job", a) < format_id("job", b)) == before);
    }
  }
}

TEST_CASE("lower case and Crockford's look-alikes are read") {
  const Id id{from_ms(1'795'000'000'000), 17, 33};
  std::string text = format_id("imp", id);
  const std::string upper = text;
  for (std::size_t i = 4; i < text.size(); ++i) {
    text[i] = static_cast<char>(text[i] >= 'A' ? text[i] - 'A' + 'a' : text[i]);
  }
  CHECK(parse_id("imp", text) == id);
  for (char& digit : text) {
    digit = digit == '0' ? 'o' : digit == '1' ? 'l' : digit;
  }
  CHECK(parse_id("imp", text) == id);
  for (char& digit : text) {
    digit = digit == 'o' ? 'O' : digit == 'l' ? 'I' : digit;
  }
  text.replace(0, 4, "imp_");
  CHECK(parse_id("imp", text) == id);
}

TEST_CASE("another prefix or form is refused") {
  const std::string good = format_id("job", Id{from_ms(5), 6, 7});
  REQUIRE(parse_id("job", good).has_value());
  CHECK_FALSE(parse_id("call", good).has_value());
  CHECK_FALSE(parse_id("jo", good).has_value());
  CHECK_FALSE(parse_id("JOB", good).has_value());
  CHECK_FALSE(parse_id("job", "JOB" + good.substr(3)).has_value());
  CHECK_FALSE(parse_id("job", "").has_value());
  CHECK_FALSE(parse_id("job", "job_").has_value());
  CHECK_FALSE(parse_id("job", good + "0").has_value());
  CHECK_FALSE(parse_id("job", good.substr(0, good.size() - 1)).has_value());
  CHECK_FALSE(parse_id("job", "job-" + good.substr(4)).has_value());
  CHECK_FALSE(parse_id("job", "job_8" + good.substr(5)).has_value());  // 129 bits
  CHECK_FALSE(parse_id("job", "job_U" + good.substr(5)).has_value());
  CHECK_FALSE(parse_id("job", "job_ " + good.substr(5)).has_value());
  CHECK_FALSE(parse_id("job", "job_00000000000000000000000000").has_value());  // sequence 0
  for (std::size_t i = 4; i < good.size(); ++i) {
    for (const char wrong : {'U', 'u', '-', '_', '*', '\0', '\xFF'}) {
      std::string text = good;
      text[i] = wrong;
      REQUIRE_FALSE(parse_id("job", text).has_value());
    }
  }
}

}  // namespace
}  // namespace callgate
