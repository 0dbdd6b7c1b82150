#include "core/schedule/schedule_config.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <iterator>
#include <limits>
#include <string>
#include <tuple>

#include "core/base/rng.hpp"
#include "tests/vectors/calendar_answers.hpp"
#include "tests/vectors/vectors.hpp"

namespace callgate {
namespace {

using Answer = nlohmann::json (*)(const nlohmann::json&, const ZoneTable&);

int rows_that_hold(std::string_view file, std::string_view family, Answer answer) {
  const ZoneTable zones;
  int rows = 0;
  for (const auto& row : read_vectors(file)) {
    if (row["family"] != family) {
      continue;
    }
    ++rows;
    INFO(row.dump());
    CHECK(answer(row["input"], zones) == row["expect"]);
  }
  return rows;
}

TEST_CASE("the next_available vectors hold") {
  CHECK(rows_that_hold("next_available", "next_available", next_available_answer) == 500);
}

TEST_CASE("the validate vectors hold") {
  CHECK(rows_that_hold("validate", "validate", validate_answer) == 500);
}

TEST_CASE("the quiet_hours vectors hold") {
  CHECK(rows_that_hold("quiet_hours", "quiet_hours", quiet_hours_answer) == 300);
}

TEST_CASE("the product's own examples of the calendar hold") {
  CHECK(rows_that_hold("examples", "next_available", next_available_answer) == 14);
  CHECK(rows_that_hold("examples", "validate", validate_answer) == 2);
  CHECK(rows_that_hold("examples", "quiet_hours", quiet_hours_answer) == 1);
}

// The rules of the configuration word for word, read at one instant.
class Literal {
 public:
  Literal(const ScheduleConfig& config, const Zone& zone) : config_(config), zone_(zone) {}

  [[nodiscard]] bool allowed(Instant at) const {
    const std::string date = date_of(at, 0);
    const std::string time = time_of(at);
    const auto& hours = config_.business_hours;
    for (const auto& blackout : config_.blackout_periods) {
      if (blackout.start <= at && at < blackout.end) {
        return false;
      }
    }
    if (is_holiday(date)) {
      return false;
    }
    if (hours.start_time < hours.end_time) {
      return on_weekday(at, 0) && hours.start_time <= time && time < hours.end_time;
    }
    const bool since_today = on_weekday(at, 0) && hours.start_time <= time;
    const bool since_yesterday =
        on_weekday(at, -1) && time < hours.end_time && !is_holiday(date_of(at, -1));
    return since_today || since_yesterday;
  }

  [[nodiscard]] std::int64_t priority(Instant at) const {
    const std::string time = time_of(at);
    std::int64_t best = 99;
    for (const auto& window : config_.priority_windows) {
      const bool after_start = window.start_time <= time;
      const bool before_end = time < window.end_time;
      const bool inside = window.start_time < window.end_time ? after_start && before_end
                                                              : after_start || before_end;
      best = inside ? std::min(best, window.priority) : best;
    }
    return best == 99 ? config_.default_priority : best;
  }

  [[nodiscard]] bool in_priority_hour(Instant at) const {
    const std::int64_t hour = std::stoi(time_of(at).substr(0, 2));
    const auto& hours = config_.priority_hours;
    return std::find(hours.begin(), hours.end(), hour) != hours.end();
  }

 private:
  [[nodiscard]] std::string date_of(Instant at, std::int64_t days) const {
    return format_rfc3339(from_ms(to_local(zone_, at).ms + days * 86'400'000)).substr(0, 10);
  }
  [[nodiscard]] std::string time_of(Instant at) const {
    return format_rfc3339(from_ms(to_local(zone_, at).ms)).substr(11, 5);
  }
  [[nodiscard]] bool on_weekday(Instant at, std::int64_t days) const {
    const std::int64_t weekday = (to_local(zone_, at).ms / 86'400'000 + days + 4) % 7;
    const auto& wanted = config_.business_hours.days_of_week;
    return std::find(wanted.begin(), wanted.end(), weekday) != wanted.end();
  }
  [[nodiscard]] bool is_holiday(const std::string& date) const {
    const auto& days = config_.holidays;
    return std::find(days.begin(), days.end(), date) != days.end();
  }

  const ScheduleConfig& config_;
  const Zone& zone_;
};

constexpr std::string_view kConfigZones[] = {
    "Europe/London",    "America/New_York",  "Australia/Lord_Howe", "Asia/Kathmandu",
    "Pacific/Apia",     "Africa/Casablanca", "Asia/Gaza",           "America/St_Johns",
    "Antarctica/Troll", "America/Asuncion"};

std::int64_t between(Rng& rng, std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(high - low + 1)));
}

