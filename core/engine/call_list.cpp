#include "core/engine/call_list.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace callgate {
namespace {

using call_list::Filter;
using call_list::JobSpan;

constexpr std::int64_t bit_of_state(CallState state) {
  return std::int64_t{1} << static_cast<int>(state);
}
constexpr std::int64_t kAnyStanding =
    call_list::kAnyWaiting | bit_of_state(CallState::completed) | bit_of_state(CallState::failed) |
    bit_of_state(CallState::canceled) | bit_of_state(CallState::blocked) |
    bit_of_state(CallState::expired) | bit_of_state(CallState::held);
constexpr std::int64_t kLiveBit = bit_of_state(CallState::live);

std::int64_t live_bit(AttemptState state) {
  switch (state) {
    case AttemptState::ringing:
      return kLiveRinging;
    case AttemptState::in_progress:
      return kLiveInProgress;
    default:
      return kLiveDialing;
  }
}

// One that is found by itself: a live call, or one by its number.
struct Single {
  std::int64_t seq = 0;
  std::int64_t rank = 0;
  bool waits = false;
  std::int64_t not_before_ms = 0;
};

class CallFinder {
 public:
  CallFinder(Service& service, const CallsWanted& wanted)
      : service_(service), wanted_(wanted), most_(wanted.offset + wanted.limit) {
    for (JobSpan& span : call_list::job_spans(service.sql(), wanted.job)) {
      spans_.push_back(span);
    }
    // All that are live stand in their jobs' rows like any other, unless they alone are wanted, or
    // not all of them are: then they are few, and known.
    const bool others = wanted.standing != 0 || wanted.paused;
    live_by_row_ = wanted.live == kAnyLive && others;
  }

  CallsFound by_number() {
    std::vector<Single> singles;
    for (const auto& found : numbered()) {
      const JobSpan* span = span_of(found.job);
      if (span != nullptr && is_wanted(found, *span)) {
        singles.push_back(
            {found.seq, rank_of(found, *span), found.state == 1, found.not_before_ms});
      }
    }
    CallsFound result;
    const auto count = static_cast<std::int64_t>(singles.size());
    result.total_is_exact = !cut_ && count <= kListedMax;
    result.total = std::min(count, kListedMax);
    sort(singles);
    for (std::int64_t i = wanted_.offset; i < std::min(most_, count); ++i) {
      result.seqs.push_back(singles[static_cast<std::size_t>(i)].seq);
    }
    return result;
  }

  CallsFound by_job() {
    find_live();
    CallsFound result;
    count(result);
    std::vector<std::int64_t> all;
    switch (wanted_.order) {
      case CallOrder::created:
        append_by_seq(spans_, true, all);
        break;
      case CallOrder::priority:
        append_by_rank(all);
        break;
      case CallOrder::next_attempt:
        append_waiting(all);
        append_by_seq(spans_, false, all);
        break;
    }
    const auto begin = std::min<std::size_t>(static_cast<std::size_t>(wanted_.offset), all.size());
    result.seqs.assign(all.begin() + static_cast<std::ptrdiff_t>(begin), all.end());
    return result;
  }

 private:
  [[nodiscard]] const JobSpan* span_of(std::int64_t job) const {
    const auto at = std::lower_bound(
        spans_.begin(), spans_.end(), job,
        [](const JobSpan& span, std::int64_t wanted) { return span.job < wanted; });
    return at != spans_.end() && at->job == job ? &*at : nullptr;
  }

  // Which of a job's rows are wanted.
  [[nodiscard]] Filter filter_of(const JobSpan& span, bool with_waiting) const {
    std::int64_t standing = wanted_.standing;
    if (span.paused) {
      standing &= ~call_list::kAnyWaiting;
      standing |= wanted_.paused ? call_list::kAnyWaiting : 0;
    }
    if (!with_waiting) {
      standing &= ~call_list::kAnyWaiting;
    }
    standing |= live_by_row_ ? kLiveBit : 0;
    return {standing, service_.now(), wanted_.from, wanted_.before};
  }

