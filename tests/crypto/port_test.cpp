// Published vectors for the Crypto port, the same at every home: FIPS 180-4, RFC 4231 and RFC 2202
// digests, RFC 5869 key derivation, AES-256-GCM, and provider signatures.
#include <catch2/catch_test_macros.hpp>

#include "tests/crypto/home.hpp"

namespace callgate {
namespace {

Blob hex(std::string_view text) {
  return from_hex(text).value();
}

// One object for all: what it keeps of the last key must not show in the next answer.
std::string hmac_hex(HmacHash hash, Bytes key, Bytes data) {
  static const auto crypto = test::crypto_with("x");
  const std::string answer = to_hex(crypto->hmac(hash, key, data));
  CHECK(to_hex(crypto->hmac(hash, key, data)) == answer);
  return answer;
}

TEST_CASE("SHA-256 fits the examples of FIPS 180-4", "[crypto]") {
  const auto crypto = test::crypto_with("x");
  CHECK(to_hex(crypto->sha256(bytes_of("abc"))) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(to_hex(crypto->sha256({})) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(to_hex(crypto->sha256(bytes_of(std::string(1'000'000, 'a')))) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("HMAC fits RFC 4231 and RFC 2202", "[crypto]") {
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

TEST_CASE("Provider signatures fit those that the providers publish or compute", "[crypto]") {
  const auto crypto = test::crypto_with("x");
  CHECK(to_base64(crypto->hmac(HmacHash::sha1, bytes_of("12345"),
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

TEST_CASE("A key of the deployment is HKDF of its secret and the purpose", "[crypto]") {
  // RFC 5869, test case 3: no salt, no info; the first 32 of its 42 bytes.
  const Blob key = hex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
  const auto published = test::crypto_with(text_of(Blob(22, 0x0b)));
  CHECK(to_hex(published->deployment_mac("", bytes_of("data"))) ==
        hmac_hex(HmacHash::sha256, key, bytes_of("data")));

  const auto crypto = test::crypto_with("secret");
  const Digest session = crypto->deployment_mac("session", bytes_of("data"));
  CHECK(crypto->deployment_mac("session", bytes_of("data")) == session);  // from the kept key
  CHECK(crypto->deployment_mac("ticket", bytes_of("data")) != session);
  CHECK(test::crypto_with("other")->deployment_mac("session", bytes_of("data")) != session);
}

TEST_CASE("Sealing is AES-256-GCM with the tag behind", "[crypto]") {
  const auto crypto = test::crypto_with("secret");
  const Nonce nonce{1, 2, 3};
  const Blob sealed = crypto->seal("provider", nonce, bytes_of("the key"), bytes_of("vapi"));
  CHECK(to_hex(sealed) == "8e72da214901e1cb973e7f0cdb3fedef661e00879ed792");
  const auto opened = crypto->open("provider", nonce, sealed, bytes_of("vapi"));
  REQUIRE(opened);
  CHECK(text_of(*opened) == "the key");
  CHECK(test::crypto_with("secret")->open("provider", nonce, sealed, bytes_of("vapi")) == opened);

  CHECK_FALSE(crypto->open("other", nonce, sealed, bytes_of("vapi")));
  CHECK_FALSE(crypto->open("provider", Nonce{1, 2, 4}, sealed, bytes_of("vapi")));
  CHECK_FALSE(crypto->open("provider", nonce, sealed, bytes_of("retell")));
  CHECK_FALSE(test::crypto_with("another")->open("provider", nonce, sealed, bytes_of("vapi")));
  CHECK_FALSE(crypto->open("provider", nonce, {}, bytes_of("vapi")));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Blob changed = sealed;
    changed[i] ^= 1U;
    CHECK_FALSE(crypto->open("provider", nonce, changed, bytes_of("vapi")));
  }
  const Blob nothing = crypto->seal("provider", nonce, {}, {});
  CHECK(nothing.size() == 16);
  CHECK(crypto->open("provider", nonce, nothing, {}) == Blob{});
}

TEST_CASE("Comparing in constant time tells equal from different", "[crypto]") {
  CHECK(equal_in_constant_time(bytes_of("abc"), bytes_of("abc")));
  CHECK_FALSE(equal_in_constant_time(bytes_of("abc"), bytes_of("abd")));
  CHECK_FALSE(equal_in_constant_time(bytes_of("abc"), bytes_of("ab")));
  CHECK(equal_in_constant_time({}, {}));
}

}  // namespace
}  // namespace callgate
