#include "core/calls/backoff.hpp"

#include <algorithm>

#include "core/base/check.hpp"

namespace callgate {
namespace {

// `delay` times factor^exponent, at most the cap; nothing overflows on the way.
Millis raised(Millis delay, std::int64_t factor, std::int64_t exponent, Millis cap) {
  for (std::int64_t i = 0; i < exponent && factor > 1 && delay < cap; ++i) {
    delay = delay > cap / factor ? cap : delay * factor;
  }
  return std::min(delay, cap);
}

}  // namespace

Millis wait_of(const Backoff& backoff, std::int64_t n) {
  CALLGATE_CHECK(!backoff.delays.empty() && n >= 1);
  const Millis first = backoff.delays.front();
  switch (backoff.kind) {
    case BackoffKind::list: {
      const auto size = static_cast<std::int64_t>(backoff.delays.size());
      const Millis listed = backoff.delays[static_cast<std::size_t>(std::min(n, size) - 1)];
      return raised(listed, backoff.factor, n - size, backoff.cap);
    }
    case BackoffKind::linear:
      return n > backoff.cap / first ? backoff.cap : std::min<Millis>(first * n, backoff.cap);
    case BackoffKind::exponential:
      return raised(first, backoff.factor, n - 1, backoff.cap);
    case BackoffKind::fixed:
      break;
  }
  return std::min(first, backoff.cap);
}

Millis wait_of(const Backoff& backoff, std::int64_t n, std::uint64_t seed) {
  constexpr std::int64_t kWhole = 100;
  const Millis wait = wait_of(backoff, n);
  const std::int64_t spread = wait.count() * backoff.jitter_percent / kWhole;
  const auto earlier = mixed(seed, n) % (static_cast<std::uint64_t>(spread) + 1);
  return wait - Millis{static_cast<std::int64_t>(earlier)};
}

// SplitMix64's finaliser.
std::uint64_t mixed(std::uint64_t seed, std::int64_t value) {
  std::uint64_t bits = seed + 0x9e3779b97f4a7c15U * (static_cast<std::uint64_t>(value) + 1);
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9U;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebU;
  return bits ^ (bits >> 31);
}

}  // namespace callgate
