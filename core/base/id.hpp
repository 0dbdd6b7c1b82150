// Public ids: a prefix and 128 bits in Crockford base 32 ("job_06DF3K…", 26 digits after the
// prefix), ordered by creation. The bits are creation time (48, ms), sequence (40) and the
// workspace's tag (40): the row is found by its sequence alone, so no table pays for an index on a
// random id, and an id of another workspace is told apart before storage is read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.hpp"

namespace callgate {

struct Id {
  Instant created_at{};
  std::int64_t seq = 0;  // 1 to 2^40 - 1, one sequence for every table of the workspace
  std::int64_t tag = 0;  // 40 random bits chosen when the workspace is made

  friend bool operator==(const Id&, const Id&) = default;
};

// "<prefix>_<26 digits>"; the prefix is lower case letters: job, call, imp, task.
[[nodiscard]] std::string format_id(std::string_view prefix, const Id& id);

// Reads either case, and Crockford's look-alikes (I, L, O) as 1, 1, 0; nullopt for another prefix
// or form.
[[nodiscard]] std::optional<Id> parse_id(std::string_view prefix, std::string_view text);

}  // namespace callgate
