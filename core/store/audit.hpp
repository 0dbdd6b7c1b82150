// Who did what that somebody may ask about later: a rule left aside, and why. Only added to.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/time.hpp"
#include "core/store/sql.hpp"

namespace callgate {

struct AuditEntry {
  std::int64_t seq = 0;
  Instant at{};
  std::string actor;
  std::string action;  // "calling_hours.law_left_aside"
  std::string detail;  // in words
};

namespace audit {

void add(Sql& sql, const AuditEntry& entry);

// Newest first: those with a smaller sequence than `before`.
[[nodiscard]] std::vector<AuditEntry> page(Sql& sql, std::int64_t before, std::int64_t limit);

}  // namespace audit
}  // namespace callgate
