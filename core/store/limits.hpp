// What limits have to remember, and no more: one packed row of the workspace, written with the
// Inputs that changed it, only where a rate, a quota or a budget is in force or when the provider
// account does not take a call; and a row for each number that a cap counts, keyed by its digits.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "core/limits/allowance.hpp"
#include "core/limits/limit_settings.hpp"
#include "core/store/pack.hpp"
#include "core/store/sql.hpp"

namespace callgate {

void pack(Packer& out, const LimitSettings& limits);
[[nodiscard]] LimitSettings unpack_limit_settings(Unpacker& in);
// What came later: of each account when it is away and whether it is adaptive; then the limits of
// accounts by their names.
void pack_health(Packer& out, const AccountLimits& limits);
void unpack_health(Unpacker& in, AccountLimits& limits);
void pack_accounts(Packer& out, const LimitSettings& limits);
void unpack_accounts(Unpacker& in, LimitSettings& limits);
// As a column: empty where nothing is set.
[[nodiscard]] Blob pack_job_limits(const JobLimits& limits);
[[nodiscard]] JobLimits unpack_job_limits(Bytes packed);

// When calls were decided on, and when they went out: a queue may stand between.
struct PaceUse {
  PaceState decided;
  PaceState sent;
};

// Of one provider account.
struct AccountState {
  PaceUse pace;
  DayCount calls;
  Allowance allowance;
  Breaker breaker;
};

struct LimitState {
  PaceUse workspace;
  std::map<std::int64_t, AccountState> accounts;  // by number, where there is anything to remember
  std::map<std::int64_t, PaceUse> jobs;           // those with a rate that was used lately
  DayCount spent;

  [[nodiscard]] AccountState account(std::int64_t number) const;
};

class LimitRow {
 public:
  explicit LimitRow(Sql& sql) : sql_(sql) {}

  [[nodiscard]] const LimitState& now();
  [[nodiscard]] LimitState& edit();
  void flush();
  void drop() {
    loaded_ = false;
    dirty_ = false;
  }

 private:
  Sql& sql_;
  bool loaded_ = false;
  bool dirty_ = false;
  LimitState state_;
};

namespace numbers {

[[nodiscard]] NumberHistory find(Sql& sql, std::int64_t digits);
void save(Sql& sql, std::int64_t digits, const NumberHistory& history);
// Those of greater numbers, in order of the digits, at most `limit`.
[[nodiscard]] std::vector<std::pair<std::int64_t, NumberHistory>> page(Sql& sql, std::int64_t after,
                                                                       std::int64_t limit);
void erase(Sql& sql, std::int64_t digits);

}  // namespace numbers
}  // namespace callgate
