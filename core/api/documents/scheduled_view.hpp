// How document D's surface shows a job that is a scheduled call.
#pragma once

#include "core/api/documents/scheduling.hpp"

namespace callgate {

[[nodiscard]] ScheduledCallView view_of_scheduled(Request& request, const Job& job);

// In the words of the profile that is set.
[[nodiscard]] ScheduledStatus status_of_call(Service& service, const Job& job, const Call& call);

}  // namespace callgate
