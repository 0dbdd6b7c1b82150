#include "native-server/jwt.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/native/jwt_vectors.hpp"

namespace callgate {
namespace {

const JwtTrust kTrust{"https://issuer.test", "callgate", ""};

Instant at(std::string_view text) {
  return parse_rfc3339(text).value();
}
const Instant kNow = at("2026-06-01T00:00:00Z");

// The reason of a refusal, or "accepted".
std::string outcome(JwtVerifier& verifier, const std::string& token, Instant now = kNow) {
  const auto read = read_token(token);
  if (!read) {
    return read.error().reason;
  }
  const auto verified = verifier.verify(*read, now);
  const auto* refused = std::get_if<JwtRefused>(&verified);
  return refused == nullptr ? "accepted" : refused->reason;
}

TEST_CASE("Tokens signed with RSA, P-256 and Ed25519 are accepted, twice") {
  JwtVerifier verifier;
  verifier.set_public_keys(kTrust, test::kJwks);
  for (const std::string& token :
       {test::kRs256, test::kEs256, test::kEdDsa, test::kEdDsaWithoutKeyId}) {
    for (int twice = 0; twice < 2; ++twice) {
      const auto verified = verifier.verify(read_token(token).value(), kNow);
      REQUIRE(std::holds_alternative<Principal>(verified));
      const auto& principal = std::get<Principal>(verified);
      CHECK(principal.workspace == "acme");
      CHECK(principal.subject == "user-1");
      CHECK(principal.roles == std::vector<std::string>{"operator", "viewer"});
      CHECK(principal.scopes == std::vector<std::string>{"jobs:read", "jobs:write"});
    }
  }
  CHECK_FALSE(verifier.take_unknown_key());
}

TEST_CASE("A published HS256 token is accepted while it lasts") {
  const std::string token =
      "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ1MSIsInRpZCI6InQxIiwicm9sZSI6Im9wZXJhdG9y"
      "IiwiaWF0IjoxNzY3MjI1NjAwLCJleHAiOjE3NjcyMjkyMDAsImlzcyI6Imh0dHBzOi8vaXNzdWVyLnRlc3QiLCJh"
      "dWQiOiJjYWxscXVldWUifQ.vjdK7GKMqqv-su2KWPHWFw0f7DJhhlqvtjUy4FkEsyg";
  JwtVerifier verifier;
  verifier.add_secret({"https://issuer.test", "callqueue", ""},
                      bytes_of("0123456789abcdef0123456789abcdef"));
  const auto verified = verifier.verify(read_token(token).value(), at("2026-01-01T00:30:00Z"));
  REQUIRE(std::holds_alternative<Principal>(verified));
  CHECK(std::get<Principal>(verified).workspace == "t1");
  CHECK(std::get<Principal>(verified).roles == std::vector<std::string>{"operator"});
  CHECK(outcome(verifier, token, at("2026-01-01T01:00:59Z")) == "accepted");  // 60 s of leeway
  CHECK(outcome(verifier, token, at("2026-01-01T01:01:00Z")) == "the token has expired");
  CHECK(outcome(verifier, token, at("2025-12-31T23:58:59Z")) == "accepted");  // remembered
  JwtVerifier fresh;
  fresh.add_secret({"", "", ""}, bytes_of("0123456789abcdef0123456789abcdef"));
  CHECK(outcome(fresh, token, at("2025-12-31T23:58:59Z")) == "the token is not valid yet");
  CHECK(outcome(fresh, token, at("2026-01-01T00:30:00Z")) == "accepted");
}

TEST_CASE("A key verifies its own algorithm only") {
  JwtVerifier verifier;
  verifier.set_public_keys(kTrust, test::kJwks);
  const std::string misfit = "the token's signature does not fit";
  CHECK(outcome(verifier, test::kHmacWithRsaModulus) == misfit);
  CHECK(outcome(verifier, test::kHmacWithSetsOct) == misfit);
  CHECK(outcome(verifier, test::kNone) == "the token cannot be read");
  CHECK(outcome(verifier, test::kShortRsa) == misfit);
  CHECK(outcome(verifier, test::kWrongKeyId) == misfit);
}

TEST_CASE("A key that the token brings along is ignored, and an unknown one is noticed") {
  JwtVerifier verifier;
  verifier.set_public_keys(kTrust, test::kJwks);
  CHECK(outcome(verifier, test::kOwnKeyInHeader) == "the token's signature does not fit");
  CHECK(verifier.take_unknown_key());
  CHECK_FALSE(verifier.take_unknown_key());
  CHECK(outcome(verifier, test::kUnknownKey) == "the token's signature does not fit");
  CHECK(verifier.take_unknown_key());
}

TEST_CASE("Critical headers and tokens of another type are refused") {
  JwtVerifier verifier;
  verifier.set_public_keys(kTrust, test::kJwks);
  CHECK(outcome(verifier, test::kCritical) == "the token has a critical header");
  CHECK(outcome(verifier, test::kOtherType) == "the token is of another type");
}

TEST_CASE("No single changed character leaves a token valid") {
  JwtVerifier verifier;
  verifier.set_public_keys(kTrust, test::kJwks);
  int accepted = 0;
  for (std::size_t i = 0; i + 1 < test::kEdDsa.size(); ++i) {  // the last has two spare bits
    std::string changed = test::kEdDsa;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    accepted += changed != test::kEdDsa && outcome(verifier, changed) == "accepted" ? 1 : 0;
  }
  CHECK(accepted == 0);
  for (const char* nonsense : {"", ".", "..", "a.b.c", "a.b", "....", "e30.e30."}) {
    CHECK(outcome(verifier, nonsense) == "the token cannot be read");
  }
  CHECK(outcome(verifier, std::string(9000, 'a')) == "the token is too long");
}

TEST_CASE("Issuer, audience, subject, workspace and expiry are asked for") {
  const std::string secret(32, 's');
  JwtVerifier verifier;
  verifier.add_secret(kTrust, bytes_of(secret));
  const auto of = [&](const std::string& claims) {
    return outcome(verifier, sign_jwt(bytes_of(secret), claims));
  };
  const std::string good = R"("iss":"https://issuer.test","aud":"callgate")";
  CHECK(of("{" + good + R"(,"sub":"a","workspace":"w","exp":4102444800})") == "accepted");
  CHECK(of("{" + good + R"(,"sub":"a","workspace":"w"})") == "the token has no exp");
  CHECK(of("{" + good + R"(,"sub":"a","workspace":"w","exp":"soon"})") == "the token has no exp");
  CHECK(of("{" + good + R"(,"sub":"a","workspace":"w","exp":1500000000})") ==
        "the token has expired");
  CHECK(of("{" + good + R"(,"sub":"a","workspace":"w","exp":4102444800,"nbf":4000000000})") ==
        "the token is not valid yet");
  CHECK(of("{" + good + R"(,"workspace":"w","exp":4102444800})") == "the token has no sub");
  CHECK(of("{" + good + R"(,"sub":"a","exp":4102444800})") == "the token names no workspace");
  CHECK(of(R"({"iss":"https://issuer.test/","aud":"callgate","sub":"a",)"
           R"("workspace":"w","exp":4102444800})") == "the token is of another issuer");
  CHECK(of(R"({"iss":"https://issuer.test","aud":"else","sub":"a",)"
           R"("workspace":"w","exp":4102444800})") == "the token is for another audience");
  CHECK(of(R"({"iss":"https://issuer.test","sub":"a","workspace":"w","exp":4102444800})") ==
        "the token is for another audience");
}

TEST_CASE("Keys are replaced as a whole, and a bad set leaves the old ones") {
  JwtVerifier verifier;
  verifier.set_public_keys(kTrust, test::kJwks);
  CHECK(outcome(verifier, test::kEdDsa) == "accepted");
  CHECK_THROWS_AS(verifier.set_public_keys(kTrust, "nonsense"), std::invalid_argument);
  CHECK_THROWS_AS(verifier.set_public_keys(kTrust, R"({"keys":[]})"), std::invalid_argument);
  CHECK_THROWS_AS(verifier.set_public_keys(kTrust, R"({"keys":[{"kty":"oct","k":"AAAA"}]})"),
                  std::invalid_argument);
  CHECK(outcome(verifier, test::kEdDsa) == "accepted");
  verifier.set_public_keys(kTrust, R"({"keys":[{"kty":"OKP","crv":"Ed25519",)"
                                   R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})");
  CHECK(outcome(verifier, test::kEdDsa) == "the token's signature does not fit");
}

TEST_CASE("A short secret is refused") {
  JwtVerifier verifier;
  CHECK_THROWS_AS(verifier.add_secret(kTrust, bytes_of("short")), std::invalid_argument);
}

}  // namespace
}  // namespace callgate
