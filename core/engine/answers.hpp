// Learning when people answer: what an ended attempt tells, and what a job makes of it.
#pragma once

#include <string_view>

#include "core/engine/service.hpp"
#include "core/schedule/best_time.hpp"

namespace callgate {

// The attempt ended so: counted in the job's own row, in the hour of the callee's clock at which it
// was dialled. Not counted where that clock is not certain, or where the provider rings nobody.
void count_answer(Service& service, Job& job, const Call& call, const Attempt& attempt,
                  Outcome outcome);

// Adds what the job has counted to the counts of the workspace, the assistant and the job: when a
// job has ended, and before it counts on another day. Only then does what is learnt change, so the
// choice of a day's hours stands for long, and storage alone tells what it is.
void tell_answers(Service& service, Job& job);

// What is known for calls of that job (0: of none) by that assistant ("": any).
[[nodiscard]] AnswerModel answer_model(Service& service, std::int64_t job,
                                       std::string_view assistant_id);

}  // namespace callgate
