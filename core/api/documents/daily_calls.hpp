// Document E's surface: daily calls, their queue as Bull shows it, and what they are made with.
// Answers are {success, …}, refusals {success, error}. The calls are those of one standing job, so
// every other route sees them. docs/document-e.md tells what maps to what, and what differs.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/router.hpp"
#include "core/api/schema.hpp"

namespace callgate {

enum class QueueHealth : std::uint8_t { healthy, degraded, unhealthy };
constexpr auto words(QueueHealth /*tag*/) {
  return std::array{
      word("healthy", QueueHealth::healthy, "Daily calls go out at their times, or are off"),
      word("degraded", QueueHealth::degraded, "They wait: the workspace or their job is paused"),
      word("unhealthy", QueueHealth::unhealthy,
           "None can be made: no provider is configured, or their job was canceled or removed")};
}

struct CronView {
  static constexpr std::string_view kSchemaName = "QueueCron";
  std::string name;
  std::string cron;
  std::int64_t next = 0;
  static constexpr auto fields() {
    return std::array{field<&CronView::name>("name", "schedule-calls"),
                      field<&CronView::cron>("cron", "Every five minutes"),
                      field<&CronView::next>("next",
                                             "Milliseconds since 1970: the next multiple "
                                             "of five minutes")};
  }
};

struct DailyQueueView {
  static constexpr std::string_view kSchemaName = "DailyQueue";
  std::string name;
  QueueHealth health = QueueHealth::healthy;
  std::int64_t active = 0;
  std::int64_t waiting = 0;
  std::int64_t failed = 0;
  std::int64_t completed = 0;
  std::vector<CronView> crons;
  static constexpr auto fields() {
    return std::array{
        field<&DailyQueueView::name>("name", "daily-calls"),
        field<&DailyQueueView::health>("health", "Whether daily calls can go out"),
        field<&DailyQueueView::active>("active", "Calls that are live"),
        field<&DailyQueueView::waiting>("waiting", "Calls that wait, for a retry as well"),
        field<&DailyQueueView::failed>("failed", "People whose last daily call reached nobody"),
        field<&DailyQueueView::completed>("completed", "People whose last daily call reached them"),
        field<&DailyQueueView::crons>("crons",
                                      "When people are looked at, as the document says; "
                                      "calls go out at their times")};
  }
};

struct DailyQueueStatus {
  bool success = true;
  DailyQueueView queue;
  static constexpr auto fields() {
    return std::array{field<&DailyQueueStatus::success>("success", "true"),
                      field<&DailyQueueStatus::queue>("queue", "How it stands")};
  }
};

struct DailyTriggered {
  bool success = true;
  std::string message;
  std::int64_t scheduled = 0;
  std::int64_t skipped = 0;
  static constexpr auto fields() {
    return std::array{
        field<&DailyTriggered::success>("success", "true"),
        field<&DailyTriggered::message>("message", "For people"),
        field<&DailyTriggered::scheduled>("scheduled", "People whose daily call was put in"),
        field<&DailyTriggered::skipped>("skipped", "People whose last call is still open")};
  }
};

struct QueueBoardCounts {
  static constexpr std::string_view kSchemaName = "QueueBoardCounts";
  std::int64_t waiting = 0;
  std::int64_t active = 0;
  std::int64_t completed = 0;
  std::int64_t failed = 0;
  std::int64_t delayed = 0;
  std::int64_t paused = 0;
  static constexpr auto fields() {
    return std::array{
        field<&QueueBoardCounts::waiting>("waiting", "Are due"),
        field<&QueueBoardCounts::active>("active", "Are live"),
        field<&QueueBoardCounts::completed>("completed", "Reached"),
        field<&QueueBoardCounts::failed>("failed", "Not reached"),
        field<&QueueBoardCounts::delayed>("delayed", "Wait for a time; of the first thousand"),
        field<&QueueBoardCounts::paused>("paused", "Wait for a pause to end")};
  }
};

struct QueueBoardJob {
  static constexpr std::string_view kSchemaName = "QueueBoardJob";
  std::string id;
  std::string name;
  std::string state;
  std::string phone_number;
  std::int64_t attempts_made = 0;
  Instant timestamp{};
  std::optional<Instant> finished_on;
  std::optional<std::string> failed_reason;
  static constexpr auto fields() {
    return std::array{
        field<&QueueBoardJob::id>("id", "call_…"),
        field<&QueueBoardJob::name>("name", "process-user-call"),
        field<&QueueBoardJob::state>("state", "waiting, active, completed, failed or delayed"),
        field<&QueueBoardJob::phone_number>("phoneNumber", "Masked for who may not see people",
                                            format("phone")),
        field<&QueueBoardJob::attempts_made>("attemptsMade", "Dials of all days"),
        field<&QueueBoardJob::timestamp>("timestamp", "When it was first put in"),
        field<&QueueBoardJob::finished_on>("finishedOn", "When it ended"),
        field<&QueueBoardJob::failed_reason>("failedReason", "How its last dial ended")};
  }
};

struct QueueBoardQueue {
  static constexpr std::string_view kSchemaName = "QueueBoardQueue";
  std::string name;
  bool is_paused = false;
  QueueBoardCounts counts;
  std::vector<QueueBoardJob> jobs;
  static constexpr auto fields() {
    return std::array{
        field<&QueueBoardQueue::name>("name", "daily-calls"),
        field<&QueueBoardQueue::is_paused>("isPaused",
                                           "The workspace or the queue's job is paused"),
        field<&QueueBoardQueue::counts>("counts", "Calls by state"),
        field<&QueueBoardQueue::jobs>("jobs", "At most ten of each state, in the order they came")};
  }
};

struct QueueBoard {
  bool success = true;
  std::vector<QueueBoardQueue> queues;
  static constexpr auto fields() {
    return std::array{field<&QueueBoard::success>("success", "true"),
                      field<&QueueBoard::queues>("queues", "The queues")};
  }
};

struct DailyCallsWanted {
  static constexpr std::string_view kSchemaName = "DailyCallsSettings";
  bool enabled = false;
  std::optional<std::string> assistant_id;
  std::optional<std::string> phone_number_id;
  std::int64_t max_attempts = 3;
  std::optional<std::int64_t> concurrency;
  std::int64_t window_min = 5;
  static constexpr auto fields() {
    return std::array{
        field<&DailyCallsWanted::enabled>("enabled", "Whether daily calls are made", defaulted()),
        field<&DailyCallsWanted::assistant_id>(
            "assistantId", "The provider's id; left out: CALLKARO_AGENT_ID", text(1, 200)),
        field<&DailyCallsWanted::phone_number_id>(
            "phoneNumberId",
            "The provider's id of the number that calls; left out: that of the job made last",
            text(1, 200)),
        field<&DailyCallsWanted::max_attempts>("maxAttempts", "Dials a day, the first included",
                                               range(1, 20), defaulted()),
        field<&DailyCallsWanted::concurrency>(
            "concurrency", "At once; left out: QUEUE_CONCURRENCY, or 5", range(1, 1000)),
        field<&DailyCallsWanted::window_min>("windowMinutes",
                                             "A call that is later than this is not made that day",
                                             range(1, 720), defaulted())};
  }
};

struct DailyCallsView {
  bool enabled = false;
  std::optional<std::string> assistant_id;
  std::optional<std::string> phone_number_id;
  std::int64_t max_attempts = 3;
  std::int64_t concurrency = 5;
  std::int64_t window_min = 5;
  std::optional<std::string> job_id;
  std::optional<Instant> next_at;
  std::int64_t called = 0;
  std::int64_t missed = 0;
  std::int64_t skipped = 0;
  static constexpr auto fields() {
    return std::array{
        field<&DailyCallsView::enabled>("enabled", "Whether daily calls are made"),
        field<&DailyCallsView::assistant_id>("assistantId", "The assistant that calls"),
        field<&DailyCallsView::phone_number_id>("phoneNumberId", "The number that calls"),
        field<&DailyCallsView::max_attempts>("maxAttempts", "Dials a day, the first included"),
        field<&DailyCallsView::concurrency>("concurrency", "At once"),
        field<&DailyCallsView::window_min>("windowMinutes", "Later than this none is made"),
        field<&DailyCallsView::job_id>("jobId", "The job whose calls they are"),
        field<&DailyCallsView::next_at>("nextAt", "When the next is due; absent while off"),
        field<&DailyCallsView::called>("called", "Daily calls put in so far"),
        field<&DailyCallsView::missed>("missed", "Days whose window passed while nothing ran"),
        field<&DailyCallsView::skipped>(
            "skipped", "Days left out: the call before was open, or the job took none")};
  }
};

struct DailyFailure {
  static constexpr std::string_view kSchemaName = "DailyCallsFailure";
  bool success = false;
  std::string error;
  static constexpr auto fields() {
    return std::array{field<&DailyFailure::success>("success", "false"),
                      field<&DailyFailure::error>("error", "For people")};
  }
};

[[nodiscard]] Response daily_refusal(const ApiError& error);
inline constexpr Dialect kDailyDialect{daily_refusal, schema_of<DailyFailure>()};

Answer get_daily_status(Request& request);
Answer post_daily_trigger(Request& request);
Answer get_admin_queues(Request& request);
Answer get_daily_settings(Request& request);
Answer put_daily_settings(Request& request);

}  // namespace callgate
