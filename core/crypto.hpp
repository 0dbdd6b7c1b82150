// The Crypto port: the primitives the core needs and no host lacks (OpenSSL natively, node:crypto
// at the edge). Synchronous. Keys that belong to the deployment never enter the core: it names a
// purpose, the host derives the key from its own secret, one key per purpose (HKDF-SHA-256, info =
// purpose).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"

namespace callgate {

using Digest = std::array<std::uint8_t, 32>;
using Nonce = std::array<std::uint8_t, 12>;

enum class HmacHash : std::uint8_t { sha1, sha256, sha512 };

class Crypto {
 public:
  Crypto() = default;
  Crypto(const Crypto&) = delete;
  Crypto& operator=(const Crypto&) = delete;
  virtual ~Crypto() = default;

  virtual Digest sha256(Bytes data) = 0;

  // HMAC (RFC 2104): 20, 32 or 64 bytes by the hash. The key may have any length, also none.
  virtual Blob hmac(HmacHash hash, Bytes key, Bytes data) = 0;

  // HMAC-SHA-256 under the deployment's key for this purpose ("session", "webhook", "ticket" …).
  virtual Digest deployment_mac(std::string_view purpose, Bytes data) = 0;

  // AES-256-GCM under the deployment's key for this purpose: ciphertext followed by the 16-byte
  // tag. A nonce is used once per purpose; it comes from the Input's entropy.
  virtual Blob seal(std::string_view purpose, const Nonce& nonce, Bytes plaintext,
                    Bytes associated) = 0;

  // nullopt when the tag does not fit: another key, another purpose, or a changed byte.
  virtual std::optional<Blob> open(std::string_view purpose, const Nonce& nonce, Bytes sealed,
                                   Bytes associated) = 0;
};

// Compares in a time that depends on the lengths only.
[[nodiscard]] bool equal_in_constant_time(Bytes left, Bytes right);

}  // namespace callgate
