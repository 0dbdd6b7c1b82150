#include "core/schedule/recurrence/cron.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <string>

#include "core/base/rng.hpp"
#include "tests/unit/support.hpp"

namespace callgate {
namespace {

Cron cron(std::string_view text) {
  const auto parsed = parse_cron(text);
  INFO(text << (parsed ? ""
                       : ": " + parsed.error().front().word + " " + parsed.error().front().reason));
  REQUIRE(parsed.has_value());
  return *parsed;
}

std::string issues_of(std::string_view text) {
  const auto parsed = parse_cron(text);
  std::string out;
  if (!parsed) {
    for (const TextIssue& issue : parsed.error()) {
      out += out.empty() ? "" : "; ";
      out += std::to_string(issue.position) + " " + issue.word + " " + issue.reason;
    }
  }
  return out;
}

// The local times of the first occurrences after an instant, "03-08T03:30 …".
std::string times(const Zone& zone, std::string_view text, std::string_view after, int count) {
  const CronSchedule schedule{zone, cron(text)};
  std::string out;
  Instant at = instant(after);
  for (int i = 0; i < count; ++i) {
    const auto next = schedule.next(at);
    if (!next) {
      return out + " none";
    }
    REQUIRE(next->at > at);
    at = next->at;
    const LocalTime local = to_local(zone, at);
    out += (out.empty() ? "" : " ") + format_rfc3339(from_ms(local.ms)).substr(5, 11);
  }
  return out;
}

// The meaning word for word: does this minute of the local clock fit the fields?
bool fits(const Cron& cron, std::int64_t local_minute) {
  const std::int64_t day = local_minute / 1440;
  const std::chrono::sys_days date{std::chrono::days{static_cast<int>(day)}};
  const std::chrono::year_month_day civil{date};
  const bool month_day = cron.month_days[unsigned{civil.day()}];
  const bool weekday = cron.weekdays[std::chrono::weekday{date}.c_encoding()];
  return cron.months[unsigned{civil.month()}] &&
         cron.hours[static_cast<std::size_t>(local_minute / 60 % 24)] &&
         cron.minutes[static_cast<std::size_t>(local_minute % 60)] &&
         (cron.needs_both_days ? month_day && weekday : month_day || weekday);
}

std::string random_field(Rng& rng, std::int64_t min, std::int64_t max) {
  const auto value = [&](std::int64_t low) {
    return low + static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(max - low + 1)));
  };
  switch (rng.below(5)) {
    case 0:
      return "*";
    case 1:
      return "*/" + std::to_string(2 + rng.below(6));
    case 2: {
      const std::int64_t low = value(min);
      return std::to_string(low) + "-" + std::to_string(value(low)) + "/2";
    }
    case 3:
      return std::to_string(value(min)) + "," + std::to_string(value(min));
    default:
      return std::to_string(value(min));
  }
}

