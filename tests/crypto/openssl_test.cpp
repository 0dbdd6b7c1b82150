// What lies under OpensslCrypto: key derivation as RFC 5869 publishes it, and the AES-256-GCM cases
// of the GCM specification (McGrew and Viega, appendix B), which name their key.
#include <catch2/catch_test_macros.hpp>

#include "native-server/openssl_crypto.hpp"

namespace callgate {
namespace {

Blob hex(std::string_view text) {
  return from_hex(text).value();
}

TEST_CASE("A key of the deployment is derived from its secret and the purpose") {
  // RFC 5869, test case 3: no salt, no info; the first 32 of its 42 bytes.
  CHECK(to_hex(derive_key(Blob(22, 0x0b), "")) ==
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
  const DeploymentKey session = derive_key(bytes_of("secret"), "session");
  CHECK(session != derive_key(bytes_of("secret"), "ticket"));
  CHECK(session != derive_key(bytes_of("other"), "session"));
}

TEST_CASE("AES-256-GCM fits the specification") {
  // Test cases 13, 15 and 16 of the GCM specification.
  CHECK(to_hex(seal_with_key(DeploymentKey{}, Nonce{}, {}, {})) ==
        "530f8afbc74536b9a963b4f1c4cb738b");
  DeploymentKey key{};
  const Blob key_bytes = hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
  std::copy(key_bytes.begin(), key_bytes.end(), key.begin());
  Nonce nonce{};
  const Blob nonce_bytes = hex("cafebabefacedbaddecaf888");
  std::copy(nonce_bytes.begin(), nonce_bytes.end(), nonce.begin());
  const Blob plaintext =
      hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
          "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255");
  CHECK(to_hex(seal_with_key(key, nonce, plaintext, {})) ==
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad"
        "b094dac5d93471bdec1a502270e3cc6c");
  CHECK(to_hex(seal_with_key(key, nonce, Bytes{plaintext}.first(60),
                             hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"))) ==
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        "76fc6ece0f4e1768cddf8853bb2d551b");
}

TEST_CASE("Random bytes differ") {
  std::array<std::uint8_t, 32> first{};
  std::array<std::uint8_t, 32> second{};
  fill_random(first);
  fill_random(second);
  CHECK(first != second);
}

}  // namespace
}  // namespace callgate
