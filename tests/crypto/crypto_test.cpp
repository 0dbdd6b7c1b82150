// Published vectors for the Crypto port: FIPS 180-4 and RFC 4231 digests, RFC 5869 key derivation,
// the AES-256-GCM cases of the GCM specification (McGrew and Viega, appendix B), and provider
// signatures.
#include <catch2/catch_test_macros.hpp>

#include "native-server/openssl_crypto.hpp"

namespace callgate {
namespace {

Blob hex(std::string_view text) {
  return from_hex(text).value();
}

OpensslCrypto crypto_with(std::string_view secret) {
  return OpensslCrypto{bytes_of(secret)};
}

// One object for all: what it keeps of the last key must not show in the next answer.
std::string hmac_hex(HmacHash hash, Bytes key, Bytes data) {
  static auto crypto = crypto_with("x");
  const std::string answer = to_hex(crypto.hmac(hash, key, data));
  CHECK(to_hex(crypto.hmac(hash, key, data)) == answer);
  return answer;
}

TEST_CASE("SHA-256 fits the examples of FIPS 180-4") {
  auto crypto = crypto_with("x");
  CHECK(to_hex(crypto.sha256(bytes_of("abc"))) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(to_hex(crypto.sha256({})) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(to_hex(crypto.sha256(bytes_of(std::string(1'000'000, 'a')))) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("HMAC fits RFC 4231 and RFC 2202") {
  const Blob key1(20, 0x0b);
  CHECK(hmac_hex(HmacHash::sha256, key1, bytes_of("Hi There")) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(hmac_hex(HmacHash::sha512, key1, bytes_of("Hi There")) ==
        "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
        "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854");
  CHECK(hmac_hex(HmacHash::sha1, key1, bytes_of("Hi There")) ==
        "b617318655057264e28bc0b6fb378c8ef146be00");
  CHECK(hmac_hex(HmacHash::sha256, bytes_of("Jefe"), bytes_of("what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(hmac_hex(HmacHash::sha1, bytes_of("Jefe"), bytes_of("what do ya want for nothing?")) ==
        "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  CHECK(hmac_hex(HmacHash::sha256, Blob(131, 0xaa),
                 bytes_of("Test Using Larger Than Block-Size Key - Hash Key First")) ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  CHECK(hmac_hex(HmacHash::sha256, {}, {}) ==
        "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST_CASE("Provider signatures fit those that the providers publish or compute") {
  auto crypto = crypto_with("x");
  CHECK(to_base64(crypto.hmac(HmacHash::sha1, bytes_of("12345"),
                              bytes_of("https://mycompany.com/myapp.php?foo=1&bar=2"
                                       "CallSidCA1234567890ABCDECaller+12349013030Digits1234"
                                       "From+12349013030To+18005551212"))) ==
        "0/KCTR6DLpKmkAf8muzZqo1nDgQ=");
  CHECK(hmac_hex(HmacHash::sha256, bytes_of("vapi_secret"),
                 bytes_of(R"(1767225600.{"message":{"type":"status-update","status":"ended"}})")) ==
        "c60c1921c8d05c77f282831200f7458343966ee79459fae4eedf3c283a3cace4");
  CHECK(hmac_hex(HmacHash::sha256, bytes_of("wsec_test"),
                 bytes_of(R"(1767225600.{"type":"post_call_transcription",)"
                          R"("event_timestamp":1767225600,"data":)"
                          R"({"conversation_id":"conv_1","status":"done"}})")) ==
        "5d5759ce9be2906fa6f081aeb3ff1a0bc7b3e370482a18a33bca365c7744c51b");
  CHECK(hmac_hex(HmacHash::sha1, bytes_of("PSK_test"),
                 bytes_of("https://example.com/webhooks/signalwire?tenant=t1"
                          R"({"call":{"call_id":"c1"}})")) ==
        "d21b4931e33667abd5a02c588d7fa077ead8bada");
}

TEST_CASE("A key of the deployment is HKDF of its secret and the purpose") {
  // RFC 5869, test case 3: no salt, no info; the first 32 of its 42 bytes.
  CHECK(to_hex(derive_key(Blob(22, 0x0b), "")) ==
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
  const DeploymentKey session = derive_key(bytes_of("secret"), "session");
  CHECK(session != derive_key(bytes_of("secret"), "ticket"));
  CHECK(session != derive_key(bytes_of("other"), "session"));

  auto crypto = crypto_with("secret");
  for (int twice = 0; twice < 2; ++twice) {  // the second time from the kept context
    CHECK(to_hex(crypto.deployment_mac("session", bytes_of("data"))) ==
          hmac_hex(HmacHash::sha256, session, bytes_of("data")));
  }
  CHECK(crypto.deployment_mac("session", {}) != crypto.deployment_mac("ticket", {}));
}

TEST_CASE("Sealing is AES-256-GCM with the tag behind") {
  auto crypto = crypto_with("secret");
  const Nonce nonce{1, 2, 3};
  const Blob sealed = crypto.seal("provider", nonce, bytes_of("the key"), bytes_of("vapi"));
  CHECK(sealed.size() == 7 + 16);
  const auto opened = crypto.open("provider", nonce, sealed, bytes_of("vapi"));
  REQUIRE(opened);
  CHECK(text_of(*opened) == "the key");
  CHECK(crypto_with("secret").open("provider", nonce, sealed, bytes_of("vapi")) == opened);

  CHECK_FALSE(crypto.open("other", nonce, sealed, bytes_of("vapi")));
  CHECK_FALSE(crypto.open("provider", Nonce{1, 2, 4}, sealed, bytes_of("vapi")));
  CHECK_FALSE(crypto.open("provider", nonce, sealed, bytes_of("retell")));
  CHECK_FALSE(crypto_with("another").open("provider", nonce, sealed, bytes_of("vapi")));
  CHECK_FALSE(crypto.open("provider", nonce, {}, bytes_of("vapi")));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Blob changed = sealed;
    changed[i] ^= 1U;
    CHECK_FALSE(crypto.open("provider", nonce, changed, bytes_of("vapi")));
  }
  const Blob nothing = crypto.seal("provider", nonce, {}, {});
  CHECK(nothing.size() == 16);
  CHECK(crypto.open("provider", nonce, nothing, {}) == Blob{});
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

TEST_CASE("Comparing in constant time tells equal from different") {
  CHECK(equal_in_constant_time(bytes_of("abc"), bytes_of("abc")));
  CHECK_FALSE(equal_in_constant_time(bytes_of("abc"), bytes_of("abd")));
  CHECK_FALSE(equal_in_constant_time(bytes_of("abc"), bytes_of("ab")));
  CHECK(equal_in_constant_time({}, {}));
}

}  // namespace
}  // namespace callgate