  // False: its counters say that it has none of these.
  [[nodiscard]] bool may_have(const JobSpan& span, std::int64_t standing) const {
    constexpr std::int64_t kOpen =
        call_list::kAnyWaiting | kLiveBit | bit_of_state(CallState::held);
    constexpr std::int64_t kFailed =
        bit_of_state(CallState::failed) | bit_of_state(CallState::expired);
    const auto any = [standing](std::int64_t bits, std::int64_t calls) {
      return (standing & bits) != 0 && calls > 0;
    };
    return span.created_at < wanted_.before &&
           (any(kOpen, span.open) || any(kFailed, span.failed) ||
            any(bit_of_state(CallState::completed), span.completed) ||
            any(bit_of_state(CallState::blocked), span.blocked) ||
            any(bit_of_state(CallState::canceled), span.canceled));
  }

  // All are, however they stand, as they were added: nothing of a call's row decides.
  [[nodiscard]] bool wants_any() const {
    return wanted_.standing == kAnyStanding && wanted_.paused && wanted_.live == kAnyLive &&
           wanted_.order == CallOrder::created && wanted_.from <= Instant{} &&
           wanted_.before == kNever;
  }

  [[nodiscard]] bool is_wanted(const call_list::Found& found, const JobSpan& span) const {
    if (wants_any()) {
      return true;
    }
    if (found.state == static_cast<std::int64_t>(CallState::live)) {
      const Attempt* attempt = service_.store.attempts.find(found.seq);
      return attempt != nullptr && (wanted_.live & live_bit(attempt->state)) != 0;
    }
    return (filter_of(span, true).standing & found.standing) != 0;
  }

  // Its own, or its job's; 0 where nobody asks in that order.
  std::int64_t rank_of(const call_list::Found& found, const JobSpan& span) {
    if (wanted_.order != CallOrder::priority) {
      return 0;
    }
    const auto [at, is_new] = lanes_.try_emplace(found.lane, 0);
    if (is_new) {
      at->second = call_list::number_of_lane(service_.sql(), found.lane);
    }
    const LaneRank lane = lane_rank(at->second);
    return lane.own ? lane.own->rank : span.rank;
  }

  // Calls by their numbers, however they stand.
  std::vector<call_list::Found> numbered() {
    const Filter any{-1, service_.now(), wanted_.from, wanted_.before};
    if (wanted_.digits) {
      std::vector<std::int64_t> digits = *wanted_.digits;
      if (static_cast<std::int64_t>(digits.size()) > kListedMax) {
        digits.resize(static_cast<std::size_t>(kListedMax));
        cut_ = true;
      }
      return wants_any() ? call_list::seqs_of_numbers(service_.sql(), digits)
                         : call_list::of_numbers(service_.sql(), digits, any);
    }
    std::vector<call_list::Found> all;
    for (const auto& [first, last] : wanted_.ranges) {
      const auto some = call_list::of_range(service_.sql(), first, last, any, kListedMax + 1);
      cut_ = cut_ || static_cast<std::int64_t>(some.size()) > kListedMax;
      all.insert(all.end(), some.begin(), some.end());
    }
    return all;
  }

  void sort(std::vector<Single>& singles) const {
    const bool down = wanted_.descending;
    const auto key = [this, down](const Single& single) {
      const bool behind = wanted_.order == CallOrder::next_attempt && !single.waits;
      std::int64_t value = 0;
      if (wanted_.order == CallOrder::next_attempt && single.waits) {
        value = single.not_before_ms;
      } else if (wanted_.order == CallOrder::priority) {
        value = single.rank;
      }
      return std::make_tuple(behind, down ? -value : value, down ? -single.seq : single.seq);
    };
    std::sort(singles.begin(), singles.end(),
              [&key](const Single& left, const Single& right) { return key(left) < key(right); });
  }

