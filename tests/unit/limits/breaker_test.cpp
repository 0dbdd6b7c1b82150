// A breaker over an account that goes away and comes back.
#include "core/limits/breaker.hpp"

#include <catch2/catch_test_macros.hpp>
#include <random>

using namespace callgate;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr Instant kMorning = from_ms(1'798'000'000'000);
constexpr BreakerRule kRule{3, seconds{10}, seconds{60}};
constexpr auto kGone = BreakerCause::unreachable;

Breaker opened(Instant at) {
  Breaker breaker;
  for (std::int64_t call = 1; call <= kRule.failures; ++call) {
    note_failure(breaker, kRule, {call, 1}, kGone, "timed out", 0, at);
  }
  return breaker;
}

}  // namespace

TEST_CASE("It opens at so many failures in a row, and one that is taken counts them anew") {
  Breaker breaker;
  CHECK_FALSE(note_failure(breaker, kRule, {1, 1}, kGone, "timed out", 0, kMorning));
  CHECK_FALSE(note_failure(breaker, kRule, {2, 1}, kGone, "timed out", 0, kMorning));
  CHECK_FALSE(note_success(breaker, {3, 1}));
  CHECK(breaker == Breaker{});
  CHECK_FALSE(note_failure(breaker, kRule, {1, 2}, kGone, "timed out", 0, kMorning));
  CHECK_FALSE(note_failure(breaker, kRule, {2, 2}, kGone, "timed out", 0, kMorning));
  CHECK(starts_through(breaker, kRule, kMorning) == Starts{});
  CHECK(note_failure(breaker, kRule, {4, 1}, kGone, "HTTP status 503", 0, kMorning));
  CHECK(state_of(breaker, kMorning) == BreakerState::open);
  CHECK(breaker.reason == "HTTP status 503");
  CHECK(starts_through(breaker, kRule, kMorning) == Starts{0, kMorning + seconds{10}});
}

TEST_CASE("A refused key opens it at once, and it is not tried often") {
  Breaker breaker;
  CHECK(note_failure(breaker, kRule, {1, 1}, BreakerCause::key_refused, "no", 0, kMorning));
  CHECK(starts_through(breaker, kRule, kMorning) == Starts{0, kMorning + kRule.longest_wait});
}

TEST_CASE("One probe goes out after the wait, and only what becomes of it counts") {
  Breaker breaker = opened(kMorning);
  const Instant due = kMorning + seconds{10};
  CHECK(starts_through(breaker, kRule, due - Millis{1}).now == 0);
  CHECK(starts_through(breaker, kRule, due) == Starts{1, {}});
  CHECK_FALSE(lets_through(breaker, {9, 1}));
  begin_probe(breaker, kRule, {9, 1}, 0, due);
  CHECK(state_of(breaker, due) == BreakerState::half_open);
  CHECK(lets_through(breaker, {9, 1}));
  CHECK_FALSE(lets_through(breaker, {9, 2}));
  CHECK(starts_through(breaker, kRule, due) == Starts{0, due + seconds{20}});
  const Breaker before = breaker;
  CHECK_FALSE(note_success(breaker, {1, 1}));
  CHECK_FALSE(note_failure(breaker, kRule, {1, 1}, kGone, "late", 0, due));
  CHECK(breaker == before);
  SECTION("it is taken") {
    CHECK(note_success(breaker, {9, 1}));
    CHECK(breaker == Breaker{});
  }
  SECTION("it is not") {
    const Instant told = due + seconds{5};
    CHECK_FALSE(note_failure(breaker, kRule, {9, 1}, kGone, "timed out", 0, told));
    CHECK(state_of(breaker, told) == BreakerState::open);
    CHECK(starts_through(breaker, kRule, told) == Starts{0, told + seconds{20}});
  }
  SECTION("nobody hears of it") {
    const Instant next = due + seconds{20};
    CHECK(state_of(breaker, next) == BreakerState::open);
    CHECK(starts_through(breaker, kRule, next) == Starts{1, {}});
    begin_probe(breaker, kRule, {10, 1}, 0, next);
    CHECK_FALSE(note_success(breaker, {9, 1}));
    CHECK(note_success(breaker, {10, 1}));
  }
}

TEST_CASE("Waits double to the longest, and a seed makes each a fifth shorter at most") {
  std::mt19937_64 random{5};
  const BreakerRule usual;
  for (std::int64_t waits = 0; waits < 40; ++waits) {
    const Millis whole = probe_wait(usual, kGone, waits, 0);
    CHECK(whole == std::min<Millis>(
                       usual.first_wait * (std::int64_t{1} << std::min<std::int64_t>(waits, 20)),
                       usual.longest_wait));
    for (int i = 0; i < 50; ++i) {
      const Millis wait = probe_wait(usual, kGone, waits, random());
      CHECK(wait <= whole);
      CHECK(wait >= whole * 4 / 5);
    }
  }
}

TEST_CASE("Through a day's outage goes at most one probe a wait, and the end of it is seen") {
  Breaker breaker = opened(kMorning);
  std::mt19937_64 random{6};
  std::int64_t probes = 0;
  Instant now = kMorning;
  const Instant end = kMorning + hours{24};
  while (now < end) {
    const Starts starts = starts_through(breaker, kRule, now);
    if (starts.now == 0) {
      now = starts.next;
      continue;
    }
    const DialName dial{100 + probes, 1};
    begin_probe(breaker, kRule, dial, random(), now);
    ++probes;
    if (random() % 4 != 0) {  // of some nobody hears again
      note_failure(breaker, kRule, dial, kGone, "timed out", random(), now + seconds{1});
    }
  }
  CHECK(probes > 24 * 60 - 10);
  CHECK(probes < 24 * 60 * 5 / 4 + 10);
  begin_probe(breaker, kRule, {1, 2}, 0, now);
  CHECK(note_success(breaker, {1, 2}));
  CHECK(starts_through(breaker, kRule, now) == Starts{});
}

TEST_CASE("A clock that went back, or a shorter rule, does not keep the account out of use") {
  const Breaker breaker = opened(kMorning + hours{24 * 365});
  CHECK(starts_through(breaker, kRule, kMorning) == Starts{1, {}});
}

TEST_CASE("What a host or a provider says is kept short and plain") {
  Breaker breaker;
  note_failure(breaker, kRule, {1, 1}, kGone, std::string(500, 'x') + "\n", 0, kMorning);
  CHECK(breaker.reason == std::string(200, 'x'));
  note_failure(breaker, kRule, {1, 1}, kGone, "caf\xC3\xA9\n", 0, kMorning);
  CHECK(breaker.reason == "caf???");
}
