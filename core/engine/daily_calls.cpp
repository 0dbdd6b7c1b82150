#include "core/engine/daily_calls.hpp"

#include <algorithm>

#include "core/engine/enqueue.hpp"
#include "core/engine/job_changes.hpp"
#include "core/engine/recipients.hpp"
#include "core/engine/redrive.hpp"
#include "core/schedule/callee.hpp"
#include "core/schedule/daily_call.hpp"
#include "core/schedule/recurrence/civil.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kDailyAtOnce = 100;
constexpr Millis kDeliveryWait{2000};  // before the second dial of a call that was not delivered

std::optional<Instant> daily_target_after(const Service& service, const Contact& contact,
                                          Instant after) {
  if (!contact.call_enabled || !contact.call_time_min) {
    return std::nullopt;
  }
  const Zone* zone = daily_zone(service, contact);
  if (zone == nullptr) {
    return std::nullopt;
  }
  return judge_daily_call({*contact.call_time_min * 60, 0, true}, *zone, after, {}).next_target;
}

Millis daily_window(const DailyCalls& daily) {
  return std::chrono::minutes{daily.window_min};
}

std::int64_t local_date(const Zone& zone, Instant at) {
  return day_of_local(to_local(zone, at));
}

// Whether the date's call was made. Somebody who was forgotten and came back is known by the call
// to their number.
bool had_call(Service& service, const DailyCalls& daily, const Contact& contact, const Zone& zone,
              std::int64_t date) {
  if (contact.daily_day) {
    return date <= *contact.daily_day;
  }
  const auto known = calls::of_number(service.sql(), daily.job, contact.phone.digits);
  return known && known->ended_at && local_date(zone, *known->ended_at) >= date;
}

// The contact's turn has come, or passed.
void take_turn_of(Service& service, const DailyCalls& daily, Contact& contact, DailyTaken& taken) {
  const Zone* zone = daily_zone(service, contact);
  const Instant at = *contact.daily_due;
  const Instant oldest = service.now() - daily_window(daily);
  contact.daily_due = daily_target_after(service, contact, std::max(at, oldest - Millis{1}));
  if (at < oldest) {
    if (at >= daily.since && zone != nullptr && contact.daily_due) {
      taken.missed += local_date(*zone, *contact.daily_due) - local_date(*zone, at);
    }
  } else if (zone != nullptr) {
    const std::int64_t date = local_date(*zone, at);
    const bool had_it = had_call(service, daily, contact, *zone, date);
    if (!had_it && enqueue(service, daily.job, contact, {}, Instant{}, {})) {
      contact.daily_day = date;
      ++taken.called;
    } else if (!had_it) {
      ++taken.skipped;
    }
  }
  service.store.contacts.save_daily(contact);
}

void give_settings(const DailyCalls& daily, Job& job) {
  job.name = kDailyJobName;
  job.assistant_id = daily.assistant_id;
  job.phone_number_id = daily.phone_number_id;
  job.concurrency = daily.concurrency;
  job.max_attempts = daily.max_attempts;
  job.retry = {};
  if (job.max_attempts > 1) {
    OutcomeRule& rule = job.retry.outcomes.emplace_back();
    rule.outcome = Outcome::provider_error;
    rule.retries = job.max_attempts - 1;
    rule.backoff = Backoff{BackoffKind::exponential, {kDeliveryWait}, 2};
  }
}

std::int64_t make_daily_job(Service& service, const DailyCalls& daily) {
  Job made;
  give_settings(daily, made);
  made.seq = service.store.workspace.take_seq();
  made.created_at = service.now();
  made.start_at = service.now();
  Job& job = service.store.jobs.add(std::move(made));
  seal_job(service, job);
  return job.seq;
}

}  // namespace

const Zone* daily_zone(const Service& service, const Contact& contact) {
  if (!contact.timezone.empty()) {
    return service.zones.find(contact.timezone);
  }
  const CalleeClass callee = callee_class(contact.phone, {});
  return callee.zones.size() == 1 ? service.zones.find(callee.zones.front()) : nullptr;
}

void plan_daily_call(Service& service, Contact& contact) {
  const Millis window = daily_window(service.store.workspace.daily());
  contact.daily_due = daily_target_after(service, contact, service.now() - window - Millis{1});
}

DailyTaken take_daily_calls(Service& service, Millis ahead) {
  DailyTaken taken;
  DailyCalls daily = service.store.workspace.daily();
  if (!daily.enabled) {
    return taken;
  }
  auto due = service.store.contacts.due_daily(service.now() + ahead, kDailyAtOnce);
  if (due.empty()) {
    return taken;
  }
  if (service.store.jobs.find(daily.job) == nullptr) {  // it had nobody for so long that it is gone
    daily.job = make_daily_job(service, daily);
    service.store.workspace.set_daily(daily);
  }
  for (Contact& contact : due) {
    take_turn_of(service, daily, contact, taken);
  }
  if (taken.called + taken.missed + taken.skipped > 0) {
    daily.called += taken.called;
    daily.missed += taken.missed;
    daily.skipped += taken.skipped;
    service.store.workspace.set_daily(std::move(daily));
  }
  return taken;
}

std::optional<Instant> next_daily_call(Service& service) {
  return service.store.workspace.daily().enabled ? service.store.contacts.next_daily()
                                                 : std::nullopt;
}

const Job* daily_job(Service& service) {
  const std::int64_t seq = service.store.workspace.daily().job;
  const Job* job = seq == 0 ? nullptr : service.store.jobs.find(seq);
  return job != nullptr && may_redrive(*job) ? job : nullptr;
}

bool set_daily_calls(Service& service, DailyCalls wanted, std::string_view actor) {
  const DailyCalls& before = service.store.workspace.daily();
  wanted.since = wanted.enabled && !before.enabled ? service.now() : before.since;
  wanted.job = before.job;
  wanted.called = before.called;
  wanted.missed = before.missed;
  wanted.skipped = before.skipped;
  const Job* job = daily_job(service);
  bool changed = false;
  if (job != nullptr) {
    Job after = *job;
    give_settings(wanted, after);
    changed = change_job(service, std::move(after), actor).has_value();
    if (!changed && !job->has_ended()) {
      return false;
    }
  }
  if (!changed && wanted.enabled) {  // what has ended keeps what it was made with
    wanted.job = make_daily_job(service, wanted);
  }
  service.store.workspace.set_daily(std::move(wanted));
  return true;
}

}  // namespace callgate
