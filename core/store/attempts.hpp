// Attempts under way: one row per dial that may still be ringing somewhere, gone when it has ended
// (its record then stands in the call's history). Concurrency is the number of these rows, never a
// stored count. The row is the dial's outbox entry as well: what to ask of the provider next, until
// when somebody is on it, and the fence that tells an old hold from the present one. Cached between
// Inputs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "core/base/time.hpp"
#include "core/calls/attempt.hpp"
#include "core/input.hpp"
#include "core/store/sql.hpp"
#include "core/store/workspace.hpp"

namespace callgate {

struct Attempt {
  std::int64_t call = 0;
  std::int64_t job = 0;
  std::int64_t number = 1;  // of the call's dials, from 1
  AttemptState state = AttemptState::intent;
  EffectKind effect = EffectKind::place_call;  // what was last asked of the provider
  std::int64_t fence = 1;                      // grows with every new hold on the attempt
  Instant lease_until{};                       // then its recovery is due: LookUpCall
  Instant intent_at{};
  std::optional<Instant> unknown_since;
  std::int64_t looks = 0;          // look-ups since it became unknown, or since it was placed
  std::int64_t absences = 0;       // … that found nothing, in a row
  std::optional<Instant> look_to;  // a list was cut: the next look goes on with older calls
  std::optional<Instant> started_at;
  std::string provider_call_id;
  std::string control_url;
};

class Attempts {
 public:
  Attempts(Sql& sql, WorkspaceRow& workspace) : sql_(sql), workspace_(workspace) {}

  [[nodiscard]] const Attempt* find(std::int64_t call);
  void add(Attempt attempt);
  void save(const Attempt& attempt);
  void remove(std::int64_t call);

  [[nodiscard]] const std::map<std::int64_t, Attempt>& all();
  [[nodiscard]] std::int64_t live_of(std::int64_t job);
  // Leases by their end, earliest first.
  [[nodiscard]] const std::set<std::pair<Instant, std::int64_t>>& leases();

  void drop();

 private:
  void load();
  void cache(Attempt attempt);

  Sql& sql_;
  WorkspaceRow&
      workspace_;  // every change raises the revision: readers elsewhere drop their caches
  bool loaded_ = false;
  std::map<std::int64_t, Attempt> rows_;
  std::map<std::int64_t, std::int64_t> live_of_;
  std::set<std::pair<Instant, std::int64_t>> leases_;
};

}  // namespace callgate
