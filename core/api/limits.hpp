// How many, how fast, how often and for how much:
//   GET PUT /api/limits           the workspace's, its provider account's, every job's, agents' and
//                                 numbers', caps on calls to one number, the budget of a day
//   PUT /api/jobs/{id}/limits     a job's own
// A PUT sets all of its document: what is left out is not limited (calls at once in the workspace
// and in a job stay as they were), and holds from the next pass on. What is allowed but makes no
// sense beside the rest is said in `notes`.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/router.hpp"
#include "core/api/schema.hpp"
#include "core/limits/accounts.hpp"
#include "core/limits/limit_settings.hpp"

namespace callgate {

inline constexpr std::int64_t kNamedLimitsMax = 500;
inline constexpr std::int64_t kCapsMax = 20;
inline constexpr std::int64_t kAtOnceMax = 10'000;
inline constexpr std::int64_t kProvidersMax = kAccountsMax;
inline constexpr std::int64_t kProviderNameMax = 40;

struct ScopeLimits {
  std::optional<std::int64_t> concurrency;
  std::optional<std::int64_t> per_second;
  std::optional<std::int64_t> per_minute;
  static constexpr auto fields() {
    return std::array{
        field<&ScopeLimits::concurrency>("concurrency", "Calls at once; left out: as it was",
                                         range(1, kAtOnceMax)),
        field<&ScopeLimits::per_second>("perSecond", "Calls started in any second",
                                        range(1, Rate::kMax)),
        field<&ScopeLimits::per_minute>("perMinute", "Calls started in any minute",
                                        range(1, Rate::kMax))};
  }
};

struct BreakerView {
  static constexpr std::string_view kSchemaName = "ProviderBreaker";
  std::int64_t failures = BreakerRule{}.failures;
  std::int64_t wait_seconds = BreakerRule{}.first_wait / std::chrono::seconds{1};
  std::int64_t wait_seconds_max = BreakerRule{}.longest_wait / std::chrono::seconds{1};
  static constexpr auto fields() {
    return std::array{
        field<&BreakerView::failures>(
            "failures", "After so many dials in a row that it did not take, nothing is dialled …",
            range(1, 1000), defaulted()),
        field<&BreakerView::wait_seconds>(
            "waitSeconds", "… for so long; then one call is tried, and each wait is twice as long",
            range(1, 3600), defaulted()),
        field<&BreakerView::wait_seconds_max>("waitSecondsMax", "No wait is longer",
                                              range(1, 86'400), defaulted())};
  }
};

struct ProviderLimits {
  std::optional<std::int64_t> concurrency;
  std::optional<std::int64_t> per_second;
  std::optional<std::int64_t> per_minute;
  std::optional<std::int64_t> per_day;
  std::optional<std::string> timezone;
  std::optional<BreakerView> breaker;
  std::optional<bool> adaptive;
  static constexpr auto fields() {
    return std::array{
        field<&ProviderLimits::concurrency>("concurrency", "Calls at once, at most",
                                            range(1, kAtOnceMax)),
        field<&ProviderLimits::per_second>("perSecond", "Calls started in any second",
                                           range(1, Rate::kMax)),
        field<&ProviderLimits::per_minute>("perMinute", "Calls started in any minute",
                                           range(1, Rate::kMax)),
        field<&ProviderLimits::per_day>("perDay", "Calls started in one day of the provider's",
                                        range(1, 100'000'000)),
        field<&ProviderLimits::timezone>(
            "timezone", "Where the provider's day begins at midnight; left out: UTC", text(1, 64),
            format("time-zone")),
        field<&ProviderLimits::breaker>("breaker",
                                        "When nothing is dialled for a while; left out: the usual"),
        field<&ProviderLimits::adaptive>(
            "adaptive",
            "Calls at once fall by half when the account refuses one for want of room, "
            "and grow again; left out: false")};
  }
};

// The same of one account alone, in place of what holds for each.
struct NamedProviderLimits {
  static constexpr std::string_view kSchemaName = "AccountLimits";
  std::string name;
  std::optional<std::int64_t> concurrency;
  std::optional<std::int64_t> per_second;
  std::optional<std::int64_t> per_minute;
  std::optional<std::int64_t> per_day;
  std::optional<std::string> timezone;
  std::optional<BreakerView> breaker;
  std::optional<bool> adaptive;
  static constexpr auto fields() {
    return std::array{
        field<&NamedProviderLimits::name>("name", "The account's, as GET /api/providers has it",
                                          text(1, kProviderNameMax)),
        field<&NamedProviderLimits::concurrency>("concurrency", "As in provider",
                                                 range(1, kAtOnceMax)),
        field<&NamedProviderLimits::per_second>("perSecond", "As in provider",
                                                range(1, Rate::kMax)),
        field<&NamedProviderLimits::per_minute>("perMinute", "As in provider",
                                                range(1, Rate::kMax)),
        field<&NamedProviderLimits::per_day>("perDay", "As in provider", range(1, 100'000'000)),
        field<&NamedProviderLimits::timezone>("timezone", "As in provider", text(1, 64),
                                              format("time-zone")),
        field<&NamedProviderLimits::breaker>("breaker", "As in provider"),
        field<&NamedProviderLimits::adaptive>("adaptive", "As in provider")};
  }
};

struct NamedLimitView {
  static constexpr std::string_view kSchemaName = "NamedLimit";
  std::string id;
  std::int64_t concurrency = 0;
  static constexpr auto fields() {
    return std::array{
        field<&NamedLimitView::id>("id", "The provider's id, as jobs name it", text(1, 200)),
        field<&NamedLimitView::concurrency>("concurrency", "Calls at once, all jobs together",
                                            range(1, kAtOnceMax))};
  }
};

enum class CapPer : std::uint8_t { number, subject };
constexpr auto words(CapPer /*tag*/) {
  return std::array{word("number", CapPer::number, "Every call to the number counts"),
                    word("subject", CapPer::subject,
                         "Calls of jobs with another subject do not count; without one all do")};
}

constexpr auto words(Met /*tag*/) {
  return std::array{word("dial", Met::dial, "A call to it, answered or not"),
                    word("conversation", Met::conversation, "Somebody talked"),
                    word("refusal", Met::refusal, "The call was declined"),
                    word("machine", Met::machine, "A voicemail or an answering machine")};
}

// One of three kinds: max with hours or days, gapMinutes, or coolOffDays.
struct NumberCapView {
  static constexpr std::string_view kSchemaName = "FrequencyCap";
  std::optional<std::int64_t> max;
  std::optional<std::int64_t> hours;
  std::optional<std::int64_t> days;
  std::optional<std::int64_t> gap_minutes;
  std::optional<std::int64_t> cool_off_days;
  std::optional<Met> after;
  CapPer per = CapPer::number;
  static constexpr auto fields() {
    return std::array{
        field<&NumberCapView::max>("max",
                                   "Calls to one number in any window of the length that follows",
                                   range(1, FrequencyCap::kDialsMax)),
        field<&NumberCapView::hours>("hours", "Length of the window", range(1, 720)),
        field<&NumberCapView::days>("days", "Length of the window, instead of hours", range(1, 30)),
        field<&NumberCapView::gap_minutes>(
            "gapMinutes", "At least so long between two calls to a number", range(1, 43'200)),
        field<&NumberCapView::cool_off_days>(
            "coolOffDays", "No call to a number for so long after …", range(1, 366)),
        field<&NumberCapView::after>("after", "… this; left out: a refusal"),
        field<&NumberCapView::per>("per", "What is counted", defaulted())};
  }
};

enum class Currency : std::uint8_t { usd };
constexpr auto words(Currency /*tag*/) {
  return std::array{word("USD", Currency::usd, "What the provider reports prices in")};
}

struct DayBudgetView {
  static constexpr std::string_view kSchemaName = "DayBudget";
  Currency currency = Currency::usd;
  std::int64_t per_day_micros = 0;
  std::int64_t reserve_micros = LimitSettings::kReserve;
  std::optional<std::string> timezone;
  static constexpr auto fields() {
    return std::array{
        field<&DayBudgetView::currency>("currency", "Of the provider's prices", defaulted()),
        field<&DayBudgetView::per_day_micros>(
            "perDayMicros", "Millionths of the currency that all calls of a day may cost",
            range(1, Budget::kMax)),
        field<&DayBudgetView::reserve_micros>(
            "reserveMicros",
            "What a live call may cost at most: so much is held for it until its price is known",
            range(1, Budget::kMax), defaulted()),
        field<&DayBudgetView::timezone>(
            "timezone", "Where a day begins at midnight, for jobs' budgets too; left out: UTC",
            text(1, 64), format("time-zone"))};
  }
};

struct LimitsDocument {
  static constexpr std::string_view kSchemaName = "Limits";
  std::optional<ScopeLimits> workspace;
  std::optional<ProviderLimits> provider;
  std::optional<std::vector<NamedProviderLimits>> providers;
  std::optional<ScopeLimits> job;
  std::optional<std::vector<NamedLimitView>> agents;
  std::optional<std::vector<NamedLimitView>> caller_ids;
  std::optional<std::vector<NumberCapView>> caps;
  std::optional<DayBudgetView> budget;
  static constexpr auto fields() {
    return std::array{
        field<&LimitsDocument::workspace>("workspace", "All calls of the workspace"),
        field<&LimitsDocument::provider>(
            "provider", "All calls of each provider account that is not in providers"),
        field<&LimitsDocument::providers>("providers",
                                          "All calls of one provider account, by its name",
                                          callgate::items(0, kProvidersMax)),
        field<&LimitsDocument::job>("job", "Every job that has no such limit of its own"),
        field<&LimitsDocument::agents>("agents", "By assistantId, over all jobs",
                                       callgate::items(0, kNamedLimitsMax)),
        field<&LimitsDocument::caller_ids>("callerIds", "By phoneNumberId, over all jobs",
                                           callgate::items(0, kNamedLimitsMax)),
        field<&LimitsDocument::caps>(
            "caps",
            "How often one number is called, over all jobs; those of the law of the place hold "
            "besides",
            callgate::items(0, kCapsMax)),
        field<&LimitsDocument::budget>("budget", "What the calls of a day may cost")};
  }
};

struct LimitNote {
  std::string pointer;
  std::string code;
  std::string detail;
  static constexpr auto fields() {
    return std::array{field<&LimitNote::pointer>("pointer", "Where in the document"),
                      field<&LimitNote::code>("code", "above_workspace, never_reached"),
                      field<&LimitNote::detail>("detail", "For a person")};
  }
};

struct LimitsUse {
  std::int64_t live_calls = 0;
  std::int64_t provider_calls_today = 0;
  std::int64_t spent_today_micros = 0;
  std::int64_t reserved_micros = 0;
  static constexpr auto fields() {
    return std::array{
        field<&LimitsUse::live_calls>("liveCalls", "Now"),
        field<&LimitsUse::provider_calls_today>("providerCallsToday",
                                                "Counted while provider.perDay is set"),
        field<&LimitsUse::spent_today_micros>("spentTodayMicros", "Counted while a budget is set"),
        field<&LimitsUse::reserved_micros>(
            "reservedMicros", "Held for live calls and for prices that are still to come")};
  }
};

constexpr auto words(BreakerState /*tag*/) {
  return std::array{
      word("closed", BreakerState::closed, "It takes calls"),
      word("open", BreakerState::open, "Nothing is dialled through it until nextProbeAt"),
      word("half_open", BreakerState::half_open, "One call is being tried")};
}

struct AccountHealthView {
  static constexpr std::string_view kSchemaName = "ProviderHealth";
  std::string name;
  std::optional<std::int64_t> live_calls;
  std::optional<std::int64_t> calls_today;
  std::int64_t concurrency = 0;
  std::int64_t ceiling = 0;
  std::optional<Instant> refused_at;
  BreakerState state = BreakerState::closed;
  std::int64_t failures = 0;
  std::optional<std::string> last_failure;
  std::optional<Instant> opened_at;
  std::optional<Instant> next_probe_at;
  static constexpr auto fields() {
    return std::array{
        field<&AccountHealthView::name>("name", "As GET /api/providers has it"),
        field<&AccountHealthView::live_calls>("liveCalls", "Through it, now"),
        field<&AccountHealthView::calls_today>("callsToday",
                                               "Of its day, counted while its perDay is set"),
        field<&AccountHealthView::concurrency>("concurrency",
                                               "Calls at once that it is given now …"),
        field<&AccountHealthView::ceiling>("ceiling", "… and at most, by the settings"),
        field<&AccountHealthView::refused_at>(
            "refusedAt", "When it last refused a call for want of room; left out: never"),
        field<&AccountHealthView::state>("state", "Whether it takes calls"),
        field<&AccountHealthView::failures>("failures", "Dials in a row that it did not take"),
        field<&AccountHealthView::last_failure>("lastFailure", "Why it did not take the last"),
        field<&AccountHealthView::opened_at>("openedAt", "Since when nothing is dialled"),
        field<&AccountHealthView::next_probe_at>("nextProbeAt", "When the next call is tried")};
  }
};

struct LimitsView {
  LimitsDocument limits;
  std::vector<LimitNote> notes;
  LimitsUse use;
  std::optional<AccountHealthView> provider;
  std::vector<AccountHealthView> providers;
  static constexpr auto fields() {
    return std::array{
        field<&LimitsView::limits>("limits", "What is set; what is left out is not limited"),
        field<&LimitsView::notes>("notes", "What makes no sense beside the rest"),
        field<&LimitsView::use>("use", "How much of it is used now"),
        field<&LimitsView::provider>(
            "provider", "What the first provider account takes; left out: there is none"),
        field<&LimitsView::providers>("providers", "What each takes, in their order")};
  }
};

// Of a job.

struct JobRate {
  std::optional<std::int64_t> per_second;
  std::optional<std::int64_t> per_minute;
  static constexpr auto fields() {
    return std::array{field<&JobRate::per_second>("perSecond", "Calls started in any second",
                                                  range(1, Rate::kMax)),
                      field<&JobRate::per_minute>("perMinute", "Calls started in any minute",
                                                  range(1, Rate::kMax))};
  }
};

struct JobBudget {
  Currency currency = Currency::usd;
  std::optional<std::int64_t> total_micros;
  std::optional<std::int64_t> per_day_micros;
  std::int64_t reserve_micros = LimitSettings::kReserve;
  static constexpr auto fields() {
    return std::array{
        field<&JobBudget::currency>("currency", "Of the provider's prices", defaulted()),
        field<&JobBudget::total_micros>(
            "totalMicros", "Millionths of the currency that all calls of the job may cost",
            range(1, Budget::kMax)),
        field<&JobBudget::per_day_micros>("perDayMicros", "The same for one day",
                                          range(1, Budget::kMax)),
        field<&JobBudget::reserve_micros>(
            "reserveMicros",
            "What a live call may cost at most: so much is held for it until its price is known",
            range(1, Budget::kMax), defaulted())};
  }
};

struct JobLimitsDocument {
  static constexpr std::string_view kSchemaName = "JobLimits";
  std::optional<std::int64_t> concurrency;
  std::optional<JobRate> rate;
  std::optional<JobBudget> budget;
  std::optional<std::string> subject;
  static constexpr auto fields() {
    return std::array{
        field<&JobLimitsDocument::concurrency>(
            "concurrency", "Calls at once; left out: the workspace's limit per job",
            range(1, kAtOnceMax)),
        field<&JobLimitsDocument::rate>("rate", "Left out: the workspace's rate per job"),
        field<&JobLimitsDocument::budget>("budget", "What its calls may cost"),
        field<&JobLimitsDocument::subject>(
            "subject", "What its calls are about, for caps on calls about one subject",
            text(1, 200))};
  }
};

// What is contradictory in a job's budget, with places below `place`.
void check_budget(const std::optional<JobBudget>& budget, const std::string& place,
                  std::vector<Issue>& issues);
[[nodiscard]] JobLimits job_limits_of(const std::optional<std::string>& subject,
                                      const std::optional<JobRate>& rate,
                                      const std::optional<JobBudget>& budget);
[[nodiscard]] std::optional<JobRate> rate_of(const JobLimits& limits);
[[nodiscard]] std::optional<JobBudget> budget_of(const JobLimits& limits);

Answer get_limits(Request& request);
Answer put_limits(Request& request);
Answer put_job_limits(Request& request);

}  // namespace callgate
