#include "core/limits/request_rate.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "core/base/rng.hpp"

namespace callgate {

TEST_CASE("A caller has all requests at once, then as many again spread over the window") {
  RequestRates rates;
  const RequestRate rate{10, Millis{10'000}};
  const Instant start = from_ms(1'800'000'000'000);
  for (std::int64_t left = 9; left >= 0; --left) {
    const Counted counted = rates.count(rate, "a", start);
    CHECK(counted.allowed);
    CHECK(counted.remaining == left);
    CHECK(counted.reset_s == 10 - left);
  }
  const Counted refused = rates.count(rate, "a", start);
  CHECK_FALSE(refused.allowed);
  CHECK(refused.retry_s == 1);
  CHECK(refused.reset_s == 10);
  CHECK(rates.count(rate, "b", start).remaining == 9);
  CHECK_FALSE(rates.count(rate, "a", start + Millis{999}).allowed);
  CHECK(rates.count(rate, "a", start + Millis{1000}).allowed);
  CHECK(rates.count(rate, "a", start + Millis{60'000}).remaining == 9);
}

TEST_CASE("No window sees more than twice the rate, and whoever waits as told is let in") {
  for (std::uint8_t seed = 1; seed <= 60; ++seed) {
    Rng rng{{seed}};
    const RequestRate rate{1 + static_cast<std::int64_t>(rng.below(200)),
                           Millis{1'000 + static_cast<std::int64_t>(rng.below(20'000))}};
    RequestRates rates;
    Instant now = from_ms(1'800'000'000'000);
    std::vector<Instant> taken;
    for (int i = 0; i < 2'000; ++i) {
      now += Millis{static_cast<std::int64_t>(rng.below(rng.below(20) == 0 ? 5'000 : 30))};
      const Counted counted = rates.count(rate, "a", now);
      if (!counted.allowed) {
        RequestRates again = rates;
        REQUIRE(again.count(rate, "a", now + Millis{counted.retry_s * 1000}).allowed);
        continue;
      }
      taken.push_back(now);
      REQUIRE(counted.remaining < rate.most);
      const std::size_t most = static_cast<std::size_t>(2 * rate.most);
      REQUIRE((taken.size() <= most || taken[taken.size() - 1 - most] + rate.window <= now));
    }
  }
}

TEST_CASE("A clock that goes back makes nobody wait longer than one window") {
  RequestRates rates;
  const RequestRate rate{3, Millis{9'000}};
  const Instant start = from_ms(1'800'000'000'000);
  for (int i = 0; i < 3; ++i) {
    CHECK(rates.count(rate, "a", start).allowed);
  }
  const Instant back = start - std::chrono::hours{24};
  CHECK(rates.count(rate, "a", back).retry_s <= 9);
  CHECK(rates.count(rate, "a", back + Millis{9'000}).allowed);
}

}  // namespace callgate
