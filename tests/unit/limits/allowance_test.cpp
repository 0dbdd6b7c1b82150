// An allowance against an account whose capacity nobody was told.
#include "core/limits/allowance.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <random>
#include <vector>

using namespace callgate;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr Instant kOpening = from_ms(1'798'000'000'000);

struct Spell {
  std::int64_t dials = 0;
  std::int64_t refused = 0;
  std::int64_t most = 0;
  std::int64_t least = 1'000'000;
};

// An account that takes `capacity` calls of `length` each, and somebody who always has the next
// call ready; a refusal is known a second after its dial.
class Account {
 public:
  Account(std::int64_t ceiling, std::int64_t capacity, Millis length)
      : capacity(capacity), ceiling_(ceiling), length_(length) {}

  Spell run(Millis time) {
    Spell spell;
    for (const Instant end = now + time; now < end; now += seconds{1}) {
      hang_up();
      const std::int64_t may = allowed(allowance, ceiling_, ended_, now);
      spell.most = std::max(spell.most, may);
      spell.least = std::min(spell.least, may);
      const bool rests = starts_after_rest(allowance, now).now == 0;
      const auto under_way = static_cast<std::int64_t>(live_.size() + refused_.size());
      for (std::int64_t i = under_way; i < may && !rests; ++i) {
        ++spell.dials;
        const bool full = static_cast<std::int64_t>(live_.size()) >= capacity;
        spell.refused += full ? 1 : 0;
        (full ? refused_ : live_).push_back(now);
      }
    }
    return spell;
  }

  Allowance allowance;
  std::int64_t capacity;
  Instant now = kOpening;

 private:
  void hang_up() {
    const auto over = [this](Instant at) { return at + length_ <= now; };
    const auto stay = std::remove_if(live_.begin(), live_.end(), over);
    ended_ += live_.end() - stay;
    live_.erase(stay, live_.end());
    for (const Instant dialled_at : refused_) {
      ++ended_;
      fall(allowance, ceiling_, ended_, dialled_at, now);
    }
    refused_.clear();
  }

  std::int64_t ceiling_;
  Millis length_;
  std::int64_t ended_ = 0;
  std::vector<Instant> live_;     // since when
  std::vector<Instant> refused_;  // in this second
};

}  // namespace

