// SHA-256 (FIPS 180-4) and its HMAC (RFC 2104) in plain C++, so that the unit tests need no host
// and run in wasm too. The hosts' own implementations have their suites in tests/crypto. What a
// unit test has no use for (other hashes, sealing) fails a CHECK.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/crypto.hpp"

namespace callgate::test {

inline Digest plain_sha256(Bytes data) {
  constexpr std::array<std::uint32_t, 64> kRound{
      0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
      0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
      0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
      0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
      0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
      0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
      0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
      0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
      0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
      0xc67178f2};
  std::array<std::uint32_t, 8> h{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  Blob padded{data.begin(), data.end()};
  padded.push_back(0x80);
  while (padded.size() % 64 != 56) {
    padded.push_back(0);
  }
  const std::uint64_t bits = static_cast<std::uint64_t>(data.size()) * 8;
  for (int shift = 56; shift >= 0; shift -= 8) {
    padded.push_back(static_cast<std::uint8_t>(bits >> shift));
  }
  const auto rotated = [](std::uint32_t x, int n) { return (x >> n) | (x << (32 - n)); };
  for (std::size_t block = 0; block < padded.size(); block += 64) {
    std::array<std::uint32_t, 64> w{};
    for (std::size_t i = 0; i < 16; ++i) {
      for (std::size_t k = 0; k < 4; ++k) {
        w[i] = (w[i] << 8) | padded[block + i * 4 + k];
      }
    }
    for (std::size_t i = 16; i < 64; ++i) {
      const std::uint32_t a = w[i - 15];
      const std::uint32_t b = w[i - 2];
      w[i] = w[i - 16] + (rotated(a, 7) ^ rotated(a, 18) ^ (a >> 3)) + w[i - 7] +
             (rotated(b, 17) ^ rotated(b, 19) ^ (b >> 10));
    }
    std::array<std::uint32_t, 8> v = h;
    for (std::size_t i = 0; i < 64; ++i) {
      const std::uint32_t t1 = v[7] + (rotated(v[4], 6) ^ rotated(v[4], 11) ^ rotated(v[4], 25)) +
                               ((v[4] & v[5]) ^ (~v[4] & v[6])) + kRound[i] + w[i];
      const std::uint32_t t2 = (rotated(v[0], 2) ^ rotated(v[0], 13) ^ rotated(v[0], 22)) +
                               ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
      v = {t1 + t2, v[0], v[1], v[2], v[3] + t1, v[4], v[5], v[6]};
    }
    for (std::size_t i = 0; i < 8; ++i) {
      h[i] += v[i];
    }
  }
  Digest out{};
  for (std::size_t i = 0; i < 32; ++i) {
    out[i] = static_cast<std::uint8_t>(h[i / 4] >> (24 - 8 * (i % 4)));
  }
  return out;
}

class PlainCrypto final : public Crypto {
 public:
  Digest sha256(Bytes data) override { return plain_sha256(data); }

  Blob hmac(HmacHash hash, Bytes key, Bytes data) override {
    if (hash != HmacHash::sha256) {
      unused();
    }
    Blob block(64, 0);
    const Digest short_key = plain_sha256(key);
    const Bytes used = key.size() > 64 ? Bytes{short_key} : key;
    for (std::size_t i = 0; i < used.size(); ++i) {
      block[i] = used[i];
    }
    const auto padded = [&block](std::uint8_t pad, Bytes rest) {
      Blob out;
      for (const std::uint8_t byte : block) {
        out.push_back(static_cast<std::uint8_t>(byte ^ pad));
      }
      out.insert(out.end(), rest.begin(), rest.end());
      return plain_sha256(out);
    };
    const Digest outer = padded(0x5c, padded(0x36, data));
    return {outer.begin(), outer.end()};
  }

  // One key per purpose: the purpose's own name.
  Digest deployment_mac(std::string_view purpose, Bytes data) override {
    const Blob mac = hmac(HmacHash::sha256, bytes_of(purpose), data);
    Digest out{};
    std::copy(mac.begin(), mac.end(), out.begin());
    return out;
  }
  Blob seal(std::string_view /*purpose*/, const Nonce& /*nonce*/, Bytes /*plaintext*/,
            Bytes /*associated*/) override {
    unused();
  }
  std::optional<Blob> open(std::string_view /*purpose*/, const Nonce& /*nonce*/, Bytes /*sealed*/,
                           Bytes /*associated*/) override {
    unused();
  }

 private:
  [[noreturn]] static void unused() { __builtin_trap(); }
};

}  // namespace callgate::test
