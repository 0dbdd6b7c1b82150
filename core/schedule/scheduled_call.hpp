// What document D says of a scheduled call beside its job: whose it is by clock and business hours,
// and the chain it belongs to. Occurrence n is counted from the anchor, what was asked for first,
// and never from the call before, which may have been moved: then it alone is moved into business
// hours. A chain goes on with the first occurrence that still lies ahead, whatever its number is by
// then, and ends with the series or when somebody cancels one of its calls.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/schedule/recurrence/series.hpp"
#include "core/schedule/schedule_config.hpp"

namespace callgate {

struct ScheduledCall {
  struct Recurring {
    Instant anchor{};
    SeriesRule rule;
  };

  // A dial has come as far as the provider: what document D calls completed.
  bool dispatched = false;
  Instant asked{};       // when it was to be, before it was moved into the hours
  std::string timezone;  // of wall-clock times and of the chain
  bool respects_hours = false;
  std::optional<ScheduleConfig::Hours> hours;  // where it respects or names any
  bool end_included = false;                   // the very end of the hours is still inside
  bool hours_given = false;                    // they came with the call, not from the defaults
  std::optional<Recurring> recurring;
  std::int64_t occurrence = 1;  // its number in the chain
  std::int64_t parent = 0;      // the job of the one before; 0: it is the first
  Instant parent_created_at{};
  std::int64_t next = 0;  // the job of the one after; 0: not made (yet)
};

// The first instant from `at` on that lies in its hours; nullopt: they cannot be read with this
// zone table.
[[nodiscard]] std::optional<Instant> moved_into_hours(const ScheduledCall& call, Instant at,
                                                      const ZoneTable& zones);

struct ChainLink {
  std::int64_t occurrence = 1;
  Instant asked{};
  Instant at{};  // moved into the hours
};

// The call after this one: the first occurrence behind it that is also after `now`. nullopt: none.
[[nodiscard]] std::optional<ChainLink> next_in_chain(const ScheduledCall& call, Instant now,
                                                     const ZoneTable& zones);

}  // namespace callgate
