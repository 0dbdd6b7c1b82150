// What the commands of one Input work on: its context, the unit of work, and what the core keeps
// for speed between Inputs. The engine turns events into changes of the store with the pure rules
// (calls, schedule, dispatch, providers); it knows no HTTP of ours and writes no SQL.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/id.hpp"
#include "core/context.hpp"
#include "core/engine/gates.hpp"
#include "core/engine/limits.hpp"
#include "core/imports/recipient_reader.hpp"
#include "core/limits/request_rate.hpp"
#include "core/schedule/zone.hpp"
#include "core/store/attempts.hpp"
#include "core/store/calls.hpp"
#include "core/store/providers.hpp"
#include "core/store/schedules.hpp"
#include "core/store/store.hpp"

namespace callgate {

// A parser between two pieces, so that the next piece needs not restore it. Only a cache: the row
// has it.
struct OpenReader {
  std::int64_t next_chunk = 0;
  RecipientReader reader;
};

// When the next occurrence of a schedule is due, and which of them wait for a job to end.
struct ScheduleTurns {
  std::optional<Instant> next;
  std::vector<schedules::Buffered> buffered;
  std::set<std::int64_t> last_jobs;  // of those that may make another
};

struct Caches {
  std::map<std::int64_t, OpenReader> readers;     // by import
  std::optional<std::vector<Provider>> accounts;  // in order
  // When the next open import has been silent for too long (nothing: none is open); not known after
  // a change of the imports.
  std::optional<std::optional<Instant>> silence_ends;

  GateCache gates;
  CapCache caps;
  std::optional<ScheduleTurns> schedules;  // not known after a change of the schedules
  // No copy of a row: nothing of it goes when a transaction is rolled back.
  RequestRates requests;

  void drop() {
    gates.drop();
    caps.drop();
    readers.clear();
    accounts.reset();
    silence_ends.reset();
    schedules.reset();
  }
};

// Who waited and is to be answered now; the call as it stands, which may be in no list any more.
struct Released {
  Waiter waiter;
  Call call;
};

struct Service {
  Context& context;
  Store& store;
  Caches& caches;
  const ZoneTable& zones;
  const std::string& workspace;
  std::vector<Released> released = {};

  [[nodiscard]] Instant now() const { return context.now; }
  [[nodiscard]] Sql& sql() const { return store.sql; }
};

// Where a job stands in its turns, and when the last turn of any job ended: what the rows say and
// the dials under way.
[[nodiscard]] Turn turn_of(Service& service, const Job& job);
[[nodiscard]] Instant last_turn(Service& service);

[[nodiscard]] std::string call_id(const Service& service, std::int64_t seq, Instant created_at);
[[nodiscard]] std::string job_id(const Service& service, const Job& job);

// "call_…-2": how an attempt is named at the provider, and back.
[[nodiscard]] std::string attempt_id(const Service& service, const Call& call, std::int64_t number);
struct AttemptName {
  Id call;
  std::int64_t number = 0;
};
[[nodiscard]] std::optional<AttemptName> parse_attempt_id(std::string_view text);

}  // namespace callgate
