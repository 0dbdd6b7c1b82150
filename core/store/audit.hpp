// Who did what that somebody may ask about later. Only added to, and each entry is hashed with the
// one before it, so that an entry which was changed, moved or taken out shows, and so does a log
// that was written anew to anybody who noted one of its hashes.
//
//   hash = SHA-256(the hash before, 32 zero bytes at first, then at, actor, action, subject,
//   detail,
//          each as "<bytes in decimal>:<bytes>,"), `at` as RFC 3339 with milliseconds, in UTC
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/time.hpp"
#include "core/crypto.hpp"
#include "core/store/sql.hpp"

namespace callgate {

struct AuditEntry {
  std::int64_t seq = 0;
  Instant at{};
  std::string actor;
  std::string action;   // "job.paused"
  std::string subject;  // what it was done to, by its id; empty: the workspace
  std::string detail;   // in words, or the settings as JSON
  Blob hash;            // empty: from before there were hashes
};

namespace audit {

// `entry` without its hash.
void add(Sql& sql, Crypto& crypto, const AuditEntry& entry);

// Newest first: those with a smaller sequence than `before`.
[[nodiscard]] std::vector<AuditEntry> page(Sql& sql, std::int64_t before, std::int64_t limit);

}  // namespace audit
}  // namespace callgate