  // Those that are live and known one by one, in order of their numbers.
  void find_live() {
    if (wanted_.live == 0 || live_by_row_) {
      return;
    }
    for (const auto& [call, attempt] : service_.store.attempts.all()) {
      const JobSpan* span = span_of(attempt.job);
      if (span == nullptr || (wanted_.live & live_bit(attempt.state)) == 0) {
        continue;
      }
      const auto row = calls::find(service_.sql(), call);
      if (row && row->created_at >= wanted_.from && row->created_at < wanted_.before) {
        const bool by_own = row->terms.priority && wanted_.order == CallOrder::priority;
        live_.push_back({call, by_own ? row->terms.priority->rank : span->rank, false, 0});
      }
    }
  }

  // What the jobs' counters say, where they can; else the rows, counted up to kListedMax.
  void count(CallsFound& result) {
    result.total = static_cast<std::int64_t>(live_.size());
    std::int64_t left = kListedMax + 1;
    std::int64_t counted = 0;
    for (const JobSpan& span : spans_) {
      const Filter filter = filter_of(span, true);
      if (!may_have(span, filter.standing)) {
        continue;
      }
      if (const auto known = known_count(span, filter.standing)) {
        result.total += *known;
      } else if (left > 0) {
        const std::int64_t some = call_list::count_of_job(service_.sql(), span, filter, left);
        left -= some;
        counted += some;
      }
    }
    result.total_is_exact = left > 0;
    result.total += std::min(counted, kListedMax);
  }

  [[nodiscard]] std::optional<std::int64_t> known_count(const JobSpan& span,
                                                        std::int64_t standing) const {
    const std::int64_t waiting = standing & call_list::kAnyWaiting;
    const bool timed = wanted_.from > Instant{} || wanted_.before < kNever;
    if (timed || (waiting != 0 && waiting != call_list::kAnyWaiting)) {
      return std::nullopt;
    }
    const std::int64_t live = service_.store.attempts.live_of(span.job);
    const auto of = [standing](CallState state, std::int64_t calls) {
      return (standing & bit_of_state(state)) != 0 ? calls : 0;
    };
    return (waiting != 0 ? span.open - live : 0) + of(CallState::live, live) +
           of(CallState::completed, span.completed) + of(CallState::failed, span.failed) +
           of(CallState::blocked, span.blocked) + of(CallState::canceled, span.canceled);
  }

  [[nodiscard]] std::int64_t room(const std::vector<std::int64_t>& all) const {
    return most_ - static_cast<std::int64_t>(all.size());
  }

  // The calls of these jobs in order of their numbers, behind what is there.
  void append_by_seq(std::vector<JobSpan> spans, bool with_waiting,
                     std::vector<std::int64_t>& all) {
    const std::int64_t limit = room(all);
    const bool down = wanted_.descending;
    const auto before = [down](std::int64_t left, std::int64_t right) {
      return down ? left > right : left < right;
    };
    std::sort(spans.begin(), spans.end(), [down](const JobSpan& left, const JobSpan& right) {
      return down ? std::make_pair(-left.last, left.job) < std::make_pair(-right.last, right.job)
                  : std::make_pair(left.first, left.job) < std::make_pair(right.first, right.job);
    });
    std::vector<std::int64_t> found;
    for (const Single& single : live_) {
      const bool here = std::any_of(spans.begin(), spans.end(), [&single](const JobSpan& span) {
        return span.rank == single.rank;
      });
      if (here) {
        found.push_back(single.seq);
      }
    }
    std::sort(found.begin(), found.end(), before);
    for (JobSpan& span : spans) {
      const bool full = static_cast<std::int64_t>(found.size()) >= limit;
      if (limit <= 0 || (full && !before(down ? span.last : span.first, found.back()))) {
        break;
      }
      const Filter filter = filter_of(span, with_waiting);
      if (!may_have(span, filter.standing)) {
        continue;
      }
      if (full) {
        (down ? span.first : span.last) =
            down ? std::max(span.first, found.back()) : std::min(span.last, found.back());
      }
      const bool only_failed =
          filter.standing == bit_of_state(CallState::failed) && span.of == call_list::OwnRanks::any;
      const auto some = only_failed
                            ? call_list::failed_of_job(service_.sql(), span, filter, down, limit)
                            : call_list::of_job(service_.sql(), span, filter, down, limit);
      const auto middle = static_cast<std::ptrdiff_t>(found.size());
      found.insert(found.end(), some.begin(), some.end());
      std::inplace_merge(found.begin(), found.begin() + middle, found.end(), before);
      found.resize(std::min(found.size(), static_cast<std::size_t>(limit)));
    }
    found.resize(
        std::min(found.size(), static_cast<std::size_t>(std::max<std::int64_t>(limit, 0))));
    all.insert(all.end(), found.begin(), found.end());
  }

