// How long to wait before the nth retry, n counted from 1:
//   list         the nth delay; past its end each wait is `factor` times the one before
//   fixed        the delay
//   linear       n times the delay
//   exponential  factor^(n-1) times the delay
// and never more than `cap`. Jitter makes a wait shorter by at most its per cent, so that the cap
// holds and calls that failed together do not come back together; a seed decides, no chance.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/time.hpp"

namespace callgate {

// Numbers are stored: append only.
enum class BackoffKind : std::uint8_t { list = 1, fixed = 2, linear = 3, exponential = 4 };

struct Backoff {
  BackoffKind kind = BackoffKind::fixed;
  std::vector<Millis> delays;  // of a list; one for the other kinds; positive
  std::int64_t factor = 1;     // at least 1
  Millis cap = std::chrono::hours{24};
  std::int64_t jitter_percent = 0;  // 0 to 50

  friend bool operator==(const Backoff&, const Backoff&) = default;
};

// Without its jitter. Grows with n, unless a list says otherwise.
[[nodiscard]] Millis wait_of(const Backoff& backoff, std::int64_t n);

[[nodiscard]] Millis wait_of(const Backoff& backoff, std::int64_t n, std::uint64_t seed);

// A seed of what tells one wait from all others: the same for the same, and spread evenly.
[[nodiscard]] std::uint64_t mixed(std::uint64_t seed, std::int64_t value);

}  // namespace callgate
