#include "core/api/keys.hpp"

#include <algorithm>

#include "core/api/audit.hpp"
#include "core/api/credentials.hpp"
#include "core/api/principals.hpp"

namespace callgate {
namespace {

constexpr std::size_t kRandomBytes = 16;

ApiKeyView shown(const Service& service, const ApiKey& key) {
  ApiKeyView view;
  view.id = key_id(service, key);
  view.name = key.name;
  view.prefix = key.shown;
  if (!key.role.empty()) {
    view.role = key.role;
  } else {
    view.scopes = key.scopes;
  }
  view.created_at = key.created_at;
  view.created_by = key.maker;
  view.expires_at = key.expires_at;
  view.last_used_at = key.last_used_at;
  return view;
}

ApiKey key_of(const Request& request) {
  auto key = find_key(request.service(), request.path("id"));
  if (!key) {
    throw ApiError{404, "key_not_found", "There is no such API key."};
  }
  return std::move(*key);
}

Principal rights_of(const ApiKey& key) {
  Principal rights;
  if (!key.role.empty()) {
    rights.roles.push_back(key.role);
  }
  rights.scopes = key.scopes;
  return rights;
}

// Gives it a secret of its own, which is answered and nowhere kept.
std::string renew(Service& service, ApiKey& key) {
  std::array<std::uint8_t, kRandomBytes> random{};
  service.context.rng.fill(random);
  std::string secret = make_api_key(service.context.crypto, service.workspace, random);
  const Digest hash = service.context.crypto.sha256(bytes_of(secret));
  key.hash.assign(hash.begin(), hash.end());
  key.shown = shown_part(secret);
  return secret;
}

ApiKeyView with_secret(const Service& service, const ApiKey& key, std::string secret) {
  ApiKeyView view = shown(service, key);
  view.key = std::move(secret);
  return view;
}

// Said of a key in the audit log: what it is called and may do.
std::string said_of(const ApiKey& key) {
  std::string text = key.name + ":";
  for (const std::string& scope : key.scopes) {
    text += " " + scope;
  }
  return key.role.empty() ? text : text + " " + key.role;
}

NewApiKey read_new_key(const Request& request) {
  NewApiKey wanted;
  std::vector<Issue> issues = decode_into(wanted, request.body_text());
  if (!is_readable(issues)) {
    throw invalid_body(std::move(issues));
  }
  const bool nothing_wrong = !has_issue_at(issues, "/role") && !has_issue_at(issues, "/scopes");
  if (nothing_wrong && wanted.role.has_value() == wanted.scopes.has_value()) {
    add_issue(issues, "/role", "role_or_scopes", "A key has either a role or scopes.");
  }
  for (std::size_t at = 0; wanted.scopes && at < wanted.scopes->size(); ++at) {
    if (!is_scope((*wanted.scopes)[at])) {
      add_issue(issues, "/scopes/" + std::to_string(at), "scope_unknown",
                "A permission such as campaigns:read, or campaigns:*.");
    }
  }
  if (wanted.expires_at && *wanted.expires_at <= request.service().now()) {
    add_issue(issues, "/expiresAt", "in_the_past", "A key has to expire in the future.");
  }
  refuse_if_any(issues);
  return wanted;
}

}  // namespace

Answer post_key(Request& request) {
  NewApiKey wanted = read_new_key(request);
  Service& service = request.service();
  const Principal& maker = request.principal();
  if (maker.subject.substr(0, kByKey.size()) == kByKey) {
    throw ApiError{403, "key_made_by_key", "A key makes no keys: sign in as somebody."};
  }
  ApiKey key;
  key.name = std::move(wanted.name);
  key.role = wanted.role ? role_name(*wanted.role) : std::string{};
  key.scopes = std::move(wanted.scopes).value_or(std::vector<std::string>{});
  key.maker = maker.subject;
  key.expires_at = wanted.expires_at;
  refuse_beyond(maker, rights_of(key));
  if (static_cast<std::int64_t>(service.store.keys.all().size()) >= ApiKeys::kMax) {
    throw ApiError{409, "too_many", "There are as many API keys as may be: revoke one first."};
  }
  key.seq = service.store.workspace.take_seq();
  key.created_at = service.now();
  std::string secret = renew(service, key);
  service.store.keys.add(key);
  const ApiKeyView view = with_secret(service, key, std::move(secret));
  record(request, "key.made", view.id, said_of(key));
  return json_response(201, view,
                       {{"location", "/api/keys/" + view.id}, {"cache-control", "no-store"}});
}

Answer get_keys(Request& request) {
  ApiKeyList list;
  for (const ApiKey& key : request.service().store.keys.all()) {
    list.keys.push_back(shown(request.service(), key));
  }
  return json_response(200, list);
}

Answer get_key(Request& request) {
  return json_response(200, shown(request.service(), key_of(request)));
}

Answer delete_key(Request& request) {
  Service& service = request.service();
  const ApiKey key = key_of(request);
  service.store.keys.remove(key.seq);
  service.context.out.ended.push_back("key:" + key_id(service, key));
  request.remark = said_of(key);
  return Response{204, {}, {}};
}

Answer post_key_rotate(Request& request) {
  Service& service = request.service();
  ApiKey key = key_of(request);
  refuse_beyond(request.principal(), rights_of(key));
  std::string secret = renew(service, key);
  service.store.keys.renew(key);
  service.context.out.ended.push_back("key:" + key_id(service, key));
  request.remark = said_of(key);
  return json_response(200, with_secret(service, key, std::move(secret)),
                       {{"cache-control", "no-store"}});
}

}  // namespace callgate
