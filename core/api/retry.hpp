// `retry` of a job: its own rules for when somebody is called again.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/schema.hpp"
#include "core/calls/retry.hpp"

namespace callgate {

constexpr auto words(Outcome /*tag*/) {
  return std::array{word("answered", Outcome::answered, "Reached"),
                    word("voicemail", Outcome::voicemail, "A machine answered"),
                    word("ivr", Outcome::ivr, "A telephone menu answered"),
                    word("no_answer", Outcome::no_answer, "It rang"),
                    word("busy", Outcome::busy, "The line was busy"),
                    word("declined", Outcome::declined, "The person declined it"),
                    word("screened_or_spam", Outcome::screened_or_spam, "Kept away as spam"),
                    word("invalid_number", Outcome::invalid_number, "Nobody has this number"),
                    word("carrier_failed", Outcome::carrier_failed, "The carrier failed"),
                    word("capacity", Outcome::capacity, "A limit was reached; put off"),
                    word("provider_error", Outcome::provider_error, "The provider failed"),
                    word("billing", Outcome::billing, "Unpaid; the job pauses"),
                    word("config", Outcome::config, "Wrongly set up; the job pauses"),
                    word("canceled", Outcome::canceled, "Taken back at the provider"),
                    word("not_placed", Outcome::not_placed, "Never dialled; put off")};
}

constexpr auto words(BackoffKind /*tag*/) {
  return std::array{
      word("list", BackoffKind::list,
           "delaysSeconds, one after the other; past the end each factor times longer"),
      word("fixed", BackoffKind::fixed, "delaySeconds each time"),
      word("linear", BackoffKind::linear, "delaySeconds, then twice as long, three times …"),
      word("exponential", BackoffKind::exponential,
           "delaySeconds, each factor times as long as the one before")};
}

constexpr auto words(OnUnknown /*tag*/) {
  return std::array{
      word("reconcile", OnUnknown::reconcile,
           "Looked up twice over the grace, then dialled again; uses no attempt"),
      word("fail", OnUnknown::fail,
           "Looked up as well, but not dialled again: the call has failed"),
      word("retry", OnUnknown::retry, "Dialled again after one look; may ring twice")};
}

struct BackoffAsked {
  static constexpr std::string_view kSchemaName = "Backoff";
  BackoffKind kind = BackoffKind::fixed;
  std::optional<std::int64_t> delay_seconds;
  std::optional<std::vector<std::int64_t>> delays_seconds;
  std::optional<std::int64_t> factor;
  std::int64_t max_delay_seconds = 86'400;
  std::int64_t jitter_percent = 0;
  static constexpr auto fields() {
    return std::array{
        field<&BackoffAsked::kind>("kind", "How waits grow"),
        field<&BackoffAsked::delay_seconds>("delaySeconds", "The first wait", range(1, 2'592'000)),
        field<&BackoffAsked::delays_seconds>("delaysSeconds", "Of a list", range(1, 2'592'000),
                                             callgate::items(1, 20)),
        field<&BackoffAsked::factor>(
            "factor", "Of a list and an exponential backoff; left out: 1 and 2", range(1, 10)),
        field<&BackoffAsked::max_delay_seconds>("maxDelaySeconds", "No wait is longer",
                                                range(1, 2'592'000), defaulted()),
        field<&BackoffAsked::jitter_percent>(
            "jitterPercent",
            "Each wait is shorter by up to so much, so that calls do not come back together",
            range(0, 50), defaulted())};
  }
};

struct OutcomeRuleAsked {
  static constexpr std::string_view kSchemaName = "RetryOfOutcome";
  Outcome outcome = Outcome::no_answer;
  std::optional<std::int64_t> retries;
  std::optional<BackoffAsked> backoff;
  static constexpr auto fields() {
    return std::array{field<&OutcomeRuleAsked::outcome>("outcome", "After this end of an attempt"),
                      field<&OutcomeRuleAsked::retries>(
                          "retries", "At most so many more dials; 0: never again", range(0, 19)),
                      field<&OutcomeRuleAsked::backoff>("backoff", "After these waits")};
  }
};

struct RetryAsked {
  static constexpr std::string_view kSchemaName = "Retry";
  std::optional<BackoffAsked> backoff;
  std::optional<std::vector<OutcomeRuleAsked>> outcomes;
  OnUnknown on_unknown = OnUnknown::reconcile;
  static constexpr auto fields() {
    return std::array{
        field<&RetryAsked::backoff>("backoff", "Waits instead of each outcome's own"),
        field<&RetryAsked::outcomes>("outcomes", "Other rules for some outcomes",
                                     callgate::items(1, 15)),
        field<&RetryAsked::on_unknown>(
            "onUnknown", "When the provider does not know a dial whose answer was lost",
            defaulted())};
  }
};

// The rules of `asked` beside the job's other settings; what contradicts itself or them is an issue
// below `place`.
[[nodiscard]] RetryRules read_retry(const RetryAsked& asked, std::int64_t max_attempts,
                                    bool has_retry_delay, const std::string& place,
                                    std::vector<Issue>& issues);

// nullopt: the job has no rules of its own.
[[nodiscard]] std::optional<RetryAsked> view_of(const RetryRules& rules);

}  // namespace callgate