TEST_CASE("a cron expression fires when asking every minute says so") {
  const ZoneTable table;
  constexpr std::string_view kZones[] = {"America/New_York", "America/Scoresbysund",
                                         "Australia/Lord_Howe", "Asia/Kolkata"};
  Rng rng{{31}};
  int fired = 0;
  for (int round = 0; round < 400; ++round) {
    const Zone& zone = *table.find(kZones[rng.below(std::size(kZones))]);
    const std::string text =
        random_field(rng, 0, 59) + " " + random_field(rng, 0, 23) + " " + random_field(rng, 1, 31) +
        " " + (rng.below(2) == 0 ? "*" : random_field(rng, 1, 12)) + " " + random_field(rng, 0, 7);
    const Cron fields = cron(text);
    const CronSchedule schedule{zone, fields};
    // Two days before a jump of the clocks, or before any day.
    const Instant any = instant("2026-01-01T00:00:00Z") +
                        std::chrono::minutes{static_cast<int>(rng.below(5'000'000))};
    const OffsetSpan span = offset_at(zone, any);
    const Instant from = span.end < instant("2060-01-01T00:00:00Z") && rng.below(4) != 0
                             ? span.end - std::chrono::hours{30}
                             : any;
    const Instant until = from + std::chrono::hours{60};
    std::vector<Instant> want;
    if (fields.follows_clock) {
      for (Instant at = from + std::chrono::minutes{1}; at < until; at += std::chrono::minutes{1}) {
        if (fits(fields, to_local(zone, at).ms / 60'000)) {
          want.push_back(at);
        }
      }
    } else {
      const std::int64_t first = to_local(zone, from).ms / 60'000 - 1560;
      for (std::int64_t minute = first; minute < first + 2 * 1560 + 3600; ++minute) {
        const Instant at = to_instant(zone, {minute * 60'000}).at;
        if (fits(fields, minute) && at > from && at < until) {
          want.push_back(at);
        }
      }
      std::sort(want.begin(), want.end());
      want.erase(std::unique(want.begin(), want.end()), want.end());
    }
    INFO(text << " from " << format_rfc3339(from));
    Instant after = from;
    for (const Instant at : want) {
      const auto got = schedule.next(after);
      REQUIRE(got.has_value());
      REQUIRE(got->at == at);
      REQUIRE(schedule.next(at - Millis{1})->at == at);
      after = at;
      ++fired;
    }
    const auto beyond = schedule.next(after);
    REQUIRE((!beyond || beyond->at >= until));
  }
  CHECK(fired > 5'000);
}

TEST_CASE("fixed times come once each when clocks change, moved or at the first reading") {
  const ZoneTable table;
  const Zone& zone = *table.find("America/New_York");
  CHECK(times(zone, "30 2 * * *", "2026-03-07T12:00:00Z", 3) ==
        "03-08T03:30 03-09T02:30 03-10T02:30");
  CHECK(times(zone, "30 2,3 * * *", "2026-03-07T12:00:00Z", 3) ==
        "03-08T03:30 03-09T02:30 03-09T03:30");
  CHECK(times(zone, "0,45 2,3 * * *", "2026-03-07T12:00:00Z", 3) ==
        "03-08T03:00 03-08T03:45 03-09T02:00");
  // Lord Howe's clocks jump from 02:00 to 02:30: 02:15 is moved to 02:45, behind 02:30.
  CHECK(times(*table.find("Australia/Lord_Howe"), "15,30 2 * * *", "2026-10-03T12:00:00Z", 3) ==
        "10-04T02:30 10-04T02:45 10-05T02:15");
  CHECK(times(zone, "30 1 * * *", "2026-10-31T12:00:00Z", 2) == "11-01T01:30 11-02T01:30");
  CHECK(CronSchedule{zone, cron("30 1 * * *")}.next(instant("2026-11-01T00:00:00Z"))->at ==
        instant("2026-11-01T05:30:00Z"));
  CHECK(times(zone, "@daily", "2026-03-07T12:00:00Z", 2) == "03-08T00:00 03-09T00:00");
}

TEST_CASE("wildcards follow the clock: nothing for a skipped hour, twice for a repeated one") {
  const ZoneTable table;
  const Zone& zone = *table.find("America/New_York");
  CHECK(times(zone, "@hourly", "2026-03-08T05:30:00Z", 3) == "03-08T01:00 03-08T03:00 03-08T04:00");
  CHECK(times(zone, "*/30 2 * * *", "2026-03-07T12:00:00Z", 2) == "03-09T02:00 03-09T02:30");
  CHECK(times(zone, "@hourly", "2026-11-01T04:30:00Z", 3) == "11-01T01:00 11-01T01:00 11-01T02:00");
  CHECK(times(zone, "*/30 1 1 11 *", "2026-11-01T04:30:00Z", 5) ==
        "11-01T01:00 11-01T01:30 11-01T01:00 11-01T01:30 11-01T01:00");
  const auto second = CronSchedule{zone, cron("@hourly")}.next(instant("2026-11-01T05:00:00Z"));
  CHECK(second->at == instant("2026-11-01T06:00:00Z"));
  CHECK(second->kind == LocalKind::fold);
}

TEST_CASE("a day is one of both day fields, unless one begins with a star") {
  const ZoneTable table;
  const Zone& utc = *table.find("UTC");  // 13 November 2026 is a Friday
  CHECK(times(utc, "0 0 13 * FRI", "2026-11-01T00:00:00Z", 3) ==
        "11-06T00:00 11-13T00:00 11-20T00:00");
  CHECK(times(utc, "0 0 13 * *", "2026-11-01T00:00:00Z", 2) == "11-13T00:00 12-13T00:00");
  CHECK(times(utc, "0 0 * * 5", "2026-11-01T00:00:00Z", 2) == "11-06T00:00 11-13T00:00");
  CHECK(times(utc, "0 0 */2 * MON", "2026-11-01T00:00:00Z", 2) == "11-09T00:00 11-23T00:00");
  CHECK(times(utc, "0 0 1 * */2", "2026-11-01T00:00:00Z", 1) == "12-01T00:00");
}

TEST_CASE("an expression that never fires is found out in bounded time, a rare one is found") {
  const ZoneTable table;
  const Zone& zone = *table.find("America/New_York");
  for (const char* text : {"0 0 31 2 *", "* * 31 4,6,9,11 *", "0 0 30 2 */7"}) {
    INFO(text);
    std::int64_t looked_at = 0;
    CHECK_FALSE(CronSchedule{zone, cron(text)}.next(instant("2026-01-01T00:00:00Z"), &looked_at));
    CHECK(looked_at < 60'000);
  }
  CHECK(times(zone, "0 12 29 2 *", "2096-03-02T00:00:00Z", 1) == "02-29T12:00");
  CHECK(times(zone, "* * 29 2 *", "2096-03-02T00:00:00Z", 1) == "02-29T00:00");
  CHECK_FALSE(CronSchedule{zone, cron("0 0 * * *")}.next(instant("9999-12-31T12:00:00Z")));
}

TEST_CASE("fields are values, names, ranges, steps and lists of them") {
  CHECK(cron("0 0 * * SUN") == cron("0 0 * * 7"));
  CHECK(cron("0 0 * * 0") == cron(" 0\t0  * *  sun "));
  CHECK(cron("0 0 * * FRI-SUN") == cron("0 0 * * 5,6,0"));
  CHECK(cron("0 0 * * 5-7") == cron("0 0 * * 5,6,0"));
  CHECK(cron("0 0 * jan-MAR,12 *") == cron("0 0 * 1,2,3,12 *"));
  CHECK(cron("10-20/5 */6 1-31/10 * 1") == cron("10,15,20 */6 1,11,21,31 * 1"));
  CHECK(cron("@weekly") == cron("0 0 * * 0"));
  CHECK(cron("@Yearly") == cron("0 0 1 1 *"));
  CHECK(cron("@annually") == cron("0 0 1 1 *"));
  CHECK(cron("@monthly") == cron("0 0 1 * *"));
  CHECK(cron("@midnight") == cron("@daily"));
  CHECK(cron("@hourly") == cron("0 * * * *"));
}

TEST_CASE("everything that is wrong in an expression is said at once, with its place") {
  CHECK(issues_of("") ==
        "0  the minute is missing: the fields are minute, hour, day of month, month, day of week");
  CHECK(issues_of("* * *") ==
        "5  the month is missing: the fields are minute, hour, day of month, month, day of week");
  CHECK(issues_of("60 24 0 13 8") ==
        "0 60 is no minute (0 to 59); 3 24 is no hour (0 to 23); 6 0 is no day of month (1 to 31); "
        "8 13 is no month (1 to 12); 11 8 is no day of week (0 to 7)");
  CHECK(issues_of("0 0 * * * *") ==
        "10 * is a sixth field: the five are minute, hour, day of month, month, day of week");
  CHECK(issues_of("5/15 * * * *") == "0 5/15 has a step without a range: write 5-59/15");
  CHECK(issues_of("20-10 * * * *") == "0 20-10 ends before it begins");
  CHECK(issues_of("*/0 */x */ * *") ==
        "2 0 is not a step from 1 to 59; 6 x is not a step from 1 to 23; 10  is not a step from 1 "
        "to 31");
  CHECK(issues_of("0 0 ? * 5L") ==
        "4 ? is of another cron: here are values, ranges and steps only; 8 5L is of another cron: "
        "here are values, ranges and steps only");
  CHECK(issues_of("@Reboot") ==
        "0 @Reboot is not @hourly, @daily, @midnight, @weekly, @monthly, @yearly or @annually");
  for (const char* text :
       {"1,, * * * *", "1-2-3 * * * *", "*-5 * * * *", "1/2/3 * * * *", "a b c d e", "* * * * JAN",
        "* * * MON *", "-1 * * * *", "+1 * * * *", "* * * * *\n", "@", "@daily 5", "1.5 * * * *",
        "0 0 1W * *", "0 0 * * 1#2", "** * * * *", "99999999999999999999 * * * *"}) {
    INFO(text);
    CHECK_FALSE(issues_of(text).empty());
  }
  CHECK(issues_of("* * * * " + std::string(2000, '1')) ==
        "1024  the text is longer than 1024 bytes");
}

}  // namespace
}  // namespace callgate
