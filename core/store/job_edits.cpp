#include "core/store/job_edits.hpp"

#include "core/store/pack.hpp"

namespace callgate {

Blob pack_job_edits(const JobEdits& edits) {
  Blob packed;
  if (edits == JobEdits{}) {
    return packed;
  }
  Packer out{packed};
  out.small(edits.version);
  out.small(static_cast<std::int64_t>(edits.last.size()));
  for (const JobEdit& edit : edits.last) {
    out.small(edit.version);
    out.instant(edit.at);
    out.text(edit.actor);
    out.small(edit.fields);
  }
  return packed;
}

JobEdits unpack_job_edits(Bytes packed) {
  JobEdits edits;
  if (packed.empty()) {
    return edits;
  }
  Unpacker in{packed};
  edits.version = in.small();
  for (std::int64_t left = in.small(); left > 0; --left) {
    JobEdit& edit = edits.last.emplace_back();
    edit.version = in.small();
    edit.at = in.instant();
    edit.actor = in.text();
    edit.fields = static_cast<JobFields>(in.small());
  }
  return edits;
}

}  // namespace callgate
