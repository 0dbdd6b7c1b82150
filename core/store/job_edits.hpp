// A job's versions, packed: nothing at all for a job that was never changed.
#pragma once

#include "core/calls/job_edits.hpp"
#include "core/store/sql.hpp"

namespace callgate {

[[nodiscard]] Blob pack_job_edits(const JobEdits& edits);
[[nodiscard]] JobEdits unpack_job_edits(Bytes packed);

}  // namespace callgate
