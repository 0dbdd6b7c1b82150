#include "core/api/credentials.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/api/cors.hpp"
#include "core/api/problem.hpp"
#include "core/base/check.hpp"

namespace callgate {
namespace {

constexpr std::size_t kWorkspaceNameMax = 40;
constexpr std::string_view kApiKeyPrefix = "cg_live_";
constexpr std::size_t kApiKeyBytes = 16;  // of the random part, and of its MAC
constexpr std::size_t kApiKeyDigits = 2 * kApiKeyBytes;
constexpr std::size_t kShownDigits = 6;
constexpr std::size_t kNonceBytes = 8;

std::string with_mac(Crypto& crypto, std::string_view purpose, std::string text) {
  const Digest mac = crypto.deployment_mac(purpose, bytes_of(text));
  return text + "." + to_base64url(mac);
}

std::string timed(Crypto& crypto, std::string_view purpose, std::string_view prefix,
                  std::string_view workspace, std::string_view what, Instant expires) {
  const std::int64_t until_s = to_ms(expires) / 1000;
  std::string text{prefix};
  text += "." + std::string{workspace} + "." + std::string{what} + "." + std::to_string(until_s);
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

// What a credential that expires is about; views of its text.
struct Timed {
  std::string_view workspace;
  std::string_view what;
  std::string_view expires;
};

std::optional<Timed> read_timed(Crypto& crypto, std::string_view purpose, std::string_view prefix,
                                std::string_view credential, Instant now) {
  const auto text = authentic(crypto, purpose, credential);
  if (!text) {
    return std::nullopt;
  }
  std::array<std::string_view, 4> parts;  // prefix, workspace, what, expires
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
  return Timed{parts[1], parts[2], parts[3]};
}

// The workspace that a key names, when it is one of ours.
std::optional<std::string_view> workspace_of_key(Crypto& crypto, std::string_view key) {
  if (key.size() > kApiKeyPrefix.size() + kWorkspaceNameMax + 2 * (kApiKeyDigits + 1)) {
    return std::nullopt;
  }
  const std::string_view named = key.substr(std::min(kApiKeyPrefix.size(), key.size()));
  const std::size_t end = named.find('_');
  if (end == std::string_view::npos || !is_workspace_name(named.substr(0, end)) ||
      named.size() != end + 2 * (kApiKeyDigits + 1) || named[end + 1 + kApiKeyDigits] != '_') {
    return std::nullopt;
  }
  const auto random = from_hex(named.substr(end + 1, kApiKeyDigits));
  const auto mac = from_hex(named.substr(end + 2 + kApiKeyDigits));
  if (!random || !mac) {
    return std::nullopt;
  }
  const Digest right =
      crypto.deployment_mac("key", bytes_of(key.substr(0, key.size() - kApiKeyDigits - 1)));
  if (!equal_in_constant_time(*mac, Bytes{right}.first(kApiKeyBytes))) {
    return std::nullopt;
  }
  return named.substr(0, end);
}

std::string joined_words(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) {
    out += out.empty() ? "" : " ";
    out += word;
  }
  return out;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

// A ticket's maker: its nonce, credential, roles, scopes, and the subject, which may hold anything.
std::optional<Principal> maker_of(const Timed& ticket) {
  const auto bytes = from_base64url(ticket.what);
  if (!bytes) {
    return std::nullopt;
  }
  std::string_view rest = text_of(*bytes);
  Principal maker;
  maker.workspace = ticket.workspace;
  maker.ticket.append(take_line(rest)).append(".").append(ticket.expires);
  maker.credential = take_line(rest);
  maker.roles = words_of(take_line(rest));
  maker.scopes = words_of(take_line(rest));
  maker.subject = rest;
  return maker;
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

std::string csrf_token_of(Crypto& crypto, std::string_view session) {
  return to_base64url(crypto.deployment_mac("csrf", bytes_of(session)));
}

// A browser says where a request of its page comes from, and sends the cookie with whatever page's:
// it is this site's, or knows what only who may read this site's answers can know.
bool may_use_cookie(const HttpRequest& request, std::string_view session, Crypto& crypto,
                    std::string_view origins) {
  // What a page of another origin is sent it cannot read, but for a WebSocket's messages.
  const bool is_socket = !request.header("upgrade").empty();
  const bool is_safe =
      request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS";
  if (is_safe && !is_socket) {
    return true;
  }
  const std::string_view origin = request.header("origin");
  const std::size_t scheme = origin.find("://");
  if (scheme != std::string_view::npos && origin.substr(scheme + 3) == request.header("host")) {
    return true;
  }
  if (!origin.empty() && !is_listed_origin(origins, origin)) {
    return false;
  }
  if (is_safe) {
    return true;  // a browser would have said where its page is from
  }
  return equal_in_constant_time(bytes_of(request.header("x-csrf-token")),
                                bytes_of(csrf_token_of(crypto, session)));
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

using Found = std::variant<Principal, JwtCredential, Denied>;

Found denied(std::string_view reason) {
  return Denied{unauthorized(reason)};
}

std::size_t times_sent(const HttpRequest& request, std::string_view name) {
  return static_cast<std::size_t>(
      std::count_if(request.headers.begin(), request.headers.end(),
                    [name](const auto& header) { return header.first == name; }));
}

Found judge_webhook(const HttpRequest& request, Crypto& crypto) {
  const auto text = authentic(crypto, "webhook", query_value(request.target, "key"));
  if (text && starts_with(*text, "cgw.") && is_workspace_name(text->substr(4))) {
    return Principal{std::string{text->substr(4)}, "webhook", {}, {}};
  }
  return denied("The webhook's key is missing or not one of ours.");
}

Found judge_key(Crypto& crypto, std::string_view key) {
  const auto workspace = workspace_of_key(crypto, key);
  if (!workspace) {
    return denied("The API key is not one of ours.");
  }
  const std::string hash = to_hex(crypto.sha256(bytes_of(key)));
  Principal principal{std::string{*workspace}, "key:" + hash.substr(0, 8), {}, {}};
  principal.credential.append(kByKey).append(hash);
  return principal;
}

// What makes a session: a sign-in ticket or an invitation.
Found judge_sign_in(Crypto& crypto, std::string_view text, Instant now) {
  if (const auto link = read_timed(crypto, "ticket", "cgt", text, now)) {
    Principal principal{
        std::string{link->workspace}, "sign-in-link", {std::string{link->what}}, {}};
    principal.credential = kByLink;
    return principal;
  }
  if (const auto invited = read_timed(crypto, "invitation", "cgi", text, now)) {
    const std::string id{invited->what};
    Principal principal{std::string{invited->workspace}, "member:" + id, {}, {}};
    principal.credential.append(kByInvitation).append(id);
    return principal;
  }
  return denied("The sign-in link has expired or is not one of ours.");
}

Found judge_header(const HttpRequest& request, Crypto& crypto, Instant now) {
  if (times_sent(request, "authorization") + times_sent(request, "x-api-key") > 1) {
    return denied("A request shows one credential, once.");
  }
  if (times_sent(request, "x-api-key") > 0) {
    return judge_key(crypto, request.header("x-api-key"));
  }
  const auto token = bearer_of(request.header("authorization"));
  if (!token) {
    return denied("The Authorization header must be 'Bearer' and a token.");
  }
  if (starts_with(*token, kApiKeyPrefix)) {
    return judge_key(crypto, *token);
  }
  const bool exchanged = request.method == "POST" && request.target == "/api/sessions";
  if (exchanged && (starts_with(*token, "cgt.") || starts_with(*token, "cgi."))) {
    return judge_sign_in(crypto, *token, now);
  }
  auto read = read_token(*token);
  if (!read) {
    return denied(read.error().reason);
  }
  return std::move(*read);
}

Found judge_stream_ticket(Crypto& crypto, std::string_view text, Instant now) {
  const auto ticket = read_timed(crypto, "stream", "cge", text, now);
  auto maker = ticket ? maker_of(*ticket) : std::nullopt;
  if (!maker) {
    return denied("The ticket has expired or is not one of ours.");
  }
  return std::move(*maker);
}

Found judge_cookie(const HttpRequest& request, Crypto& crypto, Instant now,
                   std::string_view origins) {
  const std::string_view cookie = cookie_value(request.header("cookie"), kSessionCookie);
  if (cookie.empty()) {
    return denied("Sign in, or send an API key or a token: Authorization: Bearer <token>.");
  }
  const auto session = read_timed(crypto, "session", "cgs", cookie, now);
  if (!session) {
    return denied("The session has expired; sign in again.");
  }
  if (!may_use_cookie(request, cookie, crypto, origins)) {
    return Denied{{403, "origin_refused",
                   "A request with the session cookie must come from this site, or bring "
                   "the session's X-CSRF-Token."}};
  }
  std::string held{kBySession};
  held += session->what;
  Principal principal{std::string{session->workspace}, held, {}, {}};
  principal.credential = std::move(held);
  return principal;
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

std::string make_api_key(Crypto& crypto, std::string_view workspace, Bytes random) {
  CALLGATE_CHECK(random.size() == kApiKeyBytes);
  std::string key{kApiKeyPrefix};
  key.append(workspace).append("_").append(to_hex(random));
  const Digest mac = crypto.deployment_mac("key", bytes_of(key));
  return key + "_" + to_hex(Bytes{mac}.first(kApiKeyBytes));
}

std::string_view shown_part(std::string_view api_key) {
  return api_key.substr(0, api_key.find('_', kApiKeyPrefix.size()) + 1 + kShownDigits);
}

std::string make_ticket(Crypto& crypto, std::string_view workspace, std::string_view role,
                        Instant expires) {
  return timed(crypto, "ticket", "cgt", workspace, role, expires);
}

std::string make_invitation(Crypto& crypto, std::string_view workspace,
                            std::string_view invitation_id, Instant expires) {
  return timed(crypto, "invitation", "cgi", workspace, invitation_id, expires);
}

std::optional<std::string> read_invitation(Crypto& crypto, std::string_view workspace,
                                           std::string_view text, Instant now) {
  const auto invitation = read_timed(crypto, "invitation", "cgi", text, now);
  return invitation && invitation->workspace == workspace
             ? std::optional{std::string{invitation->what}}
             : std::nullopt;
}

std::string make_stream_ticket(Crypto& crypto, const Principal& maker, Bytes nonce,
                               Instant expires) {
  CALLGATE_CHECK(nonce.size() == kNonceBytes);
  const std::string text = to_hex(nonce) + "\n" + maker.credential + "\n" +
                           joined_words(maker.roles) + "\n" + joined_words(maker.scopes) + "\n" +
                           maker.subject;
  return timed(crypto, "stream", "cge", maker.workspace, to_base64url(bytes_of(text)), expires);
}

std::string csrf_token(Crypto& crypto, const HttpRequest& request) {
  const std::string_view session = cookie_value(request.header("cookie"), kSessionCookie);
  return session.empty() ? std::string{} : csrf_token_of(crypto, session);
}

std::string webhook_key(Crypto& crypto, std::string_view workspace) {
  return with_mac(crypto, "webhook", "cgw." + std::string{workspace});
}

ApiError unauthorized(std::string_view reason) {
  return {401,
          "credential_invalid",
          reason,
          {},
          {{"www-authenticate", "Bearer error=\"invalid_token\""}}};
}

Found authenticate(const HttpRequest& request, Crypto& crypto, Instant now,
                   std::string_view origins) {
  const std::string_view path =
      std::string_view{request.target}.substr(0, request.target.find('?'));
  if (starts_with(request.target, "/api/webhooks/")) {
    return judge_webhook(request, crypto);
  }
  if (times_sent(request, "authorization") + times_sent(request, "x-api-key") > 0) {
    return judge_header(request, crypto, now);
  }
  if (path == "/sign-in" && path.size() < request.target.size()) {
    return judge_sign_in(crypto, query_value(request.target, "ticket"), now);
  }
  if (request.method == "GET" && path == "/api/events") {
    if (const auto ticket = query_value(request.target, "ticket"); !ticket.empty()) {
      return judge_stream_ticket(crypto, ticket, now);
    }
  }
  return judge_cookie(request, crypto, now, origins);
}

}  // namespace callgate
