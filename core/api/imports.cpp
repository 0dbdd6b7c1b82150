#include "core/api/imports.hpp"

#include "core/engine/bulk.hpp"

namespace callgate {
namespace {

ApiError not_found(std::string_view what) {
  return {404, std::string{what} + "_not_found", "There is no such " + std::string{what} + "."};
}

RejectView view_of(const RejectedRow& rejected, bool people) {
  RejectView view;
  view.row = rejected.row;
  view.code = rejected.reject.code;
  if (!rejected.reject.field.empty()) {
    view.field_name = rejected.reject.field;
  }
  view.detail = rejected.reject.detail;
  if (people && !rejected.reject.value.empty()) {
    view.value = rejected.reject.value;
  }
  return view;
}

std::string import_id(const Service& service, const Import& import) {
  return format_id("imp", {import.created_at, import.seq, service.store.workspace.tag()});
}

// The import that an id names, with its job if it has one; ApiError 404.
std::pair<Import, const Job*> import_of(Service& service, const std::string& text) {
  const auto id = parse_id("imp", text);
  if (!id || id->tag != service.store.workspace.tag()) {
    throw not_found("import");
  }
  auto import = imports::find(service.sql(), id->seq);
  const Job* job = import && import->job != 0 ? service.store.jobs.find(import->job) : nullptr;
  const bool shown = job != nullptr ? job->visible() : import && import->job == 0;
  if (!shown || import->created_at != id->created_at) {
    throw not_found("import");
  }
  return {std::move(*import), job};
}

}  // namespace

ImportView view_of(Service& service, const Import& import, const Job* job, bool people) {
  ImportView view;
  view.id = import_id(service, import);
  if (job != nullptr) {
    view.job_id = job_id(service, *job);
  }
  view.status = import.state;
  view.rows = import.rows;
  view.accepted = import.accepted;
  view.rejected = import.rejected;
  view.duplicates = import.duplicates;
  for (const RejectedRow& rejected :
       imports::rejects(service.sql(), import.seq, 0, kRejectsShown)) {
    view.rejects.push_back(view_of(rejected, people));
  }
  view.rejects_url = "/api/imports/" + view.id + "/rejects";
  if (!import.detail.empty()) {
    view.detail = import.detail;
  }
  return view;
}

std::string task_id(const Service& service, const Task& task) {
  return format_id("task", {task.created_at, task.seq, service.store.workspace.tag()});
}

Answer get_import(Request& request) {
  Service& service = request.service();
  const auto [import, job] = import_of(service, request.path("id"));
  return json_response(200, view_of(service, import, job, sees_people(request.principal())));
}

Answer get_import_rejects(Request& request) {
  const auto query = request.query<RejectQuery>();
  Service& service = request.service();
  const auto found = import_of(service, request.path("id"));
  const bool people = sees_people(request.principal());
  RejectPage page;
  for (const RejectedRow& rejected :
       imports::rejects(service.sql(), found.first.seq, query.cursor, query.limit)) {
    page.rejects.push_back(view_of(rejected, people));
  }
  if (static_cast<std::int64_t>(page.rejects.size()) == query.limit) {
    page.next_cursor = page.rejects.back().row;
  }
  return json_response(200, page);
}

Answer get_task(Request& request) {
  Service& service = request.service();
  const auto id = parse_id("task", request.path("id"));
  if (!id || id->tag != service.store.workspace.tag()) {
    throw not_found("task");
  }
  const auto task = tasks::find(service.sql(), id->seq);
  if (!task || task->created_at != id->created_at) {
    throw not_found("task");
  }
  TaskView view{
      task_id(service, *task), task->kind,       task->state, task->done, task->total, std::nullopt,
      task->created_at,        task->finished_at};
  if (const std::int64_t refused = refused_by(*task); refused > 0) {
    view.refused = refused;
  }
  return json_response(200, view);
}

}  // namespace callgate
