#include "core/api/principals.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/api/credentials.hpp"

namespace callgate {
namespace {

constexpr std::string_view kInvited = "member:";
constexpr std::array<std::string_view, 3> kOwnSubjects{"command-line", "sign-in-link", "webhook"};
constexpr std::array<std::string_view, 3> kOwnBeginnings{"key:", "session:", kInvited};

bool is_kind(std::string_view text, std::string_view beginning) {
  return text.substr(0, beginning.size()) == beginning;
}

ApiError not_valid(std::string_view why) {
  return {
      401, "credential_invalid", why, {}, {{"www-authenticate", "Bearer error=\"invalid_token\""}}};
}

template <class Row>
bool is_named_by(const std::optional<Id>& id, const std::optional<Row>& row) {
  return row && row->created_at == id->created_at;
}

std::optional<Id> own_id(const Service& service, std::string_view prefix, std::string_view text) {
  auto id = parse_id(prefix, text);
  return id && id->tag == service.store.workspace.tag() ? id : std::nullopt;
}

void become_member(Principal& who, const Member& member) {
  who.roles = {member.role};
  who.scopes.clear();
}

void note_use(Service& service, const ApiKey& key) {
  if (key.last_used_at && service.now() < *key.last_used_at + kUseNoted) {
    return;
  }
  if (!service.context.limits.may_write) {
    throw NeedsWriting{};
  }
  service.store.keys.note_use(key.seq, service.now());
}

void recognise_key(Service& service, Principal& who) {
  const auto hash = from_hex(std::string_view{who.credential}.substr(kByKey.size()));
  const auto key = hash ? service.store.keys.by_hash(*hash) : std::nullopt;
  if (!key) {
    throw not_valid("The API key was revoked.");
  }
  if (key->expires_at && *key->expires_at <= service.now()) {
    throw not_valid("The API key has expired.");
  }
  who.subject = "key:" + key_id(service, *key);
  who.roles.clear();
  if (!key->role.empty()) {
    who.roles.push_back(key->role);
  }
  who.scopes = key->scopes;
  if (const auto& maker = service.store.members.find(key->maker)) {
    who.within = maker->role;
  }
  note_use(service, *key);
}

void recognise_session(Service& service, Principal& who) {
  const auto session =
      find_session(service, std::string_view{who.credential}.substr(kBySession.size()));
  if (!session || session->expires_at <= service.now()) {
    throw not_valid("The session has ended; sign in again.");
  }
  who.subject = session->subject;
  who.scopes.clear();
  if (const auto& member = service.store.members.find(who.subject)) {
    become_member(who, *member);
  } else if (!session->role.empty()) {
    who.roles = {session->role};
  } else {
    throw not_valid("The session's member was removed.");
  }
}

void use_ticket(Service& service, const Principal& who) {
  if (!service.context.limits.may_write) {
    throw NeedsWriting{};
  }
  const std::string_view ticket = who.ticket;
  const std::size_t dot = ticket.find('.');
  std::int64_t expires_s = 0;
  std::from_chars(ticket.data() + dot + 1, ticket.data() + ticket.size(), expires_s);
  switch (tickets::use(service.sql(), ticket.substr(0, dot), from_ms(expires_s * 1000),
                       service.now())) {
    case tickets::Use::first:
      return;
    case tickets::Use::again:
      throw not_valid("The ticket was used before.");
    case tickets::Use::too_many:
      throw ApiError{
          429, "too_many_requests", "Too many tickets were used.", {}, {{"retry-after", "60"}}};
  }
}

Headers count_request(Service& service, const std::string& subject) {
  const HostLimits& limits = service.context.limits;
  if (limits.requests_max <= 0) {
    return {};
  }
  const Counted counted = service.caches.requests.count(
      {limits.requests_max, limits.requests_window}, subject, service.now());
  Headers headers{{"ratelimit-limit", std::to_string(limits.requests_max)},
                  {"ratelimit-remaining", std::to_string(counted.remaining)},
                  {"ratelimit-reset", std::to_string(counted.reset_s)}};
  if (!counted.allowed) {
    headers.emplace_back("retry-after", std::to_string(counted.retry_s));
    throw ApiError{
        429, "too_many_requests", "Too many requests; try again shortly.", {}, std::move(headers)};
  }
  return headers;
}

}  // namespace

Recognised recognise(Service& service, const Principal& shown) {
  Principal who = shown;
  if (is_kind(who.credential, kByKey)) {
    recognise_key(service, who);
  } else if (is_kind(who.credential, kBySession)) {
    recognise_session(service, who);
  } else if (!is_own_subject(who.subject)) {
    if (const auto& member = service.store.members.find(who.subject)) {
      become_member(who, *member);
    }
  }
  Headers headers = count_request(service, who.subject);
  if (!who.ticket.empty()) {
    use_ticket(service, who);
  }
  return {std::move(who), std::move(headers)};
}

bool is_own_subject(std::string_view subject) {
  return std::find(kOwnSubjects.begin(), kOwnSubjects.end(), subject) != kOwnSubjects.end() ||
         std::any_of(kOwnBeginnings.begin(), kOwnBeginnings.end(),
                     [subject](auto beginning) { return is_kind(subject, beginning); });
}

bool is_invited_subject(std::string_view subject) {
  return is_kind(subject, kInvited);
}

std::vector<std::string> holders_of(const Principal& principal) {
  std::vector<std::string> holders{principal.subject};
  if (is_kind(principal.credential, kBySession)) {
    holders.push_back(principal.credential);
  }
  return holders;
}

std::string key_id(const Service& service, const ApiKey& key) {
  return format_id("key", {key.created_at, key.seq, service.store.workspace.tag()});
}

std::string session_id(const Service& service, const Session& session) {
  return format_id("ses", {session.created_at, session.seq, service.store.workspace.tag()});
}

std::string invitation_id(const Service& service, const Invitation& invitation) {
  return format_id("inv", {invitation.created_at, invitation.seq, service.store.workspace.tag()});
}

std::optional<ApiKey> find_key(Service& service, std::string_view id) {
  const auto named = own_id(service, "key", id);
  auto key = named ? service.store.keys.find(named->seq) : std::nullopt;
  return is_named_by(named, key) ? std::move(key) : std::nullopt;
}

std::optional<Session> find_session(Service& service, std::string_view id) {
  const auto named = own_id(service, "ses", id);
  auto session = named ? service.store.sessions.find(named->seq) : std::nullopt;
  return is_named_by(named, session) ? std::move(session) : std::nullopt;
}

std::optional<Invitation> find_invitation(Service& service, std::string_view id) {
  const auto named = own_id(service, "inv", id);
  auto invitation = named ? invitations::find(service.sql(), named->seq) : std::nullopt;
  return is_named_by(named, invitation) ? std::move(invitation) : std::nullopt;
}

}  // namespace callgate
