// Those who are called each day: each at most once a date of their own clock, within the window of
// the time that they chose, and nobody is passed over whose time has come while somebody was there
// to see it. Clocks are worked out by places.cpp. That a call is put in is seen where its row, or
// its next round, is written, since no route tells of it.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/phone.hpp"
#include "tests/sim/auditors.hpp"

namespace callgate::sim {
namespace {

using nlohmann::json;

struct DailyTarget {
  std::int64_t date = 0;
  Instant at{};
};

// The times of three days of that clock, around an instant.
std::array<DailyTarget, 3> targets_around(const DailyWish& wish, Instant at) {
  const std::int64_t today = shown_on(wish.clock, at).day;
  std::array<DailyTarget, 3> targets;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const std::int64_t date = today - 1 + static_cast<std::int64_t>(i);
    targets.at(i) = {date, instant_on(wish.clock, date, wish.minute)};
  }
  return targets;
}

bool is_trigger(const Input& input) {
  const auto* http = std::get_if<HttpRequest>(&input.event);
  return http != nullptr && http->target == "/api/queue/trigger";
}

// The dates for which somebody may have been put in now, as it was said. A trigger takes whose
// window is open; else nobody is taken before their time.
std::set<std::int64_t> dates_due(const Scene& scene, const std::string& number, bool triggered) {
  std::set<std::int64_t> dates;
  const std::int64_t step = scene.world.steps();
  const Instant now = scene.world.host_now();
  const auto said = [step](const auto& one) {
    return one.enabled && one.from <= step && step <= one.to;
  };
  const auto wishes = scene.model.daily.wishes.find(number);
  for (const DailyEra& era : scene.model.daily.eras) {
    if (!said(era) || wishes == scene.model.daily.wishes.end()) {
      continue;
    }
    for (const DailyWish& wish : wishes->second) {
      for (const DailyTarget& target : targets_around(wish, now)) {
        if (said(wish) && target.at - (triggered ? era.window : Millis{0}) <= now &&
            now <= target.at + era.window) {
          dates.insert(target.date);
        }
      }
    }
  }
  return dates;
}

void was_put_in(Scene& scene, const std::string& number, bool triggered) {
  const std::string what = number + " was put in at " + format_rfc3339(scene.world.host_now());
  const std::set<std::int64_t> due = dates_due(scene, number, triggered);
  if (due.empty()) {
    return scene.find("daily", what + ", which is not their time");
  }
  std::set<std::int64_t>& had = scene.daily_dates[number];
  const auto fresh =
      std::find_if(due.begin(), due.end(), [&](std::int64_t date) { return had.count(date) == 0; });
  if (fresh == due.end()) {
    return scene.find("daily", what + ", and has had their call of " + date_text(*due.begin()));
  }
  had.insert(*fresh);
}

// A call of the day before is open, or was when the time came: that day is left out.
bool may_be_left_out(Scene& scene, const std::string& number, Instant from) {
  const Rows rows = scene.world.sql().exec(
      "SELECT 1 FROM calls WHERE digits = ?1 AND coalesce(ended_at_ms, ?2) >= ?2 LIMIT 1",
      {std::stoll(number.substr(1)), to_ms(from - scene.slack)});
  return !rows.empty();
}

// Whose time is to come is woken for; whose time has come was put in, or is as soon as it wakes.
void nobody_is_passed_over(Scene& scene, const std::string& number, const DailyWish& wish,
                           const DailyEra& era, std::optional<Instant> wake_at) {
  const Instant latest = scene.world.latest_host_now();
  const std::set<std::int64_t>& had = scene.daily_dates[number];
  for (const DailyTarget& target : targets_around(wish, latest)) {
    const bool later = had.empty() || target.date > *had.rbegin();
    const bool missed = latest > target.at + era.window;
    const Instant said = std::max(*wish.confirmed_at, *era.confirmed_at);
    const Instant by = std::max(target.at, scene.world.host_now());
    if (!later || missed || target.at <= said || (wake_at && *wake_at <= by)) {
      continue;
    }
    if (!may_be_left_out(scene, number, target.at - era.window)) {
      scene.find("daily", number + " is to be called at " + format_rfc3339(target.at) +
                              ", but the wake is " + (wake_at ? format_rfc3339(*wake_at) : "none"));
      return;
    }
  }
}

}  // namespace

void prepare_daily(Sql& sql) {
  const std::string is_daily_row = "NEW.digits % 10000 >= " + std::to_string(kDailyDigits);
  sql.exec("CREATE TABLE looks_daily (n INTEGER PRIMARY KEY, digits INTEGER)");
  sql.exec("CREATE TRIGGER looks_daily_new AFTER INSERT ON calls WHEN " + is_daily_row +
           " BEGIN INSERT INTO looks_daily (digits) VALUES (NEW.digits); END");
  sql.exec("CREATE TRIGGER looks_daily_round AFTER UPDATE OF round ON calls WHEN " + is_daily_row +
           " AND NEW.round > OLD.round BEGIN INSERT INTO looks_daily (digits) VALUES "
           "(NEW.digits); END");
}

void audit_daily(Scene& scene, const Input& input, const Output& output) {
  const ModelDaily& daily = scene.model.daily;
  if (daily.eras.size() == 1) {
    return;  // they were never on
  }
  const Rows rows = scene.world.sql().exec(
      "SELECT n, digits FROM looks_daily WHERE n > ?1 ORDER BY n", {scene.daily_seen});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    scene.daily_seen = rows.integer(i, 0);
    was_put_in(scene, format_e164({rows.integer(i, 1)}), is_trigger(input));
  }
  const auto* http = std::get_if<HttpRequest>(&input.event);
  const bool settled = http == nullptr || http->method != "GET" || input.more;
  if (!settled || !daily.eras.back().enabled || !daily.eras.back().confirmed_at) {
    return;
  }
  for (const auto& [number, wishes] : daily.wishes) {
    const bool sure = daily.came_back.count(number) == 0 && !wishes.empty() &&
                      wishes.back().enabled && wishes.back().confirmed_at;
    if (sure) {
      nobody_is_passed_over(scene, number, wishes.back(), daily.eras.back(), output.wake_at);
    }
  }
}

// As many as were put in are told of.
void audit_daily_books(Scene& scene) {
  if (scene.model.daily.eras.size() == 1) {
    return;
  }
  const auto reply = scene.world.read("/api/surfaces/daily-calls");
  const json told = reply.status == 200 ? json::parse(reply.body) : json::object();
  if (told.value("called", std::int64_t{-1}) != scene.daily_seen) {
    scene.find("daily",
               std::to_string(scene.daily_seen) + " were put in, and told is " + reply.body);
  }
}

}  // namespace callgate::sim
