// GET /api/audit: what was done against a rule, by whom and why.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/router.hpp"
#include "core/api/schema.hpp"

namespace callgate {

struct AuditQuery {
  std::optional<std::string> cursor;
  std::int64_t limit = 100;
  static constexpr auto fields() {
    return std::make_tuple(
        field("cursor", &AuditQuery::cursor, "nextCursor of the page before", text(1, 64)),
        field("limit", &AuditQuery::limit, "Items on the page", range(1, 1000), defaulted()));
  }
};

struct AuditView {
  static constexpr std::string_view kSchemaName = "AuditEntry";
  Instant at{};
  std::string actor;
  std::string action;
  std::string detail;
  static constexpr auto fields() {
    return std::make_tuple(field("at", &AuditView::at, "When"),
                           field("actor", &AuditView::actor, "Who: the subject of the credential"),
                           field("action", &AuditView::action,
                                 "calling_hours.law_left_aside or calling_hours.law_holds_again"),
                           field("detail", &AuditView::detail, "Why, in words"));
  }
};

struct AuditPage {
  std::vector<AuditView> entries;
  std::optional<std::string> next_cursor;
  static constexpr auto fields() {
    return std::make_tuple(field("entries", &AuditPage::entries, "Newest first"),
                           field("nextCursor", &AuditPage::next_cursor,
                                 "?cursor of the next page; absent on the last"));
  }
};

Answer get_audit(Request& request);

}  // namespace callgate
