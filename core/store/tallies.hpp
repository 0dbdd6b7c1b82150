// What jobs came to, by quarter hours: a row for each job, day of UTC and assistant, with its
// sum and the quarters of that day that have anything. A day a row and not an hour: a job's rows
// are read for every figure, and an hour's row would cost the same write. The counts of the hour
// that runs stand packed in the job's own row, which is written anyway, until they are told here
// (core/engine/tallies.hpp). What jobs came to that retention has removed stays, by how they ended.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/calls/tally.hpp"
#include "core/store/sql.hpp"

namespace callgate {

// Stored in place of the number of a job that is gone.
inline constexpr std::int64_t kGoneCompleted = 0;
inline constexpr std::int64_t kGoneCanceled = -1;

struct QuarterTally {
  std::int64_t quarter = 0;  // of UTC, since 1970
  std::string assistant;     // the provider's id
  Tally tally;
};

// What a job has counted since it last told, all of it in one hour: what is learnt late belongs to
// the quarter in which it was.
struct UntoldTally {
  std::int64_t hour = 0;  // of UTC, since 1970: when it was counted
  std::vector<QuarterTally> quarters;

  [[nodiscard]] Tally& at(std::int64_t quarter, std::string_view assistant);
};
[[nodiscard]] Blob pack(const UntoldTally& untold);
[[nodiscard]] UntoldTally unpack_untold(Bytes packed);

namespace tallies {

// Which counts are read.
struct Query {
  std::int64_t job = 0;      // 0: of all, and of those that are gone
  std::int64_t stages = -1;  // bits by JobStage; those that are gone stand as they ended
  std::optional<std::string> assistant;
  std::int64_t from = 0;  // quarters [from, before)
  std::int64_t before = 0;
};

// Adds to the job's rows.
void add(Sql& sql, std::int64_t job, const std::vector<QuarterTally>& quarters);
// The rows of a job that goes become those of `gone`.
void leave(Sql& sql, std::int64_t job, std::int64_t gone);
void erase(Sql& sql, std::int64_t job);

// Where the counts of a quarter are added.
class Sums {
 public:
  virtual ~Sums() = default;
  virtual Tally& of(std::int64_t quarter) = 0;
  // Where those of a day are, all its quarters together; nullptr: they are wanted one by one.
  virtual Tally* of_whole_day() { return nullptr; }
};
// Adds up everything that the query finds, told or not. Reads a bounded number of rows at a time.
// What was changed must be written.
void read(Sql& sql, const Query& query, Sums& sums);

}  // namespace tallies
}  // namespace callgate
