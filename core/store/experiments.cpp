#include "core/store/experiments.hpp"

#include "core/store/pack.hpp"

namespace callgate {

Blob pack(const Experiment& experiment) {
  Blob packed;
  if (experiment.arms.empty()) {
    return packed;
  }
  Packer out{packed};
  out.small(experiment.decide_within);
  for (const Arm& arm : experiment.arms) {
    out.text(arm.name);
    out.text(arm.assistant_id);
    out.small(arm.weight);
    out.small(arm.ended);
    out.small(arm.reached);
    out.small(arm.attempts);
    out.small(arm.talk_ms);
    out.small(arm.cost_micros);
    out.small(arm.beaten ? 1 : 0);
  }
  return packed;
}

Experiment unpack_experiment(Bytes packed) {
  Experiment experiment;
  Unpacker in{packed};
  if (in.done()) {
    return experiment;
  }
  experiment.decide_within = in.small();
  while (!in.done()) {
    Arm& arm = experiment.arms.emplace_back();
    arm.name = in.text();
    arm.assistant_id = in.text();
    arm.weight = in.small();
    arm.ended = in.small();
    arm.reached = in.small();
    arm.attempts = in.small();
    arm.talk_ms = in.small();
    arm.cost_micros = in.small();
    arm.beaten = in.small() == 1;
  }
  return experiment;
}

}  // namespace callgate
