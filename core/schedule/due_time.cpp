#include "core/schedule/due_time.hpp"

#include <algorithm>

namespace callgate {
namespace {

// As a set, for the questions of interval.hpp.
struct OneGate {
  static constexpr Axis kAxis = Axis::utc;
  const Gate* gate = nullptr;
  [[nodiscard]] Stretch at(std::int64_t ms) const { return gate->at(ms); }
};

}  // namespace

DueTime due_time(std::span<const Gate* const> gates, Instant from, Millis horizon) {
  DueTime due;
  due.span = next_open(EveryGate{gates}, from, horizon);
  const std::int64_t limit = to_ms(horizon_end(from, horizon));
  const std::int64_t open = due.span ? to_ms(due.span->open) : limit;
  std::int64_t at = to_ms(from);
  while (at < open && due.delays.size() < kDelaysMax) {
    const auto shut = std::find_if(gates.begin(), gates.end(),
                                   [at](const Gate* gate) { return !gate->at(at).open; });
    const std::int64_t until = first_open_ms(OneGate{*shut}, at, limit);
    Delay& delay = due.delays.emplace_back();
    delay.gate = static_cast<std::size_t>(shut - gates.begin());
    delay.from = from_ms(at);
    if (until < limit) {
      delay.until = from_ms(until);
    }
    at = until;
  }
  return due;
}

}  // namespace callgate
