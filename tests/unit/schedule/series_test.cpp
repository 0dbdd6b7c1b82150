#include "core/schedule/recurrence/series.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "core/base/rng.hpp"
#include "core/schedule/posix_rule.hpp"
#include "core/schedule/recurrence/civil.hpp"
#include "tests/unit/support.hpp"
#include "tests/vectors/vectors.hpp"

namespace callgate {
namespace {

std::string to_seconds_z(Instant at) {
  return format_rfc3339(at).substr(0, 19) + "Z";
}

nlohmann::json refused(SeriesField field) {
  return {{"error", "invalid_recurrence"}, {"field", field_name(field)}};
}

nlohmann::json list(const Series& series, std::int64_t limit) {
  nlohmann::json occurrences = nlohmann::json::array();
  Instant after = series.start() - Millis{1};
  auto next = series.next(after);
  while (next && static_cast<std::int64_t>(occurrences.size()) < limit) {
    CHECK(next->index == static_cast<std::int64_t>(occurrences.size()));
    occurrences.push_back(to_seconds_z(next->occurrence.at));
    after = next->occurrence.at;
    next = series.next(after);
  }
  return {{"occurrences", occurrences}, {"complete", !next.has_value()}};
}

nlohmann::json series_answer(const ZoneTable& table, const nlohmann::json& input) {
  const Zone* zone = table.find(input["timezone"].get<std::string>());
  if (zone == nullptr) {
    return {{"error", "unknown_timezone"}};
  }
  SeriesRule rule;
  const auto step = parse_series_step(input["frequency"].get<std::string>());
  if (!step) {
    return refused(SeriesField::frequency);
  }
  rule.step = *step;
  rule.interval = input["interval"].get<std::int64_t>();
  if (input.contains("maxOccurrences")) {
    rule.occurrences_max = input["maxOccurrences"].get<std::int64_t>();
  }
  if (input.contains("endDate")) {
    const auto end = parse_series_end(input["endDate"].get<std::string>());
    if (!end) {
      return refused(SeriesField::end);
    }
    rule.end = *end;
  }
  const auto series = Series::make(*zone, instant(input["start"].get<std::string>()), rule);
  if (!series) {
    return refused(series.error());
  }
  if (input["op"] == "list") {
    return list(*series, input["limit"].get<std::int64_t>());
  }
  const auto next = series->next(instant(input["after"].get<std::string>()));
  if (!next) {
    return {{"next", nullptr}, {"index", nullptr}};
  }
  return {{"next", to_seconds_z(next->occurrence.at)}, {"index", next->index}};
}

TEST_CASE("the recurrence vectors hold") {
  const ZoneTable table;
  int rows = 0;
  for (const char* file : {"recurrence", "examples"}) {
    for (const auto& row : read_vectors(file)) {
      if (row["family"] != "recurrence") {
        continue;
      }
      ++rows;
      INFO(row.dump());
      CHECK(series_answer(table, row["input"]) == row["expect"]);
    }
  }
  CHECK(rows == 450 + 8);
}

// The rule word for word: step by step from the first, equal instants once.
std::vector<Instant> by_steps(const Zone& zone, Instant start, const SeriesRule& rule,
                              std::size_t count) {
  std::vector<Instant> out{start};
  const LocalTime local = to_local(zone, start);
  const CivilDate first = date_of_day(day_of_local(local));
  for (std::int64_t k = 1; out.size() < count; ++k) {
    std::int64_t day = day_of_local(local);
    if (rule.step == SeriesStep::monthly) {
      CivilDate date = first;
      for (std::int64_t left = k * rule.interval; left > 0; --left) {
        date.year += date.month == 12 ? 1 : 0;
        date.month = date.month == 12 ? 1 : date.month + 1;
      }
      while (date_of_day(day_of_date(date.year, date.month, date.day)) != date) {
        --date.day;
      }
      day = day_of_date(date.year, date.month, date.day);
    } else {
      day += k * rule.interval * (rule.step == SeriesStep::daily ? 1 : 7);
    }
    const std::int64_t of_day = local.ms - day_of_local(local) * kDayMs;
    const Instant at = to_instant(zone, {day * kDayMs + of_day}).at;
    if (at != out.back()) {
      out.push_back(at);
    }
  }
  return out;
}

TEST_CASE("the next occurrence is the one that counting from the first finds") {
  const ZoneTable table;
  constexpr std::string_view kZones[] = {
      "America/New_York", "Australia/Lord_Howe",       "Pacific/Apia", "America/Scoresbysund",
      "Asia/Gaza",        "Africa/Casablanca",         "Asia/Kolkata", "America/Sao_Paulo",
      "Antarctica/Troll", "America/Argentina/San_Luis"};
  constexpr SeriesStep kSteps[] = {SeriesStep::daily, SeriesStep::weekly, SeriesStep::monthly};
  Rng rng{{17}};
  for (int round = 0; round < 300; ++round) {
    const std::string_view name = kZones[rng.below(std::size(kZones))];
    const Zone& zone = *table.find(name);
    SeriesRule rule;
    rule.step = kSteps[rng.below(3)];
    rule.interval = 1 + static_cast<std::int64_t>(round % 2 == 0 ? 0 : rng.below(14));
    Instant start = from_ms(to_ms(instant("2000-01-01T00:00:00Z")) +
                            static_cast<std::int64_t>(rng.below(90ULL * 365 * 48)) * 1'800'000);
    if (round % 3 == 0) {  // around a jump, or shortly before Samoa's
      const OffsetSpan span = offset_at(zone, start);
      start = name == "Pacific/Apia" ? instant("2011-12-20T10:00:00Z")
              : span.end < instant("2090-01-01T00:00:00Z")
                  ? span.end - Millis{1'800'000 * (static_cast<std::int64_t>(rng.below(9)) - 4)}
                  : start;
    }
    const auto want = by_steps(zone, start, rule, 80);
    rule.occurrences_max = 80;
    const auto series = Series::make(zone, start, rule);
    REQUIRE(series.has_value());
    INFO(name << " from " << format_rfc3339(start) << " interval " << rule.interval);
    for (std::size_t i = 0; i < want.size(); ++i) {
      const Instant before = i == 0 ? start - std::chrono::hours{30} : want[i - 1];
      const auto between =
          before + Millis{static_cast<std::int64_t>(
                       rng.below(static_cast<std::uint64_t>(to_ms(want[i]) - to_ms(before))))};
      for (const Instant after : {before, between, want[i] - Millis{1}}) {
        const auto got = series->next(after);
        REQUIRE(got.has_value());
        REQUIRE(got->occurrence.at == want[i]);
        REQUIRE(got->index == static_cast<std::int64_t>(i));
      }
    }
    REQUIRE_FALSE(series->next(want.back()).has_value());
  }
}

TEST_CASE("years between two occurrences cost no steps") {
  const ZoneTable table;
  for (const SeriesStep step : {SeriesStep::daily, SeriesStep::weekly, SeriesStep::monthly}) {
    const auto series = Series::make(*table.find("America/New_York"),
                                     instant("2000-01-31T12:00:00Z"), {step, 1, {}, {}});
    REQUIRE(series.has_value());
    for (const char* after : {"2000-01-31T12:00:00Z", "2031-03-09T07:15:00Z",
                              "2099-11-01T05:30:00Z", "9990-01-01T00:00:00Z"}) {
      std::int64_t looked_at = 0;
      CHECK(series->next(instant(after), &looked_at).has_value());
      CHECK(looked_at <= 2);
    }
  }
}

TEST_CASE("a skipped local day makes two occurrences one, in number too") {
  const ZoneTable table;  // Samoa had no 30 December 2011
  SeriesRule rule;
  rule.occurrences_max = 4;
  const auto series =
      Series::make(*table.find("Pacific/Apia"), instant("2011-12-28T22:00:00Z"), rule);
  REQUIRE(series.has_value());
  CHECK(list(*series, 10)["occurrences"] ==
        nlohmann::json{"2011-12-28T22:00:00Z", "2011-12-29T22:00:00Z", "2011-12-30T22:00:00Z",
                       "2011-12-31T22:00:00Z"});
  const auto third = series->next(instant("2011-12-30T22:00:00Z"));
  REQUIRE(third.has_value());
  CHECK(third->index == 3);
}

TEST_CASE("a series that starts in the second reading of a repeated hour starts there") {
  const ZoneTable table;
  const auto series = Series::make(*table.find("America/New_York"), instant("2026-11-01T06:30:00Z"),
                                   {SeriesStep::daily, 1, 2, {}});
  REQUIRE(series.has_value());
  CHECK(list(*series, 10)["occurrences"] ==
        nlohmann::json{"2026-11-01T06:30:00Z", "2026-11-02T06:30:00Z"});
}

TEST_CASE("an occurrence tells what was asked for and what moved it") {
  const ZoneTable table;
  const auto monthly =
      Series::make(*table.find("America/New_York"), instant("2026-01-31T07:30:00Z"),
                   {SeriesStep::monthly, 1, {}, {}});
  REQUIRE(monthly.has_value());
  const auto february = monthly->next(instant("2026-02-01T00:00:00Z"));
  CHECK(february->occurrence.day == DayShift::clamped);
  CHECK(february->occurrence.kind == LocalKind::unique);
  const auto daily = Series::make(*table.find("America/New_York"), instant("2026-03-01T07:30:00Z"),
                                  {SeriesStep::daily, 1, {}, {}});
  const auto moved = daily->next(instant("2026-03-08T00:00:00Z"));
  CHECK(moved->occurrence.kind == LocalKind::gap);
  CHECK(moved->occurrence.at == instant("2026-03-08T07:30:00Z"));  // 03:30
  CHECK(moved->occurrence.asked.ms == to_ms(instant("2026-03-08T02:30:00Z")));
  const auto after = daily->next(moved->occurrence.at);
  CHECK(after->occurrence.at == instant("2026-03-09T06:30:00Z"));  // 02:30 again
}

TEST_CASE("a series ends with the calendar, however long its steps") {
  const ZoneTable table;
  const Zone& zone = *table.find("Pacific/Kiritimati");
  for (const std::int64_t interval : {std::int64_t{1}, std::int64_t{3'000'000}, INT64_MAX}) {
    const auto series = Series::make(zone, instant("9999-12-29T10:00:00Z"),
                                     {SeriesStep::weekly, interval, INT64_MAX, {}});
    REQUIRE(series.has_value());
    CHECK(list(*series, 10)["occurrences"].size() == 1);
  }
}

TEST_CASE("a series is refused with the field that is wrong") {
  const ZoneTable table;
  const Zone& zone = *table.find("Asia/Kolkata");
  const Instant start = instant("2026-11-21T20:00:00Z");  // 22 November there
  const auto field = [&](const SeriesRule& rule) {
    const auto made = Series::make(zone, start, rule);
    return made ? std::string{"none"} : std::string{field_name(made.error())};
  };
  CHECK(field({SeriesStep::daily, 0, {}, {}}) == "interval");
  CHECK(field({SeriesStep::daily, INT64_MIN, {}, {}}) == "interval");
  CHECK(field({SeriesStep::daily, kSeriesIntervalMax + 1, {}, {}}) == "none");  // as it was stored
  CHECK(Series::make_asked(zone, start, {SeriesStep::daily, kSeriesIntervalMax, {}, {}}));
  const SeriesRule rare{SeriesStep::daily, kSeriesIntervalMax + 1, {}, {}};
  CHECK(Series::make_asked(zone, start, rare).error() == SeriesField::interval);
  CHECK(field({SeriesStep::daily, 1, 0, {}}) == "maxOccurrences");
  CHECK(field({SeriesStep::daily, 1, {}, {parse_local_date("2026-11-21"), {}}}) == "endDate");
  CHECK(field({SeriesStep::daily, 1, {}, {parse_local_date("2026-11-22"), {}}}) == "none");
  CHECK(field({SeriesStep::daily, 1, {}, {{}, start - Millis{1}}}) == "endDate");
  CHECK(field({SeriesStep::daily, 1, {}, {{}, start}}) == "none");
  CHECK_FALSE(parse_series_step("Daily").has_value());
  for (const std::string_view text : {"", "2026-02-29", "2026-1-01", "2026-01-01T00:00:00",
                                      "2026-13-01", "2026-00-10", "2026-01-00", "20260101"}) {
    INFO(text);
    CHECK_FALSE(parse_series_end(text).has_value());
  }
}

TEST_CASE("days and dates are each other's inverse, over a cycle of the calendar") {
  for (std::int64_t day = -200'000; day <= kLastCivilDay; day += day > 60'000 ? 37 : 1) {
    const CivilDate date = date_of_day(day);
    REQUIRE(day_of_date(date.year, date.month, date.day) == day);
    REQUIRE(date.day >= 1);
    REQUIRE(date.day <= days_in_month(date.year, date.month));
    REQUIRE(date.year == year_of_day(day));
    if (date.year >= 0) {
      REQUIRE(parse_local_date(format_local_date(day)) == day);
    }
  }
}

}  // namespace
}  // namespace callgate
