// An experiment and its counts, packed into its job's row: it is written with the job, and costs no
// row of its own.
#pragma once

#include "core/base/bytes.hpp"
#include "core/calls/experiment.hpp"

namespace callgate {

// Empty for no experiment.
[[nodiscard]] Blob pack(const Experiment& experiment);
[[nodiscard]] Experiment unpack_experiment(Bytes packed);

}  // namespace callgate
