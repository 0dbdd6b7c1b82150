#include "core/store/attempts.hpp"

namespace callgate {
namespace {

Param or_null(const std::optional<Instant>& instant) {
  return instant ? Param{to_ms(*instant)} : Param{Null{}};
}

}  // namespace

void Attempts::cache(Attempt attempt) {
  ++live_of_[attempt.job];
  leases_.emplace(attempt.lease_until, attempt.call);
  const std::int64_t call = attempt.call;
  rows_[call] = std::move(attempt);
}

void Attempts::load() {
  if (loaded_) {
    return;
  }
  const Rows rows = sql_.exec(
      "SELECT call, job, number, state, effect, fence, lease_until_ms, intent_at_ms, "
      "unknown_since_ms, looks, absences, started_at_ms, provider_call_id, control_url, "
      "look_to_ms FROM attempts ORDER BY call");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Attempt attempt;
    attempt.call = rows.integer(i, 0);
    attempt.job = rows.integer(i, 1);
    attempt.number = rows.integer(i, 2);
    attempt.state = static_cast<AttemptState>(rows.integer(i, 3));
    attempt.effect = static_cast<EffectKind>(rows.integer(i, 4));
    attempt.fence = rows.integer(i, 5);
    attempt.lease_until = from_ms(rows.integer(i, 6));
    attempt.intent_at = from_ms(rows.integer(i, 7));
    if (!rows.is_null(i, 8)) {
      attempt.unknown_since = from_ms(rows.integer(i, 8));
    }
    attempt.looks = rows.integer(i, 9);
    attempt.absences = rows.integer(i, 10);
    if (!rows.is_null(i, 11)) {
      attempt.started_at = from_ms(rows.integer(i, 11));
    }
    attempt.provider_call_id = rows.text(i, 12);
    attempt.control_url = rows.text(i, 13);
    if (!rows.is_null(i, 14)) {
      attempt.look_to = from_ms(rows.integer(i, 14));
    }
    cache(std::move(attempt));
  }
  loaded_ = true;
}

const Attempt* Attempts::find(std::int64_t call) {
  load();
  const auto found = rows_.find(call);
  return found == rows_.end() ? nullptr : &found->second;
}

void Attempts::add(Attempt attempt) {
  load();
  workspace_.touch();
  sql_.exec(
      "INSERT INTO attempts (call, job, number, state, effect, fence, lease_until_ms, "
      "intent_at_ms, looks, absences, provider_call_id, control_url) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0, '', '')",
      {attempt.call, attempt.job, attempt.number, static_cast<std::int64_t>(attempt.state),
       static_cast<std::int64_t>(attempt.effect), attempt.fence, to_ms(attempt.lease_until),
       to_ms(attempt.intent_at)});
  cache(std::move(attempt));
}

void Attempts::save(const Attempt& attempt) {
  load();
  workspace_.touch();
  Attempt& row = rows_.at(attempt.call);
  leases_.erase({row.lease_until, row.call});
  leases_.emplace(attempt.lease_until, attempt.call);
  sql_.exec(
      "UPDATE attempts SET state = ?2, effect = ?3, fence = ?4, lease_until_ms = ?5, "
      "unknown_since_ms = ?6, looks = ?7, absences = ?8, started_at_ms = ?9, "
      "provider_call_id = ?10, control_url = ?11, look_to_ms = ?12 WHERE call = ?1",
      {attempt.call, static_cast<std::int64_t>(attempt.state),
       static_cast<std::int64_t>(attempt.effect), attempt.fence, to_ms(attempt.lease_until),
       or_null(attempt.unknown_since), attempt.looks, attempt.absences, or_null(attempt.started_at),
       std::string_view{attempt.provider_call_id}, std::string_view{attempt.control_url},
       or_null(attempt.look_to)});
  if (&row != &attempt) {
    row = attempt;
  }
}

void Attempts::remove(std::int64_t call) {
  load();
  workspace_.touch();
  const auto found = rows_.find(call);
  CALLGATE_CHECK(found != rows_.end());
  leases_.erase({found->second.lease_until, call});
  const auto live = live_of_.find(found->second.job);
  if (--live->second == 0) {
    live_of_.erase(live);
  }
  rows_.erase(found);
  sql_.exec("DELETE FROM attempts WHERE call = ?1", {call});
}

const std::map<std::int64_t, Attempt>& Attempts::all() {
  load();
  return rows_;
}

std::int64_t Attempts::live_of(std::int64_t job) {
  load();
  const auto found = live_of_.find(job);
  return found == live_of_.end() ? 0 : found->second;
}

const std::set<std::pair<Instant, std::int64_t>>& Attempts::leases() {
  load();
  return leases_;
}

void Attempts::drop() {
  loaded_ = false;
  rows_.clear();
  live_of_.clear();
  leases_.clear();
}

}  // namespace callgate
