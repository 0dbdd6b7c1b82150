// The schema, as numbered steps that are only ever appended to: what a database has applied stands
// in its `migrations` table. Tables are STRICT. Rows written are the bill at the edge, so an index
// exists only where a query would otherwise grow with the data, and partial ones keep to the rows
// that wait.
#pragma once

#include <cstddef>
#include <limits>

#include "core/base/rng.hpp"
#include "core/base/time.hpp"
#include "core/store/sql.hpp"

namespace callgate {

inline constexpr std::size_t kAllMigrations = std::numeric_limits<std::size_t>::max();

// Applies what is missing of the first `most`, in the caller's transaction. Throws SqlError.
// Idempotent.
void migrate(Sql& sql, Instant now, Rng& rng, std::size_t most = kAllMigrations);

}  // namespace callgate
