#include "core/schedule/zone.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "core/base/rng.hpp"
#include "tests/unit/support.hpp"
#include "tests/vectors/vectors.hpp"

namespace callgate {
namespace {

std::string wall_text(Instant at) {
  return format_rfc3339(at).substr(0, 19);
}

constexpr std::string_view kHardZones[] = {
    "America/New_York",   "America/St_Johns",   "America/Sao_Paulo", "America/Scoresbysund",
    "Europe/London",      "Europe/Dublin",      "Europe/Lisbon",     "Africa/Casablanca",
    "Africa/Cairo",       "Asia/Jerusalem",     "Asia/Kathmandu",    "Asia/Kolkata",
    "Australia/Adelaide", "Asia/Gaza",          "Pacific/Apia",      "Australia/Lord_Howe",
    "Pacific/Chatham",    "Pacific/Kiritimati", "Antarctica/Troll",  "Etc/GMT+12"};

TEST_CASE("the tz_convert vectors hold") {
  const ZoneTable table;
  int rows = 0;
  for (const auto& row : read_vectors("tz_convert")) {
    ++rows;
    INFO(row.dump());
    const auto& input = row["input"];
    const auto& expect = row["expect"];
    const Zone* zone = table.find(input["zone"].get<std::string>());
    if (zone == nullptr) {
      CHECK(expect == nlohmann::json{{"error", "unknown_timezone"}});
      continue;
    }
    if (input["op"] == "utc_to_local") {
      const Instant at = instant(input["utc"].get<std::string>());
      CHECK(expect == nlohmann::json{{"local", wall_text(from_ms(to_local(*zone, at).ms))},
                                     {"offsetSeconds", offset_at(*zone, at).offset_s}});
      continue;
    }
    const auto local = parse_rfc3339(input["local"].get<std::string>() + "Z");
    if (!local) {
      CHECK(expect == nlohmann::json{{"error", "invalid_datetime"}});
      continue;
    }
    const Resolved got = to_instant(*zone, LocalTime{to_ms(*local)});
    const std::string kind = got.kind == LocalKind::unique ? "unique"
                             : got.kind == LocalKind::gap  ? "gap"
                                                           : "fold";
    CHECK(expect == nlohmann::json{{"kind", kind},
                                   {"utc", wall_text(got.at) + "Z"},
                                   {"earlier", wall_text(got.earlier) + "Z"},
                                   {"later", wall_text(got.later) + "Z"}});
  }
  CHECK(rows == 600);
}

TEST_CASE("names are found by their exact spelling only") {
  const ZoneTable table;
  CHECK(table.release() >= "2026b");
  for (const std::string_view name :
       {"UTC", "Etc/UTC", "US/Eastern", "Asia/Calcutta", "GB", "America/Argentina/ComodRivadavia",
        "Africa/Abidjan", "Zulu", "EST5EDT", "Etc/GMT+12", "Etc/GMT-14"}) {
    INFO(name);
    CHECK(table.find(name) != nullptr);
  }
  for (const std::string_view name :
       {"", " ", "utc", "us/eastern", "UTC ", "America", "America/", "/America/New_York", "../UTC",
        "UTC+1", "+05:30", "Mars/Olympus", "Zulux", "posixrules", "localtime"}) {
    INFO(name);
    CHECK(table.find(name) == nullptr);
  }
  CHECK(table.find("Asia/Calcutta") == table.find("Asia/Kolkata"));
}

TEST_CASE("2038 and the years after the table keep changing clocks") {
  const ZoneTable table;
  const Zone& new_york = *table.find("America/New_York");
  CHECK(offset_at(new_york, instant("2038-07-01T00:00:00Z")).offset_s == -4 * 3600);
  CHECK(offset_at(new_york, instant("2099-07-01T00:00:00Z")).offset_s == -4 * 3600);
  CHECK(offset_at(new_york, instant("2099-12-01T00:00:00Z")).offset_s == -5 * 3600);
  const OffsetSpan beyond = offset_at(new_york, instant("2250-07-01T00:00:00Z"));
  CHECK(beyond.offset_s == -4 * 3600);
  CHECK(beyond.begin == instant("2250-03-10T07:00:00Z"));
  CHECK(beyond.end == instant("2250-11-03T06:00:00Z"));
  const OffsetSpan across = offset_at(new_york, instant("2100-12-25T00:00:00Z"));
  CHECK(across.begin == instant("2100-11-07T06:00:00Z"));
  CHECK(across.end == instant("2101-03-13T07:00:00Z"));
}

TEST_CASE("a zone without changes holds its offset for all time") {
  const ZoneTable table;
  const OffsetSpan span = offset_at(*table.find("Etc/GMT+12"), instant("2026-01-01T00:00:00Z"));
  CHECK(span.offset_s == -12 * 3600);
  CHECK(span.begin < instant("1970-01-01T00:00:00Z"));
  CHECK(span.end > instant("9999-12-31T23:59:59Z"));
}

TEST_CASE("a day that a zone skipped is a gap of a day") {
  const ZoneTable table;  // Samoa had no 30 December 2011
  const auto local = LocalTime{to_ms(instant("2011-12-30T12:00:00Z"))};
  const Resolved got = to_instant(*table.find("Pacific/Apia"), local);
  CHECK(got.kind == LocalKind::gap);
  CHECK(got.at == instant("2011-12-30T22:00:00Z"));
  CHECK(got.earlier == instant("2011-12-29T22:00:00Z"));
}

TEST_CASE("every instant comes back from its local time, at every jump and at random") {
  const ZoneTable table;
  Rng rng{{11}};
  const std::int64_t first = to_ms(instant("1999-01-01T00:00:00Z"));
  const std::int64_t years = to_ms(instant("2120-01-01T00:00:00Z")) - first;
  for (const std::string_view name : kHardZones) {
    const Zone& zone = *table.find(name);
    for (int round = 0; round < 2000; ++round) {
      Instant at =
          from_ms(first + static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(years))));
      const OffsetSpan span = offset_at(zone, at);
      if (round % 2 == 0 && to_ms(span.end) < first + years) {
        at = span.end + Millis{static_cast<std::int64_t>(rng.below(7'200'001)) - 3'600'000};
      }
      INFO(name << ' ' << format_rfc3339(at));
      const OffsetSpan here = offset_at(zone, at);
      REQUIRE(here.begin <= at);
      REQUIRE(at < here.end);
      REQUIRE(offset_at(zone, here.begin).offset_s == here.offset_s);
      REQUIRE(offset_at(zone, here.end - Millis{1}).offset_s == here.offset_s);
      if (to_ms(here.end) < first + years) {
        REQUIRE(offset_at(zone, here.end).begin == here.end);
        REQUIRE(offset_at(zone, here.end).offset_s != here.offset_s);
      }
      if (to_ms(here.begin) >= first) {
        REQUIRE(offset_at(zone, here.begin - Millis{1}).end == here.begin);
      }
      const Resolved back = to_instant(zone, to_local(zone, at));
      REQUIRE(back.kind != LocalKind::gap);
      REQUIRE((back.earlier == at || back.later == at));
      REQUIRE((back.kind == LocalKind::unique) == (back.earlier == back.later));
      REQUIRE(back.at == back.earlier);
    }
  }
}

