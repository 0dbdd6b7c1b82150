#include "core/schedule/due_time.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <memory>

#include "core/base/rng.hpp"

namespace callgate {
namespace {

Instant at(std::int64_t ms) {
  return from_ms(ms);
}

using List = GateOf<Listed<Axis::utc>>;

TEST_CASE("a call is due where every gate is open, and each delay is told") {
  const std::vector<Range> day{{100, 200}, {300, 400}};
  const std::vector<Range> night{{150, 180}, {390, 500}};
  const List first{Listed<Axis::utc>{day}};
  const List second{Listed<Axis::utc>{night}};
  const Gate* const gates[] = {&first, &second};

  const DueTime from_start = due_time(gates, at(0), Millis{1000});
  REQUIRE(from_start.span == OpenSpan{at(150), at(180)});
  CHECK(from_start.delays == std::vector<Delay>{{0, at(0), at(100)}, {1, at(100), at(150)}});

  const DueTime inside = due_time(gates, at(160), Millis{1000});
  CHECK(inside.span == OpenSpan{at(160), at(180)});
  CHECK(inside.delays.empty());

  const DueTime later = due_time(gates, at(180), Millis{1000});
  CHECK(later.span == OpenSpan{at(390), at(400)});
  CHECK(later.delays == std::vector<Delay>{{1, at(180), at(390)}});

  const DueTime never = due_time(gates, at(400), Millis{1000});
  CHECK_FALSE(never.span);
  CHECK(never.delays == std::vector<Delay>{{0, at(400), std::nullopt}});
}

TEST_CASE("without gates a call is due at once") {
  const DueTime due = due_time({}, at(5));
  REQUIRE(due.span);
  CHECK(due.span->open == at(5));
  CHECK(due.delays.empty());
}

TEST_CASE("gates that never meet are told a bounded number of times") {
  std::vector<Range> even;
  std::vector<Range> odd;
  for (std::int64_t i = 0; i < 1000; i += 2) {
    even.push_back({i * 10, i * 10 + 5});
    odd.push_back({i * 10 + 10, i * 10 + 15});
  }
  const List first{Listed<Axis::utc>{even}};
  const List second{Listed<Axis::utc>{odd}};
  const Gate* const gates[] = {&first, &second};
  const DueTime due = due_time(gates, at(0), Millis{10'000});
  CHECK_FALSE(due.span);
  CHECK(due.delays.size() == kDelaysMax);
}

// Against a look at every millisecond.
TEST_CASE("the due time is the first instant that every gate allows") {
  Rng rng{std::array<std::uint8_t, 32>{7}};
  for (int round = 0; round < 300; ++round) {
    std::vector<std::vector<Range>> lists(1 + rng.below(3));
    std::vector<std::unique_ptr<List>> made;
    std::vector<const Gate*> gates;
    for (auto& list : lists) {
      for (std::uint64_t i = rng.below(6); i > 0; --i) {
        const auto begin = static_cast<std::int64_t>(rng.below(300));
        list.push_back({begin, begin + static_cast<std::int64_t>(rng.below(60))});
      }
      list = merged(std::move(list));
      made.push_back(std::make_unique<List>(Listed<Axis::utc>{list}));
      gates.push_back(made.back().get());
    }
    const auto from = static_cast<std::int64_t>(rng.below(300));
    const auto horizon = static_cast<std::int64_t>(1 + rng.below(200));
    std::optional<std::int64_t> found;
    for (std::int64_t ms = from; ms < from + horizon && !found; ++ms) {
      const bool open = std::all_of(gates.begin(), gates.end(),
                                    [ms](const Gate* gate) { return gate->at(ms).open; });
      found = open ? std::optional{ms} : std::nullopt;
    }
    const DueTime due = due_time(gates, at(from), Millis{horizon});
    REQUIRE(due.span.has_value() == found.has_value());
    if (found) {
      REQUIRE(due.span->open == at(*found));
    }
    // The delays lie end to end, and each gate was shut where it was said to be.
    Instant reached = at(from);
    for (const Delay& delay : due.delays) {
      REQUIRE(delay.from == reached);
      REQUIRE_FALSE(gates[delay.gate]->at(to_ms(delay.from)).open);
      reached = delay.until.value_or(at(from + horizon));
    }
    REQUIRE(reached == (found ? at(*found) : at(from + horizon)));
  }
}

}  // namespace
}  // namespace callgate
