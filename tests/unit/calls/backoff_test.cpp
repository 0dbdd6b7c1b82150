#include "core/calls/backoff.hpp"

#include <catch2/catch_test_macros.hpp>
#include <random>
#include <set>

using namespace callgate;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

std::vector<Millis> waits_of(const Backoff& backoff, std::int64_t count) {
  std::vector<Millis> waits;
  for (std::int64_t n = 1; n <= count; ++n) {
    waits.push_back(wait_of(backoff, n));
  }
  return waits;
}

Backoff random_backoff(std::mt19937_64& random) {
  const auto below = [&random](std::int64_t bound) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(bound));
  };
  Backoff backoff;
  backoff.kind = static_cast<BackoffKind>(1 + below(4));
  backoff.cap = seconds{1 + below(2'592'000)};
  const std::int64_t count = backoff.kind == BackoffKind::list ? 1 + below(20) : 1;
  for (std::int64_t i = 0; i < count; ++i) {
    backoff.delays.emplace_back(1 + below(backoff.cap.count()));
  }
  backoff.factor = 1 + below(10);
  backoff.jitter_percent = below(51);
  return backoff;
}

}  // namespace

TEST_CASE("A list is followed, and past its end goes on by its factor up to the cap") {
  Backoff list{BackoffKind::list, {minutes{5}, minutes{15}, minutes{30}, minutes{60}}, 2, hours{3}};
  CHECK(waits_of(list, 7) == std::vector<Millis>{minutes{5}, minutes{15}, minutes{30}, minutes{60},
                                                 hours{2}, hours{3}, hours{3}});
  list.factor = 1;
  CHECK(waits_of(list, 6).back() == minutes{60});
}

TEST_CASE("Fixed waits stay, linear ones grow by the first, exponential ones by the factor") {
  CHECK(waits_of({BackoffKind::fixed, {minutes{7}}}, 3) ==
        std::vector<Millis>{minutes{7}, minutes{7}, minutes{7}});
  CHECK(waits_of({BackoffKind::linear, {minutes{10}}, 1, minutes{25}}, 4) ==
        std::vector<Millis>{minutes{10}, minutes{20}, minutes{25}, minutes{25}});
  CHECK(waits_of({BackoffKind::exponential, {seconds{2}}, 2}, 4) ==
        std::vector<Millis>{seconds{2}, seconds{4}, seconds{8}, seconds{16}});
}

TEST_CASE("Every wait is positive and within the cap, whatever the count, and nothing overflows") {
  std::mt19937_64 random{11};
  for (int run = 0; run < 3000; ++run) {
    const Backoff backoff = random_backoff(random);
    for (const std::int64_t n : {std::int64_t{1}, std::int64_t{2}, std::int64_t{7},
                                 std::int64_t{20}, std::int64_t{1000}, std::int64_t{INT64_MAX}}) {
      const Millis plain = wait_of(backoff, n);
      const Millis spread = wait_of(backoff, n, random());
      CHECK(plain > Millis{0});
      CHECK(plain <= backoff.cap);
      CHECK(spread > Millis{0});
      CHECK(spread <= plain);
      CHECK(spread.count() * 100 >= plain.count() * (100 - backoff.jitter_percent));
    }
  }
}

TEST_CASE("Waits never become shorter, but where a list says so") {
  std::mt19937_64 random{12};
  for (int run = 0; run < 2000; ++run) {
    const Backoff backoff = random_backoff(random);
    const auto waits = waits_of(backoff, 30);
    const std::size_t from = backoff.kind == BackoffKind::list ? backoff.delays.size() : 1;
    for (std::size_t i = from; i < waits.size(); ++i) {
      CHECK(waits[i] >= waits[i - 1]);
    }
  }
}

TEST_CASE("Half of jitter leaves doubling waits in their order") {
  const Backoff backoff{BackoffKind::exponential, {seconds{10}}, 2, hours{24 * 30}, 50};
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    for (std::int64_t n = 2; n <= 12; ++n) {
      CHECK(wait_of(backoff, n, seed) >= wait_of(backoff, n - 1, seed));
    }
  }
}

TEST_CASE("Jitter is the same for the same seed and count, and spreads different ones") {
  const Backoff backoff{BackoffKind::fixed, {minutes{10}}, 1, hours{24}, 30};
  std::set<Millis> waits;
  std::int64_t total = 0;
  for (std::int64_t call = 1; call <= 1000; ++call) {
    const std::uint64_t seed = mixed(mixed(0, 77), call);
    const Millis wait = wait_of(backoff, 1, seed);
    CHECK(wait == wait_of(backoff, 1, seed));
    waits.insert(wait);
    total += wait.count();
  }
  CHECK(waits.size() > 950);
  // Evenly: the mean lies near 85 per cent of ten minutes.
  CHECK(total / 1000 > 500'000);
  CHECK(total / 1000 < 520'000);
}
