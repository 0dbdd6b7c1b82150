#include "core/store/ended_index.hpp"

#include <algorithm>

namespace callgate {

bool JobEnded::is_empty() const {
  return over_since && std::all_of(calls.begin(), calls.end(),
                                   [](const EndedCalls& ended) { return ended.kept == 0; });
}

void EndedIndex::put(std::int64_t job, const JobEnded& ended) {
  erase(job);
  bool any = ended.over_since.has_value();
  for (const End end : kAllEnds) {
    const EndedCalls& calls = of(ended.calls, end);
    kept_[index_of(end)] += calls.kept;
    any = any || calls.kept > 0;
    if (calls.first) {
      firsts_[index_of(end)].emplace(*calls.first, job);
    }
  }
  if (!any) {
    return;
  }
  if (ended.is_empty()) {
    empty_[static_cast<std::size_t>(ended.end)].emplace(*ended.over_since, job);
  }
  if (ended.scheduled && ended.over_since) {
    scheduled_[static_cast<std::size_t>(ended.end)].emplace(*ended.over_since, job);
  }
  jobs_.emplace(job, ended);
}

void EndedIndex::erase(std::int64_t job) {
  const auto known = jobs_.find(job);
  if (known == jobs_.end()) {
    return;
  }
  const JobEnded& ended = known->second;
  for (const End end : kAllEnds) {
    const EndedCalls& calls = of(ended.calls, end);
    kept_[index_of(end)] -= calls.kept;
    if (calls.first) {
      firsts_[index_of(end)].erase({*calls.first, job});
    }
  }
  if (ended.over_since) {
    empty_[static_cast<std::size_t>(ended.end)].erase({*ended.over_since, job});
    scheduled_[static_cast<std::size_t>(ended.end)].erase({*ended.over_since, job});
  }
  jobs_.erase(known);
}

std::optional<Instant> EndedIndex::first(End end) const {
  const ByTime& firsts = firsts_[index_of(end)];
  return firsts.empty() ? std::nullopt : std::optional{firsts.begin()->first};
}

}  // namespace callgate
