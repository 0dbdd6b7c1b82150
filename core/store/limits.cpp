#include "core/store/limits.hpp"

namespace callgate {
namespace {

void pack(Packer& out, const Pace& pace) {
  out.integer(pace.per_second);
  out.integer(pace.per_minute);
}

Pace unpack_pace(Unpacker& in) {
  const std::int64_t per_second = in.integer();
  return {per_second, in.integer()};
}

void pack(Packer& out, const std::vector<NamedLimit>& limits) {
  out.integer(static_cast<std::int64_t>(limits.size()));
  for (const NamedLimit& limit : limits) {
    out.text(limit.id);
    out.integer(limit.at_once);
  }
}

std::vector<NamedLimit> unpack_named(Unpacker& in) {
  std::vector<NamedLimit> limits;
  for (std::int64_t left = in.integer(); left > 0; --left) {
    NamedLimit& limit = limits.emplace_back();
    limit.id = in.text();
    limit.at_once = in.integer();
  }
  return limits;
}

// But for what came later: the breaker's rule and whether it is adaptive.
void pack_account(Packer& out, const AccountLimits& limits) {
  out.integer(limits.at_once);
  pack(out, limits.pace);
  out.integer(limits.per_day);
  out.text(limits.zone);
}

AccountLimits unpack_account(Unpacker& in) {
  AccountLimits limits;
  limits.at_once = in.integer();
  limits.pace = unpack_pace(in);
  limits.per_day = in.integer();
  limits.zone = in.text();
  return limits;
}

void pack(Packer& out, const FrequencyCap& cap) {
  out.integer(cap.max);
  for (const Millis time : {cap.window, cap.gap, cap.cool_off}) {
    out.integer(time.count());
  }
  out.integer(static_cast<std::int64_t>(cap.after));
  out.integer(cap.per_subject ? 1 : 0);
  out.integer(cap.from_first_conversation ? 1 : 0);
}

FrequencyCap unpack_cap(Unpacker& in) {
  FrequencyCap cap;
  cap.max = in.integer();
  for (Millis* time : {&cap.window, &cap.gap, &cap.cool_off}) {
    *time = Millis{in.integer()};
  }
  cap.after = static_cast<Met>(in.integer());
  cap.per_subject = in.integer() != 0;
  cap.from_first_conversation = in.integer() != 0;
  return cap;
}

void pack(Packer& out, const DayCount& count) {
  out.integer(count.day);
  out.integer(count.count);
}

DayCount unpack_day(Unpacker& in) {
  const std::int64_t day = in.integer();
  return {day, in.integer()};
}

void pack(Packer& out, const PaceUse& use) {
  for (const PaceState& state : {use.decided, use.sent}) {
    out.integer(state.second.next_ticks);
    out.integer(state.minute.next_ticks);
  }
}

PaceUse unpack_use(Unpacker& in) {
  PaceUse use;
  for (PaceState* state : {&use.decided, &use.sent}) {
    state->second.next_ticks = in.integer();
    state->minute.next_ticks = in.integer();
  }
  return use;
}

void pack(Packer& out, const Allowance& allowance) {
  out.integer(allowance.fell_to);
  out.instant(allowance.fell_at);
  out.integer(allowance.ended_then);
  out.integer(allowance.rest.count());
}

Allowance unpack_allowance(Unpacker& in) {
  Allowance allowance;
  allowance.fell_to = in.integer();
  allowance.fell_at = in.instant();
  allowance.ended_then = in.integer();
  allowance.rest = Millis{in.integer()};
  return allowance;
}

void pack(Packer& out, const Breaker& breaker) {
  out.integer(breaker.failures);
  out.integer(static_cast<std::int64_t>(breaker.cause));
  out.text(breaker.reason);
  out.instant(breaker.opened_at);
  out.instant(breaker.probe_at);
  out.integer(breaker.waits);
  const DialName probe = breaker.probe.value_or(DialName{});
  out.integer(probe.call);
  out.integer(probe.attempt);
}

Breaker unpack_breaker(Unpacker& in) {
  Breaker breaker;
  breaker.failures = in.integer();
  breaker.cause = static_cast<BreakerCause>(in.integer());
  breaker.reason = in.text();
  breaker.opened_at = in.instant_or_none();
  breaker.probe_at = in.instant();
  breaker.waits = in.integer();
  DialName probe;
  probe.call = in.integer();
  probe.attempt = in.integer();
  if (probe.call != 0) {
    breaker.probe = probe;
  }
  return breaker;
}

// The first account stands where the only one stood, the others behind everything.
Blob pack_state(const LimitState& state) {
  Blob packed;
  Packer out{packed};
  const AccountState first = state.account(1);
  pack(out, state.workspace);
  pack(out, first.pace);
  pack(out, first.calls);
  pack(out, state.spent);
  out.integer(static_cast<std::int64_t>(state.jobs.size()));
  for (const auto& [job, use] : state.jobs) {
    out.integer(job);
    pack(out, use);
  }
  out.integer(0);  // of the calls that awaited a price, before attempts settled
  pack(out, first.allowance);
  pack(out, first.breaker);
  for (const auto& [number, account] : state.accounts) {
    if (number != 1) {
      out.small(number);
      pack(out, account.pace);
      pack(out, account.calls);
      pack(out, account.allowance);
      pack(out, account.breaker);
    }
  }
  return packed;
}

LimitState unpack_state(Bytes packed) {
  LimitState state;
  Unpacker in{packed};
  state.workspace = unpack_use(in);
  AccountState& first = state.accounts[1];
  first.pace = unpack_use(in);
  first.calls = unpack_day(in);
  state.spent = unpack_day(in);
  for (std::int64_t left = in.integer(); left > 0; --left) {
    const std::int64_t job = in.integer();
    state.jobs[job] = unpack_use(in);
  }
  for (std::int64_t left = in.integer(); left > 0; --left) {
    static_cast<void>(in.integer());
    static_cast<void>(in.integer());
    static_cast<void>(in.instant());
  }
  if (!in.done()) {  // rows of before these were remembered end here
    first.allowance = unpack_allowance(in);
    first.breaker = unpack_breaker(in);
  }
  while (!in.done()) {
    AccountState& account = state.accounts[in.small()];
    account.pace = unpack_use(in);
    account.calls = unpack_day(in);
    account.allowance = unpack_allowance(in);
    account.breaker = unpack_breaker(in);
  }
  return state;
}

}  // namespace

void pack(Packer& out, const LimitSettings& limits) {
  pack(out, limits.pace);
  pack_account(out, limits.provider);
  pack(out, limits.job_pace);
  pack(out, limits.agents);
  pack(out, limits.caller_ids);
  out.integer(static_cast<std::int64_t>(limits.caps.size()));
  for (const FrequencyCap& cap : limits.caps) {
    pack(out, cap);
  }
  out.integer(limits.day_budget.limit);
  out.integer(limits.day_budget.reserve);
  out.text(limits.budget_zone);
}

LimitSettings unpack_limit_settings(Unpacker& in) {
  LimitSettings limits;
  limits.pace = unpack_pace(in);
  limits.provider = unpack_account(in);
  limits.job_pace = unpack_pace(in);
  limits.agents = unpack_named(in);
  limits.caller_ids = unpack_named(in);
  for (std::int64_t left = in.integer(); left > 0; --left) {
    limits.caps.push_back(unpack_cap(in));
  }
  limits.day_budget.limit = in.integer();
  limits.day_budget.reserve = in.integer();
  limits.budget_zone = in.text();
  return limits;
}

void pack_health(Packer& out, const AccountLimits& limits) {
  out.integer(limits.breaker.failures);
  out.integer(limits.breaker.first_wait.count());
  out.integer(limits.breaker.longest_wait.count());
  out.small(limits.adaptive ? 1 : 0);
}

void unpack_health(Unpacker& in, AccountLimits& limits) {
  limits.breaker.failures = in.integer();
  limits.breaker.first_wait = Millis{in.integer()};
  limits.breaker.longest_wait = Millis{in.integer()};
  limits.adaptive = in.small() != 0;
}

void pack_accounts(Packer& out, const LimitSettings& limits) {
  out.small(static_cast<std::int64_t>(limits.providers.size()));
  for (const auto& [name, account] : limits.providers) {
    out.text(name);
    pack_account(out, account);
    pack_health(out, account);
  }
}

void unpack_accounts(Unpacker& in, LimitSettings& limits) {
  for (std::int64_t left = in.small(); left > 0; --left) {
    AccountLimits& account = limits.providers[in.text()];
    account = unpack_account(in);
    unpack_health(in, account);
  }
}

Blob pack_job_limits(const JobLimits& limits) {
  Blob packed;
  if (limits == JobLimits{}) {
    return packed;
  }
  Packer out{packed};
  out.text(limits.subject);
  pack(out, limits.pace);
  out.integer(limits.budget);
  out.integer(limits.per_day);
  out.integer(limits.reserve);
  pack(out, limits.spent);
  return packed;
}

JobLimits unpack_job_limits(Bytes packed) {
  JobLimits limits;
  if (packed.empty()) {
    return limits;
  }
  Unpacker in{packed};
  limits.subject = in.text();
  limits.pace = unpack_pace(in);
  limits.budget = in.integer();
  limits.per_day = in.integer();
  limits.reserve = in.integer();
  limits.spent = unpack_day(in);
  return limits;
}

AccountState LimitState::account(std::int64_t number) const {
  const auto found = accounts.find(number);
  return found == accounts.end() ? AccountState{} : found->second;
}

const LimitState& LimitRow::now() {
  if (!loaded_) {
    const Rows rows = sql_.exec("SELECT state FROM limit_state WHERE id = 1");
    state_ = rows.empty() ? LimitState{} : unpack_state(rows.blob(0, 0));
    loaded_ = true;
  }
  return state_;
}

LimitState& LimitRow::edit() {
  static_cast<void>(now());
  dirty_ = true;
  return state_;
}

void LimitRow::flush() {
  if (dirty_) {
    const Blob packed = pack_state(state_);
    sql_.exec(
        "INSERT INTO limit_state (id, state) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET "
        "state = ?1",
        {Bytes{packed}});
    dirty_ = false;
  }
}

namespace numbers {

NumberHistory find(Sql& sql, std::int64_t digits) {
  const Rows rows = sql.exec("SELECT history FROM numbers WHERE digits = ?1", {digits});
  return rows.empty() ? NumberHistory{} : NumberHistory::unpack(rows.blob(0, 0));
}

void save(Sql& sql, std::int64_t digits, const NumberHistory& history) {
  const Blob packed = history.pack();
  sql.exec(
      "INSERT INTO numbers (digits, history) VALUES (?1, ?2) ON CONFLICT (digits) DO UPDATE SET "
      "history = ?2",
      {digits, Bytes{packed}});
}

std::vector<std::pair<std::int64_t, NumberHistory>> page(Sql& sql, std::int64_t after,
                                                         std::int64_t limit) {
  const Rows rows =
      sql.exec("SELECT digits, history FROM numbers WHERE digits > ?1 ORDER BY digits LIMIT ?2",
               {after, limit});
  std::vector<std::pair<std::int64_t, NumberHistory>> found;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    found.emplace_back(rows.integer(i, 0), NumberHistory::unpack(rows.blob(i, 1)));
  }
  return found;
}

void erase(Sql& sql, std::int64_t digits) {
  sql.exec("DELETE FROM numbers WHERE digits = ?1", {digits});
}

}  // namespace numbers
}  // namespace callgate
