#include "core/store/attempts.hpp"

#include <algorithm>

#include "core/store/pack.hpp"

namespace callgate {
namespace {

constexpr std::size_t kPackedAbout = 320;  // bytes of most attempts

constexpr std::int64_t kTaken = 1;
constexpr std::int64_t kStopped = 2;
constexpr std::int64_t kHasTurn = 4;     // those before there were turns have none
constexpr std::int64_t kHasVersion = 8;  // nor those before jobs had versions
constexpr std::int64_t kHasEvidence = 16;
constexpr std::int64_t kInQuota = 32;
constexpr std::int64_t kHasAccount = 64;  // those without one have the first
constexpr std::int64_t kHasCaller = 128;

bool has_caller(const Attempt& attempt) {
  return !attempt.assistant_id.empty() || !attempt.phone_number_id.empty();
}

void pack_attempt(Packer& out, const Attempt& attempt) {
  out.integer(attempt.call);
  out.integer(attempt.job);
  out.integer(attempt.digits);
  out.integer(attempt.number);
  out.integer(static_cast<std::int64_t>(attempt.state));
  out.integer(static_cast<std::int64_t>(attempt.effect));
  out.integer((attempt.taken ? kTaken : 0) | (attempt.stopped ? kStopped : 0) | kHasTurn |
              kHasVersion | kHasEvidence | (attempt.in_quota ? kInQuota : 0) |
              (attempt.account != 1 ? kHasAccount : 0) | (has_caller(attempt) ? kHasCaller : 0));
  out.integer(attempt.fence);
  out.instant(attempt.lease_until);
  out.instant(attempt.intent_at);
  out.instant(attempt.unknown_since);
  out.integer(attempt.looks);
  out.integer(attempt.absences);
  out.instant(attempt.look_to);
  out.integer(attempt.look_width ? attempt.look_width->count() : kPackedNone);
  out.instant(attempt.started_at);
  out.instant(attempt.turn.since);
  out.small(attempt.turn.used);
  out.small(attempt.job_version);
  out.text(attempt.evidence);
  if (attempt.account != 1) {
    out.small(attempt.account);
  }
  if (has_caller(attempt)) {
    out.text(attempt.assistant_id);
    out.text(attempt.phone_number_id);
  }
  out.text(attempt.provider_call_id);
  out.text(attempt.control_url);
}

Attempt unpack_attempt(Unpacker& in) {
  Attempt attempt;
  attempt.call = in.integer();
  attempt.job = in.integer();
  attempt.digits = in.integer();
  attempt.number = in.integer();
  attempt.state = static_cast<AttemptState>(in.integer());
  attempt.effect = static_cast<EffectKind>(in.integer());
  const std::int64_t flags = in.integer();
  attempt.taken = (flags & kTaken) != 0;
  attempt.stopped = (flags & kStopped) != 0;
  attempt.in_quota = (flags & kInQuota) != 0;
  attempt.fence = in.integer();
  attempt.lease_until = in.instant();
  attempt.intent_at = in.instant();
  attempt.unknown_since = in.instant_or_none();
  attempt.looks = in.integer();
  attempt.absences = in.integer();
  attempt.look_to = in.instant_or_none();
  const std::int64_t width = in.integer();
  if (width != kPackedNone) {
    attempt.look_width = Millis{width};
  }
  attempt.started_at = in.instant_or_none();
  if ((flags & kHasTurn) != 0) {
    attempt.turn.since = in.instant();
    attempt.turn.used = in.small();
  }
  if ((flags & kHasVersion) != 0) {
    attempt.job_version = in.small();
  }
  if ((flags & kHasEvidence) != 0) {
    attempt.evidence = in.text();
  }
  if ((flags & kHasAccount) != 0) {
    attempt.account = in.small();
  }
  if ((flags & kHasCaller) != 0) {
    attempt.assistant_id = in.text();
    attempt.phone_number_id = in.text();
  }
  attempt.provider_call_id = in.text();
  attempt.control_url = in.text();
  return attempt;
}

}  // namespace

void Attempts::cache(Attempt attempt) {
  ++live_of_[attempt.job];
  ++live_through_[attempt.account];
  ++dialling_[attempt.digits];
  leases_.emplace(attempt.lease_until, attempt.call);
  Turn& turn = turn_of_[attempt.job];
  turn = std::max(turn, attempt.turn);
  last_turn_ = std::max(last_turn_, turn.since);
  const std::int64_t call = attempt.call;
  by_call_[call] = std::move(attempt);
}

void Attempts::load() {
  if (loaded_) {
    return;
  }
  const Rows rows = sql_.exec("SELECT seq, dials FROM attempts ORDER BY seq");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::int64_t seq = rows.integer(i, 0);
    Row& row = rows_[seq];
    row.stored = true;
    const Blob& dials = rows.blob(i, 1);
    for (Unpacker in{dials}; !in.done();) {
      Attempt attempt = unpack_attempt(in);
      row.calls.insert(attempt.call);
      row_of_[attempt.call] = seq;
      cache(std::move(attempt));
    }
    next_row_ = seq + 1;
  }
  loaded_ = true;
}

