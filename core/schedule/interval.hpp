// Sets of moments, as an algebra. A set is anything that answers one question, at(t): is t inside,
// and until when is that answer known to hold? From it follow complement, intersection, union and
// difference, and every question at the end of this file. A composition is a value of a few words:
// it stores nothing, allocates nothing, calls nothing virtual, and leaps from edge to edge, so a
// pause of ten years costs what one of a minute does. Moments are milliseconds on one of two axes,
// which do not mix: UTC, or what a wall clock reads, as if it never jumped.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "core/base/time.hpp"
#include "core/schedule/zone.hpp"

namespace callgate {

// No set changes from here on; nothing is asked about it. A zone's offsets end there too.
inline constexpr std::int64_t kEndOfTimeMs = std::int64_t{1} << 53;

enum class Axis : std::uint8_t { utc, wall_clock };

// [t, until) is all open or all closed; until > t. What follows may be the same once more.
struct Stretch {
  bool open = false;
  std::int64_t until_ms = kEndOfTimeMs;
};

template <class S>
concept TimeSet = requires(const S& set, std::int64_t ms) {
  { S::kAxis } -> std::convertible_to<Axis>;
  { set.at(ms) } -> std::same_as<Stretch>;
};

template <TimeSet A>
struct Complement {
  static constexpr Axis kAxis = A::kAxis;
  A a;

  [[nodiscard]] Stretch at(std::int64_t ms) const {
    const Stretch inner = a.at(ms);
    return {!inner.open, inner.until_ms};
  }
};

// The first that is closed settles it, for as long as it is.
template <TimeSet A, TimeSet B>
  requires(A::kAxis == B::kAxis)
struct Intersection {
  static constexpr Axis kAxis = A::kAxis;
  A a;
  B b;

  [[nodiscard]] Stretch at(std::int64_t ms) const {
    const Stretch left = a.at(ms);
    if (!left.open) {
      return left;
    }
    const Stretch right = b.at(ms);
    return {right.open, right.open ? std::min(left.until_ms, right.until_ms) : right.until_ms};
  }
};

template <TimeSet A>
[[nodiscard]] Complement<A> operator~(const A& a) {
  return {a};
}
template <TimeSet A, TimeSet B>
[[nodiscard]] Intersection<A, B> operator&(const A& a, const B& b) {
  return {a, b};
}
template <TimeSet A, TimeSet B>
[[nodiscard]] auto operator|(const A& a, const B& b) {
  return ~(~a & ~b);
}
template <TimeSet A, TimeSet B>
[[nodiscard]] auto operator-(const A& a, const B& b) {
  return a & ~b;
}

// [begin, end), begin < end.
struct Range {
  std::int64_t begin_ms = 0;
  std::int64_t end_ms = 0;
  friend bool operator==(const Range&, const Range&) = default;
};

// Ranges in any order, overlapping, touching or empty, as the leaves want them: ascending, apart.
[[nodiscard]] std::vector<Range> merged(std::vector<Range> ranges);

// A list of spans that somebody else keeps: blackouts (UTC), holidays (wall clock).
template <Axis axis>
struct Listed {
  static constexpr Axis kAxis = axis;
  std::span<const Range> ranges;  // merged

  [[nodiscard]] Stretch at(std::int64_t ms) const {
    const auto next =
        std::upper_bound(ranges.begin(), ranges.end(), ms,
                         [](std::int64_t want, const Range& range) { return want < range.end_ms; });
    if (next == ranges.end()) {
      return {false, kEndOfTimeMs};
    }
    return ms < next->begin_ms ? Stretch{false, next->begin_ms} : Stretch{true, next->end_ms};
  }
};

// One span, kept by value: a campaign's (UTC), or its first and last local date (wall clock). As it
// stands, always.
template <Axis axis>
struct Between {
  static constexpr Axis kAxis = axis;
  Range range{-kEndOfTimeMs, kEndOfTimeMs};

