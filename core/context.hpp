// What one Input's handling may touch: the ports, the Input's own time, randomness and limits, and
// the Output being made. Passed down; nothing in the core is global.
#pragma once

#include "core/base/rng.hpp"
#include "core/crypto.hpp"
#include "core/input.hpp"
#include "core/output.hpp"
#include "core/store/sql.hpp"

namespace callgate {

struct Context {
  Sql& sql;
  Crypto& crypto;
  Instant now;
  const HostLimits& limits;
  const Environment& environment;
  Rng rng;
  Output out;
};

}  // namespace callgate
