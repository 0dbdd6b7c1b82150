// GET /api/jobs/{id}/experiment: what came of each arm of a job whose calls are split between
// assistants, and whether one is better (core/calls/experiment.hpp).
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

constexpr auto words(ExperimentStand /*tag*/) {
  return std::array{
      word("undecided", ExperimentStand::undecided, "No arm is known to be better yet"),
      word("decided", ExperimentStand::decided, "One arm is better than the others"),
      word("no_difference", ExperimentStand::no_difference,
           "The plan is over, and several arms are as good as each other")};
}

struct ArmView {
  static constexpr std::string_view kSchemaName = "Arm";
  std::string name;
  std::string assistant_id;
  std::int64_t weight = 1;
  std::int64_t ended = 0;
  std::int64_t reached = 0;
  std::optional<std::int64_t> reached_per_thousand;
  std::int64_t attempts = 0;
  std::int64_t talk_seconds = 0;
  std::int64_t cost_micros = 0;
  bool beaten = false;
  static constexpr auto fields() {
    return std::array{
        field<&ArmView::name>("name", "What people call it"),
        field<&ArmView::assistant_id>("assistantId", "The provider's id of the assistant"),
        field<&ArmView::weight>("weight", "Its share of the people, beside those of the others"),
        field<&ArmView::ended>("ended", "Calls that came to an end of their own"),
        field<&ArmView::reached>("reached", "Of those, completed"),
        field<&ArmView::reached_per_thousand>(
            "reachedPerThousand", "Of a thousand ended calls; left out: none has ended"),
        field<&ArmView::attempts>("attempts", "Dials that have ended"),
        field<&ArmView::talk_seconds>("talkSeconds", "Time on the line"),
        field<&ArmView::cost_micros>("costMicros", "Millionths of a dollar"),
        field<&ArmView::beaten>("beaten", "Another arm was found to be better")};
  }
};

struct ExperimentView {
  ExperimentStand status = ExperimentStand::undecided;
  std::optional<std::string> best;
  std::string detail;
  std::int64_t decide_within = 0;
  std::vector<ArmView> arms;
  static constexpr auto fields() {
    return std::array{
        field<&ExperimentView::status>("status", "Whether an arm is better"),
        field<&ExperimentView::best>("best", "The name of the arm that is better"),
        field<&ExperimentView::detail>("detail", "For a person"),
        field<&ExperimentView::decide_within>(
            "decideWithin", "So many people reached by two arms together are the plan's length"),
        field<&ExperimentView::arms>("arms", "In the order in which they were given")};
  }
};

Answer get_job_experiment(Request& request);

}  // namespace callgate
