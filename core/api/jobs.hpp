// /api/jobs: what clients send and see of a job, and its routes. The states and counters are
// document A's: `status` is its first vocabulary (with `canceled` added), `phase` its second.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/api/calendar.hpp"
#include "core/api/imports.hpp"
#include "core/api/job_errors.hpp"
#include "core/api/limits.hpp"
#include "core/api/retry.hpp"
#include "core/api/router.hpp"
#include "core/api/schema.hpp"
#include "core/engine/service.hpp"

namespace callgate {

enum class JobStatus : std::uint8_t { pending, running, paused, completed, failed, canceled };
constexpr auto words(JobStatus /*tag*/) {
  return std::array{word("pending", JobStatus::pending, "Created, not started"),
                    word("running", JobStatus::running, "Calls are being placed"),
                    word("paused", JobStatus::paused, "No new calls until it is resumed"),
                    word("completed", JobStatus::completed, "Every call has ended"),
                    word("failed", JobStatus::failed, "An error ended the job"),
                    word("canceled", JobStatus::canceled, "Stopped for good by a person")};
}

enum class JobPhase : std::uint8_t {
  importing,
  scheduled,
  in_progress,
  completed,
  failed,
  canceled
};
constexpr auto words(JobPhase /*tag*/) {
  return std::array{word("importing", JobPhase::importing, "Recipients are still arriving"),
                    word("scheduled", JobPhase::scheduled, "Waits for its start"),
                    word("in_progress", JobPhase::in_progress, "Running or paused"),
                    word("completed", JobPhase::completed, "Every call has ended"),
                    word("failed", JobPhase::failed, "An error ended the job"),
                    word("canceled", JobPhase::canceled, "Stopped for good by a person")};
}

constexpr auto words(Purpose /*tag*/) {
  return std::array{word("marketing", Purpose::marketing, "To sell or to advertise"),
                    word("transactional", Purpose::transactional, "About something under way"),
                    word("debt", Purpose::debt, "To collect what is owed"),
                    word("research", Purpose::research, "Surveys and polls")};
}

inline constexpr std::int64_t kWeightMax = 100;
inline constexpr std::int64_t kRecipientsMax = 10'000;  // in one JSON body; a stream has no limit

struct NewRecipient {
  std::string phone_number;
  std::optional<std::string> first_name;
  std::optional<std::string> last_name;
  std::optional<std::string> timezone;
  std::optional<JsonObject> metadata;
  // In place of what the job says.
  std::optional<std::int64_t> priority;
  std::optional<Level> level;
  std::optional<std::int64_t> rank;
  std::optional<std::string> assistant_id;
  std::optional<std::string> phone_number_id;
  std::optional<std::int64_t> max_attempts;
  std::optional<std::int64_t> retry_after_seconds;
  std::optional<InstantOrNow> not_before;
  static constexpr auto fields() {
    return std::array{
        field<&NewRecipient::phone_number>("phoneNumber", "Whom to call", text(0, 64),
                                           format("phone"), example("+14155550132")),
        field<&NewRecipient::first_name>("firstName", "Given name", text(0, 200)),
        field<&NewRecipient::last_name>("lastName", "Family name", text(0, 200)),
        field<&NewRecipient::timezone>("timezone", "The person's IANA time zone", text(0, 64),
                                       format("time-zone")),
        field<&NewRecipient::metadata>(
            "metadata", "Anything the assistant should know; handed to it as variables",
            bytes(8192)),
        field<&NewRecipient::priority>("priority", "Instead of the job's", range(1, 5)),
        field<&NewRecipient::level>("level", "Instead of the job's"),
        field<&NewRecipient::rank>("rank", "Instead of the job's, on the inner scale",
                                   range(-kOwnRankMax, kOwnRankMax)),
        field<&NewRecipient::assistant_id>("assistantId", "Who calls, instead of the job's",
                                           text(1, 200)),
        field<&NewRecipient::phone_number_id>(
            "phoneNumberId", "The number that calls, instead of the job's", text(1, 200)),
        field<&NewRecipient::max_attempts>("maxAttempts", "Instead of the job's",
                                           range(1, kOwnAttemptsMax)),
        field<&NewRecipient::retry_after_seconds>(
            "retryAfterSeconds", "The wait after each attempt, whatever its outcome",
            range(1, kOwnWaitSecondsMax)),
        field<&NewRecipient::not_before>("notBefore", "It waits at least until then")};
  }
};

struct BestTimeWish {
  static constexpr std::string_view kSchemaName = "BestTime";
  std::int64_t hours_per_day = 4;
  std::int64_t patience_hours = 48;
  static constexpr auto fields() {
    return std::array{
        field<&BestTimeWish::hours_per_day>(
            "hoursPerDay", "So many of each day's lawful hours, on the callee's clock",
            range(1, 24), defaulted()),
        field<&BestTimeWish::patience_hours>(
            "patienceHours", "So long after the job's start any lawful hour will do", range(0, 720),
            defaulted())};
  }
};

struct ArmWish {
  std::string name;
  std::string assistant_id;
  std::int64_t weight = 1;
  static constexpr auto fields() {
    return std::array{
        field<&ArmWish::name>("name", "What people call it", text(1, 100)),
        field<&ArmWish::assistant_id>("assistantId", "The provider's id of the assistant",
                                      text(1, 200)),
        field<&ArmWish::weight>("weight", "Its share of the people, beside those of the others",
                                range(1, kArmWeightMax), defaulted())};
  }
};

struct ExperimentWish {
  std::vector<ArmWish> arms;
  std::int64_t decide_within = 1000;
  static constexpr auto fields() {
    return std::array{
        field<&ExperimentWish::arms>(
            "arms", "Who calls instead of assistantId; each person always the same",
            callgate::items(kArmsMin, kArmsMax)),
        field<&ExperimentWish::decide_within>(
            "decideWithin",
            "How long the plan is, in people reached by two arms together: shorter finds large "
            "differences sooner, longer finds small ones",
            range(20, 1'000'000), defaulted())};
  }
};

struct NotificationTriggers {
  bool job_start = false;
  bool job_completion = false;
  bool failure_alerts = false;
  bool progress_updates = false;
  static constexpr auto fields() {
    return std::array{
        field<&NotificationTriggers::job_start>("jobStart", "It starts", defaulted()),
        field<&NotificationTriggers::job_completion>("jobCompletion", "It has ended", defaulted()),
        field<&NotificationTriggers::failure_alerts>("failureAlerts", "Something goes wrong",
                                                     defaulted()),
        field<&NotificationTriggers::progress_updates>("progressUpdates", "It gets on",
                                                       defaulted())};
  }
};

// Document A's NotificationConfig.
struct NotificationWish {
  static constexpr std::string_view kSchemaName = "JobNotifications";
  std::vector<std::string> channels;
  NotificationTriggers triggers;
  static constexpr auto fields() {
    return std::array{
        field<&NotificationWish::channels>("channels", "Where they are told, by name", text(1, 100),
                                           callgate::items(0, 10), defaulted()),
        field<&NotificationWish::triggers>("triggers", "Which", defaulted())};
  }
};
[[nodiscard]] Notifications notifications_of(const NotificationWish& wish);

// Settings of a new job, the same in a JSON body and, for a streamed list, in the query.
struct NewJob {
  std::string name;
  std::optional<InstantOrNow> schedule;
  std::string assistant_id;
  std::string phone_number_id;
  std::optional<std::vector<std::string>> phone_numbers;
  std::optional<std::vector<NewRecipient>> recipients;
  std::optional<std::int64_t> priority;
  std::optional<Level> level;
  std::int64_t weight = 1;
  Purpose purpose = Purpose::marketing;
  std::optional<BestTimeWish> best_time;
  std::optional<ExperimentWish> experiment;
  std::optional<std::string> notes;
  std::int64_t max_attempts = 4;
  std::optional<std::int64_t> retry_delay_seconds;
  std::optional<RetryAsked> retry;
  std::optional<std::int64_t> concurrency;
  std::optional<JobRate> rate;
  std::optional<JobBudget> budget;
  std::optional<std::string> subject;
  std::optional<std::vector<std::string>> providers;
  std::optional<NotificationWish> notifications;
  std::optional<std::string> client_id;
  std::optional<std::string> default_region;
  static constexpr auto fields() {
    return std::array{
        field<&NewJob::name>("name", "What people call the job", text(1, 200)),
        field<&NewJob::schedule>("schedule", "When it starts; left out: when somebody starts it"),
        field<&NewJob::assistant_id>("assistantId", "The provider's id of the assistant",
                                     text(1, 200)),
        field<&NewJob::phone_number_id>("phoneNumberId",
                                        "The provider's id of the number that calls", text(1, 200)),
        field<&NewJob::phone_numbers>("phoneNumbers", "Whom to call, numbers alone", text(0, 64),
                                      callgate::items(1, kRecipientsMax), format("phone")),
        field<&NewJob::recipients>("recipients", "Whom to call",
                                   callgate::items(1, kRecipientsMax)),
        field<&NewJob::priority>(
            "priority",
            "1 is highest, 5 lowest; left out: that of the priority window in which it starts",
            range(1, 5)),
        field<&NewJob::level>(
            "level",
            "Instead of priority: high keeps to the calendar's priorityHours, low to the hours "
            "outside them, where the day has any"),
        field<&NewJob::weight>("weight",
                               "Its share beside jobs of the same priority: dials before it is the "
                               "next one's turn",
                               range(1, kWeightMax), defaulted()),
        field<&NewJob::purpose>(
            "purpose", "What the calls are for: which rules of the place called hold", defaulted()),
        field<&NewJob::best_time>(
            "bestTime", "Keep to the hours at which people answer; left out: any lawful hour"),
        field<&NewJob::experiment>("experiment",
                                   "Split its people between assistants and see who reaches more"),
        field<&NewJob::notes>("notes", "For people", text(0, 1000)),
        field<&NewJob::max_attempts>("maxAttempts", "Dials per person, the first included",
                                     range(1, 20), defaulted()),
        field<&NewJob::retry_delay_seconds>(
            "retryDelaySeconds",
            "Wait between two dials of one person; left out: by outcome, in minutes",
            range(0, 604'800)),
        field<&NewJob::retry>("retry", "Rules of its own for when somebody is called again"),
        field<&NewJob::concurrency>("concurrency",
                                    "Calls at once; left out: the workspace's limit per job",
                                    range(1, 10'000)),
        field<&NewJob::rate>("rate", "How fast its calls start; left out: the workspace's limits"),
        field<&NewJob::budget>("budget", "What its calls may cost"),
        field<&NewJob::subject>(
            "subject",
            "What the calls are about, for caps on calls about one subject; left out: they count "
            "for every subject",
            text(1, 200)),
        field<&NewJob::providers>(
            "providers",
            "Provider accounts that may place its calls, by name, first choice first; left out: "
            "all, in their order",
            text(1, kProviderNameMax), callgate::items(1, kProvidersMax)),
        field<&NewJob::notifications>("notifications", "Which news of it are wanted, and where"),
        field<&NewJob::client_id>("clientId", "Whose it is: its hours and its limit hold as well",
                                  text(1, 64)),
        field<&NewJob::default_region>(
            "defaultRegion", "Country of numbers without a country code (ISO 3166); left out: US",
            text(2, 2))};
  }
};

struct NewJobQuery {
  std::optional<std::string> name;
  std::optional<InstantOrNow> schedule;
  std::optional<std::string> assistant_id;
  std::optional<std::string> phone_number_id;
  std::optional<std::int64_t> priority;
  std::optional<Level> level;
  std::optional<std::int64_t> weight;
  std::optional<Purpose> purpose;
  std::optional<std::int64_t> best_hours;
  std::optional<std::int64_t> best_hours_patience;
  std::optional<std::string> experiment;
  std::optional<std::string> notes;
  std::optional<std::int64_t> max_attempts;
  std::optional<std::int64_t> retry_delay_seconds;
  std::optional<std::string> retry;
  std::optional<std::int64_t> concurrency;
  std::optional<std::int64_t> per_second;
  std::optional<std::int64_t> per_minute;
  std::optional<std::int64_t> budget_micros;
  std::optional<std::int64_t> budget_per_day_micros;
  std::optional<std::int64_t> budget_reserve_micros;
  std::optional<std::string> subject;
  std::optional<std::string> providers;
  std::optional<std::string> notifications;
  std::optional<std::string> default_region;
  static constexpr auto fields() {
    return std::array{
        field<&NewJobQuery::name>("name", "With a streamed list: as in the body", text(1, 200)),
        field<&NewJobQuery::schedule>("schedule", "As in the body"),
        field<&NewJobQuery::assistant_id>("assistantId", "As in the body", text(1, 200)),
        field<&NewJobQuery::phone_number_id>("phoneNumberId", "As in the body", text(1, 200)),
        field<&NewJobQuery::priority>("priority", "As in the body", range(1, 5)),
        field<&NewJobQuery::level>("level", "As in the body"),
        field<&NewJobQuery::weight>("weight", "As in the body", range(1, kWeightMax)),
        field<&NewJobQuery::purpose>("purpose", "As in the body"),
        field<&NewJobQuery::best_hours>("bestTime.hoursPerDay", "As in the body", range(1, 24)),
        field<&NewJobQuery::best_hours_patience>("bestTime.patienceHours", "As in the body",
                                                 range(0, 720)),
        field<&NewJobQuery::experiment>("experiment", "The object of the body, as JSON",
                                        text(2, 4096)),
        field<&NewJobQuery::notes>("notes", "As in the body", text(0, 1000)),
        field<&NewJobQuery::max_attempts>("maxAttempts", "As in the body", range(1, 20)),
        field<&NewJobQuery::retry_delay_seconds>("retryDelaySeconds", "As in the body",
                                                 range(0, 604'800)),
        field<&NewJobQuery::retry>("retry", "As in the body, as JSON text", text(2, 16'384)),
        field<&NewJobQuery::concurrency>("concurrency", "As in the body", range(1, 10'000)),
        field<&NewJobQuery::per_second>("perSecond", "Of the body's rate", range(1, Rate::kMax)),
        field<&NewJobQuery::per_minute>("perMinute", "Of the body's rate", range(1, Rate::kMax)),
        field<&NewJobQuery::budget_micros>("budgetMicros", "totalMicros of the body's budget",
                                           range(1, Budget::kMax)),
        field<&NewJobQuery::budget_per_day_micros>(
            "budgetPerDayMicros", "perDayMicros of the body's budget", range(1, Budget::kMax)),
        field<&NewJobQuery::budget_reserve_micros>(
            "budgetReserveMicros", "reserveMicros of the body's budget", range(1, Budget::kMax)),
        field<&NewJobQuery::subject>("subject", "As in the body", text(1, 200)),
        field<&NewJobQuery::providers>("providers", "As in the body, with commas between",
                                       text(1, 400)),
        field<&NewJobQuery::notifications>("notifications", "As in the body, as JSON text",
                                           text(2, 2048)),
        field<&NewJobQuery::default_region>("defaultRegion", "As in the body", text(2, 2))};
  }
};

// One change of a job's settings.
struct JobEditView {
  static constexpr std::string_view kSchemaName = "JobEdit";
  std::int64_t version = 1;
  Instant at{};
  std::string by;
  std::vector<std::string> fields_changed;
  static constexpr auto fields() {
    return std::array{
        field<&JobEditView::version>("version", "The one that it made"),
        field<&JobEditView::at>("at", "When"),
        field<&JobEditView::by>("by", "The subject of the credential"),
        field<&JobEditView::fields_changed>("fields", "What was changed, as PATCH names it")};
  }
};

struct JobView {
  static constexpr std::string_view kSchemaName = "Job";
  std::string id;
  std::string name;
  JobStatus status = JobStatus::pending;
  JobPhase phase = JobPhase::scheduled;
  std::int64_t progress = 0;
  std::int64_t total_calls = 0;
  std::int64_t completed_calls = 0;
  std::int64_t failed_calls = 0;
  std::int64_t blocked_calls = 0;
  std::int64_t canceled_calls = 0;
  std::int64_t open_calls = 0;
  std::optional<std::int64_t> removed_calls;
  std::optional<std::int64_t> live_calls;
  std::optional<std::vector<std::string>> phone_numbers;
  std::optional<std::vector<std::string>> failed_numbers;
  std::string assistant_id;
  std::string phone_number_id;
  std::optional<Instant> schedule;
  std::int64_t priority = 3;
  std::optional<Level> level;
  std::int64_t rank = 50;
  std::int64_t weight = 1;
  std::string order_key;
  Purpose purpose = Purpose::marketing;
  std::optional<BestTimeWish> best_time;
  std::optional<std::string> client_id;
  std::optional<std::string> notes;
  std::int64_t max_attempts = 4;
  std::optional<std::int64_t> retry_delay_seconds;
  std::optional<RetryAsked> retry;
  std::optional<std::int64_t> concurrency;
  std::optional<JobRate> rate;
  std::optional<JobBudget> budget;
  std::optional<std::string> subject;
  std::optional<std::vector<std::string>> providers;
  std::int64_t attempts = 0;
  std::int64_t talk_seconds = 0;
  std::int64_t cost_micros = 0;
  Instant created_at{};
  std::optional<Instant> started_at;
  std::optional<Instant> finished_at;
  std::optional<Instant> last_processed_at;
  std::optional<std::string> error_message;
  std::optional<std::vector<JobErrorView>> error_messages;
  std::optional<NotificationWish> notifications;
  std::int64_t version = 1;
  std::optional<std::vector<JobEditView>> changes;
  std::optional<ImportView> import_summary;
  static constexpr auto fields() {
    return std::array{
        field<&JobView::id>("id", "job_…"),
        field<&JobView::name>("name", "What people call it"),
        field<&JobView::status>("status", "Where it stands"),
        field<&JobView::phase>("phase", "Where it stands, in the second vocabulary"),
        field<&JobView::progress>("progress", "Ended calls in percent, rounded down"),
        field<&JobView::total_calls>("totalCalls", "People to call"),
        field<&JobView::completed_calls>("completedCalls", "Reached"),
        field<&JobView::failed_calls>("failedCalls",
                                      "Not reached in all their attempts, or blocked"),
        field<&JobView::blocked_calls>(
            "blockedCalls", "Of those: not called, for the number is on the do-not-call list"),
        field<&JobView::canceled_calls>("canceledCalls", "Taken back"),
        field<&JobView::open_calls>("openCalls", "Not ended yet"),
        field<&JobView::removed_calls>(
            "removedCalls",
            "Of those that have ended: not kept any more (GET /api/retention); absent: none"),
        field<&JobView::live_calls>("liveCalls", "Being dialled or talking now"),
        field<&JobView::phone_numbers>(
            "phoneNumbers", "The first hundred; all of them are at /api/jobs/{id}/calls"),
        field<&JobView::failed_numbers>("failedNumbers", "The first hundred that failed"),
        field<&JobView::assistant_id>("assistantId", "The provider's id of the assistant"),
        field<&JobView::phone_number_id>("phoneNumberId",
                                         "The provider's id of the number that calls"),
        field<&JobView::schedule>("schedule", "When it starts or was to start"),
        field<&JobView::priority>("priority", "1 is highest, 5 lowest"),
        field<&JobView::level>("level", "The word for it, where one was named"),
        field<&JobView::rank>("rank", "What either comes to; higher goes first"),
        field<&JobView::weight>("weight", "Dials of a turn beside jobs of the same rank"),
        field<&JobView::order_key>(
            "orderKey", "Its place in the order of those of its rank, byte by byte, smaller first"),
        field<&JobView::purpose>("purpose", "What its calls are for"),
        field<&JobView::best_time>("bestTime",
                                   "Whether it keeps to the hours at which people answer"),
        field<&JobView::client_id>("clientId", "Whose it is, when it is a client's"),
        field<&JobView::notes>("notes", "For people"),
        field<&JobView::max_attempts>("maxAttempts", "Dials per person, the first included"),
        field<&JobView::retry_delay_seconds>(
            "retryDelaySeconds", "Wait between two dials of one person, when one is set"),
        field<&JobView::retry>("retry", "When somebody is called again, by rules of its own"),
        field<&JobView::concurrency>("concurrency", "Calls at once, when set for this job"),
        field<&JobView::rate>("rate", "How fast its calls start, when set for this job"),
        field<&JobView::budget>("budget", "What its calls may cost, when set"),
        field<&JobView::subject>("subject", "What its calls are about, when said"),
        field<&JobView::providers>("providers",
                                   "Provider accounts that may place its calls, when named"),
        field<&JobView::attempts>("attempts", "Dials that have ended"),
        field<&JobView::talk_seconds>("talkSeconds", "Time on the line, all calls together"),
        field<&JobView::cost_micros>("costMicros", "Cost so far in millionths of a dollar"),
        field<&JobView::created_at>("createdAt", "When it was made"),
        field<&JobView::started_at>("startedAt", "When it was started"),
        field<&JobView::finished_at>("finishedAt", "When its last call ended"),
        field<&JobView::last_processed_at>("lastProcessedAt", "When an attempt last ended"),
        field<&JobView::error_message>("errorMessage", "Why it paused or failed by itself"),
        field<&JobView::error_messages>(
            "errorMessages",
            "The last ten errors of its calls, the newest last; only when one "
            "job is asked for"),
        field<&JobView::notifications>("notifications", "Which news of it are wanted, and where"),
        field<&JobView::version>("version", "Of its settings: each change makes the next"),
        field<&JobView::changes>("changes", "The last twenty of them, oldest first"),
        field<&JobView::import_summary>("import", "How its list of recipients was taken")};
  }
};

struct JobPage {
  std::vector<JobView> jobs;
  std::int64_t total = 0;
  std::optional<std::string> next_cursor;
  static constexpr auto fields() {
    return std::array{
        field<&JobPage::jobs>("jobs", "As ?sort says", callgate::items(0, 200)),
        field<&JobPage::total>("total", "How many there are"),
        field<&JobPage::next_cursor>("nextCursor", "?cursor of the next page; absent on the last")};
  }
};

struct PageQuery {
  std::optional<std::string> cursor;
  std::int64_t limit = 50;
  static constexpr auto fields() {
    return std::array{
        field<&PageQuery::cursor>("cursor", "nextCursor of the page before", text(1, 64)),
        field<&PageQuery::limit>("limit", "Items on the page", range(1, 200), defaulted())};
  }
};

enum class JobSort : std::uint8_t { newest, order, name, progress };
constexpr auto words(JobSort /*tag*/) {
  return std::array{word("newest", JobSort::newest, "The newest first"),
                    word("order", JobSort::order,
                         "Those that have not ended, by rank and the places given by hand"),
                    word("name", JobSort::name, "By name"),
                    word("progress", JobSort::progress, "The furthest first")};
}

struct JobsQuery {
  std::optional<std::string> cursor;
  std::int64_t limit = 50;
  JobSort sort = JobSort::newest;
  std::optional<std::vector<JobStatus>> status;
  std::optional<Instant> from;
  std::optional<Instant> before;
  std::optional<std::string> assistant_id;
  std::optional<std::string> search;
  static constexpr auto fields() {
    return std::array{
        field<&JobsQuery::status>("status", "Only those that stand so", callgate::items(1, 6)),
        field<&JobsQuery::from>("from", "Only those made then or later"),
        field<&JobsQuery::before>("before", "Only those made before"),
        field<&JobsQuery::assistant_id>("assistantId", "Only with this assistant", text(1, 200)),
        field<&JobsQuery::search>("search", "A part of the name or the notes", text(1, 100)),
        field<&JobsQuery::cursor>("cursor", "nextCursor of the page before", text(1, 64)),
        field<&JobsQuery::limit>("limit", "Items on the page", range(1, 200), defaulted()),
        field<&JobsQuery::sort>("sort", "Which jobs, and in which order", defaulted())};
  }
};

struct JobMove {
  std::string id;
  std::optional<std::string> before;
  std::optional<std::string> after;
  static constexpr auto fields() {
    return std::array{field<&JobMove::id>("id", "The job that is moved"),
                      field<&JobMove::before>("before", "The job that it is put before"),
                      field<&JobMove::after>("after", "Or the one that it is put after")};
  }
};

struct MoreRecipients {
  std::optional<std::vector<std::string>> phone_numbers;
  std::optional<std::vector<NewRecipient>> recipients;
  std::optional<std::string> default_region;
  static constexpr auto fields() {
    return std::array{
        field<&MoreRecipients::phone_numbers>("phoneNumbers", "Whom to call, numbers alone",
                                              text(0, 64), callgate::items(1, kRecipientsMax),
                                              format("phone")),
        field<&MoreRecipients::recipients>("recipients", "Whom to call",
                                           callgate::items(1, kRecipientsMax)),
        field<&MoreRecipients::default_region>(
            "defaultRegion", "Country of numbers without a country code (ISO 3166); left out: US",
            text(2, 2))};
  }
};

struct AddedRecipients {
  std::int64_t accepted = 0;
  std::int64_t blocked = 0;
  std::int64_t duplicates = 0;
  std::int64_t rejected = 0;
  std::vector<RejectView> rejects;
  static constexpr auto fields() {
    return std::array{
        field<&AddedRecipients::accepted>("accepted", "Taken into the job"),
        field<&AddedRecipients::blocked>(
            "blocked", "Of those: on the do-not-call list, so they will not be called"),
        field<&AddedRecipients::duplicates>("duplicates", "In the job already"),
        field<&AddedRecipients::rejected>("rejected", "Not taken"),
        field<&AddedRecipients::rejects>("rejects", "The first hundred that were not taken",
                                         callgate::items(0, 100))};
  }
};

// Which stages (bits by JobStage) are shown so. Document A's `failed` is none: an error pauses a
// job.
[[nodiscard]] std::int64_t stages_of(const std::vector<JobStatus>& statuses);

// The job as people see it, without the lists of numbers.
[[nodiscard]] JobView view_of(Service& service, const Job& job);

// Its changes after that instant, oldest first, as far as they are kept.
[[nodiscard]] std::vector<JobEditView> edits_since(const Job& job, Instant after);

// The job a request names; ApiError 404 when there is none.
[[nodiscard]] const Job& job_of(Service& service, const std::string& id);

// The answer to the last piece of a streamed list.
[[nodiscard]] Response import_answer(Service& service, const PieceResult& result);

Answer post_job(Request& request);
Answer get_jobs(Request& request);
Answer get_job(Request& request);
Answer post_jobs_reorder(Request& request);
Answer delete_job(Request& request);
Answer post_job_start(Request& request);
Answer post_job_pause(Request& request);
Answer post_job_resume(Request& request);
Answer post_job_cancel(Request& request);
Answer post_job_recipients(Request& request);

}  // namespace callgate
