// A seeded simulation of the whole system around one real core and one real SQLite database:
// virtual time, a carrier that keeps its own ledger, and faults at every seam (faults.hpp): between
// host and core, before and after the commit, on the way to the provider and back.
// It plays a host that performs effects itself, or one that sends their names through a queue that
// loses, repeats and delays them. One seed, one run.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/core.hpp"
#include "native-server/openssl_crypto.hpp"
#include "tests/sim/chance.hpp"
#include "tests/sim/faults.hpp"
#include "tests/sim/memory_sql.hpp"

namespace callgate::sim {

inline constexpr std::string_view kDeployment = "a deployment secret for the simulation only";

struct Settings {
  std::uint64_t seed = 1;
  int calls_at_once = 10;
  Faults faults;
  bool queue = false;          // effects are named and taken
  int grouped = 0;             // per mille of Inputs whose transaction is closed by a wake
  bool law = false;            // telephones ring: the calling hours of each place hold
  bool durable_alarm = false;  // the timer outlives the process, as at the edge
  int takes_at_once = 0;       // the carrier refuses more calls than that; 0: it takes any number
  bool small_pieces = false;   // lists are cut small, however short they are
  int accounts = 1;            // at most kAccounts, of carriers that know nothing of each other
  bool overflow = false;       // calls of the first go on to the second while it is full
  Instant start = from_ms(1'798'000'000'000);  // a Wednesday in December 2026
  bool keeps_log = true;                       // the Inputs, and the hash of what came out
  bool keeps_all = true;                       // what has ended is kept for good
};

// As their accounts are named, first choice first. The second has an id of its own for p1.
inline constexpr int kAccounts = 2;
inline constexpr const char* kAccountNames[kAccounts] = {"vapi", "second"};
inline constexpr std::string_view kSecondCaller = "q1";

// What the carrier knows of one dial: the truth that callgate is held against.
struct Dialled {
  std::string attempt_id;
  int account = 0;
  std::string number;
  std::string provider_call_id;
  Instant at{};
  Instant ended{};
  std::string ended_reason;
  std::int64_t cost_micros = 0;
  std::string assistant;  // which job's: what stands before the dot of an agent's id
  std::string agent;
  std::string caller;
  Instant named_at{};  // on the host's clock: when the core first spoke of it …
  Instant asked_at{};  // … when it gave the request out …
  Instant sent_at{};   // … and when that was sent
  Instant listed_from{};
  std::int64_t named_step = 0;  // the Input after which the core first spoke of it …
  std::int64_t asked_step = 0;  // … and after which the request was given out
  bool talks = false;
};

class World {
 public:
  explicit World(Settings settings);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // One request as the workspace's owner; the answer's status and body. Status 0: the process died,
  // and what became of the request is not known; 503: nothing did.
  struct Reply {
    std::int64_t status = 0;
    std::string body;
  };
  using Headers = std::vector<std::pair<std::string, std::string>>;
  Reply request(std::string method, std::string target, std::string body = {},
                const Headers& headers = {});
  // A look that nothing can go wrong with.
  Reply read(std::string target);
  // Streams a body in pieces of random size; with `pieces_max` its sender vanishes after so many.
  Reply import(std::string target, const std::string& body, int pieces_max = -1);

  // Runs until nothing is due any more, or `until`. False: it went on past `steps_max` events.
  bool run(Instant until, std::int64_t steps_max = 10'000'000);
  void later(Instant at, std::function<void()> what);
  // From now on nothing goes wrong.
  void calm();
  enum class Outage { none, unreachable, silent, errors, storm };
  void set_outage(Outage outage, int account = 0) { carrier(account).outage = outage; }
  void set_capacity(int takes_at_once, int account = 0) {
    carrier(account).takes_at_once = takes_at_once;
  }
  void refuse_key(bool refuses, int account = 0) { carrier(account).refuses_key = refuses; }

  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] Instant host_now() const { return now_ + skew_; }
  // The latest that the host's clock has been at an Input; it may have been put back since.
  [[nodiscard]] Instant latest_host_now() const { return std::max(latest_, host_now()); }
  [[nodiscard]] const std::vector<Dialled>& ledger() const { return ledger_; }
  // Numbers of which the carrier has said, or will say, that nobody has them.
  [[nodiscard]] const std::set<std::string>& nobodys() const { return nobodys_; }
  [[nodiscard]] std::int64_t most_at_once() const;
  // Requests that the carrier refused because it had as many calls as it takes.
  [[nodiscard]] std::int64_t refused_full() const { return refused_full_; }
  // Requests to dial that left the host, while nothing or something was amiss.
  [[nodiscard]] const std::vector<Instant>& asked() const { return asked_; }
  [[nodiscard]] std::int64_t crashes() const { return crashes_; }
  [[nodiscard]] std::int64_t steps() const { return steps_; }
  [[nodiscard]] const std::string& input_log() const { return input_log_; }
  [[nodiscard]] const std::string& output_log() const { return output_log_; }
  [[nodiscard]] std::string trace() const;
  [[nodiscard]] std::optional<Instant> wake_at() const { return wake_at_; }
  [[nodiscard]] const Settings& settings() const { return settings_; }
  [[nodiscard]] bool rehearsal() const { return rehearsal_; }
  [[nodiscard]] std::string provider_body(bool rehearsal, int account = 0) const;
  // Of the account to which a request goes.
  [[nodiscard]] static int account_of(const std::string& url);
  Sql& sql() { return *sql_; }

