// Five-field cron with a zone: values, ranges, steps and lists ("*/15", "9-17/2", "MON-FRI"), or
// @hourly to @yearly. A day must be one of either day field, unless one begins with "*": then of
// both (crontab(5) of Debian). When clocks change, as in Vixie's cron and npm's cron-parser: an
// expression whose minute or hour field begins with "*" follows the clock (nothing for a skipped
// hour, twice for a repeated one); any other names fixed times, which come once each: a missing one
// where it is resolved to ("compatible": 02:30 at 03:30; Vixie's cron has 03:00), a repeated one at
// its first. Refused, with position and word: seconds or years, "?", "L", "W", "#", @reboot.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/expected.hpp"
#include "core/schedule/recurrence/occurrence.hpp"
#include "core/schedule/recurrence/text_issue.hpp"

namespace callgate {

struct Cron {
  std::bitset<60> minutes;
  std::bitset<24> hours;
  std::bitset<32> month_days;
  std::bitset<13> months;
  std::bitset<7> weekdays;       // 0 is Sunday
  bool needs_both_days = false;  // else one of the two day fields is enough
  bool follows_clock = false;
  friend bool operator==(const Cron&, const Cron&) = default;
};

inline constexpr std::size_t kCronTextMax = 1024;

[[nodiscard]] Expected<Cron, std::vector<TextIssue>> parse_cron(std::string_view text);

// A value; the zone must outlive it.
class CronSchedule {
 public:
  CronSchedule(const Zone& zone, const Cron& cron) : zone_(&zone), cron_(cron) {}

  // The first occurrence strictly after `after`; none when no day of a whole cycle of the calendar
  // (400 years) fits. Adds to `looked_at` how many days were.
  [[nodiscard]] std::optional<Occurrence> next(Instant after,
                                               std::int64_t* looked_at = nullptr) const;

  [[nodiscard]] const Zone& zone() const { return *zone_; }

 private:
  [[nodiscard]] std::optional<Occurrence> next_by_clock(Instant after,
                                                        std::int64_t& looked_at) const;
  [[nodiscard]] std::optional<Occurrence> next_fixed(Instant after, std::int64_t& looked_at) const;
  [[nodiscard]] std::optional<std::int64_t> minute_from(std::int64_t minute,
                                                        std::int64_t& looked_at) const;
  [[nodiscard]] std::optional<std::int64_t> minute_of_day_from(std::int64_t minute) const;

  const Zone* zone_ = nullptr;
  Cron cron_;
};

}  // namespace callgate
