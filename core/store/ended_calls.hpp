// What of a job's calls has ended, and in the last hour, as the packed column `ended` of its row.
#pragma once

#include "core/base/bytes.hpp"

namespace callgate {

struct Job;

[[nodiscard]] Blob pack_ended(const Job& job);
// Of a row from before it was counted, as far as its other columns tell.
void unpack_ended(Bytes packed, Job& job);

}  // namespace callgate
