// One command about many: POST /api/calls/bulk and POST /api/jobs/bulk. Who is meant is named by id
// or found by a query. dryRun only counts; what cannot be made undone for more than one is asked
// for by a query only with the count that was told. What a command refuses to one of them is told
// of that one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/calls.hpp"
#include "core/api/jobs.hpp"
#include "core/api/retry.hpp"
#include "core/api/router.hpp"
#include "core/api/schema.hpp"
#include "core/engine/bulk.hpp"

namespace callgate {

constexpr auto words(CallAction /*tag*/) {
  return std::array{
      word("cancel", CallAction::cancel, "Taken out; live ones too with hangUp"),
      word("callNow", CallAction::call_now, "Dialled this moment, where they may be"),
      word("reschedule", CallAction::reschedule, "They wait until at"),
      word("callback", CallAction::callback, "Called at that time, before everything else"),
      word("redrive", CallAction::redrive, "Not reached: the next round")};
}

constexpr auto words(JobAction /*tag*/) {
  return std::array{word("start", JobAction::start),
                    word("pause", JobAction::pause),
                    word("resume", JobAction::resume),
                    word("cancel", JobAction::cancel),
                    word("delete", JobAction::remove),
                    word("reprioritise", JobAction::reprioritise, "With priority or level")};
}

constexpr auto words(JobStage /*tag*/) {
  return std::array{word("importing", JobStage::importing, "Recipients are still arriving"),
                    word("pending", JobStage::pending, "Not started"),
                    word("running", JobStage::running, "Calls are being placed"),
                    word("paused", JobStage::paused, "No new calls until it is resumed"),
                    word("completed", JobStage::completed, "Every call has ended"),
                    word("canceled", JobStage::canceled, "Stopped for good")};
}

// So many by their ids.
inline constexpr std::int64_t kBulkMax = 1000;

struct CallBulkQuery {
  std::string job_id;
  std::optional<std::vector<CallFilter>> status;
  std::optional<std::vector<Outcome>> outcome;
  static constexpr auto fields() {
    return std::array{
        field<&CallBulkQuery::job_id>("jobId", "Calls of this job", text(1, 64)),
        field<&CallBulkQuery::status>(
            "status", "Where they stand; left out: redrive failed, any other waiting",
            callgate::items(1, 6)),
        field<&CallBulkQuery::outcome>("outcome", "Only those whose last attempt ended so",
                                       callgate::items(1, 15))};
  }
};

struct CallBulk {
  CallAction action = CallAction::cancel;
  std::optional<std::vector<std::string>> ids;
  std::optional<CallBulkQuery> query;
  std::optional<Instant> at;
  bool hang_up = false;
  std::optional<std::string> note;
  bool dry_run = false;
  std::optional<std::int64_t> confirm;
  static constexpr auto fields() {
    return std::array{
        field<&CallBulk::action>("action", "What is done to each"),
        field<&CallBulk::ids>("ids", "call_…; these alone", text(1, 64),
                              callgate::items(1, kBulkMax)),
        field<&CallBulk::query>("query", "Instead of ids: those that it finds"),
        field<&CallBulk::at>("at", "Of reschedule and callback"),
        field<&CallBulk::hang_up>("hangUp", "Of cancel: live ones too", defaulted()),
        field<&CallBulk::note>("note", "Why; kept in the audit log", text(1, 500)),
        field<&CallBulk::dry_run>("dryRun", "Only count them", defaulted()),
        field<&CallBulk::confirm>(
            "confirm",
            "The count, as dryRun told it: needed to cancel or redrive more than one by "
            "a query",
            range(0, kIntegerMax))};
  }
};

struct JobBulkQuery {
  std::optional<std::vector<JobStage>> status;
  static constexpr auto fields() {
    return std::array{field<&JobBulkQuery::status>(
        "status", "Where they stand; left out: wherever the action can be done",
        callgate::items(1, 6))};
  }
};

struct JobBulk {
  JobAction action = JobAction::pause;
  std::optional<std::vector<std::string>> ids;
  std::optional<JobBulkQuery> query;
  std::optional<std::int64_t> priority;
  std::optional<Level> level;
  std::optional<std::string> note;
  bool dry_run = false;
  std::optional<std::int64_t> confirm;
  static constexpr auto fields() {
    return std::array{
        field<&JobBulk::action>("action", "What is done to each"),
        field<&JobBulk::ids>("ids", "job_…; these alone", text(1, 64),
                             callgate::items(1, kBulkMax)),
        field<&JobBulk::query>("query", "Instead of ids: those that it finds"),
        field<&JobBulk::priority>("priority", "Of reprioritise: 1 is highest, 5 lowest",
                                  range(1, 5)),
        field<&JobBulk::level>("level", "Of reprioritise, instead of priority"),
        field<&JobBulk::note>("note", "Why; kept in the audit log", text(1, 500)),
        field<&JobBulk::dry_run>("dryRun", "Only count them", defaulted()),
        field<&JobBulk::confirm>(
            "confirm",
            "The count, as dryRun told it: needed to cancel or delete more than one by "
            "a query",
            range(0, kIntegerMax))};
  }
};

struct BulkResult {
  std::string id;
  bool ok = true;
  std::optional<std::string> code;
  std::optional<std::string> detail;
  static constexpr auto fields() {
    return std::array{field<&BulkResult::id>("id", "As it was named, or is"),
                      field<&BulkResult::ok>("ok", "It was done"),
                      field<&BulkResult::code>("code", "Why it was not"),
                      field<&BulkResult::detail>("detail", "For a person")};
  }
};

struct BulkView {
  static constexpr std::string_view kSchemaName = "BulkDone";
  std::int64_t count = 0;
  std::optional<std::int64_t> done;
  std::optional<std::vector<BulkResult>> results;
  std::optional<std::string> task_id;
  static constexpr auto fields() {
    return std::array{
        field<&BulkView::count>("count", "That stand so that the action can be done to them"),
        field<&BulkView::done>("done", "To so many it was; left out by dryRun"),
        field<&BulkView::results>("results", "Each of them, where some were refused"),
        field<&BulkView::task_id>("taskId", "What does it to so many: GET /api/tasks/{id}")};
  }
};

Answer post_calls_bulk(Request& request);
Answer post_jobs_bulk(Request& request);

}  // namespace callgate
