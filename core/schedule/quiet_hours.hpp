// Quiet hours: when a person may be rung where they are. A policy has weekly ranges and holidays of
// the place called, not of the caller. A number may belong to several zones (an area code that
// spans two, a contact who may be in either): then every one of their clocks has to allow the call.
// Without any zone nobody can say that it is allowed, so it never is.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/expected.hpp"
#include "core/base/time.hpp"
#include "core/schedule/calendar.hpp"
#include "core/schedule/config_check.hpp"
#include "core/schedule/zone.hpp"

namespace callgate {

// As it is configured; in text, as people wrote it.
struct QuietConfig {
  struct Range {
    std::string start;  // "HH:mm"
    std::string end;    // not included; "24:00" ends a day; before start: past midnight
  };
  std::array<std::vector<Range>, 7> weekly;  // when calls are allowed; 0 is Sunday
  std::vector<std::string> holidays;         // "YYYY-MM-DD"
};

class QuietHours {
 public:
  static constexpr Millis kFarthest = std::chrono::hours{24 * 3653};

  // The ranges in which calls are allowed; calendar.hpp says how they and holidays are read.
  explicit QuietHours(const WeeklyHours& allowed, std::span<const LocalDay> holidays = {})
      : hours_(allowed, holidays) {}

  // All mistakes, by fields such as weekly.1[0][1] (the end of Monday's first range), holidays[0].
  [[nodiscard]] static Expected<QuietHours, std::vector<ConfigIssue>> check(
      const QuietConfig& config);

  // The instants at which a number in these zones may be rung. The set looks into this object and
  // into `zones`.
  [[nodiscard]] auto open(std::span<const Zone* const> zones) const {
    return hours_.on_every(zones);
  }

  [[nodiscard]] bool allowed(Instant at, std::span<const Zone* const> zones) const;

  // Which of `zones` forbid a call at `at`: their indexes, ascending.
  [[nodiscard]] std::vector<std::size_t> blocked_zones(Instant at,
                                                       std::span<const Zone* const> zones) const;

  // The first instant in [at, at + horizon) that is allowed. A horizon beyond kFarthest is cut
  // there: zones far apart may have no common hour, and then every day of it is looked at.
  [[nodiscard]] std::optional<Instant> next_allowed(Instant at, std::span<const Zone* const> zones,
                                                    Millis horizon) const;

 private:
  LocalHours hours_;
};

}  // namespace callgate
