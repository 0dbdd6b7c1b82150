// /api/imports and /api/tasks: how a list of recipients was taken, row by row where it was not, and
// how far long commands have come.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/router.hpp"
#include "core/api/schema.hpp"
#include "core/engine/recipients.hpp"
#include "core/engine/service.hpp"
#include "core/store/tasks.hpp"

namespace callgate {

constexpr auto words(ImportState /*tag*/) {
  return std::array{word("receiving", ImportState::receiving, "Rows are still arriving"),
                    word("sealed", ImportState::sealed, "Complete"),
                    word("refused", ImportState::refused, "Taken back as a whole")};
}

struct RejectView {
  static constexpr std::string_view kSchemaName = "RejectedRow";
  std::int64_t row = 0;
  std::string code;
  std::optional<std::string> field_name;
  std::string detail;
  std::optional<std::string> value;
  static constexpr auto fields() {
    return std::make_tuple(
        field("row", &RejectView::row, "1 is the first row after the header, or the first item"),
        field("code", &RejectView::code,
              "phone_missing, phone_invalid, timezone_unknown, row_invalid or duplicate"),
        field("field", &RejectView::field_name, "The column or member at fault"),
        field("detail", &RejectView::detail, "What is wrong with it"),
        field("value", &RejectView::value, "The text that was given, cut at 100 bytes"));
  }
};

struct ImportView {
  static constexpr std::string_view kSchemaName = "Import";
  std::string id;
  std::optional<std::string> job_id;
  ImportState status = ImportState::receiving;
  std::int64_t rows = 0;
  std::int64_t accepted = 0;
  std::int64_t rejected = 0;
  std::int64_t duplicates = 0;
  std::vector<RejectView> rejects;
  std::string rejects_url;
  std::optional<std::string> detail;
  static constexpr auto fields() {
    return std::make_tuple(
        field("id", &ImportView::id, "imp_…"),
        field("jobId", &ImportView::job_id, "job_…; left out: onto the do-not-call list"),
        field("status", &ImportView::status, "Where it stands"),
        field("rows", &ImportView::rows, "Rows read"),
        field("accepted", &ImportView::accepted, "Taken into the job, or onto the list"),
        field("rejected", &ImportView::rejected, "Rows that were not taken"),
        field("duplicates", &ImportView::duplicates, "Rows whose number was there before"),
        field("rejects", &ImportView::rejects, "The first hundred rows not taken, and why",
              callgate::items(0, 100)),
        field("rejectsUrl", &ImportView::rejects_url, "Where all of them are"),
        field("detail", &ImportView::detail, "Why it was refused"));
  }
};

struct RejectPage {
  std::vector<RejectView> rejects;
  std::optional<std::int64_t> next_cursor;
  static constexpr auto fields() {
    return std::make_tuple(
        field("rejects", &RejectPage::rejects, "By row", callgate::items(0, 1000)),
        field("nextCursor", &RejectPage::next_cursor, "?cursor of the next page"));
  }
};

struct RejectQuery {
  std::int64_t cursor = 0;
  std::int64_t limit = 1000;
  static constexpr auto fields() {
    return std::make_tuple(
        field("cursor", &RejectQuery::cursor, "Rows after this one", range(0, kIntegerMax),
              defaulted()),
        field("limit", &RejectQuery::limit, "Rows on the page", range(1, 1000), defaulted()));
  }
};

constexpr auto words(TaskKind /*tag*/) {
  return std::array{word("cancel_calls", TaskKind::cancel_calls, "Cancels the calls of a job"),
                    word("purge_import", TaskKind::purge_import, "Removes a refused import"),
                    word("redrive_calls", TaskKind::redrive_calls, "Calls people of a job again")};
}
constexpr auto words(TaskState /*tag*/) {
  return std::array{word("running", TaskState::running), word("done", TaskState::done)};
}

struct TaskView {
  static constexpr std::string_view kSchemaName = "Task";
  std::string id;
  TaskKind kind = TaskKind::cancel_calls;
  TaskState status = TaskState::running;
  std::int64_t done = 0;
  std::int64_t total = 0;
  Instant created_at{};
  std::optional<Instant> finished_at;
  static constexpr auto fields() {
    return std::make_tuple(field("id", &TaskView::id, "task_…"),
                           field("kind", &TaskView::kind, "What it does"),
                           field("status", &TaskView::status, "Where it stands"),
                           field("done", &TaskView::done, "Rows done"),
                           field("total", &TaskView::total, "Rows in all, as far as known"),
                           field("createdAt", &TaskView::created_at, "When it was made"),
                           field("finishedAt", &TaskView::finished_at, "When it was done"));
  }
};

// `job`: nullptr where it went onto the do-not-call list.
[[nodiscard]] ImportView view_of(Service& service, const Import& import, const Job* job);
[[nodiscard]] std::string task_id(const Service& service, const Task& task);

Answer get_import(Request& request);
Answer get_import_rejects(Request& request);
Answer get_task(Request& request);

}  // namespace callgate
