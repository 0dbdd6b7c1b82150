#include "core/schedule/interval.hpp"

#include <catch2/catch_test_macros.hpp>
#include <memory>

#include "core/base/rng.hpp"

namespace callgate {
namespace {

using Utc = Listed<Axis::utc>;

std::vector<Range> random_ranges(Rng& rng, std::int64_t end) {
  std::vector<Range> ranges;
  for (std::uint64_t left = rng.below(6); left > 0; --left) {
    const auto begin = static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(end)));
    ranges.push_back({begin, begin + static_cast<std::int64_t>(rng.below(12))});
  }
  return ranges;
}

bool is_in(const std::vector<Range>& ranges, std::int64_t ms) {
  return std::any_of(ranges.begin(), ranges.end(), [ms](const Range& range) {
    return range.begin_ms <= ms && ms < range.end_ms;
  });
}

// Counts what a question costs: how often a set was asked.
template <TimeSet A>
struct Counted {
  static constexpr Axis kAxis = A::kAxis;
  A a;
  int* asked;

  [[nodiscard]] Stretch at(std::int64_t ms) const {
    ++*asked;
    return a.at(ms);
  }
};

// Two sets hold the same moments of [0, end), and what they say of the future is so.
template <TimeSet A, TimeSet B>
void require_equal(const A& a, const B& b, std::int64_t end) {
  for (std::int64_t ms = 0; ms < end; ++ms) {
    INFO("at " << ms);
    const Stretch left = a.at(ms);
    const Stretch right = b.at(ms);
    REQUIRE(left.open == right.open);
    REQUIRE(left.until_ms > ms);
    REQUIRE(right.until_ms > ms);
    for (std::int64_t later = ms + 1; later < std::min(left.until_ms, end); ++later) {
      REQUIRE(a.at(later).open == left.open);
    }
  }
}

TEST_CASE(
    "the algebra says of every moment what its parts say, and keeps its word until its edge") {
  constexpr std::int64_t kEnd = 60;
  Rng rng{{7}};
  for (int round = 0; round < 60; ++round) {
    const auto ranges_a = random_ranges(rng, kEnd);
    const auto ranges_b = random_ranges(rng, kEnd);
    const auto ranges_c = random_ranges(rng, kEnd);
    const auto merged_a = merged(ranges_a);
    const auto merged_b = merged(ranges_b);
    const auto merged_c = merged(ranges_c);
    const Utc a{merged_a};
    const Utc b{merged_b};
    const Utc c{merged_c};
    for (std::int64_t ms = 0; ms < kEnd; ++ms) {
      const bool in_a = is_in(ranges_a, ms);
      const bool in_b = is_in(ranges_b, ms);
      REQUIRE(a.at(ms).open == in_a);
      REQUIRE((~a).at(ms).open == !in_a);
      REQUIRE((a & b).at(ms).open == (in_a && in_b));
      REQUIRE((a | b).at(ms).open == (in_a || in_b));
      REQUIRE((a - b).at(ms).open == (in_a && !in_b));
    }
    require_equal(a & b, b & a, kEnd);
    require_equal(a | (b & c), (a | b) & (a | c), kEnd);
    require_equal(a & (b | c), (a & b) | (a & c), kEnd);
    require_equal(~(a | b), ~a & ~b, kEnd);
    require_equal((a - b) - c, a - (b | c), kEnd);
    require_equal(a | ~a, ~(b & ~b), kEnd);
  }
}

