// Why is this call not going out? The same walk over the same gates as dispatch, told to a person:
//   GET /api/calls/{id}/explain   one call
//   GET /api/jobs/{id}/explain    a job, by the places where its people are
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

struct ReasonView {
  static constexpr std::string_view kSchemaName = "Reason";
  std::string code;
  std::string detail;
  std::optional<Instant> from;
  std::optional<Instant> until;
  std::optional<std::string> zone;
  std::optional<std::string> rule;
  std::optional<std::string> provider;
  static constexpr auto fields() {
    return std::array{
        field<&ReasonView::code>(
            "code",
            "job_not_started, job_importing, job_paused, job_canceled, no_provider, not_before, "
            "blackout, holiday, day_not_allowed, outside_hours, rule_hours, default_hours, "
            "policy_hours, callee_holiday, closed_day, unknown_place, no_common_hour, best_time, "
            "level_hours, "
            "workspace_limit, provider_limit, provider_unavailable, job_limit, agent_limit, "
            "caller_id_limit, "
            "workspace_rate, provider_rate, job_rate, provider_day_limit, workspace_budget, "
            "job_budget, number_cap, number_busy, do_not_call, workspace_paused"),
        field<&ReasonView::detail>("detail", "For a person"),
        field<&ReasonView::from>("from", "Since when it holds, as far as it delays the call"),
        field<&ReasonView::until>("until", "When it ends; left out: not known"),
        field<&ReasonView::zone>("zone", "Whose clock says so"),
        field<&ReasonView::rule>("rule", "Of GET /api/quiet-hours/rules"),
        field<&ReasonView::provider>("provider", "The provider account that binds")};
  }
};

// Where people are, as far as the hours of calling them go.
struct PlaceView {
  static constexpr std::string_view kSchemaName = "Place";
  std::string country;
  std::vector<std::string> subdivisions;
  std::vector<std::string> zones;
  std::vector<std::string> rules;
  static constexpr auto fields() {
    return std::array{
        field<&PlaceView::country>("country", "ISO 3166; 001 for none"),
        field<&PlaceView::subdivisions>(
            "subdivisions", "Parts of it with a law of their own where the number may be"),
        field<&PlaceView::zones>("zones", "Every one of these clocks has to allow the call",
                                 format("time-zone")),
        field<&PlaceView::rules>(
            "rules", "Of GET /api/quiet-hours/rules: those that hold for this purpose")};
  }
};

// Where a job stands in line (core/dispatch/turn.hpp).
struct TurnView {
  static constexpr std::string_view kSchemaName = "Turn";
  std::int64_t rank = 0;
  std::int64_t weight = 1;
  std::int64_t dials_left = 1;
  Instant waits_since{};
  std::optional<Instant> first_from;
  static constexpr auto fields() {
    return std::array{
        field<&TurnView::rank>("rank", "What its priority comes to; higher goes first"),
        field<&TurnView::weight>("weight", "Dials of a turn"),
        field<&TurnView::dials_left>("dialsLeft", "Of the present turn"),
        field<&TurnView::waits_since>("waitsSince", "Since when it waits for its turn"),
        field<&TurnView::first_from>(
            "firstFrom",
            "Whoever comes later than this goes behind it, whatever the priority, but for "
            "callbacks; left out: there is no ageing")};
  }
};

struct CallExplanation {
  std::string call_id;
  std::string status;
  Purpose purpose = Purpose::marketing;
  bool due_now = false;
  std::optional<Instant> due_at;
  std::vector<ReasonView> reasons;
  std::optional<TurnView> turn;
  PlaceView place;
  bool rehearsal = false;
  std::int64_t job_version = 1;
  std::vector<JobEditView> changes;
  static constexpr auto fields() {
    return std::array{
        field<&CallExplanation::call_id>("callId", "call_…"),
        field<&CallExplanation::status>("status", "As GET /api/calls/{id} shows it"),
        field<&CallExplanation::purpose>("purpose", "Of its job"),
        field<&CallExplanation::due_now>("dueNow", "Whether nothing holds it back"),
        field<&CallExplanation::due_at>(
            "dueAt",
            "The first instant that every gate allows; left out: none within 400 days, or it "
            "does not wait"),
        field<&CallExplanation::reasons>("reasons", "What holds it back, in order"),
        field<&CallExplanation::turn>("turn", "Where its job stands in line, while it waits"),
        field<&CallExplanation::place>("place", "Where it would ring"),
        field<&CallExplanation::rehearsal>(
            "rehearsal", "The provider rings nobody, so the hours of the place do not hold"),
        field<&CallExplanation::job_version>("jobVersion",
                                             "Of its job's settings, as they are now"),
        field<&CallExplanation::changes>(
            "changes", "What was changed of its job since it was added; the last twenty at most")};
  }
};

struct LaneView {
  static constexpr std::string_view kSchemaName = "Lane";
  PlaceView place;
  std::int64_t waiting = 0;
  bool due_now = false;
  std::optional<Instant> due_at;
  std::vector<ReasonView> reasons;
  static constexpr auto fields() {
    return std::array{
        field<&LaneView::place>("place", "Where its people are"),
        field<&LaneView::waiting>("waiting", "Calls that wait"),
        field<&LaneView::due_now>("dueNow", "Whether no gate holds the first of them back"),
        field<&LaneView::due_at>("dueAt", "When every gate allows the first of them"),
        field<&LaneView::reasons>("reasons", "What holds it back until then, in order")};
  }
};

struct JobExplanation {
  std::string job_id;
  JobStatus status = JobStatus::pending;
  Purpose purpose = Purpose::marketing;
  std::vector<ReasonView> reasons;
  std::optional<TurnView> turn;
  std::vector<LaneView> lanes;
  bool rehearsal = false;
  static constexpr auto fields() {
    return std::array{
        field<&JobExplanation::job_id>("jobId", "job_…"),
        field<&JobExplanation::status>("status", "Where it stands"),
        field<&JobExplanation::purpose>("purpose", "What its calls are for"),
        field<&JobExplanation::reasons>("reasons", "What holds all of its calls back"),
        field<&JobExplanation::turn>("turn", "Where it stands in line, while it runs"),
        field<&JobExplanation::lanes>("lanes", "Its waiting calls by place; the first hundred",
                                      callgate::items(0, 100)),
        field<&JobExplanation::rehearsal>(
            "rehearsal", "The provider rings nobody, so the hours of the places do not hold")};
  }
};

Answer get_call_explain(Request& request);
Answer get_job_explain(Request& request);

}  // namespace callgate
