// What the code answers to a vector's input, in the vectors' own words, for the families that ask
// the calendar: next_available, validate, quiet_hours. Equal to the row's "expect" when it is
// right.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/schedule/quiet_hours.hpp"
#include "core/schedule/schedule_config.hpp"

namespace callgate {

inline Instant vector_instant(const nlohmann::json& text) {
  return parse_rfc3339(text.get<std::string>()).value();
}

inline std::string vector_text(Instant at) {
  return format_rfc3339(at).substr(0, 19) + "Z";
}

inline ScheduleConfig vector_config(const nlohmann::json& in) {
  ScheduleConfig config;
  const auto& hours = in["businessHours"];
  config.business_hours = {
      hours["daysOfWeek"].get<std::vector<std::int64_t>>(), hours["startTime"].get<std::string>(),
      hours["endTime"].get<std::string>(), hours["timezone"].get<std::string>()};
  for (const auto& period : in.value("blackoutPeriods", nlohmann::json::array())) {
    config.blackout_periods.push_back({vector_instant(period["start"]),
                                       vector_instant(period["end"]), period.value("reason", "")});
  }
  config.holidays = in.value("holidays", std::vector<std::string>{});
  for (const auto& window : in.value("priorityWindows", nlohmann::json::array())) {
    config.priority_windows.push_back({window["startTime"].get<std::string>(),
                                       window["endTime"].get<std::string>(),
                                       window["priority"].get<std::int64_t>()});
  }
  config.default_priority = in["defaultPriority"].get<std::int64_t>();
  config.priority_hours = in.value("priorityHours", std::vector<std::int64_t>{});
  return config;
}

inline nlohmann::json vector_error(const ConfigIssue& issue) {
  if (issue.code == "unknown_timezone") {
    return {{"error", issue.code}};
  }
  return {{"error", issue.code}, {"field", issue.field}};
}

inline Wish vector_wish(const nlohmann::json& input) {
  Wish wish;
  wish.horizon_days = input["horizonDays"].get<std::int64_t>();
  if (input.contains("maxPriority")) {
    wish.max_priority = input["maxPriority"].get<std::int64_t>();
  }
  const std::string level = input.value("level", "normal");
  wish.level = level == "urgent" ? Level::urgent
               : level == "high" ? Level::high
               : level == "low"  ? Level::low
                                 : Level::normal;
  return wish;
}

inline nlohmann::json next_available_answer(const nlohmann::json& input, const ZoneTable& zones) {
  const auto schedule = Schedule::check(vector_config(input["config"]), zones);
  if (!schedule) {
    return vector_error(schedule.error().front());
  }
  const auto got = schedule->next_available(vector_instant(input["after"]), vector_wish(input));
  if (!got) {
    return vector_error(got.error());
  }
  if (!*got) {
    return {{"error", "no_slot_within_horizon"}, {"horizonDays", input["horizonDays"]}};
  }
  nlohmann::json out{{"time", vector_text((*got)->time)}, {"priority", (*got)->priority}};
  if ((*got)->preferred) {
    out["preferred"] = *(*got)->preferred;
  }
  return out;
}

inline nlohmann::json validate_answer(const nlohmann::json& input, const ZoneTable& zones) {
  const auto schedule = Schedule::check(vector_config(input["config"]), zones);
  if (!schedule) {
    return vector_error(schedule.error().front());
  }
  std::optional<Instant> now;
  if (input.contains("now")) {
    now = vector_instant(input["now"]);
  }
  const Verdict verdict = schedule->validate(vector_instant(input["at"]), now);
  nlohmann::json reasons = nlohmann::json::array();
  for (const Objection objection : verdict.objections) {
    reasons.push_back(word_of(objection));
  }
  return {{"valid", verdict.valid()},
          {"reasons", reasons},
          {"priority", verdict.priority},
          {"blackouts", verdict.blackouts}};
}

inline nlohmann::json quiet_hours_answer(const nlohmann::json& input, const ZoneTable& table) {
  QuietConfig config;
  for (const auto& [day, ranges] : input["policy"]["weekly"].items()) {
    for (const auto& range : ranges) {
      config.weekly.at(static_cast<std::size_t>(std::stoi(day)))
          .push_back({range[0].get<std::string>(), range[1].get<std::string>()});
    }
  }
  config.holidays = input["policy"].value("holidays", std::vector<std::string>{});
  const auto quiet = QuietHours::check(config);
  if (!quiet) {
    return vector_error(quiet.error().front());
  }
  std::vector<const Zone*> zones;
  for (const auto& name : input["zones"]) {
    zones.push_back(table.find(name.get<std::string>()));
    if (zones.back() == nullptr) {
      return {{"error", "unknown_timezone"}};
    }
  }
  const Instant at = vector_instant(input["at"]);
  nlohmann::json blocked = nlohmann::json::array();
  for (const std::size_t index : quiet->blocked_zones(at, zones)) {
    blocked.push_back(input["zones"][index]);
  }
  const auto next = quiet->next_allowed(
      at, zones, std::chrono::hours{24 * input["horizonDays"].get<std::int64_t>()});
  return {{"allowed", quiet->allowed(at, zones)},
          {"blockedZones", blocked},
          {"nextAllowed", next ? nlohmann::json(vector_text(*next)) : nlohmann::json()}};
}

}  // namespace callgate
