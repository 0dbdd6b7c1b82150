#include "core/api/views.hpp"

#include "core/api/access.hpp"
#include "core/api/call_list.hpp"
#include "core/api/jobs.hpp"

namespace callgate {
namespace {

constexpr std::string_view kViewPrefix = "view";

bool may_change_view(const Request& request, const View& view) {
  return view.owner == request.principal().subject ||
         (view.shared && may(request.principal(), "workspace:write"));
}

SavedView view_of(const Request& request, const View& view) {
  const Service& service = request.service();
  return {format_id(kViewPrefix, {view.created_at, view.seq, service.store.workspace.tag()}),
          view.name,
          view.of,
          JsonObject{view.query},
          view.shared,
          may_change_view(request, view),
          view.owner,
          view.created_at,
          view.updated_at};
}

// Whom it looks for is shown to those alone who may look for people.
bool is_shown(const Request& request, const View& view) {
  const bool is_theirs = view.shared || view.owner == request.principal().subject;
  CallsQuery calls;
  const bool looks_for_people = view.of == ViewOf::calls &&
                                decode_into(calls, view.query).empty() &&
                                (calls.number || calls.search);
  return is_theirs && (!looks_for_people || sees_people(request.principal()));
}

View named_view(const Request& request) {
  Service& service = request.service();
  const auto id = parse_id(kViewPrefix, request.path("id"));
  auto view = id && id->tag == service.store.workspace.tag() ? views::find(service.sql(), id->seq)
                                                             : std::nullopt;
  if (!view || view->created_at != id->created_at || !is_shown(request, *view)) {
    throw ApiError{404, "view_not_found", "There is no such view."};
  }
  return std::move(*view);
}

View view_to_change(const Request& request) {
  View view = named_view(request);
  if (!may_change_view(request, view)) {
    throw ApiError{403, "not_yours", "Only who saved a view, or an admin, may change it."};
  }
  return view;
}

// By the list's own description, so that what is saved can be asked for.
void check_view_query(ViewOf of, const JsonObject& query, std::vector<Issue>& issues) {
  JobsQuery jobs;
  CallsQuery calls;
  std::vector<Issue> found =
      of == ViewOf::jobs ? decode_into(jobs, query.text) : decode_into(calls, query.text);
  const bool clean = found.empty();
  for (Issue& issue : found) {
    issue.pointer.insert(0, "/query");
    issues.push_back(std::move(issue));
  }
  if (clean && jobs.cursor) {
    add_issue(issues, "/query/cursor", "contradiction", "A view begins with the first page.");
  }
  if (clean && calls.page != CallsQuery{}.page) {
    add_issue(issues, "/query/page", "contradiction", "A view begins with the first page.");
  }
}

}  // namespace

Answer get_views(Request& request) {
  const auto query = request.query<ViewsQuery>();
  ViewList list;
  for (const View& view : views::seen_by(request.service().sql(), request.principal().subject)) {
    if ((!query.of || *query.of == view.of) && is_shown(request, view)) {
      list.views.push_back(view_of(request, view));
    }
  }
  return json_response(200, list);
}

Answer post_view(Request& request) {
  Service& service = request.service();
  NewView wanted;
  std::vector<Issue> issues = decode_into(wanted, request.body_text());
  if (is_readable(issues) && !has_issue_at(issues, "/of") && !has_issue_at(issues, "/query")) {
    check_view_query(wanted.of, wanted.query, issues);
  }
  refuse_if_any(issues);
  const std::string& owner = request.principal().subject;
  const views::Count count = views::count(service.sql(), owner);
  if (count.own >= kViewsOfOneMax || count.all >= kViewsMax) {
    throw ApiError{409, "too_many_views",
                   "There may be 100 views of one person, and 1,000 in a workspace."};
  }
  const View view{service.store.workspace.take_seq(),
                  service.now(),
                  service.now(),
                  owner,
                  wanted.shared,
                  wanted.of,
                  wanted.name,
                  wanted.query.text};
  views::add(service.sql(), view);
  const SavedView saved = view_of(request, view);
  return json_response(201, saved, {{"location", "/api/views/" + saved.id}});
}

Answer get_view(Request& request) {
  return json_response(200, view_of(request, named_view(request)));
}

Answer patch_view(Request& request) {
  Service& service = request.service();
  View view = view_to_change(request);
  ViewChange change;
  std::vector<Issue> issues = decode_into(change, request.body_text());
  if (change.query && is_readable(issues) && !has_issue_at(issues, "/query")) {
    check_view_query(view.of, *change.query, issues);
  }
  refuse_if_any(issues);
  view.name = change.name.value_or(view.name);
  view.shared = change.shared.value_or(view.shared);
  view.query = change.query ? change.query->text : view.query;
  view.updated_at = service.now();
  views::save(service.sql(), view);
  return json_response(200, view_of(request, view));
}

Answer delete_view(Request& request) {
  views::erase(request.service().sql(), view_to_change(request).seq);
  return Response{204, {}, {}};
}

}  // namespace callgate
