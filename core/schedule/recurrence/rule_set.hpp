// A recurrence set of RFC 5545: a start, a rule, dates more (RDATE) and dates less (EXDATE), in a
// zone. The start counts only where the rule names it (the RFC leaves that undefined; dateutil and
// rrule.js agree). UNTIL as a date or a local time bounds what the clock was asked for, as an
// instant what came of it; all are included. COUNT counts before EXDATE. A search begins in the
// period of the instant asked about, so years between cost nothing, and ends after one cycle of the
// calendar without a day: a rule that never fires says so.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/schedule/recurrence/occurrence.hpp"
#include "core/schedule/recurrence/rrule.hpp"
#include "core/schedule/recurrence/rrule_days.hpp"

namespace callgate {

// Dates without a time: an RDATE has the start's, an EXDATE takes out the whole local day. Local
// ones are read in the set's zone.
struct RuleDates {
  std::vector<IcalTime> more;
  std::vector<IcalTime> less;
};

// A value: copies are independent, and the zone must outlive them.
class RuleSet {
 public:
  // Here a rule with COUNT is walked once, up to its last occurrence, and one that never fires is
  // found out.
  RuleSet(const Zone& zone, Instant start, const RRule& rule, const RuleDates& dates = {});

  // The first occurrence strictly after `after`. Adds to `looked_at` how many periods were.
  [[nodiscard]] std::optional<Occurrence> next(Instant after,
                                               std::int64_t* looked_at = nullptr) const;

  [[nodiscard]] Instant start() const { return start_; }
  [[nodiscard]] const Zone& zone() const { return *zone_; }

 private:
  struct Period;
  struct Search;

  void read_times(const RRule& rule);
  void read_until(const RRule& rule);
  void read_dates(const RuleDates& dates);
  [[nodiscard]] std::optional<Occurrence> next_of_rule(Instant after, Period& period,
                                                       std::int64_t& looked_at) const;
  [[nodiscard]] std::int64_t periods_without_month(std::int64_t first_day) const;
  [[nodiscard]] std::optional<Occurrence> next_of_dates(Instant after) const;
  [[nodiscard]] bool is_taken_out(const Occurrence& occurrence) const;
  void read_period(std::int64_t first_day, Period& period) const;
  void search_period(const Period& period, Search& search) const;
  void consider(LocalTime asked, std::int64_t day, Search& search) const;
  [[nodiscard]] Occurrence made(LocalTime asked, const Resolved& resolved, bool skipped) const;
  [[nodiscard]] Occurrence on_date(LocalTime asked) const;

  const Zone* zone_ = nullptr;
  Instant start_{};
  LocalTime start_local_{};
  RRule rule_;  // with_days_of_start
  RRulePeriods periods_;
  std::vector<std::int64_t> times_ms_;   // of a day, ascending, at least one
  std::vector<std::int64_t> positions_;  // BYSETPOS
  std::int64_t last_asked_ms_ = 0;       // the last local time that may be asked for
  Instant last_{};                       // the last instant, from UNTIL and COUNT
  std::vector<Occurrence> more_;         // ascending
  std::vector<Instant> less_;            // ascending
  std::vector<std::int64_t> less_days_;  // ascending
};

}  // namespace callgate