TEST_CASE("spans are whole, in order, and as long together as what is open") {
  constexpr std::int64_t kEnd = 80;
  Rng rng{{8}};
  for (int round = 0; round < 200; ++round) {
    const auto merged_a = merged(random_ranges(rng, kEnd));
    const auto merged_b = merged(random_ranges(rng, kEnd));
    const auto set = Utc{merged_a} - Utc{merged_b};
    const auto from = static_cast<std::int64_t>(rng.below(30));
    std::int64_t open = 0;
    std::int64_t last = from - 1;
    for (auto span = next_span(set, from, kEnd); span; span = next_span(set, span->end_ms, kEnd)) {
      REQUIRE(span->begin_ms > last);
      REQUIRE(span->begin_ms < span->end_ms);
      REQUIRE(span->end_ms <= kEnd);
      last = span->end_ms;
      open += span->end_ms - span->begin_ms;
    }
    std::int64_t counted = 0;
    std::int64_t first = kEnd;
    for (std::int64_t ms = kEnd - 1; ms >= from; --ms) {
      counted += set.at(ms).open ? 1 : 0;
      first = set.at(ms).open ? ms : first;
    }
    REQUIRE(open == counted);
    REQUIRE(total_open(set, from_ms(from), from_ms(kEnd)) == Millis{counted});
    REQUIRE(first_open_ms(set, from, kEnd) == first);
    const auto found = first_open_at_or_after(set, from_ms(from), Millis{kEnd - from});
    REQUIRE(found.has_value() == (first < kEnd));
    REQUIRE((!found || *found == from_ms(first)));
  }
}

TEST_CASE("a span by value is the same as a list of it; as it stands it is always") {
  for (const Range range : {Range{3, 9}, Range{3, 3}, Range{9, 3}, Range{-5, 4}}) {
    const auto list = merged({range});
    const Between<Axis::utc> one{range};
    require_equal(one, Utc{list}, 20);
    CHECK(one.at(range.begin_ms - 7).until_ms == range.begin_ms);  // its edge, in one leap
  }
  CHECK(Between<Axis::utc>{}.at(0).open);
  CHECK(Between<Axis::utc>{}.at(0).until_ms == kEndOfTimeMs);
}

TEST_CASE("a campaign runs on its local dates, from midnight to midnight of its zone") {
  const ZoneTable zones;
  const Between<Axis::wall_clock> dates{{20'783 * kDayMs, 20'785 * kDayMs}};
  const auto set = on_clock(*zones.find("Asia/Kolkata"), dates);  // 26 and 27 November 2026
  const Instant at = *parse_rfc3339("2026-11-20T00:00:00Z");
  const auto first = first_open_at_or_after(set, at, std::chrono::hours{24 * 30});
  REQUIRE(first.has_value());
  CHECK(format_rfc3339(*first) == "2026-11-25T18:30:00.000Z");
  CHECK(total_open(set, at, at + std::chrono::hours{24 * 30}) == std::chrono::hours{48});
}

TEST_CASE("what repeats is the same in every period, over the period's end, and before 1970") {
  Rng rng{{9}};
  for (int round = 0; round < 60; ++round) {
    std::vector<Range> ranges;
    for (std::uint64_t left = rng.below(4); left > 0; --left) {
      const auto begin = static_cast<std::int64_t>(rng.below(24)) * kHourMs;
      const auto length = static_cast<std::int64_t>(rng.below(25)) * kHourMs;
      ranges.push_back({begin, std::min(begin + length, kDayMs)});
    }
    const auto day = merged(ranges);
    const Repeating set{kDayMs, day};
    for (std::int64_t hour = -60; hour < 60; ++hour) {
      const Stretch now = set.at(hour * kHourMs);
      const std::int64_t of_day = ((hour % 24) + 24) % 24;
      REQUIRE(now.open == is_in(ranges, of_day * kHourMs));
      // Exactly its edge: not a moment sooner, for it would be asked for nothing.
      const bool never_changes = day.empty() || (day.size() == 1 && day[0] == Range{0, kDayMs});
      REQUIRE((now.until_ms == kEndOfTimeMs) == never_changes);
      REQUIRE((never_changes || set.at(now.until_ms).open != now.open));
      REQUIRE((never_changes || set.at(now.until_ms - 1).open == now.open));
    }
  }
}

