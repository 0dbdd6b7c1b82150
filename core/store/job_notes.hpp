// Packed in the job's row: its last errors, and which news of it go to whom. None: nothing.
#pragma once

#include "core/calls/job_notes.hpp"
#include "core/store/sql.hpp"

namespace callgate {

[[nodiscard]] Blob pack_job_errors(const JobErrors& errors);
[[nodiscard]] JobErrors unpack_job_errors(Bytes packed);

[[nodiscard]] Blob pack_notifications(const Notifications& notifications);
[[nodiscard]] Notifications unpack_notifications(Bytes packed);

}  // namespace callgate
