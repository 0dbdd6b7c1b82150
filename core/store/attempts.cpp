#include "core/store/attempts.hpp"

#include <algorithm>

#include "core/calls/history.hpp"
#include "core/store/calls.hpp"
#include "core/store/pack.hpp"

namespace callgate {
namespace {

constexpr std::size_t kPackedAbout = 320;  // bytes of most attempts

// A row stays far below the size that a host takes, however many prices do not come.
constexpr std::int64_t kSettlingBeside = 4;

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

void one_less(std::map<std::int64_t, std::int64_t>& counts, std::int64_t key) {
  const auto count = counts.find(key);
  if (--count->second == 0) {
    counts.erase(count);
  }
}

}  // namespace

void Attempts::cache(Attempt attempt) {
  ++live_of_[attempt.job];
  ++live_through_[attempt.account];
  ++dialling_[attempt.digits];
  leases_.emplace(attempt.lease_until, name_of(attempt));
  Turn& turn = turn_of_[attempt.job];
  turn = std::max(turn, attempt.turn);
  last_turn_ = std::max(last_turn_, turn.since);
  const std::int64_t call = attempt.call;
  by_call_[call] = std::move(attempt);
}

void Attempts::cache_settling(Attempt attempt) {
  ++settling_of_[attempt.job];
  const DialName name = name_of(attempt);
  leases_.emplace(attempt.lease_until, name);
  settling_[name] = std::move(attempt);
}

Attempt Attempts::uncache(std::int64_t call) {
  const auto found = by_call_.find(call);
  CALLGATE_CHECK(found != by_call_.end());
  Attempt attempt = std::move(found->second);
  by_call_.erase(found);
  one_less(live_of_, attempt.job);
  one_less(live_through_, attempt.account);
  one_less(dialling_, attempt.digits);
  leases_.erase({attempt.lease_until, name_of(attempt)});
  return attempt;
}

bool Attempts::is_over(const Attempt& stored) {
  if (stored.state != AttemptState::ended) {
    return false;
  }
  const auto call = calls::find(sql_, stored.call);
  return !call || call->job != stored.job || !awaits_price(call->history, stored.number);
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
      if (is_over(attempt)) {
        continue;
      }
      row.dials.insert(name_of(attempt));
      row_of_[name_of(attempt)] = seq;
      if (attempt.state == AttemptState::ended) {
        cache_settling(std::move(attempt));
      } else {
        ++row.live;
        cache(std::move(attempt));
      }
    }
    if (row.dials.empty()) {
      spare_.insert(seq);
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

const Attempt* Attempts::find(const DialName& name) {
  const Attempt* live = find(name.call);
  if (live != nullptr && live->number == name.attempt) {
    return live;
  }
  const auto found = settling_.find(name);
  return found == settling_.end() ? nullptr : &found->second;
}

Attempt& Attempts::at(const DialName& name) {
  const auto found = settling_.find(name);
  return found != settling_.end() ? found->second : by_call_.at(name.call);
}

bool Attempts::has_room(std::int64_t row, std::int64_t per_row) const {
  const auto found = rows_.find(row);
  return found != rows_.end() && found->second.live < per_row &&
         static_cast<std::int64_t>(found->second.dials.size()) < kSettlingBeside * per_row;
}

std::int64_t Attempts::row_for_one(std::int64_t per_row) {
  while (!roomy_.empty() && !(filling_ && has_room(*filling_, per_row))) {
    filling_ = roomy_.back();
    roomy_.pop_back();
  }
  if (!filling_ || !has_room(*filling_, per_row)) {
    filling_ = spare_.empty() ? next_row_++ : *spare_.begin();
  }
  spare_.erase(*filling_);
  return *filling_;
}

void Attempts::add(Attempt attempt, std::int64_t per_row) {
  load();
  const std::int64_t seq = row_for_one(per_row);
  Row& row = rows_[seq];
  row.dials.insert(name_of(attempt));
  ++row.live;
  row_of_[name_of(attempt)] = seq;
  dirty_.insert(seq);
  cache(std::move(attempt));
}

void Attempts::save(const Attempt& attempt) {
  note(attempt);
  dirty_.insert(row_of_.at(name_of(attempt)));
}

void Attempts::note(const Attempt& attempt) {
  load();
  Attempt& kept = at(name_of(attempt));
  auto lease = leases_.extract({kept.lease_until, name_of(kept)});
  CALLGATE_CHECK(!lease.empty());
  lease.value() = {attempt.lease_until, name_of(attempt)};
  leases_.insert(std::move(lease));
  if (&kept != &attempt) {
    kept = attempt;
  }
}

std::int64_t Attempts::end_in_row(const DialName& name) {
  const std::int64_t seq = row_of_.at(name);
  --rows_.at(seq).live;
  roomy_.push_back(seq);  // it is written anyway
  dirty_.insert(seq);
  return seq;
}

void Attempts::remove(std::int64_t call) {
  load();
  const DialName name = name_of(uncache(call));
  rows_.at(end_in_row(name)).dials.erase(name);
  row_of_.erase(name);
}

void Attempts::settle(Attempt attempt) {
  load();
  static_cast<void>(uncache(attempt.call));
  attempt.state = AttemptState::ended;
  static_cast<void>(end_in_row(name_of(attempt)));
  cache_settling(std::move(attempt));
}

void Attempts::settled(const DialName& name) {
  load();
  const auto found = settling_.find(name);
  if (found == settling_.end()) {
    return;
  }
  one_less(settling_of_, found->second.job);
  leases_.erase({found->second.lease_until, name});
  settling_.erase(found);
  const auto row = row_of_.find(name);
  std::set<DialName>& dials = rows_.at(row->second).dials;
  dials.erase(name);
  if (dials.empty() && dirty_.count(row->second) == 0) {
    spare_.insert(row->second);
  }
  row_of_.erase(row);
}

void Attempts::settled(std::int64_t job, std::int64_t first_call, std::int64_t last_call) {
  load();
  std::vector<DialName> names;
  for (auto at = settling_.lower_bound({first_call, 0});
       at != settling_.end() && at->first.call <= last_call; ++at) {
    if (at->second.job == job) {
      names.push_back(at->first);
    }
  }
  for (const DialName& name : names) {
    settled(name);
  }
}

void Attempts::give_up_price(const DialName& name) {
  dirty_.insert(row_of_.at(name));
  settled(name);
}

const std::map<std::int64_t, Attempt>& Attempts::all() {
  load();
  return by_call_;
}

std::int64_t Attempts::settling() {
  load();
  return static_cast<std::int64_t>(settling_.size());
}

std::int64_t Attempts::settling_of(std::int64_t job) {
  load();
  const auto found = settling_of_.find(job);
  return found == settling_of_.end() ? 0 : found->second;
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

const std::set<std::pair<Instant, DialName>>& Attempts::leases() {
  load();
  return leases_;
}

Blob Attempts::pack(const Row& row) {
  Blob dials;
  dials.reserve(row.dials.size() * kPackedAbout);
  Packer out{dials};
  for (const DialName& name : row.dials) {
    pack_attempt(out, at(name));
  }
  return dials;
}

void Attempts::flush() {
  for (const std::int64_t seq : dirty_) {
    const auto found = rows_.find(seq);
    Row& row = found->second;
    if (!row.dials.empty()) {
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
  settling_.clear();
  settling_of_.clear();
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
  spare_.clear();
}

}  // namespace callgate