  void append_by_rank(std::vector<std::int64_t>& all) {
    std::map<std::int64_t, std::vector<JobSpan>> ranks;
    std::set<std::int64_t> with_own;
    const auto own = call_list::own_ranks(service_.sql());
    for (const auto& [job, rank] : own) {
      with_own.insert(job);
      if (const JobSpan* span = span_of(job)) {
        JobSpan part = *span;
        part.rank = rank;
        part.of = call_list::OwnRanks::rank;
        ranks[wanted_.descending ? -rank : rank].push_back(part);
      }
    }
    for (JobSpan span : spans_) {
      span.of = with_own.count(span.job) != 0 ? call_list::OwnRanks::none : span.of;
      ranks[wanted_.descending ? -span.rank : span.rank].push_back(span);
    }
    for (auto& [rank, spans] : ranks) {
      if (room(all) > 0) {
        append_by_seq(std::move(spans), true, all);
      }
    }
  }

  // Those that wait, by when they may go.
  void append_waiting(std::vector<std::int64_t>& all) {
    const bool down = wanted_.descending;
    const auto limit = static_cast<std::size_t>(room(all));
    const auto before = [down](const call_list::Place& left, const call_list::Place& right) {
      const auto key = [](const call_list::Place& place) {
        return std::make_pair(place.not_before_ms, place.seq);
      };
      return down ? key(left) > key(right) : key(left) < key(right);
    };
    std::vector<call_list::Place> found;
    for (const auto& lane : call_list::lane_spans(service_.sql(), wanted_.job)) {
      const JobSpan* span = span_of(lane.job);
      const bool full = found.size() >= limit;
      if (!down && full && lane.first_ms > found.back().not_before_ms) {
        break;
      }
      Filter filter = span != nullptr ? filter_of(*span, true) : Filter{};
      filter.standing &= call_list::kAnyWaiting;
      if (filter.standing == 0) {
        continue;
      }
      const std::int64_t last = !down && full ? found.back().not_before_ms : to_ms(kNever);
      const auto some = call_list::of_lane(service_.sql(), lane.lane, filter, down, last,
                                           static_cast<std::int64_t>(limit));
      const auto middle = static_cast<std::ptrdiff_t>(found.size());
      found.insert(found.end(), some.begin(), some.end());
      std::inplace_merge(found.begin(), found.begin() + middle, found.end(), before);
      found.resize(std::min(found.size(), limit));
    }
    for (const call_list::Place& place : found) {
      all.push_back(place.seq);
    }
  }

  Service& service_;
  const CallsWanted& wanted_;
  std::int64_t most_;
  std::vector<JobSpan> spans_;  // in order of the jobs
  std::vector<Single> live_;
  std::map<std::int64_t, std::int64_t> lanes_;  // their numbers, of those that were asked for
  bool live_by_row_ = false;
  bool cut_ = false;
};

}  // namespace

CallsFound find_calls(Service& service, const CallsWanted& wanted) {
  CallFinder finder{service, wanted};
  return wanted.digits || !wanted.ranges.empty() ? finder.by_number() : finder.by_job();
}

}  // namespace callgate
