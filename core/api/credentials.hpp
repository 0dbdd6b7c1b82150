// Credentials that the core makes and checks itself, before any storage is read. Each names its
// workspace in clear and ends in a MAC under the deployment's key for that purpose:
//   ticket    cgt.<workspace>.<role>.<expires, s>.<mac>   in the sign-in link
//   session   cgs.<workspace>.<role>.<expires, s>.<mac>   in the cookie callgate_session
//   webhook   cgw.<workspace>.<mac>                       in a webhook's URL, beside its signature
// Unsafe requests that come with the cookie must come from this origin. Of a JWT the signature is
// the host's to verify (core/api/claims.hpp).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/api/claims.hpp"
#include "core/base/time.hpp"
#include "core/crypto.hpp"
#include "core/input.hpp"
#include "core/output.hpp"

namespace callgate {

struct Denied {
  Response response;  // 401, or 403
};

// The credential check, before storage is touched: a session cookie or ticket whose MAC fits is a
// Principal, a Bearer token that may be good has a signature which is the host's to verify, a
// webhook's key names its workspace.
[[nodiscard]] std::variant<Principal, JwtCredential, Denied> authenticate(
    const HttpRequest& request, Crypto& crypto, Instant now);

// The 401 for a token that was refused; `reason` names the cause, never the token.
[[nodiscard]] Response unauthorized(std::string_view reason);

// An RFC 9457 problem, for what one host alone must refuse (a full queue, a broken request).
[[nodiscard]] Response problem(std::int64_t status, std::string_view code, std::string_view detail);

// A sign-in ticket for `./dev run`, `callgate token --link`: good for a session cookie until
// `expires`.
[[nodiscard]] std::string make_ticket(Crypto& crypto, std::string_view workspace,
                                      std::string_view role, Instant expires);

inline constexpr std::chrono::hours kSessionLasts{12};

[[nodiscard]] std::string make_session(Crypto& crypto, std::string_view workspace,
                                       std::string_view role, Instant expires);
[[nodiscard]] std::string webhook_key(Crypto& crypto, std::string_view workspace);

// Lower case letters, digits and dashes, 1 to 40, beginning with a letter.
[[nodiscard]] bool is_workspace_name(std::string_view name);

}  // namespace callgate
