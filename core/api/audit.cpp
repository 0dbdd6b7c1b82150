#include "core/api/audit.hpp"

#include "core/engine/service.hpp"
#include "core/store/audit.hpp"

namespace callgate {

Answer get_audit(Request& request) {
  const auto query = request.query<AuditQuery>();
  Service& service = request.service();
  std::int64_t before = std::int64_t{1} << 53;
  if (query.cursor) {
    const auto id = parse_id("audit", *query.cursor);
    if (!id) {
      throw ApiError{400, "cursor_invalid", "The cursor is not one of this list."};
    }
    before = id->seq;
  }
  AuditPage page;
  const auto entries = audit::page(service.sql(), before, query.limit);
  for (const AuditEntry& entry : entries) {
    page.entries.push_back({entry.at, entry.actor, entry.action, entry.detail});
  }
  if (static_cast<std::int64_t>(entries.size()) == query.limit) {
    const AuditEntry& last = entries.back();
    page.next_cursor = format_id("audit", {last.at, last.seq, service.store.workspace.tag()});
  }
  return json_response(200, page);
}

}  // namespace callgate
