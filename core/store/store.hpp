// A transaction's unit of work over the tables that are cached: read what is asked for, change it
// in memory, write each changed row once at the end. Calls that wait or have ended, imports, tasks
// and providers are plain functions on the port and need no cache.
#pragma once

#include <vector>

#include "core/store/access.hpp"
#include "core/store/answers.hpp"
#include "core/store/attempts.hpp"
#include "core/store/calls.hpp"
#include "core/store/clients.hpp"
#include "core/store/contacts.hpp"
#include "core/store/jobs.hpp"
#include "core/store/lanes.hpp"
#include "core/store/limits.hpp"
#include "core/store/retention.hpp"
#include "core/store/sql.hpp"
#include "core/store/suppressions.hpp"
#include "core/store/workspace.hpp"

namespace callgate {

class Store {
 public:
  explicit Store(Sql& port)
      : sql(port),
        workspace(port),
        retention(port),
        jobs(port, workspace, retention),
        lanes(port, workspace),
        attempts(port),
        live_calls(port),
        answers(port),
        limits(port),
        suppressions(port),
        contacts(port),
        clients(port),
        keys(port),
        members(port),
        sessions(port) {}

  // At the end: writes what changed and returns the changed jobs.
  std::vector<const Job*> flush() {
    lanes.flush();
    attempts.flush();
    answers.flush();
    limits.flush();
    auto changed = jobs.flush();
    retention.flush();
    workspace.flush();
    return changed;
  }

  void drop() {
    workspace.drop();
    retention.drop();
    jobs.drop();
    lanes.drop();
    attempts.drop();
    live_calls.drop();
    answers.drop();
    limits.drop();
    suppressions.drop();
    contacts.drop();
    clients.drop();
    keys.drop();
    members.drop();
    sessions.drop();
  }

  Sql& sql;
  WorkspaceRow workspace;
  RetentionRow retention;
  Jobs jobs;
  Lanes lanes;
  Attempts attempts;
  LiveCalls live_calls;
  Answers answers;
  LimitRow limits;
  Suppressions suppressions;
  Contacts contacts;
  Clients clients;
  ApiKeys keys;
  Members members;
  Sessions sessions;
};

}  // namespace callgate
