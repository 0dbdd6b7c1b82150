#include "core/engine/retention.hpp"

#include <algorithm>

#include "core/engine/schedules.hpp"
#include "core/engine/tallies.hpp"
#include "core/store/imports.hpp"
#include "core/store/tasks.hpp"

namespace callgate {
namespace {

constexpr Millis kBesideKept = kDayLong * kUsualDays;

void sooner(std::optional<Instant>& due, std::optional<Instant> candidate) {
  if (candidate && (!due || *candidate < *due)) {
    due = candidate;
  }
}

// Of jobs that are over, the one that has been for the longest and is no open schedule's last.
std::optional<Instant> oldest(Service& service, const EndedIndex::ByTime& jobs) {
  const auto& in_use = last_jobs_of_schedules(service);
  const auto found = std::find_if(jobs.begin(), jobs.end(),
                                  [&](const auto& job) { return in_use.count(job.second) == 0; });
  return found == jobs.end() ? std::nullopt : std::optional{found->first};
}

// Jobs that are over and more than those that are kept, oldest first.
std::int64_t surplus(const EndedIndex::ByTime& jobs, const Keep& keep) {
  const auto count = static_cast<std::int64_t>(jobs.size());
  return keep.count ? std::max<std::int64_t>(count - *keep.count, 0) : 0;
}

// Whether a job that a schedule made goes with all its calls, by the rule for such jobs.
bool goes_whole(Service& service, const EndedIndex& index, std::int64_t seq, const JobEnded& job) {
  if (!job.scheduled || !job.over_since || *job.over_since + kSettles > service.now() ||
      last_jobs_of_schedules(service).count(seq) != 0) {
    return false;
  }
  const Keep& keep = service.store.workspace.settings().retention.of_scheduled(job.end);
  const bool old = keep.days && *job.over_since + kDayLong * *keep.days <= service.now();
  const auto& jobs = index.scheduled(job.end);
  const std::int64_t more = surplus(jobs, keep);
  return old || (more > 0 && std::pair{*job.over_since, seq} <= *std::next(jobs.begin(), more - 1));
}

std::optional<Instant> scheduled_due(Service& service, const EndedIndex& index, JobEnd end) {
  const Keep& keep = service.store.workspace.settings().retention.of_scheduled(end);
  const auto& jobs = index.scheduled(end);
  if (!keep.any() || jobs.empty()) {
    return std::nullopt;
  }
  const auto& in_use = last_jobs_of_schedules(service);
  std::optional<Instant> due;
  std::int64_t left = surplus(jobs, keep);
  for (const auto& [at, seq] : jobs) {
    const bool more = left-- > 0;
    if (in_use.count(seq) != 0) {
      continue;
    }
    if (keep.days) {
      sooner(due, at + kDayLong * *keep.days);
    }
    if (more) {
      sooner(due, at + kSettles);
    }
    break;
  }
  return due;
}

bool is_empty_long_enough(Service& service, std::int64_t seq, const JobEnded& job) {
  const auto stays = empty_job_stays(service.store.workspace.settings().retention.of(job.end));
  return job.is_empty() && stays && *job.over_since + *stays <= service.now() &&
         last_jobs_of_schedules(service).count(seq) == 0;
}

// One step of a round.
class Removal {
 public:
  explicit Removal(Service& service)
      : service_(service),
        rule_(service.store.workspace.settings().retention),
        state_(service.store.retention.edit()),
        round_(state_.round),
        left_(service.context.limits.task_rows_max) {}

  void begin() {
    round_ = Round{};
    round_.began_at = service_.now();
    for (const End end : kAllEnds) {
      round_.cutoffs[index_of(end)] = cutoff_of(rule_.of(end), std::nullopt, round_.began_at);
    }
    count_next(0);
  }

  void step() {
    while (left_ > 0 && round_.phase != RoundPhase::none) {
      switch (round_.phase) {
        case RoundPhase::none:
          break;
        case RoundPhase::count:
          count();
          break;
        case RoundPhase::remove:
          remove();
          break;
        case RoundPhase::take_up:
          take_up();
          break;
        case RoundPhase::tasks:
          clear_tasks();
          break;
        case RoundPhase::lists:
          clear_lists();
          break;
        case RoundPhase::numbers:
          clear_numbers();
          break;
      }
    }
  }

