// Whose turn it is. All jobs stand in one line, by virtual time: since when a job waits for its
// turn, less what its rank is worth in time.
//
//     virtual time = max(last turn, start of the job, ready) - rank x ageing / 25
//
// So of two that have waited equally the higher rank goes first; a lower one goes first once it has
// waited so much longer, and nothing starves. The order of two places never changes by the clock
// alone: nothing has to be sorted anew. Between jobs it is weighted deficit round-robin: a turn is
// as many dials as the job's weight; with the last of them the job goes to the end of the line, and
// what it has not used of a turn stays its own. A place given by hand is a part of rank, less than
// from one level to the next. Calls with a rank of their own stand in line by that, as if they were
// a job of that rank whose turns are their job's. Callbacks stand in a line before all others. With
// ageing off rank is strict: a higher one always goes first.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <tuple>

#include "core/base/check.hpp"
#include "core/base/time.hpp"

namespace callgate {

// A rank that calls have of their own, and the word of document B for it, which says when as well
// (core/schedule/schedule_config.hpp, by number).
struct OwnRank {
  std::int64_t rank = 0;
  std::int64_t level = 2;  // normal

  friend bool operator==(const OwnRank&, const OwnRank&) = default;
};
inline constexpr std::int64_t kOwnRankMax = 10'000'000;  // either way

// What a lane's number says of the calls in it. Those without a rank of their own go by their
// job's, whatever it is at the pass.
struct LaneRank {
  bool callback = false;
  std::optional<OwnRank> own;
};
// Stored: [0, 1000) and those above are lanes of the job's rank, the second of callbacks; own ranks
// lie around two numbers far beyond.
inline constexpr std::int64_t kCallbackRank = 1000;
inline constexpr std::int64_t kOwnRanksAt = std::int64_t{1} << 40;
inline constexpr std::int64_t kOwnCallbacksAt = std::int64_t{1} << 41;
inline constexpr std::int64_t kOwnRanksFrom = kOwnRanksAt / 2;  // no other number is as great

[[nodiscard]] inline std::int64_t lane_number(const LaneRank& rank, std::int64_t job_rank) {
  if (!rank.own) {
    return rank.callback ? kCallbackRank + job_rank : job_rank;
  }
  CALLGATE_CHECK(rank.own->rank >= -kOwnRankMax && rank.own->rank <= kOwnRankMax);
  return (rank.callback ? kOwnCallbacksAt : kOwnRanksAt) + rank.own->rank * 4 + rank.own->level;
}

[[nodiscard]] inline LaneRank lane_rank(std::int64_t number) {
  if (number < kOwnRanksFrom) {
    return {number >= kCallbackRank, std::nullopt};
  }
  const bool callback = number >= kOwnCallbacksAt - kOwnRanksFrom;
  const std::int64_t own = number - (callback ? kOwnCallbacksAt : kOwnRanksAt);
  const std::int64_t level = ((own % 4) + 4) % 4;
  return {callback, OwnRank{(own - level) / 4, level}};
}

// Of the published scales: the highest, and from one word or number to the next.
inline constexpr std::int64_t kHighestRank = 100;
inline constexpr std::int64_t kRanksPerLevel = 25;
inline constexpr std::int64_t kPlacesPerRank = 1000;

// Where a job stands in its turns. It only ever grows.
struct Turn {
  Instant since{};        // when its last turn ended
  std::int64_t used = 0;  // dials of the present one

  friend bool operator==(const Turn&, const Turn&) = default;
  friend bool operator<(const Turn& left, const Turn& right) {
    return std::tie(left.since, left.used) < std::tie(right.since, right.used);
  }
};

// `stamp`: later than the end of every other turn, so that no two jobs stand in one place.
[[nodiscard]] inline Turn after_dial(const Turn& turn, std::int64_t weight, Instant stamp) {
  return turn.used + 1 < weight ? Turn{turn.since, turn.used + 1} : Turn{stamp, 0};
}

// The end of a turn at `now`, behind everybody who is ready then; `last`: of the turn that ended
// last, anywhere.
[[nodiscard]] inline Instant turn_stamp(Instant now, Instant last) {
  return std::max(now, last) + Millis{1};
}

// What decides a job's place in the line, beside its turns.
struct Standing {
  std::int64_t rank = 0;
  std::int64_t place = 0;  // thousandths of rank: its place by hand among those of one rank
  std::int64_t weight = 1;
  Instant from{};  // it could not have gone before

  friend bool operator==(const Standing&, const Standing&) = default;

  // The same where its calls have a rank of their own.
  [[nodiscard]] Standing at(const std::optional<std::int64_t>& own_rank) const {
    Standing standing = *this;
    standing.rank = own_rank.value_or(rank);
    return standing;
  }
};

// How long one level of rank is worth; 0: rank is strict.
using Ageing = Millis;
inline constexpr Ageing kUsualAgeing = std::chrono::hours{1};

// What so many thousandths of rank are worth.
[[nodiscard]] inline Millis head_start(std::int64_t places, Ageing ageing) {
  return Millis{places * std::int64_t{ageing.count()} / (kRanksPerLevel * kPlacesPerRank)};
}

// Earlier goes first: the line, the rank where it is strict, the virtual time.
using VirtualTime = std::tuple<std::int64_t, std::int64_t, std::int64_t>;

[[nodiscard]] inline VirtualTime virtual_time(const Standing& job, const Turn& turn, bool callback,
                                              Instant ready, Ageing ageing) {
  const Instant since = std::max({turn.since, job.from, ready});
  const std::int64_t line = callback ? 0 : 1;
  const std::int64_t places = job.rank * kPlacesPerRank + job.place;
  if (ageing <= Millis{0}) {
    return {line, -places, to_ms(since)};
  }
  return {line, 0, to_ms(since - head_start(places, ageing))};
}

}  // namespace callgate
