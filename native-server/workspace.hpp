// One open workspace: its SQLite file, its core, and the two threads they live on. The writer is an
// actor: Inputs wait in a queue and run in groups, at most 256 or 5 ms of them in one transaction,
// which the core closes with the last one, and are answered together after the one commit (one
// fsync). When nothing more waits a group is committed at once. When an Input throws, its group is
// run again with a savepoint for each: those that throw are answered 500, the others are kept. A
// commit that fails takes the whole group back and answers 503, with no effect and no event. The
// reader answers what only reads from the last commit on a second connection, so a large import
// does not hold it up. An Input that breaks an invariant is one that throws: the core begins anew
// from what is committed, and the leases recover what was under way.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "core/core.hpp"
#include "native-server/effects.hpp"
#include "native-server/event_hub.hpp"
#include "native-server/log.hpp"
#include "native-server/metrics.hpp"

namespace callgate {

// What workspaces share; outlives them.
struct WorkspaceServices {
  Bytes secret;  // of the deployment
  HostLimits limits;
  EffectPerformer& effects;
  EventHub& events;
  Metrics& metrics;
  Log& log;
  ZoneArchive zones = {};
  // How long Inputs are taken into one commit: what the first of them waits for the others.
  std::chrono::milliseconds group_time{5};
  Environment environment = {};
};

class Workspace {
 public:
  // monostate: a piece of an import was taken, the next may come.
  using Reply = std::variant<std::monostate, Response, Stream, Ingest>;
  // Called once, after the commit, on a thread of the workspace: must not block.
  using Done = std::function<void(Reply)>;

  // Opens or makes the file and brings its schema up to date. Throws SqlError.
  Workspace(std::string name, const std::string& path, WorkspaceServices services);
  ~Workspace();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  // Any thread.
  void handle(HttpRequest request, Done done);
  void take_piece(ImportChunk piece, Done done);
  [[nodiscard]] std::int64_t wal_bytes() const;

  // Finishes and commits what waits, answers what still awaits an effect, closes the file.
  void stop();

 private:
  class Writer;
  class Reader;

  std::unique_ptr<Writer> writer_;
  std::unique_ptr<Reader> reader_;
};

}  // namespace callgate