  [[nodiscard]] Stretch at(std::int64_t ms) const {
    if (ms < range.begin_ms) {
      return {false, range.begin_ms};
    }
    return ms < range.end_ms ? Stretch{true, range.end_ms} : Stretch{false, kEndOfTimeMs};
  }
};

// What repeats on a wall clock every day, or every week from Sunday 00:00.
struct Repeating {
  static constexpr Axis kAxis = Axis::wall_clock;
  static constexpr std::int64_t kWeekMs = 7 * kDayMs;
  static constexpr std::int64_t kFirstSundayMs = 3 * kDayMs;  // 1970-01-04
  std::int64_t period_ms = kWeekMs;
  std::span<const Range> ranges;  // merged, from 0 to period_ms

  [[nodiscard]] Stretch at(std::int64_t ms) const;
};

// The instants at which a zone's wall clock reads a moment of `local`. Where the clock jumps, the
// answer is cut and read anew: a range in a skipped hour never opens, one in a repeated hour opens
// twice.
template <TimeSet L>
  requires(L::kAxis == Axis::wall_clock)
struct OnClock {
  static constexpr Axis kAxis = Axis::utc;
  const Zone* zone = nullptr;
  L local;

  [[nodiscard]] Stretch at(std::int64_t ms) const {
    const OffsetSpan span = offset_at(*zone, from_ms(ms));
    const std::int64_t offset_ms = span.offset_s * 1000;
    const Stretch read = local.at(ms + offset_ms);
    return {read.open, std::min(read.until_ms - offset_ms, to_ms(span.end))};
  }
};

// The same on several clocks at once: open where every one of them says so. No clocks: never, for
// nobody can say that it is.
template <TimeSet L>
struct OnEveryClock {
  static constexpr Axis kAxis = Axis::utc;
  std::span<const Zone* const> zones;
  L local;

  [[nodiscard]] Stretch at(std::int64_t ms) const {
    Stretch all{!zones.empty(), kEndOfTimeMs};
    for (const Zone* zone : zones) {
      const Stretch one = OnClock<L>{zone, local}.at(ms);
      if (!one.open) {
        return one;
      }
      all.until_ms = std::min(all.until_ms, one.until_ms);
    }
    return all;
  }
};

template <TimeSet L>
[[nodiscard]] OnClock<L> on_clock(const Zone& zone, const L& local) {
  return {&zone, local};
}
template <TimeSet L>
[[nodiscard]] OnEveryClock<L> on_every_clock(std::span<const Zone* const> zones, const L& local) {
  return {zones, local};
}

// The first open moment in [from, limit); `limit` when there is none.
template <TimeSet S>
[[nodiscard]] std::int64_t first_open_ms(const S& set, std::int64_t from, std::int64_t limit) {
  while (from < limit) {
    const Stretch now = set.at(from);
    if (now.open) {
      return from;
    }
    from = now.until_ms;
  }
  return limit;
}

// The first span of [from, limit) that is open from end to end; asked again from its end, the next.
template <TimeSet S>
[[nodiscard]] std::optional<Range> next_span(const S& set, std::int64_t from, std::int64_t limit) {
  const std::int64_t open = first_open_ms(set, from, limit);
  if (open >= limit) {
    return std::nullopt;
  }
  return Range{open, first_open_ms(~set, open, limit)};
}

// at + horizon, or the end of time.
[[nodiscard]] Instant horizon_end(Instant at, Millis horizon);

template <TimeSet S>
  requires(S::kAxis == Axis::utc)
[[nodiscard]] bool contains(const S& set, Instant at) {
  return set.at(to_ms(at)).open;
}

// The first instant of `set` in [at, at + horizon).
template <TimeSet S>
  requires(S::kAxis == Axis::utc)
[[nodiscard]] std::optional<Instant> first_open_at_or_after(const S& set, Instant at,
                                                            Millis horizon) {
  const std::int64_t limit = to_ms(horizon_end(at, horizon));
  const std::int64_t found = first_open_ms(set, to_ms(at), limit);
  return found < limit ? std::optional{from_ms(found)} : std::nullopt;
}

// How much of [from, to) is open.
template <TimeSet S>
  requires(S::kAxis == Axis::utc)
[[nodiscard]] Millis total_open(const S& set, Instant from, Instant to) {
  Millis sum{0};
  for (std::int64_t ms = to_ms(from); ms < to_ms(to);) {
    const Stretch now = set.at(ms);
    const std::int64_t until = std::min(now.until_ms, to_ms(to));
    sum += Millis{now.open ? until - ms : 0};
    ms = until;
  }
  return sum;
}

}  // namespace callgate
