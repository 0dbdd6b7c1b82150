#include "core/base/rng.hpp"

#include <catch2/catch_test_macros.hpp>

#include "core/base/bytes.hpp"

namespace callgate {
namespace {

using Key = std::array<std::uint8_t, 32>;

// The block with that counter, of the stream under the key with a nonce of zeros.
std::string block(const Key& key, int counter) {
  Rng rng{key};
  std::array<std::uint8_t, 64> out{};
  for (int i = 0; i <= counter; ++i) {
    rng.fill(out);
  }
  return to_hex(out);
}

TEST_CASE("the stream is ChaCha20 as RFC 8439 prints it (A.1, vectors 1 to 4)") {
  const Key zeros{};
  CHECK(block(zeros, 0) ==
        "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
        "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586");
  CHECK(block(zeros, 1) ==
        "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed"
        "29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f");
  Key one{};
  one[31] = 1;
  CHECK(block(one, 1) ==
        "3aeb5224ecf849929b9d828db1ced4dd832025e8018b8160b82284f3c949aa5a"
        "8eca00bbb4a73bdad192b5c42f73f2fd4e273644c8b36125a64addeb006c13a0");
  Key ff{};
  ff[1] = 0xff;
  CHECK(block(ff, 2) ==
        "72d54dfbf12ec44b362692df94137f328fea8da73990265ec1bbbea1ae9af0ca"
        "13b25aa26cb4a648cb9b9d1be65b2c0924a66c54d545ec1b7374f4872e99f096");
}

TEST_CASE("numbers are the stream's bytes, least significant first, however they are asked for") {
  Rng by_number{{9}};
  Rng by_byte{{9}};
  for (int round = 0; round < 100; ++round) {
    std::uint64_t expected = 0;
    for (int i = 0; i < 8; ++i) {
      std::array<std::uint8_t, 1> byte{};
      by_byte.fill(byte);
      expected |= static_cast<std::uint64_t>(byte[0]) << (8 * i);
    }
    REQUIRE(by_number.next_u64() == expected);
  }
}

TEST_CASE("numbers below a bound stay below it and are even") {
  Rng rng{{4}};
  for (const std::uint64_t bound : {1ULL, 2ULL, 3ULL, 1000ULL, (1ULL << 63) + 1, ~0ULL}) {
    for (int round = 0; round < 1000; ++round) {
      REQUIRE(rng.below(bound) < bound);
    }
  }
  std::array<int, 6> counts{};
  for (int round = 0; round < 60'000; ++round) {
    ++counts[rng.below(6)];
  }
  for (const int count : counts) {
    CHECK(count > 9'500);
    CHECK(count < 10'500);
  }
}

TEST_CASE("equal keys give equal streams, another key another one") {
  Rng first{{1, 2, 3}};
  Rng second{{1, 2, 3}};
  Rng other{{1, 2, 4}};
  int equal = 0;
  for (int round = 0; round < 100; ++round) {
    const std::uint64_t value = first.next_u64();
    REQUIRE(value == second.next_u64());
    equal += value == other.next_u64() ? 1 : 0;
  }
  CHECK(equal == 0);
}

}  // namespace
}  // namespace callgate
