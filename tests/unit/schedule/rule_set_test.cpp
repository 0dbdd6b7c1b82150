#include "core/schedule/recurrence/rule_set.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "core/base/rng.hpp"
#include "tests/unit/schedule/rule_oracle.hpp"
#include "tests/unit/support.hpp"

namespace callgate {
namespace {

RRule rule(std::string_view text) {
  const auto parsed = parse_rrule(text);
  INFO(text << (parsed ? ""
                       : ": " + parsed.error().front().word + " " + parsed.error().front().reason));
  REQUIRE(parsed.has_value());
  return *parsed;
}

std::vector<Instant> first_of(const RuleSet& set, std::size_t count) {
  std::vector<Instant> out;
  Instant after = set.start() - Millis{1};
  while (out.size() < count) {
    const auto next = set.next(after);
    if (!next) {
      break;
    }
    REQUIRE(next->at > after);
    out.push_back(next->at);
    after = next->at;
  }
  return out;
}

// The local dates of the first occurrences, "1997-09-02 1997-09-30".
std::string dates(const Zone& zone, std::string_view start, std::string_view text,
                  std::size_t count) {
  std::string out;
  for (const Instant at : first_of(RuleSet{zone, instant(start), rule(text)}, count)) {
    out += out.empty() ? "" : " ";
    out += format_rfc3339(from_ms(to_local(zone, at).ms)).substr(0, 10);
  }
  return out;
}

std::string number_list(Rng& rng, std::int64_t max, bool is_signed, std::int64_t min = 1) {
  std::string list;
  for (std::uint64_t left = 1 + rng.below(3); left > 0; --left) {
    const auto number =
        min + static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(max - min + 1)));
    list += list.empty() ? "" : ",";
    list += is_signed && rng.below(3) == 0 ? "-" : "";
    list += std::to_string(number);
  }
  return list;
}