 private:
  [[nodiscard]] const EndedIndex& index() { return service_.store.jobs.ended_index(); }

  void enter(RoundPhase phase) {
    round_.phase = phase;
    round_.job = 0;
    round_.cursor = 0;
  }

  void end() {
    if (round_.calls + round_.jobs > 0) {
      state_.removed_at = service_.now();
      state_.removed_calls = round_.calls;
      state_.removed_jobs = round_.jobs;
      state_.all_calls += round_.calls;
    }
    // One that came to nothing is made up for at once.
    state_.rests_until =
        round_.stale ? std::nullopt : std::optional{service_.now() + kBetweenRounds};
    round_ = Round{};
  }

  // From that end on, the first of which there are more than are kept; none: on to removing.
  void count_next(std::size_t from) {
    for (std::size_t i = from; i < kEnds; ++i) {
      const End end = kAllEnds[i];
      const Keep& keep = rule_.of(end);
      const auto first = index().first(end);
      if (!keep.count || index().kept(end) <= *keep.count || !first) {
        continue;
      }
      if (*keep.count == 0) {
        round_.cutoffs[i] = cutoff_of(keep, up_to(round_.began_at), round_.began_at);
        continue;
      }
      enter(RoundPhase::count);
      round_.counting = end;
      round_.tie.reset();
      const Instant to = std::max(*first, service_.now()) + Millis{1};
      round_.search.begin(to_ms(*first), to_ms(to), *keep.count);
      return;
    }
    round_.search = {};
    enter(RoundPhase::remove);
  }

  [[nodiscard]] bool may_have(const EndedCalls& calls) const {
    if (calls.kept == 0) {
      return false;
    }
    const Instant from = round_.tie.value_or(from_ms(round_.search.from));
    const Instant to = round_.tie ? *round_.tie + Millis{1} : from_ms(round_.search.to);
    return (!calls.first || *calls.first < to) && (!calls.last || *calls.last >= from);
  }

  // The next calls of the job that the round is at; the last of them ends it.
  std::vector<calls::EndedRow> read() {
    const Job& job = *service_.store.jobs.find(round_.job);
    const std::int64_t from = round_.cursor > 0 ? round_.cursor : job.first_seq;
    const std::int64_t to = std::min(job.last_seq, from + left_ - 1);
    auto rows = calls::ended_of(service_.sql(), round_.job, {from, to});
    // What lies between that is of other jobs is only looked at.
    left_ -= std::max<std::int64_t>(static_cast<std::int64_t>(rows.size()), (to - from) / 8 + 1);
    round_.cursor = to < job.last_seq ? to + 1 : 0;
    return rows;
  }

  // The next job that is looked for; false: there is none.
  template <class Wanted>
  bool next_job(Wanted wanted) {
    const EndedIndex::Jobs& jobs = index().jobs();
    for (auto at = jobs.upper_bound(round_.job); at != jobs.end(); ++at) {
      if (wanted(at->first, at->second)) {
        round_.job = at->first;
        return true;
      }
    }
    return false;
  }

  void count() {
    if (round_.stale) {
      return end();
    }
    const bool at_job = round_.cursor > 0 || next_job([&](std::int64_t, const JobEnded& job) {
                          return may_have(of(job.calls, round_.counting));
                        });
    if (!at_job) {
      return counted();
    }
    for (const calls::EndedRow& call : read()) {
      if (!is_terminal(call.state) || end_of(call.state) != round_.counting) {
        continue;
      }
      if (!round_.tie) {
        round_.search.add(to_ms(call.ended_at));
      } else if (call.ended_at == *round_.tie) {
        round_.search.add(call.seq);
      }
    }
  }

  // A pass through all calls is over.
  void counted() {
    NthGreatest& search = round_.search;
    round_.job = 0;
    if (!search.narrow()) {
      return;
    }
    if (search.found() && search.there > search.rank && !round_.tie) {
      round_.tie = from_ms(search.from);
      search.begin(1, service_.store.workspace.next_seq(), search.rank);
      return;
    }
    const std::size_t i = index_of(round_.counting);
    if (search.found()) {
      const Cutoff newest =
          round_.tie ? Cutoff{*round_.tie, search.from} : Cutoff{from_ms(search.from), 0};
      round_.cutoffs[i] = cutoff_of(rule_.of(round_.counting), newest, round_.began_at);
    }
    count_next(i + 1);
  }

