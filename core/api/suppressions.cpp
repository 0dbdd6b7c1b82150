#include "core/api/suppressions.hpp"

#include "core/api/calls.hpp"
#include "core/api/contacts.hpp"
#include "core/api/csv.hpp"
#include "core/api/new_job.hpp"
#include "core/engine/suppressions.hpp"
#include "core/imports/judge.hpp"

namespace callgate {
namespace {

constexpr std::string_view kPrefix = "sup";

std::string id_of(const Service& service, const Suppression& entry) {
  return format_id(kPrefix, {entry.created_at, entry.seq, service.store.workspace.tag()});
}

SuppressionView view_of(Request& request, const Suppression& entry) {
  SuppressionView view;
  view.id = id_of(request.service(), entry);
  view.phone_number = shown_number(request.principal(), entry.phone);
  if (!entry.note.reason.empty() && sees_people(request.principal())) {
    view.reason = entry.note.reason;
  }
  view.source = entry.note.source;
  view.added_by = entry.note.actor;
  view.added_at = entry.created_at;
  view.expires_at = entry.note.expires_at;
  view.holds = entry.holds_at(request.service().now());
  return view;
}

Suppression entry_of(Request& request) {
  Service& service = request.service();
  const auto id = parse_id(kPrefix, request.path("id"));
  auto entry = id && id->tag == service.store.workspace.tag()
                   ? service.store.suppressions.find(id->seq)
                   : std::nullopt;
  if (!entry || entry->created_at != id->created_at) {
    throw ApiError{404, "suppression_not_found", "There is no such entry on the list."};
  }
  return std::move(*entry);
}

std::int64_t before_of(const std::optional<std::string>& cursor) {
  if (!cursor) {
    return std::int64_t{1} << 53;
  }
  const auto id = parse_id(kPrefix, *cursor);
  if (!id) {
    throw ApiError{400, "cursor_invalid", "The cursor is not one of this list."};
  }
  return id->seq;
}

void check_expiry(const Request& request, const std::optional<Instant>& expires_at,
                  const char* place, std::vector<Issue>& issues) {
  if (expires_at && *expires_at <= request.service().now()) {
    add_issue(issues, place, "in_the_past", "An entry has to end in the future.");
  }
}

void append_row(std::string& out, const SuppressionView& view) {
  append_csv_row(out, {view.phone_number, view.reason.value_or(""), view.source, view.added_by,
                       format_rfc3339(view.added_at),
                       view.expires_at ? format_rfc3339(*view.expires_at) : ""});
}

}  // namespace

Answer post_suppression(Request& request) {
  NewSuppression wanted;
  std::vector<Issue> issues = decode_into(wanted, request.body_text());
  if (!is_readable(issues)) {
    throw invalid_body(std::move(issues));
  }
  const std::string region = read_region(wanted.default_region, "/defaultRegion", issues);
  check_expiry(request, wanted.expires_at, "/expiresAt", issues);
  RecipientTexts texts;
  texts.phone = wanted.phone_number;
  const auto judged = judge_recipient(texts, region, TableZoneNames{request.zones()});
  if (!judged && !has_issue_at(issues, "/phoneNumber") && !has_issue_at(issues, "/defaultRegion")) {
    add_issue(issues, "/phoneNumber", judged.error().code, judged.error().detail);
  }
  refuse_if_any(issues);
  const OnList listed = put_on_list(request.service(), judged->phone,
                                    {wanted.reason.value_or(""), wanted.source.value_or("api"),
                                     request.principal().subject, wanted.expires_at});
  const SuppressionView view = view_of(request, listed.entry);
  return json_response(listed.what == Listing::added ? 201 : 200, view,
                       {{"location", "/api/suppressions/" + view.id}});
}

Answer get_suppressions(Request& request) {
  const auto query = request.query<SuppressionQuery>();
  Service& service = request.service();
  SuppressionPage page;
  if (query.number) {
    check_may_search(request.principal());
    const auto phone = parse_phone(*query.number, "");
    if (!phone) {
      throw ApiError{400,
                     "query_invalid",
                     "The number is not one in E.164.",
                     {{"?number", std::string{to_word(phone.error())},
                       "A number with its country code, such as +14155550132."}}};
    }
    if (const auto entry = service.store.suppressions.of_number(phone->digits)) {
      page.suppressions.push_back(view_of(request, *entry));
    }
    return json_response(200, page);
  }
  for (const Suppression& entry :
       service.store.suppressions.page(before_of(query.cursor), query.limit)) {
    page.suppressions.push_back(view_of(request, entry));
  }
  if (static_cast<std::int64_t>(page.suppressions.size()) == query.limit) {
    page.next_cursor = page.suppressions.back().id;
  }
  return json_response(200, page);
}

Answer get_suppression(Request& request) {
  return json_response(200, view_of(request, entry_of(request)));
}

Answer delete_suppression(Request& request) {
  const auto query = request.query<RemovalQuery>();
  const Suppression entry = entry_of(request);
  request.service().store.suppressions.remove(entry.seq);
  request.remark = format_e164(entry.phone);
  if (!entry.note.reason.empty()) {
    request.remark += " (" + entry.note.reason + ")";
  }
  if (query.reason) {
    request.remark += ": " + *query.reason;
  }
  return Response{204, {}, {}};
}

Answer post_suppression_import(Request& request) {
  auto query = request.query<SuppressionImportQuery>();
  std::vector<Issue> issues;
  const std::string region = read_region(query.default_region, "?defaultRegion", issues);
  check_expiry(request, query.expires_at, "?expiresAt", issues);
  if (!issues.empty()) {
    throw ApiError{400, "query_invalid", "What is said of the whole list cannot be taken.",
                   std::move(issues)};
  }
  if (!request.http.body_is_stream) {
    throw ApiError{400, "body_missing", "The list of numbers is missing: the body is empty."};
  }
  const auto format = streamed_format(request.http);
  CALLGATE_CHECK(format.has_value());
  const Import import = open_list(request.service(),
                                  {query.reason.value_or(""), query.source.value_or("import"),
                                   request.principal().subject, query.expires_at},
                                  *format, region);
  return Ingest{import.seq, 0};
}

Answer get_suppression_export(Request& request) {
  const auto query = request.query<SuppressionExportQuery>();
  const auto entries =
      request.service().store.suppressions.page(before_of(query.cursor), query.limit);
  Response response{200,
                    {{"content-type", "text/csv; charset=utf-8"},
                     {"content-disposition", "attachment; filename=\"do-not-call.csv\""}},
                    "phoneNumber,reason,source,addedBy,addedAt,expiresAt\r\n"};
  for (const Suppression& entry : entries) {
    append_row(response.body, view_of(request, entry));
  }
  if (static_cast<std::int64_t>(entries.size()) == query.limit) {
    response.headers.emplace_back(
        "link", "</api/suppressions/export?limit=" + std::to_string(query.limit) +
                    "&cursor=" + id_of(request.service(), entries.back()) + ">; rel=\"next\"");
  }
  return response;
}

}  // namespace callgate
