// A calendar is a set of half-open intervals [open, close) of instants: here weekly hours read on
// the local clock of a zone. An instant is inside a window when the local clock then reads at least
// its start and less than its end, so a window inside a skipped hour never opens that day and one
// inside a repeated hour opens twice. A window past midnight belongs to the day on which it starts.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/expected.hpp"
#include "core/base/time.hpp"
#include "core/schedule/zone.hpp"

namespace callgate {

// Minutes of the local day; 0 <= start < 1440, 0 <= end <= 1440, start != end. An end before the
// start lies on the next day: 18:00 to 00:00 is the same as 18:00 to 24:00.
struct DailyRange {
  std::int32_t start_min = 0;
  std::int32_t end_min = 0;
  friend bool operator==(const DailyRange&, const DailyRange&) = default;
};

struct WeeklyHours {
  std::array<std::vector<DailyRange>, 7>
      days;  // 0 is Sunday; ranges of a day in any order, may overlap
};

struct OpenSpan {
  Instant open{};
  Instant close{};
  friend bool operator==(const OpenSpan&, const OpenSpan&) = default;
};

// A span that never closes, or not for longer than this, is cut there.
inline constexpr Millis kLongestSpan = std::chrono::hours{24 * 400};

// The first open span that ends after `at`, cut to begin no earlier than `at`: span.open == at
// means open now. nullopt when nothing opens before at + horizon. Adjoining ranges are one span. A
// range outside DailyRange's bounds is a broken CHECK: decoders refuse it first.
[[nodiscard]] std::optional<OpenSpan> next_open(const WeeklyHours& hours, const Zone& zone,
                                                Instant at,
                                                Millis horizon = std::chrono::hours{24 * 400});

// "HH:mm", two digits each, 00:00 to 23:59; "24:00" only where `is_end`.
[[nodiscard]] std::optional<std::int32_t> parse_time_of_day(std::string_view text, bool is_end);
[[nodiscard]] std::string format_time_of_day(std::int32_t minutes);

}  // namespace callgate
