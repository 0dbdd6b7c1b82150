// What a job's attempts and calls came to, as counts: attempts by how they ended, time on the line,
// cost, and calls by how they came to their end. A call that is called again has come to an end
// once for each of its rounds; how often one was taken back for its next round is counted beside
// it, so the difference is how the calls stand. Counts of a call that stands in a quarter of an
// hour are kept together: every time zone since 2000 is off UTC by whole quarters, so its hours
// and days are made of them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/base/floor_div.hpp"
#include "core/base/time.hpp"
#include "core/calls/attempt.hpp"
#include "core/calls/lifecycle.hpp"

namespace callgate {

inline constexpr std::size_t kOutcomes = 16;  // by number; 0: no attempt has ended

// Quarters of an hour since 1970, of UTC.
inline constexpr std::int64_t kQuarterMs = 15 * kMinuteMs;
inline constexpr std::int64_t kQuartersOfDay = kDayMs / kQuarterMs;
[[nodiscard]] constexpr std::int64_t quarter_of(Instant at) {
  return floor_div(to_ms(at), kQuarterMs);
}
[[nodiscard]] constexpr Instant begin_of_quarter(std::int64_t quarter) {
  return from_ms(quarter * kQuarterMs);
}

// How calls came to their end, or were taken back from it.
struct EndCounts {
  std::int64_t completed = 0;
  std::int64_t canceled = 0;
  std::int64_t expired = 0;
  std::int64_t blocked = 0;
  std::array<std::int64_t, kOutcomes> failed{};  // by the outcome of the last attempt

  void count(CallState end, const std::optional<Outcome>& last);
  [[nodiscard]] std::int64_t all_failed() const;  // without expired and blocked
};

struct Tally {
  std::array<std::int64_t, kOutcomes> attempts{};  // by outcome
  std::int64_t talks = 0;                          // attempts with time on the line
  std::int64_t talk_ms = 0;
  std::int64_t cost_micros = 0;  // millionths of a dollar
  EndCounts ended;
  EndCounts reopened;

  [[nodiscard]] std::int64_t all_attempts() const;
  void add(const Tally& more);

  // Every count in a fixed order, for packing and sums. Append only: what is packed is kept.
  template <class Self, class Visitor>
  static void each(Self& tally, Visitor visit) {
    visit(tally.talks);
    visit(tally.talk_ms);
    visit(tally.cost_micros);
    for (auto& count : tally.attempts) {
      visit(count);
    }
    for (auto* ends : {&tally.ended, &tally.reopened}) {
      visit(ends->completed);
      visit(ends->canceled);
      visit(ends->expired);
      visit(ends->blocked);
      for (auto& count : ends->failed) {
        visit(count);
      }
    }
  }
};

}  // namespace callgate
