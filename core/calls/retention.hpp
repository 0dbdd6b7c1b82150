// How long what has ended is kept. A call goes by how it ended: once it ended so many days ago, or
// once so many calls that ended the same way ended after it, whichever comes first (ties: the one
// that was made first goes first). Either rule alone, both or neither: then it is kept for good.
// Jobs that a schedule made may have rules of their own, by which they go with all their calls.
// Whatever the rules say, a call stays for an hour after its end: its price may still be told.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/base/time.hpp"
#include "core/calls/lifecycle.hpp"

namespace callgate {

// How a call ended. Numbers are stored: append only.
enum class End : std::uint8_t { completed = 0, failed, canceled, expired, blocked };
inline constexpr std::size_t kEnds = 5;
inline constexpr std::array<End, kEnds> kAllEnds = {End::completed, End::failed, End::canceled,
                                                    End::expired, End::blocked};

[[nodiscard]] constexpr std::size_t index_of(End end) {
  return static_cast<std::size_t>(end);
}
// Of a terminal state.
[[nodiscard]] End end_of(CallState state);

inline constexpr Millis kDayLong = std::chrono::hours{24};
// No call goes sooner after its end.
inline constexpr Millis kSettles = std::chrono::hours{1};
// Between two rounds of removing: each takes at least so much together.
inline constexpr Millis kBetweenRounds = std::chrono::hours{1};
inline constexpr std::int64_t kUsualDays = 30;

struct Keep {
  std::optional<std::int64_t> days;
  std::optional<std::int64_t> count;  // the newest of the workspace

  [[nodiscard]] bool any() const { return days || count; }
  friend bool operator==(const Keep&, const Keep&) = default;
};

// How a job ended: by itself, or by a person (canceled or removed).
enum class JobEnd : std::uint8_t { completed = 0, canceled };
inline constexpr std::array<JobEnd, 2> kJobEnds = {JobEnd::completed, JobEnd::canceled};

struct Retention {
  std::array<Keep, kEnds> calls = {Keep{kUsualDays, {}}, Keep{kUsualDays, {}}, Keep{kUsualDays, {}},
                                   Keep{kUsualDays, {}}, Keep{kUsualDays, {}}};
  std::array<Keep, 2> scheduled_jobs;  // by JobEnd

  [[nodiscard]] const Keep& of(End end) const { return calls[index_of(end)]; }
  // A job goes after its calls, by the rule of those that ended as it did.
  [[nodiscard]] const Keep& of(JobEnd end) const {
    return of(end == JobEnd::completed ? End::completed : End::canceled);
  }
  [[nodiscard]] const Keep& of_scheduled(JobEnd end) const {
    return scheduled_jobs[static_cast<std::size_t>(end)];
  }
  [[nodiscard]] bool counts() const;
  friend bool operator==(const Retention&, const Retention&) = default;
};

// The rules that the documents publish: D keeps completed calls for a day and at most 1,000, failed
// ones for a week; E the last 100 completed and the last 500 failed, and of the jobs that schedules
// made the last 10 and 50. What they do not name keeps the usual 30 days.
enum class RetentionPreset : std::uint8_t { usual, document_d, document_e };
[[nodiscard]] Retention retention_of(RetentionPreset preset);

// A job without calls goes so long after its end; none: it stays. At least a day: so long a
// repeated request is known by it.
[[nodiscard]] std::optional<Millis> empty_job_stays(const Keep& keep);

// Of the calls of one job that ended one way: how many there still are, and when the first and the
// last of them ended; unknown while they are counted anew.
struct EndedCalls {
  std::int64_t kept = 0;
  std::optional<Instant> first;  // or later
  std::optional<Instant> last;   // or earlier; unknown: any time

  void note(Instant ended_at);
  // So many are there no more; of none there are no times.
  void take(std::int64_t calls);
};
using EndedByEnd = std::array<EndedCalls, kEnds>;
[[nodiscard]] constexpr EndedCalls& of(EndedByEnd& ended, End end) {
  return ended[index_of(end)];
}
[[nodiscard]] constexpr const EndedCalls& of(const EndedByEnd& ended, End end) {
  return ended[index_of(end)];
}

// Calls that ended before this place go: by the time of their end, then in the order in which they
// were made.
struct Cutoff {
  Instant at{};
  std::int64_t seq = 0;

  [[nodiscard]] bool takes(Instant ended_at, std::int64_t call) const {
    return std::tie(ended_at, call) < std::tie(at, seq);
  }
  friend bool operator<(const Cutoff& left, const Cutoff& right) {
    return std::tie(left.at, left.seq) < std::tie(right.at, right.seq);
  }
  friend bool operator==(const Cutoff&, const Cutoff&) = default;
};
// All that ended at that time or before it.
[[nodiscard]] inline Cutoff up_to(Instant at) {
  return {at + Millis{1}, 0};
}
// What the rule for one end takes at `now`; `newest`: where the newest `count` begin, nothing if
// there are no more than those.
[[nodiscard]] std::optional<Cutoff> cutoff_of(const Keep& keep, std::optional<Cutoff> newest,
                                              Instant now);

// The n-th greatest of many numbers that are seen several times, never all at once: a pass counts
// them in equal parts of a range, the next one looks into the part where the n-th lies. Numbers
// that come in between make the answer smaller than it could be, never greater.
struct NthGreatest {
  static constexpr std::int64_t kParts = 256;

  std::int64_t from = 0;  // [from, to)
  std::int64_t to = 0;
  std::int64_t rank = 0;            // 1: the greatest within the range
  std::int64_t there = 0;           // after a pass: how many lie in the range
  std::vector<std::int64_t> parts;  // of this pass

  // A range with to > from.
  void begin(std::int64_t range_from, std::int64_t range_to, std::int64_t nth);
  void add(std::int64_t value);
  // After a pass. False: another is needed. True: `rank` of the `there` numbers from `from` on are
  // among the n greatest, and if these are fewer they are all equal; or there are not so many.
  [[nodiscard]] bool narrow();
  [[nodiscard]] bool found() const { return there > 0; }

 private:
  [[nodiscard]] std::int64_t width() const { return (to - from + kParts - 1) / kParts; }
};

}  // namespace callgate
