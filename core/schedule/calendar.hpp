// Weekly hours and holidays as people write them, made into sets of core/schedule/interval.hpp. An
// instant is inside a window when the local clock then reads at least its start and less than its
// end, so a window inside a skipped hour never opens that day and one inside a repeated hour opens
// twice. A window past midnight belongs to the day on which it starts: that day's weekday counts,
// and a holiday closes its local date and all of a window that starts on it, but what another
// window opens on the day after stays open.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/expected.hpp"
#include "core/base/time.hpp"
#include "core/schedule/interval.hpp"
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

// A date on a local calendar: days since 1970-01-01.
using LocalDay = std::int64_t;

// Weekly hours less holidays, ready to be read on any clock. A range outside DailyRange's bounds is
// a broken CHECK: decoders refuse it first.
class LocalHours {
 public:
  LocalHours() = default;  // never open
  explicit LocalHours(const WeeklyHours& hours, std::span<const LocalDay> holidays = {});

  // These look into this object, which has to outlive them.
  [[nodiscard]] Repeating week() const { return {Repeating::kWeekMs, week_}; }
  [[nodiscard]] auto on_wall_clock() const { return week() - Listed<Axis::wall_clock>{closed_}; }
  [[nodiscard]] auto on(const Zone& zone) const { return on_clock(zone, on_wall_clock()); }
  [[nodiscard]] auto on_every(std::span<const Zone* const> zones) const {
    return on_every_clock(zones, on_wall_clock());
  }

 private:
  std::vector<Range> week_;
  std::vector<Range> closed_;  // by holidays
};

// The ranges of one day, the same every day: for a Repeating of a day.
[[nodiscard]] std::vector<Range> daily_ranges(std::span<const DailyRange> ranges);

struct OpenSpan {
  Instant open{};
  Instant close{};
  friend bool operator==(const OpenSpan&, const OpenSpan&) = default;
};

// A span that never closes, or not for longer than this, is cut there.
inline constexpr Millis kLongestSpan = std::chrono::hours{24 * 400};

// The first open span of `set` that ends after `at`, cut to begin no earlier than `at`: span.open
// == at means open now. nullopt when nothing opens before at + horizon. Adjoining ranges are one
// span.
template <TimeSet S>
  requires(S::kAxis == Axis::utc)
[[nodiscard]] std::optional<OpenSpan> next_open(const S& set, Instant at,
                                                Millis horizon = kLongestSpan) {
  const auto open = first_open_at_or_after(set, at, horizon);
  if (!open) {
    return std::nullopt;
  }
  const Instant longest = horizon_end(*open, kLongestSpan);
  return OpenSpan{*open, from_ms(first_open_ms(~set, to_ms(*open), to_ms(longest)))};
}

// The same of weekly hours without holidays.
[[nodiscard]] std::optional<OpenSpan> next_open(const WeeklyHours& hours, const Zone& zone,
                                                Instant at, Millis horizon = kLongestSpan);

// "HH:mm", two digits each, 00:00 to 23:59; "24:00" only where `is_end`.
[[nodiscard]] std::optional<std::int32_t> parse_time_of_day(std::string_view text, bool is_end);
[[nodiscard]] std::string format_time_of_day(std::int32_t minutes);

}  // namespace callgate
