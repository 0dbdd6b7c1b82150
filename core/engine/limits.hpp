// Limits at work: what a pass may start now, what a dial uses up, what a number may still be
// called. The rules are pure (core/limits); here they meet the settings, which hold from the next
// pass on, and what is remembered. What is not limited costs nothing: no row is read or written for
// it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/calls/attempt.hpp"
#include "core/dispatch/board.hpp"
#include "core/limits/accounts.hpp"
#include "core/limits/frequency.hpp"
#include "core/limits/gcra.hpp"
#include "core/schedule/quiet_hours/rules.hpp"

namespace callgate {

struct Service;
struct Attempt;
struct Call;
struct Job;
struct PaceUse;
struct Provider;

// A day on the clock of a zone; no name: UTC.
struct Day {
  std::int64_t number = 0;
  Instant next{};
};
[[nodiscard]] Day day_at(const Service& service, const std::string& zone_name, Instant at);

// What a rate allows by what was decided on, and by what went out.
[[nodiscard]] Starts starts_of(const Pace& pace, const PaceUse& use, Instant now);
[[nodiscard]] std::string words_of(const Pace& pace);

// What a pass may give out, at the time of this Input.
class PassLimits {
 public:
  explicit PassLimits(Service& service);

  // Of the workspace and the provider accounts.
  [[nodiscard]] std::int64_t free_slots() const { return free_slots_; }
  [[nodiscard]] const Starts& starts() const { return starts_; }
  // Agents and numbers that call, where they are limited.
  [[nodiscard]] const Slots& shared() const { return shared_; }
  // What each provider account takes; none: there is none that could be used.
  [[nodiscard]] const std::vector<AccountNow>& accounts() const { return accounts_; }
  [[nodiscard]] BoardJob job(std::int64_t seq) const;

 private:
  Service& service_;
  std::int64_t free_slots_ = 0;
  Starts starts_;
  Slots shared_;
  std::vector<AccountNow> accounts_;
};

// A limit that holds the job's next call back now.
struct BindingLimit {
  std::string_view code;
  std::string detail;
  std::optional<Instant> until;
  std::string account;  // the name of the provider account that binds; empty: none
};
[[nodiscard]] std::vector<BindingLimit> binding_limits(Service& service, const Job& job);
// Of the agent or the number that the call has of its own.
[[nodiscard]] std::optional<BindingLimit> own_limit(Service& service, const Call& call,
                                                    const Job& job);

// Of the day's quota and budget.
struct LimitUse {
  std::int64_t provider_calls = 0;
  std::int64_t spent_micros = 0;
  std::int64_t reserved_micros = 0;
};
[[nodiscard]] LimitUse use_of_limits(Service& service);

// A dial was decided on; `goes_out`: its request leaves at once. True: it counts in the quota of
// the account's day.
bool count_dial(Service& service, const Job& job, const Provider& account, bool goes_out);
// A dial that was only named is about to go out: nothing, and it is counted; or when it may.
[[nodiscard]] std::optional<Instant> send_later(Service& service, const Job& job,
                                                const Provider& account);

// An attempt has ended. Its price may come with its end, or later (count_cost).
void count_end(Service& service, const Call& call, const Attempt& attempt, Job& job,
               Outcome outcome, std::int64_t cost_micros);
void count_cost(Service& service, Job& job, std::int64_t cost_micros);

// The caps on calls to one class of people for one purpose, with the law that each is of (nullptr:
// the workspace's own). None of the law's where nobody is rung, or where it is left aside.
struct CapsInForce {
  std::vector<FrequencyCap> caps;
  std::vector<const QuietRule*> rules;
  bool count_dials = false;
};

class CapCache {
 public:
  [[nodiscard]] const CapsInForce& of(Service& service, const Call& call, const Job& job);
  void drop() {
    version_ = 0;
    last_ = {};
    by_class_.clear();
  }

 private:
  // Of the call asked about last.
  struct Last {
    std::int64_t call = 0;
    std::int64_t job = 0;
    const CapsInForce* caps = nullptr;
  };

  std::int64_t version_ = 0;
  Last last_;
  CapsInForce own_;
  std::map<std::pair<std::string, Purpose>, CapsInForce, std::less<>> by_class_;
};

// nullopt for what is no cap on how often a number is called: a time to let it ring, and what an
// assistant never does, to leave somebody waiting in silence.
[[nodiscard]] std::optional<FrequencyCap> frequency_cap_of(const CallCap& cap);

struct CapHold {
  Instant until{};
  FrequencyCap cap;
  const QuietRule* rule = nullptr;
};
// What of the caps holds the call back now.
[[nodiscard]] std::optional<CapHold> cap_hold(Service& service, const Call& call, const Job& job);
// The number is dialled: half a minute later it has rung, if it does.
void count_call(Service& service, const Call& call, const Job& job);
// A dial decided on then goes out only now.
void count_call_late(Service& service, const Call& call, const Job& job, Instant decided_at);

}  // namespace callgate
