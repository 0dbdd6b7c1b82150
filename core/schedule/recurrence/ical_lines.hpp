// A recurrence as it stands in a calendar file: the lines DTSTART, RRULE, RDATE and EXDATE of RFC
// 5545, in any order, ended by CRLF or LF. One RRULE ("RRULE:" may be left out), at most one
// DTSTART; dates with a TZID must have DTSTART's. Refused, with position and word, all at once:
// other lines, EXRULE, periods, a second zone, folded lines.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/expected.hpp"
#include "core/schedule/recurrence/rule_set.hpp"
#include "core/schedule/recurrence/text_issue.hpp"

namespace callgate {

struct IcalRecurrence {
  std::optional<IcalTime> start;
  std::string zone;  // the TZID, as it is written; empty where there is none
  RRule rule;
  RuleDates dates;
};

inline constexpr std::size_t kIcalLinesMax = 65'536;  // bytes

[[nodiscard]] Expected<IcalRecurrence, std::vector<TextIssue>> parse_ical_lines(
    std::string_view text);

}  // namespace callgate
