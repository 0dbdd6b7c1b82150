#include "core/api/quiet_rules.hpp"

#include "core/schedule/callee.hpp"

namespace callgate {
namespace {

std::optional<std::int64_t> number_or_none(std::int32_t number) {
  return number == 0 ? std::nullopt : std::optional<std::int64_t>{number};
}

std::optional<bool> true_or_none(bool holds) {
  return holds ? std::optional{true} : std::nullopt;
}

AllowedWeek view_of(const RuleWeek& week) {
  AllowedWeek out;
  RangePairs* const days[] = {&out.sunday,   &out.monday, &out.tuesday, &out.wednesday,
                              &out.thursday, &out.friday, &out.saturday};
  for (std::size_t day = 0; day < week.size(); ++day) {
    for (const auto& [start, end] : week[day]) {
      days[day]->push_back({format_time_of_day(start), format_time_of_day(end)});
    }
  }
  return out;
}

CapView view_of(const CallCap& cap) {
  CapView out;
  out.max = number_or_none(cap.max);
  out.window_hours = number_or_none(cap.window_hours);
  out.window_days = number_or_none(cap.window_days);
  out.cooldown_hours = number_or_none(cap.cooldown_hours);
  out.cooldown_days = number_or_none(cap.cooldown_days);
  out.ring_seconds_min = number_or_none(cap.ring_seconds_min);
  out.after = text_or_none(cap.after);
  out.per = text_or_none(cap.per);
  out.any_caller_number = true_or_none(cap.any_caller_number);
  out.after_first_contact = true_or_none(cap.after_first_contact);
  return out;
}

QuietRuleView view_of(const QuietRule& rule) {
  QuietRuleView out;
  out.id = rule.id;
  out.country = rule.country;
  out.subdivision = text_or_none(rule.subdivision);
  out.scope = rule.scope;
  for (const auto& [text, purpose, description] : words(Purpose{})) {
    if (rule.speaks_of(purpose)) {
      out.purposes.push_back(purpose);
    }
  }
  if (rule.weekly != nullptr) {
    out.weekly = view_of(*rule.weekly);
  }
  out.holiday_calls = rule.holiday_calls;
  for (const CallCap& cap : rule.caps) {
    out.caps.push_back(view_of(cap));
  }
  out.since = text_or_none(rule.since);
  out.confidence = rule.confidence;
  out.notes = rule.notes;
  for (const auto& [ref, url, kind] : rule.citations) {
    out.citations.push_back({std::string{ref}, std::string{url}, std::string{kind}});
  }
  return out;
}

}  // namespace

Answer get_quiet_rules(Request& request) {
  const auto query = request.query<QuietRulesQuery>();
  QuietRulesView out;
  out.checked = quiet_rules_checked();
  for (const QuietRule& rule : quiet_rules()) {
    if (!query.country || rule.country == jurisdiction_of(*query.country)) {
      out.rules.push_back(view_of(rule));
    }
  }
  return json_response(200, out);
}

}  // namespace callgate