const Attempt* Attempts::find(std::int64_t call) {
  load();
  const auto found = by_call_.find(call);
  return found == by_call_.end() ? nullptr : &found->second;
}

bool Attempts::has_room(std::int64_t row, std::int64_t per_row) const {
  const auto found = rows_.find(row);
  return found != rows_.end() && static_cast<std::int64_t>(found->second.calls.size()) < per_row;
}

void Attempts::add(Attempt attempt, std::int64_t per_row) {
  load();
  while (!roomy_.empty() && !(filling_ && has_room(*filling_, per_row))) {
    filling_ = roomy_.back();
    roomy_.pop_back();
  }
  if (!filling_ || !has_room(*filling_, per_row)) {
    filling_ = next_row_++;
  }
  rows_[*filling_].calls.insert(attempt.call);
  row_of_[attempt.call] = *filling_;
  dirty_.insert(*filling_);
  cache(std::move(attempt));
}

void Attempts::save(const Attempt& attempt) {
  note(attempt);
  dirty_.insert(row_of_.at(attempt.call));
}

void Attempts::note(const Attempt& attempt) {
  load();
  Attempt& kept = by_call_.at(attempt.call);
  auto lease = leases_.extract({kept.lease_until, kept.call});
  CALLGATE_CHECK(!lease.empty());
  lease.value() = {attempt.lease_until, attempt.call};
  leases_.insert(std::move(lease));
  if (&kept != &attempt) {
    kept = attempt;
  }
}

void Attempts::remove(std::int64_t call) {
  load();
  const auto found = by_call_.find(call);
  CALLGATE_CHECK(found != by_call_.end());
  const auto one_less = [](auto& counts, std::int64_t key) {
    const auto count = counts.find(key);
    if (--count->second == 0) {
      counts.erase(count);
    }
  };
  one_less(live_of_, found->second.job);
  one_less(live_through_, found->second.account);
  one_less(dialling_, found->second.digits);
  leases_.erase({found->second.lease_until, call});
  by_call_.erase(found);
  const auto row = row_of_.find(call);
  rows_.at(row->second).calls.erase(call);
  roomy_.push_back(row->second);
  dirty_.insert(row->second);
  row_of_.erase(row);
}

const std::map<std::int64_t, Attempt>& Attempts::all() {
  load();
  return by_call_;
}

std::int64_t Attempts::live_of(std::int64_t job) {
  load();
  const auto found = live_of_.find(job);
  return found == live_of_.end() ? 0 : found->second;
}

std::int64_t Attempts::live_through(std::int64_t account) {
  load();
  const auto found = live_through_.find(account);
  return found == live_through_.end() ? 0 : found->second;
}

const std::map<std::int64_t, std::int64_t>& Attempts::live() {
  load();
  return live_of_;
}

Turn Attempts::turn_of(std::int64_t job) {
  load();
  const auto found = turn_of_.find(job);
  return found == turn_of_.end() ? Turn{} : found->second;
}

Instant Attempts::last_turn() {
  load();
  return last_turn_;
}

bool Attempts::is_dialling(std::int64_t digits) {
  load();
  return dialling_.find(digits) != dialling_.end();
}

const std::set<std::pair<Instant, std::int64_t>>& Attempts::leases() {
  load();
  return leases_;
}

Blob Attempts::pack(const Row& row) const {
  Blob dials;
  dials.reserve(row.calls.size() * kPackedAbout);
  Packer out{dials};
  for (const std::int64_t call : row.calls) {
    pack_attempt(out, by_call_.at(call));
  }
  return dials;
}

void Attempts::flush() {
  for (const std::int64_t seq : dirty_) {
    const auto found = rows_.find(seq);
    Row& row = found->second;
    if (!row.calls.empty()) {
      const Blob dials = pack(row);
      sql_.exec(row.stored ? "UPDATE attempts SET dials = ?2 WHERE seq = ?1"
                           : "INSERT INTO attempts (seq, dials) VALUES (?1, ?2)",
                {seq, Bytes{dials}});
      row.stored = true;
      continue;
    }
    if (row.stored) {
      sql_.exec("DELETE FROM attempts WHERE seq = ?1", {seq});
    }
    rows_.erase(found);
  }
  dirty_.clear();
  roomy_.clear();
  filling_.reset();
}

void Attempts::drop() {
  loaded_ = false;
  by_call_.clear();
  live_of_.clear();
  live_through_.clear();
  dialling_.clear();
  turn_of_.clear();
  last_turn_ = {};
  leases_.clear();
  rows_.clear();
  row_of_.clear();
  dirty_.clear();
  next_row_ = 1;
  roomy_.clear();
  filling_.reset();
}

}  // namespace callgate
