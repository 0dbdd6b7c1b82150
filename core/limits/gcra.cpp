#include "core/limits/gcra.hpp"

#include "core/base/check.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kTicksPerMs = 10'000;
constexpr std::int64_t kLagsPerWindow = 125;
constexpr Millis kSecond = std::chrono::seconds{1};
constexpr Millis kMinute = std::chrono::minutes{1};

std::int64_t ticks(Instant at) {
  return to_ms(at) * kTicksPerMs;
}

std::int64_t lag_of(const Rate& rate) {
  return std::int64_t{rate.window.count()} * kTicksPerMs / kLagsPerWindow;
}

// The window and a lag hold `starts` places at most.
std::int64_t spacing_of(const Rate& rate) {
  const std::int64_t line = std::int64_t{rate.window.count()} * kTicksPerMs + lag_of(rate);
  return (line + rate.starts - 1) / rate.starts;
}

// Where the next start stands on the line, at the earliest.
std::int64_t place(const Rate& rate, const Gcra& state, Instant now) {
  return std::min(state.next_ticks, ticks(now) + spacing_of(rate));
}

}  // namespace

Starts starts_at(const Rate& rate, const Gcra& state, Instant now) {
  if (rate.starts == 0) {
    return {};
  }
  const std::int64_t next = place(rate, state, now);
  const std::int64_t at = ticks(now);
  if (next > at) {
    return {0, from_ms((next + kTicksPerMs - 1) / kTicksPerMs)};
  }
  const std::int64_t first = std::max(next, at - lag_of(rate));
  return {(at - first) / spacing_of(rate) + 1, {}};
}

void take_start(const Rate& rate, Gcra& state, Instant now) {
  if (rate.starts == 0) {
    return;
  }
  const std::int64_t next = place(rate, state, now);
  CALLGATE_CHECK(next <= ticks(now));
  state.next_ticks = std::max(next, ticks(now) - lag_of(rate)) + spacing_of(rate);
}

Starts starts_at(const Pace& pace, const PaceState& state, Instant now) {
  return both(starts_at(Rate{pace.per_second, kSecond}, state.second, now),
              starts_at(Rate{pace.per_minute, kMinute}, state.minute, now));
}

void take_start(const Pace& pace, PaceState& state, Instant now) {
  take_start(Rate{pace.per_second, kSecond}, state.second, now);
  take_start(Rate{pace.per_minute, kMinute}, state.minute, now);
}

bool is_past(const PaceState& state, Instant now) {
  const std::int64_t past = ticks(now - kMinute / kLagsPerWindow);
  return state.second.next_ticks <= past && state.minute.next_ticks <= past;
}

}  // namespace callgate
