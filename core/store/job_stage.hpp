// A job's stage (core/calls/job_edits.hpp) as its row says it, for statements about many.
#pragma once

// Of rows with state < 7; one that is hidden stands as canceled.
#define CALLGATE_JOB_STAGE(jobs)                                                         \
  "CASE WHEN " jobs "state = 3 AND " jobs "finished_at_ms IS NOT NULL THEN 4 WHEN " jobs \
  "state >= 5 THEN 5 ELSE " jobs "state - 1 END"
// `bits` is the number of the parameter.
#define CALLGATE_AT_STAGES(jobs, bits) \
  "((CAST(?" #bits " AS INTEGER) >> " CALLGATE_JOB_STAGE(jobs) ") & 1) = 1"
