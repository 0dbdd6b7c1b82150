// What a workspace and a job may be limited to, as values. A limit that is not set is 0, or absent.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/limits/breaker.hpp"
#include "core/limits/budget.hpp"
#include "core/limits/frequency.hpp"
#include "core/limits/gcra.hpp"

namespace callgate {

struct NamedLimit {
  std::string id;            // the provider's, of an assistant or a number that calls
  std::int64_t at_once = 0;  // calls

  friend bool operator==(const NamedLimit&, const NamedLimit&) = default;
};

// Of one provider account.
struct AccountLimits {
  std::int64_t at_once = 0;
  Pace pace;
  std::int64_t per_day = 0;
  std::string zone;  // on whose clock its day begins; empty: UTC
  BreakerRule breaker;
  bool adaptive = false;  // calls at once fall when the account refuses for want of room

  friend bool operator==(const AccountLimits&, const AccountLimits&) = default;
};

// Of the workspace; how many calls run at once in it and in each job stands with its settings.
struct LimitSettings {
  static constexpr std::int64_t kReserve = 500'000;  // half a dollar

  Pace pace;
  AccountLimits provider;  // of each provider account that has none of its own …
  std::map<std::string, AccountLimits, std::less<>> providers;  // … by its name
  Pace job_pace;                       // of each job that has none of its own
  std::vector<NamedLimit> agents;      // by id, ascending
  std::vector<NamedLimit> caller_ids;  // by id, ascending
  std::vector<FrequencyCap> caps;
  Budget day_budget;
  std::string budget_zone;  // on whose clock a budget's day begins; empty: UTC

  [[nodiscard]] const AccountLimits& of_account(std::string_view name) const {
    const auto own = providers.find(name);
    return own == providers.end() ? provider : own->second;
  }
};

// Of one job.
struct JobLimits {
  std::string subject;       // what its calls are about; empty: they may be about anything
  Pace pace;                 // instead of the workspace's for each job
  std::int64_t budget = 0;   // millionths of a dollar, for all of it
  std::int64_t per_day = 0;  // … a day, on the clock of the workspace's budget
  std::int64_t reserve = LimitSettings::kReserve;
  DayCount spent;  // so far

  [[nodiscard]] bool has_budget() const { return budget > 0 || per_day > 0; }
  friend bool operator==(const JobLimits&, const JobLimits&) = default;
};

}  // namespace callgate
