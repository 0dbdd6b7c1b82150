// What a JSON Web Token says (RFC 7519 in a JWS, RFC 7515, with the advice of RFC 8725), judged
// here for every home. A host's library does one thing in between, it verifies the signature:
//   read_token   before it: the one algorithm, hence the one kind of key, that may verify it
//   judge_claims after it: who asks, or why not
// Both read the very text that is signed. Refused: tokens over 8 KB, a header or claims that are no
// JSON object or name a member twice, `crit`, another type, "none" and every algorithm but the
// four, no exp, a foreign issuer or audience, no sub, no workspace. Keys that a header brings or
// points at (jwk, jku, x5c, x5u) are not looked at.
#pragma once

#include <string>
#include <string_view>

#include "core/base/expected.hpp"
#include "core/base/time.hpp"
#include "core/input.hpp"

namespace callgate {

// The issuer and audience of this deployment's own tokens.
inline constexpr std::string_view kOwnIssuer = "callgate";

// Whose tokens a set of keys verifies.
struct JwtTrust {
  std::string issuer;    // the token's iss, exactly; empty: any
  std::string audience;  // is the token's aud, or one of them; empty: any
  std::string
      workspace;  // for tokens that name none (workspace, tid or org); empty: those are refused
};

[[nodiscard]] JwtTrust own_trust();

struct JwtRefused {
  std::string reason;  // names the cause, never the token
};

// No key that may verify the token does.
inline constexpr std::string_view kSignatureMisfit = "the token's signature does not fit";

// A token whose signature the host's library has to verify. The algorithm is bound to the kind of
// key: HS256 to a secret; RS256, ES256 (P-256) and EdDSA (Ed25519) to public keys of their own, so
// that none is taken for another.
struct JwtCredential {
  std::string token;
  std::string algorithm;  // one of these four
  std::string key_id;     // empty: it names no key
};

[[nodiscard]] Expected<JwtCredential, JwtRefused> read_token(std::string_view token);

struct JwtAccepted {
  Principal principal;  // the workspace is as the token has it: nobody has looked for it yet
  Instant until{};      // from then on it has expired
};

// For a token of read_token whose signature a key of this trust has verified. Clocks may differ by
// a minute.
[[nodiscard]] Expected<JwtAccepted, JwtRefused> judge_claims(std::string_view token,
                                                             const JwtTrust& trust, Instant now);

}  // namespace callgate
