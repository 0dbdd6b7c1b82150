// GET /api/scheduler/best-time: at which hours people answer, as far as this workspace has learnt,
// the best of the next week's hours for a call, and those in which little is dialled.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/jobs.hpp"
#include "core/api/router.hpp"
#include "core/api/schema.hpp"

namespace callgate {

struct BestTimeQuery {
  std::optional<std::string> number;
  std::optional<std::string> timezone;
  std::optional<std::string> job_id;
  std::optional<std::string> assistant_id;
  std::optional<Purpose> purpose;
  std::optional<Instant> after;
  static constexpr auto fields() {
    return std::array{
        field<&BestTimeQuery::number>("number", "Whom to call, E.164", text(1, 20),
                                      example("+14155550132")),
        field<&BestTimeQuery::timezone>(
            "timezone",
            "Their IANA zone; needed where the number may ring in several, and without a number; "
            "with neither, that of the business hours",
            text(1, 64), format("time-zone")),
        field<&BestTimeQuery::job_id>("jobId", "As calls of this job; left out: of any",
                                      text(1, 64)),
        field<&BestTimeQuery::assistant_id>(
            "assistantId", "As calls by this assistant; left out: the job's, else any",
            text(1, 200)),
        field<&BestTimeQuery::purpose>(
            "purpose", "Whose calling hours hold; left out: the job's, else marketing"),
        field<&BestTimeQuery::after>("after", "Left out: now")};
  }
};

struct AnswerCountView {
  static constexpr std::string_view kSchemaName = "AnswerCount";
  std::int64_t dials = 0;
  std::int64_t answers = 0;
  static constexpr auto fields() {
    return std::array{field<&AnswerCountView::dials>("dials", "Dials that rang"),
                      field<&AnswerCountView::answers>("answers", "Those that a person answered")};
  }
};

struct LearntFrom {
  AnswerCountView workspace;
  AnswerCountView assistant;
  AnswerCountView job;
  static constexpr auto fields() {
    return std::array{
        field<&LearntFrom::workspace>("workspace", "All calls"),
        field<&LearntFrom::assistant>("assistant", "Those by the assistant asked about"),
        field<&LearntFrom::job>("job", "Those of the job asked about, where it has a bestTime")};
  }
};

struct OptimalCallTime {
  Instant from{};
  Instant until{};
  std::int64_t answers_per_thousand = 0;
  std::string detail;
  static constexpr auto fields() {
    return std::array{
        field<&OptimalCallTime::from>("from", "When that hour allows a call first"),
        field<&OptimalCallTime::until>("until", "When it ends"),
        field<&OptimalCallTime::answers_per_thousand>(
            "answersPerThousand", "Of a thousand dials then, so many are expected to be answered"),
        field<&OptimalCallTime::detail>("detail", "For a person")};
  }
};

struct LowTrafficPeriod {
  Instant from{};
  Instant until{};
  std::int64_t dials = 0;
  static constexpr auto fields() {
    return std::array{
        field<&LowTrafficPeriod::from>("from", "When it begins"),
        field<&LowTrafficPeriod::until>("until", "When it ends"),
        field<&LowTrafficPeriod::dials>(
            "dials",
            "So many dials rang in these hours of the week so far, in the whole workspace")};
  }
};

struct HourOfWeekView {
  static constexpr std::string_view kSchemaName = "HourOfWeek";
  std::int64_t day = 0;
  std::int64_t hour = 0;
  std::int64_t dials = 0;
  std::int64_t answers = 0;
  std::int64_t answers_per_thousand = 0;
  static constexpr auto fields() {
    return std::array{
        field<&HourOfWeekView::day>("day", "0 is Sunday, on the callee's calendar"),
        field<&HourOfWeekView::hour>("hour", "0 to 23, on the callee's clock"),
        field<&HourOfWeekView::dials>("dials", "Dials that rang, in the whole workspace"),
        field<&HourOfWeekView::answers>("answers", "Those that a person answered"),
        field<&HourOfWeekView::answers_per_thousand>(
            "answersPerThousand", "Expected by all that is known; 300 before the first dial")};
  }
};

struct BestTimeView {
  std::string timezone;
  Instant after{};
  std::optional<OptimalCallTime> optimal;
  std::vector<LowTrafficPeriod> low_traffic;
  LearntFrom learnt_from;
  std::vector<HourOfWeekView> hours;
  static constexpr auto fields() {
    return std::array{
        field<&BestTimeView::timezone>("timezone", "The callee's clock", format("time-zone")),
        field<&BestTimeView::after>("after", "From when on"),
        field<&BestTimeView::optimal>(
            "optimal",
            "The allowed hour of the next seven days in which most people are expected to "
            "answer; left out: none is allowed"),
        field<&BestTimeView::low_traffic>(
            "lowTraffic",
            "Allowed hours of the next seven days in which least is dialled: the lowest quarter"),
        field<&BestTimeView::learnt_from>(
            "learntFrom",
            "What is counted: a job's calls of a day when its next day begins or it ends"),
        field<&BestTimeView::hours>("hours", "The 168 hours of a week, from Sunday 00:00")};
  }
};

Answer get_best_time(Request& request);

}  // namespace callgate