std::string weekday_list(Rng& rng, std::int64_t ordinal_max) {
  constexpr std::string_view kNames[] = {"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
  std::string list;
  for (std::uint64_t left = 1 + rng.below(3); left > 0; --left) {
    list += list.empty() ? "" : ",";
    if (ordinal_max > 0 && rng.below(2) == 0) {
      list += rng.below(2) == 0 ? "-" : "";
      list += std::to_string(1 + rng.below(static_cast<std::uint64_t>(ordinal_max)));
    }
    list += kNames[rng.below(7)];
  }
  return list;
}

// Any rule the parser accepts, mostly one that fires now and then.
std::string random_rule(Rng& rng) {
  constexpr std::string_view kFrequencies[] = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
  const std::uint64_t frequency = rng.below(4);
  const bool monthly = frequency == 2;
  const bool yearly = frequency == 3;
  std::string text = "FREQ=" + std::string{kFrequencies[frequency]};
  const auto chance = [&](std::uint64_t of) { return rng.below(of) == 0; };
  bool by = false;
  const auto part = [&](std::string_view name, const std::string& value) {
    text += ";" + std::string{name} + "=" + value;
    by = true;
  };
  if (chance(2)) {
    text += ";INTERVAL=" + std::to_string(1 + rng.below(yearly ? 2 : frequency == 0 ? 20 : 5));
  }
  const bool weeks = yearly && chance(4);
  if (weeks) {
    part("BYWEEKNO", number_list(rng, 53, true));
  }
  if (chance(3)) {
    part("BYMONTH", number_list(rng, 12, false));
  }
  if (yearly && chance(5)) {
    part("BYYEARDAY", number_list(rng, 365, true));
  }
  if (frequency != 1 && chance(3)) {
    part("BYMONTHDAY", number_list(rng, 31, true, chance(2) ? 26 : 1));
  }
  if (chance(3)) {
    part("BYDAY", weekday_list(rng, weeks ? 0 : monthly ? 5 : yearly ? (chance(2) ? 5 : 53) : 0));
  }
  if (chance(5)) {
    part("BYHOUR", number_list(rng, chance(2) ? 3 : 23, false, 0));
  }
  if (chance(6)) {
    part("BYMINUTE", number_list(rng, 59, false, 0));
  }
  if (chance(12)) {
    part("BYSECOND", number_list(rng, 59, false, 0));
  }
  if (by && chance(4)) {
    part("BYSETPOS", number_list(rng, 4, true));
  }
  if (chance(3)) {
    text += ";WKST=" + weekday_list(rng, 0).substr(0, 2);
  }
  if (chance(3)) {
    text += chance(2) ? ";RSCALE=GREGORIAN;SKIP=FORWARD" : ";SKIP=BACKWARD";
  }
  if (chance(5)) {
    text += ";COUNT=" + std::to_string(1 + rng.below(40));
  } else if (chance(4)) {
    text += ";UNTIL=2027" + std::to_string(10 + rng.below(3)) + std::to_string(10 + rng.below(19));
    text += chance(3) ? "" : chance(2) ? "T023000" : "T120000Z";
  }
  return text;
}

TEST_CASE("a rule yields what asking every day of the calendar yields") {
  const ZoneTable table;
  constexpr std::string_view kZones[] = {"America/New_York", "America/Scoresbysund",
                                         "Asia/Kolkata",     "Australia/Lord_Howe",
                                         "Pacific/Apia",     "UTC"};
  Rng rng{{23}};
  std::size_t seen = 0;
  for (int round = 0; round < 2000; ++round) {
    const Zone& zone = *table.find(kZones[rng.below(std::size(kZones))]);
    // Half of them at the end of a month, a third at the hours that clocks skip or repeat.
    std::int64_t day = to_ms(instant("2026-01-01T00:00:00Z")) / 86'400'000 +
                       static_cast<std::int64_t>(rng.below(600));
    if (rng.below(2) == 0) {
      constexpr std::string_view kEnds[] = {"2028-02-29", "2026-01-31", "2026-12-31", "2026-08-30"};
      day = to_ms(instant(std::string{kEnds[rng.below(4)]} + "T00:00:00Z")) / 86'400'000;
    }
    const auto of_day =
        static_cast<std::int64_t>(rng.below(3) == 0 ? rng.below(12) * 900 : rng.below(86'400));
    const Instant start = to_instant(zone, {day * 86'400'000 + of_day * 1000 +
                                            static_cast<std::int64_t>(rng.below(4) == 0 ? 500 : 0)})
                              .at;
    const std::string text = random_rule(rng);
    INFO(text << " from " << format_rfc3339(start));
    const RRule parsed = rule(text);
    REQUIRE(rule(format_rrule(parsed)) == parsed);
    const RuleSet set{zone, start, parsed};
    const Instant until = start + std::chrono::hours{24 * (text.find("YEARLY") == 5 ? 800 : 200)};
    const auto want = RuleOracle{zone, start, parsed}.before(until);
    seen += want.size();
    Instant after = start - Millis{1};
    for (const Instant at : want) {
      const auto got = set.next(after);
      REQUIRE(got.has_value());
      REQUIRE(format_rfc3339(got->at) == format_rfc3339(at));
      after = at;
    }
    const auto beyond = set.next(after);
    REQUIRE((!beyond || beyond->at >= until));
    for (int probe = 0; probe < 10; ++probe) {
      const Instant at = start + Millis{static_cast<std::int64_t>(rng.below(
                                     static_cast<std::uint64_t>((until - start).count())))};
      const auto next = std::upper_bound(want.begin(), want.end(), at);
      const auto got = set.next(at);
      if (next == want.end()) {
        REQUIRE((!got || got->at >= until));
      } else {
        REQUIRE(got.has_value());
        REQUIRE(got->at == *next);
      }
    }
  }
  CHECK(seen > 20'000);
}

TEST_CASE("the examples of RFC 5545 hold") {
  const ZoneTable table;
  const Zone& utc = *table.find("UTC");
  struct Example {
    std::string_view start;
    std::string_view rule;
    std::string_view dates;
  };
  constexpr Example kExamples[] = {
      {"1997-09-02", "FREQ=DAILY;COUNT=3", "1997-09-02 1997-09-03 1997-09-04"},
      {"1997-09-02", "FREQ=DAILY;INTERVAL=10;COUNT=5",
       "1997-09-02 1997-09-12 1997-09-22 1997-10-02 1997-10-12"},
      {"1997-09-02", "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
       "1997-09-02 1997-09-04 1997-09-09 1997-09-11 1997-09-16 1997-09-18 1997-09-23 1997-09-25 "
       "1997-09-30 1997-10-02"},
      {"1997-09-02", "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
       "1997-09-02 1997-09-04 1997-09-16 1997-09-18 1997-09-30 1997-10-02 1997-10-14 1997-10-16"},
      {"1997-09-05", "FREQ=MONTHLY;COUNT=4;BYDAY=1FR",
       "1997-09-05 1997-10-03 1997-11-07 1997-12-05"},
      {"1997-09-07", "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
       "1997-09-07 1997-09-28 1997-11-02 1997-11-30 1998-01-04 1998-01-25 1998-03-01 1998-03-29 "
       "1998-05-03 1998-05-31"},
      {"1997-09-28", "FREQ=MONTHLY;BYMONTHDAY=-3",
       "1997-09-28 1997-10-29 1997-11-28 1997-12-29 1998-01-29 1998-02-26"},
      {"1997-09-30", "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
       "1997-09-30 1997-10-01 1997-10-31 1997-11-01 1997-11-30 1997-12-01 1997-12-31 1998-01-01 "
       "1998-01-31 1998-02-01"},
      {"1997-09-10", "FREQ=MONTHLY;INTERVAL=18;COUNT=4;BYMONTHDAY=10,11",
       "1997-09-10 1997-09-11 1999-03-10 1999-03-11"},
      {"1997-06-10", "FREQ=YEARLY;COUNT=4;BYMONTH=6,7",
       "1997-06-10 1997-07-10 1998-06-10 1998-07-10"},
      {"1997-01-01", "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
       "1997-01-01 1997-04-10 1997-07-19 2000-01-01 2000-04-09 2000-07-18 2003-01-01 2003-04-10 "
       "2003-07-19 2006-01-01"},
      {"1997-05-19", "FREQ=YEARLY;BYDAY=20MO", "1997-05-19 1998-05-18 1999-05-17"},
      {"1997-05-12", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "1997-05-12 1998-05-11 1999-05-17"},
      {"1997-03-13", "FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
       "1997-03-13 1997-03-20 1997-03-27 1998-03-05 1998-03-12"},
      {"1997-09-02", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
       "1998-02-13 1998-03-13 1998-11-13 1999-08-13 2000-10-13"},
      {"1997-09-13", "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
       "1997-09-13 1997-10-11 1997-11-08 1997-12-13"},
      {"1996-11-05", "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
       "1996-11-05 2000-11-07 2004-11-02"},
      {"1997-09-04", "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3",
       "1997-09-04 1997-10-07 1997-11-06"},
      {"1997-09-29", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
       "1997-09-29 1997-10-30 1997-11-27 1997-12-30 1998-01-29"},
      {"1997-08-05", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
       "1997-08-05 1997-08-10 1997-08-19 1997-08-24"},
      {"1997-08-05", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
       "1997-08-05 1997-08-17 1997-08-19 1997-08-31"},
      {"2007-01-15", "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5",
       "2007-01-15 2007-01-30 2007-02-15 2007-03-15 2007-03-30"}};
  for (const Example& example : kExamples) {
    INFO(example.rule);
    const auto count =
        static_cast<std::size_t>(std::count(example.dates.begin(), example.dates.end(), ' ') + 1);
    // A rule with an end of its own yields no more than its dates.
    const bool ends = example.rule.find("COUNT") != std::string_view::npos ||
                      example.rule.find("UNTIL") != std::string_view::npos;
    CHECK(dates(utc, std::string{example.start} + "T09:00:00Z", example.rule, ends ? 100 : count) ==
          example.dates);
  }
}

TEST_CASE("the examples of RFC 7529 hold: a day that a month lacks is left out or moved") {
  const ZoneTable table;
  const Zone& utc = *table.find("UTC");
  const auto from = [&](std::string_view start, std::string_view text, std::size_t count) {
    return dates(utc, std::string{start} + "T09:00:00Z", text, count);
  };
  CHECK(from("2014-01-31", "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=OMIT;COUNT=4", 9) ==
        "2014-01-31 2014-03-31 2014-05-31 2014-07-31");
  CHECK(from("2014-01-31", "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD;COUNT=4", 9) ==
        "2014-01-31 2014-02-28 2014-03-31 2014-04-30");
  CHECK(from("2014-01-31", "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD;COUNT=4", 9) ==
        "2014-01-31 2014-03-01 2014-03-31 2014-05-01");
  CHECK(from("2016-02-29", "RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=FORWARD", 5) ==
        "2016-02-29 2017-03-01 2018-03-01 2019-03-01 2020-02-29");
  CHECK(from("2016-02-29", "RSCALE=GREGORIAN;FREQ=YEARLY", 3) ==
        "2016-02-29 2020-02-29 2024-02-29");
  CHECK(from("2026-01-29", "FREQ=MONTHLY;BYMONTHDAY=29,30,31;SKIP=BACKWARD", 5) ==
        "2026-01-29 2026-01-30 2026-01-31 2026-02-28 2026-03-29");
  CHECK(from("2026-01-01", "FREQ=MONTHLY;BYMONTHDAY=1,31;SKIP=FORWARD", 5) ==
        "2026-01-01 2026-01-31 2026-02-01 2026-03-01 2026-03-31");
  CHECK(from("2026-03-01", "FREQ=MONTHLY;BYMONTHDAY=-31;SKIP=BACKWARD", 3) ==
        "2026-03-01 2026-03-31 2026-05-01");
  // A moved day is still judged by BYDAY, which comes behind: 1 March 2026 is a Sunday.
  CHECK(from("2026-01-01", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;BYDAY=SU;SKIP=FORWARD", 1) ==
        "2026-03-01");
}

TEST_CASE("a later period's time may come before one that SKIP moved") {
  const ZoneTable table;  // February's 31st is 1 March; March's own first time is earlier that day
  const RuleSet set{*table.find("UTC"), instant("2026-02-01T00:00:00Z"),
                    rule("FREQ=MONTHLY;BYMONTHDAY=1,31;BYHOUR=9,17;BYMINUTE=0;BYSECOND=0;"
                         "BYSETPOS=1,-1;SKIP=FORWARD")};
  const auto got = first_of(set, 4);
  CHECK(got ==
        std::vector<Instant>{instant("2026-02-01T09:00:00Z"), instant("2026-03-01T09:00:00Z"),
                             instant("2026-03-01T17:00:00Z"), instant("2026-03-31T17:00:00Z")});
}

TEST_CASE("a time that is skipped or repeated comes once, in order") {
  const ZoneTable table;
  const Zone& zone = *table.find("America/New_York");
  const RuleSet set{zone, instant("2026-03-07T05:00:00Z"),
                    rule("FREQ=DAILY;BYHOUR=2,3;BYMINUTE=0,30;BYSECOND=0")};
  const auto night = first_of(set, 8);  // on the 8th 02:00 is 03:00 and 02:30 is 03:30
  CHECK(night[3] == instant("2026-03-07T08:30:00Z"));
  CHECK(night[4] == instant("2026-03-08T07:00:00Z"));
  CHECK(night[5] == instant("2026-03-08T07:30:00Z"));
  CHECK(night[6] == instant("2026-03-09T06:00:00Z"));
  const auto moved = set.next(instant("2026-03-08T07:15:00Z"));
  CHECK(moved->kind == LocalKind::gap);
  const RuleSet fold{zone, instant("2026-10-31T05:30:00Z"), rule("FREQ=DAILY;COUNT=3")};
  CHECK(first_of(fold, 9) == std::vector<Instant>{instant("2026-10-31T05:30:00Z"),
                                                  instant("2026-11-01T05:30:00Z"),
                                                  instant("2026-11-02T06:30:00Z")});
  CHECK(fold.next(instant("2026-10-31T12:00:00Z"))->kind == LocalKind::fold);
}

TEST_CASE("a time behind a jump may come before one that the jump moved") {
  const ZoneTable table;  // Lord Howe's clocks jump from 02:00 to 02:30 on 4 October 2026
  const RuleSet set{*table.find("Australia/Lord_Howe"), instant("2026-10-02T12:00:00Z"),
                    rule("FREQ=DAILY;BYHOUR=2;BYMINUTE=15,30;BYSECOND=0")};
  CHECK(first_of(set, 4) ==
        std::vector<Instant>{instant("2026-10-02T15:45:00Z"), instant("2026-10-02T16:00:00Z"),
                             instant("2026-10-03T15:30:00Z"), instant("2026-10-03T15:45:00Z")});
}

TEST_CASE("a rule that starts in the second reading of a repeated hour starts there") {
  const ZoneTable table;  // 01:30 for the second time; 01:45 comes for the first time before it
  const RuleSet set{*table.find("America/New_York"), instant("2026-11-01T06:30:00Z"),
                    rule("FREQ=DAILY;BYMINUTE=30,45")};
  CHECK(first_of(set, 3) == std::vector<Instant>{instant("2026-11-01T06:30:00Z"),
                                                 instant("2026-11-02T06:30:00Z"),
                                                 instant("2026-11-02T06:45:00Z")});
  CHECK(set.next(kEpoch)->at == instant("2026-11-01T06:30:00Z"));
}

TEST_CASE("UNTIL includes its day, its local time or its instant") {
  const ZoneTable table;
  const Zone& zone = *table.find("Asia/Kolkata");
  const auto count = [&](const std::string& until) {
    return first_of(RuleSet{zone, instant("2026-11-01T04:00:00Z"),  // 09:30 there
                            rule("FREQ=DAILY;UNTIL=" + until)},
                    99)
        .size();
  };
  CHECK(count("20261105") == 5);
  CHECK(count("20261105T093000") == 5);
  CHECK(count("20261105T092959") == 4);
  CHECK(count("20261105T040000Z") == 5);
  CHECK(count("20261105T035959Z") == 4);
  CHECK(count("20261031") == 0);
  CHECK(count("19000101") == 0);
}

TEST_CASE("dates are added and taken out, by day, local time and instant") {
  const ZoneTable table;
  const Zone& zone = *table.find("America/New_York");
  const auto times = [](std::string_view text) { return parse_ical_times(text).value(); };
  const RuleSet set{zone,
                    instant("2026-11-01T15:00:00.250Z"),
                    rule("FREQ=DAILY;COUNT=6"),
                    {times("20261031T120000Z,20261103T200000,20261120,20261120"),
                     times("20261102,20261103T100000,20261104T150000Z,20261106T110000")}};
  std::vector<std::string> got;
  for (auto next = set.next(kEpoch); next; next = set.next(next->at)) {
    got.push_back(format_rfc3339(next->at));
  }
  CHECK(got == std::vector<std::string>{"2026-10-31T12:00:00.000Z", "2026-11-01T15:00:00.250Z",
                                        "2026-11-04T01:00:00.000Z", "2026-11-05T15:00:00.250Z",
                                        "2026-11-06T15:00:00.250Z", "2026-11-20T15:00:00.250Z"});
}

TEST_CASE("a rule that never fires is found out in bounded time") {
  const ZoneTable table;
  const Zone& zone = *table.find("Europe/Berlin");
  for (const char* text :
       {"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31", "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=6;BYMONTHDAY=31", "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
        "FREQ=DAILY;BYHOUR=9;BYSETPOS=2", "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=3",
        "FREQ=YEARLY;BYWEEKNO=1;BYMONTH=6", "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=YEARLY;INTERVAL=100;BYMONTH=2;BYMONTHDAY=30;COUNT=5",
        "FREQ=YEARLY;BYYEARDAY=-366;BYMONTH=2", "FREQ=YEARLY;BYMONTHDAY=31;BYMONTH=4,6,9,11"}) {
    INFO(text);
    const RuleSet set{zone, instant("2026-11-21T09:00:00Z"), rule(text)};  // a Saturday
    std::int64_t looked_at = 0;
    CHECK_FALSE(set.next(kEpoch, &looked_at).has_value());
    CHECK(looked_at == 0);
  }
  // Rarely is not never: 29 February on a Monday, every 25 years, first in 2400.
  const RuleSet rare{zone, instant("2000-02-01T09:00:00Z"),
                     rule("FREQ=YEARLY;INTERVAL=100;BYMONTH=2;BYMONTHDAY=29;BYDAY=TU")};
  CHECK(format_rfc3339(rare.next(instant("2001-01-01T00:00:00Z"))->at).substr(0, 10) ==
        "2400-02-29");
}

TEST_CASE("years between two occurrences cost no periods") {
  const ZoneTable table;
  for (const char* text : {"FREQ=DAILY", "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,FR",
                           "FREQ=MONTHLY;BYMONTHDAY=31;SKIP=FORWARD", "FREQ=YEARLY;BYDAY=20MO",
                           "FREQ=MONTHLY;COUNT=10000", "FREQ=DAILY;UNTIL=21000101"}) {
    INFO(text);
    const RuleSet set{*table.find("America/New_York"), instant("2000-01-31T12:00:00Z"), rule(text)};
    std::int64_t looked_at = 0;
    CHECK(set.next(instant("2099-06-15T00:00:00Z"), &looked_at).has_value());
    CHECK(looked_at <= 3);
  }
}

TEST_CASE("behind its end a rule is not looked for") {
  const ZoneTable table;
  for (const char* text : {"FREQ=DAILY;UNTIL=20270101", "FREQ=DAILY;UNTIL=20270101T120000",
                           "FREQ=DAILY;UNTIL=20270101T120000Z", "FREQ=DAILY;COUNT=3"}) {
    INFO(text);
    const RuleSet set{*table.find("Europe/Berlin"), instant("2026-12-24T09:00:00Z"), rule(text)};
    for (const char* after : {"2027-01-01T09:00:00Z", "2030-01-01T09:00:00Z"}) {
      std::int64_t looked_at = 0;
      CHECK_FALSE(set.next(instant(after), &looked_at).has_value());
      CHECK(looked_at <= 4);
    }
  }
}

TEST_CASE("of dates that fall together the same one is named, in whichever order they are given") {
  const ZoneTable table;
  const IcalTime in_the_gap = parse_ical_time("20270314T023000").value();
  const IcalTime behind_it = parse_ical_time("20270314T033000").value();
  const IcalTime as_instant = parse_ical_time("20270314T073000Z").value();
  for (const auto& more : {std::vector{in_the_gap, behind_it, as_instant},
                           std::vector{as_instant, behind_it, in_the_gap}}) {
    const RuleSet set{*table.find("America/New_York"), instant("2027-01-01T12:00:00Z"),
                      rule("FREQ=YEARLY;COUNT=1"), RuleDates{more, {}}};
    const auto next = set.next(instant("2027-01-02T00:00:00Z"));
    REQUIRE(next.has_value());
    CHECK(next->at == instant("2027-03-14T07:30:00Z"));
    CHECK(next->asked.ms == in_the_gap.ms);
    CHECK(next->kind == LocalKind::gap);
  }
}

TEST_CASE("a rule ends with the calendar") {
  const ZoneTable table;
  for (const char* zone : {"Pacific/Kiritimati", "Etc/GMT+12", "UTC"}) {
    for (const char* text : {"FREQ=DAILY", "FREQ=WEEKLY;INTERVAL=1000000", "FREQ=DAILY;COUNT=9",
                             "FREQ=YEARLY;UNTIL=99991231T235959Z"}) {
      const RuleSet set{*table.find(zone), instant("9999-12-29T12:00:00Z"), rule(text)};
      CHECK(first_of(set, 10).size() <= 3);
    }
  }
}

}  // namespace
}  // namespace callgate
