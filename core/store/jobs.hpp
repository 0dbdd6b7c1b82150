// Jobs (campaigns): their settings and running counters, one row each. Rows are cached between
// Inputs and written once at the end of an Input that changed them, however many calls moved.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/order_key.hpp"
#include "core/base/time.hpp"
#include "core/calls/experiment.hpp"
#include "core/calls/job_edits.hpp"
#include "core/calls/job_notes.hpp"
#include "core/calls/retention.hpp"
#include "core/calls/retry.hpp"
#include "core/dispatch/turn.hpp"
#include "core/limits/limit_settings.hpp"
#include "core/schedule/best_time.hpp"
#include "core/schedule/quiet_hours/rules.hpp"
#include "core/schedule/scheduled_call.hpp"
#include "core/store/ended_index.hpp"
#include "core/store/retention.hpp"
#include "core/store/sql.hpp"
#include "core/store/workspace.hpp"

namespace callgate {

// Numbers are stored: append only.
enum class JobState : std::uint8_t {
  importing = 1,  // its recipients are still arriving
  pending = 2,    // not started: waits for a person, or for start_at
  running = 3,
  paused = 4,  // by a person, or for an error that only a person can mend
  canceled = 5,
  deleted = 6,    // hidden; its rows go away with retention
  discarded = 7,  // an import that was taken back; its rows go away at once
};

// Attempts that ended in an hour by the clock, and in the one before.
struct DialsOfHour {
  std::int64_t hour = 0;  // since 1970
  std::int64_t count = 0;
  std::int64_t before = 0;

  void add(Instant at);
  // In the sixty minutes before `now`, as if those of the hour before had come evenly.
  [[nodiscard]] std::int64_t last_hour(Instant now) const;
};

struct Job {
  std::int64_t seq = 0;
  Instant created_at{};
  std::int64_t revision = 0;
  JobState state = JobState::pending;
  std::string name;
  std::string notes;
  std::string assistant_id;
  std::string phone_number_id;
  std::int64_t rank = 50;
  std::int64_t priority = 3;   // document A's scale: 1 is highest, 5 lowest
  std::optional<Level> level;  // document B's, where one was named instead
  std::int64_t weight = 1;     // dials of a turn
  std::string place;           // by hand, core/base/order_key.hpp; empty: nobody has moved it
  Purpose purpose = Purpose::marketing;  // which rules of the place called apply
  std::optional<BestTime> best_time;     // keeps to the hours at which people answer
  Experiment experiment;                 // splits its calls between assistants
  std::int64_t max_attempts = 4;
  std::optional<Millis> retry_delay;  // instead of the delays of each outcome
  RetryRules retry;
  std::optional<std::int64_t> concurrency;  // instead of the workspace's limit per job
  std::optional<Instant> start_at;
  std::optional<Instant> started_at;
  std::optional<Instant> finished_at;
  std::optional<Instant> last_processed_at;
  std::int64_t total = 0;
  std::int64_t completed = 0;
  std::int64_t failed = 0;
  std::int64_t blocked = 0;  // of those that failed: refused for good by a rule
  std::int64_t canceled = 0;
  std::int64_t attempts = 0;     // ended ones
  std::int64_t cost_micros = 0;  // millionths of a dollar
  std::int64_t talk_ms = 0;
  Turn turn;                   // as of the dials that have ended
  std::int64_t first_seq = 0;  // its calls' sequence numbers lie in [first_seq, last_seq]
  std::int64_t last_seq = 0;
  std::string error;
  Blob answers;  // counted and not told yet, packed (core/store/answers.hpp); empty: none
  Blob tally;    // the same of what its calls came to (core/store/tallies.hpp)
  JobLimits limits;
  JobEdits edits;            // its versions
  EndedByEnd ended{};        // of its calls that have ended, those that are still there …
  std::int64_t removed = 0;  // … and how many went since
  DialsOfHour hour;
  bool scheduled = false;  // a schedule made it
  std::vector<std::string>
      providers;  // accounts that place its calls, in order; empty: as they are
  std::optional<ScheduledCall> scheduled_call;  // document D's: its one call …
  std::string owner;                            // … and whose it is
  std::int64_t client = 0;                      // by number, from its making on; 0: nobody's
  JobErrors errors;
  Notifications notifications;

