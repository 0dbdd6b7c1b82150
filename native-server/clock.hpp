// This host's clock, read only at the home's edge: the core is told the time.
#pragma once

#include "core/base/time.hpp"

namespace callgate {

[[nodiscard]] inline Instant host_now() {
  return std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
}

}  // namespace callgate
