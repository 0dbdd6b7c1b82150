#include "core/schedule/recurrence/rrule.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>

namespace callgate {
namespace {

// "position word reason; …"
std::string rule_issues(std::string_view text) {
  const auto parsed = parse_rrule(text);
  std::string out;
  if (!parsed) {
    for (const TextIssue& issue : parsed.error()) {
      out += out.empty() ? "" : "; ";
      out += std::to_string(issue.position) + " " + issue.word + " " + issue.reason;
    }
  }
  return out;
}

TEST_CASE("a rule is read whatever its case and order, and has one spelling") {
  const auto canonical = [](std::string_view text) {
    const auto parsed = parse_rrule(text);
    return parsed ? format_rrule(*parsed) : rule_issues(text);
  };
  CHECK(canonical("FREQ=DAILY") == "FREQ=DAILY");
  CHECK(canonical("RRULE:FREQ=DAILY;INTERVAL=1") == "FREQ=DAILY");
  CHECK(canonical("byday=fr,mo,mo;freq=weekly;wkst=su") == "FREQ=WEEKLY;BYDAY=MO,FR;WKST=SU");
  CHECK(canonical("BYDAY=-1FR,+2MO,TU;FREQ=MONTHLY;UNTIL=20270101T000000Z") ==
        "FREQ=MONTHLY;UNTIL=20270101T000000Z;BYDAY=2MO,TU,-1FR");
  CHECK(canonical("FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD;WKST=MO;COUNT=007") ==
        "RSCALE=GREGORIAN;FREQ=MONTHLY;COUNT=7;BYMONTHDAY=31;SKIP=BACKWARD");
  CHECK(canonical("RSCALE=GREGORIAN;SKIP=OMIT;FREQ=YEARLY;UNTIL=20270101") ==
        "FREQ=YEARLY;UNTIL=20270101");
  CHECK(canonical("FREQ=YEARLY;UNTIL=19691231T235958;BYYEARDAY=-1,366;BYHOUR=0;BYMINUTE=59;"
                  "BYSECOND=0;BYSETPOS=-366,1;BYMONTH=12;BYWEEKNO=-53") ==
        "FREQ=YEARLY;UNTIL=19691231T235958;BYMONTH=12;BYWEEKNO=-53;BYYEARDAY=366,-1;BYHOUR=0;"
        "BYMINUTE=59;BYSECOND=0;BYSETPOS=1,-366");
}

TEST_CASE("everything that is wrong in a rule is said at once, with its place") {
  CHECK(rule_issues("") == "0  a part is missing here");
  CHECK(rule_issues("COUNT=3") == "0  FREQ is missing");
  CHECK(rule_issues("FREQ=DAILY;") == "11  a part is missing here");
  CHECK(rule_issues("FREQ=Hourly;COUNT=0") ==
        "5 Hourly is more often than daily, which is the most there is; BYHOUR and BYMINUTE name "
        "several times of a day; 18 0 is not a number from 1 to 10000");
  CHECK(rule_issues("FREQ=MONTHLY;BYMONTHDAY=1,32,0,-32,x,;FOO=1;COUNT") ==
        "26 32 is not a number from 1 to 31 or -31 to -1; 29 0 is not a number from 1 to 31 or -31 "
        "to -1; 31 -32 is not a number from 1 to 31 or -31 to -1; 35 x is not a number from 1 to "
        "31 or -31 to -1; 37  is not a number from 1 to 31 or -31 to -1; 38 FOO is no part of a "
        "rule; 44 COUNT has no value");
  CHECK(rule_issues("FREQ=DAILY;FREQ=DAILY") == "11 FREQ is given twice");
  CHECK(rule_issues("FREQ=WEEKLY;BYDAY=MO,XX,1,M") ==
        "21 XX is not a weekday (MO to SU), with a number before it or without; 24 1 is not a "
        "weekday (MO to SU), with a number before it or without; 26 M is not a weekday (MO to SU), "
        "with a number before it or without");
  CHECK(rule_issues("FREQ=MONTHLY;BYDAY=54MO") ==
        "19 54 is not a number from 1 to 53 or -53 to -1");
  CHECK(rule_issues("RSCALE=CHINESE;FREQ=YEARLY;SKIP=NEVER;WKST=1MO") ==
        "7 CHINESE is not the GREGORIAN calendar, the only one here; 32 NEVER is not OMIT, "
        "BACKWARD or FORWARD; 43 1MO is not a weekday (MO to SU)");
  CHECK(rule_issues("FREQ=FORTNIGHTLY") == "5 FORTNIGHTLY is not DAILY, WEEKLY, MONTHLY or YEARLY");
}

TEST_CASE("parts that RFC 5545 does not allow together are refused") {
  for (const char* text : {"FREQ=DAILY;COUNT=3;UNTIL=20270101",
                           "FREQ=WEEKLY;BYDAY=1MO",
                           "FREQ=DAILY;BYDAY=-1MO",
                           "FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO",
                           "FREQ=WEEKLY;BYMONTHDAY=1",
                           "FREQ=DAILY;BYYEARDAY=1",
                           "FREQ=MONTHLY;BYYEARDAY=1",
                           "FREQ=WEEKLY;BYYEARDAY=1",
                           "FREQ=MONTHLY;BYWEEKNO=1",
                           "FREQ=DAILY;BYSETPOS=1",
                           "FREQ=YEARLY;BYYEARDAY=366;SKIP=FORWARD",
                           "FREQ=DAILY;BYSECOND=60",
                           "FREQ=DAILY;BYHOUR=24",
                           "FREQ=DAILY;BYMINUTE=60",
                           "FREQ=DAILY;BYMONTH=0",
                           "FREQ=DAILY;BYMONTH=-1",
                           "FREQ=DAILY;BYHOUR=+1",
                           "FREQ=DAILY;INTERVAL=0",
                           "FREQ=DAILY;INTERVAL=-1",
                           "FREQ=DAILY;INTERVAL=99999999999",
                           "FREQ=DAILY;COUNT=10001",
                           "FREQ=DAILY;UNTIL=20270229",
                           "FREQ=DAILY;UNTIL=2027-01-01",
                           "FREQ=DAILY;UNTIL=20270101T240000Z",
                           "FREQ=DAILY;UNTIL=20270101T0000",
                           "FREQ=DAILY;UNTIL=20270101T000000+",
                           " FREQ=DAILY",
                           "FREQ =DAILY",
                           "FREQ=DAILY\\n"}) {
    INFO(text);
    CHECK_FALSE(rule_issues(text).empty());
  }
  std::string often = "FREQ=DAILY;BYHOUR=0";
  for (const char* part : {";BYMINUTE=", ";BYSECOND="}) {
    often += part;
    for (int i = 0; i < 60; ++i) {
      often += (i == 0 ? "" : ",") + std::to_string(i);
    }
  }
  CHECK(rule_issues(often).find("makes more than 1440 times a day") != std::string::npos);
  CHECK(rule_issues("FREQ=DAILY;BYMONTH=" + std::string(5000, '1')) ==
        "4096  the rule is longer than 4096 bytes");
}

TEST_CASE("dates of a list are read, and refused one by one") {
  CHECK(parse_ical_times("20261121,20261121T093000,20261121T093000Z").value() ==
        std::vector<IcalTime>{{IcalTime::Kind::date, 1'795'219'200'000},
                              {IcalTime::Kind::local, 1'795'253'400'000},
                              {IcalTime::Kind::utc, 1'795'253'400'000}});
  const auto refused = parse_ical_times("20261121,,20261131,20261121T093000+0100");
  REQUIRE_FALSE(refused.has_value());
  REQUIRE(refused.error().size() == 3);
  CHECK(refused.error()[1].position == 10);
  CHECK(refused.error()[1].word == "20261131");
  std::string many = "20261121";
  for (std::size_t i = 1; i < kIcalTimesMax; ++i) {
    many += ",20261121";
  }
  CHECK(parse_ical_times(many).has_value());
  CHECK_FALSE(parse_ical_times(many + ",20261121").has_value());
  for (const std::int64_t day : {-719'528, -1, 0, 20'000, 2'932'896}) {
    for (const auto kind : {IcalTime::Kind::date, IcalTime::Kind::local, IcalTime::Kind::utc}) {
      const IcalTime time{kind, day * 86'400'000 + (kind == IcalTime::Kind::date ? 0 : 45'296'000)};
      CHECK(parse_ical_time(format_ical_time(time)) == time);
    }
  }
}

}  // namespace
}  // namespace callgate
