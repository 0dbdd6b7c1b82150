#include "core/schedule/callee.hpp"

#include <algorithm>

#include "core/base/ascii.hpp"
#include "core/base/numbering/area_states.hpp"
#include "core/base/numbering/number_facts.hpp"
#include "core/base/sort.hpp"
#include "core/schedule/holidays/holidays.hpp"
#include "core/schedule/quiet_hours.hpp"
#include "core/schedule/recurrence/civil.hpp"

namespace callgate {
namespace {

constexpr std::size_t kZoneNameMax = 64;
constexpr std::size_t kSpelledMax = 60;  // of zones' names; longer lists have a short form
constexpr std::string_view kNoZone = "-";
// A name as IANA gives them: it begins with a letter and goes on with letters, digits, "_+-/".
bool is_zone_name(std::string_view text) {
  const auto may_stand = [](char c) {
    return is_upper(c) || is_digit(c) || (c >= 'a' && c <= 'z') || c == '_' || c == '+' ||
           c == '-' || c == '/';
  };
  return !text.empty() && text.size() <= kZoneNameMax && !is_digit(text[0]) && text[0] != '+' &&
         text[0] != '-' && std::all_of(text.begin(), text.end(), may_stand);
}

bool is_subdivision(std::string_view text) {
  return !text.empty() && text.size() <= 3 &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_upper(c) || is_digit(c); });
}

bool is_country(std::string_view text) {
  return text == "001" || (text.size() == 2 && is_upper(text[0]) && is_upper(text[1]));
}

std::vector<std::string> names_of(std::span<const std::uint16_t> zones) {
  std::vector<std::string> names;
  for (const std::uint16_t zone : zones) {
    names.emplace_back(zone_name(zone));
  }
  return names;
}

bool has_rule(std::string_view country, std::string_view subdivision) {
  const auto rules = quiet_rules();
  return std::any_of(rules.begin(), rules.end(), [&](const QuietRule& rule) {
    return rule.country == country && rule.subdivision == subdivision;
  });
}

// Whether these are all zones of a prefix.
bool are_all_of(const WidePrefix& wide, std::span<const std::string> names) {
  return std::equal(
      names.begin(), names.end(), wide.zones.begin(), wide.zones.end(),
      [](const std::string& name, std::uint16_t zone) { return name == zone_name(zone); });
}

std::string zones_text(std::span<const std::string> names) {
  std::string out;
  for (const std::string& name : names) {
    out.append(out.empty() ? "" : ",").append(name);
  }
  for (std::size_t i = 0; out.size() > kSpelledMax && i < wide_prefix_count(); ++i) {
    const WidePrefix wide = wide_prefix(i);
    if (are_all_of(wide, names)) {
      return "+" + std::to_string(wide.prefix);
    }
  }
  return out.empty() ? std::string{kNoZone} : out;
}

// Items between commas, each once and ascending; nullopt for anything else.
template <class IsItem>
std::optional<std::vector<std::string>> parse_list(std::string_view text, IsItem is_item) {
  std::vector<std::string> items;
  for (bool more = true; more;) {
    const std::size_t comma = text.find(',');
    const std::string_view item = text.substr(0, comma);
    if (!is_item(item) || items.size() == CalleeClass::kZonesMax ||
        (!items.empty() && item.compare(items.back()) <= 0)) {
      return std::nullopt;
    }
    items.emplace_back(item);
    more = comma != std::string_view::npos;
    text.remove_prefix(more ? comma + 1 : text.size());
  }
  return items;
}

std::optional<std::vector<std::string>> parse_zones(std::string_view text) {
  if (text == kNoZone) {
    return std::vector<std::string>{};
  }
  if (text.empty() || text[0] != '+') {
    return parse_list(text, is_zone_name);
  }
  for (std::size_t i = 0; i < wide_prefix_count(); ++i) {
    const WidePrefix wide = wide_prefix(i);
    if (text.substr(1) == std::to_string(wide.prefix)) {
      return names_of(wide.zones);
    }
  }
  return std::nullopt;
}

bool is_in(const RuleWeek& week, LocalTime local) {
  const LocalDay day = day_of_local(local);
  const std::int64_t into_ms = local.ms - day * kDayMs;
  const auto& ranges = week[static_cast<std::size_t>(weekday_of_day(day))];
  return std::any_of(ranges.begin(), ranges.end(), [into_ms](const DailyRange& range) {
    return into_ms >= range.start_min * kLocalMinuteMs && into_ms < range.end_min * kLocalMinuteMs;
  });
}

}  // namespace

