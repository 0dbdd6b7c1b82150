#include "core/api/access.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>

namespace callgate {
namespace {

Principal with_role(std::string role) {
  return {"w", "s", {std::move(role)}, {}};
}

TEST_CASE("Every permission is \"resource:action\", described, and there once") {
  std::set<std::string_view> names;
  for (const Permission& permission : permissions()) {
    INFO(permission.name);
    CHECK(std::count(permission.name.begin(), permission.name.end(), ':') == 1);
    CHECK_FALSE(permission.description.empty());
    CHECK(names.insert(permission.name).second);
    CHECK(is_permission(permission.name));
  }
  CHECK_FALSE(is_permission("campaigns:fly"));
}

TEST_CASE("An owner may do everything, and whatever an admin may, the owner may") {
  for (const Permission& permission : permissions()) {
    INFO(permission.name);
    CHECK(role_may("owner", permission.name));
  }
  for (const char* name : {"workspace:delete", "keys:write"}) {
    CHECK_FALSE(role_may("admin", name));
  }
}

TEST_CASE("Each role may what the contract says") {
  CHECK(role_may("admin", "compliance:override"));
  CHECK(role_may("admin", "admin.queues:read"));
  CHECK(role_may("operator", "campaigns:write"));
  CHECK(role_may("operator", "queue:trigger"));
  CHECK(role_may("operator", "imports:write"));
  CHECK_FALSE(role_may("operator", "limits:write"));
  CHECK_FALSE(role_may("operator", "compliance:override"));
  CHECK(role_may("agent", "calls:own"));
  CHECK_FALSE(role_may("agent", "calls:write"));
  CHECK(role_may("analyst", "analytics:export"));
  CHECK_FALSE(role_may("analyst", "pii:read"));
  CHECK(role_may("viewer", "campaigns:read"));
  CHECK_FALSE(role_may("viewer", "pii:read"));
  CHECK_FALSE(role_may("viewer", "analytics:export"));
  CHECK_FALSE(role_may("nobody", "campaigns:read"));
  CHECK_FALSE(role_may("", "campaigns:read"));
}

TEST_CASE("A viewer only reads") {
  for (const std::string_view name : permissions_of(with_role("viewer"))) {
    INFO(name);
    CHECK(name.substr(name.find(':')) == ":read");
  }
}

TEST_CASE("A scope gives its permission, or all of its resource, and nothing else") {
  const Principal exact{"w", "key", {}, {"campaigns:write"}};
  CHECK(may(exact, "campaigns:write"));
  CHECK_FALSE(may(exact, "campaigns:read"));
  const Principal all{"w", "key", {}, {"campaigns:*"}};
  CHECK(may(all, "campaigns:write"));
  CHECK(may(all, "campaigns:read"));
  CHECK_FALSE(may(all, "calls:read"));
  for (const char* scope : {"*", "*:*", "campaigns:", "campaigns", "openid", "campaigns:r*", ""}) {
    INFO(scope);
    CHECK(permissions_of({"w", "key", {}, {scope}}).empty());
  }
}

TEST_CASE("Roles and scopes add up") {
  const Principal both{"w", "s", {"viewer", "unheard-of"}, {"pii:read", "openid"}};
  CHECK(may(both, "pii:read"));
  CHECK(may(both, "campaigns:read"));
  CHECK_FALSE(may(both, "campaigns:write"));
  CHECK(permissions_of(both).size() == permissions_of(with_role("viewer")).size() + 1);
}

}  // namespace
}  // namespace callgate