  [[nodiscard]] bool concerns(std::int64_t seq, const JobEnded& job) {
    for (const End end : kAllEnds) {
      const EndedCalls& calls = of(job.calls, end);
      const auto& cutoff = round_.cutoffs[index_of(end)];
      if (calls.kept > 0 && cutoff && (!calls.first || cutoff->takes(*calls.first, 0))) {
        return true;
      }
    }
    return goes_whole(service_, index(), seq, job) || is_empty_long_enough(service_, seq, job);
  }

  void remove() {
    if (round_.cursor == 0) {
      if (round_.stale) {
        return end();
      }
      if (!next_job([&](std::int64_t seq, const JobEnded& job) { return concerns(seq, job); })) {
        enter(beside_is_due() ? RoundPhase::tasks : RoundPhase::none);
        return finish();
      }
      --left_;  // however few calls it has
      round_.whole = goes_whole(service_, index(), round_.job, index().jobs().at(round_.job));
      Job& job = service_.store.jobs.edit(round_.job);
      for (EndedCalls& calls : job.ended) {
        calls.first.reset();  // counted anew, as the walk finds them
        calls.last.reset();
      }
    }
    walk();
  }

  void finish() {
    if (round_.phase == RoundPhase::none) {
      end();
    }
  }

  [[nodiscard]] bool goes(const Job& job, const calls::EndedRow& call) const {
    if (round_.stale) {
      return false;
    }
    const auto& cutoff = round_.cutoffs[index_of(end_of(call.state))];
    return (round_.whole && job.open() == 0) || (cutoff && cutoff->takes(call.ended_at, call.seq));
  }

  void walk() {
    Job& job = service_.store.jobs.edit(round_.job);
    left_ = std::max<std::int64_t>(left_, 1);
    std::vector<std::int64_t> gone;
    for (const calls::EndedRow& call : read()) {
      if (!is_terminal(call.state)) {
        continue;
      }
      EndedCalls& ended = of(job.ended, end_of(call.state));
      if (goes(job, call)) {
        gone.push_back(call.seq);
        ended.take(1);
      } else {
        ended.note(call.ended_at);
      }
    }
    calls::remove(service_.sql(), gone);
    for (const std::int64_t call : gone) {
      service_.store.attempts.settled(job.seq, call, call);
    }
    job.removed += static_cast<std::int64_t>(gone.size());
    round_.calls += static_cast<std::int64_t>(gone.size());
    if (round_.cursor == 0 && !round_.stale) {
      walked(job);
    }
  }

  // Nothing of it is left: it is hidden, which is told, and goes with what hangs on it.
  void walked(Job& job) {
    const JobEnded now{job.ended, job.over_since(), job.end(), job.scheduled};
    const bool whole = round_.whole && now.is_empty();
    if (whole || is_empty_long_enough(service_, job.seq, now)) {
      leave_tally(service_, job.seq);  // while it still says how it ended
      job.state = JobState::deleted;
      round_.phase = RoundPhase::take_up;
      left_ = 0;  // it is written and told before it goes
    }
  }

  void take_up() {
    Store& store = service_.store;
    const std::int64_t job = round_.job;
    while (const auto import = imports::of_job(service_.sql(), job)) {
      left_ -= imports::purge_rejects(service_.sql(), import->seq, left_);
      if (left_ <= 0) {
        return;
      }
      imports::erase(service_.sql(), import->seq);
      --left_;
    }
    const Job& gone = *store.jobs.find(job);
    calls::purge(service_.sql(), -job, {gone.first_seq, gone.last_seq});  // what somebody hid
    store.lanes.erase_job(job);
    store.answers.erase(AnswersOf::job, std::to_string(job));
    store.jobs.remove(job);
    ++round_.jobs;
    left_ -= 3;
    round_.phase = RoundPhase::remove;
    round_.cursor = 0;
  }

