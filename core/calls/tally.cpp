#include "core/calls/tally.hpp"

#include <numeric>

#include "core/base/check.hpp"

namespace callgate {

void EndCounts::count(CallState end, const std::optional<Outcome>& last) {
  switch (end) {
    case CallState::completed:
      ++completed;
      return;
    case CallState::canceled:
      ++canceled;
      return;
    case CallState::expired:
      ++expired;
      return;
    case CallState::blocked:
      ++blocked;
      return;
    case CallState::failed:
      ++failed.at(last ? static_cast<std::size_t>(*last) : 0);
      return;
    case CallState::waiting:
    case CallState::live:
    case CallState::held:
      break;
  }
  CALLGATE_CHECK(false);
}

std::int64_t EndCounts::all_failed() const {
  return std::accumulate(failed.begin(), failed.end(), std::int64_t{0});
}

std::int64_t Tally::all_attempts() const {
  return std::accumulate(attempts.begin(), attempts.end(), std::int64_t{0});
}

void Tally::add(const Tally& more) {
  std::array<const std::int64_t*, 64> counts{};
  std::size_t size = 0;
  each(more, [&](const std::int64_t& count) { counts.at(size++) = &count; });
  size = 0;
  each(*this, [&](std::int64_t& count) { count += *counts.at(size++); });
}

}  // namespace callgate
