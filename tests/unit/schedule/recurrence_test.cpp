#include "core/schedule/recurrence/recurrence.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "core/schedule/recurrence/ical_lines.hpp"
#include "tests/unit/support.hpp"

namespace callgate {
namespace {

// "local offset_h note" of each.
std::vector<std::string> lines(const Preview& preview) {
  std::vector<std::string> out;
  for (const PreviewedOccurrence& shown : preview.occurrences) {
    CHECK(shown.local.ms == to_ms(shown.occurrence.at) + shown.offset_s * 1000);
    out.push_back(format_local(shown.local) + " " + std::to_string(shown.offset_s / 3600) + " " +
                  explain(shown));
  }
  return out;
}

using Lines = std::vector<std::string>;

TEST_CASE("a preview says where the clock or the calendar moved an occurrence") {
  const ZoneTable table;
  const Zone& zone = *table.find("America/New_York");
  const auto daily =
      Series::make(zone, instant("2026-03-07T07:30:00Z"), {SeriesStep::daily, 1, 3, {}});
  const Preview gap = preview(Recurrence{*daily}, kEpoch, 10);
  CHECK(lines(gap) == Lines{"2026-03-07T02:30:00 -5 ",
                            "2026-03-08T03:30:00 -4 the clock skips 02:30:00: moved to 03:30:00",
                            "2026-03-09T02:30:00 -4 "});
  CHECK(gap.complete);
  const auto monthly =
      Series::make(zone, instant("2026-01-31T12:00:00.500Z"), {SeriesStep::monthly, 1, {}, {}});
  const Preview clamped = preview(Recurrence{*monthly}, kEpoch, 3);
  CHECK(lines(clamped) == Lines{"2026-01-31T07:00:00.500 -5 ",
                                "2026-02-28T07:00:00.500 -5 the month lacks the day: its last day",
                                "2026-03-31T07:00:00.500 -4 "});
  CHECK_FALSE(clamped.complete);
}

TEST_CASE("a preview of rules and of cron has their notes") {
  const ZoneTable table;
  const Zone& zone = *table.find("America/New_York");
  const RuleSet rules{zone, instant("2026-01-31T17:00:00Z"),
                      parse_rrule("FREQ=MONTHLY;SKIP=FORWARD;COUNT=2").value()};
  const Preview skipped = preview(Recurrence{rules}, kEpoch, 10);
  CHECK(lines(skipped) == Lines{"2026-01-31T12:00:00 -5 ",
                                "2026-03-01T12:00:00 -5 the month lacks the day: moved to the "
                                "nearest"});
  CHECK(skipped.complete);
  const CronSchedule hourly{zone, parse_cron("30 * * * *").value()};
  CHECK(lines(preview(Recurrence{hourly}, instant("2026-11-01T05:00:00Z"), 3)) ==
        Lines{"2026-11-01T01:30:00 -4 the clock reads 01:30:00 twice: the first time",
              "2026-11-01T01:30:00 -5 the clock reads 01:30:00 twice: the second time",
              "2026-11-01T02:30:00 -5 "});
}

TEST_CASE("a preview has as many occurrences as asked for, and no more than its bound") {
  const ZoneTable table;
  const Zone& zone = *table.find("UTC");
  const Recurrence minutely{CronSchedule{zone, parse_cron("* * * * *").value()}};
  CHECK(preview(minutely, kEpoch, 7).occurrences.size() == 7);
  CHECK(preview(minutely, kEpoch, 0).occurrences.empty());
  CHECK_FALSE(preview(minutely, kEpoch, 0).complete);
  CHECK(preview(minutely, kEpoch, SIZE_MAX).occurrences.size() == kPreviewMax);
  const Recurrence never{CronSchedule{zone, parse_cron("0 0 31 2 *").value()}};
  CHECK(preview(never, kEpoch, 5).complete);
}

TEST_CASE("a recurrence is a value: a copy goes its own way") {
  const ZoneTable table;
  const auto series = Series::make(*table.find("Asia/Kolkata"), instant("2026-01-01T00:00:00Z"),
                                   {SeriesStep::weekly, 2, {}, {}});
  Recurrence one{*series};
  const Recurrence two = one;
  one = CronSchedule{*table.find("UTC"), parse_cron("@daily").value()};
  std::int64_t looked_at = 0;
  CHECK(next_occurrence(two, instant("2026-01-01T00:00:00Z"), &looked_at)->at ==
        instant("2026-01-15T00:00:00Z"));
  CHECK(next_occurrence(one, instant("2026-01-01T00:00:00Z"), &looked_at)->at ==
        instant("2026-01-02T00:00:00Z"));
  CHECK(looked_at > 0);
}

TEST_CASE("the first and the last dates there are can be shown in every zone") {
  const ZoneTable table;
  const RRule daily = parse_rrule("FREQ=DAILY;UNTIL=00000101").value();
  const RuleDates dates{
      parse_ical_times("19700102,19700102T000000Z,99991230,99991230T235959Z").value(), {}};
  for (const char* name : {"Pacific/Kiritimati", "Etc/GMT+12", "UTC"}) {
    const RuleSet set{*table.find(name), instant("2026-01-01T00:00:00Z"), daily, dates};
    const Preview all = preview(Recurrence{set}, kEpoch, 10);
    CHECK(all.occurrences.size() >= 3);
    for (const PreviewedOccurrence& shown : all.occurrences) {
      CHECK_FALSE(format_local(shown.local).empty());
      CHECK_FALSE(format_rfc3339(shown.occurrence.at).empty());
    }
  }
  for (const char* text : {"19700101", "00000101T000000", "99991231", "99991231T235959Z"}) {
    INFO(text);
    CHECK_FALSE(parse_ical_times(text).has_value());
    CHECK_FALSE(parse_ical_lines("FREQ=DAILY\nDTSTART:" + std::string{text}).has_value());
  }
}

}  // namespace
}  // namespace callgate
