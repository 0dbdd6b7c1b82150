// A job whose calls are split between assistants: who places a call, and what came of it.
#pragma once

#include <string>

#include "core/engine/service.hpp"

namespace callgate {

// nullptr: the job has no experiment. The arm is the job's.
[[nodiscard]] const Arm* arm_of(const Service& service, const Job& job, const Call& call);

// The provider's id of the assistant that talks to this person.
[[nodiscard]] const std::string& assistant_of(const Service& service, const Job& job,
                                              const Call& call);

// An attempt of the call has ended.
struct AttemptTold {
  bool reached = false;   // the call is completed
  bool terminal = false;  // it is over, reached or not, and nobody took it back
  std::int64_t talk_ms = 0;
  std::int64_t cost_micros = 0;
};
void count_for_arm(const Service& service, Job& job, const Call& call, const AttemptTold& told);
// The call is over, and no attempt ended it.
void count_end_for_arm(const Service& service, Job& job, const Call& call);
// A price that was told late.
void add_arm_cost(const Service& service, Job& job, const Call& call, std::int64_t cost_micros);

}  // namespace callgate
