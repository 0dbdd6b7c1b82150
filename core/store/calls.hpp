// Calls: one row per contact to be reached once, its ended attempts in its own `history`. Plain
// functions over the port: calls are many, and only those under way are cached.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/phone.hpp"
#include "core/base/time.hpp"
#include "core/calls/attempt.hpp"
#include "core/calls/lifecycle.hpp"
#include "core/store/call_terms.hpp"
#include "core/store/sql.hpp"

namespace callgate {

struct Call {
  std::int64_t seq = 0;
  std::int64_t job = 0;
  Phone phone;
  Instant created_at{};
  std::int64_t lane = 0;
  CallState state = CallState::waiting;
  BlockedBy blocked_by = BlockedBy::nothing;  // of a blocked call
  Instant not_before{};
  std::int64_t round = 1;              // its life until it is terminal; a redrive begins the next
  std::int64_t attempts = 0;           // dials, all rounds
  std::int64_t attempts_used = 0;      // those of this round that count against the job's maximum
  std::int64_t deliveries_failed = 0;  // in a row: the provider was not reached, or refused for now
  std::optional<Outcome> outcome;      // of the last ended attempt
  std::optional<Instant> ended_at;
  std::string first_name;
  std::string last_name;
  std::string timezone;
  std::string metadata;  // a JSON object's text, or empty
  std::string history;   // ended attempts as a JSON array's text, oldest first; empty: none
  CallTerms terms;
};

namespace calls {

// Stores new calls, waiting or blocked, whose sequence numbers ascend with no other call between
// them. Whether each was stored: one whose number its job has already, or an earlier one of these,
// is not.
[[nodiscard]] std::vector<bool> add(Sql& sql, std::span<const Call> calls);
[[nodiscard]] std::optional<Call> find(Sql& sql, std::int64_t seq);
// Calls that are there, in this order.
[[nodiscard]] std::vector<Call> all_of(Sql& sql, std::span<const std::int64_t> seqs);

// Writes what changes while a call lives: state, not_before, attempts, outcome, history.
void save(Sql& sql, const Call& call);

// Writes the next round of a call that had come to its end as `before`, waiting in its lane, with
// its terms.
void reopen(Sql& sql, const Call& call, CallState before);
// Writes where and until when a waiting call waits, with its terms.
void move(Sql& sql, const Call& call);
// Writes its terms and its metadata, and in which lane it waits next: of a call that does not wait.
void save_terms(Sql& sql, const Call& call);
// The job's call to that number.
[[nodiscard]] std::optional<Call> of_number(Sql& sql, std::int64_t job, std::int64_t digits);
// Takes an ended call out of its job and out of every list: its row, which names the negative of
// its job, goes with that.
void hide(Sql& sql, const Call& call);

// Writes the history alone, whatever the call's state.
void save_history(Sql& sql, const Call& call);

// At most `limit` waiting calls of the lane that are due at `now`, in order of not_before, then
// sequence.
[[nodiscard]] std::vector<Call> due(Sql& sql, std::int64_t lane, Instant now, std::int64_t limit);
// The earliest not_before in the lane; nullopt: nobody waits there.
[[nodiscard]] std::optional<Instant> first_not_before(Sql& sql, std::int64_t lane);

// How many wait in the lane, counted up to `limit`, and the earliest not_before where anybody does.
struct WaitingInLane {
  std::int64_t calls = 0;
  Instant first_not_before{};
};
[[nodiscard]] WaitingInLane count_waiting(Sql& sql, std::int64_t lane, std::int64_t limit);

struct PageQuery {
  std::int64_t job = 0;
  std::int64_t first = 0;  // sequence numbers (first, last]
  std::int64_t last = 0;
  std::optional<CallState> state;
  std::int64_t limit = 100;
};
// Calls of a job in the order in which they were added.
[[nodiscard]] std::vector<Call> page(Sql& sql, const PageQuery& query);
// Waiting calls of a job, a piece at a time, for tasks.
[[nodiscard]] std::vector<Call> waiting_of(Sql& sql, std::int64_t job, std::int64_t after,
                                           std::int64_t last, std::int64_t limit);

// Calls of a job that stand so: bits by CallState and, for those that were dialled, by the Outcome
// of the last attempt that ended (bit 0: none has).
struct MatchQuery {
  std::int64_t job = 0;
  std::int64_t after = 0;  // sequence numbers (after, last]
  std::int64_t last = 0;
  std::int64_t states = 0;
  std::int64_t outcomes = 0;
};
[[nodiscard]] std::vector<Call> matching(Sql& sql, const MatchQuery& query, std::int64_t limit);
[[nodiscard]] std::int64_t count_matching(Sql& sql, const MatchQuery& query);

// Sequence numbers [first, last].
struct SeqRange {
  std::int64_t first = 0;
  std::int64_t last = 0;
  std::int64_t calls = 0;  // of the job in it, where they were counted
};

// At most `limit` numbers of the job's calls there, in the order in which they were added.
[[nodiscard]] std::vector<Phone> numbers_of(Sql& sql, std::int64_t job, const SeqRange& range,
                                            std::int64_t limit);
[[nodiscard]] std::vector<Phone> failed_numbers_of(Sql& sql, std::int64_t job, std::int64_t limit);

// Calls of a job there, ended or not: what retention asks of them.
struct EndedRow {
  std::int64_t seq = 0;
  CallState state = CallState::waiting;
  Instant ended_at{};  // of one that has ended
};
[[nodiscard]] std::vector<EndedRow> ended_of(Sql& sql, std::int64_t job, const SeqRange& range);
// Removes these calls.
void remove(Sql& sql, std::span<const std::int64_t> seqs);

// Whether a call to the number waits or is live, in a job that is not hidden.
[[nodiscard]] bool is_open(Sql& sql, std::int64_t digits);

// Where the job's first `limit` calls of the range are.
[[nodiscard]] SeqRange first_of(Sql& sql, std::int64_t job, const SeqRange& range,
                                std::int64_t limit);
// Removes a discarded job's calls there.
void purge(Sql& sql, std::int64_t job, const SeqRange& range);

}  // namespace calls

// Calls under way as their rows are, from the dial to its end, so that the end need not read them
// again. Only a cache: whoever writes to the row of a live call forgets it here.
class LiveCalls {
 public:
  explicit LiveCalls(Sql& sql) : sql_(sql) {}

  // As it was read, dialled and saved.
  void keep(const Call& call) { kept_.insert_or_assign(call.seq, call); }
  void forget(std::int64_t seq) { kept_.erase(seq); }
  // What its row says; it is kept no longer.
  [[nodiscard]] std::optional<Call> take(std::int64_t seq);
  void drop() { kept_.clear(); }

 private:
  Sql& sql_;
  std::map<std::int64_t, Call> kept_;
};

}  // namespace callgate
