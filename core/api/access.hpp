// Who may do what. A route names one permission, "resource:action"; a principal has the permissions
// of its roles (owner, admin, operator, agent, analyst, viewer: the table is in access.cpp) and
// those its scopes name, as far as the role that it is within has them too. A scope is one
// permission, or "resource:*". Roles and scopes add up; an unknown role or scope gives nothing, so
// the scopes of other systems in a JWT ("openid") do no harm.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/input.hpp"

namespace callgate {

struct Permission {
  std::string_view name;
  std::string_view description;
};

// Every permission there is, in the order of the documentation: each opens something. A credential
// that was given another before, of a route that never came, is none the worse for it.
[[nodiscard]] std::span<const Permission> permissions();

[[nodiscard]] bool is_permission(std::string_view name);

// "owner", "admin" … in order of power.
[[nodiscard]] std::span<const std::string_view> roles();

[[nodiscard]] bool role_may(std::string_view role, std::string_view permission);

// A CHECK fails for a permission that is not in permissions(): that is a route's mistake.
[[nodiscard]] bool may(const Principal& principal, std::string_view permission);

// Whether full numbers, names and what people wrote about people are shown to it.
[[nodiscard]] inline bool sees_people(const Principal& principal) {
  return may(principal, "pii:read");
}

// A permission, or "resource:*" of a resource that there is.
[[nodiscard]] bool is_scope(std::string_view scope);

// Nobody gives what they have not: the first permission of `given` that `giver` lacks.
[[nodiscard]] std::optional<std::string_view> beyond(const Principal& giver,
                                                     const Principal& given);

// What the principal may do, in the order of permissions().
[[nodiscard]] std::vector<std::string_view> permissions_of(const Principal& principal);

}  // namespace callgate
