// The core's only randomness: ChaCha20 (RFC 8439) keyed by the Input's entropy, so a log of Inputs
// replays every id, jitter and nonce bit for bit, natively and in wasm.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace callgate {

class Rng {
 public:
  explicit Rng(const std::array<std::uint8_t, 32>& key);

  [[nodiscard]] std::uint64_t next_u64();

  // Uniform in [0, bound) without modulo bias; bound is at least 1.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound);

  void fill(std::span<std::uint8_t> out);

 private:
  void refill();

  std::array<std::uint32_t, 16> state_{};
  std::array<std::uint8_t, 64> block_{};
  std::size_t used_ = 64;
};

}  // namespace callgate
