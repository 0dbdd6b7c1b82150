// Where the calls of a long list stand: sequence numbers in an order, from the indices that there
// are, a bounded number of rows at a time. Which of them make up a page is core/engine/call_list.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "core/base/time.hpp"
#include "core/store/sql.hpp"

namespace callgate::call_list {

// How calls stand as people are shown it, as far as their rows say: bits by CallState, and of those
// that wait by these in its stead.
inline constexpr std::int64_t kPending = std::int64_t{1} << 9;
inline constexpr std::int64_t kScheduled = std::int64_t{1} << 10;
inline constexpr std::int64_t kRetryScheduled = std::int64_t{1} << 11;
inline constexpr std::int64_t kAnyWaiting = kPending | kScheduled | kRetryScheduled;

struct Filter {
  std::int64_t standing = 0;  // those bits
  Instant now{};              // later than this is scheduled
  Instant from{};             // added at or after …
  Instant before{};           // … and before
};

enum class OwnRanks : std::uint8_t { any, none, rank };

// A job as far as a list of calls depends on it; of its calls those that are kept.
struct JobSpan {
  std::int64_t job = 0;
  std::int64_t rank = 0;
  bool paused = false;
  Instant created_at{};
  std::int64_t first = 0;  // its calls' sequence numbers
  std::int64_t last = 0;
  std::int64_t open = 0;  // wait, are held or are live
  std::int64_t completed = 0;
  std::int64_t failed = 0;  // or expired
  std::int64_t blocked = 0;
  std::int64_t canceled = 0;
  // Which of its calls: all, those without a rank of their own, or those whose own is `rank`.
  OwnRanks of = OwnRanks::any;
};
// Jobs with calls that are not hidden, in the order in which they were made; 0: all of them.
[[nodiscard]] std::vector<JobSpan> job_spans(Sql& sql, std::int64_t job);

// The first of these from that number on; `only`: none but that job, 0: any.
[[nodiscard]] std::optional<JobSpan> next_span(Sql& sql, std::int64_t first, std::int64_t only);

// The ranks that calls of jobs have of their own: pairs of job and rank, in their order.
[[nodiscard]] std::vector<std::pair<std::int64_t, std::int64_t>> own_ranks(Sql& sql);

struct Place {
  std::int64_t not_before_ms = 0;
  std::int64_t seq = 0;
};

// The job's calls numbered [first, last], in order of their numbers, at most `limit`.
[[nodiscard]] std::vector<std::int64_t> of_job(Sql& sql, const JobSpan& span, const Filter& filter,
                                               bool descending, std::int64_t limit);
[[nodiscard]] std::int64_t count_of_job(Sql& sql, const JobSpan& span, const Filter& filter,
                                        std::int64_t limit);
// The same of calls that failed, by their own index.
[[nodiscard]] std::vector<std::int64_t> failed_of_job(Sql& sql, const JobSpan& span,
                                                      const Filter& filter, bool descending,
                                                      std::int64_t limit);

// Lanes where anybody may wait: none of them waits for less than first_ms.
struct LaneSpan {
  std::int64_t lane = 0;
  std::int64_t job = 0;
  std::int64_t first_ms = 0;
};
// In order of first_ms, of the jobs with open calls that are not hidden; 0: of all jobs.
[[nodiscard]] std::vector<LaneSpan> lane_spans(Sql& sql, std::int64_t job);
// A lane's waiting calls in order of not_before and number, at most `limit`, none later than
// `last_ms`.
[[nodiscard]] std::vector<Place> of_lane(Sql& sql, std::int64_t lane, const Filter& filter,
                                         bool descending, std::int64_t last_ms, std::int64_t limit);

struct Found {
  std::int64_t seq = 0;
  std::int64_t job = 0;
  std::int64_t state = 0;
  std::int64_t standing = 0;  // its bit
  std::int64_t not_before_ms = 0;
  std::int64_t lane = 0;  // it waits in, or waited in last; 0: none
};
// Calls to these numbers, of whatever job, in no order.
[[nodiscard]] std::vector<Found> of_numbers(Sql& sql, std::span<const std::int64_t> digits,
                                            const Filter& filter);
// The same with nothing but `seq` and `job`, which the index knows without the calls' rows.
[[nodiscard]] std::vector<Found> seqs_of_numbers(Sql& sql, std::span<const std::int64_t> digits);
// A lane's number (core/dispatch/turn.hpp).
[[nodiscard]] std::int64_t number_of_lane(Sql& sql, std::int64_t lane);
// Calls to numbers in [first, last], at most `limit`.
[[nodiscard]] std::vector<Found> of_range(Sql& sql, std::int64_t first, std::int64_t last,
                                          const Filter& filter, std::int64_t limit);

}  // namespace callgate::call_list
