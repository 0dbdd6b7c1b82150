#include "native-server/openssl_crypto.hpp"

#include <algorithm>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/sha.h>
#include <stdexcept>
#include <sys/random.h>

namespace callgate {
namespace {

constexpr std::size_t kTagBytes = 16;

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Freer<EVP_CIPHER_CTX_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, Freer<EVP_MAC_CTX_free>>;

void require(bool done, const char* what) {
  if (!done) {
    throw std::runtime_error(std::string{"OpenSSL: "} + what);
  }
}

std::string digest_name(HmacHash hash) {
  switch (hash) {
    case HmacHash::sha1:
      return "SHA1";
    case HmacHash::sha256:
      return "SHA256";
    case HmacHash::sha512:
      return "SHA512";
  }
  return "SHA256";
}

// OpenSSL takes a null pointer for "no key", or for "not given": an empty span may have one.
const std::uint8_t* data_of(Bytes bytes) {
  static constexpr std::uint8_t kNothing = 0;
  return bytes.empty() ? &kNothing : bytes.data();
}

int size_of(Bytes bytes) {
  return static_cast<int>(bytes.size());
}

MacContext keyed_context(HmacHash hash, Bytes key) {
  const std::unique_ptr<EVP_MAC, Freer<EVP_MAC_free>> mac{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
  require(mac != nullptr, "no HMAC");
  MacContext context{EVP_MAC_CTX_new(mac.get())};
  std::string digest = digest_name(hash);
  const std::array<OSSL_PARAM, 2> params{
      OSSL_PARAM_construct_utf8_string("digest", digest.data(), 0), OSSL_PARAM_construct_end()};
  require(EVP_MAC_init(context.get(), data_of(key), key.size(), params.data()) == 1, "HMAC key");
  return context;
}

// `out` has room for the digest; returns its size.
std::size_t mac_of(const MacContext& keyed, Bytes data, std::span<std::uint8_t> out) {
  const MacContext context{EVP_MAC_CTX_dup(keyed.get())};
  std::size_t size = 0;
  require(context != nullptr && EVP_MAC_update(context.get(), data_of(data), data.size()) == 1 &&
              EVP_MAC_final(context.get(), out.data(), &size, out.size()) == 1,
          "HMAC");
  return size;
}

}  // namespace

// Keyed contexts: copying one costs a tenth of setting it up. One per purpose, and the last foreign
// key's, which is the one provider's that reports.
struct OpensslCrypto::Macs {
  std::map<std::string, MacContext, std::less<>> keyed;
  HmacHash last_hash = HmacHash::sha256;
  Blob last_key;
  MacContext last;
};

DeploymentKey derive_key(Bytes secret, std::string_view purpose) {
  const std::unique_ptr<EVP_KDF, Freer<EVP_KDF_free>> hkdf{EVP_KDF_fetch(nullptr, "HKDF", nullptr)};
  require(hkdf != nullptr, "no HKDF");
  const std::unique_ptr<EVP_KDF_CTX, Freer<EVP_KDF_CTX_free>> context{EVP_KDF_CTX_new(hkdf.get())};
  std::string digest = "SHA256";
  Blob key{secret.begin(), secret.end()};
  std::string info{purpose};
  const std::array<OSSL_PARAM, 4> params{
      OSSL_PARAM_construct_utf8_string("digest", digest.data(), 0),
      OSSL_PARAM_construct_octet_string("key", key.data(), key.size()),
      OSSL_PARAM_construct_octet_string("info", info.data(), info.size()),
      OSSL_PARAM_construct_end()};
  DeploymentKey out{};
  require(EVP_KDF_derive(context.get(), out.data(), out.size(), params.data()) == 1, "HKDF");
  return out;
}

void fill_random(std::span<std::uint8_t> out) {
  std::size_t done = 0;
  while (done < out.size()) {
    const ssize_t count = getrandom(out.data() + done, out.size() - done, 0);
    require(count > 0 || errno == EINTR, "getrandom");
    done += count > 0 ? static_cast<std::size_t>(count) : 0;
  }
}

Blob seal_with_key(const DeploymentKey& key, const Nonce& nonce, Bytes plaintext,
                   Bytes associated) {
  const CipherContext context{EVP_CIPHER_CTX_new()};
  Blob out(plaintext.size() + kTagBytes);
  int written = 0;
  require(
      EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.data(), nonce.data()) == 1,
      "AES-256-GCM");
  require(EVP_EncryptUpdate(context.get(), nullptr, &written, data_of(associated),
                            size_of(associated)) == 1,
          "associated data");
  require(EVP_EncryptUpdate(context.get(), out.data(), &written, data_of(plaintext),
                            size_of(plaintext)) == 1,
          "encrypt");
  require(EVP_EncryptFinal_ex(context.get(), out.data() + written, &written) == 1 &&
              EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes,
                                  out.data() + plaintext.size()) == 1,
          "tag");
  return out;
}

