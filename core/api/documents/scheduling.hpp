// Document D's surface, /api/v1/scheduling: calls that are scheduled by their owners, one at a
// time, each a job of one person beneath. Answers are {success, data}, refusals {success, error}
// with the document's codes. docs/document-d.md tells what maps to what, and what differs.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/recurrence.hpp"
#include "core/api/router.hpp"
#include "core/api/schema.hpp"
#include "core/engine/scheduled_calls.hpp"

namespace callgate {

enum class PriorityWord : std::uint8_t { high, medium, low };
constexpr auto words(PriorityWord /*tag*/) {
  return std::array{word("high", PriorityWord::high, "Before the others"),
                    word("medium", PriorityWord::medium, "In between"),
                    word("low", PriorityWord::low, "After the others")};
}

constexpr auto words(ScheduledStatus /*tag*/) {
  return std::array{word("pending", ScheduledStatus::pending, "Waits for its time or its turn"),
                    word("processing", ScheduledStatus::processing, "Is being called"),
                    word("completed", ScheduledStatus::completed, "The call was made"),
                    word("failed", ScheduledStatus::failed, "It could not be made"),
                    word("cancelled", ScheduledStatus::cancelled, "Somebody canceled it"),
                    word("canceled", ScheduledStatus::cancelled, "The same")};
}

struct HoursView {
  static constexpr std::string_view kSchemaName = "ScheduledBusinessHours";
  std::string start;
  std::string end;
  std::optional<std::string> timezone;
  std::optional<std::vector<std::int64_t>> days_of_week;
  static constexpr auto fields() {
    return std::array{
        field<&HoursView::start>("start", "HH:MM", format("time-of-day"), example("09:00")),
        field<&HoursView::end>("end", "HH:MM, up to 24:00", format("time-of-day"),
                               example("18:00")),
        field<&HoursView::timezone>("timezone", "IANA name; left out: the call's",
                                    format("time-zone")),
        field<&HoursView::days_of_week>("daysOfWeek",
                                        "0 is Sunday; left out: Monday to Friday, or the default",
                                        callgate::items(1, 7), range(0, 6))};
  }
};

struct CallToSchedule {
  std::string phone_number;
  std::string agent_id;
  std::optional<std::string> user_id;
  std::string scheduled_for;
  std::optional<std::string> timezone;
  bool respect_business_hours = false;
  std::optional<HoursView> business_hours;
  std::optional<SeriesAsked> recurring;
  std::optional<JsonObject> metadata;
  PriorityWord priority = PriorityWord::medium;
  std::optional<std::string> phone_number_id;
  static constexpr auto fields() {
    return std::array{
        field<&CallToSchedule::phone_number>("phoneNumber", "Whom to call, in E.164", text(0, 64),
                                             format("phone"), example("+919876543210")),
        field<&CallToSchedule::agent_id>("agentId", "The provider's id of the assistant",
                                         text(0, 200)),
        field<&CallToSchedule::user_id>("userId", "Whose call it is: the subject of the token",
                                        text(0, 200)),
        field<&CallToSchedule::scheduled_for>(
            "scheduledFor", "An RFC 3339 time, or a local one of the timezone, without an offset",
            text(0, 64), written_time(), example("2025-11-02T10:00:00Z")),
        field<&CallToSchedule::timezone>("timezone", "IANA name; left out: that of the hours",
                                         text(0, 64), format("time-zone")),
        field<&CallToSchedule::respect_business_hours>(
            "respectBusinessHours", "Move it into the business hours", defaulted()),
        field<&CallToSchedule::business_hours>("businessHours", "Left out: the defaults"),
        field<&CallToSchedule::recurring>("recurring", "It is the first of a chain"),
        field<&CallToSchedule::metadata>("metadata", "Handed to the assistant as variables",
                                         bytes(8192)),
        field<&CallToSchedule::priority>("priority", "Among the calls that are due", defaulted()),
        field<&CallToSchedule::phone_number_id>(
            "phoneNumberId",
            "The provider's id of the number that calls; left out: the default, or the one that "
            "called for the job made last",
            text(1, 200))};
  }
};

struct ScheduledMessage {
  std::string scheduled_call_id;
  Instant scheduled_for{};
  std::string message;
  static constexpr auto fields() {
    return std::array{
        field<&ScheduledMessage::scheduled_call_id>("scheduledCallId", "job_…"),
        field<&ScheduledMessage::scheduled_for>("scheduledFor", "When, moved into the hours"),
        field<&ScheduledMessage::message>("message", "For people")};
  }
};

struct CancelledMessage {
  std::string scheduled_call_id;
  ScheduledStatus status = ScheduledStatus::cancelled;
  std::string message;
  static constexpr auto fields() {
    return std::array{field<&CancelledMessage::scheduled_call_id>("scheduledCallId", "job_…"),
                      field<&CancelledMessage::status>("status", "cancelled"),
                      field<&CancelledMessage::message>("message", "For people")};
  }
};

struct OwnerOfCall {
  std::optional<std::string> user_id;
  static constexpr auto fields() {
    return std::array{field<&OwnerOfCall::user_id>("userId", "Whose call it is", text(0, 200))};
  }
};

struct OtherTime {
  std::optional<std::string> user_id;
  std::string scheduled_for;
  static constexpr auto fields() {
    return std::array{field<&OtherTime::user_id>("userId", "Whose call it is", text(0, 200)),
                      field<&OtherTime::scheduled_for>("scheduledFor", "As when it was scheduled",
                                                       text(0, 64), written_time())};
  }
};

inline constexpr std::int64_t kScheduledListedMax = 10'000;

struct ScheduledCallsQuery {
  std::optional<std::string> user_id;
  std::optional<ScheduledStatus> status;
  std::optional<std::string> start_date;
  std::optional<std::string> end_date;
  std::optional<std::string> agent_id;
  std::int64_t page = 1;
  std::int64_t limit = 200;
  static constexpr auto fields() {
    return std::array{
        field<&ScheduledCallsQuery::user_id>("userId", "Whose calls", text(0, 200)),
        field<&ScheduledCallsQuery::status>("status", "Only those that stand so"),
        field<&ScheduledCallsQuery::start_date>("startDate",
                                                "Scheduled for then or later: a date, or a time",
                                                text(1, 64), written_time()),
        field<&ScheduledCallsQuery::end_date>(
            "endDate", "Scheduled for then or earlier: a date, the whole of it, or a time",
            text(1, 64), written_time()),
        field<&ScheduledCallsQuery::agent_id>("agentId", "Only those of this agent", text(1, 200)),
        field<&ScheduledCallsQuery::page>("page", "From 1", range(1, kScheduledListedMax),
                                          defaulted()),
        field<&ScheduledCallsQuery::limit>("limit", "On a page", range(1, 1000), defaulted())};
  }
};

struct AgentView {
  static constexpr std::string_view kSchemaName = "ScheduledAgent";
  std::string id;
  static constexpr auto fields() {
    return std::array{field<&AgentView::id>("_id", "The provider's id of the assistant")};
  }
};

struct RecurringView {
  static constexpr std::string_view kSchemaName = "ScheduledRecurrence";
  std::string frequency;
  std::int64_t interval = 1;
  std::optional<std::string> end_date;
  std::optional<std::int64_t> max_occurrences;
  std::int64_t current_occurrence = 1;
  static constexpr auto fields() {
    return std::array{
        field<&RecurringView::frequency>("frequency", "daily, weekly or monthly"),
        field<&RecurringView::interval>("interval", "Every so many"),
        field<&RecurringView::end_date>("endDate", "The last date or time"),
        field<&RecurringView::max_occurrences>("maxOccurrences", "How many in all"),
        field<&RecurringView::current_occurrence>("currentOccurrence", "This one's number")};
  }
};

struct ScheduledCallView {
  static constexpr std::string_view kSchemaName = "ScheduledCall";
  std::string id;
  std::optional<std::string> call_log_id;
  std::string phone_number;
  AgentView agent_id;
  std::string user_id;
  Instant scheduled_for{};
  std::string timezone;
  ScheduledStatus status = ScheduledStatus::pending;
  bool respect_business_hours = false;
  std::optional<HoursView> business_hours;
  std::optional<RecurringView> recurring;
  JsonObject metadata;
  PriorityWord priority = PriorityWord::medium;
  std::optional<Instant> processed_at;
  std::optional<Instant> failed_at;
  std::optional<std::string> failure_reason;
  std::optional<Instant> next_run;
  Instant created_at{};
  Instant updated_at{};
  bool is_pending = false;
  bool is_recurring = false;
  bool can_cancel = false;
  static constexpr auto fields() {
    return std::array{
        field<&ScheduledCallView::id>("_id", "job_…"),
        field<&ScheduledCallView::call_log_id>("callLogId", "call_…, once it was dialled"),
        field<&ScheduledCallView::phone_number>("phoneNumber", "Whom it calls", format("phone")),
        field<&ScheduledCallView::agent_id>("agentId", "Who calls"),
        field<&ScheduledCallView::user_id>("userId", "Whose it is"),
        field<&ScheduledCallView::scheduled_for>("scheduledFor", "When, moved into the hours"),
        field<&ScheduledCallView::timezone>("timezone", "Its clock", format("time-zone")),
        field<&ScheduledCallView::status>("status", "Where it stands"),
        field<&ScheduledCallView::respect_business_hours>("respectBusinessHours",
                                                          "Whether it is moved into the hours"),
        field<&ScheduledCallView::business_hours>("businessHours", "Those that came with it"),
        field<&ScheduledCallView::recurring>("recurring", "How its chain goes on"),
        field<&ScheduledCallView::metadata>(
            "metadata",
            "As it was given, with jobId, occurrenceNumber and parentScheduledCallId beside"),
        field<&ScheduledCallView::priority>("priority", "Among the calls that are due"),
        field<&ScheduledCallView::processed_at>("processedAt", "When it was first dialled"),
        field<&ScheduledCallView::failed_at>("failedAt", "When it had failed"),
        field<&ScheduledCallView::failure_reason>("failureReason",
                                                  "Why it failed, or what holds it up"),
        field<&ScheduledCallView::next_run>("nextRun", "When the next of its chain is to be"),
        field<&ScheduledCallView::created_at>("createdAt", "When it was scheduled"),
        field<&ScheduledCallView::updated_at>("updatedAt", "When something of it last changed"),
        field<&ScheduledCallView::is_pending>("isPending", "status is pending"),
        field<&ScheduledCallView::is_recurring>("isRecurring", "It is one of a chain"),
        field<&ScheduledCallView::can_cancel>("canCancel", "status is pending")};
  }
};

struct ScheduledCallsPage {
  std::vector<ScheduledCallView> scheduled_calls;
  std::int64_t total = 0;
  std::int64_t page = 1;
  std::int64_t pages = 0;
  static constexpr auto fields() {
    return std::array{field<&ScheduledCallsPage::scheduled_calls>("scheduledCalls",
                                                                  "In the order of their times"),
                      field<&ScheduledCallsPage::total>("total", "On all pages"),
                      field<&ScheduledCallsPage::page>("page", "This one"),
                      field<&ScheduledCallsPage::pages>("pages", "How many there are")};
  }
};

struct SchedulerCounts {
  std::int64_t total = 0;
  std::int64_t pending = 0;
  std::int64_t processing = 0;
  std::int64_t completed = 0;
  std::int64_t failed = 0;
  std::int64_t cancelled = 0;
  std::int64_t upcoming_calls = 0;
  static constexpr auto fields() {
    return std::array{field<&SchedulerCounts::total>("total", "Scheduled calls that are kept"),
                      field<&SchedulerCounts::pending>("pending", "Wait for their time or turn"),
                      field<&SchedulerCounts::processing>("processing", "Are being called"),
                      field<&SchedulerCounts::completed>("completed", "Were made"),
                      field<&SchedulerCounts::failed>("failed", "Could not be made"),
                      field<&SchedulerCounts::cancelled>("cancelled", "Somebody canceled them"),
                      field<&SchedulerCounts::upcoming_calls>(
                          "upcomingCalls", "Pending, and scheduled for later than now")};
  }
};

struct QueueCounts {
  std::int64_t waiting = 0;
  std::int64_t active = 0;
  std::int64_t completed = 0;
  std::int64_t failed = 0;
  std::int64_t delayed = 0;
  std::int64_t paused = 0;
  std::int64_t total = 0;
  static constexpr auto fields() {
    return std::array{
        field<&QueueCounts::waiting>("waiting", "Are due"),
        field<&QueueCounts::active>("active", "Are being called"),
        field<&QueueCounts::completed>("completed", "Reached, and kept"),
        field<&QueueCounts::failed>("failed", "Not reached, and kept"),
        field<&QueueCounts::delayed>("delayed", "Wait for a time, their first or the next"),
        field<&QueueCounts::paused>("paused", "Wait for a person: a pause, or a start"),
        field<&QueueCounts::total>("total", "The sum of these")};
  }
};

struct SchedulingStats {
  SchedulerCounts scheduler;
  QueueCounts queue;
  static constexpr auto fields() {
    return std::array{field<&SchedulingStats::scheduler>("scheduler", "Scheduled calls"),
                      field<&SchedulingStats::queue>("queue", "Every call of the workspace")};
  }
};

template <class T>
struct Succeeded {
  bool success = true;
  T data;
  static constexpr auto fields() {
    return std::array{field<&Succeeded::success>("success", "true"),
                      field<&Succeeded::data>("data", "What was asked for")};
  }
};

struct FailureDetail {
  std::string field_name;
  std::string code;
  std::string message;
  static constexpr auto fields() {
    return std::array{field<&FailureDetail::field_name>("field", "Which: businessHours.start"),
                      field<&FailureDetail::code>("code", "A stable word"),
                      field<&FailureDetail::message>("message", "For people")};
  }
};

struct Failure {
  std::string code;
  std::string message;
  std::optional<std::vector<FailureDetail>> details;
  static constexpr auto fields() {
    return std::array{field<&Failure::code>("code", "VALIDATION_ERROR, INVALID_TIMEZONE …"),
                      field<&Failure::message>("message", "For people"),
                      field<&Failure::details>("details", "What was wrong, place by place")};
  }
};

struct Failed {
  static constexpr std::string_view kSchemaName = "SchedulingFailure";
  bool success = false;
  Failure error;
  static constexpr auto fields() {
    return std::array{field<&Failed::success>("success", "false"),
                      field<&Failed::error>("error", "Why")};
  }
};

// An error in the document's envelope, by its codes.
[[nodiscard]] Response scheduling_refusal(const ApiError& error);
inline constexpr Dialect kSchedulingDialect{scheduling_refusal, schema_of<Failed>()};

Answer post_scheduling_schedule(Request& request);
Answer get_scheduling_calls(Request& request);
Answer post_scheduling_cancel(Request& request);
Answer post_scheduling_reschedule(Request& request);
Answer get_scheduling_stats(Request& request);

}  // namespace callgate
