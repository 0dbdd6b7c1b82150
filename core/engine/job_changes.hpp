// Changing a job's settings while it stands anywhere: all of a change or nothing of it. Calls that
// were not dialled yet go by the new settings from the next pass on.
#pragma once

#include <string_view>
#include <vector>

#include "core/base/expected.hpp"
#include "core/calls/job_edits.hpp"
#include "core/engine/service.hpp"

namespace callgate {

// Which settings of the two differ.
[[nodiscard]] JobFields changed_fields(const Job& before, const Job& after);

// Settings that cannot change where the job stands.
struct NotChangeable {
  JobStage stage = JobStage::pending;
  std::vector<JobField> fields;
};

// Gives the job the settings of `wanted`, a copy of it in which nothing but settings was changed,
// as its next version. Answers which they were; where there are none, nothing happens.
[[nodiscard]] Expected<JobFields, NotChangeable> change_job(Service& service, Job wanted,
                                                            std::string_view actor);

}  // namespace callgate