  bool beside_is_due() {
    const bool due = state_.beside_due && *state_.beside_due <= service_.now();
    if (due) {
      state_.beside_due.reset();  // what stays says when it is due
    }
    return due;
  }

  void pass_beside(std::int64_t rows, std::int64_t last, RoundPhase next) {
    const bool more = rows == left_;
    left_ -= std::max<std::int64_t>(rows, 1);
    round_.cursor = last;
    if (!more) {
      enter(next);
      finish();
    }
  }

  void clear_tasks() {
    const auto ended = tasks::done(service_.sql(), round_.cursor, left_);
    for (const tasks::Done& task : ended) {
      if (task.finished_at + kBesideKept <= service_.now()) {
        tasks::erase(service_.sql(), task.seq);
      } else {
        service_.store.retention.note_beside(task.finished_at + kBesideKept);
      }
    }
    pass_beside(static_cast<std::int64_t>(ended.size()), ended.empty() ? 0 : ended.back().seq,
                RoundPhase::lists);
  }

  void clear_lists() {
    std::int64_t last = round_.cursor;
    for (const imports::List& list : imports::lists(service_.sql(), round_.cursor, left_)) {
      if (list.heard_at + kBesideKept > service_.now()) {
        service_.store.retention.note_beside(list.heard_at + kBesideKept);
      } else {
        left_ -= imports::purge_rejects(service_.sql(), list.seq, left_) + 1;
        if (left_ <= 0) {
          round_.cursor = last;  // on with this one
          return;
        }
        imports::erase(service_.sql(), list.seq);
      }
      last = list.seq;
      --left_;
      if (left_ <= 0) {
        round_.cursor = last;
        return;
      }
    }
    enter(RoundPhase::numbers);
  }

  void clear_numbers() {
    const auto page = numbers::page(service_.sql(), round_.cursor, left_);
    for (const auto& [digits, history] : page) {
      const auto matters = history.matters_until();
      if (matters && *matters > service_.now()) {
        service_.store.retention.note_beside(*matters);
      } else {
        numbers::erase(service_.sql(), digits);
      }
    }
    pass_beside(static_cast<std::int64_t>(page.size()), page.empty() ? 0 : page.back().first,
                RoundPhase::none);
  }

  Service& service_;
  const Retention& rule_;
  RetentionState& state_;
  Round& round_;
  std::int64_t left_;
};

}  // namespace

bool step_retention(Service& service) {
  const auto due = next_retention(service);
  if (!due || *due > service.now()) {
    return false;
  }
  const bool begins = service.store.retention.now().round.phase == RoundPhase::none;
  Removal removal{service};
  if (begins) {
    removal.begin();
  }
  removal.step();
  return true;
}

std::optional<Instant> next_retention(Service& service) {
  const RetentionState& state = service.store.retention.now();
  if (state.round.phase != RoundPhase::none) {
    return service.now();
  }
  const Retention& rule = service.store.workspace.settings().retention;
  const EndedIndex& index = service.store.jobs.ended_index();
  std::optional<Instant> due = state.beside_due;
  for (const End end : kAllEnds) {
    const Keep& keep = rule.of(end);
    const auto first = index.first(end);
    if (first && keep.days) {
      sooner(due, *first + kDayLong * *keep.days);
    }
    if (first && keep.count && index.kept(end) > *keep.count) {
      sooner(due, *first + kSettles);
    }
  }
  for (const JobEnd end : kJobEnds) {
    const auto stays = empty_job_stays(rule.of(end));
    const auto since = stays ? oldest(service, index.empty(end)) : std::nullopt;
    if (since) {
      sooner(due, *since + *stays);
    }
    sooner(due, scheduled_due(service, index, end));
  }
  return due && state.rests_until ? std::max(*due, *state.rests_until) : due;
}

void note_reopened(Service& service) {
  const Round& round = service.store.retention.now().round;
  if (round.phase != RoundPhase::none && !round.stale &&
      service.store.workspace.settings().retention.counts()) {
    service.store.retention.edit().round.stale = true;
  }
}

void note_rule_changed(Service& service) {
  RetentionState& state = service.store.retention.edit();
  state.rests_until.reset();
  state.round.stale = state.round.phase != RoundPhase::none;
}

}  // namespace callgate
