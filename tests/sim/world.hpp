// A seeded simulation of the whole system around one real core and one real SQLite file: virtual
// time, a carrier that keeps its own ledger, and faults at every seam: requests lost before or
// after the dial, webhooks lost, repeated, late and out of order, look-ups that come late, and
// crashes that drop the Outputs of a committed transaction and start a new core on the same file.
// It plays a host that performs effects itself, or one that sends their names through a queue that
// loses, repeats and delays them. One seed, one run.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "core/core.hpp"
#include "native-server/openssl_crypto.hpp"
#include "native-server/sqlite_sql.hpp"

namespace callgate::sim {

struct Faults {
  // Per mille of the occasions.
  int not_sent = 0;          // the request never left
  int lost_before_dial = 0;  // no answer, and nobody was dialled
  int lost_after_dial = 0;   // no answer, but somebody was
  int server_error = 0;      // 5xx after the dial
  int refuse_capacity = 0;   // 429
  int webhook_lost = 0;
  int webhook_repeated = 0;
  int list_late_ms_max = 0;  // a call is listed only so much later
  int crash = 0;             // of Inputs: the Outputs are lost, the core starts anew
  // Of a queue before the effects.
  int name_lost = 0;
  int name_repeated = 0;
  int dead_letter = 0;       // nobody took it: it is given back
  int dies_before_send = 0;  // taken, then nothing
};

struct Settings {
  std::uint64_t seed = 1;
  int calls_at_once = 10;
  Faults faults;
  bool queue = false;  // effects are named and taken
  int grouped = 0;     // per mille of Inputs whose transaction is closed by a wake
  bool law = false;    // telephones ring: the calling hours of each place hold
};

// What the carrier knows of one dial: the truth that callgate is held against.
struct Dialled {
  std::string attempt_id;
  std::string number;
  std::string provider_call_id;
  Instant at{};
  Instant ended{};
  std::string ended_reason;
};

class World {
 public:
  explicit World(Settings settings);
  ~World();

  // One request as the workspace's owner; the answer's status and body.
  struct Reply {
    std::int64_t status = 0;
    std::string body;
  };
  Reply request(std::string method, std::string target, std::string body = {});
  // Streams a body in pieces of random size.
  Reply import(std::string target, const std::string& body);

  // Runs until nothing is due any more, or `until`. False: it went on past `steps_max` events.
  bool run(Instant until, std::int64_t steps_max = 10'000'000);

  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] const std::vector<Dialled>& ledger() const { return ledger_; }
  [[nodiscard]] std::int64_t most_at_once() const { return most_at_once_; }
  [[nodiscard]] std::int64_t crashes() const { return crashes_; }
  [[nodiscard]] const std::vector<Event>& events() const { return events_; }
  [[nodiscard]] const std::string& input_log() const { return input_log_; }
  [[nodiscard]] std::string trace() const { return trace_; }
  Sql& sql() { return *sql_; }

 private:
  struct Later {
    Instant at{};
    std::int64_t order = 0;
    std::function<void()> what;
  };

  Output give(Input input);
  void act_on(Output output);
  Output handle(const Input& input);
  void name_to_queue(const EffectKey& key);
  void take(const EffectKey& key);
  void perform(const Effect& effect);
  void perform_create(const Effect& effect);
  void perform_look_up(const Effect& effect);
  void report(const EffectKey& key, std::variant<Answered, NotSent, NoAnswer> result,
              int delay_ms_max);
  void post_webhook(std::size_t dial, const char* status, Instant at);
  void later(Instant at, std::function<void()> what);
  void restart();
  bool chance(int per_mille);
  int below(int bound);
  [[nodiscard]] std::string call_json(const Dialled& dial) const;
  [[nodiscard]] Input blank();

  Settings settings_;
  std::mt19937_64 random_;
  std::string path_;
  std::unique_ptr<SqliteSql> sql_;
  std::unique_ptr<OpensslCrypto> crypto_;
  std::unique_ptr<Core> core_;
  Instant now_;
  std::optional<Instant> wake_at_;
  std::map<std::pair<Instant, std::int64_t>, std::function<void()>> queue_;
  std::int64_t order_ = 0;
  std::int64_t era_ = 0;  // grows with each crash: what an earlier process had in hand is gone
  std::vector<Dialled> ledger_;
  std::map<std::string, std::size_t> by_provider_id_;
  std::map<std::string, Instant> listed_from_;
  std::int64_t most_at_once_ = 0;
  std::int64_t crashes_ = 0;
  std::vector<Event> events_;
  std::string webhook_target_;
  std::string input_log_;
  std::string trace_;
  std::unique_ptr<class TraceHashHolder> hash_;
};

}  // namespace callgate::sim
