// The signatures of JSON Web Tokens, by Rhonabwy: of the packaged libraries it alone has EdDSA
// besides HS256, RS256 and ES256 (libcjose lacks OKP keys). A key verifies the one algorithm of its
// kind, and no key is taken from a token's own header (jku, jwk, x5u, x5c). What a token says is
// judged by the core (core/api/claims.hpp).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "core/base/bytes.hpp"
#include "core/base/time.hpp"
#include "core/core.hpp"
#include "core/input.hpp"

namespace callgate {

class JwtVerifier {
 public:
  JwtVerifier();
  ~JwtVerifier();
  JwtVerifier(const JwtVerifier&) = delete;
  JwtVerifier& operator=(const JwtVerifier&) = delete;

  // Adds a secret for HS256. Throws std::invalid_argument when it is shorter than 32 bytes.
  void add_secret(const JwtTrust& trust, Bytes secret);

  // Replaces the public keys by those of this JWK set (RFC 7517), which may be called again at any
  // time: RSA of 2048 bits or more, P-256, Ed25519; keys of other kinds and uses are passed over.
  // Throws std::invalid_argument, and keeps the keys it has, when the text is no set or has no such
  // key.
  void set_public_keys(const JwtTrust& trust, std::string_view jwks);

  // Any thread. A token verified once is remembered until it expires.
  [[nodiscard]] std::variant<Principal, JwtRefused> verify(const JwtCredential& jwt, Instant now);

  // Whether a token named a public key that is not here, since last asked: time to fetch the set
  // again.
  [[nodiscard]] bool take_unknown_key();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// An HS256 token with these claims, a JSON object's text.
[[nodiscard]] std::string sign_jwt(Bytes secret, std::string_view claims);

}  // namespace callgate