TEST_CASE("Without a refusal the ceiling is allowed, whatever it is and however it changes") {
  for (const std::int64_t ceiling : {1, 2, 10, 10'000}) {
    CHECK(allowed({}, ceiling, 0, kOpening) == ceiling);
    CHECK(allowed({}, ceiling, 1'000'000, kOpening) == ceiling);
  }
  CHECK(starts_after_rest({}, kOpening) == Starts{});
}

TEST_CASE("A refusal halves it, one of before that tells nothing, and below one it never falls") {
  Allowance allowance;
  CHECK(fall(allowance, 20, 7, kOpening, kOpening + seconds{1}));
  CHECK(allowed(allowance, 20, 7, kOpening + seconds{1}) == 10);
  CHECK_FALSE(fall(allowance, 20, 8, kOpening, kOpening + seconds{2}));
  CHECK(allowed(allowance, 20, 8, kOpening + seconds{2}) == 10);
  for (int i = 2; i < 30; ++i) {
    CHECK(fall(allowance, 20, 8, kOpening + seconds{2 * i}, kOpening + seconds{2 * i + 1}));
  }
  CHECK(allowed(allowance, 20, 8, kOpening + seconds{60}) == 1);
}

TEST_CASE("It grows by one after as many calls as it is high, sixteen at least, or two hours") {
  Allowance allowance;
  fall(allowance, 80, 100, kOpening, kOpening);
  REQUIRE(allowance.fell_to == 40);
  CHECK(allowed(allowance, 80, 139, kOpening) == 40);
  CHECK(allowed(allowance, 80, 140, kOpening) == 41);
  CHECK(allowed(allowance, 80, 180, kOpening) == 41);
  CHECK(allowed(allowance, 80, 181, kOpening) == 42);
  CHECK(allowed(allowance, 80, 100, kOpening + minutes{239}) == 41);
  CHECK(allowed(allowance, 80, 100, kOpening + hours{24 * 30}) == 80);
  CHECK(allowed(allowance, 80, 1'000'000, kOpening) == 80);
  CHECK(allowed(allowance, 5, 100, kOpening) == 5);
  allowance = {};
  fall(allowance, 2, 0, kOpening, kOpening);
  CHECK(allowed(allowance, 2, 15, kOpening) == 1);
  CHECK(allowed(allowance, 2, 16, kOpening) == 2);
}

TEST_CASE("The account rests when the only call was refused, longer each time, a minute at most") {
  Allowance allowance;
  Instant now = kOpening;
  fall(allowance, 2, 0, now, now);
  CHECK(starts_after_rest(allowance, now) == Starts{});
  Millis last{0};
  for (int i = 0; i < 12; ++i) {
    now += minutes{2};
    fall(allowance, 2, 0, now, now);
    const Starts starts = starts_after_rest(allowance, now);
    REQUIRE(starts.now == 0);
    const Millis rest = starts.next - now;
    CHECK(rest >= last);
    CHECK(rest <= minutes{1});
    CHECK(starts_after_rest(allowance, starts.next) == Starts{});
    CHECK(starts_after_rest(allowance, now - Millis{1}) == Starts{});
    last = rest;
  }
  CHECK(last == minutes{1});
}

TEST_CASE("Whatever happens, it stays between one and the ceiling") {
  std::mt19937_64 random{11};
  for (int run = 0; run < 200; ++run) {
    Allowance allowance;
    Instant now = kOpening;
    std::int64_t ended = 0;
    for (int step = 0; step < 200; ++step) {
      const auto ceiling = static_cast<std::int64_t>(1 + random() % 50);
      now += Millis{static_cast<std::int64_t>(random() % 100'000)} - seconds{20};
      ended += static_cast<std::int64_t>(random() % 30);
      const Instant dialled_at = now - Millis{static_cast<std::int64_t>(random() % 30'000)};
      const std::int64_t before = allowed(allowance, ceiling, ended, now);
      REQUIRE(before >= 1);
      REQUIRE(before <= ceiling);
      REQUIRE(allowed(allowance, ceiling, ended + 1, now) >= before);
      if (random() % 3 == 0 && fall(allowance, ceiling, ended, dialled_at, now)) {
        REQUIRE(allowed(allowance, ceiling, ended, now) == std::max<std::int64_t>(before / 2, 1));
      }
    }
  }
}

TEST_CASE("Below a hidden capacity fewer than one dial of ten is refused, and most of it is used") {
  for (const std::int64_t capacity : {1, 2, 3, 5, 10, 30, 80}) {
    for (const Millis length : {Millis{seconds{20}}, Millis{seconds{75}}, Millis{minutes{5}}}) {
      CAPTURE(capacity, length.count());
      Account account{100, capacity, length};
      static_cast<void>(account.run(hours{4}));
      const Spell steady = account.run(hours{48});
      CHECK(steady.refused * 10 < steady.dials);
      CHECK(steady.most <= capacity + 1);
      const std::int64_t full = capacity * (Millis{hours{48}} / length);
      CHECK((steady.dials - steady.refused) * 10 > full * 6);
    }
  }
}

TEST_CASE("After a storm of refusals it comes back, and in the storm little is asked") {
  Account account{20, 20, seconds{60}};
  static_cast<void>(account.run(hours{1}));
  account.capacity = 0;
  const Spell storm = account.run(hours{1});
  CHECK(storm.least == 1);
  CHECK(storm.dials < 250);
  account.capacity = 20;
  static_cast<void>(account.run(hours{2}));
  CHECK(account.run(hours{1}).least == 20);
}
