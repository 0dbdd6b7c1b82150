// Credentials that the core makes and checks itself, before any storage is read. Each names its
// workspace in clear and ends in a MAC under the deployment's key for that purpose:
//   API key     cg_live_<workspace>_<32 hex>_<the MAC's first 16 bytes, hex>
//   session     cgs.<workspace>.<ses_…>.<expires, s>.<mac>   in the cookie callgate_session
//   sign-in     cgt.<workspace>.<role>.<expires, s>.<mac>    in the sign-in link
//   invitation  cgi.<workspace>.<inv_…>.<expires, s>.<mac>   in the link to a new member
//   ticket      cge.<workspace>.<its maker>.<expires, s>.<mac>  in the address of an event stream
//   webhook     cgw.<workspace>.<mac>                        in a webhook's URL, beside its
//   signature
// Keys, sessions, invitations and tickets are then looked up by their workspace, which may have
// taken them back (core/api/principals.hpp). Of a JWT the signature is the host's to verify
// (core/api/claims.hpp).
//
// A request shows one credential: two of them, or one of them twice, are refused. An unsafe request
// with the cookie must come from a page of this origin, or bring the session's token in the header
// X-CSRF-Token, from this origin, a listed one (core/api/cors.hpp), or none at all.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/api/claims.hpp"
#include "core/api/problem.hpp"
#include "core/base/time.hpp"
#include "core/crypto.hpp"
#include "core/input.hpp"
#include "core/output.hpp"

namespace callgate {

struct Denied {
  ApiError error;  // 401, or 403
};

// The credential check, before storage is touched: a credential of ours whose MAC fits is a
// Principal, a Bearer token that may be good has a signature which is the host's to verify.
// `origins`: of other pages that may ask, comma separated.
[[nodiscard]] std::variant<Principal, JwtCredential, Denied> authenticate(
    const HttpRequest& request, Crypto& crypto, Instant now, std::string_view origins = "");

// The 401 for a token that was refused; `reason` names the cause, never the token.
[[nodiscard]] ApiError unauthorized(std::string_view reason);

// What Principal::credential begins with; its id, or a key's hash in hexadecimal, follows.
inline constexpr std::string_view kByKey = "key:";
inline constexpr std::string_view kBySession = "session:";
inline constexpr std::string_view kByInvitation = "invitation:";
inline constexpr std::string_view kByLink = "link";  // nothing follows

// A key that has not been before: 16 random bytes and their MAC.
[[nodiscard]] std::string make_api_key(Crypto& crypto, std::string_view workspace, Bytes random);
// How a key is told from others without being shown.
[[nodiscard]] std::string_view shown_part(std::string_view api_key);

// For `./dev run`, `callgate token --link`: good for a session until `expires`.
[[nodiscard]] std::string make_ticket(Crypto& crypto, std::string_view workspace,
                                      std::string_view role, Instant expires);
[[nodiscard]] std::string make_session(Crypto& crypto, std::string_view workspace,
                                       std::string_view session_id, Instant expires);
[[nodiscard]] std::string make_invitation(Crypto& crypto, std::string_view workspace,
                                          std::string_view invitation_id, Instant expires);
// The workspace's invitation's id, when that is one of its invitations and has not expired.
[[nodiscard]] std::optional<std::string> read_invitation(Crypto& crypto, std::string_view workspace,
                                                         std::string_view text, Instant now);
// For one stream by the rights of its maker. `nonce`: 8 random bytes.
[[nodiscard]] std::string make_stream_ticket(Crypto& crypto, const Principal& maker, Bytes nonce,
                                             Instant expires);
[[nodiscard]] std::string webhook_key(Crypto& crypto, std::string_view workspace);

inline constexpr std::string_view kSessionCookie = "callgate_session";

// What X-CSRF-Token must hold for the session that the request's cookie names; empty without one.
[[nodiscard]] std::string csrf_token(Crypto& crypto, const HttpRequest& request);

// Lower case letters, digits and dashes, 1 to 40, beginning with a letter.
[[nodiscard]] bool is_workspace_name(std::string_view name);

}  // namespace callgate
