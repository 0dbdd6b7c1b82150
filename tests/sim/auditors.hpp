// What must hold of every run, whatever the faults: written against the design and the contracts,
// with the carrier's ledger, the operator's memory and the public routes as witnesses. An auditor
// is a row in one of the tables of auditors.cpp (at a dial), watch.cpp (after an Output), books.cpp
// (when the books are read), kept.cpp (what was removed) or ledger.cpp (at the end), and a
// function.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/limits/breaker.hpp"
#include "tests/sim/operator.hpp"
#include "tests/sim/world.hpp"

namespace callgate::sim {

struct Finding {
  std::string auditor;
  std::string detail;
  Instant at{};
};

// A call as /api/jobs/{id}/calls showed it when it had ended.
struct Ended {
  std::string status;
  std::int64_t attempts_used = 0;
  std::size_t attempts = 0;
  std::int64_t round = 1;
};

// All that an auditor sees, and where it says what is wrong.
struct Scene {
  World& world;
  const Model& model;
  std::vector<Finding>& findings;
  Chance dice;
  Faults faults;                     // before they were taken away
  Millis slack;                      // two clocks of a run are at most so far apart
  std::set<std::string> attempts{};  // names that the carrier has seen
  std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> dials{};  // of a person
  std::set<std::pair<std::int64_t, std::int64_t>> granted{};            // call and attempt
  std::map<std::pair<std::string, std::string>, std::string> agents{};  // who calls a person
  std::map<std::string, Ended> ended{};                                 // by call
  std::map<std::int64_t, Instant> turns{};                              // by job: its last dial
  Instant last_turn{};                                                  // of those the latest
  std::map<std::string, std::string> told{};                            // job: its newest event
  std::array<Breaker, kAccounts> breakers{};  // of the provider accounts, after the last Output
  std::int64_t daily_seen = 0;                // calls that were put in for their day …
  std::map<std::string, std::set<std::int64_t>> daily_dates{};  // … and for which, by number
  std::int64_t removals_seen = 0;                               // calls and jobs that went …
  std::int64_t removed_jobs_seen = 0;

  void find(std::string_view auditor, std::string detail);
};

class Auditors {
 public:
  Auditors(World& world, const Model& model, std::vector<Finding>& findings);
  // Reads the books of the whole workspace through its routes.
  void read_books();
  // After everything has come to rest.
  void conclude();

 private:
  Scene scene_;
};

// What each of the three files has for the tables.
void prepare_looks(Sql& sql);  // indexes that only an auditor needs
void audit_dial(Scene& scene, const Dialled& dial);
void audit_output(Scene& scene, const Input& input, const Output& output);
void audit_books(Scene& scene, bool at_end);
void audit_ledger(Scene& scene);
// With every call as its job shows it; `importing`: but for those of a job whose list still
// arrives.
void audit_people(Scene& scene, const std::vector<nlohmann::json>& calls, bool importing);

// What holds of calls that were scheduled one at a time (chains.cpp).
void audit_chains(Scene& scene, bool at_end);

// What holds of those who are called each day (daily.cpp): at each Output, and of the books.
void prepare_daily(Sql& sql);
void audit_daily(Scene& scene, const Input& input, const Output& output);
void audit_daily_books(Scene& scene);

// What retention has removed (kept.cpp), as it was noted when it went.
struct RemovedCall {
  std::string number;
  std::string status;
  std::string history;  // JSON
};
// 0: of all jobs.
[[nodiscard]] std::vector<RemovedCall> removed_calls_of(Scene& scene, std::int64_t job);
[[nodiscard]] bool was_removed(Scene& scene, std::int64_t job);
void audit_removals(Scene& scene);
void audit_kept(Scene& scene);

// How the design's retry classes name an end, and the least wait after it; terminal: no other dial.
struct EndClass {
  std::string_view reason;
  std::string_view outcome;
  std::int64_t wait_s;
  bool terminal;
};
[[nodiscard]] const EndClass& class_of(std::string_view ended_reason);

}  // namespace callgate::sim
