#include "core/api/audit.hpp"

#include "core/api/access.hpp"
#include "core/engine/service.hpp"
#include "core/store/audit.hpp"

namespace callgate {

void record(const Request& request, std::string_view action, std::string_view subject,
            std::string_view detail) {
  Service& service = request.service();
  AuditEntry entry;
  entry.seq = service.store.workspace.take_seq();
  entry.at = service.now();
  entry.actor = request.principal().subject;
  entry.action = action;
  entry.subject = subject;
  entry.detail = detail;
  audit::add(service.sql(), service.context.crypto, entry);
}

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
    AuditView& view = page.entries.emplace_back();
    view.at = entry.at;
    view.actor = entry.actor;
    view.action = entry.action;
    if (sees_people(request.principal())) {  // it may name whom it is about
      view.detail = entry.detail;
    }
    if (!entry.subject.empty()) {
      view.subject = entry.subject;
    }
    if (!entry.hash.empty()) {
      view.hash = to_hex(entry.hash);
    }
  }
  if (static_cast<std::int64_t>(entries.size()) == query.limit) {
    const AuditEntry& last = entries.back();
    page.next_cursor = format_id("audit", {last.at, last.seq, service.store.workspace.tag()});
  }
  return json_response(200, page);
}

}  // namespace callgate
