// /api/keys: what programs sign in with. A key is told once, when it is made or rotated; what is
// kept of it is its SHA-256. It has a role or scopes of its own, never more than who made it, and
// keys make no keys.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/api/members.hpp"
#include "core/api/router.hpp"
#include "core/api/schema.hpp"

namespace callgate {

struct NewApiKey {
  std::string name;
  std::optional<Role> role;
  std::optional<std::vector<std::string>> scopes;
  std::optional<Instant> expires_at;
  static constexpr auto fields() {
    return std::array{
        field<&NewApiKey::name>("name", "What it is for", text(1, 100), example("CRM import")),
        field<&NewApiKey::role>("role", "What it may do; either this or scopes"),
        field<&NewApiKey::scopes>("scopes", "Permissions, or \"resource:*\"; either these or role",
                                  text(1, 64), callgate::items(1, 64)),
        field<&NewApiKey::expires_at>("expiresAt", "From then on it is refused; left out: never")};
  }
};

struct ApiKeyView {
  static constexpr std::string_view kSchemaName = "ApiKey";
  std::string id;
  std::string name;
  std::string prefix;
  std::optional<std::string> role;
  std::optional<std::vector<std::string>> scopes;
  Instant created_at{};
  std::string created_by;
  std::optional<Instant> expires_at;
  std::optional<Instant> last_used_at;
  std::optional<std::string> key;
  static constexpr auto fields() {
    return std::array{
        field<&ApiKeyView::id>("id", "key_…"),
        field<&ApiKeyView::name>("name", "What it is for"),
        field<&ApiKeyView::prefix>("prefix", "How it begins, to tell it by",
                                   example("cg_live_default_3f9a1c")),
        field<&ApiKeyView::role>("role", "What it may do"),
        field<&ApiKeyView::scopes>("scopes", "What it may do"),
        field<&ApiKeyView::created_at>("createdAt", "When it was made"),
        field<&ApiKeyView::created_by>("createdBy", "The subject of who made it"),
        field<&ApiKeyView::expires_at>("expiresAt", "From then on it is refused"),
        field<&ApiKeyView::last_used_at>("lastUsedAt", "When it was last used, to the hour"),
        field<&ApiKeyView::key>("key", "The key itself; told once, when it is made or rotated")};
  }
};

struct ApiKeyList {
  std::vector<ApiKeyView> keys;
  static constexpr auto fields() {
    return std::array{field<&ApiKeyList::keys>("keys", "Newest first", callgate::items(0, 1000))};
  }
};

Answer post_key(Request& request);
Answer get_keys(Request& request);
Answer get_key(Request& request);
Answer delete_key(Request& request);
Answer post_key_rotate(Request& request);

}  // namespace callgate
