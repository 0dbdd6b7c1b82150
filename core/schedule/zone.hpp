// Time zones from one archive of the IANA database (2000 on), the core's own or a newer one, its
// POSIX rules evaluated for the years beyond the table, so every home has the same tzdb and 2038
// is right. Before 2000 a zone keeps the offset it had then. Links (Asia/Calcutta, US/Eastern) are
// names like any other; exact spelling; anything else is unknown. Missing local times take the
// offset before the jump, repeated ones the first reading ("compatible", as in Temporal).
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "core/base/time.hpp"
#include "core/schedule/tzdata/archive.hpp"

namespace callgate {

// Milliseconds of the wall clock since 1970-01-01T00:00 local: a local date-time, in no zone.
struct LocalTime {
  std::int64_t ms = 0;
  friend bool operator==(const LocalTime&, const LocalTime&) = default;
};

enum class LocalKind : std::uint8_t { unique, gap, fold };

struct Resolved {
  LocalKind kind = LocalKind::unique;
  Instant at{};       // the compatible answer
  Instant earlier{};  // fold: the two readings; gap: with the offset after and before the jump
  Instant later{};
};

struct OffsetSpan {
  std::int64_t offset_s = 0;  // added to UTC gives local
  Instant begin{};  // [begin, end): while this offset holds; 2^53 ms from 1970 where it always does
  Instant end{};
};

class Zone;  // one zone's transitions; immutable

class ZoneTable {
 public:
  // Costs next to nothing: the archive is read when first asked, and each zone unpacked when first
  // asked for; both are then kept by the table, so a table belongs to one thread.
  explicit ZoneTable(ZoneArchive archive = {});
  ~ZoneTable();
  ZoneTable(const ZoneTable&) = delete;
  ZoneTable& operator=(const ZoneTable&) = delete;

  // nullptr for an unknown name. Valid as long as the table.
  [[nodiscard]] const Zone* find(std::string_view iana_name) const;
  [[nodiscard]] std::string_view release() const;  // "2026f"

 private:
  struct State;
  std::unique_ptr<State> state_;
};

[[nodiscard]] OffsetSpan offset_at(const Zone& zone, Instant at);
[[nodiscard]] LocalTime to_local(const Zone& zone, Instant at);
[[nodiscard]] Resolved to_instant(const Zone& zone, LocalTime local);

}  // namespace callgate
