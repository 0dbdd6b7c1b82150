#include "core/schedule/calendar.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "core/base/rng.hpp"
#include "tests/unit/support.hpp"

namespace callgate {
namespace {

WeeklyHours all_week(DailyRange range) {
  WeeklyHours hours;
  hours.days.fill({range});
  return hours;
}

// The rule itself, word for word: does the local clock read inside a window that starts on this
// local day, or inside one that started on the day before and runs past midnight?
bool is_open(const WeeklyHours& hours, const Zone& zone, Instant at,
             const std::vector<LocalDay>& holidays = {}) {
  const std::int64_t minute = to_local(zone, at).ms / kMinuteMs;
  const auto closed = [&](LocalDay day) {
    return std::find(holidays.begin(), holidays.end(), day) != holidays.end();
  };
  if (closed(minute / 1440)) {
    return false;
  }
  const std::int64_t of_day = minute % 1440;
  const std::int64_t weekday = (minute / 1440 + 4) % 7;
  for (const DailyRange& range : hours.days[static_cast<std::size_t>(weekday)]) {
    const bool past_midnight = range.end_min < range.start_min;
    if (of_day >= range.start_min && (past_midnight || of_day < range.end_min)) {
      return true;
    }
  }
  for (const DailyRange& range : hours.days[static_cast<std::size_t>((weekday + 6) % 7)]) {
    if (range.end_min < range.start_min && of_day < range.end_min && !closed(minute / 1440 - 1)) {
      return true;
    }
  }
  return false;
}

WeeklyHours random_hours(Rng& rng) {
  WeeklyHours hours;
  constexpr std::int32_t kSteps[] = {1, 15, 30, 60};
  for (auto& day : hours.days) {
    for (std::uint64_t left = rng.below(3); left > 0; --left) {
      const std::int32_t step = kSteps[rng.below(std::size(kSteps))];
      const auto steps = static_cast<std::uint64_t>(1440 / step);
      const auto start = static_cast<std::int32_t>(rng.below(steps)) * step;
      const auto end = static_cast<std::int32_t>(rng.below(steps) + 1) * step;
      if (start != end) {
        day.push_back({start, end});
      }
    }
  }
  return hours;
}

TEST_CASE("an open span begins open, ends closed, and nothing before it is open") {
  const ZoneTable table;
  constexpr std::string_view kZones[] = {
      "America/New_York", "America/St_Johns",   "Europe/London", "Asia/Kathmandu",
      "Asia/Gaza",        "Pacific/Apia",       "Asia/Kolkata",  "Pacific/Chatham",
      "Antarctica/Troll", "Australia/Lord_Howe"};
  Rng rng{{5}};
  int found = 0;
  for (int round = 0; round < 400; ++round) {
    const std::string_view name = kZones[rng.below(std::size(kZones))];
    const Zone& zone = *table.find(name);
    const WeeklyHours hours = random_hours(rng);
    Instant at = from_ms(to_ms(instant("2001-01-01T00:00:00Z")) +
                         static_cast<std::int64_t>(rng.below(100ULL * 365 * 86'400'000)));
    if (round % 2 == 0) {  // half of them around a jump of the clocks
      const OffsetSpan span = offset_at(zone, at);
      if (span.end < instant("2110-01-01T00:00:00Z")) {
        at = span.end - Millis{static_cast<std::int64_t>(rng.below(2 * 86'400'000))};
      }
    }
    const Millis horizon = std::chrono::hours{24 * 9};
    const auto got = next_open(hours, zone, at, horizon);
    INFO(name << " at " << format_rfc3339(at));
    // Every minute that begins in the horizon, and `at`: windows and offsets are whole minutes
    // here.
    Instant scan = at;
    const Instant limit = at + horizon;
    while (scan < limit && !is_open(hours, zone, scan)) {
      scan = from_ms((to_ms(scan) / kMinuteMs + 1) * kMinuteMs);
    }
    if (scan >= limit) {
      REQUIRE_FALSE(got.has_value());
      continue;
    }
    ++found;
    REQUIRE(got.has_value());
    INFO("open " << format_rfc3339(got->open) << " close " << format_rfc3339(got->close));
    REQUIRE(got->open == scan);
    REQUIRE(is_open(hours, zone, got->open));
    REQUIRE((got->open == at || !is_open(hours, zone, got->open - Millis{1})));
    Instant until = scan;
    while (until < got->close + Millis{kMinuteMs} && is_open(hours, zone, until)) {
      until = from_ms((to_ms(until) / kMinuteMs + 1) * kMinuteMs);
    }
    REQUIRE((got->close == until || got->close == got->open + kLongestSpan));
  }
  CHECK(found > 300);
}

TEST_CASE("hours less holidays are open exactly when the rule says so, minute by minute") {
  const ZoneTable table;
  constexpr std::string_view kZones[] = {
      "Europe/London",  "America/New_York", "Africa/Casablanca", "Australia/Lord_Howe",
      "Asia/Kathmandu", "Pacific/Apia",     "Antarctica/Troll",  "America/Sao_Paulo"};
  Rng rng{{6}};
  int open_minutes = 0;
  for (int round = 0; round < 120; ++round) {
    const std::string_view name = kZones[static_cast<std::size_t>(round) % std::size(kZones)];
    const Zone& zone = *table.find(name);
    const WeeklyHours hours = random_hours(rng);
    // Around the jumps of ten years, so that Samoa's lost day of 2011 comes up too.
    const Instant some = instant("2008-01-01T00:00:00Z") +
                         Millis{static_cast<std::int64_t>(rng.below(10ULL * 365 * 86'400'000))};
    const OffsetSpan span = offset_at(zone, some);
    const Instant middle = span.end < instant("2019-01-01T00:00:00Z") ? span.end : some;
    const Instant from = from_ms((to_ms(middle) / kMinuteMs - 2 * 1440) * kMinuteMs);
    std::vector<LocalDay> holidays;
    for (std::uint64_t left = rng.below(4); left > 0; --left) {
      const std::int64_t day = to_local(zone, middle).ms / 86'400'000;
      holidays.push_back(day - 3 + static_cast<LocalDay>(rng.below(6)));
    }
    const LocalHours local{hours, holidays};
    const auto set = local.on(zone);
    const Instant limit = from + std::chrono::hours{24 * 4};
    auto next = next_span(set, to_ms(from), to_ms(limit));
    std::int64_t open_here = 0;
    for (Instant at = from; at < limit; at += Millis{kMinuteMs}) {
      INFO(name << " at " << format_rfc3339(at));
      const bool open = is_open(hours, zone, at, holidays);
      REQUIRE(contains(set, at) == open);
      if (next && to_ms(at) >= next->end_ms) {
        next = next_span(set, next->end_ms, to_ms(limit));
      }
      REQUIRE((next && to_ms(at) >= next->begin_ms) == open);
      open_here += open ? 1 : 0;
    }
    REQUIRE(total_open(set, from, limit) == Millis{open_here * kMinuteMs});
    open_minutes += static_cast<int>(open_here);
  }
  CHECK(open_minutes > 50'000);
}

TEST_CASE("a holiday closes the window that starts on it, but nothing that another one opens") {
  const ZoneTable table;
  const Zone& zone = *table.find("Asia/Kolkata");
  WeeklyHours hours;
  hours.days[4] = {{1320, 360}};              // Thursday 22:00 to Friday 06:00
  hours.days[5] = {{300, 420}, {1380, 120}};  // Friday 05:00 to 07:00, 23:00 to Saturday 02:00
  const LocalDay thursday = 20'783;           // 2026-11-26
  const auto first = [&](LocalDay holiday, std::string_view at) {
    const std::vector<LocalDay> holidays{holiday};
    const LocalHours local{hours, holidays};
    return format_rfc3339(
        first_open_at_or_after(local.on(zone), instant(at), std::chrono::hours{24 * 9}).value());
  };
  CHECK(first(0, "2026-11-26T12:00:00+05:30") == "2026-11-26T16:30:00.000Z");
  CHECK(first(thursday, "2026-11-26T12:00:00+05:30") == "2026-11-26T23:30:00.000Z");
  CHECK(first(thursday + 1, "2026-11-27T00:00:00+05:30") == "2026-12-03T16:30:00.000Z");
  CHECK(first(thursday + 2, "2026-11-28T00:00:00+05:30") == "2026-12-03T16:30:00.000Z");
}

TEST_CASE("a window inside a skipped hour never opens that day") {
  const ZoneTable table;  // clocks jump from 02:00 to 03:00 on 8 March 2026
  const auto got = next_open(all_week({130, 170}), *table.find("America/New_York"),
                             instant("2026-03-08T00:00:00-05:00"));
  REQUIRE(got.has_value());
  CHECK(got->open == instant("2026-03-09T02:10:00-04:00"));
}

TEST_CASE("a window that starts inside a skipped hour opens when the clock jumps") {
  const ZoneTable table;
  const auto got = next_open(all_week({150, 240}), *table.find("America/New_York"),
                             instant("2026-03-08T00:00:00-05:00"));
  REQUIRE(got.has_value());
  CHECK(got->open == instant("2026-03-08T03:00:00-04:00"));
  CHECK(got->close == instant("2026-03-08T04:00:00-04:00"));
}

TEST_CASE("a window inside a repeated hour opens twice") {
  const ZoneTable table;  // 01:00 to 02:00 comes twice on 1 November 2026
  const Zone& zone = *table.find("America/New_York");
  const WeeklyHours hours = all_week({75, 105});
  const auto first = next_open(hours, zone, instant("2026-11-01T00:00:00-04:00"));
  REQUIRE(first.has_value());
  CHECK(first->open == instant("2026-11-01T01:15:00-04:00"));
  const auto second = next_open(hours, zone, first->close);
  REQUIRE(second.has_value());
  CHECK(second->open == instant("2026-11-01T01:15:00-05:00"));
}

TEST_CASE("adjoining windows are one span, over midnight and over the week's end") {
  const ZoneTable table;
  WeeklyHours hours;
  hours.days[6] = {{1200, 1440}};        // Saturday 20:00 to 24:00
  hours.days[0] = {{0, 60}, {60, 120}};  // Sunday 00:00 to 02:00 in two ranges
  hours.days[1] = {{30, 45}, {20, 40}};  // out of order, overlapping
  const Zone& zone = *table.find("Asia/Kolkata");
  const auto got = next_open(hours, zone, instant("2026-11-21T21:00:00+05:30"));
  REQUIRE(got.has_value());
  CHECK(*got ==
        OpenSpan{instant("2026-11-21T21:00:00+05:30"), instant("2026-11-22T02:00:00+05:30")});
  const auto monday = next_open(hours, zone, got->close);
  REQUIRE(monday.has_value());
  CHECK(*monday ==
        OpenSpan{instant("2026-11-23T00:20:00+05:30"), instant("2026-11-23T00:45:00+05:30")});
}

TEST_CASE("hours that never close are cut, hours that never open are none") {
  const ZoneTable table;
  const Zone& zone = *table.find("Europe/Berlin");
  const Instant at = instant("2026-11-21T12:34:56.789Z");
  const auto always = next_open(all_week({0, 1440}), zone, at);
  REQUIRE(always.has_value());
  CHECK(*always == OpenSpan{at, at + kLongestSpan});
  CHECK_FALSE(next_open(WeeklyHours{}, zone, at).has_value());
  CHECK_FALSE(next_open(all_week({0, 1440}), zone, at, Millis{0}).has_value());
}

TEST_CASE("the horizon's own end is outside it") {
  const ZoneTable table;
  const Zone& zone = *table.find("UTC");
  const Instant at = instant("2026-11-21T08:00:00Z");
  const WeeklyHours hours = all_week({540, 1020});
  CHECK_FALSE(next_open(hours, zone, at, std::chrono::hours{1}).has_value());
  const auto got = next_open(hours, zone, at, std::chrono::hours{1} + Millis{1});
  REQUIRE(got.has_value());
  CHECK(*got == OpenSpan{instant("2026-11-21T09:00:00Z"), instant("2026-11-21T17:00:00Z")});
}

TEST_CASE("a time of day has two digits each, and midnight ends a day but starts none") {
  for (std::int32_t minute = 0; minute < 1440; ++minute) {
    CHECK(parse_time_of_day(format_time_of_day(minute), false) == minute);
  }
  CHECK(parse_time_of_day("24:00", true) == 1440);
  CHECK(format_time_of_day(1440) == "24:00");
  CHECK_FALSE(parse_time_of_day("24:00", false).has_value());
  for (const std::string_view text : {"", "9:00", "09:0", "09-00", "09:60", "24:01", "25:00",
                                      "09:000", " 9:00", "0a:00", "-1:00", "09:00 "}) {
    INFO(text);
    CHECK_FALSE(parse_time_of_day(text, true).has_value());
  }
}

}  // namespace
}  // namespace callgate
