// /api/calls: one call as people see it, its state in the shown words, its ended attempts.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/api/calendar.hpp"
#include "core/api/router.hpp"
#include "core/api/schema.hpp"
#include "core/engine/service.hpp"
#include "core/store/calls.hpp"

namespace callgate {

enum class CallFilter : std::uint8_t { waiting, live, completed, failed, canceled, blocked };
constexpr auto words(CallFilter /*tag*/) {
  return std::array{word("waiting", CallFilter::waiting),     word("live", CallFilter::live),
                    word("completed", CallFilter::completed), word("failed", CallFilter::failed),
                    word("canceled", CallFilter::canceled),   word("blocked", CallFilter::blocked)};
}

struct CallQuery {
  std::optional<std::string> cursor;
  std::int64_t limit = 100;
  std::optional<CallFilter> state;
  static constexpr auto fields() {
    return std::array{
        field<&CallQuery::cursor>("cursor", "nextCursor of the page before", text(1, 64)),
        field<&CallQuery::limit>("limit", "Items on the page", range(1, 1000), defaulted()),
        field<&CallQuery::state>("state", "Only calls in this state")};
  }
};

// What a dial was decided by (core/calls/evidence.hpp).
struct EvidenceView {
  static constexpr std::string_view kSchemaName = "Evidence";
  std::optional<std::int64_t> job_version;
  std::string country;
  std::vector<std::string> subdivisions;
  std::vector<std::string> zones;
  std::optional<std::string> local_time;
  std::optional<std::string> rules_of;
  std::optional<std::string> provider;
  std::vector<std::string> caps;
  static constexpr auto fields() {
    return std::array{
        field<&EvidenceView::job_version>("jobVersion", "Of its job's settings, as it went out"),
        field<&EvidenceView::country>("country", "Where it rang: ISO 3166; 001 for none"),
        field<&EvidenceView::subdivisions>("subdivisions", "Parts of it with a law of their own"),
        field<&EvidenceView::zones>("zones", "The clocks that had to allow it",
                                    format("time-zone")),
        field<&EvidenceView::local_time>("localTime", "On that clock, where it is one alone"),
        field<&EvidenceView::rules_of>(
            "rulesOf",
            "The day of the rules that held; left out: they were left aside, or nobody "
            "was rung"),
        field<&EvidenceView::provider>("provider", "The account by which it went"),
        field<&EvidenceView::caps>("caps",
                                   "Whose caps on calls to the number counted it: rules of GET "
                                   "/api/quiet-hours/rules, and workspace")};
  }
};

// An ended attempt as the call's history has it.
struct AttemptRecord {
  std::int64_t attempt = 1;
  std::string outcome;
  std::optional<std::int64_t> times;
  std::string ended_reason;
  std::optional<std::string> provider_call_id;
  Instant dialed_at{};
  std::optional<Instant> started_at;
  Instant ended_at{};
  std::optional<std::int64_t> round;
  std::optional<std::int64_t> version;
  std::optional<std::string> provider;
  std::optional<std::string> evidence;
  std::optional<std::int64_t> cost_micros;
  static constexpr auto fields() {
    return std::array{field<&AttemptRecord::attempt>("attempt", ""),
                      field<&AttemptRecord::outcome>("outcome", ""),
                      field<&AttemptRecord::times>("times", ""),
                      field<&AttemptRecord::ended_reason>("endedReason", ""),
                      field<&AttemptRecord::provider_call_id>("providerCallId", ""),
                      field<&AttemptRecord::dialed_at>("dialedAt", ""),
                      field<&AttemptRecord::started_at>("startedAt", ""),
                      field<&AttemptRecord::ended_at>("endedAt", ""),
                      field<&AttemptRecord::round>("round", ""),
                      field<&AttemptRecord::version>("version", ""),
                      field<&AttemptRecord::provider>("provider", ""),
                      field<&AttemptRecord::evidence>("evidence", ""),
                      field<&AttemptRecord::cost_micros>("costMicros", "")};
  }
};

struct AttemptView {
  static constexpr std::string_view kSchemaName = "Attempt";
  std::int64_t attempt = 1;
  std::string outcome;
  std::optional<std::int64_t> times;
  std::string ended_reason;
  std::optional<std::string> provider_call_id;
  Instant dialed_at{};
  std::optional<Instant> started_at;
  Instant ended_at{};
  std::optional<std::int64_t> round;
  std::optional<std::int64_t> cost_micros;
  std::optional<std::string> provider;
  std::optional<EvidenceView> evidence;
  static constexpr auto fields() {
    return std::array{
        field<&AttemptView::attempt>("attempt", "Counts from 1"),
        field<&AttemptView::outcome>(
            "outcome",
            "answered, voicemail, ivr, no_answer, busy, declined, screened_or_spam, "
            "invalid_number, carrier_failed, capacity, provider_error, billing, config, "
            "canceled or not_placed"),
        field<&AttemptView::times>(
            "times",
            "Put off so often for this reason without using an attempt; the last time is shown"),
        field<&AttemptView::ended_reason>("endedReason", "The provider's own word"),
        field<&AttemptView::provider>("provider", "The account by which it went"),
        field<&AttemptView::provider_call_id>("providerCallId", "The provider's id of this dial"),
        field<&AttemptView::dialed_at>("dialedAt", "When it was decided"),
        field<&AttemptView::started_at>("startedAt", "When it was answered"),
        field<&AttemptView::ended_at>("endedAt", "When it ended"),
        field<&AttemptView::round>("round", "Of the call: a redrive begins the next; left out: 1"),
        field<&AttemptView::cost_micros>("costMicros", "Millionths of a dollar"),
        field<&AttemptView::evidence>("evidence", "What it was decided by")};
  }
};

// What was done with a call by hand.
struct CallEventView {
  static constexpr std::string_view kSchemaName = "CallEvent";
  Instant at{};
  std::string action;
  std::optional<std::int64_t> rank_before;
  std::optional<std::int64_t> rank_after;
  std::optional<Instant> not_before;
  std::vector<std::string> fields_changed;
  std::optional<std::string> reason;
  std::optional<std::string> note;
  static constexpr auto fields() {
    return std::array{
        field<&CallEventView::at>("at", "When"),
        field<&CallEventView::action>("action",
                                      "priority_updated, rescheduled, callback_scheduled, "
                                      "canceled, redriven or updated"),
        field<&CallEventView::rank_before>("rankBefore", "Of a priority"),
        field<&CallEventView::rank_after>("rankAfter", "Of a priority"),
        field<&CallEventView::not_before>("notBefore", "The time that was set"),
        field<&CallEventView::fields_changed>("fields", "What was updated"),
        field<&CallEventView::reason>("reason", "Why; with pii:read"),
        field<&CallEventView::note>("note", "In more words; with pii:read")};
  }
};

// What a call asks for itself; what it does not is left out.
struct CallTermsView {
  static constexpr std::string_view kSchemaName = "CallTerms";
  std::optional<std::int64_t> priority;
  std::optional<Level> level;
  std::optional<std::int64_t> rank;
  std::optional<std::string> assistant_id;
  std::optional<std::string> phone_number_id;
  std::optional<std::int64_t> max_attempts;
  std::optional<std::int64_t> retry_after_seconds;
  std::optional<Instant> callback_at;
  std::optional<bool> record_call;
  static constexpr auto fields() {
    return std::array{
        field<&CallTermsView::priority>("priority", "As it was written: 1 to 5"),
        field<&CallTermsView::level>("level", "As it was written: a word"),
        field<&CallTermsView::rank>("rank", "What the priority comes to: higher first"),
        field<&CallTermsView::assistant_id>("assistantId", "Who calls"),
        field<&CallTermsView::phone_number_id>("phoneNumberId", "The number that calls"),
        field<&CallTermsView::max_attempts>("maxAttempts", "Dials in one round"),
        field<&CallTermsView::retry_after_seconds>("retryAfterSeconds", "After each attempt"),
        field<&CallTermsView::callback_at>("callbackAt", "When a callback was arranged for"),
        field<&CallTermsView::record_call>("recordCall", "Whether it is recorded")};
  }
};

struct CallView {
  static constexpr std::string_view kSchemaName = "Call";
  std::string id;
  std::string job_id;
  std::string phone_number;
  std::optional<std::string> contact_id;
  std::optional<std::string> first_name;
  std::optional<std::string> last_name;
  std::optional<std::string> timezone;
  std::optional<JsonObject> metadata;
  std::optional<std::string> arm;
  std::string status;
  std::optional<std::string> blocked_by;
  std::optional<std::string> outcome;
  std::int64_t round = 1;
  std::int64_t attempts_used = 0;
  std::optional<Instant> not_before;
  Instant created_at{};
  std::optional<Instant> ended_at;
  std::vector<AttemptView> attempts;
  std::optional<CallTermsView> own;
  std::optional<std::vector<CallEventView>> events;
  static constexpr auto fields() {
    return std::array{
        field<&CallView::id>("id", "call_…"),
        field<&CallView::job_id>("jobId", "job_…"),
        field<&CallView::phone_number>("phoneNumber", "E.164"),
        field<&CallView::contact_id>("contactId", "ct_…: whose number it is"),
        field<&CallView::first_name>("firstName", "Given name"),
        field<&CallView::last_name>("lastName", "Family name"),
        field<&CallView::timezone>("timezone", "IANA name, when one was given"),
        field<&CallView::metadata>("metadata", "What the assistant is told"),
        field<&CallView::arm>("arm", "Of its job's experiment"),
        field<&CallView::status>(
            "status",
            "pending, scheduled, retry_scheduled, paused, dialing, ringing, in_progress, "
            "completed, failed, canceled, expired, blocked or held"),
        field<&CallView::blocked_by>("blockedBy", "What refused a blocked call: do_not_call"),
        field<&CallView::outcome>("outcome", "Of the last attempt that ended"),
        field<&CallView::round>("round", "Grows when a call that had ended is called again"),
        field<&CallView::attempts_used>("attemptsUsed", "Attempts of this round that count"),
        field<&CallView::not_before>("notBefore", "It waits at least until then"),
        field<&CallView::created_at>("createdAt", "When it was added"),
        field<&CallView::ended_at>("endedAt", "When it came to its end"),
        field<&CallView::attempts>("attempts", "Those that have ended, oldest first"),
        field<&CallView::own>("own", "What it asks for itself, in place of what its job says"),
        field<&CallView::events>("events",
                                 "What was done with it by hand, oldest first; the last "
                                 "twenty")};
  }
};

struct CallPage {
  std::vector<CallView> calls;
  std::optional<std::string> next_cursor;
  static constexpr auto fields() {
    return std::array{field<&CallPage::calls>("calls", "In the order in which they were added"),
                      field<&CallPage::next_cursor>(
                          "nextCursor", "?cursor of the next page; absent on the last")};
  }
};

// The number in full for who may see it, else with all but its first and last digits masked.
[[nodiscard]] std::string shown_number(const Principal& principal, Phone phone);

// The call a request names; ApiError 404 when there is none.
[[nodiscard]] Call call_of(Service& service, const std::string& id);

// `contact`: whose number it is; null: nobody's.
[[nodiscard]] CallView view_of(Request& request, const Call& call, const Job& job,
                               const Contact* contact);
[[nodiscard]] CallView view_of(Request& request, const Call& call, const Job& job);

// The contacts of some calls, asked for together.
class ContactsOf {
 public:
  ContactsOf(Service& service, std::span<const Call> calls);
  ContactsOf(Service& service, const Call& call) : ContactsOf(service, std::span{&call, 1}) {}
  [[nodiscard]] const Contact* find(const Call& call) const;

 private:
  std::map<std::int64_t, Contact> by_number_;
};

// Its attempts that have ended, oldest first.
[[nodiscard]] std::vector<AttemptView> attempts_of(const Call& call);

// Its state in the shown words.
[[nodiscard]] std::string shown_status(Service& service, const Call& call, const Job& job);

Answer get_job_calls(Request& request);
Answer get_call(Request& request);

}  // namespace callgate
