// GET /api/audit: what people did, when and why. Commands are recorded by the router, as their
// routes say (Route::audited); handlers record what is more than a command.
#pragma once

#include <array>
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
    return std::array{
        field<&AuditQuery::cursor>("cursor", "nextCursor of the page before", text(1, 64)),
        field<&AuditQuery::limit>("limit", "Items on the page", range(1, 1000), defaulted())};
  }
};

struct AuditView {
  static constexpr std::string_view kSchemaName = "AuditEntry";
  Instant at{};
  std::string actor;
  std::string action;
  std::optional<std::string> subject;
  std::optional<std::string> detail;
  std::optional<std::string> hash;
  static constexpr auto fields() {
    return std::array{
        field<&AuditView::at>("at", "When"),
        field<&AuditView::actor>("actor", "Who: the subject of the credential"),
        field<&AuditView::action>("action", "What was done", example("job.paused")),
        field<&AuditView::subject>("subject", "To what; left out: to the workspace"),
        field<&AuditView::detail>("detail", "Why, in words, or what was set; with pii:read"),
        field<&AuditView::hash>(
            "hash",
            "Of this entry and the one before it (docs/running.md), in hexadecimal; left out: "
            "from before entries were hashed")};
  }
};

struct AuditPage {
  std::vector<AuditView> entries;
  std::optional<std::string> next_cursor;
  static constexpr auto fields() {
    return std::array{field<&AuditPage::entries>("entries", "Newest first"),
                      field<&AuditPage::next_cursor>(
                          "nextCursor", "?cursor of the next page; absent on the last")};
  }
};

// By whoever makes the request, now.
void record(const Request& request, std::string_view action, std::string_view subject,
            std::string_view detail);

Answer get_audit(Request& request);

}  // namespace callgate
