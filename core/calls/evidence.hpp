// What a dial was decided by, kept with the attempt for as long as the call: where it rang and what
// the clock there said, which rules were compiled in, and whose caps counted it. Short, for it
// stands in every call's row: "20261101;-300;us-fl,workspace;US-FL America/New_York" are the day of
// the rules (0: they did not hold), minutes from UTC (nothing: more than one clock may hang there),
// the caps, and the class of the callee as text (core/schedule/callee.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callgate {

struct Evidence {
  std::int64_t rules_day = 0;  // 20261101
  std::optional<std::int64_t> utc_offset_min;
  std::vector<std::string> caps;  // ids of rules, and "workspace"
  std::string callee;

  friend bool operator==(const Evidence&, const Evidence&) = default;
};

[[nodiscard]] std::string to_text(const Evidence& evidence);
// nullopt for what is no such text.
[[nodiscard]] std::optional<Evidence> parse_evidence(std::string_view text);

// "2026-11-01" as 20261101.
[[nodiscard]] std::int64_t day_number(std::string_view date);

}  // namespace callgate
