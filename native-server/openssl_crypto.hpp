// The Crypto port over OpenSSL 3. Keys of the deployment are HKDF-SHA-256 (RFC 5869) of its secret,
// no salt, info = purpose, 32 bytes, derived at first use and kept. Not for two threads at once:
// each thread makes its own.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "core/crypto.hpp"

namespace callgate {

using DeploymentKey = std::array<std::uint8_t, 32>;

// Throws std::runtime_error when OpenSSL refuses.
[[nodiscard]] DeploymentKey derive_key(Bytes secret, std::string_view purpose);

// AES-256-GCM: ciphertext, then the 16-byte tag. Throws std::runtime_error when OpenSSL refuses.
[[nodiscard]] Blob seal_with_key(const DeploymentKey& key, const Nonce& nonce, Bytes plaintext,
                                 Bytes associated);

// Fills from the operating system's generator; throws std::runtime_error when it has none.
void fill_random(std::span<std::uint8_t> out);

class OpensslCrypto final : public Crypto {
 public:
  explicit OpensslCrypto(Bytes secret);
  ~OpensslCrypto() override;

  Digest sha256(Bytes data) override;
  Blob hmac(HmacHash hash, Bytes key, Bytes data) override;
  Digest deployment_mac(std::string_view purpose, Bytes data) override;
  Blob seal(std::string_view purpose, const Nonce& nonce, Bytes plaintext,
            Bytes associated) override;
  std::optional<Blob> open(std::string_view purpose, const Nonce& nonce, Bytes sealed,
                           Bytes associated) override;

 private:
  const DeploymentKey& key(std::string_view purpose);

  struct Macs;
  Blob secret_;
  std::map<std::string, DeploymentKey, std::less<>> keys_;
  std::unique_ptr<Macs> macs_;
};

}  // namespace callgate
