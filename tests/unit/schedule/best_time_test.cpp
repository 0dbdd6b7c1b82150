#include "core/schedule/best_time.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <random>

#include "core/schedule/calendar.hpp"
#include "tests/unit/support.hpp"

namespace callgate {
namespace {

constexpr AnswerCounts kNothing{};
constexpr std::array<std::uint64_t, 2> kSeed{7, 11};

HoursOfDay office() {
  HoursOfDay hours;
  for (std::size_t hour = 8; hour < 21; ++hour) {
    hours.set(hour);
  }
  return hours;
}

WeeklyHours every_day_from(std::int32_t start, std::int32_t end) {
  WeeklyHours hours;
  for (auto& day : hours.days) {
    day = {{start * 60, end * 60}};
  }
  return hours;
}

}  // namespace

TEST_CASE("before the first dial every hour is as good as another") {
  const AnswerModel model{kNothing, kNothing, kNothing};
  for (std::size_t hour = 0; hour < kHoursOfWeek; ++hour) {
    CHECK(model.at(hour).millionths == AnswerModel::kUnknown.millionths);
  }
}

TEST_CASE("what is counted narrowly outweighs what is counted widely, and both count") {
  constexpr std::size_t kHour = 40;
  AnswerCounts workspace{};
  workspace[kHour] = {1000, 800};
  const AnswerModel wide{workspace, kNothing, kNothing};
  CHECK(wide.at(kHour).millionths > 750'000);
  CHECK(wide.at(kHour + 1).millionths > AnswerModel::kUnknown.millionths);
  // The same hour of another day learns more of it than another hour does.
  CHECK(wide.at(kHour + kHoursOfDay).millionths >= wide.at(kHour + 1).millionths);

  AnswerCounts job{};
  job[kHour] = {200, 20};
  const AnswerModel narrow{workspace, kNothing, job};
  CHECK(narrow.at(kHour).millionths < 250'000);
  CHECK(narrow.at(kHour).millionths > 100'000);
  CHECK(narrow.at(kHour + 1) == wide.at(kHour + 1));
}

TEST_CASE("an answer more never lowers a rate, and no count leaves 0 to 1") {
  std::mt19937 random{1};
  for (int round = 0; round < 300; ++round) {
    AnswerCounts workspace{};
    AnswerCounts assistant{};
    AnswerCounts job{};
    for (AnswerCounts* counts : {&workspace, &assistant, &job}) {
      for (AnswerCount& one : *counts) {
        const std::int64_t most = random() % 4 == 0 ? 1'000'000 : 10;
        one.dials = static_cast<std::int64_t>(random()) % most;
        one.answers = static_cast<std::int64_t>(random()) % (one.dials + 1);
      }
    }
    const AnswerModel before{workspace, assistant, job};
    const std::size_t hour = random() % kHoursOfWeek;
    ++job[hour].dials;
    ++job[hour].answers;
    const AnswerModel after{workspace, assistant, job};
    CHECK(after.at(hour).millionths >= before.at(hour).millionths);
    for (std::size_t at = 0; at < kHoursOfWeek; ++at) {
      const std::int64_t rate = before.at(at).millionths;
      CHECK((rate >= 0 && rate <= 1'000'000));
      CHECK(before.at(at).dials > 0);
    }
  }
}

TEST_CASE("chosen hours are among the candidates, as many as asked for, and always the same") {
  const AnswerModel model{kNothing, kNothing, kNothing};
  std::mt19937 random{2};
  for (int round = 0; round < 500; ++round) {
    const HoursOfDay candidates{random()};
    const std::int64_t count = 1 + static_cast<std::int64_t>(random()) % 24;
    const std::int64_t day = static_cast<std::int64_t>(random() % 40'000) - 100;
    const HoursOfDay chosen = best_hours(model, day, candidates, count, kSeed);
    CHECK((chosen & ~candidates).none());
    CHECK(static_cast<std::int64_t>(chosen.count()) ==
          std::min<std::int64_t>(count, static_cast<std::int64_t>(candidates.count())));
    CHECK(chosen == best_hours(model, day, candidates, count, kSeed));
  }
}

TEST_CASE("hours of which nothing is known are all tried, about as often") {
  const AnswerModel model{kNothing, kNothing, kNothing};
  constexpr int kDays = 3000;
  std::map<std::size_t, int> times;
  for (int day = 0; day < kDays; ++day) {
    const HoursOfDay chosen = best_hours(model, day, office(), 3, kSeed);
    for (std::size_t hour = 0; hour < kHoursOfDay; ++hour) {
      times[hour] += chosen.test(hour) ? 1 : 0;
    }
  }
  constexpr int kEach = kDays * 3 / 13;
  for (std::size_t hour = 8; hour < 21; ++hour) {
    INFO(hour << ": " << times[hour]);
    CHECK(std::abs(times[hour] - kEach) < kEach / 5);
  }
}

TEST_CASE("a job that learns finds the hours in which people answer") {
  // Two good hours, different ones on the weekend; everything else is poor.
  const auto truth = [](std::size_t of_week) {
    const std::size_t day = of_week / kHoursOfDay;
    const std::size_t hour = of_week % kHoursOfDay;
    const bool weekend = day == 0 || day == 6;
    const bool good = weekend ? hour == 10 || hour == 11 : hour == 18 || hour == 19;
    return good ? 45U : 15U;
  };
  std::mt19937 random{3};
  AnswerCounts counts{};
  int good = 0;
  int all = 0;
  constexpr int kDays = 120;
  for (std::int64_t day = 0; day < kDays; ++day) {
    const AnswerModel model{counts, kNothing, kNothing};
    const HoursOfDay chosen = best_hours(model, day, office(), 2, kSeed);
    const std::size_t midnight = hour_of_week({day * 86'400'000});
    for (std::size_t hour = 0; hour < kHoursOfDay; ++hour) {
      for (int dial = 0; chosen.test(hour) && dial < 25; ++dial) {
        AnswerCount& cell = counts.at(midnight + hour);
        ++cell.dials;
        cell.answers += random() % 100 < truth(midnight + hour) ? 1 : 0;
        if (day >= kDays - 28) {
          ++all;
          good += truth(midnight + hour) == 45U ? 1 : 0;
        }
      }
    }
  }
  INFO(good << " of " << all);
  CHECK(good * 100 > all * 70);
}

TEST_CASE("hours of the week are those of the local calendar") {
  CHECK(hour_of_week({0}) == 4 * kHoursOfDay);  // 1970-01-01 was a Thursday
  CHECK(hour_of_week({-1}) == 3 * kHoursOfDay + 23);
  CHECK(name_of_hour(hour_of_week({0})) == "Thursday 00:00");
  CHECK(name_of_hour(6 * kHoursOfDay + 18) == "Saturday 18:00");
}

TEST_CASE("the gate is open in the chosen hours of every day, whatever the clock does") {
  const ZoneTable zones;
  const LocalHours lawful{every_day_from(8, 20)};
  for (const char* name : {"America/New_York", "Australia/Lord_Howe", "Asia/Kolkata",
                           "Pacific/Apia", "Europe/Dublin"}) {
    CAPTURE(name);
    const Zone& zone = *zones.find(name);
    const auto law = lawful.on(zone);
    const GateOf law_gate{law};
    const std::vector<const Gate*> others{&law_gate};
    const Instant until = instant("2027-12-01T12:34:56Z");
    const BestTimeGate gate{zone, {kNothing, kNothing, kNothing}, 4, until, kSeed, others};
    std::map<std::int64_t, HoursOfDay> seen;
    constexpr std::int64_t kStep = 15 * 60'000;
    const std::int64_t begin = to_ms(instant("2027-02-20T00:00:00Z"));
    const std::int64_t end = to_ms(instant("2027-11-20T00:00:00Z"));
    Stretch now{false, begin};
    for (std::int64_t ms = begin; ms < end; ms += kStep) {
      const bool turns = ms >= now.until_ms;
      if (turns) {
        now = gate.at(ms);
        REQUIRE(now.until_ms > ms);
      }
      const LocalTime local = to_local(zone, from_ms(ms));
      const std::int64_t day = local.ms / 86'400'000;
      const auto hour = static_cast<std::size_t>(local.ms % 86'400'000 / 3'600'000);
      REQUIRE(gate.at(ms).open == now.open);
      if (now.open) {
        REQUIRE((hour >= 8 && hour < 20));
        seen[day].set(hour);
      }
    }
    seen.erase(seen.begin());  // of the first and the last day only a part was looked at
    seen.erase(std::prev(seen.end()));
    for (const auto& [day, hours] : seen) {
      CHECK(hours.count() == 4);
    }
    CHECK(seen.size() >= 271);
    CHECK(gate.at(to_ms(until)).open);
    CHECK(gate.at(to_ms(until)).until_ms == kEndOfTimeMs);
  }
}

}  // namespace callgate