  // Who watches; called after the commit.
  std::function<void(const Dialled&)> on_dial;
  std::function<void(const Input&, const Output&)> on_output;
  std::function<void(const std::string&)> on_broken;  // a CHECK failed; not set: it is thrown
  std::function<void(const std::string&)> tell;       // the story, line by line

 private:
  struct Carrier {
    Outage outage = Outage::none;
    int takes_at_once = 0;
    bool refuses_key = false;
    std::string webhook_target;
  };

  enum class Fate { committed, rolled_back, died };

  Fate give(const Input& input, Output& output);
  Fate attempt_transaction(const Input& input, Output& output);
  void handle(const Input& input, Output& output, std::string& log, std::vector<std::string>& said);
  void act_on(Output output);
  void deliver(Input input, Millis retry_after, int retries_per_mille);
  void die();
  void restart();
  void wake();
  void name_to_queue(const EffectKey& key);
  void take(const EffectKey& key);
  void perform(const Effect& effect);
  void perform_create(const Effect& effect, Instant asked_at, std::int64_t asked_step);
  void set_up_account(int account);
  Carrier& carrier(int account) { return carriers_.at(static_cast<std::size_t>(account)); }
  [[nodiscard]] bool is_full(int account);
  Dialled& ring(const Effect& effect);
  void answer(const Effect& effect, const Dialled& dial);
  void follow(std::size_t index);
  void perform_look_up(const Effect& effect);
  void perform_end(const Effect& effect);
  void report(const EffectKey& key, std::variant<Answered, NotSent, NoAnswer> result, Millis delay);
  void post_webhook(std::size_t dial, std::string_view status, Instant at);
  void send_webhook(std::size_t dial, std::string_view status);
  void weather();
  void say(const std::string& line) const;
  bool chance(int per_mille) { return faults_dice_.per_mille(per_mille); }
  int below(int bound) { return carrier_dice_.below(bound); }
  [[nodiscard]] std::string call_json(const Dialled& dial) const;
  [[nodiscard]] Input blank();

  Settings settings_;
  Faults& faults_;
  Chance faults_dice_;
  Chance carrier_dice_;
  Chance entropy_;
  std::unique_ptr<MemorySql> sql_;
  std::unique_ptr<OpensslCrypto> crypto_;
  std::unique_ptr<Core> core_;
  Instant now_;
  Millis skew_{0};
  std::optional<Instant> wake_at_;  // on the host's clock
  std::map<std::pair<Instant, std::int64_t>, std::function<void()>> queue_;
  std::int64_t order_ = 0;
  std::int64_t era_ = 0;  // grows with each crash: what an earlier process had in hand is gone
  std::int64_t steps_ = 0;
  Instant latest_{};
  std::vector<Dialled> ledger_;
  std::set<std::string> nobodys_;
  std::map<std::string, std::size_t> by_provider_id_;
  std::map<std::pair<std::int64_t, std::int64_t>, std::pair<Instant, std::int64_t>>
      named_;  // when and in which step, by call and attempt
  std::array<Carrier, kAccounts> carriers_;
  std::int64_t crashes_ = 0;
  std::int64_t refused_full_ = 0;
  std::vector<Instant> asked_;
  bool rehearsal_ = true;
  std::string input_log_;
  std::string output_log_;
  std::unique_ptr<class TraceHashHolder> hash_;
};

}  // namespace callgate::sim
