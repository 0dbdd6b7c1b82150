// Calling hours and call caps by place, as compiled from quiet-hours.json (which says how its rows
// were found, and how sure each is). A rule belongs to a country or to a part of it, and to the
// purposes its law speaks of. It is not legal advice. The law of the place called counts, and every
// rule that may apply does: a number that may be in two states has the hours both allow. Where
// nothing is known of a purpose, the country's rule for marketing stands in, the cautious guess.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/schedule/calendar.hpp"

namespace callgate {

enum class Purpose : std::uint8_t { marketing, transactional, debt, research };

enum class HolidayCalls : std::uint8_t { allowed, unknown, forbidden };  // the stricter is greater

enum class Confidence : std::uint8_t { low, medium, high };

// One cap. What does not apply is 0 or empty.
struct CallCap {
  std::int32_t max = 0;  // calls in the rolling window
  std::int32_t window_hours = 0;
  std::int32_t window_days = 0;
  std::int32_t cooldown_hours = 0;  // no call for this long after `after`
  std::int32_t cooldown_days = 0;
  std::int32_t ring_seconds_min = 0;
  std::string_view after = {};
  std::string_view per = {};         // what is counted: "person and subject", "number"
  bool any_caller_number = false;    // counted over all numbers of the caller
  bool after_first_contact = false;  // holds from the first contact on
};

struct Citation {
  std::string_view ref;
  std::string_view url;
  std::string_view kind;  // statute, regulator, summary
};

using RuleWeek =
    std::array<std::span<const DailyRange>, 7>;  // 0 is Sunday; no range passes midnight

struct QuietRule {
  std::string_view id;               // "us-fl"
  std::string_view country;          // ISO 3166-1, two letters
  std::string_view subdivision;      // "FL"; empty: the whole country
  std::string_view scope;            // what the law speaks of, in words
  std::uint32_t purposes = 0;        // bit n: Purpose n
  const RuleWeek* weekly = nullptr;  // nullptr: no hours were found in law
  HolidayCalls holiday_calls = HolidayCalls::unknown;
  std::span<const CallCap> caps;
  std::string_view since;  // "YYYY-MM-DD", or empty
  Confidence confidence = Confidence::low;
  std::string_view notes;
  std::span<const Citation> citations;

  [[nodiscard]] bool speaks_of(Purpose purpose) const {
    return (purposes >> static_cast<std::uint32_t>(purpose) & 1U) != 0;
  }
};

// All rules, in the order of quiet-hours.json, and the day its sources were last looked at.
[[nodiscard]] std::span<const QuietRule> quiet_rules();
[[nodiscard]] std::string_view quiet_rules_checked();

// nullptr for an unknown id.
[[nodiscard]] const QuietRule* find_quiet_rule(std::string_view id);

struct AppliedRule {
  const QuietRule* rule = nullptr;
  bool stands_in = false;  // it speaks of marketing, and nothing is known of this purpose
};

// Every rule for calls to a country, and to those parts of it where the number may be (none when
// that is not known). Empty for a country without rules.
[[nodiscard]] std::vector<AppliedRule> rules_for(std::string_view country,
                                                 std::span<const std::string_view> subdivisions,
                                                 Purpose purpose);

struct CombinedRules {
  std::optional<WeeklyHours> weekly;  // what all of them allow; nullopt: none of them names hours
  HolidayCalls holiday_calls = HolidayCalls::allowed;  // the strictest
};
[[nodiscard]] CombinedRules combine(std::span<const AppliedRule> rules);

}  // namespace callgate