  // One of its calls has ended so, or begins its next round.
  void count_end(CallState state, Instant ended_at);
  void count_reopened(CallState before);
  [[nodiscard]] RetryPolicy retry_policy() const { return {max_attempts, retry_delay, retry}; }
  // Where it stands among those of its rank.
  [[nodiscard]] std::string order_key() const { return place.empty() ? order_key_of(seq) : place; }
  [[nodiscard]] JobStage stage() const;
  [[nodiscard]] bool has_ended() const { return finished_at || state >= JobState::canceled; }
  // Calls that are not terminal yet.
  // Its calls that have ended and are still there: neither removed nor past their retention.
  [[nodiscard]] std::int64_t kept(End end) const { return of(ended, end).kept; }
  [[nodiscard]] std::int64_t kept_failed() const {
    return kept(End::failed) + kept(End::expired) + kept(End::blocked);
  }
  [[nodiscard]] std::int64_t open() const { return total - completed - failed - canceled; }
  // Since when it is over for retention; nothing: it is not.
  [[nodiscard]] std::optional<Instant> over_since() const;
  [[nodiscard]] JobEnd end() const {
    return state == JobState::running ? JobEnd::completed : JobEnd::canceled;
  }
  [[nodiscard]] bool visible() const {
    return state != JobState::deleted && state != JobState::discarded;
  }
};

// In the order of ranks and places.
[[nodiscard]] bool stands_before(const Job& left, const Job& right);

// Sums over every job that was not taken back.
struct JobTotals {
  std::int64_t jobs = 0;
  std::int64_t running = 0;
  std::int64_t open = 0;
  std::int64_t completed = 0;
  std::int64_t failed = 0;
  std::int64_t canceled = 0;
  std::int64_t attempts = 0;
  std::int64_t cost_micros = 0;
};

class Jobs {
 public:
  Jobs(Sql& sql, WorkspaceRow& workspace, RetentionRow& retention)
      : sql_(sql), workspace_(workspace), retention_(retention) {}

  // nullptr when there is none. Valid until drop() or the end of the Input.
  [[nodiscard]] const Job* find(std::int64_t seq);
  // For changing: the row is written, and told as an event, when the Input ends.
  [[nodiscard]] Job& edit(std::int64_t seq);
  Job& add(Job job);

  [[nodiscard]] JobTotals totals();
  // Jobs changed after that revision, in order of change: the first `count`, and those that changed
  // with the last of them.
  [[nodiscard]] std::vector<Job> changed_since(std::int64_t revision, std::int64_t count);
  // Visible jobs that stand so (bits by JobStage), numbered (after, last], in that order.
  [[nodiscard]] std::vector<std::int64_t> at_stages(std::int64_t stages, std::int64_t after,
                                                    std::int64_t last);
  // Jobs that wait for their start_at.
  [[nodiscard]] std::vector<std::int64_t> to_start(Instant now);
  [[nodiscard]] std::optional<Instant> next_start();

  // Jobs that may have changed since the last time this was asked, each once.
  [[nodiscard]] std::vector<std::int64_t> take_edited();

  // Where it stands in line, by its rank and the places that jobs were given by hand; as of the
  // last flush.
  [[nodiscard]] Standing standing(const Job& job);
  // Whether the places have changed since this was asked.
  [[nodiscard]] bool take_reordered() { return std::exchange(reordered_, false); }
  // Jobs that have not ended, in the order of their ranks and places, as things stand now.
  [[nodiscard]] std::vector<const Job*> in_order();

  // When the last turn of any job ended, by the rows.
  [[nodiscard]] Instant last_turn();

  // Attempts that have ended, of all jobs; what a discarded import had is not counted.
  [[nodiscard]] std::int64_t ended();
  // One more attempt of the job has ended; it is edited.
  void count_ended(Job& job);

  // Whether some job that has not ended may name accounts of its own.
  [[nodiscard]] bool choose_accounts();

  // Removes the row of a discarded import.
  void erase(std::int64_t seq);
  // Removes the row of a job that was kept long enough: its sums stay in the workspace's.
  void remove(std::int64_t seq);

  // What of the jobs has ended and is kept, as of the last flush.
  [[nodiscard]] const EndedIndex& ended_index();

  // Writes what was edited and returns those jobs, each once.
  std::vector<const Job*> flush();
  void drop();

 private:
  void load_starts();
  void note_start(const Job& job);
  void load_places();
  void note_place(const Job& job);
  void note_ended(const Job& job);

  Sql& sql_;
  WorkspaceRow& workspace_;
  RetentionRow& retention_;
  std::map<std::int64_t, Job> rows_;
  std::map<std::int64_t, bool> dirty_;  // seq -> is new
  std::set<std::int64_t> edited_;       // written, and not asked for since (take_edited)
  // Jobs that wait for their start_at, as of the last flush: (start_at, seq), and by seq.
  std::optional<std::set<std::pair<Instant, std::int64_t>>> starts_;
  std::map<std::int64_t, Instant> start_of_;
  // Of jobs that were moved and have not ended, as of the last flush: places by rank, where two may
  // have the same, and by seq.
  std::optional<std::map<std::int64_t, std::multiset<std::string>>> places_;
  std::map<std::int64_t, std::pair<std::int64_t, std::string>> place_of_;
  bool reordered_ = false;
  std::optional<EndedIndex> ended_index_;
  std::optional<Instant> last_turn_;
  std::optional<std::int64_t> ended_;
  std::int64_t ended_unwritten_ = 0;
  std::optional<bool> choose_accounts_;
};

}  // namespace callgate
