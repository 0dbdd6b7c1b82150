#include "core/engine/settle.hpp"

#include <algorithm>

#include "core/dispatch/pass.hpp"
#include "core/engine/accounts.hpp"
#include "core/engine/attempts.hpp"
#include "core/engine/daily_calls.hpp"
#include "core/engine/gates.hpp"
#include "core/engine/jobs.hpp"
#include "core/engine/limits.hpp"
#include "core/engine/outbox.hpp"
#include "core/engine/recipients.hpp"
#include "core/engine/retention.hpp"
#include "core/engine/schedules.hpp"
#include "core/store/tasks.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kRecoveredAtOnce = 100;  // holds taken back by one Input
constexpr std::int64_t kNamesAtOnce = 32;       // put into the index by the Input that brought them

// Nothing: no slot is free, or no running job with room has anybody waiting. While a rate, a quota
// or a budget lets nothing start, it is the board of when they do.
std::optional<Board> board(Service& service) {
  Store& store = service.store;
  const Settings& settings = store.workspace.settings();
  if (settings.pause) {
    return std::nullopt;  // resuming brings the next pass
  }
  const std::int64_t per_job = settings.calls_at_once_per_job;
  const PassLimits limits{service};
  if (limits.free_slots() <= 0) {
    return std::nullopt;
  }
  ServiceGates gates{service};
  const Starts& starts = limits.starts();
  const Instant at = starts.now > 0 ? service.now() : starts.next;
  const std::int64_t most = std::max<std::int64_t>(starts.now, 1);
  for (;;) {
    LaneOrder& order =
        store.lanes.in_order(store.jobs, store.attempts, per_job, settings.ageing, gates);
    if (order.empty()) {
      return std::nullopt;
    }
    Board now = board_of(
        order, at, std::min(limits.free_slots(), most),
        [&limits](std::int64_t job) { return limits.job(job); }, limits.shared(),
        last_turn(service), limits.accounts());
    if (!store.lanes.make_certain(now)) {
      return now;
    }
  }
}

void earlier(std::optional<Instant>& wake_at, std::optional<Instant> candidate) {
  if (candidate && (!wake_at || *candidate < *wake_at)) {
    wake_at = candidate;
  }
}

}  // namespace

std::optional<Instant> dispatch(Service& service) {
  std::int64_t put_off = 0;
  while (const auto now = board(service)) {
    if (put_off >= service.context.limits.task_rows_max) {
      return service.now();  // the rest with an Input of its own
    }
    Decisions decisions = pass(*now);
    if (decisions.grants.empty()) {
      return decisions.wake_at;
    }
    if (now->now > service.now()) {
      return now->now;
    }
    if (!has_provider(service)) {
      return std::nullopt;  // configuring the provider brings the next pass
    }
    for (const Grant& grant : decisions.grants) {
      put_off += dial(service, grant, decisions.accounts);
    }
    // A grant that found nobody due moved its lane's first not_before, so the loop ends.
  }
  return std::nullopt;
}

std::optional<Instant> settle(Service& service, bool woken) {
  start_due_schedules(service);
  start_due_jobs(service);
  if (woken) {
    take_daily_calls(service, Millis{0});
  }
  recover_expired(service, kRecoveredAtOnce);
  const bool arriving = end_silent_imports(service).has_value();
  if (woken && !step_task(service)) {
    step_retention(service);
  }
  if (arriving) {  // a list comes first: what it brings is put there together
    service.store.contacts.leave_over();
  } else {
    service.store.contacts.index_some(woken ? service.context.limits.task_rows_max : kNamesAtOnce,
                                      !woken);
  }
  return dispatch(service);
}

std::optional<Instant> next_wake(Service& service, std::optional<Instant> next_call) {
  std::optional<Instant> wake_at = next_call;
  earlier(wake_at, service.store.jobs.next_start());
  earlier(wake_at, next_schedule(service));
  earlier(wake_at, next_daily_call(service));
  const auto silence = end_silent_imports(service);
  earlier(wake_at, silence);
  const auto& leases = service.store.attempts.leases();
  if (!leases.empty() && has_provider(service)) {
    earlier(wake_at, leases.begin()->first);
  }
  const bool behind = !silence && service.store.contacts.is_behind();
  if (behind || tasks::next(service.sql())) {
    earlier(wake_at, service.now());
  }
  earlier(wake_at, next_retention(service));
  return wake_at && *wake_at < kNever ? wake_at : std::nullopt;
}

}  // namespace callgate
