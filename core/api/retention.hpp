// How long what has ended is kept:
//   GET PUT /api/retention
// A PUT sets all of its document: an end that is left out is kept as the preset says, without one
// for 30 days; one that is given as {} is kept for good.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/api/router.hpp"
#include "core/api/schema.hpp"
#include "core/calls/retention.hpp"

namespace callgate {

constexpr auto words(RetentionPreset /*tag*/) {
  return std::array{
      word("usual", RetentionPreset::usual, "Everything for 30 days"),
      word("d", RetentionPreset::document_d,
           "Document D's: completed calls for a day and at most 1,000, failed ones for 7 days"),
      word("e", RetentionPreset::document_e,
           "Document E's: the last 100 completed and 500 failed calls; of jobs that schedules "
           "made the last 10 that completed and 50 that were canceled")};
}

inline constexpr std::int64_t kKeepDaysMax = 3660;
inline constexpr std::int64_t kKeepCountMax = 1'000'000;

struct KeepView {
  static constexpr std::string_view kSchemaName = "Keep";
  std::optional<std::int64_t> days;
  std::optional<std::int64_t> count;
  static constexpr auto fields() {
    return std::array{
        field<&KeepView::days>("days", "For so many days after their end", range(1, kKeepDaysMax)),
        field<&KeepView::count>("count", "Only so many, the last that ended so",
                                range(0, kKeepCountMax))};
  }
};

struct KeepJobsView {
  static constexpr std::string_view kSchemaName = "KeepScheduledJobs";
  std::optional<KeepView> completed;
  std::optional<KeepView> canceled;
  static constexpr auto fields() {
    return std::array{
        field<&KeepJobsView::completed>("completed", "Those that came to their end by themselves"),
        field<&KeepJobsView::canceled>("canceled", "Those that a person ended")};
  }
};

struct RetentionDocument {
  static constexpr std::string_view kSchemaName = "Retention";
  std::optional<RetentionPreset> preset;
  std::optional<KeepView> completed;
  std::optional<KeepView> failed;
  std::optional<KeepView> canceled;
  std::optional<KeepView> expired;
  std::optional<KeepView> blocked;
  std::optional<KeepJobsView> scheduled_jobs;
  static constexpr auto fields() {
    return std::array{
        field<&RetentionDocument::preset>("preset", "The rule for what is left out beside it"),
        field<&RetentionDocument::completed>("completed", "Calls that reached their person"),
        field<&RetentionDocument::failed>("failed", "Calls that failed for good"),
        field<&RetentionDocument::canceled>("canceled", "Calls that were taken back"),
        field<&RetentionDocument::expired>("expired", "Calls whose window passed"),
        field<&RetentionDocument::blocked>("blocked", "Calls that a rule refused for good"),
        field<&RetentionDocument::scheduled_jobs>(
            "scheduledJobs",
            "Jobs that schedules made, with all their calls; left out: these go "
            "as any other's")};
  }
};

struct KeptView {
  static constexpr std::string_view kSchemaName = "KeptCalls";
  std::int64_t completed = 0;
  std::int64_t failed = 0;
  std::int64_t canceled = 0;
  std::int64_t expired = 0;
  std::int64_t blocked = 0;
  static constexpr auto fields() {
    return std::array{field<&KeptView::completed>("completed", "Reached"),
                      field<&KeptView::failed>("failed", "Failed for good"),
                      field<&KeptView::canceled>("canceled", "Taken back"),
                      field<&KeptView::expired>("expired", "Their window passed"),
                      field<&KeptView::blocked>("blocked", "Refused by a rule")};
  }
};

struct RemovedView {
  static constexpr std::string_view kSchemaName = "RemovedByRetention";
  std::int64_t calls = 0;
  std::int64_t jobs = 0;
  std::optional<Instant> last_at;
  std::optional<std::int64_t> last_calls;
  std::optional<std::int64_t> last_jobs;
  static constexpr auto fields() {
    return std::array{
        field<&RemovedView::calls>("calls", "Ever"), field<&RemovedView::jobs>("jobs", "Ever"),
        field<&RemovedView::last_at>("lastAt", "When anything was removed for the last time …"),
        field<&RemovedView::last_calls>("lastCalls", "… so many calls"),
        field<&RemovedView::last_jobs>("lastJobs", "… and jobs")};
  }
};

struct RetentionView {
  RetentionDocument rule;
  KeptView kept;
  RemovedView removed;
  bool removing = false;
  std::optional<Instant> next_at;
  static constexpr auto fields() {
    return std::array{
        field<&RetentionView::rule>("rule", "What is set, every end of it"),
        field<&RetentionView::kept>("kept", "Calls that have ended and are kept"),
        field<&RetentionView::removed>("removed", "What went, with this rule and others"),
        field<&RetentionView::removing>("removing", "Whether something is being removed now"),
        field<&RetentionView::next_at>("nextAt",
                                       "When something may be old enough; absent: nothing will")};
  }
};

Answer get_retention(Request& request);
Answer put_retention(Request& request);

}  // namespace callgate
