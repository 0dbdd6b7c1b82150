// A recurrence rule of RFC 5545 (3.3.10), as a value: FREQ DAILY to YEARLY, INTERVAL, COUNT or
// UNTIL, every BYxxx part, WKST, and SKIP of RFC 7529 with RSCALE=GREGORIAN (which may be left
// out): a day behind the month's end lies before the next month, one before its beginning (-31 in
// April) behind the month before. Refused, with position and word, all at once: a FREQ below a day
// (BYHOUR and BYMINUTE name times of a day), another RSCALE, parts that the RFC does not allow
// together, a second 60, SKIP with day 366, and what has no bound here: a COUNT above 10000, an
// INTERVAL above a million, more than 1440 times a day, 4096 bytes.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/expected.hpp"
#include "core/schedule/recurrence/ical_time.hpp"
#include "core/schedule/recurrence/text_issue.hpp"

namespace callgate {

// Numbers from 1 to kMax, counted from the front or, as negative ones, from the back.
template <std::size_t kMax>
struct SignedSet {
  std::bitset<kMax + 1> front;
  std::bitset<kMax + 1> back;

  void add(std::int64_t number) {
    (number > 0 ? front : back).set(static_cast<std::size_t>(number > 0 ? number : -number));
  }
  [[nodiscard]] bool any() const { return front.any() || back.any(); }
  // Either way of counting; both positions are at least 1.
  [[nodiscard]] bool has(std::int64_t from_front, std::int64_t from_back) const {
    return has(front, from_front) || has(back, from_back);
  }
  friend bool operator==(const SignedSet&, const SignedSet&) = default;

 private:
  static bool has(const std::bitset<kMax + 1>& set, std::int64_t position) {
    return position <= static_cast<std::int64_t>(kMax) && set[static_cast<std::size_t>(position)];
  }
};

enum class RRuleFrequency : std::uint8_t { daily, weekly, monthly, yearly };
enum class RRuleSkip : std::uint8_t { omit, backward, forward };

inline constexpr std::int64_t kRRuleCountMax = 10'000;
inline constexpr std::int64_t kRRuleIntervalMax = 1'000'000;
inline constexpr std::size_t kRRuleTextMax = 4096;

// An empty set is a part that was not given.
struct RRule {
  RRuleFrequency frequency = RRuleFrequency::daily;
  std::int64_t interval = 1;
  std::optional<std::int64_t> count;
  std::optional<IcalTime> until;
  std::bitset<13> months;   // 1 to 12
  std::bitset<7> weekdays;  // 0 is Sunday: every one
  std::array<SignedSet<53>, 7> nth_weekdays;
  SignedSet<31> month_days;
  SignedSet<366> year_days;
  SignedSet<53> weeks;
  SignedSet<366> set_positions;
  std::bitset<24> hours;
  std::bitset<60> minutes;
  std::bitset<60> seconds;
  std::uint8_t week_start = 1;
  RRuleSkip skip = RRuleSkip::omit;

  friend bool operator==(const RRule&, const RRule&) = default;
};

// With or without "RRULE:" before it; letters of either case.
[[nodiscard]] Expected<RRule, std::vector<TextIssue>> parse_rrule(std::string_view text);

// The rule in one spelling: parse_rrule of it is the same rule.
[[nodiscard]] std::string format_rrule(const RRule& rule);

}  // namespace callgate
