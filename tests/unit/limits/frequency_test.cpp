// Caps against a naive list of everything that happened.
#include "core/limits/frequency.hpp"

#include <catch2/catch_test_macros.hpp>
#include <random>
#include <vector>

using namespace callgate;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr Instant kAsked = from_ms(1'798'000'000'000);

FrequencyCap at_most(std::int64_t max, Millis window, bool per_subject = false) {
  FrequencyCap cap;
  cap.max = max;
  cap.window = window;
  cap.per_subject = per_subject;
  return cap;
}

struct Happened {
  Met met = Met::dial;
  Instant at{};
  std::uint32_t subject = 0;
};

bool counts(const FrequencyCap& cap, const Happened& one, std::uint32_t subject) {
  return !cap.per_subject || one.subject == subject || one.subject == 0 || subject == 0;
}

// Said in the slowest way: whether a dial at `now` would break the cap.
bool breaks(const FrequencyCap& cap, const std::vector<Happened>& all, std::uint32_t subject,
            Instant now) {
  std::int64_t in_window = 0;
  bool talked = false;
  bool broken = false;
  for (const Happened& one : all) {
    if (!counts(cap, one, subject)) {
      continue;
    }
    talked = talked || one.met == Met::conversation;
    in_window += one.met == Met::dial && one.at + cap.window > now ? 1 : 0;
    broken = broken || (one.met == Met::dial && one.at + cap.gap > now);
    broken = broken || (one.met == cap.after && one.at + cap.cool_off > now);
  }
  broken = broken || (cap.max > 0 && in_window >= cap.max);
  return broken && !(cap.from_first_conversation && !talked);
}

}  // namespace

TEST_CASE("Caps agree with a naive list of all that happened, also after being packed") {
  std::mt19937_64 random{20261122};
  const auto below = [&random](std::int64_t bound) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(bound));
  };
  int held = 0;
  for (int round = 0; round < 150; ++round) {
    FrequencyCap cap;
    if (below(2) == 0) {
      cap = at_most(1 + below(7), hours{1 + below(30 * 24)});
    }
    cap.gap = below(2) == 0 ? Millis{minutes{below(3000)}} : Millis{};
    cap.cool_off = below(2) == 0 ? Millis{hours{below(90 * 24)}} : Millis{};
    cap.after = static_cast<Met>(1 + below(3));
    cap.per_subject = below(2) == 0;
    cap.from_first_conversation = below(4) == 0;
    std::vector<Happened> all;
    NumberHistory history;
    Instant now = kAsked;
    for (int step = 0; step < 80; ++step) {
      now += seconds{below(below(3) == 0 ? 40 : 200'000)};
      const auto subject = static_cast<std::uint32_t>(below(3));
      const auto until = history.held_until(cap, subject, now);
      CAPTURE(round, step);
      REQUIRE(until.has_value() == breaks(cap, all, subject, now));
      if (until) {
        ++held;
        REQUIRE(*until > now);
        REQUIRE(breaks(cap, all, subject, *until - Millis{1}));
        REQUIRE(!breaks(cap, all, subject, *until));
        if (below(4) != 0) {
          continue;
        }
      }
      const Met met = below(3) == 0 ? static_cast<Met>(1 + below(3)) : Met::dial;
      all.push_back({met, now, subject});
      history.add(met, now, subject);
      history = NumberHistory::unpack(history.pack());
    }
  }
  CHECK(held > 1000);
}

TEST_CASE("Thirty days of dials take a few bytes each") {
  NumberHistory history;
  for (int day = 0; day < 30; ++day) {
    history.add(Met::dial, kAsked + hours{24 * day}, 0);
  }
  CHECK(history.pack().size() <= 30 * 4);
}

TEST_CASE("What no cap can look back to is forgotten, and a number's bytes stay bounded") {
  NumberHistory history;
  for (int i = 0; i < 5000; ++i) {
    history.add(Met::dial, kAsked + minutes{i}, subject_number("a"));
    history.add(Met::machine, kAsked + minutes{i}, subject_number("a"));
  }
  CHECK(history.pack().size() < 101 * 10);
  history.add(Met::dial, kAsked + hours{24 * 400}, 0);
  CHECK(history.pack().size() <= 5);
}

TEST_CASE("A dial that was none is taken back, whatever it was about, and none of before it") {
  NumberHistory history;
  history.add(Met::dial, kAsked, 1);
  history.add(Met::dial, kAsked + seconds{10}, 2);
  history.add(Met::refusal, kAsked + seconds{11}, 2);
  CHECK(!history.take_back_dial(kAsked + seconds{11}));
  CHECK(history.take_back_dial(kAsked + seconds{10}));
  CHECK(!history.take_back_dial(kAsked + Millis{1}));
  CHECK(!history.held_until(at_most(1, hours{24}, true), 2, kAsked + seconds{12}));
  CHECK(history.held_until(at_most(1, hours{24}, true), 1, kAsked + seconds{12}));
}

TEST_CASE("A time between two seconds counts as the later one") {
  NumberHistory history;
  history.add(Met::dial, kAsked + Millis{1}, 0);
  CHECK(history.held_until(at_most(1, hours{24}), 0, kAsked + seconds{1}) ==
        kAsked + hours{24} + seconds{1});
}

TEST_CASE("A call without a subject counts for each subject and is held by each") {
  const auto cap = at_most(1, hours{24}, true);
  NumberHistory history;
  history.add(Met::dial, kAsked, subject_number("roof"));
  CHECK(!history.held_until(cap, subject_number("windows"), kAsked));
  CHECK(history.held_until(cap, subject_number(""), kAsked));
  NumberHistory unnamed;
  unnamed.add(Met::dial, kAsked, subject_number(""));
  CHECK(unnamed.held_until(cap, subject_number("windows"), kAsked));
}

TEST_CASE("Of several caps the one that holds longest is named") {
  NumberHistory history;
  history.add(Met::dial, kAsked, 0);
  const std::vector<FrequencyCap> caps{at_most(9, hours{1}), at_most(1, hours{24}),
                                       at_most(1, hours{2})};
  const auto held = held_by(caps, history, 0, kAsked);
  REQUIRE(held);
  CHECK(held->cap == 1);
  CHECK(held->until == kAsked + hours{24});
  CHECK(!held_by(caps, history, 0, kAsked + hours{24}));
}
