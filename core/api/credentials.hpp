// Credentials that the core makes and checks itself, before any storage is read. Each names its
// workspace in clear and ends in a MAC under the deployment's key for that purpose:
//   ticket    cgt.<workspace>.<role>.<expires, s>.<mac>   in the sign-in link
//   session   cgs.<workspace>.<role>.<expires, s>.<mac>   in the cookie callgate_session
//   webhook   cgw.<workspace>.<mac>                       in a webhook's URL, beside its signature
// Unsafe requests that come with the cookie must come from this origin. JWTs are the host's to
// verify.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.hpp"
#include "core/crypto.hpp"
#include "core/input.hpp"

namespace callgate {

inline constexpr std::chrono::hours kSessionLasts{12};

[[nodiscard]] std::string make_session(Crypto& crypto, std::string_view workspace,
                                       std::string_view role, Instant expires);
[[nodiscard]] std::string webhook_key(Crypto& crypto, std::string_view workspace);

// Lower case letters, digits and dashes, 1 to 40, beginning with a letter.
[[nodiscard]] bool is_workspace_name(std::string_view name);

}  // namespace callgate
