#include "core/api/access.hpp"

#include <algorithm>
#include <array>

#include "core/base/check.hpp"

namespace callgate {

namespace {

constexpr std::array<std::string_view, 6> kRoles{"owner", "admin",   "operator",
                                                 "agent", "analyst", "viewer"};

// One letter per role that has the permission: Owner, Admin, oPerator, aGent, aNalyst, Viewer.
struct Row {
  Permission permission;
  std::string_view roles;
};

constexpr std::string_view kLetters = "OAPGNV";

constexpr std::array kRights{
    Row{{"campaigns:read", "See jobs, their progress and their settings"}, "OAPGNV"},
    Row{{"campaigns:write", "Create, edit, start, pause, resume, cancel and delete jobs"}, "OAP"},
    Row{{"calls:read", "See every call of the workspace"}, "OAPGNV"},
    Row{{"calls:write", "Add, edit, cancel, redrive and call now"}, "OAP"},
    Row{{"calls:as_other", "Act for a user other than oneself"}, "OA"},
    Row{{"contacts:read", "See contacts"}, "OAPGNV"},
    Row{{"contacts:write", "Edit, import and merge contacts"}, "OAP"},
    Row{{"imports:read", "See imports and their rejected rows"}, "OAPN"},
    Row{{"tasks:read", "See long-running tasks"}, "OAPN"},
    Row{{"schedules:read", "See schedules, calendars and when calls may go out"}, "OAPGNV"},
    Row{{"schedules:write", "Edit recurring schedules"}, "OAP"},
    Row{{"calendars:write", "Edit business hours, holidays and blackouts"}, "OA"},
    Row{{"limits:read", "See limits and their use"}, "OAPN"},
    Row{{"limits:write", "Edit concurrency, rates and budgets"}, "OA"},
    Row{{"suppressions:read", "See the do-not-call list"}, "OAPN"},
    Row{{"suppressions:write", "Add to the do-not-call list, and remove from it"}, "OAP"},
    Row{{"providers:read", "See provider accounts, without their secrets"}, "OA"},
    Row{{"providers:write", "Edit provider accounts"}, "OA"},
    Row{{"views:read", "See saved views"}, "OAPGNV"},
    Row{{"views:write", "Edit saved views"}, "OAPGN"},
    Row{{"analytics:read", "See metrics, analytics and forecasts"}, "OAPNV"},
    Row{{"analytics:export", "Export calls and analytics"}, "OAPN"},
    Row{{"events:read", "Follow live updates"}, "OAPGNV"},
    Row{{"audit:read", "Read the audit log"}, "OA"},
    Row{{"queue:trigger", "Run the queue now"}, "OAP"},
    Row{{"admin.queues:read", "The queue monitor"}, "OA"},
    Row{{"members:read", "See members and their roles"}, "OA"},
    Row{{"members:write", "Add members, change roles, end sessions"}, "OA"},
    Row{{"keys:read", "See API keys, never their secrets"}, "OA"},
    Row{{"keys:write", "Create, rotate and revoke API keys"}, "O"},
    Row{{"workspace:pause", "Pause and resume the whole workspace"}, "OAP"},
    Row{{"workspace:write", "Edit the workspace's settings"}, "OA"},
    Row{{"compliance:override", "Call against a soft rule, with a reason, audited"}, "OA"},
    Row{{"pii:read", "See full numbers and names instead of masked ones"}, "OAPG"},
};

constexpr auto permission_list() {
  std::array<Permission, kRights.size()> list{};
  for (std::size_t i = 0; i < kRights.size(); ++i) {
    list[i] = kRights[i].permission;
  }
  return list;
}

constexpr auto kPermissions = permission_list();

const Row* find_row(std::string_view permission) {
  const auto* const found = std::find_if(kRights.begin(), kRights.end(), [&](const Row& row) {
    return row.permission.name == permission;
  });
  return found == kRights.end() ? nullptr : found;
}

bool row_has_role(const Row& row, std::string_view role) {
  for (std::size_t i = 0; i < kRoles.size(); ++i) {
    if (kRoles[i] == role) {
      return row.roles.find(kLetters[i]) != std::string_view::npos;
    }
  }
  return false;
}

bool scope_covers(std::string_view scope, std::string_view permission) {
  if (scope == permission) {
    return true;
  }
  const std::size_t colon = permission.find(':');
  return scope.size() == colon + 2 &&
         scope.substr(0, colon + 1) == permission.substr(0, colon + 1) && scope.back() == '*';
}

bool row_allows(const Row& row, const Principal& principal) {
  if (!principal.within.empty() && !row_has_role(row, principal.within)) {
    return false;
  }
  return std::any_of(principal.roles.begin(), principal.roles.end(),
                     [&](const std::string& role) { return row_has_role(row, role); }) ||
         std::any_of(
             principal.scopes.begin(), principal.scopes.end(),
             [&](const std::string& scope) { return scope_covers(scope, row.permission.name); });
}

}  // namespace

std::span<const Permission> permissions() {
  return kPermissions;
}

bool is_permission(std::string_view name) {
  return find_row(name) != nullptr;
}

std::span<const std::string_view> roles() {
  return kRoles;
}

bool role_may(std::string_view role, std::string_view permission) {
  const Row* const row = find_row(permission);
  return row != nullptr && row_has_role(*row, role);
}

bool may(const Principal& principal, std::string_view permission) {
  const Row* const row = find_row(permission);
  CALLGATE_CHECK(row != nullptr);
  return row_allows(*row, principal);
}

bool is_scope(std::string_view scope) {
  return std::any_of(kRights.begin(), kRights.end(),
                     [scope](const Row& row) { return scope_covers(scope, row.permission.name); });
}

std::optional<std::string_view> beyond(const Principal& giver, const Principal& given) {
  for (const Row& row : kRights) {
    if (row_allows(row, given) && !row_allows(row, giver)) {
      return row.permission.name;
    }
  }
  return std::nullopt;
}

std::vector<std::string_view> permissions_of(const Principal& principal) {
  std::vector<std::string_view> granted;
  for (const Row& row : kRights) {
    if (row_allows(row, principal)) {
      granted.push_back(row.permission.name);
    }
  }
  return granted;
}

}  // namespace callgate
