#include "core/base/rng.hpp"

#include "core/base/check.hpp"

namespace callgate {
namespace {

std::uint32_t rotate_left(std::uint32_t value, int by) {
  return (value << by) | (value >> (32 - by));
}

void quarter_round(std::array<std::uint32_t, 16>& s, std::size_t a, std::size_t b, std::size_t c,
                   std::size_t d) {
  s[a] += s[b];
  s[d] = rotate_left(s[d] ^ s[a], 16);
  s[c] += s[d];
  s[b] = rotate_left(s[b] ^ s[c], 12);
  s[a] += s[b];
  s[d] = rotate_left(s[d] ^ s[a], 8);
  s[c] += s[d];
  s[b] = rotate_left(s[b] ^ s[c], 7);
}

}  // namespace

Rng::Rng(const std::array<std::uint8_t, 32>& key) {
  state_[0] = 0x61707865;  // "expand 32-byte k"
  state_[1] = 0x3320646e;
  state_[2] = 0x79622d32;
  state_[3] = 0x6b206574;
  for (std::size_t i = 0; i < key.size(); ++i) {
    state_[4 + i / 4] |= static_cast<std::uint32_t>(key[i]) << (8 * (i % 4));
  }
  // Counter and nonce start at zero: every Input brings a key of its own.
}

std::uint64_t Rng::next_u64() {
  std::array<std::uint8_t, 8> bytes{};
  fill(bytes);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    value |= static_cast<std::uint64_t>(bytes[i]) << (8 * i);
  }
  return value;
}

std::uint64_t Rng::below(std::uint64_t bound) {
  CALLGATE_CHECK(bound >= 1);
  // The lowest 2^64 mod bound values would make some remainders likelier than others.
  const std::uint64_t biased = (0 - bound) % bound;
  for (;;) {
    const std::uint64_t value = next_u64();
    if (value >= biased) {
      return value % bound;
    }
  }
}

void Rng::fill(std::span<std::uint8_t> out) {
  for (std::uint8_t& byte : out) {
    if (used_ == block_.size()) {
      refill();
    }
    byte = block_[used_];
    ++used_;
  }
}

void Rng::refill() {
  std::array<std::uint32_t, 16> s = state_;
  for (int i = 0; i < 10; ++i) {
    quarter_round(s, 0, 4, 8, 12);
    quarter_round(s, 1, 5, 9, 13);
    quarter_round(s, 2, 6, 10, 14);
    quarter_round(s, 3, 7, 11, 15);
    quarter_round(s, 0, 5, 10, 15);
    quarter_round(s, 1, 6, 11, 12);
    quarter_round(s, 2, 7, 8, 13);
    quarter_round(s, 3, 4, 9, 14);
  }
  for (std::size_t i = 0; i < s.size(); ++i) {
    const std::uint32_t word = s[i] + state_[i];
    for (std::size_t k = 0; k < 4; ++k) {
      block_[4 * i + k] = static_cast<std::uint8_t>(word >> (8 * k));
    }
  }
  ++state_[12];
  CALLGATE_CHECK(state_[12] != 0);  // 256 GiB from one key: nothing here asks for that
  used_ = 0;
}

}  // namespace callgate
