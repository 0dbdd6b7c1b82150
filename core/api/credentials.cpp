#include "core/api/credentials.hpp"

#include <array>
#include <charconv>

#include "core/api/access.hpp"
#include "core/api/problem.hpp"
#include "core/api/router.hpp"

namespace callgate {
namespace {

constexpr std::string_view kCookie = "callgate_session";
constexpr std::size_t kWorkspaceNameMax = 40;

std::string with_mac(Crypto& crypto, std::string_view purpose, std::string text) {
  const Digest mac = crypto.deployment_mac(purpose, bytes_of(text));
  return text + "." + to_base64url(mac);
}

std::string timed(Crypto& crypto, std::string_view purpose, std::string_view prefix,
                  std::string_view workspace, std::string_view role, Instant expires) {
  const std::int64_t seconds = to_ms(expires) / 1000;
  std::string text{prefix};
  text += "." + std::string{workspace} + "." + std::string{role} + "." + std::to_string(seconds);
  return with_mac(crypto, purpose, std::move(text));
}

// The part before the MAC, when the MAC fits.
std::optional<std::string_view> authentic(Crypto& crypto, std::string_view purpose,
                                          std::string_view credential) {
  const std::size_t dot = credential.rfind('.');
  if (dot == std::string_view::npos) {
    return std::nullopt;
  }
  const auto mac = from_base64url(credential.substr(dot + 1));
  const std::string_view text = credential.substr(0, dot);
  if (!mac || !equal_in_constant_time(*mac, crypto.deployment_mac(purpose, bytes_of(text)))) {
    return std::nullopt;
  }
  return text;
}

std::optional<Principal> read_timed(Crypto& crypto, std::string_view purpose,
                                    std::string_view prefix, std::string_view credential,
                                    Instant now) {
  const auto text = authentic(crypto, purpose, credential);
  if (!text) {
    return std::nullopt;
  }
  std::array<std::string_view, 4> parts;  // prefix, workspace, role, expires
  std::string_view rest = *text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t dot = i + 1 < parts.size() ? rest.find('.') : rest.size();
    if (dot == std::string_view::npos) {
      return std::nullopt;
    }
    parts[i] = rest.substr(0, dot);
    rest = rest.substr(std::min(dot + 1, rest.size()));
  }
  std::int64_t expires = 0;
  std::from_chars(parts[3].data(), parts[3].data() + parts[3].size(), expires);
  if (parts[0] != prefix || !is_workspace_name(parts[1]) || expires <= to_ms(now) / 1000) {
    return std::nullopt;
  }
  return Principal{std::string{parts[1]}, std::string{purpose}, {std::string{parts[2]}}, {}};
}

std::string_view query_value(std::string_view target, std::string_view name) {
  std::size_t at = target.find('?');
  while (at != std::string_view::npos) {
    const std::size_t end = target.find('&', at + 1);
    const std::string_view pair = target.substr(at + 1, end - at - 1);
    if (pair.substr(0, name.size()) == name && pair.substr(name.size(), 1) == "=") {
      return pair.substr(name.size() + 1);
    }
    at = end;
  }
  return {};
}

std::string_view cookie_value(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const std::size_t end = header.find(';');
    std::string_view pair = header.substr(0, end);
    while (!pair.empty() && pair.front() == ' ') {
      pair.remove_prefix(1);
    }
    if (pair.substr(0, name.size()) == name && pair.substr(name.size(), 1) == "=") {
      return pair.substr(name.size() + 1);
    }
    header = end == std::string_view::npos ? std::string_view{} : header.substr(end + 1);
  }
  return {};
}

// A browser says where a request of its page comes from; a page of another origin must not use the
// cookie.
bool from_own_origin(const HttpRequest& request) {
  if (request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS") {
    return true;
  }
  const std::string_view origin = request.header("origin");
  const std::size_t scheme = origin.find("://");
  return scheme != std::string_view::npos && origin.substr(scheme + 3) == request.header("host");
}

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

// A Bearer scheme in any case, then one token.
std::optional<std::string_view> bearer_of(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (authorization.size() <= kScheme.size()) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < kScheme.size(); ++i) {
    const char c = authorization[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != kScheme[i]) {
      return std::nullopt;
    }
  }
  return authorization.substr(kScheme.size());
}

}  // namespace

bool is_workspace_name(std::string_view name) {
  if (name.empty() || name.size() > kWorkspaceNameMax || name.front() < 'a' || name.front() > 'z') {
    return false;
  }
  for (const char c : name) {
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) {
      return false;
    }
  }
  return true;
}

std::string make_session(Crypto& crypto, std::string_view workspace, std::string_view role,
                         Instant expires) {
  return timed(crypto, "session", "cgs", workspace, role, expires);
}

std::string make_ticket(Crypto& crypto, std::string_view workspace, std::string_view role,
                        Instant expires) {
  return timed(crypto, "ticket", "cgt", workspace, role, expires);
}

std::string webhook_key(Crypto& crypto, std::string_view workspace) {
  return with_mac(crypto, "webhook", "cgw." + std::string{workspace});
}

Response unauthorized(std::string_view reason) {
  return problem_response({401,
                           "credential_invalid",
                           reason,
                           {},
                           {{"www-authenticate", "Bearer error=\"invalid_token\""}}});
}

Response problem(std::int64_t status, std::string_view code, std::string_view detail) {
  return problem_response({status, code, detail});
}

std::variant<Principal, JwtCredential, Denied> authenticate(const HttpRequest& request,
                                                            Crypto& crypto, Instant now) {
  if (starts_with(request.target, "/api/webhooks/")) {
    const auto text = authentic(crypto, "webhook", query_value(request.target, "key"));
    if (text && starts_with(*text, "cgw.") && is_workspace_name(text->substr(4))) {
      return Principal{std::string{text->substr(4)}, "webhook", {}, {}};
    }
    return Denied{unauthorized("The webhook's key is missing or not one of ours.")};
  }
  if (!request.header("authorization").empty()) {
    const auto token = bearer_of(request.header("authorization"));
    if (!token) {
      return Denied{unauthorized("The Authorization header must be 'Bearer' and a token.")};
    }
    auto read = read_token(*token);
    if (!read) {
      return Denied{unauthorized(read.error().reason)};
    }
    return std::move(*read);
  }
  if (starts_with(request.target, "/sign-in?")) {
    if (auto principal =
            read_timed(crypto, "ticket", "cgt", query_value(request.target, "ticket"), now)) {
      return std::move(*principal);
    }
    return Denied{unauthorized("The sign-in link has expired or is not one of ours.")};
  }
  const std::string_view session = cookie_value(request.header("cookie"), kCookie);
  if (session.empty()) {
    return Denied{unauthorized("Sign in, or send a token: Authorization: Bearer <token>.")};
  }
  auto principal = read_timed(crypto, "session", "cgs", session, now);
  if (!principal) {
    return Denied{unauthorized("The session has expired; sign in again.")};
  }
  if (!from_own_origin(request)) {
    return Denied{problem(403, "origin_refused",
                          "A request with the session cookie must come from this site.")};
  }
  return std::move(*principal);
}

}  // namespace callgate
