// Who asks, as the workspace knows them. What a request showed (core/api/credentials.hpp) is looked
// up, and 401 when it is there no more:
//   a token     its claims' roles and scopes; for a member the stored role, and nothing else
//   a key       its own role or scopes, within the role of its maker where that is a member
//   a session   the role of the member it is of, or what its sign-in link gave
//   a ticket    what its maker may, once
// Those who come with the deployment's own tokens and links are never members: whoever has the
// deployment's secret cannot be shut out by what is stored.
#pragma once

#include <string>
#include <string_view>

#include "core/api/router.hpp"
#include "core/engine/service.hpp"

namespace callgate {

// The storage only reads here, and this request has to be noted: see HostLimits::may_write.
struct NeedsWriting {};

// A key's last use is noted once in this time, so that not every request writes a row.
inline constexpr std::chrono::hours kUseNoted{1};

// ApiError 401; 429 when they ask too often (HostLimits::requests_max), else the answer's headers
// RateLimit-Limit, -Remaining and -Reset where there is a limit.
[[nodiscard]] Recognised recognise(Service& service, const Principal& shown);

// Whether the subject is one of our own making: no member can be stored under it by hand.
[[nodiscard]] bool is_own_subject(std::string_view subject);
// "member:<invitation>": who was invited by a link alone.
[[nodiscard]] bool is_invited_subject(std::string_view subject);

// By whose rights a stream runs: it ends when one of them loses some.
[[nodiscard]] std::vector<std::string> holders_of(const Principal& principal);

[[nodiscard]] std::string key_id(const Service& service, const ApiKey& key);
[[nodiscard]] std::string session_id(const Service& service, const Session& session);
[[nodiscard]] std::string invitation_id(const Service& service, const Invitation& invitation);

// The row that an id names, if it is one of this workspace's.
[[nodiscard]] std::optional<ApiKey> find_key(Service& service, std::string_view id);
[[nodiscard]] std::optional<Session> find_session(Service& service, std::string_view id);
[[nodiscard]] std::optional<Invitation> find_invitation(Service& service, std::string_view id);

}  // namespace callgate