std::pair<std::string, std::string> random_times(Rng& rng) {
  constexpr std::int32_t kSteps[] = {1, 15, 30, 60};
  for (;;) {
    const std::int32_t step = kSteps[rng.below(std::size(kSteps))];
    const auto start = static_cast<std::int32_t>(between(rng, 0, 1440 / step - 1)) * step;
    const auto end = static_cast<std::int32_t>(between(rng, 0, 1440 / step)) * step;
    if (start != end) {
      return {format_time_of_day(start), format_time_of_day(end)};
    }
  }
}

ScheduleConfig random_config(Rng& rng, const std::string& zone, Instant near) {
  ScheduleConfig config;
  for (std::int64_t left = between(rng, 1, 6); left > 0; --left) {
    config.business_hours.days_of_week.push_back(between(rng, 0, 6));
  }
  std::tie(config.business_hours.start_time, config.business_hours.end_time) = random_times(rng);
  config.business_hours.timezone = zone;
  for (std::int64_t left = between(rng, 0, 4); left > 0; --left) {
    const Instant start = near + Millis{1000 * between(rng, -200'000, 200'000)};
    const std::int64_t longest = rng.below(2) == 0 ? 600 : 200'000;
    config.blackout_periods.push_back(
        {start, start + Millis{1000 * between(rng, 1, longest)}, "maintenance"});
  }
  for (std::int64_t left = between(rng, 0, 3); left > 0; --left) {
    const Instant day = near + std::chrono::hours{24 * between(rng, -2, 4)};
    config.holidays.push_back(format_rfc3339(day).substr(0, 10));
  }
  for (std::int64_t left = between(rng, 0, 3); left > 0; --left) {
    const auto [start, end] = random_times(rng);
    config.priority_windows.push_back({start, end, between(rng, 1, 5)});
  }
  config.default_priority = between(rng, 1, 5);
  for (std::int64_t left = between(rng, 0, 4); left > 0; --left) {
    config.priority_hours.push_back(between(rng, 0, 23));
  }
  return config;
}

