#include "core/store/job_notes.hpp"

#include "core/store/pack.hpp"

namespace callgate {

Blob pack_job_errors(const JobErrors& errors) {
  Blob packed;
  Packer out{packed};
  for (const JobError& error : errors.last) {
    out.small(static_cast<std::int64_t>(error.outcome));
    out.text(error.reason);
    out.small(error.times);
    out.instant(error.first_at);
    out.instant(error.last_at);
  }
  return packed;
}

JobErrors unpack_job_errors(Bytes packed) {
  JobErrors errors;
  Unpacker in{packed};
  while (!in.done()) {
    JobError& error = errors.last.emplace_back();
    error.outcome = static_cast<Outcome>(in.small());
    error.reason = in.text();
    error.times = in.small();
    error.first_at = in.instant();
    error.last_at = in.instant();
  }
  return errors;
}

Blob pack_notifications(const Notifications& notifications) {
  Blob packed;
  if (notifications == Notifications{}) {
    return packed;
  }
  Packer out{packed};
  std::int64_t bits = 0;
  for (const bool wanted : {notifications.progress, notifications.failure, notifications.completion,
                            notifications.start}) {
    bits = bits << 1 | (wanted ? 1 : 0);
  }
  out.small(bits);
  for (const std::string& channel : notifications.channels) {
    out.text(channel);
  }
  return packed;
}

Notifications unpack_notifications(Bytes packed) {
  Notifications notifications;
  if (packed.empty()) {
    return notifications;
  }
  Unpacker in{packed};
  std::int64_t bits = in.small();
  for (bool* wanted : {&notifications.start, &notifications.completion, &notifications.failure,
                       &notifications.progress}) {
    *wanted = (bits & 1) != 0;
    bits >>= 1;
  }
  while (!in.done()) {
    notifications.channels.push_back(in.text());
  }
  return notifications;
}

}  // namespace callgate
