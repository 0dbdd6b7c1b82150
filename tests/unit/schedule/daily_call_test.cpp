#include "core/schedule/daily_call.hpp"

#include <catch2/catch_test_macros.hpp>

#include "core/schedule/recurrence/civil.hpp"
#include "tests/unit/support.hpp"
#include "tests/vectors/vectors.hpp"

namespace callgate {
namespace {

std::string short_text(Instant at) {
  return format_rfc3339(at).substr(0, 19) + "Z";
}

nlohmann::json answer(const ZoneTable& table, const nlohmann::json& input) {
  const Zone* zone = table.find(input["timezone"].get<std::string>());
  if (zone == nullptr) {
    return {{"error", "unknown_timezone"}};
  }
  const auto at_s = parse_call_time(input["callTime"].get<std::string>());
  if (!at_s) {
    return {{"error", "invalid_config"}, {"field", "callTime"}};
  }
  std::vector<PastCall> calls;
  for (const auto& call : input["calls"]) {
    calls.push_back({instant(call["at"].get<std::string>()),
                     counts_as_called(call["status"].get<std::string>())});
  }
  const DailyVerdict got = judge_daily_call(
      {*at_s, input["windowSeconds"].get<std::int64_t>(), input["callEnabled"].get<bool>()}, *zone,
      instant(input["now"].get<std::string>()), calls);
  nlohmann::json out = {{"due", !got.reason.has_value()},
                        {"reason", nullptr},
                        {"serviceDate", nullptr},
                        {"target", nullptr},
                        {"nextTarget", short_text(got.next_target)}};
  if (got.reason) {
    out["reason"] = word_of(*got.reason);
  }
  if (got.target) {
    out["serviceDate"] = format_local_date(got.target->service_day);
    out["target"] = short_text(got.target->at);
  }
  return out;
}

TEST_CASE("the daily_window vectors hold") {
  const ZoneTable table;
  int rows = 0;
  for (const char* file : {"daily_window", "examples"}) {
    for (const auto& row : read_vectors(file)) {
      if (row["family"] != "daily_window") {
        continue;
      }
      ++rows;
      INFO(row.dump());
      CHECK(answer(table, row["input"]) == row["expect"]);
    }
  }
  CHECK(rows == 450 + 6);
}

TEST_CASE("in every second of a day a daily call is due as often as its window is long") {
  const ZoneTable table;
  // A jump forward, a jump back, and a jump back over midnight into the day before.
  struct Night {
    const char* zone;
    const char* noon;
    std::int32_t at_s;
  };
  constexpr Night kNights[] = {{"America/New_York", "2026-03-07T17:00:00Z", 2 * 3600 + 1800},
                               {"America/New_York", "2026-10-31T16:00:00Z", 3600 + 1800},
                               {"America/Scoresbysund", "2026-03-28T12:00:00Z", 23 * 3600 + 1800},
                               {"America/Scoresbysund", "2026-10-24T12:00:00Z", 23 * 3600 + 1800},
                               {"Asia/Kolkata", "2026-03-07T06:30:00Z", 10}};
  for (const Night& night : kNights) {
    INFO(night.zone << " " << night.noon);
    const Zone& zone = *table.find(night.zone);
    int due = 0;
    std::optional<DailyTarget> only;
    for (std::int64_t s = 0; s < 86'400; ++s) {
      const DailyVerdict got = judge_daily_call({night.at_s, 300, true}, zone,
                                                instant(night.noon) + std::chrono::seconds{s}, {});
      due += got.reason ? 0 : 1;
      if (got.target) {
        CHECK((!only || *only == *got.target));
        only = got.target;
      }
    }
    CHECK(due == 601);
  }
}

TEST_CASE("a call made in the window is the day's, on either side of midnight") {
  const ZoneTable table;
  const Zone& zone = *table.find("Asia/Kolkata");
  const DailyCall daily{60, 300, true};                                         // 00:01
  const std::vector<PastCall> before{{instant("2026-04-17T18:28:00Z"), true}};  // 23:58
  const DailyVerdict after = judge_daily_call(daily, zone, instant("2026-04-17T18:32:00Z"), before);
  CHECK(after.reason == NotDue::already_called);
  CHECK(after.target->service_day == *parse_local_date("2026-04-18"));
  // The next night's target is another day's.
  const DailyVerdict next = judge_daily_call(daily, zone, instant("2026-04-18T18:32:00Z"), before);
  CHECK_FALSE(next.reason.has_value());
}

TEST_CASE("of two targets in reach the nearest counts") {
  const ZoneTable table;
  const Zone& zone = *table.find("UTC");
  const DailyCall daily{12 * 3600, kDailyWindowMaxS, true};
  const DailyVerdict got = judge_daily_call(daily, zone, instant("2026-04-18T01:00:00Z"), {});
  CHECK(got.target ==
        DailyTarget{*parse_local_date("2026-04-18"), instant("2026-04-18T12:00:00Z")});
  const DailyVerdict middle = judge_daily_call(daily, zone, instant("2026-04-18T00:00:00Z"), {});
  CHECK(middle.target->at == instant("2026-04-17T12:00:00Z"));
}

TEST_CASE("a call time has two digits each and lies within a day") {
  for (std::int32_t s = 0; s < 86'400; s += 7) {
    const auto two = [](std::int32_t value) {
      return std::string{static_cast<char>('0' + value / 10), static_cast<char>('0' + value % 10)};
    };
    const std::string text = two(s / 3600) + ":" + two(s / 60 % 60) + ":" + two(s % 60);
    CHECK(parse_call_time(text) == s);
    CHECK(parse_call_time(text.substr(0, 5)) == s / 60 * 60);
  }
  for (const std::string_view text :
       {"", "8:00", "08:0", "24:00", "08:60", "08:00:60", "08:00:6", "08:00:", "0800", "08-00",
        "08:00-00", "8pm", " 08:00", "08:00 ", "08:00:000", "-1:00", "1a:00", "08:00:00:00"}) {
    INFO(text);
    CHECK_FALSE(parse_call_time(text).has_value());
  }
}

}  // namespace
}  // namespace callgate
