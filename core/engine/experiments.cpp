#include "core/engine/experiments.hpp"

namespace callgate {
namespace {

constexpr int kTagShift = 20;

std::size_t index_of(const Service& service, const Job& job, const Call& call) {
  const auto seed = static_cast<std::uint64_t>(service.store.workspace.tag()) << kTagShift ^
                    static_cast<std::uint64_t>(job.seq);
  return arm_of(job.experiment.arms, seed, call.phone.digits);
}

}  // namespace

const Arm* arm_of(const Service& service, const Job& job, const Call& call) {
  return job.experiment.arms.empty() ? nullptr : &job.experiment.arms[index_of(service, job, call)];
}

const std::string& assistant_of(const Service& service, const Job& job, const Call& call) {
  if (!call.terms.assistant_id.empty()) {
    return call.terms.assistant_id;
  }
  const Arm* arm = arm_of(service, job, call);
  return arm == nullptr ? job.assistant_id : arm->assistant_id;
}

void count_for_arm(const Service& service, Job& job, const Call& call, const AttemptTold& told) {
  if (job.experiment.arms.empty()) {
    return;
  }
  Arm& arm = job.experiment.arms[index_of(service, job, call)];
  ++arm.attempts;
  arm.talk_ms += told.talk_ms;
  arm.cost_micros += told.cost_micros;
  arm.ended += told.terminal ? 1 : 0;
  if (told.reached) {
    ++arm.reached;
    settle_arms(job.experiment);
  }
}

void count_end_for_arm(const Service& service, Job& job, const Call& call) {
  if (!job.experiment.arms.empty()) {
    ++job.experiment.arms[index_of(service, job, call)].ended;
  }
}

void add_arm_cost(const Service& service, Job& job, const Call& call, std::int64_t cost_micros) {
  if (!job.experiment.arms.empty()) {
    job.experiment.arms[index_of(service, job, call)].cost_micros += cost_micros;
  }
}

}  // namespace callgate
