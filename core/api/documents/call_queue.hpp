// Document C's surface, /api/call-queue: queue items are our calls, campaigns our jobs, contacts
// our contacts; the same commands behind other words and another envelope (docs/document-c.md).
// `:id` is a call's sequence number, or its id as queue_…; a priority n is the rank 10 n.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/call_list.hpp"
#include "core/api/router.hpp"
#include "core/api/schema.hpp"
#include "core/store/call_terms.hpp"

namespace callgate {

// A member that is there, and null where it has nothing to say.
template <class T>
using OrNull = std::optional<std::optional<T>>;

struct QueueMistake {
  std::string place;
  std::string code;
  std::string message;
  static constexpr auto fields() {
    return std::array{
        field<&QueueMistake::place>("field", "JSON pointer into the body, or ?parameter"),
        field<&QueueMistake::code>("code", "What is wrong with it"),
        field<&QueueMistake::message>("message", "The same in words")};
  }
};

struct QueueRefusal {
  bool success = false;
  std::string message;
  std::string error;
  std::optional<std::vector<QueueMistake>> errors;
  static constexpr auto fields() {
    return std::array{
        field<&QueueRefusal::success>("success", "False"),
        field<&QueueRefusal::message>("message", "What is wrong, in words"),
        field<&QueueRefusal::error>("error", "The same as a code that stays"),
        field<&QueueRefusal::errors>("errors", "Each mistake with its place, where there is one")};
  }
};

struct QueueContact {
  std::optional<std::int64_t> id;
  OrNull<std::string> first_name;
  OrNull<std::string> last_name;
  std::string phone_number;
  OrNull<std::string> email;
  static constexpr auto fields() {
    return std::array{field<&QueueContact::id>("id", "Of the contact, with one item alone"),
                      field<&QueueContact::first_name>("firstName", "Given name"),
                      field<&QueueContact::last_name>("lastName", "Family name"),
                      field<&QueueContact::phone_number>("phoneNumber", "E.164"),
                      field<&QueueContact::email>("email", "With one item alone")};
  }
};

struct QueueCampaign {
  std::string id;
  std::string name;
  static constexpr auto fields() {
    return std::array{field<&QueueCampaign::id>("id", "job_…"),
                      field<&QueueCampaign::name>("name", "What people call it")};
  }
};

struct QueueItem {
  std::int64_t id = 0;
  std::string queue_id;
  OrNull<std::int64_t> contact_id;
  std::string campaign_id;
  std::int64_t priority = 0;
  std::string status;
  std::int64_t attempt_count = 0;
  OrNull<Instant> next_attempt_time;
  OrNull<Instant> last_attempt_time;
  OrNull<std::string> last_attempt_result;
  OrNull<std::string> call_sid;
  OrNull<std::string> agent_id;
  bool callback_requested = false;
  OrNull<Instant> callback_time;
  OrNull<std::int64_t> retry_after;
  std::int64_t max_attempts = 1;
  OrNull<JsonObject> metadata;
  Instant created_at{};
  Instant updated_at{};
  QueueContact contact;
  std::optional<QueueCampaign> campaign;
  static constexpr auto fields() {
    return std::array{
        field<&QueueItem::id>("id", "Its number in the workspace"),
        field<&QueueItem::queue_id>("queueId", "queue_…"),
        field<&QueueItem::contact_id>("contactId", "Of the person; null: forgotten since"),
        field<&QueueItem::campaign_id>("campaignId", "job_…"),
        field<&QueueItem::priority>("priority", "Higher goes first"),
        field<&QueueItem::status>("status", "pending, in-progress, completed, failed or canceled"),
        field<&QueueItem::attempt_count>("attemptCount", "Dials so far"),
        field<&QueueItem::next_attempt_time>("nextAttemptTime",
                                             "Not before then; null: none is planned"),
        field<&QueueItem::last_attempt_time>("lastAttemptTime", "When it was last dialled"),
        field<&QueueItem::last_attempt_result>("lastAttemptResult", "How that ended"),
        field<&QueueItem::call_sid>("callSid", "The provider's id of the dial that is live"),
        field<&QueueItem::agent_id>("agentId", "The assistant that calls"),
        field<&QueueItem::callback_requested>("callbackRequested",
                                              "Whether a callback was arranged"),
        field<&QueueItem::callback_time>("callbackTime", "For when"),
        field<&QueueItem::retry_after>("retryAfter",
                                       "Minutes between attempts; null: by their outcome"),
        field<&QueueItem::max_attempts>("maxAttempts", "Dials in one round"),
        field<&QueueItem::metadata>("metadata", "What the assistant is told"),
        field<&QueueItem::created_at>("createdAt", "When it was added"),
        field<&QueueItem::updated_at>("updatedAt", "When anything last happened to it"),
        field<&QueueItem::contact>("contact", "Who is called"),
        field<&QueueItem::campaign>("campaign", "With one item alone")};
  }
};

struct QueueHistoryEntry {
  Instant timestamp{};
  std::string action;
  std::string details;
  std::optional<std::string> reason;
  std::optional<std::string> notes;
  static constexpr auto fields() {
    return std::array{field<&QueueHistoryEntry::timestamp>("timestamp", "When"),
                      field<&QueueHistoryEntry::action>(
                          "action",
                          "created, attempted, priority_updated, rescheduled, callback_scheduled, "
                          "canceled, redriven or updated"),
                      field<&QueueHistoryEntry::details>("details", "In words"),
                      field<&QueueHistoryEntry::reason>("reason", "Why, where somebody said"),
                      field<&QueueHistoryEntry::notes>("notes", "In more words")};
  }
};

struct QueueItemAnswer {
  bool success = true;
  std::optional<std::string> message;
  QueueItem queue_item;
  std::optional<std::vector<QueueHistoryEntry>> history;
  static constexpr auto fields() {
    return std::array{
        field<&QueueItemAnswer::success>("success", "True"),
        field<&QueueItemAnswer::message>("message", "What was done"),
        field<&QueueItemAnswer::queue_item>("queueItem", "As it is now"),
        field<&QueueItemAnswer::history>("history", "What happened to it, oldest first")};
  }
};

struct QueuePage {
  bool success = true;
  std::int64_t count = 0;
  std::int64_t total = 0;
  std::int64_t page = 1;
  std::int64_t pages = 0;
  std::vector<QueueItem> queue_items;
  static constexpr auto fields() {
    return std::array{field<&QueuePage::success>("success", "True"),
                      field<&QueuePage::count>("count", "Items on this page"),
                      field<&QueuePage::total>("total", "Items there are; exact up to 10,000"),
                      field<&QueuePage::page>("page", "This one"),
                      field<&QueuePage::pages>("pages", "So many there are"),
                      field<&QueuePage::queue_items>("queueItems", "As ?sortBy and ?sortDir say",
                                                     callgate::items(0, 100))};
  }
};

struct QueueCampaignCounts {
  std::string campaign_id;
  std::string name;
  std::int64_t total = 0;
  std::int64_t pending = 0;
  std::int64_t in_progress = 0;
  std::int64_t completed = 0;
  std::int64_t failed = 0;
  std::optional<std::int64_t> canceled;
  static constexpr auto fields() {
    return std::array{
        field<&QueueCampaignCounts::campaign_id>("campaignId", "job_…"),
        field<&QueueCampaignCounts::name>("name", "What people call it"),
        field<&QueueCampaignCounts::total>("total", "The sum of the others"),
        field<&QueueCampaignCounts::pending>("pending", "Wait"),
        field<&QueueCampaignCounts::in_progress>("inProgress", "Are dialled or talk"),
        field<&QueueCampaignCounts::completed>("completed", "Were reached"),
        field<&QueueCampaignCounts::failed>("failed", "Were not, or may not be"),
        field<&QueueCampaignCounts::canceled>("canceled", "Were taken back; left out: none")};
  }
};

struct QueueStatus {
  std::int64_t total_items = 0;
  std::int64_t pending_items = 0;
  std::int64_t in_progress_items = 0;
  std::int64_t completed_items = 0;
  std::int64_t failed_items = 0;
  std::optional<std::int64_t> canceled_items;
  std::int64_t callback_items = 0;
  std::vector<QueueCampaignCounts> campaign_counts;
  OrNull<Instant> next_scheduled_call;
  std::int64_t current_rate = 0;
  static constexpr auto fields() {
    return std::array{
        field<&QueueStatus::total_items>("totalItems", "The sum of those by status"),
        field<&QueueStatus::pending_items>("pendingItems", "Wait"),
        field<&QueueStatus::in_progress_items>("inProgressItems", "Are dialled or talk"),
        field<&QueueStatus::completed_items>("completedItems", "Were reached"),
        field<&QueueStatus::failed_items>("failedItems", "Were not, or may not be"),
        field<&QueueStatus::canceled_items>("canceledItems", "Were taken back; left out: none"),
        field<&QueueStatus::callback_items>("callbackItems", "Of those that wait: for a callback"),
        field<&QueueStatus::campaign_counts>("campaignCounts", "By campaign, as they were made"),
        field<&QueueStatus::next_scheduled_call>(
            "nextScheduledCall", "When the first of those that wait may go; null: none may"),
        field<&QueueStatus::current_rate>("currentRate",
                                          "Attempts that ended in the last hour, per hour")};
  }
};

struct QueueStatusAnswer {
  bool success = true;
  QueueStatus queue_status;
  static constexpr auto fields() {
    return std::array{field<&QueueStatusAnswer::success>("success", "True"),
                      field<&QueueStatusAnswer::queue_status>("queueStatus", "As things stand")};
  }
};

struct QueueStatusQuery {
  std::optional<std::string> campaign_id;
  static constexpr auto fields() {
    return std::array{
        field<&QueueStatusQuery::campaign_id>("campaignId", "Only this campaign's", text(1, 64))};
  }
};

enum class QueueWord : std::uint8_t { pending, in_progress, completed, failed, canceled };
constexpr auto words(QueueWord /*tag*/) {
  return std::array{word("pending", QueueWord::pending, "Waits, for whatever"),
                    word("in-progress", QueueWord::in_progress, "Is dialled or talks"),
                    word("in_progress", QueueWord::in_progress, "The same"),
                    word("completed", QueueWord::completed, "Was reached"),
                    word("failed", QueueWord::failed, "Was not, or may not be"),
                    word("canceled", QueueWord::canceled, "Was taken back"),
                    word("cancelled", QueueWord::canceled, "The same")};
}

struct QueueQuery {
  std::int64_t page = 1;
  std::int64_t limit = 20;
  std::optional<QueueWord> status;
  std::optional<std::string> campaign_id;
  std::optional<std::string> contact_id;
  std::optional<std::string> search;
  CallOrder sort_by = CallOrder::next_attempt;
  Direction sort_dir = Direction::ascending;
  static constexpr auto fields() {
    return std::array{
        field<&QueueQuery::page>("page", "Counts from 1; page times limit is at most 10,000",
                                 range(1, 10'000), defaulted()),
        field<&QueueQuery::limit>("limit", "Items on the page", range(1, 100), defaulted()),
        field<&QueueQuery::status>("status", "Only those that stand so"),
        field<&QueueQuery::campaign_id>("campaignId", "Only this campaign's", text(1, 64)),
        field<&QueueQuery::contact_id>("contactId", "Only to this contact's numbers", text(1, 64)),
        field<&QueueQuery::search>(
            "search", "A part of the contact's name, or the first digits of the number",
            text(1, 100)),
        field<&QueueQuery::sort_by>("sortBy", "In which order", defaulted()),
        field<&QueueQuery::sort_dir>("sortDir", "From which end", defaulted())};
  }
};

// What the three bodies that add or change have in common: `agentId`, minutes of `retryAfter` …
inline constexpr std::int64_t kQueueMinutesMax = kOwnWaitSecondsMax / 60;
inline constexpr std::int64_t kQueueBulkMax = 1000;
inline constexpr std::int64_t kQueueSpacingMax = 86'400;

struct NewQueueItem {
  std::int64_t contact_id = 0;
  std::string campaign_id;
  std::optional<std::int64_t> priority;
  std::optional<std::string> next_attempt_time;
  std::optional<std::string> agent_id;
  std::optional<std::int64_t> retry_after;
  std::optional<std::int64_t> max_attempts;
  std::optional<JsonObject> metadata;
  static constexpr auto fields() {
    return std::array{
        field<&NewQueueItem::contact_id>("contactId", "Whom to call", range(1, kIntegerMax)),
        field<&NewQueueItem::campaign_id>("campaignId", "For which campaign", text(1, 64)),
        field<&NewQueueItem::priority>("priority", "Higher goes first; left out: the campaign's",
                                       range(-kDocumentCMax, kDocumentCMax)),
        field<&NewQueueItem::next_attempt_time>("nextAttemptTime",
                                                "Not before then; without an offset it is UTC",
                                                text(1, 40), written_time()),
        field<&NewQueueItem::agent_id>("agentId", "Who calls; left out: the campaign's assistant",
                                       text(1, 200)),
        field<&NewQueueItem::retry_after>("retryAfter", "Minutes between attempts",
                                          range(1, kQueueMinutesMax)),
        field<&NewQueueItem::max_attempts>("maxAttempts", "Dials in one round",
                                           range(1, kOwnAttemptsMax)),
        field<&NewQueueItem::metadata>("metadata", "What the assistant is told", bytes(8192))};
  }
};

struct NewQueueItems {
  std::string campaign_id;
  std::vector<std::int64_t> contacts;
  std::optional<std::int64_t> priority;
  std::optional<std::string> start_time;
  std::int64_t spacing = 0;
  std::optional<std::string> agent_id;
  std::optional<std::int64_t> retry_after;
  std::optional<std::int64_t> max_attempts;
  std::optional<JsonObject> metadata;
  static constexpr auto fields() {
    return std::array{
        field<&NewQueueItems::campaign_id>("campaignId", "For which campaign", text(1, 64)),
        field<&NewQueueItems::contacts>("contacts", "Whom to call", range(1, kIntegerMax),
                                        callgate::items(1, kQueueBulkMax)),
        field<&NewQueueItems::priority>("priority", "Higher goes first; left out: the campaign's",
                                        range(-kDocumentCMax, kDocumentCMax)),
        field<&NewQueueItems::start_time>("startTime",
                                          "The first not before then; without an offset it is UTC",
                                          text(1, 40), written_time()),
        field<&NewQueueItems::spacing>("spacing", "Seconds from each to the next",
                                       range(0, kQueueSpacingMax), defaulted()),
        field<&NewQueueItems::agent_id>("agentId", "Who calls; left out: the campaign's assistant",
                                        text(1, 200)),
        field<&NewQueueItems::retry_after>("retryAfter", "Minutes between attempts",
                                           range(1, kQueueMinutesMax)),
        field<&NewQueueItems::max_attempts>("maxAttempts", "Dials in one round",
                                            range(1, kOwnAttemptsMax)),
        field<&NewQueueItems::metadata>("metadata", "What the assistant is told", bytes(8192))};
  }
};

struct QueueNotAdded {
  std::int64_t contact_id = 0;
  std::string reason;
  static constexpr auto fields() {
    return std::array{
        field<&QueueNotAdded::contact_id>("contactId", "As it was named"),
        field<&QueueNotAdded::reason>("reason", "contact_not_found or already_queued")};
  }
};

struct QueueBulkAnswer {
  bool success = true;
  std::string message;
  std::int64_t added_count = 0;
  std::int64_t failed_count = 0;
  std::vector<std::string> queue_ids;
  std::optional<std::vector<QueueNotAdded>> failed;
  static constexpr auto fields() {
    return std::array{
        field<&QueueBulkAnswer::success>("success", "True"),
        field<&QueueBulkAnswer::message>("message", "How many were added"),
        field<&QueueBulkAnswer::added_count>("addedCount", "So many"),
        field<&QueueBulkAnswer::failed_count>("failedCount", "So many were not"),
        field<&QueueBulkAnswer::queue_ids>("queueIds", "queue_… of each that was added"),
        field<&QueueBulkAnswer::failed>("failed", "Which were not, and why; left out: none")};
  }
};

struct QueueChange {
  std::optional<std::int64_t> priority;
  std::optional<std::string> next_attempt_time;
  std::optional<QueueWord> status;
  std::optional<JsonObject> metadata;
  std::optional<std::string> agent_id;
  std::optional<std::int64_t> retry_after;
  std::optional<std::int64_t> max_attempts;
  std::optional<std::string> reason;
  static constexpr auto fields() {
    return std::array{
        field<&QueueChange::priority>("priority", "Higher goes first",
                                      range(-kDocumentCMax, kDocumentCMax)),
        field<&QueueChange::next_attempt_time>("nextAttemptTime",
                                               "Not before then; without an offset it is UTC",
                                               text(1, 40), written_time()),
        field<&QueueChange::status>(
            "status",
            "pending: one that has ended goes again; canceled: one that waits is taken "
            "back"),
        field<&QueueChange::metadata>("metadata", "Takes the place of what it has", bytes(8192)),
        field<&QueueChange::agent_id>("agentId", "Who calls", text(1, 200)),
        field<&QueueChange::retry_after>("retryAfter", "Minutes between attempts",
                                         range(1, kQueueMinutesMax)),
        field<&QueueChange::max_attempts>("maxAttempts", "Dials in one round",
                                          range(1, kOwnAttemptsMax)),
        field<&QueueChange::reason>("reason", "Why, for the history", text(0, 200))};
  }
};

struct QueueDeleted {
  bool success = true;
  std::string message;
  static constexpr auto fields() {
    return std::array{field<&QueueDeleted::success>("success", "True"),
                      field<&QueueDeleted::message>("message", "What was done")};
  }
};

struct QueueCancel {
  std::optional<std::string> reason;
  std::optional<std::string> notes;
  static constexpr auto fields() {
    return std::array{field<&QueueCancel::reason>("reason", "Why", text(0, 200)),
                      field<&QueueCancel::notes>("notes", "In more words", text(0, 1000))};
  }
};

struct QueueCallback {
  std::string callback_time;
  std::optional<std::int64_t> priority;
  std::optional<std::string> notes;
  static constexpr auto fields() {
    return std::array{
        field<&QueueCallback::callback_time>(
            "callbackTime", "When the person wants to be called; without an offset it is UTC",
            text(1, 40), written_time()),
        field<&QueueCallback::priority>("priority", "Of the item from now on",
                                        range(-kDocumentCMax, kDocumentCMax)),
        field<&QueueCallback::notes>("notes", "For the history", text(0, 1000))};
  }
};

struct QueueOverride {
  std::optional<std::string> caller_id_number;
  std::optional<bool> record_call;
  static constexpr auto fields() {
    return std::array{field<&QueueOverride::caller_id_number>(
                          "callerIdNumber",
                          "The number that calls, as the provider account knows it", text(1, 200)),
                      field<&QueueOverride::record_call>(
                          "recordCall", "Whether the provider is asked to record it")};
  }
};

struct QueueCallNow {
  std::optional<std::string> agent_id;
  std::optional<std::int64_t> priority;
  std::optional<QueueOverride> override_with;
  static constexpr auto fields() {
    return std::array{
        field<&QueueCallNow::agent_id>("agentId", "Who calls from now on", text(1, 200)),
        field<&QueueCallNow::priority>("priority", "Of the item from now on",
                                       range(-kDocumentCMax, kDocumentCMax)),
        field<&QueueCallNow::override_with>("override", "Of the item from now on")};
  }
};

struct QueueCall {
  OrNull<std::string> call_sid;
  std::string status = "initiated";
  std::string from;
  std::string to;
  static constexpr auto fields() {
    return std::array{field<&QueueCall::call_sid>("callSid",
                                                  "The provider's id; null: not known "
                                                  "yet"),
                      field<&QueueCall::status>("status", "initiated"),
                      field<&QueueCall::from>("from", "The number that calls"),
                      field<&QueueCall::to>("to", "The number that is called")};
  }
};

struct QueueCallAnswer {
  bool success = true;
  std::string message;
  QueueItem queue_item;
  QueueCall call;
  static constexpr auto fields() {
    return std::array{field<&QueueCallAnswer::success>("success", "True"),
                      field<&QueueCallAnswer::message>("message", "What was done"),
                      field<&QueueCallAnswer::queue_item>("queueItem", "As it is now"),
                      field<&QueueCallAnswer::call>("call", "The dial")};
  }
};

[[nodiscard]] Response queue_refusal(const ApiError& error);
inline constexpr Dialect kCallQueueDialect{queue_refusal, schema_of<QueueRefusal>()};

// An item on a list, or by itself: with its campaign, and more of its contact.
enum class QueueDetail : std::uint8_t { listed, alone };
// `contact`: whose number it is, null: nobody's; `names`: whoever asks may see who people are.
[[nodiscard]] QueueItem queue_item_of(Service& service, const Call& call, const Contact* contact,
                                      QueueDetail detail, bool names);
[[nodiscard]] std::vector<QueueHistoryEntry> queue_history_of(const Call& call, bool people);
[[nodiscard]] std::string queue_id_of(const Service& service, const Call& call);
[[nodiscard]] QueueStatus queue_status_of(Service& service, std::int64_t job);

// A rank on this surface's scale: the nearest number.
[[nodiscard]] std::int64_t queue_priority_of(std::int64_t rank);
[[nodiscard]] CallPriority priority_of_queue(std::int64_t priority);

// A time as people write it: a date alone, a blank for the T, no seconds, no offset (then UTC).
[[nodiscard]] std::optional<Instant> parse_queue_time(std::string_view text);

// The call that a number or a queue_… names; ApiError 404.
[[nodiscard]] Call queue_call_of(Service& service, const std::string& id);

// The answer to who waited. `known`: what the provider did, else it is still on its way.
[[nodiscard]] Response released_queue_answer(Service& service, const Released& released,
                                             bool known);

Answer get_queue_status(Request& request);
Answer get_queue_items(Request& request);
Answer get_queue_item(Request& request);
Answer post_queue_item(Request& request);
Answer post_queue_items(Request& request);
Answer put_queue_item(Request& request);
Answer delete_queue_item(Request& request);
Answer post_queue_cancel(Request& request);
Answer post_queue_callback(Request& request);
Answer post_queue_call_now(Request& request);

}  // namespace callgate
