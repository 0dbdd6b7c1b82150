#include "core/api/experiments.hpp"

#include <algorithm>

namespace callgate {
namespace {

constexpr std::int64_t kThousand = 1000;

std::string detail_of(const Experiment& experiment, ExperimentStand stand) {
  const auto best = std::find_if(experiment.arms.begin(), experiment.arms.end(),
                                 [](const Arm& arm) { return !arm.beaten; });
  switch (stand) {
    case ExperimentStand::decided:
      return best->name +
             " reaches more people. Were all arms equally good, such a verdict would "
             "come in at most one experiment of twenty.";
    case ExperimentStand::no_difference:
      return "As many people were reached as were planned, and no arm is better than all others.";
    case ExperimentStand::undecided:
      break;
  }
  return "It cannot be said yet which arm is better; look again as often as you like.";
}

}  // namespace

Answer get_job_experiment(Request& request) {
  const Job& job = job_of(request.service(), request.path("id"));
  const Experiment& experiment = job.experiment;
  if (experiment.arms.empty()) {
    throw ApiError{404, "no_experiment", "The calls of this job are not split between assistants."};
  }
  ExperimentView out;
  out.status = stand_of(experiment);
  out.detail = detail_of(experiment, out.status);
  out.decide_within = experiment.decide_within;
  for (const Arm& arm : experiment.arms) {
    ArmView& view = out.arms.emplace_back();
    view.name = arm.name;
    view.assistant_id = arm.assistant_id;
    view.weight = arm.weight;
    view.ended = arm.ended;
    view.reached = arm.reached;
    if (arm.ended > 0) {
      view.reached_per_thousand = arm.reached * kThousand / arm.ended;
    }
    view.attempts = arm.attempts;
    view.talk_seconds = arm.talk_ms / kThousand;
    view.cost_micros = arm.cost_micros;
    view.beaten = arm.beaten;
    if (out.status == ExperimentStand::decided && !arm.beaten) {
      out.best = arm.name;
    }
  }
  return json_response(200, out);
}

}  // namespace callgate
