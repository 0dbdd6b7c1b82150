// How long what has ended is kept, packed in the workspace's row, and the one row of its removal:
// how far the present round has come, what the last ones removed, the sums of jobs that are gone,
// and when what stands beside the jobs is due (finished tasks, lists that were imported, what was
// met at numbers).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/base/bytes.hpp"
#include "core/calls/retention.hpp"
#include "core/store/sql.hpp"

namespace callgate {

// The usual rule is packed as nothing.
[[nodiscard]] Blob pack_retention(const Retention& rule);
[[nodiscard]] Retention unpack_retention(Bytes packed);

// Numbers are stored: append only.
enum class RoundPhase : std::uint8_t {
  none = 0,
  count,    // looks for where the newest calls of an end begin
  remove,   // walks through the calls of each job of which some go
  take_up,  // removes what hangs on a job, then the job
  tasks,    // what stands beside the jobs
  lists,
  numbers,
};

struct Round {
  RoundPhase phase = RoundPhase::none;
  Instant began_at{};
  bool stale = false;  // what it counted is not true any more: it removes no more calls
  std::array<std::optional<Cutoff>, kEnds> cutoffs;
  End counting = End::completed;
  NthGreatest search;          // of the times of their ends, then …
  std::optional<Instant> tie;  // … of the calls that ended then
  std::int64_t job = 0;        // the one before is done; with a cursor: this one
  std::int64_t cursor = 0;     // from this call on; rows of the other phases
  bool whole = false;          // all calls of the job go
  std::int64_t calls = 0;      // removed so far
  std::int64_t jobs = 0;
};

// Sums of the jobs that are gone.
struct GoneJobs {
  std::int64_t jobs = 0;
  std::int64_t completed = 0;
  std::int64_t failed = 0;
  std::int64_t canceled = 0;
  std::int64_t attempts = 0;
  std::int64_t cost_micros = 0;
  Instant last_turn{};
};

struct RetentionState {
  std::optional<Instant> beside_due;
  std::optional<Instant> rests_until;  // no round before
  std::optional<Instant> removed_at;   // by the last round that removed anything …
  std::int64_t removed_calls = 0;      // … so many
  std::int64_t removed_jobs = 0;
  std::int64_t all_calls = 0;  // that were ever removed
  GoneJobs gone;
  Round round;
};

class RetentionRow {
 public:
  explicit RetentionRow(Sql& sql) : sql_(sql) {}

  [[nodiscard]] const RetentionState& now();
  [[nodiscard]] RetentionState& edit();
  // Something beside the jobs has come that is due then.
  void note_beside(Instant due);
  void flush();
  void drop() {
    loaded_ = false;
    dirty_ = false;
  }

 private:
  Sql& sql_;
  bool loaded_ = false;
  bool dirty_ = false;
  RetentionState state_;
};

}  // namespace callgate
