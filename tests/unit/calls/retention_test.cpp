#include "core/calls/retention.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <random>
#include <vector>

using namespace callgate;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

constexpr Instant kNow = from_ms(1'798'000'000'000);

struct Ended {
  Instant at{};
  std::int64_t seq = 0;
};

bool newer(const Ended& left, const Ended& right) {
  return std::tie(left.at, left.seq) > std::tie(right.at, right.seq);
}

// As a round finds it: passes over the times of the ends, then over the numbers of those that ended
// together.
std::optional<Cutoff> where_newest_begin(const std::vector<Ended>& calls, std::int64_t count) {
  const auto by_time = [](const Ended& left, const Ended& right) { return left.at < right.at; };
  const auto [first, last] = std::minmax_element(calls.begin(), calls.end(), by_time);
  NthGreatest search;
  search.begin(to_ms(first->at), to_ms(last->at) + 1, count);
  int passes = 0;
  do {
    for (const Ended& call : calls) {
      search.add(to_ms(call.at));
    }
    REQUIRE(++passes < 9);
  } while (!search.narrow());
  if (!search.found()) {
    return std::nullopt;
  }
  const Instant at = from_ms(search.from);
  if (search.there == search.rank) {
    return Cutoff{at, 0};
  }
  search.begin(1, 1'000'000, search.rank);
  do {
    for (const Ended& call : calls) {
      if (call.at == at) {
        search.add(call.seq);
      }
    }
  } while (!search.narrow());
  REQUIRE(search.found());
  return Cutoff{at, search.from};
}

std::vector<Ended> some_calls(std::mt19937& dice, std::size_t most, std::uint64_t span_ms) {
  std::vector<Ended> calls(1 + dice() % most);
  std::int64_t seq = 0;
  for (Ended& call : calls) {
    call = {kNow - Millis{static_cast<std::int64_t>(dice() % span_ms)}, ++seq};
  }
  return calls;
}

}  // namespace

TEST_CASE(
    "The newest of any calls are found where sorting finds them, however many ended at once") {
  std::mt19937 dice{11};
  for (int play = 0; play < 400; ++play) {
    static constexpr std::uint64_t kSpans[] = {1, 3, 50, 70'000, 2'592'000'000};
    std::vector<Ended> calls = some_calls(dice, 300, kSpans[dice() % 5]);
    const std::int64_t count = 1 + dice() % 320;
    const auto cutoff = where_newest_begin(calls, count);
    std::sort(calls.begin(), calls.end(), newer);
    if (static_cast<std::size_t>(count) > calls.size()) {
      REQUIRE_FALSE(cutoff);
      continue;
    }
    REQUIRE(cutoff);
    for (std::size_t i = 0; i < calls.size(); ++i) {
      INFO(play << ": call " << i << " of " << calls.size() << ", " << count << " are kept");
      REQUIRE(cutoff->takes(calls[i].at, calls[i].seq) == (i >= static_cast<std::size_t>(count)));
    }
  }
}

TEST_CASE("Calls that end while the newest are looked for never make one of them go") {
  std::mt19937 dice{12};
  for (int play = 0; play < 200; ++play) {
    std::vector<Ended> calls = some_calls(dice, 200, 100'000);
    const std::int64_t count = 1 + dice() % 100;
    NthGreatest search;
    search.begin(to_ms(kNow) - 100'000, to_ms(kNow) + 1, count);
    bool over = false;
    while (!over) {
      for (const Ended& call : calls) {
        search.add(to_ms(call.at));
      }
      calls.push_back({kNow - Millis{static_cast<std::int64_t>(dice() % 100'000)},
                       static_cast<std::int64_t>(calls.size()) + 1});
      over = search.narrow();
    }
    const auto kept = std::count_if(calls.begin(), calls.end(), [&](const Ended& call) {
      return to_ms(call.at) >= search.from;
    });
    if (search.found()) {
      REQUIRE(kept >= count);
    }
  }
}

TEST_CASE("A rule takes what is older than its days or beyond its count, whichever comes first") {
  const Cutoff newest{kNow - hours{50}, 7};
  CHECK_FALSE(cutoff_of({}, std::nullopt, kNow));
  CHECK(cutoff_of({}, newest, kNow) == newest);
  CHECK(cutoff_of({3, {}}, std::nullopt, kNow) == up_to(kNow - hours{72}));
  CHECK(cutoff_of({3, 5}, newest, kNow) == newest);
  CHECK(cutoff_of({1, 5}, newest, kNow) == up_to(kNow - hours{24}));
  CHECK(cutoff_of({1, 5}, std::nullopt, kNow) == up_to(kNow - hours{24}));

  const Cutoff days = *cutoff_of({1, {}}, std::nullopt, kNow);
  CHECK(days.takes(kNow - hours{24}, 900));
  CHECK_FALSE(days.takes(kNow - hours{24} + Millis{1}, 1));
}

TEST_CASE("Nothing goes within the hour in which its price may come") {
  const Cutoff cutoff = *cutoff_of({{}, 0}, up_to(kNow), kNow);
  CHECK(cutoff.takes(kNow - hours{1}, 900));
  CHECK_FALSE(cutoff.takes(kNow - hours{1} + Millis{1}, 1));
}

TEST_CASE("Every end is kept for 30 days, but where a preset says otherwise") {
  const Retention usual = retention_of(RetentionPreset::usual);
  for (const End end : kAllEnds) {
    CHECK(usual.of(end) == Keep{30, {}});
  }
  CHECK(usual == Retention{});
  CHECK_FALSE(usual.counts());

  const Retention d = retention_of(RetentionPreset::document_d);
  CHECK(d.of(End::completed) == Keep{1, 1000});
  CHECK(d.of(End::failed) == Keep{7, {}});
  CHECK(d.of(End::canceled) == Keep{30, {}});

  const Retention e = retention_of(RetentionPreset::document_e);
  CHECK(e.of(End::completed) == Keep{{}, 100});
  CHECK(e.of(End::failed) == Keep{{}, 500});
  CHECK(e.of(End::blocked) == Keep{30, {}});
  CHECK(e.of_scheduled(JobEnd::completed) == Keep{{}, 10});
  CHECK(e.of_scheduled(JobEnd::canceled) == Keep{{}, 50});
  CHECK(e.counts());
}

TEST_CASE("A job without calls stays as long as those that ended as it did, and at least a day") {
  CHECK(empty_job_stays({7, {}}) == hours{7 * 24});
  CHECK(empty_job_stays({{}, 5}) == hours{24});
  CHECK(empty_job_stays({1, 5}) == hours{24});
  CHECK_FALSE(empty_job_stays({}));
}

TEST_CASE("What is kept of a job's calls knows its first and last, and none when there are none") {
  EndedCalls calls;
  calls.kept = 2;
  calls.note(kNow);
  calls.note(kNow - minutes{5});
  calls.take(1);
  CHECK(calls.first == kNow - minutes{5});
  CHECK(calls.last == kNow);
  calls.take(1);
  CHECK_FALSE(calls.first);
  CHECK_FALSE(calls.last);
}
