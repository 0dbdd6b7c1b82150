// The only door to the core. It does no I/O, reads no clock, starts no thread; between Inputs it
// keeps nothing but caches. The host contract:
//   1. Call handle() inside one transaction. Commit if it returns, roll back only if it throws, and
//      then call drop_caches(). The core validates before it writes, so a refusal has nothing to
//      undo. Several Inputs may share a transaction: all but the last say `more` (when the last
//      was not known to be it, a Wake follows), and only the last Output has new dials, events and
//      a wake_at. If one of them throws, all are rolled back and each is given again, alone.
//   2. Arm the timer to wake_at (at the edge inside the same transaction). After the commit perform
//      the effects, publish the events, send the response. A later wake_at replaces the timer; an
//      Output without one leaves it: a wake with nothing to do does no harm.
//   3. Report each effect's result as another Input. An effect that is never reported comes back as
//      its recovery when its lease expires (PlaceCall -> LookUpCall): never a blind redial. A host
//      with a queue before its effects says in HostLimits::effects_given how many of them it can
//      perform by itself, sends the names of the others through the queue and comes with
//      TakeEffects.
#pragma once

#include <memory>
#include <string_view>

#include "core/api/arrival.hpp"
#include "core/crypto.hpp"
#include "core/input.hpp"
#include "core/output.hpp"
#include "core/schedule/zone.hpp"
#include "core/store/sql.hpp"

namespace callgate {

class Core {
 public:
  // Both ports outlive the core. `workspace` is its name: lower case letters, digits and dashes, 1
  // to 40. `zones`: a newer release of the time zones than the core's own.
  Core(Sql& sql, Crypto& crypto, std::string_view workspace, ZoneArchive zones = {});
  ~Core();
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  // Brings the schema up to date; the first Input's transaction does it too. Idempotent.
  void migrate(Instant now, const std::array<std::uint8_t, 32>& entropy);

  // Throws SqlError, or std::bad_alloc; everything a caller can do wrong is a Response.
  Output handle(const Input& input);

  // After a rollback, and when somebody else may have written to the same storage.
  void drop_caches();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Answers that need no workspace (health, the index, /openapi.json, 404 and 405 of unknown paths,
// 401), the same bytes at every home. nullopt: the request is for the workspace's core. `zones`: a
// table that the host keeps for this, or one of a newer release.
[[nodiscard]] std::optional<Response> answer_without_workspace(
    const HttpRequest& request, const ZoneTable& zones = ZoneTable{});

// Whether the request only reads, so that a host may answer it from a second connection.
[[nodiscard]] bool only_reads(std::string_view method, std::string_view target);

}  // namespace callgate
