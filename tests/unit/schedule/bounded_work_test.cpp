// Looking for an occurrence is bounded by counts of what was looked at, not by a clock: by the 400
// years after which the calendar repeats, whether a rule fires or never does.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <iterator>
#include <string>
#include <vector>

#include "core/base/rng.hpp"
#include "core/schedule/recurrence/recurrence.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kCycleDays = 146'097;

struct Family {
  const char* frequency;
  std::int64_t periods;  // of 400 years
};
constexpr Family kFamilies[] = {
    {"DAILY", kCycleDays}, {"WEEKLY", kCycleDays / 7}, {"MONTHLY", 4800}, {"YEARLY", 400}};

Instant random_instant(Rng& rng) {
  return from_ms(static_cast<std::int64_t>(rng.below(130 * 365)) * 86'400'000 +
                 static_cast<std::int64_t>(rng.below(86'400)) * 1000);
}

std::string number_of(Rng& rng, std::uint64_t most) {
  return std::to_string(1 + rng.below(most));
}

// Parts that no day of any year satisfies, whatever the start.
std::string never(Rng& rng, std::string_view frequency) {
  std::vector<std::string> parts = {";BYMONTH=2;BYMONTHDAY=30", ";BYMONTH=4,6,9,11;BYMONTHDAY=31",
                                    ";BYMONTH=2;BYMONTHDAY=30,31,-30,-31",
                                    ";BYHOUR=9;BYMINUTE=0;BYSECOND=0;BYDAY=MO;BYSETPOS=8"};
  if (frequency == "WEEKLY") {
    parts = {";BYDAY=MO;BYHOUR=9;BYMINUTE=0;BYSECOND=0;BYSETPOS=2"};
  }
  if (frequency == "YEARLY") {
    parts = {";BYMONTH=2;BYMONTHDAY=30", ";BYYEARDAY=366;BYMONTH=1",
             ";BYWEEKNO=1;BYMONTH=6;BYDAY=MO", ";BYMONTH=4,6,9,11;BYMONTHDAY=31"};
  }
  if (frequency == "MONTHLY") {
    parts.back() = ";BYMONTHDAY=1;BYHOUR=9;BYMINUTE=0;BYSECOND=0;BYSETPOS=2";
  }
  return parts[rng.below(parts.size())];
}

TEST_CASE("a rule that yields nothing for ever says so within one cycle of the calendar") {
  const ZoneTable table;
  constexpr std::string_view kZones[] = {"UTC", "America/New_York", "Pacific/Apia"};
  Rng rng{{41}};
  for (int round = 0; round < 60; ++round) {
    const Family& family = kFamilies[rng.below(std::size(kFamilies))];
    std::string text = std::string{"FREQ="} + family.frequency + never(rng, family.frequency);
    text += rng.below(2) == 0 ? ";INTERVAL=" + number_of(rng, 40) : "";
    text += rng.below(4) == 0 ? ";COUNT=" + number_of(rng, 10'000) : "";
    INFO(text);
    const auto rule = parse_rrule(text);
    REQUIRE(rule.has_value());
    const Zone& zone = *table.find(kZones[rng.below(std::size(kZones))]);
    const Recurrence none{RuleSet{zone, random_instant(rng), *rule}};
    std::int64_t looked_at = 0;
    CHECK_FALSE(next_occurrence(none, random_instant(rng), &looked_at).has_value());
    CHECK(looked_at <= family.periods + 3);
    CHECK(preview(none, kEpoch, 10).complete);
  }
}

TEST_CASE("however rare a rule, the next time it fires is found within one cycle of the calendar") {
  const ZoneTable table;
  Rng rng{{43}};
  std::int64_t most = 0;
  for (int round = 0; round < 200; ++round) {
    const Family& family = kFamilies[rng.below(std::size(kFamilies))];
    std::string text = std::string{"FREQ="} + family.frequency;
    text += ";BYMONTH=" + number_of(rng, 12);
    text += family.periods != kFamilies[1].periods ? ";BYMONTHDAY=" + number_of(rng, 31) : "";
    text += rng.below(2) == 0 ? ";BYDAY=MO" : "";
    text += rng.below(2) == 0 ? ";INTERVAL=" + number_of(rng, 500) : "";
    INFO(text);
    const auto rule = parse_rrule(text);
    REQUIRE(rule.has_value());
    const RuleSet set{*table.find("Europe/London"), random_instant(rng), *rule};
    Instant from = kEpoch;
    for (int step = 0; step < 3; ++step) {
      std::int64_t looked_at = 0;
      const auto next = set.next(from, &looked_at);
      most = std::max(most, looked_at);
      REQUIRE(looked_at <= 2 * (family.periods + 3));
      if (!next) {
        break;
      }
      REQUIRE(next->at > from);
      from = next->at;
    }
  }
  CHECK(most > 1'000);
}

TEST_CASE("a rule of days in one month passes over the others") {
  const ZoneTable table;
  const auto rule = parse_rrule("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO");
  const RuleSet set{*table.find("Europe/London"), kEpoch, *rule};
  Instant from = kEpoch;
  for (int step = 0; step < 20; ++step) {
    std::int64_t looked_at = 0;
    const auto next = set.next(from, &looked_at);
    REQUIRE(next.has_value());
    CHECK(looked_at <= 40 * 41);  // years from one such day to the next; days and other months
    from = next->at;
  }
}

TEST_CASE("a cron expression that names no day says so within one cycle of the calendar") {
  const ZoneTable table;
  for (const char* text : {"0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 31 2 *", "*/5 * 30 2 *"}) {
    INFO(text);
    const auto cron = parse_cron(text);
    REQUIRE(cron.has_value());
    std::int64_t looked_at = 0;
    const CronSchedule schedule{*table.find("Europe/London"), *cron};
    CHECK_FALSE(schedule.next(kEpoch, &looked_at).has_value());
    CHECK(looked_at <= 2 * kCycleDays);
  }
}

}  // namespace
}  // namespace callgate
