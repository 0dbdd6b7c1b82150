// Any recurrence as a stream of occurrences: a series, a set of RFC 5545's rules or a cron
// expression. The stream is a value with no state: its next occurrence is a function of an instant.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/schedule/recurrence/cron.hpp"
#include "core/schedule/recurrence/rule_set.hpp"
#include "core/schedule/recurrence/series.hpp"

namespace callgate {

using Recurrence = std::variant<Series, RuleSet, CronSchedule>;

// The first occurrence strictly after `after`. Adds to `looked_at` the work that it took.
[[nodiscard]] std::optional<Occurrence> next_occurrence(const Recurrence& recurrence, Instant after,
                                                        std::int64_t* looked_at = nullptr);

// An occurrence to be shown, and why it is not simply where the rule says; several may hold.
struct PreviewedOccurrence {
  Occurrence occurrence;
  LocalTime local;            // what the clock reads then: not what was asked for, after a jump
  std::int64_t offset_s = 0;  // added to UTC gives local
  bool gap = false;           // the clock skipped the time asked for, and it was moved behind
  bool fold = false;          // the clock reads this time twice
  bool second = false;        // of a fold: this is the second reading
  bool clamped = false;       // the month lacks the day: its last one instead
  bool skipped = false;       // the month lacks the day: moved as SKIP says
};

struct Preview {
  std::vector<PreviewedOccurrence> occurrences;
  bool complete = false;  // the recurrence ends with the last one listed
};

// The first `count` occurrences strictly after `after`, at most kPreviewMax.
inline constexpr std::size_t kPreviewMax = 1000;
[[nodiscard]] Preview preview(const Recurrence& recurrence, Instant after, std::size_t count);

// What moved it, as a sentence in words of the local clock; empty when nothing did.
[[nodiscard]] std::string explain(const PreviewedOccurrence& shown);

// "2026-11-21T09:30:00"; decimals where there are any. The year is 0 to 9999 (CHECK).
[[nodiscard]] std::string format_local(LocalTime local);

}  // namespace callgate
