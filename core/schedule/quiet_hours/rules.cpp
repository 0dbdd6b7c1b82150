#include "core/schedule/quiet_hours/rules.hpp"

#include <algorithm>

namespace callgate {
namespace {

// What both allow, day by day.
WeeklyHours in_both(const WeeklyHours& hours, const RuleWeek& rule) {
  WeeklyHours out;
  for (std::size_t day = 0; day < out.days.size(); ++day) {
    const std::vector<Range> left = daily_ranges(hours.days[day]);
    const std::vector<Range> right = daily_ranges(rule[day]);
    const auto both = Listed<Axis::wall_clock>{left} & Listed<Axis::wall_clock>{right};
    for (auto span = next_span(both, 0, kDayMs); span;
         span = next_span(both, span->end_ms, kDayMs)) {
      out.days[day].push_back({static_cast<std::int32_t>(span->begin_ms / kMinuteMs),
                               static_cast<std::int32_t>(span->end_ms / kMinuteMs)});
    }
  }
  return out;
}

WeeklyHours hours_of(const RuleWeek& rule) {
  WeeklyHours out;
  for (std::size_t day = 0; day < out.days.size(); ++day) {
    out.days[day].assign(rule[day].begin(), rule[day].end());
  }
  return out;
}

}  // namespace

const QuietRule* find_quiet_rule(std::string_view id) {
  for (const QuietRule& rule : quiet_rules()) {
    if (rule.id == id) {
      return &rule;
    }
  }
  return nullptr;
}

std::vector<AppliedRule> rules_for(std::string_view country,
                                   std::span<const std::string_view> subdivisions,
                                   Purpose purpose) {
  std::vector<AppliedRule> out;
  const QuietRule* of_marketing = nullptr;
  for (const QuietRule& rule : quiet_rules()) {
    const bool whole_country = rule.subdivision.empty();
    const bool here = whole_country || std::find(subdivisions.begin(), subdivisions.end(),
                                                 rule.subdivision) != subdivisions.end();
    if (rule.country != country || !here) {
      continue;
    }
    if (rule.speaks_of(purpose)) {
      out.push_back({&rule, false});
    } else if (whole_country && rule.speaks_of(Purpose::marketing)) {
      of_marketing = &rule;
    }
  }
  if (out.empty() && of_marketing != nullptr) {
    out.push_back({of_marketing, true});
  }
  return out;
}

CombinedRules combine(std::span<const AppliedRule> rules) {
  CombinedRules out;
  for (const auto& [rule, stands_in] : rules) {
    out.holiday_calls = std::max(out.holiday_calls, rule->holiday_calls);
    if (rule->weekly != nullptr) {
      out.weekly = out.weekly ? in_both(*out.weekly, *rule->weekly) : hours_of(*rule->weekly);
    }
  }
  return out;
}

}  // namespace callgate
