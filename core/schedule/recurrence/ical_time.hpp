// Dates and times as RFC 5545 writes them (3.3.4, 3.3.5): "20261121" a date, "20261121T093000" a
// time on the local clock, "20261121T093000Z" an instant. Refused: what is on no calendar or clock,
// periods, times with an offset.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/expected.hpp"
#include "core/schedule/recurrence/text_issue.hpp"
#include "core/schedule/zone.hpp"

namespace callgate {

struct IcalTime {
  enum class Kind : std::uint8_t { date, local, utc };
  Kind kind = Kind::date;
  std::int64_t ms = 0;  // since 1970: local for a date (its midnight) and a local time, else UTC
  friend bool operator==(const IcalTime&, const IcalTime&) = default;
};

[[nodiscard]] std::optional<IcalTime> parse_ical_time(std::string_view text);
[[nodiscard]] std::string format_ical_time(const IcalTime& time);

// Whether the time has an RFC 3339 text in every zone: 1970-01-02 to 9999-12-30. A date beyond may
// bound a rule, but it is no occurrence.
[[nodiscard]] bool can_occur(const IcalTime& time);

inline constexpr std::size_t kIcalTimesMax = 1000;

// The value of an EXDATE or RDATE: times, separated by commas, at most kIcalTimesMax, each
// one that can occur.
[[nodiscard]] Expected<std::vector<IcalTime>, std::vector<TextIssue>> parse_ical_times(
    std::string_view text);

}  // namespace callgate
