#include "core/calls/retention.hpp"

#include <algorithm>

#include "core/base/check.hpp"

namespace callgate {

End end_of(CallState state) {
  switch (state) {
    case CallState::completed:
      return End::completed;
    case CallState::failed:
      return End::failed;
    case CallState::canceled:
      return End::canceled;
    case CallState::expired:
      return End::expired;
    case CallState::blocked:
      return End::blocked;
    case CallState::waiting:
    case CallState::live:
    case CallState::held:
      break;
  }
  CALLGATE_CHECK(false);
  return End::failed;
}

bool Retention::counts() const {
  return std::any_of(calls.begin(), calls.end(),
                     [](const Keep& keep) { return keep.count.has_value(); });
}

Retention retention_of(RetentionPreset preset) {
  Retention rule;
  if (preset == RetentionPreset::document_d) {
    rule.calls[index_of(End::completed)] = {1, 1000};
    rule.calls[index_of(End::failed)] = {7, {}};
  } else if (preset == RetentionPreset::document_e) {
    rule.calls[index_of(End::completed)] = {{}, 100};
    rule.calls[index_of(End::failed)] = {{}, 500};
    rule.scheduled_jobs = {Keep{{}, 10}, Keep{{}, 50}};
  }
  return rule;
}

std::optional<Millis> empty_job_stays(const Keep& keep) {
  if (!keep.any()) {
    return std::nullopt;
  }
  return std::max<Millis>(kDayLong * keep.days.value_or(1), kDayLong);
}

void EndedCalls::note(Instant ended_at) {
  first = first ? std::min(*first, ended_at) : ended_at;
  last = last ? std::max(*last, ended_at) : ended_at;
}

std::optional<Cutoff> cutoff_of(const Keep& keep, std::optional<Cutoff> newest, Instant now) {
  std::optional<Cutoff> cutoff;
  if (keep.days) {
    cutoff = up_to(now - kDayLong * *keep.days);
  }
  if (newest) {
    const Cutoff counted = std::min(*newest, up_to(now - kSettles));
    cutoff = cutoff ? std::max(*cutoff, counted) : counted;
  }
  return cutoff;
}

void EndedCalls::take(std::int64_t calls) {
  kept -= calls;
  if (kept == 0) {
    first.reset();
    last.reset();
  }
}

void NthGreatest::begin(std::int64_t range_from, std::int64_t range_to, std::int64_t nth) {
  CALLGATE_CHECK(range_to > range_from && nth > 0);
  from = range_from;
  to = range_to;
  rank = nth;
  there = 0;
  parts.assign(kParts, 0);
}

void NthGreatest::add(std::int64_t value) {
  if (value >= from && value < to) {
    ++parts[static_cast<std::size_t>((value - from) / width())];
  }
}

bool NthGreatest::narrow() {
  const std::int64_t part = width();
  for (std::size_t i = parts.size(); i > 0; --i) {
    const std::int64_t here = parts[i - 1];
    if (here < rank) {
      rank -= here;
      continue;
    }
    const std::int64_t start = from + static_cast<std::int64_t>(i - 1) * part;
    to = std::min(start + part, to);
    from = start;
    there = here;
    parts.assign(kParts, 0);
    return here == rank || part == 1;
  }
  there = 0;
  return true;
}

}  // namespace callgate
