// A rate against a counter that remembers every start.
#include "core/limits/gcra.hpp"

#include <catch2/catch_test_macros.hpp>
#include <deque>
#include <random>
#include <vector>

using namespace callgate;
using std::chrono::seconds;

namespace {

constexpr Instant kBegin = from_ms(1'798'000'000'000);

// The most starts that any window [t, t + window) saw.
std::int64_t most_in_a_window(const std::vector<Instant>& starts, Millis window) {
  std::deque<Instant> inside;
  std::size_t most = 0;
  for (const Instant at : starts) {
    inside.push_back(at);
    while (inside.front() + window <= at) {
      inside.pop_front();
    }
    most = std::max(most, inside.size());
  }
  return static_cast<std::int64_t>(most);
}

struct Run {
  std::vector<Instant> starts;
  std::int64_t looks = 0;
};

// Somebody who always has the next start ready, and whose timer comes up to `late` ms late.
Run greedy(const Rate& rate, Millis time, int late, std::uint64_t seed, Gcra state = {}) {
  std::mt19937_64 random{seed};
  Run run;
  for (Instant now = kBegin; now < kBegin + time;) {
    const Starts may = starts_at(rate, state, now);
    ++run.looks;
    for (std::int64_t i = 0; i < may.now; ++i) {
      take_start(rate, state, now);
      run.starts.push_back(now);
    }
    const Starts next = starts_at(rate, state, now);
    REQUIRE(next.now == 0);
    REQUIRE(next.next > now);
    const auto most = static_cast<unsigned>(late) + 1;
    now = next.next + Millis{random() % most};
  }
  return run;
}

}  // namespace

TEST_CASE("Without a rate everything may start") {
  Gcra state;
  take_start({}, state, kBegin);
  CHECK(starts_at({}, state, kBegin) == Starts{});
  CHECK(state == Gcra{});
}

TEST_CASE("No window ever sees more than the rate, and 99 of 100 of it are used") {
  std::mt19937_64 random{7};
  for (int i = 0; i < 60; ++i) {
    const bool minute = i % 2 == 1;
    const std::int64_t limits[] = {1, 2, 3, 7, 10, 30, 97, 100, 599, 1000, 7919, 10'000};
    const Rate rate{i < 24 ? limits[i / 2] : static_cast<std::int64_t>(1 + random() % 10'000),
                    minute ? Millis{60'000} : Millis{1'000}};
    const Millis time = rate.window * 20;
    // A timer that is late by less than a 125th of the window costs nothing.
    const int late = i % 3 == 0 ? 0 : static_cast<int>(rate.window.count() / 125 - 1);
    CAPTURE(rate.starts, rate.window.count(), late);
    const Run run = greedy(rate, time, late, random());
    CHECK(most_in_a_window(run.starts, rate.window) <= rate.starts);
    const auto possible = static_cast<double>(rate.starts * 20);
    CHECK(static_cast<double>(run.starts.size()) >= 0.99 * possible - 1);
    CHECK(run.looks <= static_cast<std::int64_t>(run.starts.size()) + 1);  // no look in vain
  }
}

TEST_CASE("Whoever starts at random times, in bursts and after pauses, stays within the rate") {
  std::mt19937_64 random{11};
  for (int round = 0; round < 200; ++round) {
    const Rate rate{static_cast<std::int64_t>(1 + random() % 200),
                    random() % 2 == 0 ? Millis{1'000} : Millis{60'000}};
    Gcra state;
    std::vector<Instant> starts;
    Instant now = kBegin;
    for (int step = 0; step < 400; ++step) {
      now += Millis{static_cast<int>(random() % (random() % 20 == 0 ? 90'000 : 60))};
      const Starts may = starts_at(rate, state, now);
      REQUIRE((may.now > 0) == (may.next == Instant{}));
      for (std::int64_t i = 0; i < std::min<std::int64_t>(may.now, random() % 4); ++i) {
        take_start(rate, state, now);
        starts.push_back(now);
      }
      if (may.now == 0) {
        // Not a millisecond too late: just before it there is none, then there is.
        REQUIRE(starts_at(rate, state, may.next - Millis{1}).now == 0);
        REQUIRE(starts_at(rate, state, may.next).now > 0);
      }
    }
    CAPTURE(round, rate.starts);
    CHECK(most_in_a_window(starts, rate.window) <= rate.starts);
  }
}

TEST_CASE("What may start at once is what may be taken at once") {
  const Rate rate{10'000, seconds{1}};
  Gcra state;
  const Starts may = starts_at(rate, state, kBegin);
  CHECK(may.now > 1);
  for (std::int64_t i = 0; i < may.now; ++i) {
    CHECK(starts_at(rate, state, kBegin).now == may.now - i);
    take_start(rate, state, kBegin);
  }
  CHECK(starts_at(rate, state, kBegin).now == 0);
}

TEST_CASE("A clock that went back makes nobody wait longer than one spacing") {
  const Rate rate{1, Millis{60'000}};
  Gcra state;
  take_start(rate, state, kBegin + std::chrono::hours{24});
  const Starts may = starts_at(rate, state, kBegin);
  CHECK(may.now == 0);
  CHECK(may.next <= kBegin + Millis{60'480});
}

TEST_CASE("A rate that is raised or lowered holds from the next start on") {
  Gcra state;
  take_start({1, Millis{60'000}}, state, kBegin);
  const Rate fast{10, Millis{1'000}};
  CHECK(starts_at(fast, state, kBegin).next <= kBegin + Millis{101});
}

TEST_CASE("Several limits allow what the strictest does, and wait for the last") {
  const Instant later = kBegin + Millis{5};
  CHECK(both({3, {}}, {}) == Starts{3, {}});
  CHECK(both({0, kBegin}, {0, later}) == Starts{0, later});
  CHECK(both({0, kBegin}, {9, {}}) == Starts{0, kBegin});
}
