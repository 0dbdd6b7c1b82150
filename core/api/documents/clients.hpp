// Document B's surface: clients, their queues and their configuration (docs/document-b.md). An item
// is a call in a job of the client; its priority is one of four words, which say its rank by the
// client's weights and the hours that it keeps to. Refusals are the problems of all routes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/calendar.hpp"
#include "core/api/call_list.hpp"
#include "core/api/documents/call_queue.hpp"
#include "core/api/router.hpp"
#include "core/api/scheduler.hpp"
#include "core/api/schema.hpp"
#include "core/engine/clients.hpp"

namespace callgate {

inline constexpr std::int64_t kRetriesMax = kOwnAttemptsMax - 1;

enum class ItemStatus : std::uint8_t {
  pending,
  scheduled,
  in_progress,
  completed,
  failed,
  cancelled,
  retry_scheduled
};
constexpr auto words(ItemStatus /*tag*/) {
  using enum ItemStatus;
  return std::array{word("pending", pending, "Waits for its turn, or in a paused queue"),
                    word("scheduled", scheduled, "Waits for its time"),
                    word("in_progress", in_progress, "Is dialled or talks"),
                    word("completed", completed, "Was reached"),
                    word("failed", failed, "Was not, or may not be called"),
                    word("cancelled", cancelled, "Was taken back"),
                    word("retry_scheduled", retry_scheduled, "Waits for another attempt"),
                    word("in-progress", in_progress, "in_progress"),
                    word("canceled", cancelled, "cancelled")};
}

struct ClientItem {
  static constexpr std::string_view kSchemaName = "ClientQueueItem";
  std::string id;
  std::string client_id;
  OrNull<std::string> lead_id;
  Level priority = Level::normal;
  Instant scheduled_at{};
  std::int64_t retry_count = 0;
  std::int64_t max_retries = 0;
  ItemStatus status = ItemStatus::pending;
  OrNull<std::string> reason;
  JsonObject metadata;
  Instant created_at{};
  Instant updated_at{};
  static constexpr auto fields() {
    return std::array{
        field<&ClientItem::id>("id", "call_…"),
        field<&ClientItem::client_id>("clientId", "Whose queue it stands in"),
        field<&ClientItem::lead_id>("leadId", "contact_…; null: forgotten since"),
        field<&ClientItem::priority>("priority", "Its word"),
        field<&ClientItem::scheduled_at>("scheduledAt", "Not before then"),
        field<&ClientItem::retry_count>("retryCount", "Retries begun or planned, of this round"),
        field<&ClientItem::max_retries>("maxRetries", "At most so many: dials less the first"),
        field<&ClientItem::status>("status", "How it stands"),
        field<&ClientItem::reason>("reason",
                                   "Why it ended so, or how the last attempt did; null: nothing"),
        field<&ClientItem::metadata>("metadata", "What the assistant is told"),
        field<&ClientItem::created_at>("createdAt", "When it was added"),
        field<&ClientItem::updated_at>("updatedAt", "When anything last happened to it")};
  }
};

struct NewClientItem {
  std::optional<std::string> client_id;
  std::string lead_id;
  Level priority = Level::normal;
  std::optional<std::string> scheduled_at;
  std::optional<std::int64_t> max_retries;
  std::optional<JsonObject> metadata;
  static constexpr auto fields() {
    return std::array{
        field<&NewClientItem::client_id>("clientId", "As in the path, where it is said",
                                         text(1, 64)),
        field<&NewClientItem::lead_id>("leadId", "Whom to call: a contact's id or number",
                                       text(1, 64)),
        field<&NewClientItem::priority>("priority", "Its place and its hours", defaulted()),
        field<&NewClientItem::scheduled_at>("scheduledAt",
                                            "Not before then; without an offset it is UTC",
                                            text(1, 40), written_time()),
        field<&NewClientItem::max_retries>("maxRetries", "Dials after the first; left out: 3",
                                           range(0, kRetriesMax)),
        field<&NewClientItem::metadata>("metadata", "What the assistant is told", bytes(8192))};
  }
};

struct ClientItemChange {
  std::optional<Level> priority;
  std::optional<std::string> scheduled_at;
  std::optional<std::int64_t> max_retries;
  std::optional<ItemStatus> status;
  std::optional<JsonObject> metadata;
  std::optional<std::string> reason;
  static constexpr auto fields() {
    return std::array{
        field<&ClientItemChange::priority>("priority", "Its place and its hours"),
        field<&ClientItemChange::scheduled_at>("scheduledAt",
                                               "Not before then; without an offset it is UTC",
                                               text(1, 40), written_time()),
        field<&ClientItemChange::max_retries>("maxRetries", "Dials after the first",
                                              range(0, kRetriesMax)),
        field<&ClientItemChange::status>(
            "status",
            "pending: one that has ended without being reached goes again; cancelled: it is taken "
            "back"),
        field<&ClientItemChange::metadata>("metadata", "Takes the place of what it has",
                                           bytes(8192)),
        field<&ClientItemChange::reason>("reason", "Why, for the history", text(0, 200))};
  }
};

struct ClientItemsQuery {
  std::optional<ItemStatus> status;
  std::optional<Level> priority;
  std::optional<std::string> lead_id;
  std::optional<std::string> search;
  std::optional<Instant> from;
  std::optional<Instant> to;
  std::int64_t page = 1;
  std::int64_t limit = 20;
  static constexpr auto fields() {
    return std::array{
        field<&ClientItemsQuery::status>("status", "Only those that stand so"),
        field<&ClientItemsQuery::priority>("priority", "Only those of this priority"),
        field<&ClientItemsQuery::lead_id>("leadId", "Only those to this contact", text(1, 64)),
        field<&ClientItemsQuery::search>(
            "search", "A part of the contact's name, or the first digits of the number",
            text(1, 100)),
        field<&ClientItemsQuery::from>("from", "Only those added then or later"),
        field<&ClientItemsQuery::to>("to", "Only those added before"),
        field<&ClientItemsQuery::page>("page", "Counts from 1; page times limit is at most 10,000",
                                       range(1, 10'000), defaulted()),
        field<&ClientItemsQuery::limit>("limit", "Items on the page", range(1, 100), defaulted())};
  }
};

struct ClientItemsPage {
  static constexpr std::string_view kSchemaName = "ClientQueue";
  std::vector<ClientItem> items;
  std::int64_t total = 0;
  std::int64_t page = 1;
  std::int64_t pages = 0;
  static constexpr auto fields() {
    return std::array{
        field<&ClientItemsPage::items>("items", "By when they may go; those that do not wait last",
                                       callgate::items(0, 100)),
        field<&ClientItemsPage::total>("total", "Items there are; exact up to 10,000"),
        field<&ClientItemsPage::page>("page", "This one"),
        field<&ClientItemsPage::pages>("pages", "So many there are")};
  }
};

struct QueueProcessed {
  std::int64_t processed = 0;
  std::int64_t successful = 0;
  std::int64_t failed = 0;
  static constexpr auto fields() {
    return std::array{
        field<&QueueProcessed::processed>("processed", "Items that were due and lawful"),
        field<&QueueProcessed::successful>("successful", "Of those: being dialled now"),
        field<&QueueProcessed::failed>("failed", "Of those: ended by a rule before they were")};
  }
};

struct ItemsByPriority {
  std::int64_t urgent = 0;
  std::int64_t high = 0;
  std::int64_t normal = 0;
  std::int64_t low = 0;
  static constexpr auto fields() {
    return std::array{field<&ItemsByPriority::urgent>("urgent", "Wait or are live"),
                      field<&ItemsByPriority::high>("high", "Wait or are live"),
                      field<&ItemsByPriority::normal>("normal", "Wait or are live"),
                      field<&ItemsByPriority::low>("low", "Wait or are live")};
  }
};

struct FailureCount {
  std::string reason;
  std::int64_t count = 0;
  static constexpr auto fields() {
    return std::array{
        field<&FailureCount::reason>("reason", "How the last attempt ended, or expired, blocked"),
        field<&FailureCount::count>("count", "Items that failed so")};
  }
};

struct ClientStats {
  static constexpr std::string_view kSchemaName = "ClientQueueStats";
  std::int64_t total_items = 0;
  std::int64_t pending_items = 0;
  std::int64_t in_progress_items = 0;
  std::int64_t completed_items = 0;
  std::int64_t failed_items = 0;
  std::int64_t cancelled_items = 0;
  ItemsByPriority items_by_priority;
  std::string success_rate;
  std::vector<FailureCount> failure_reasons;
  std::int64_t throughput_per_hour = 0;
  OrNull<std::int64_t> average_wait_seconds;
  OrNull<std::int64_t> average_processing_seconds;
  OrNull<std::string> retry_success_rate;
  std::string business_hours_utilization;
  static constexpr auto fields() {
    return std::array{
        field<&ClientStats::total_items>("totalItems", "The sum of the five that follow"),
        field<&ClientStats::pending_items>("pendingItems", "Wait, for whatever"),
        field<&ClientStats::in_progress_items>("inProgressItems", "Are dialled or talk"),
        field<&ClientStats::completed_items>("completedItems", "Were reached"),
        field<&ClientStats::failed_items>("failedItems", "Were not, or may not be called"),
        field<&ClientStats::cancelled_items>("cancelledItems", "Were taken back"),
        field<&ClientStats::items_by_priority>("itemsByPriority", "Of those that have not ended"),
        field<&ClientStats::success_rate>("successRate",
                                          "Per cent of totalItems that completed, one decimal"),
        field<&ClientStats::failure_reasons>("failureReasons", "Of failedItems, most first"),
        field<&ClientStats::throughput_per_hour>("throughputPerHour",
                                                 "Attempts that ended in the last sixty minutes"),
        field<&ClientStats::average_wait_seconds>(
            "averageWaitSeconds",
            "From its time to the first dial, of the last hundred items; null: none"),
        field<&ClientStats::average_processing_seconds>(
            "averageProcessingSeconds", "From the first dial to the end, of the same"),
        field<&ClientStats::retry_success_rate>(
            "retrySuccessRate", "Per cent of the same with more than one dial that completed"),
        field<&ClientStats::business_hours_utilization>(
            "businessHoursUtilization",
            "Per cent of the open hours of the last seven days, times maxConcurrent, that was "
            "talked")};
  }
};

struct ScheduleBatch {
  std::optional<std::string> client_id;
  std::vector<std::string> lead_ids;
  Level priority = Level::normal;
  std::optional<std::int64_t> batch_size;
  std::optional<std::string> scheduled_at;
  std::optional<std::int64_t> max_retries;
  static constexpr auto fields() {
    return std::array{
        field<&ScheduleBatch::client_id>("clientId", "As in the path, where it is said",
                                         text(1, 64)),
        field<&ScheduleBatch::lead_ids>("leadIds", "Whom to call", text(1, 64),
                                        callgate::items(1, kQueueBulkMax)),
        field<&ScheduleBatch::priority>("priority", "Of all of them", defaulted()),
        field<&ScheduleBatch::batch_size>(
            "batchSize",
            "So many may go at once, the next so many five minutes later, and so on; left out: all "
            "at once",
            range(1, kQueueBulkMax)),
        field<&ScheduleBatch::scheduled_at>(
            "scheduledAt", "The first not before then; without an offset it is UTC", text(1, 40),
            written_time()),
        field<&ScheduleBatch::max_retries>("maxRetries", "Dials after the first; left out: 3",
                                           range(0, kRetriesMax))};
  }
};

struct BatchLead {
  std::string lead_id;
  std::optional<std::string> id;
  std::optional<Instant> scheduled_at;
  std::optional<std::string> reason;
  static constexpr auto fields() {
    return std::array{
        field<&BatchLead::lead_id>("leadId", "As it was named"),
        field<&BatchLead::id>("id", "Of its item, where it was added"),
        field<&BatchLead::scheduled_at>("scheduledAt", "When that may go"),
        field<&BatchLead::reason>("reason", "Why not: contact_not_found, already_queued")};
  }
};

struct BatchScheduled {
  std::int64_t scheduled = 0;
  std::int64_t failed = 0;
  std::int64_t batches = 0;
  std::vector<BatchLead> results;
  static constexpr auto fields() {
    return std::array{field<&BatchScheduled::scheduled>("scheduled", "Were added"),
                      field<&BatchScheduled::failed>("failed", "Were not"),
                      field<&BatchScheduled::batches>("batches", "In so many batches"),
                      field<&BatchScheduled::results>("results", "In the order of leadIds",
                                                      callgate::items(1, kQueueBulkMax))};
  }
};

enum class ActiveDay : std::uint8_t {
  sunday,
  monday,
  tuesday,
  wednesday,
  thursday,
  friday,
  saturday
};
constexpr auto words(ActiveDay /*tag*/) {
  return std::array{word("Mon", ActiveDay::monday),    word("Tue", ActiveDay::tuesday),
                    word("Wed", ActiveDay::wednesday), word("Thu", ActiveDay::thursday),
                    word("Fri", ActiveDay::friday),    word("Sat", ActiveDay::saturday),
                    word("Sun", ActiveDay::sunday)};
}

struct ClientHoursView {
  static constexpr std::string_view kSchemaName = "ClientBusinessHours";
  std::optional<std::string> start;
  std::optional<std::string> end;
  std::optional<std::vector<std::int64_t>> priority_hours;
  std::optional<std::string> timezone;
  static constexpr auto fields() {
    return std::array{
        field<&ClientHoursView::start>("start", "HH:mm", text(1, 8), format("time-of-day")),
        field<&ClientHoursView::end>("end", "HH:mm, not included; up to 24:00", text(1, 8),
                                     format("time-of-day")),
        field<&ClientHoursView::priority_hours>(
            "priorityHours", "Local hours that high keeps to and low keeps out of",
            callgate::items(0, 24), range(0, 23)),
        field<&ClientHoursView::timezone>("timezone", "IANA name", text(1, 64),
                                          format("time-zone"))};
  }
};

struct ClientConfigView {
  static constexpr std::string_view kSchemaName = "ClientQueueConfig";
  std::optional<std::int64_t> max_concurrent;
  std::optional<std::vector<std::int64_t>> retry_delays;
  std::optional<ClientHoursView> business_hours;
  std::optional<std::string> timezone;
  std::optional<std::vector<ActiveDay>> active_days;
  std::optional<PriorityWeights> priority_weights;
  std::optional<std::vector<std::string>> holidays;
  std::optional<std::string> assistant_id;
  std::optional<std::string> phone_number_id;
  static constexpr auto fields() {
    return std::array{
        field<&ClientConfigView::max_concurrent>("maxConcurrent", "Calls at once, of all its jobs",
                                                 range(1, 10'000)),
        field<&ClientConfigView::retry_delays>(
            "retryDelays", "Minutes before each retry; past the end the last, doubled each time",
            callgate::items(1, 20), range(1, 43'200)),
        field<&ClientConfigView::business_hours>("businessHours", "When its calls may be placed"),
        field<&ClientConfigView::timezone>("timezone", "Of hours that name none", text(1, 64),
                                           format("time-zone")),
        field<&ClientConfigView::active_days>("activeDays", "On which days", callgate::items(1, 7)),
        field<&ClientConfigView::priority_weights>("priorityWeights",
                                                   "What is added from now on ranks so"),
        field<&ClientConfigView::holidays>("holidays", "Local dates, YYYY-MM-DD: closed",
                                           callgate::items(0, 1000), text(1, 32), format("date")),
        field<&ClientConfigView::assistant_id>(
            "assistantId", "Who calls; left out: the assistant of the job made last", text(1, 200)),
        field<&ClientConfigView::phone_number_id>(
            "phoneNumberId", "From which number; left out: that of the job made last",
            text(1, 200))};
  }
};

struct ClientView {
  static constexpr std::string_view kSchemaName = "Client";
  std::string id;
  Instant created_at{};
  Instant updated_at{};
  std::int64_t max_concurrent = 0;
  std::int64_t live_calls = 0;
  std::int64_t total_items = 0;
  std::int64_t pending_items = 0;
  std::int64_t completed_items = 0;
  std::int64_t failed_items = 0;
  std::optional<std::string> job_id;
  static constexpr auto fields() {
    return std::array{
        field<&ClientView::id>("id", "As it was named first"),
        field<&ClientView::created_at>("createdAt", "When that was"),
        field<&ClientView::updated_at>("updatedAt", "When its configuration was last set"),
        field<&ClientView::max_concurrent>("maxConcurrent", "Calls at once, of all its jobs"),
        field<&ClientView::live_calls>("liveCalls", "Of all its jobs, now"),
        field<&ClientView::total_items>("totalItems", "In its queue"),
        field<&ClientView::pending_items>("pendingItems", "Wait"),
        field<&ClientView::completed_items>("completedItems", "Were reached"),
        field<&ClientView::failed_items>("failedItems", "Were not"),
        field<&ClientView::job_id>("jobId", "Its queue's job; left out: nothing was added yet")};
  }
};

struct ClientList {
  std::vector<ClientView> clients;
  static constexpr auto fields() {
    return std::array{field<&ClientList::clients>("clients", "In the order in which they came",
                                                  callgate::items(0, 1000))};
  }
};

// An issue where it is none.
void check_client_id(const std::optional<std::string>& id, const char* place,
                     std::vector<Issue>& issues);
// Of the path; ApiError 400 for one that is none.
[[nodiscard]] std::string client_id_of(const Request& request);
// What a client begins with: the host's environment, else the document. ApiError 500 where the
// environment's word cannot be taken.
[[nodiscard]] ClientConfig client_defaults(const Service& service);
// Made where there is none; ApiError 409 when there are too many.
[[nodiscard]] ClientRecord client_for_writing(Service& service, const std::string& id);
// As if it were there.
[[nodiscard]] ClientRecord client_for_reading(Service& service, const std::string& id);

// `contact`: whose number it is; null: nobody's.
[[nodiscard]] ClientItem client_item_of(Service& service, const Call& call, const Contact* contact,
                                        bool names);
// The call of a client's job; ApiError 404.
[[nodiscard]] Call client_call_of(Service& service, const std::string& id);
[[nodiscard]] ClientStats client_stats_of(Service& service, const ClientRecord& client);

Answer get_clients(Request& request);
Answer get_client_config(Request& request);
Answer put_client_config(Request& request);
Answer get_client_items(Request& request);
Answer post_client_item(Request& request);
Answer post_client_process(Request& request);
Answer get_client_stats(Request& request);
Answer post_client_batch(Request& request);
Answer get_client_item(Request& request);
Answer put_client_item(Request& request);
Answer delete_client_item(Request& request);

}  // namespace callgate