// Every instant at which anything may change: whole minutes, and the ends of blackouts.
std::vector<Instant> moments(const ScheduleConfig& config, Instant from, Instant limit) {
  std::vector<Instant> out{from};
  for (std::int64_t minute = to_ms(from) / 60'000 + 1; minute * 60'000 < to_ms(limit); ++minute) {
    out.push_back(from_ms(minute * 60'000));
  }
  for (const auto& blackout : config.blackout_periods) {
    if (blackout.end > from && blackout.end < limit) {
      out.push_back(blackout.end);
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

template <class Holds>
std::optional<Instant> first_that(const std::vector<Instant>& moments, const Holds& holds) {
  const auto found = std::find_if(moments.begin(), moments.end(), holds);
  return found == moments.end() ? std::nullopt : std::optional{*found};
}

void require_same(const Expected<std::optional<Available>, ConfigIssue>& got,
                  std::optional<Instant> want, std::optional<bool> preferred,
                  const Literal& literal) {
  REQUIRE(got.has_value());
  REQUIRE(got->has_value() == want.has_value());
  if (want) {
    INFO("got " << format_rfc3339((*got)->time) << ", want " << format_rfc3339(*want));
    REQUIRE((*got)->time == *want);
    REQUIRE((*got)->priority == literal.priority(*want));
    REQUIRE((*got)->preferred == preferred);
  }
}

TEST_CASE("a schedule answers as its rules do, read minute by minute") {
  const ZoneTable table;
  Rng rng{{21}};
  int found = 0;
  for (int round = 0; round < 200; ++round) {
    const std::string name{kConfigZones[static_cast<std::size_t>(round) % std::size(kConfigZones)]};
    const Zone& zone = *table.find(name);
    Instant near = from_ms(between(rng, 1'290'000'000, 4'070'000'000) * 1000);  // 2010 to 2098
    const OffsetSpan span = offset_at(zone, near);
    if (round % 3 != 0 && to_ms(span.end) < 4'080'000'000'000) {
      near = span.end - Millis{1000 * between(rng, 0, 90'000)};
    }
    const ScheduleConfig config = random_config(rng, name, near);
    const auto schedule = Schedule::check(config, table);
    REQUIRE(schedule.has_value());
    const Literal literal{config, zone};
    const std::int64_t days = between(rng, 1, 3);
    const auto all = moments(config, near, near + std::chrono::hours{24 * days});
    INFO(name << " after " << format_rfc3339(near) << ", round " << round);

    std::vector<Instant> open;
    std::copy_if(all.begin(), all.end(), std::back_inserter(open),
                 [&](Instant at) { return literal.allowed(at); });
    const auto allowed = first_that(open, [](Instant) { return true; });
    require_same(schedule->next_available(near, {days, {}, Level::normal}), allowed, {}, literal);
    found += allowed ? 1 : 0;
    const std::int64_t most = between(rng, 1, 5);
    const auto good = first_that(open, [&](Instant at) { return literal.priority(at) <= most; });
    require_same(schedule->next_available(near, {days, most, Level::urgent}), good, {}, literal);
    for (const Level level : {Level::high, Level::low}) {
      const auto best = first_that(
          open, [&](Instant at) { return literal.in_priority_hour(at) == (level == Level::high); });
      const bool asks = !config.priority_hours.empty();
      require_same(schedule->next_available(near, {days, {}, level}), asks && best ? best : allowed,
                   asks ? std::optional{best.has_value()} : std::nullopt, literal);
    }
    for (int i = 0; i < 20; ++i) {
      const Instant at =
          all[static_cast<std::size_t>(rng.below(all.size()))] + Millis{between(rng, -1, 1)};
      INFO("at " << format_rfc3339(at));
      const Verdict verdict = schedule->validate(at, {});
      REQUIRE(verdict.valid() == literal.allowed(at));
      REQUIRE(verdict.valid() == contains(schedule->open(), at));
      REQUIRE(verdict.priority == literal.priority(at));
      const auto next = schedule->next_available(at, {days, {}, Level::normal});
      REQUIRE((*next && (*next)->time == at) == verdict.valid());
      REQUIRE((!*next || schedule->validate((*next)->time, {}).valid()));
    }
  }
  CHECK(found > 80);
}

ScheduleConfig good_config() {
  ScheduleConfig config;
  config.business_hours = {{1, 2, 3, 4, 5}, "09:00", "17:00", "Europe/London"};
  return config;
}

std::vector<ConfigIssue> issues_of(const ScheduleConfig& config) {
  static const ZoneTable zones;
  const auto schedule = Schedule::check(config, zones);
  return schedule ? std::vector<ConfigIssue>{} : schedule.error();
}

TEST_CASE("every mistake of a configuration is told by its field, all at once") {
  CHECK(issues_of(good_config()).empty());
  ScheduleConfig config = good_config();
  config.business_hours = {{1, 7}, "24:00", "9:00", "Mars/Olympus"};
  const Instant noon = *parse_rfc3339("2026-11-21T12:00:00Z");
  config.blackout_periods = {{noon, noon + Millis{1}, ""}, {noon, noon, ""}};
  config.holidays = {"2028-02-29", "2026-02-29", "2026-13-01", "2026-1-01", ""};
  config.priority_windows = {{"09:00", "09:00", 1}, {"xx", "24:00", 6}, {"23:00", "01:00", 0}};
  config.default_priority = 6;
  config.priority_hours = {0, 24};
  const auto invalid = [](std::string field) { return ConfigIssue{"invalid_config", field}; };
  CHECK(issues_of(config) ==
        std::vector<ConfigIssue>{invalid("businessHours.daysOfWeek"),
                                 invalid("businessHours.startTime"),
                                 invalid("businessHours.endTime"),
                                 {"unknown_timezone", "businessHours.timezone"},
                                 invalid("blackoutPeriods[1].end"),
                                 invalid("holidays[1]"),
                                 invalid("holidays[2]"),
                                 invalid("holidays[3]"),
                                 invalid("holidays[4]"),
                                 invalid("priorityWindows[0].endTime"),
                                 invalid("priorityWindows[1].startTime"),
                                 invalid("priorityWindows[1].priority"),
                                 invalid("priorityWindows[2].priority"),
                                 invalid("defaultPriority"),
                                 invalid("priorityHours")});
}

TEST_CASE("a wish outside its bounds is refused, one that no week grants is answered at once") {
  const ZoneTable zones;
  ScheduleConfig config = good_config();
  config.priority_windows = {{"20:00", "22:00", 1}};
  const auto schedule = Schedule::check(config, zones);
  REQUIRE(schedule.has_value());
  const Instant at = *parse_rfc3339("2026-11-21T12:00:00Z");
  CHECK(schedule->next_available(at, {0, {}, Level::normal}).error().field == "horizonDays");
  CHECK(schedule->next_available(at, {1, 0, Level::normal}).error().field == "maxPriority");
  CHECK(schedule->next_available(at, {1, 6, Level::normal}).error().field == "maxPriority");
  constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();
  // Each would take minutes if it looked at every day of the horizon.
  for (std::int64_t day = 0; day < 400; ++day) {
    const Instant after = at + std::chrono::hours{24 * day};
    CHECK_FALSE(schedule->next_available(after, {kForever, 1, Level::normal})->has_value());
  }
  const auto monday = schedule->next_available(at, {kForever, 3, Level::normal});
  REQUIRE(monday->has_value());
  CHECK(format_rfc3339((*monday)->time) == "2026-11-23T09:00:00.000Z");
}

}  // namespace
}  // namespace callgate
