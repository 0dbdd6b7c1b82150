#include "core/schedule/interval.hpp"

#include "core/base/sort.hpp"

namespace callgate {

std::vector<Range> merged(std::vector<Range> ranges) {
  heap_sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) {
    return a.begin_ms != b.begin_ms ? a.begin_ms < b.begin_ms : a.end_ms < b.end_ms;
  });
  std::size_t kept = 0;
  for (const Range& range : ranges) {
    if (range.begin_ms >= range.end_ms) {
      continue;
    }
    if (kept > 0 && range.begin_ms <= ranges[kept - 1].end_ms) {
      ranges[kept - 1].end_ms = std::max(ranges[kept - 1].end_ms, range.end_ms);
    } else {
      ranges[kept++] = range;
    }
  }
  ranges.resize(kept);
  return ranges;
}

Stretch Repeating::at(std::int64_t ms) const {
  if (ranges.empty()) {
    return {false, kEndOfTimeMs};
  }
  std::int64_t into = (ms - kFirstSundayMs) % period_ms;
  into += into < 0 ? period_ms : 0;
  const std::int64_t begin = ms - into;
  const auto next =
      std::upper_bound(ranges.begin(), ranges.end(), into,
                       [](std::int64_t want, const Range& range) { return want < range.end_ms; });
  if (next == ranges.end()) {
    return {false, begin + period_ms + ranges.front().begin_ms};
  }
  if (into < next->begin_ms) {
    return {false, begin + next->begin_ms};
  }
  if (next->end_ms < period_ms || ranges.front().begin_ms > 0) {
    return {true, begin + next->end_ms};
  }
  // Open over the end of the period: until the first range of the next one ends, if it does.
  const bool always = ranges.front().end_ms == period_ms;
  return {true, always ? kEndOfTimeMs : begin + period_ms + ranges.front().end_ms};
}

Instant horizon_end(Instant at, Millis horizon) {
  const std::int64_t left = kEndOfTimeMs - to_ms(at);
  return from_ms(horizon.count() < left ? to_ms(at) + horizon.count() : kEndOfTimeMs);
}

}  // namespace callgate