OpensslCrypto::OpensslCrypto(Bytes secret)
    : secret_(secret.begin(), secret.end()), macs_(std::make_unique<Macs>()) {}

OpensslCrypto::~OpensslCrypto() {
  OPENSSL_cleanse(secret_.data(), secret_.size());
  OPENSSL_cleanse(macs_->last_key.data(), macs_->last_key.size());
  for (auto& [purpose, key] : keys_) {
    OPENSSL_cleanse(key.data(), key.size());
  }
}

const DeploymentKey& OpensslCrypto::key(std::string_view purpose) {
  const auto found = keys_.find(purpose);
  if (found != keys_.end()) {
    return found->second;
  }
  return keys_.emplace(std::string{purpose}, derive_key(secret_, purpose)).first->second;
}

Digest OpensslCrypto::sha256(Bytes data) {
  Digest out{};
  SHA256(data_of(data), data.size(), out.data());
  return out;
}

Blob OpensslCrypto::hmac(HmacHash hash, Bytes key, Bytes data) {
  Macs& macs = *macs_;
  if (macs.last == nullptr || macs.last_hash != hash ||
      !std::equal(key.begin(), key.end(), macs.last_key.begin(), macs.last_key.end())) {
    macs.last = keyed_context(hash, key);
    macs.last_hash = hash;
    OPENSSL_cleanse(macs.last_key.data(), macs.last_key.size());
    macs.last_key.assign(key.begin(), key.end());
  }
  Blob out(EVP_MAX_MD_SIZE);
  out.resize(mac_of(macs.last, data, out));
  return out;
}

Digest OpensslCrypto::deployment_mac(std::string_view purpose, Bytes data) {
  auto found = macs_->keyed.find(purpose);
  if (found == macs_->keyed.end()) {
    MacContext context = keyed_context(HmacHash::sha256, key(purpose));
    found = macs_->keyed.emplace(std::string{purpose}, std::move(context)).first;
  }
  Digest out{};
  mac_of(found->second, data, out);
  return out;
}

Blob OpensslCrypto::seal(std::string_view purpose, const Nonce& nonce, Bytes plaintext,
                         Bytes associated) {
  return seal_with_key(key(purpose), nonce, plaintext, associated);
}

std::optional<Blob> OpensslCrypto::open(std::string_view purpose, const Nonce& nonce, Bytes sealed,
                                        Bytes associated) {
  if (sealed.size() < kTagBytes) {
    return std::nullopt;
  }
  const Bytes ciphertext = sealed.first(sealed.size() - kTagBytes);
  Blob tag{sealed.end() - kTagBytes, sealed.end()};
  const CipherContext context{EVP_CIPHER_CTX_new()};
  Blob out(ciphertext.size() + kTagBytes);
  int written = 0;
  require(EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key(purpose).data(),
                             nonce.data()) == 1,
          "AES-256-GCM");
  const bool fits =
      EVP_DecryptUpdate(context.get(), nullptr, &written, data_of(associated),
                        size_of(associated)) == 1 &&
      EVP_DecryptUpdate(context.get(), out.data(), &written, data_of(ciphertext),
                        size_of(ciphertext)) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(context.get(), out.data() + written, &written) == 1;
  if (!fits) {
    return std::nullopt;
  }
  out.resize(ciphertext.size());
  return out;
}

}  // namespace callgate