TEST_CASE("a pause of ten years costs what one of a minute does") {
  const ZoneTable zones;
  const std::vector<Range> week = merged({{9 * kHourMs, 17 * kHourMs}});
  const auto hours = on_clock(*zones.find("America/New_York"), Repeating{kDayMs, week});
  const auto start = parse_rfc3339("2026-11-20T15:00:00Z");
  const auto cost = [&](Millis pause) {
    const std::vector<Range> pauses{{to_ms(*start), to_ms(*start + pause)}};
    int asked = 0;
    const auto set = Counted<decltype(hours)>{hours, &asked} - Counted<Utc>{Utc{pauses}, &asked};
    const auto found = first_open_at_or_after(set, *start, std::chrono::hours{24 * 366 * 20});
    REQUIRE(found.has_value());
    REQUIRE(*found >= *start + pause);
    return asked;
  };
  const int of_a_minute = cost(std::chrono::minutes{1});
  CHECK(of_a_minute == 4);
  CHECK(cost(std::chrono::hours{24 * 3652}) <= of_a_minute + 2);
  CHECK(cost(std::chrono::hours{24 * 3652} + std::chrono::hours{12}) <= of_a_minute + 2);
}

TEST_CASE("a closed season is passed over, not walked through") {
  const ZoneTable zones;
  // Mondays from nine, but closed from 1970 to near the end of 2033 by one run of holidays.
  const std::vector<Range> week = merged({{33 * kHourMs, 41 * kHourMs}});
  const std::vector<Range> holidays{{0, 365 * 64 * kDayMs}};
  int asked = 0;
  const auto local = Counted<Repeating>{{Repeating::kWeekMs, week}, &asked} -
                     Counted<Listed<Axis::wall_clock>>{{holidays}, &asked};
  const auto set = on_clock(*zones.find("Etc/UTC"), local);
  const auto found = first_open_at_or_after(set, *parse_rfc3339("2026-01-01T00:00:00Z"),
                                            std::chrono::hours{24 * 366 * 20});
  REQUIRE(found.has_value());
  CHECK(format_rfc3339(*found) == "2033-12-19T09:00:00.000Z");
  CHECK(asked <= 6);
}

TEST_CASE("no clock at all is never open; several are open together") {
  const ZoneTable zones;
  const std::vector<Range> day{{8 * kHourMs, 20 * kHourMs}};
  const Repeating hours{kDayMs, day};
  const Instant at = *parse_rfc3339("2025-06-10T00:30:00Z");
  CHECK_FALSE(contains(on_every_clock({}, hours), at));
  CHECK_FALSE(first_open_at_or_after(on_every_clock({}, hours), at, std::chrono::hours{1000}));
  const std::vector<const Zone*> two{zones.find("America/Chicago"), zones.find("America/New_York")};
  CHECK(contains(on_clock(*two[0], hours), at));
  CHECK_FALSE(contains(on_every_clock(two, hours), at));
  const auto found = first_open_at_or_after(on_every_clock(two, hours), at, std::chrono::hours{24});
  REQUIRE(found.has_value());
  CHECK(format_rfc3339(*found) == "2025-06-10T13:00:00.000Z");
}

TEST_CASE("a horizon beyond the end of time ends there") {
  CHECK(to_ms(horizon_end(from_ms(5), Millis{7})) == 12);
  CHECK(to_ms(horizon_end(from_ms(5), Millis::max())) == kEndOfTimeMs);
  const std::vector<Range> none;
  CHECK_FALSE(first_open_at_or_after(Utc{none}, from_ms(0), Millis::max()).has_value());
  CHECK_FALSE(first_open_at_or_after(~Utc{none}, from_ms(9), Millis{0}).has_value());
  CHECK(first_open_at_or_after(~Utc{none}, from_ms(9), Millis{1}) == from_ms(9));
}

}  // namespace
}  // namespace callgate
