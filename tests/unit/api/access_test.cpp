#include "core/api/access.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>
#include <vector>

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
  CHECK_FALSE(role_may("admin", "keys:write"));
}

TEST_CASE("Each role may what the contract says") {
  CHECK(role_may("admin", "compliance:override"));
  CHECK(role_may("admin", "admin.queues:read"));
  CHECK(role_may("operator", "campaigns:write"));
  CHECK(role_may("operator", "queue:trigger"));
  CHECK(role_may("operator", "suppressions:write"));
  CHECK_FALSE(role_may("operator", "limits:write"));
  CHECK_FALSE(role_may("operator", "compliance:override"));
  CHECK(role_may("agent", "pii:read"));
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

TEST_CASE("A scope that was given once and opens nothing any more takes nothing from the others") {
  const Principal old{"w", "key", {}, {"imports:write", "clients:*", "campaigns:write"}};
  CHECK(permissions_of(old) == std::vector<std::string_view>{"campaigns:write"});
  CHECK_FALSE(is_scope("imports:write"));
  CHECK_FALSE(is_scope("clients:*"));
}

TEST_CASE("Roles and scopes add up") {
  const Principal both{"w", "s", {"viewer", "unheard-of"}, {"pii:read", "openid"}};
  CHECK(may(both, "pii:read"));
  CHECK(may(both, "campaigns:read"));
  CHECK_FALSE(may(both, "campaigns:write"));
  CHECK(permissions_of(both).size() == permissions_of(with_role("viewer")).size() + 1);
}

TEST_CASE("Within a role a principal may what both have, and nothing more") {
  for (const std::string_view own : roles()) {
    for (const std::string_view role : roles()) {
      Principal principal{"w", "key", {std::string{own}}, {"keys:*"}};
      principal.within = role;
      for (const Permission& permission : permissions()) {
        const bool has = role_may(own, permission.name) ||
                         permission.name.substr(0, permission.name.find(':')) == "keys";
        CHECK(may(principal, permission.name) == (has && role_may(role, permission.name)));
      }
    }
  }
}

TEST_CASE("Nobody gives what they have not") {
  for (const std::string_view giver : roles()) {
    for (const std::string_view given : roles()) {
      bool covers = true;
      for (const Permission& permission : permissions()) {
        covers = covers && (!role_may(given, permission.name) || role_may(giver, permission.name));
      }
      INFO(giver << " gives " << given);
      CHECK(covers == !beyond(with_role(std::string{giver}), with_role(std::string{given})));
    }
  }
  CHECK(beyond(with_role("admin"), with_role("owner")).has_value());
  CHECK(beyond({"w", "s", {}, {"members:write"}}, {"w", "s", {}, {"members:*"}}) == "members:read");
  CHECK(is_scope("calls:*"));
  CHECK(is_scope("calls:read"));
  for (const char* scope : {"*", "calls:fly", "nothing:*", "calls", ""}) {
    CHECK_FALSE(is_scope(scope));
  }
}

}  // namespace
}  // namespace callgate
