#include "core/schedule/quiet_hours.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "core/base/rng.hpp"
#include "core/schedule/quiet_hours/rules.hpp"

namespace callgate {
namespace {

nlohmann::json table_source() {
  const std::string here = __FILE__;
  const std::string root = here.substr(0, here.rfind("tests/unit/"));
  std::ifstream file{root + "core/schedule/quiet_hours/quiet-hours.json"};
  REQUIRE(file.good());
  return nlohmann::json::parse(file);
}

nlohmann::json null_if_empty(std::string_view text) {
  return text.empty() ? nlohmann::json() : nlohmann::json(text);
}

nlohmann::json weekly_json(const RuleWeek* weekly) {
  if (weekly == nullptr) {
    return nullptr;
  }
  nlohmann::json out;
  for (std::size_t day = 0; day < weekly->size(); ++day) {
    nlohmann::json& ranges = out[std::to_string(day)] = nlohmann::json::array();
    for (const DailyRange& range : (*weekly)[day]) {
      ranges.push_back({format_time_of_day(range.start_min), format_time_of_day(range.end_min)});
    }
  }
  return out;
}

nlohmann::json cap_json(const CallCap& cap) {
  nlohmann::json out = nlohmann::json::object();
  const auto add = [&out](const char* key, const auto& value, bool there) {
    if (there) {
      out[key] = value;
    }
  };
  add("max", cap.max, cap.max != 0);
  add("windowHours", cap.window_hours, cap.window_hours != 0);
  add("windowDays", cap.window_days, cap.window_days != 0);
  add("cooldownHours", cap.cooldown_hours, cap.cooldown_hours != 0);
  add("cooldownDays", cap.cooldown_days, cap.cooldown_days != 0);
  add("minRingSeconds", cap.ring_seconds_min, cap.ring_seconds_min != 0);
  add("after", cap.after, !cap.after.empty());
  add("per", cap.per, !cap.per.empty());
  add("anyCallerNumber", true, cap.any_caller_number);
  add("afterFirstContact", true, cap.after_first_contact);
  return out;
}

nlohmann::json rule_json(const QuietRule& rule) {
  constexpr std::string_view kHolidayWords[] = {"allowed", "unknown", "forbidden"};
  constexpr std::string_view kConfidenceWords[] = {"low", "medium", "high"};
  nlohmann::json out{{"id", rule.id},
                     {"country", rule.country},
                     {"subdivision", null_if_empty(rule.subdivision)},
                     {"scope", rule.scope},
                     {"weekly", weekly_json(rule.weekly)},
                     {"holidayCalls", kHolidayWords[static_cast<int>(rule.holiday_calls)]},
                     {"caps", nlohmann::json::array()},
                     {"since", null_if_empty(rule.since)},
                     {"confidence", kConfidenceWords[static_cast<int>(rule.confidence)]},
                     {"notes", rule.notes},
                     {"citations", nlohmann::json::array()}};
  for (const CallCap& cap : rule.caps) {
    out["caps"].push_back(cap_json(cap));
  }
  for (const auto& [ref, url, kind] : rule.citations) {
    out["citations"].push_back({{"ref", ref}, {"url", url}, {"kind", kind}});
  }
  return out;
}

TEST_CASE("the compiled table says what quiet-hours.json says, row by row") {
  const nlohmann::json source = table_source();
  CHECK(quiet_rules_checked() == source["checked"].get<std::string>());
  REQUIRE(quiet_rules().size() == source["rows"].size());
  for (std::size_t i = 0; i < quiet_rules().size(); ++i) {
    const QuietRule& rule = quiet_rules()[i];
    CHECK(rule_json(rule) == source["rows"][i]);
    CHECK(find_quiet_rule(rule.id) == &rule);
    CHECK(rule.purposes != 0);
    CHECK_FALSE(rule.citations.empty());
  }
  CHECK(find_quiet_rule("us-xx") == nullptr);
}

std::vector<std::string> ids(std::string_view country, std::vector<std::string_view> subdivisions,
                             Purpose purpose) {
  std::vector<std::string> out;
  for (const AppliedRule& applied : rules_for(country, subdivisions, purpose)) {
    out.push_back(std::string{applied.rule->id} +
                  (applied.stands_in ? " for want of another" : ""));
  }
  return out;
}

TEST_CASE("the rules of a place follow the purpose, and marketing's stand in where there is none") {
  using Ids = std::vector<std::string>;
  CHECK(ids("US", {}, Purpose::marketing) == Ids{"us"});
  CHECK(ids("US", {"FL"}, Purpose::marketing) == Ids{"us", "us-fl"});
  CHECK(ids("US", {"LA", "CT"}, Purpose::marketing) == Ids{"us", "us-ct", "us-la"});
  CHECK(ids("US", {"FL"}, Purpose::debt) == Ids{"us-debt"});
  CHECK(ids("US", {"FL"}, Purpose::transactional) == Ids{"us for want of another"});
  CHECK(ids("AU", {}, Purpose::research) == Ids{"au-research"});
  CHECK(ids("AU", {}, Purpose::marketing) == Ids{"au"});
  CHECK(ids("AU", {}, Purpose::debt) == Ids{"au for want of another"});
  CHECK(ids("CO", {}, Purpose::debt) == Ids{"co"});
  CHECK(ids("CO", {}, Purpose::marketing) == Ids{"co"});
  CHECK(ids("CA", {"FL"}, Purpose::marketing) == Ids{"ca"});
  CHECK(ids("AQ", {}, Purpose::marketing).empty());
}

TEST_CASE("rules that may apply are combined to what all of them allow") {
  const std::vector<std::string_view> states{"RI", "KY", "UT"};
  const CombinedRules strict = combine(rules_for("US", states, Purpose::marketing));
  REQUIRE(strict.weekly.has_value());
  const auto& days = strict.weekly->days;
  CHECK(days[0].empty());
  CHECK(days[1] == std::vector<DailyRange>{{600, 1080}});  // Kentucky from 10, Rhode Island to 18
  CHECK(days[6] == std::vector<DailyRange>{{600, 1020}});
  CHECK(strict.holiday_calls == HolidayCalls::forbidden);

  const CombinedRules french = combine(rules_for("FR", {}, Purpose::marketing));
  CHECK(french.weekly->days[1] == std::vector<DailyRange>{{600, 780}, {840, 1200}});
  const CombinedRules british = combine(rules_for("GB", {}, Purpose::marketing));
  CHECK_FALSE(british.weekly.has_value());
  CHECK(british.holiday_calls == HolidayCalls::unknown);
  CHECK_FALSE(combine({}).weekly.has_value());
}

TEST_CASE("a Florida number of two zones may be rung when both its clocks allow it") {
  const ZoneTable table;
  const std::vector<std::string_view> florida{"FL"};
  const CombinedRules rules = combine(rules_for("US", florida, Purpose::marketing));
  const QuietHours quiet{*rules.weekly};
  const std::vector<const Zone*> zones{table.find("America/Chicago"),
                                       table.find("America/New_York")};
  const Instant at = *parse_rfc3339("2025-06-10T00:30:00Z");
  CHECK_FALSE(quiet.allowed(at, zones));
  CHECK(quiet.blocked_zones(at, zones) == std::vector<std::size_t>{1});
  CHECK(format_rfc3339(*quiet.next_allowed(at, zones, std::chrono::hours{24})) ==
        "2025-06-10T13:00:00.000Z");
  CHECK_FALSE(quiet.allowed(at, {}));
  CHECK_FALSE(quiet.next_allowed(at, {}, std::chrono::hours{24 * 400}).has_value());
}

TEST_CASE("every mistake of a policy is told by its field, all at once") {
  QuietConfig config;
  config.weekly[1] = {{"09:00", "12:00"}, {"22:00", "06:00"}};
  config.holidays = {"2028-02-29"};
  CHECK(QuietHours::check(config).has_value());
  config.weekly[0] = {{"09:00", "24:00"}, {"24:00", "9:00"}};
  config.weekly[6] = {{"10:00", "10:00"}};
  config.holidays.push_back("2026-02-29");
  const auto invalid = [](std::string field) { return ConfigIssue{"invalid_config", field}; };
  CHECK(QuietHours::check(config).error() ==
        std::vector<ConfigIssue>{invalid("weekly.0[1][0]"), invalid("weekly.0[1][1]"),
                                 invalid("weekly.6[0][1]"), invalid("holidays[1]")});
}

TEST_CASE("zones without a common hour are given up, however far the horizon") {
  const ZoneTable table;
  WeeklyHours weekly;
  weekly.days.fill({{540, 1020}});
  const QuietHours quiet{weekly};
  const std::vector<const Zone*> zones{table.find("Asia/Kolkata"), table.find("America/New_York")};
  const Instant at = *parse_rfc3339("2026-11-21T00:00:00Z");
  CHECK_FALSE(quiet.next_allowed(at, zones, Millis::max()).has_value());
}

struct Policy {
  WeeklyHours weekly;
  std::vector<LocalDay> holidays;
};

Policy random_policy(Rng& rng, LocalDay near) {
  Policy policy;
  for (auto& day : policy.weekly.days) {
    for (std::uint64_t left = rng.below(3); left > 0; --left) {
      const auto start = static_cast<std::int32_t>(rng.below(1440 / 30)) * 30;
      const auto end = static_cast<std::int32_t>(rng.below(1440 / 30) + 1) * 30;
      if (start < end) {
        day.push_back({start, end});
      }
    }
  }
  for (std::uint64_t left = rng.below(3); left > 0; --left) {
    policy.holidays.push_back(near - 1 + static_cast<LocalDay>(rng.below(4)));
  }
  return policy;
}

// The rule, word for word, for ranges that stay within their day.
bool is_allowed(const Policy& policy, const Zone& zone, Instant at) {
  const std::int64_t minute = to_local(zone, at).ms / kMinuteMs;
  const LocalDay day = minute / 1440;
  const auto& ranges = policy.weekly.days[static_cast<std::size_t>((day + 4) % 7)];
  return std::find(policy.holidays.begin(), policy.holidays.end(), day) == policy.holidays.end() &&
         std::any_of(ranges.begin(), ranges.end(), [minute](const DailyRange& range) {
           return range.start_min <= minute % 1440 && minute % 1440 < range.end_min;
         });
}

TEST_CASE("quiet hours over several zones are what each minute's clocks say") {
  const ZoneTable table;
  constexpr std::string_view kNames[] = {
      "Europe/London", "America/New_York",    "America/Phoenix", "Asia/Kathmandu",
      "Pacific/Apia",  "Australia/Lord_Howe", "Asia/Gaza",       "Africa/Casablanca"};
  Rng rng{{31}};
  int found = 0;
  for (int round = 0; round < 150; ++round) {
    std::vector<const Zone*> zones;
    for (std::uint64_t left = rng.below(3) + 1; left > 0; --left) {
      zones.push_back(table.find(kNames[rng.below(std::size(kNames))]));
    }
    Instant at =
        from_ms(1'300'000'000'000 + static_cast<std::int64_t>(rng.below(86'400'000ULL * 365 * 80)));
    const OffsetSpan span = offset_at(*zones[0], at);
    if (round % 2 == 0 && to_ms(span.end) < 4'000'000'000'000) {
      at = span.end - Millis{static_cast<std::int64_t>(rng.below(86'400'000))};
    }
    const Policy policy = random_policy(rng, to_ms(at) / 86'400'000);
    const QuietHours quiet{policy.weekly, policy.holidays};
    const Instant limit = at + std::chrono::hours{48};
    std::optional<Instant> first;
    for (Instant minute = at; minute < limit && !first;
         minute = from_ms((to_ms(minute) / kMinuteMs + 1) * kMinuteMs)) {
      std::vector<std::size_t> blocked;
      for (std::size_t i = 0; i < zones.size(); ++i) {
        if (!is_allowed(policy, *zones[i], minute)) {
          blocked.push_back(i);
        }
      }
      REQUIRE(quiet.blocked_zones(minute, zones) == blocked);
      REQUIRE(quiet.allowed(minute, zones) == blocked.empty());
      if (blocked.empty()) {
        first = minute;
      }
    }
    INFO("round " << round << " at " << format_rfc3339(at));
    REQUIRE(quiet.next_allowed(at, zones, limit - at) == first);
    found += first ? 1 : 0;
  }
  CHECK(found > 50);
}

}  // namespace
}  // namespace callgate
