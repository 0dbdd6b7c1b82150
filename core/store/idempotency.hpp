// Idempotency keys (the header Idempotency-Key): the same key with the same request within a day
// came to the same; with another request it is refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/time.hpp"
#include "core/store/sql.hpp"

namespace callgate::idempotency {

inline constexpr std::chrono::hours kKept{24};

struct Known {
  Blob request;          // digest of what was asked
  std::int64_t job = 0;  // that was made, where the answer is told by it
  Blob answer = {};      // else what was answered; empty: it is not told again
};

[[nodiscard]] std::optional<Known> find(Sql& sql, std::string_view key, Instant now);
// Remembers the key, and forgets some that are older than a day.
void remember(Sql& sql, std::string_view key, const Known& done, Instant now);

}  // namespace callgate::idempotency
