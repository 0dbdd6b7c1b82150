// What has ended and is kept, of all jobs: how many calls by their end, when the oldest of them
// ended, and which jobs are over. In memory, from the jobs' rows and kept up with them: so what is
// due next is known without a look at any call.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "core/calls/retention.hpp"

namespace callgate {

struct JobEnded {
  EndedByEnd calls{};
  std::optional<Instant> over_since;
  JobEnd end = JobEnd::completed;
  bool scheduled = false;

  // None of its calls is there any more, and none will come.
  [[nodiscard]] bool is_empty() const;
};

class EndedIndex {
 public:
  using Jobs = std::map<std::int64_t, JobEnded>;
  using ByTime = std::set<std::pair<Instant, std::int64_t>>;  // with the job

  void put(std::int64_t job, const JobEnded& ended);
  void erase(std::int64_t job);

  // Those of which anything is kept, or which are over.
  [[nodiscard]] const Jobs& jobs() const { return jobs_; }
  // Calls that ended so and are kept.
  [[nodiscard]] std::int64_t kept(End end) const { return kept_[index_of(end)]; }
  // When the first of them ended, or earlier.
  [[nodiscard]] std::optional<Instant> first(End end) const;
  // Jobs that are over, by when: those without calls, and those that schedules made.
  [[nodiscard]] const ByTime& empty(JobEnd end) const {
    return empty_[static_cast<std::size_t>(end)];
  }
  [[nodiscard]] const ByTime& scheduled(JobEnd end) const {
    return scheduled_[static_cast<std::size_t>(end)];
  }

 private:
  Jobs jobs_;
  std::array<std::int64_t, kEnds> kept_{};
  std::array<ByTime, kEnds> firsts_;
  std::array<ByTime, 2> empty_;
  std::array<ByTime, 2> scheduled_;
};

}  // namespace callgate
