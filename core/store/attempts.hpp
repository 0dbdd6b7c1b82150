// Attempts under way: one per dial that may still be ringing somewhere, gone when it has ended (its
// record then stands in the call's history) and its price is known: until then it settles, beside
// the next attempt of its call. Concurrency is the number of the live, never a stored count. An
// attempt is the dial's outbox entry as well: what to ask of the provider next, until when somebody
// is on it, and the fence that tells an old hold from the present one. Rows are what the edge
// bills, so dials of one Input may share a row (HostLimits::attempts_per_row), which is packed and
// is written once an Input however many of them changed. Cached between Inputs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/time.hpp"
#include "core/calls/attempt.hpp"
#include "core/dispatch/turn.hpp"
#include "core/input.hpp"
#include "core/limits/breaker.hpp"
#include "core/store/sql.hpp"

namespace callgate {

// In whose words a request is answered that waits; masked: to whom names and numbers are not shown.
enum class AwaitedBy : std::uint8_t { calls, call_queue, call_queue_masked };
struct Waiter {
  EffectKey effect;
  AwaitedBy by = AwaitedBy::calls;
};

struct Attempt {
  std::int64_t call = 0;
  std::int64_t job = 0;
  std::int64_t digits = 0;   // of the number that is dialled
  std::int64_t number = 1;   // of the call's dials, from 1
  std::int64_t account = 1;  // the number of the provider account that it goes by
  AttemptState state = AttemptState::intent;
  EffectKind effect = EffectKind::place_call;  // what was last asked of the provider
  bool taken = true;       // the effect's request was given out; false: it is only named so far
  std::int64_t fence = 1;  // grows with every new hold on the attempt
  Instant lease_until{};   // then a taken effect is looked up, and another is named anew
  Instant intent_at{};
  Turn turn;  // of its job, with this dial
  std::optional<Instant> unknown_since;
  std::int64_t looks = 0;     // look-ups since it became unknown, or since it was placed
  std::int64_t absences = 0;  // … that found nothing, in a row
  // A list of calls was cut: the next look goes back no further than this from there.
  std::optional<Instant> look_to;
  std::optional<Millis> look_width;
  std::optional<Instant> started_at;
  std::string provider_call_id;
  std::string control_url;
  std::int64_t job_version = 0;  // of its job, when the request went out; 0: before there were any
  std::string evidence;          // what it was decided by (core/calls/evidence.hpp), as text
  bool in_quota = false;         // counted among the provider account's calls of its day
  bool stopped = false;          // somebody canceled the call: it is hung up, and not dialled again
  std::vector<Waiter> waiters;   // requests that wait for the provider's answer; not stored
  // Of its call's own, empty: its job's.
  std::string assistant_id;
  std::string phone_number_id;
};

[[nodiscard]] inline DialName name_of(const Attempt& attempt) {
  return {attempt.call, attempt.number};
}

class Attempts {
 public:
  explicit Attempts(Sql& sql) : sql_(sql) {}

  // The live one of that call.
  [[nodiscard]] const Attempt* find(std::int64_t call);
  // Live or settling.
  [[nodiscard]] const Attempt* find(const DialName& name);
  // At most `per_row` attempts share a row: those added before the next flush(), with those of a
  // row that is written then anyway.
  void add(Attempt attempt, std::int64_t per_row);
  void save(const Attempt& attempt);
  // The same for what is not worth a row written: it is written with the next save of the row, and
  // lost when the process ends before.
  void note(const Attempt& attempt);
  void remove(std::int64_t call);

  // A live one has ended without a price, which is asked for when the lease of this one ends.
  void settle(Attempt attempt);
  // The price stands in the call's history, or the call is gone. Nothing is written: by that a
  // later load() knows it as well.
  void settled(const DialName& name);
  void settled(std::int64_t job, std::int64_t first_call, std::int64_t last_call);
  // No price is awaited any more, though none came.
  void give_up_price(const DialName& name);

  // The live ones, by call.
  [[nodiscard]] const std::map<std::int64_t, Attempt>& all();
  // How many settle: of all jobs, or of one.
  [[nodiscard]] std::int64_t settling();
  [[nodiscard]] std::int64_t settling_of(std::int64_t job);
  [[nodiscard]] std::int64_t live_of(std::int64_t job);
  // Through one provider account.
  [[nodiscard]] std::int64_t live_through(std::int64_t account);
  // By job, where there is any.
  [[nodiscard]] const std::map<std::int64_t, std::int64_t>& live();
  // Where a job stands in its turns by the dials that are under way and those that ended since the
  // last drop(); the job's row knows of those before.
  [[nodiscard]] Turn turn_of(std::int64_t job);
  // When the last turn ended, by the same dials.
  [[nodiscard]] Instant last_turn();
  // Whether that number is being dialled now, for whatever job.
  [[nodiscard]] bool is_dialling(std::int64_t digits);
  // Leases by their end, earliest first.
  [[nodiscard]] const std::set<std::pair<Instant, DialName>>& leases();

  // Writes the rows that changed.
  void flush();
  void drop();

 private:
  struct Row {
    std::set<DialName> dials;
    std::int64_t live = 0;  // of them; those that settle take little room
    bool stored = false;
  };

  void load();
  void cache(Attempt attempt);
  void cache_settling(Attempt attempt);
  // Takes a live one out of the counts.
  Attempt uncache(std::int64_t call);
  [[nodiscard]] bool is_over(const Attempt& stored);
  [[nodiscard]] Attempt& at(const DialName& name);
  [[nodiscard]] Blob pack(const Row& row);
  [[nodiscard]] bool has_room(std::int64_t row, std::int64_t per_row) const;
  [[nodiscard]] std::int64_t row_for_one(std::int64_t per_row);
  // A live one of that name ends; returns its row.
  std::int64_t end_in_row(const DialName& name);

  Sql& sql_;
  bool loaded_ = false;
  std::map<std::int64_t, Attempt> by_call_;
  std::map<DialName, Attempt> settling_;
  std::map<std::int64_t, std::int64_t> settling_of_;   // by job
  std::map<std::int64_t, std::int64_t> live_of_;       // by job
  std::map<std::int64_t, std::int64_t> live_through_;  // by account
  std::map<std::int64_t, std::int64_t> dialling_;      // by digits
  std::map<std::int64_t, Turn> turn_of_;               // by job
  Instant last_turn_{};
  std::set<std::pair<Instant, DialName>> leases_;
  std::map<std::int64_t, Row> rows_;
  std::map<DialName, std::int64_t> row_of_;
  std::set<std::int64_t> dirty_;
  std::int64_t next_row_ = 1;
  std::vector<std::int64_t> roomy_;      // rows in which an attempt ended since the last flush
  std::optional<std::int64_t> filling_;  // the row that takes the next added attempt
  // Stored rows of nothing but attempts that have settled: written over by the next that is added.
  std::set<std::int64_t> spare_;
};

}  // namespace callgate
