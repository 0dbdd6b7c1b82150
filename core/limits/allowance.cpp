#include "core/limits/allowance.hpp"

#include <algorithm>

namespace callgate {
namespace {

constexpr std::int64_t kLeastToGrow = 16;  // calls: at most one in seventeen is refused
constexpr Millis kGrowsAnyway = std::chrono::hours{2};
constexpr Millis kFirstRest = std::chrono::seconds{1};
constexpr Millis kLongestRest = std::chrono::minutes{1};

}  // namespace

std::int64_t allowed(const Allowance& allowance, std::int64_t ceiling, std::int64_t ended,
                     Instant now) {
  if (allowance.fell_to == 0) {
    return ceiling;
  }
  std::int64_t value = std::min(allowance.fell_to, ceiling);
  std::int64_t left = ended - allowance.ended_then;
  for (; value < ceiling; ++value) {
    const std::int64_t wanted = std::max(value, kLeastToGrow);
    if (left < wanted) {
      break;
    }
    left -= wanted;
  }
  const Millis since = std::max<Millis>(now - allowance.fell_at, Millis{0});
  const std::int64_t by_time = allowance.fell_to + since / kGrowsAnyway;
  return std::clamp<std::int64_t>(std::max(value, by_time), 1, ceiling);
}

Starts starts_after_rest(const Allowance& allowance, Instant now) {
  const Instant over = allowance.fell_at + allowance.rest;
  // A clock that went back to before the fall does not make the rest longer.
  return allowance.fell_at <= now && now < over ? Starts{0, over} : Starts{};
}

bool fall(Allowance& allowance, std::int64_t ceiling, std::int64_t ended, Instant dialled_at,
          Instant now) {
  if (allowance.fell_to > 0 && dialled_at < allowance.fell_at && allowance.fell_at <= now) {
    return false;
  }
  const std::int64_t before = allowed(allowance, ceiling, ended, now);
  const Millis rest =
      before > 1 ? Millis{0} : std::clamp<Millis>(allowance.rest * 2, kFirstRest, kLongestRest);
  allowance = {std::max<std::int64_t>(before / 2, 1), now, ended, rest};
  return true;
}

}  // namespace callgate