TEST_CASE("a local time is missing exactly when no instant reads it") {
  const ZoneTable table;
  for (const std::string_view name : kHardZones) {
    const Zone& zone = *table.find(name);
    Instant jump = instant("2024-01-01T00:00:00Z");
    for (int k = 0; k < 6; ++k) {
      jump = offset_at(zone, jump).end;
      if (jump > instant("2120-01-01T00:00:00Z")) {
        break;
      }
      const std::int64_t before_s = offset_at(zone, jump - Millis{1}).offset_s;
      const std::int64_t after_s = offset_at(zone, jump).offset_s;
      const std::int64_t low = to_ms(jump) + std::min(before_s, after_s) * 1000;
      const std::int64_t high = to_ms(jump) + std::max(before_s, after_s) * 1000;
      const LocalKind inside = after_s > before_s ? LocalKind::gap : LocalKind::fold;
      INFO(name << ' ' << format_rfc3339(jump));
      CHECK(to_instant(zone, {low - 1}).kind == LocalKind::unique);
      CHECK(to_instant(zone, {low}).kind == inside);
      CHECK(to_instant(zone, {high - 1}).kind == inside);
      CHECK(to_instant(zone, {high}).kind == LocalKind::unique);
      const Resolved middle = to_instant(zone, {(low + high) / 2});
      CHECK(middle.at == from_ms((low + high) / 2 - before_s * 1000));
      CHECK(middle.later - middle.earlier == Millis{high - low});
    }
  }
}

}  // namespace
}  // namespace callgate
