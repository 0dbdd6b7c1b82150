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

// The first of them are told with an import; the others are asked for.
inline constexpr std::int64_t kRejectsShown = 100;

struct RejectView {
  static constexpr std::string_view kSchemaName = "RejectedRow";
  std::int64_t row = 0;
  std::string code;
  std::optional<std::string> field_name;
  std::string detail;
  std::optional<std::string> value;
  static constexpr auto fields() {
    return std::array{
        field<&RejectView::row>("row", "1 is the first row after the header, or the first item"),
        field<&RejectView::code>(
            "code", "phone_missing, phone_invalid, timezone_unknown, row_invalid or duplicate"),
        field<&RejectView::field_name>("field", "The column or member at fault"),
        field<&RejectView::detail>("detail", "What is wrong with it"),
        field<&RejectView::value>("value",
                                  "The text that was given, cut at 100 bytes; with pii:read")};
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
    return std::array{
        field<&ImportView::id>("id", "imp_…"),
        field<&ImportView::job_id>("jobId",
                                   "job_…; left out: onto the do-not-call list, or contacts"),
        field<&ImportView::status>("status", "Where it stands"),
        field<&ImportView::rows>("rows", "Rows read"),
        field<&ImportView::accepted>("accepted",
                                     "Taken into the job, onto the list, or as contacts"),
        field<&ImportView::rejected>("rejected", "Rows that were not taken"),
        field<&ImportView::duplicates>(
            "duplicates", "Rows whose number was there before; of contacts: that say nothing new"),
        field<&ImportView::rejects>("rejects", "The first hundred rows not taken, and why",
                                    callgate::items(0, 100)),
        field<&ImportView::rejects_url>("rejectsUrl", "Where all of them are"),
        field<&ImportView::detail>("detail", "Why it was refused")};
  }
};

struct RejectPage {
  std::vector<RejectView> rejects;
  std::optional<std::int64_t> next_cursor;
  static constexpr auto fields() {
    return std::array{field<&RejectPage::rejects>("rejects", "By row", callgate::items(0, 1000)),
                      field<&RejectPage::next_cursor>("nextCursor", "?cursor of the next page")};
  }
};

struct RejectQuery {
  std::int64_t cursor = 0;
  std::int64_t limit = 1000;
  static constexpr auto fields() {
    return std::array{
        field<&RejectQuery::cursor>("cursor", "Rows after this one", range(0, kIntegerMax),
                                    defaulted()),
        field<&RejectQuery::limit>("limit", "Rows on the page", range(1, 1000), defaulted())};
  }
};

constexpr auto words(TaskKind /*tag*/) {
  return std::array{word("cancel_calls", TaskKind::cancel_calls, "Cancels the calls of a job"),
                    word("purge_import", TaskKind::purge_import, "Removes a refused import"),
                    word("redrive_calls", TaskKind::redrive_calls, "Calls people of a job again"),
                    word("bulk_calls", TaskKind::bulk_calls, "A command about many calls of a job"),
                    word("bulk_jobs", TaskKind::bulk_jobs, "A command about many jobs"),
                    word("clone_calls", TaskKind::clone_calls,
                         "The people of a job into another that was made like it")};
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
  std::optional<std::int64_t> refused;
  Instant created_at{};
  std::optional<Instant> finished_at;
  static constexpr auto fields() {
    return std::array{field<&TaskView::id>("id", "task_…"),
                      field<&TaskView::kind>("kind", "What it does"),
                      field<&TaskView::status>("status", "Where it stands"),
                      field<&TaskView::done>("done", "Rows done"),
                      field<&TaskView::total>("total", "Rows in all, as far as known"),
                      field<&TaskView::refused>(
                          "refused", "Of those done: it could do nothing to them, as they stood"),
                      field<&TaskView::created_at>("createdAt", "When it was made"),
                      field<&TaskView::finished_at>("finishedAt", "When it was done")};
  }
};

// `job`: nullptr where it went onto the do-not-call list.
// `people`: whoever asks may see who people are, and so what stands in a row.
[[nodiscard]] ImportView view_of(Service& service, const Import& import, const Job* job,
                                 bool people);
[[nodiscard]] std::string task_id(const Service& service, const Task& task);

Answer get_import(Request& request);
Answer get_import_rejects(Request& request);
Answer get_task(Request& request);

}  // namespace callgate
