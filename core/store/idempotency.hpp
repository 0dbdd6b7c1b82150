// Idempotency keys (the header Idempotency-Key): the same key with the same request within a day is
// the same job; with another request it is refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/time.hpp"
#include "core/store/sql.hpp"

namespace callgate::idempotency {

inline constexpr std::chrono::hours kKept{24};

struct Known {
  Blob request;  // digest of what was asked
  std::int64_t job = 0;
};

[[nodiscard]] std::optional<Known> find(Sql& sql, std::string_view key, Instant now);
// Remembers the key, and forgets some that are older than a day.
void remember(Sql& sql, std::string_view key, Bytes request, std::int64_t job, Instant now);

}  // namespace callgate::idempotency
