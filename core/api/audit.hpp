// GET /api/audit: what people did, when and why. Commands are recorded by the router, as their
// routes say (Route::audited); handlers record what is more than a command.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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
  std::optional<std::string> subject;
  std::string detail;
  std::optional<std::string> hash;
  static constexpr auto fields() {
    return std::make_tuple(
        field("at", &AuditView::at, "When"),
        field("actor", &AuditView::actor, "Who: the subject of the credential"),
        field("action", &AuditView::action, "What was done", example("job.paused")),
        field("subject", &AuditView::subject, "To what; left out: to the workspace"),
        field("detail", &AuditView::detail, "Why, in words, or what was set"),
        field("hash", &AuditView::hash,
              "Of this entry and the one before it (docs/running.md), in hexadecimal; left out: "
              "from before entries were hashed"));
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

// By whoever makes the request, now.
void record(const Request& request, std::string_view action, std::string_view subject,
            std::string_view detail);

Answer get_audit(Request& request);

}  // namespace callgate