CalleeClass callee_class(Phone phone, std::string_view contact_zone) {
  const NumberFacts facts = facts_of(phone);
  CalleeClass out;
  out.country = facts.region;
  if (facts.region == "US") {
    for (const std::string_view state : states_of_area(phone)) {
      if (has_rule(facts.region, state)) {
        out.subdivisions.emplace_back(state);
      }
    }
  }
  if (is_zone_name(contact_zone)) {
    out.zones.emplace_back(contact_zone);
  } else {
    const auto area = wide_area_of(phone);
    out.zones = names_of(area ? area->zones : facts.zones);
  }
  return out;
}

std::string to_text(const CalleeClass& callee) {
  std::string out = callee.country;
  for (const std::string& subdivision : callee.subdivisions) {
    out.append(&subdivision == callee.subdivisions.data() ? "-" : ",").append(subdivision);
  }
  return out + " " + zones_text(callee.zones);
}

std::optional<CalleeClass> parse_callee_class(std::string_view text) {
  const std::size_t blank = text.find(' ');
  if (blank == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view place = text.substr(0, blank);
  const std::size_t dash = place.find('-');
  CalleeClass out;
  out.country = place.substr(0, dash);
  auto zones = parse_zones(text.substr(blank + 1));
  if (!is_country(out.country) || !zones) {
    return std::nullopt;
  }
  out.zones = std::move(*zones);
  if (dash != std::string_view::npos) {
    auto subdivisions = parse_list(place.substr(dash + 1), is_subdivision);
    if (!subdivisions) {
      return std::nullopt;
    }
    out.subdivisions = std::move(*subdivisions);
  }
  return out;
}

std::string_view jurisdiction_of(std::string_view country) {
  struct Reach {
    std::string_view there;
    std::string_view law;
  };
  // Territories of the USA (47 U.S.C. 153 counts them as states), the parts of France overseas
  // where its consumer law holds as it stands, and Australia's Indian Ocean territories.
  constexpr Reach kReaches[] = {{"AS", "US"}, {"GU", "US"}, {"MP", "US"}, {"PR", "US"},
                                {"VI", "US"}, {"GF", "FR"}, {"GP", "FR"}, {"MQ", "FR"},
                                {"RE", "FR"}, {"YT", "FR"}, {"CC", "AU"}, {"CX", "AU"}};
  for (const Reach& reach : kReaches) {
    if (reach.there == country) {
      return reach.law;
    }
  }
  return country;
}

std::vector<AppliedRule> rules_for(const CalleeClass& callee, Purpose purpose) {
  const std::vector<std::string_view> subdivisions{callee.subdivisions.begin(),
                                                   callee.subdivisions.end()};
  return rules_for(jurisdiction_of(callee.country), subdivisions, purpose);
}

std::vector<const QuietRule*> every_rule_for(const CalleeClass& callee) {
  const std::string_view country = jurisdiction_of(callee.country);
  const auto& parts = callee.subdivisions;
  std::vector<const QuietRule*> out;
  for (const QuietRule& rule : quiet_rules()) {
    const bool here = rule.subdivision.empty() ||
                      std::find(parts.begin(), parts.end(), rule.subdivision) != parts.end();
    if (rule.country == country && here) {
      out.push_back(&rule);
    }
  }
  return out;
}

WeeklyHours every_day(DailyRange range) {
  WeeklyHours out;
  out.days.fill(std::vector<DailyRange>{range});
  return out;
}

std::string_view word_of(CalleeObjection::Kind kind) {
  constexpr std::string_view kObjectionWords[] = {"rule_hours",    "default_hours", "policy_hours",
                                                  "holiday",       "closed_day",    "unknown_place",
                                                  "no_common_hour"};
  return kObjectionWords[static_cast<std::size_t>(kind)];
}

CalleeHours::CalleeHours(const CalleeClass& callee, const CalleePolicy& policy,
                         const ZoneTable& zones)
    : names_(callee.zones),
      policy_days_(policy.closed_days),
      close_unknown_holidays_(policy.close_unknown_holidays) {
  for (const std::string& name : names_) {
    zones_.push_back(zones.find(name));
  }
  if (std::find(zones_.begin(), zones_.end(), nullptr) != zones_.end()) {
    zones_.clear();
  }
  if (policy.law) {
    rules_ = rules_for(callee, policy.purpose);
  }
  heap_sort(policy_days_.begin(), policy_days_.end());
  const CombinedRules combined = combine(rules_);
  rules_name_hours_ = combined.weekly.has_value();
  const std::vector<LocalDay> closed = closed_days();
  hours_ = LocalHours{rules_name_hours_ ? *combined.weekly : policy.otherwise, closed};
  // A window past midnight that starts on a closed day is closed in either; without one, the days
  // are kept once.
  within_ =
      policy.within ? LocalHours{*policy.within, closed} : LocalHours{every_day({0, 24 * 60})};
}

std::optional<Instant> CalleeHours::next_allowed(Instant at, Millis horizon) const {
  return first_open_at_or_after(open(), at, std::min(horizon, QuietHours::kFarthest));
}

std::vector<std::string_view> CalleeHours::blocked_zones(Instant at) const {
  std::vector<std::string_view> blocked;
  for (std::size_t i = 0; i < zones_.size(); ++i) {
    if (!contains(on_clock(*zones_[i], on_wall_clock()), at)) {
      blocked.emplace_back(names_[i]);
    }
  }
  return blocked;
}

std::vector<CalleeObjection> CalleeHours::why(Instant at) const {
  using Kind = CalleeObjection::Kind;
  if (zones_.empty()) {
    return {{Kind::unknown_place, {}, nullptr, false, {}}};
  }
  std::vector<CalleeObjection> out;
  for (std::size_t i = 0; i < zones_.size(); ++i) {
    if (!contains(on_clock(*zones_[i], on_wall_clock()), at)) {
      add_objections(out, i, at);
    }
  }
  if (!out.empty() && !next_allowed(at, kCommonHour)) {
    out.push_back({Kind::no_common_hour, {}, nullptr, false, {}});
  }
  return out;
}

bool CalleeHours::closes_holidays(const QuietRule& rule) const {
  return rule.holiday_calls == HolidayCalls::forbidden ||
         (rule.holiday_calls == HolidayCalls::unknown && close_unknown_holidays_);
}

std::vector<LocalDay> CalleeHours::closed_days() const {
  std::vector<LocalDay> days = policy_days_;
  for (const AppliedRule& applied : rules_) {
    if (closes_holidays(*applied.rule)) {
      const auto more = holidays_of(applied.rule->country, applied.rule->subdivision);
      days.insert(days.end(), more.begin(), more.end());
    }
  }
  return days;
}

void CalleeHours::add_closed(std::vector<CalleeObjection>& out, LocalDay day,
                             std::string_view zone) const {
  using Kind = CalleeObjection::Kind;
  for (const auto& [rule, stands_in] : rules_) {
    const std::string_view name =
        closes_holidays(*rule) ? holiday_on(rule->country, rule->subdivision, day) : "";
    if (!name.empty()) {
      out.push_back({Kind::holiday, zone, rule, stands_in, name});
    }
  }
  if (std::binary_search(policy_days_.begin(), policy_days_.end(), day)) {
    out.push_back({Kind::closed_day, zone, nullptr, false, {}});
  }
}

void CalleeHours::add_objections(std::vector<CalleeObjection>& out, std::size_t zone,
                                 Instant at) const {
  using Kind = CalleeObjection::Kind;
  const std::string_view name = names_[zone];
  const LocalTime local = to_local(*zones_[zone], at);
  const std::size_t before = out.size();
  add_closed(out, day_of_local(local), name);
  for (const auto& [rule, stands_in] : rules_) {
    if (rule->weekly != nullptr && !is_in(*rule->weekly, local)) {
      out.push_back({Kind::rule_hours, name, rule, stands_in, {}});
    }
  }
  if (!rules_name_hours_ && !hours_.week().at(local.ms).open) {
    out.push_back({Kind::default_hours, name, nullptr, false, {}});
  }
  if (!within_.week().at(local.ms).open) {
    out.push_back({Kind::policy_hours, name, nullptr, false, {}});
  }
  if (out.size() == before) {
    // Nothing of today: a window that started on a closed day reaches over midnight.
    add_closed(out, day_of_local(local) - 1, name);
  }
}

}  // namespace callgate
