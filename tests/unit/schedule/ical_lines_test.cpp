#include "core/schedule/recurrence/ical_lines.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>

namespace callgate {
namespace {

std::string issues_in(std::string_view text) {
  const auto parsed = parse_ical_lines(text);
  std::string out;
  if (!parsed) {
    for (const TextIssue& issue : parsed.error()) {
      out += out.empty() ? "" : "; ";
      out += std::to_string(issue.position) + " " + issue.word + " " + issue.reason;
    }
  }
  return out;
}

TEST_CASE("a recurrence of a calendar file is read, and yields its occurrences") {
  const auto parsed = parse_ical_lines(
      "DTSTART;TZID=America/New_York:20261101T100000\r\n"
      "RRULE:FREQ=DAILY;COUNT=4\r\n"
      "EXDATE;TZID=America/New_York:20261102T100000\r\n"
      "EXDATE;VALUE=DATE:20261103\r\n"
      "RDATE:20261120T150000Z,20261121T150000Z\r\n");
  REQUIRE(parsed.has_value());
  CHECK(parsed->zone == "America/New_York");
  REQUIRE(parsed->start.has_value());
  CHECK(parsed->start->kind == IcalTime::Kind::local);
  const ZoneTable table;
  const Zone& zone = *table.find(parsed->zone);
  const RuleSet set{zone, to_instant(zone, {parsed->start->ms}).at, parsed->rule, parsed->dates};
  std::string got;
  for (auto next = set.next(kEpoch); next; next = set.next(next->at)) {
    got += format_rfc3339(next->at).substr(5, 11) + " ";
  }
  CHECK(got == "11-01T15:00 11-04T15:00 11-20T15:00 11-21T15:00 ");
}

TEST_CASE("a rule alone is a recurrence too") {
  for (const char* text : {"FREQ=DAILY", "RRULE:FREQ=DAILY", "\n\nrrule:freq=daily\n"}) {
    const auto parsed = parse_ical_lines(text);
    REQUIRE(parsed.has_value());
    CHECK(parsed->rule == RRule{});
    CHECK_FALSE(parsed->start.has_value());
    CHECK(parsed->zone.empty());
  }
}

TEST_CASE("everything that is wrong in the lines is said at once, with its place") {
  CHECK(issues_in("") == "0  RRULE is missing");
  CHECK(issues_in("DTSTART:20261121T093000") == "23  RRULE is missing");
  CHECK(issues_in("RRULE:FREQ=DAILY;COUNT=0\nEXDATE:20261121,x\nDTSTART:y") ==
        "23 0 is not a number from 1 to 10000; 41 x is not a date or time such as 20261121, "
        "20261121T093000 or 20261121T093000Z; 51 y is not a date or time such as 20261121T093000");
  CHECK(issues_in("FREQ=DAILY\nRRULE:FREQ=DAILY") ==
        "17 FREQ=DAILY is a second rule: there is one");
  CHECK(issues_in("DTSTART:20261121\nDTSTART:20261122\nFREQ=DAILY") ==
        "17 DTSTART is a second start: there is one");
  CHECK(issues_in("DTSTART;TZID=Europe/Berlin:20261121T093000\nEXDATE;TZID=UTC:20261121T093000\n"
                  "RRULE:FREQ=DAILY") == "55 UTC is a second zone: a recurrence has one");
  CHECK(issues_in("RDATE;VALUE=PERIOD:20261121T093000Z/PT1H\nEXRULE:FREQ=DAILY\nSUMMARY:x") ==
        "6 VALUE=PERIOD is no parameter known here; 19 20261121T093000Z/PT1H is not a date or time "
        "such as 20261121, 20261121T093000 or 20261121T093000Z; 41 EXRULE is obsolete: write its "
        "dates as EXDATE; 59 SUMMARY is not DTSTART, RRULE, RDATE or EXDATE");
  for (const char* text : {"RRULE:FREQ=DAILY;\n COUNT=3", "RRULE;X=1:FREQ=DAILY", "DTSTART;:1",
                           "DTSTART;TZID=:20261121\nFREQ=DAILY", ":", ";:", "RRULE:", "FREQ"}) {
    INFO(text);
    CHECK_FALSE(issues_in(text).empty());
  }
  CHECK(issues_in(std::string(kIcalLinesMax + 1, '\n')) ==
        "65536  the recurrence is longer than 65536 bytes");
  std::string many = "FREQ=DAILY";
  for (int i = 0; i < 501; ++i) {
    many += "\nRDATE:20261121\nEXDATE:20261121";
  }
  CHECK(issues_in(many).find("more than 1000 dates") != std::string::npos);
}

}  // namespace
}  // namespace callgate
