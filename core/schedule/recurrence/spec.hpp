// A recurrence as it is kept: what makes one, in values that need no zone table to stand in a row.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/schedule/recurrence/recurrence.hpp"

namespace callgate {

struct RecurrenceSpec {
  enum class Kind : std::uint8_t { series = 1, rules = 2, cron = 3 };  // stored: append only
  Kind kind = Kind::series;
  std::string zone;   // IANA name
  Instant start{};    // of a series and of rules
  SeriesRule series;  // of a series
  std::string text;   // the lines of rules (RFC 5545), or the cron expression
};

// nullopt: the zone is not in this table, or the text is none. What was made once from a
// specification can be made again from it wherever the zone is known.
[[nodiscard]] std::optional<Recurrence> make_recurrence(const RecurrenceSpec& spec,
                                                        const ZoneTable& zones);

}  // namespace callgate
