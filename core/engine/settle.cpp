#include "core/engine/settle.hpp"

#include <algorithm>

#include "core/dispatch/pass.hpp"
#include "core/engine/attempts.hpp"
#include "core/engine/hours.hpp"
#include "core/engine/jobs.hpp"
#include "core/engine/outbox.hpp"
#include "core/engine/recipients.hpp"
#include "core/store/tasks.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kRecoveredAtOnce = 100;  // holds taken back by one Input

Board board(Service& service, const OpenSpan& hours) {
  Board board;
  board.now = service.now();
  Store& store = service.store;
  const Settings& settings = store.workspace.settings();
  board.free_slots =
      settings.calls_at_once - static_cast<std::int64_t>(store.attempts.all().size());
  for (const auto& [key, lane] : store.lanes.waiting()) {
    const Job* job = store.jobs.find(lane.job);
    if (lane.waiting == 0 || job->state != JobState::running) {
      continue;
    }
    board.lanes.push_back({lane.seq, lane.job, lane.rank, lane.waiting, lane.first_not_before,
                           hours.open, hours.close});
    if (board.jobs.empty() || board.jobs.back().job != lane.job) {
      board.jobs.push_back({lane.job, store.attempts.live_of(lane.job),
                            job->concurrency.value_or(settings.calls_at_once_per_job)});
    }
  }
  return board;
}

// Passes until one dials nothing. Returns when the clock alone makes the next call dialable.
std::optional<Instant> dispatch(Service& service) {
  const OpenSpan hours = business_hours(service);
  while (true) {
    const Board now = board(service, hours);
    if (now.lanes.empty()) {
      return std::nullopt;
    }
    const Decisions decisions = pass(now);
    if (decisions.grants.empty()) {
      return decisions.wake_at;
    }
    if (!provider_account(service).provider) {
      return std::nullopt;  // configuring the provider brings the next pass
    }
    for (const Grant& grant : decisions.grants) {
      dial(service, grant);
    }
    // A grant that found nobody due moved its lane's first not_before, so the loop ends.
  }
}

void earlier(std::optional<Instant>& wake_at, std::optional<Instant> candidate) {
  if (candidate && (!wake_at || *candidate < *wake_at)) {
    wake_at = candidate;
  }
}

}  // namespace

std::optional<Instant> settle(Service& service, bool woken) {
  start_due_jobs(service);
  recover_expired(service, kRecoveredAtOnce);
  end_silent_imports(service);
  if (woken) {
    step_task(service);
  }
  return dispatch(service);
}

std::optional<Instant> next_wake(Service& service, std::optional<Instant> next_call) {
  std::optional<Instant> wake_at = next_call;
  earlier(wake_at, service.store.jobs.next_start());
  earlier(wake_at, end_silent_imports(service));
  const auto& leases = service.store.attempts.leases();
  if (!leases.empty() && provider_account(service).provider) {
    earlier(wake_at, leases.begin()->first);
  }
  if (tasks::next(service.sql())) {
    earlier(wake_at, service.now());
  }
  return wake_at && *wake_at < kNever ? wake_at : std::nullopt;
}

}  // namespace callgate
