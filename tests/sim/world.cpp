#include "tests/sim/world.hpp"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/bytes.hpp"
#include "core/wire.hpp"
#include "tests/sim/rules.hpp"

namespace callgate::sim {
namespace {

using nlohmann::json;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int kQueueDelayMs = 3000;
constexpr int kLateMs = 90'000;        // past every lease
constexpr int kAlarmLateMs = 300'000;  // a sweep finds a lost alarm by then
constexpr int kStatementsMax = 40;     // of one Input, among which one is made to fail
constexpr Millis kWeather = minutes{20};

enum Stream : std::uint64_t { kFaultsStream = 1, kCarrierStream, kEntropyStream };

const Principal kOwner{"default", "test", {"owner"}, {}};

}  // namespace

class TraceHashHolder {
 public:
  explicit TraceHashHolder(Crypto& crypto) : hash(crypto) {}
  TraceHash hash;
};

World::World(Settings settings)
    : settings_(settings),
      faults_(settings_.faults),
      faults_dice_(Chance{settings.seed}.stream(kFaultsStream)),
      carrier_dice_(Chance{settings.seed}.stream(kCarrierStream)),
      entropy_(Chance{settings.seed}.stream(kEntropyStream)),
      now_(settings.start) {
  const Faults wanted = std::exchange(faults_, Faults{});  // setting up goes well
  crypto_ = std::make_unique<OpensslCrypto>(bytes_of(kDeployment));
  hash_ = std::make_unique<TraceHashHolder>(*crypto_);
  sql_ = std::make_unique<MemorySql>();
  restart();
  rehearsal_ = !settings.law;
  for (int account = 0; account < settings.accounts; ++account) {
    set_up_account(account);
  }
  set_capacity(settings.takes_at_once);
  request("PUT", "/api/scheduler/config",
          json{{"rateLimits", {{"global", settings.calls_at_once}, {"perJob", 1000}}}}.dump());
  if (settings.keeps_all) {  // and the plays of seeds are what they are without it
    const Chance faults_dice = faults_dice_;
    const Chance entropy = entropy_;
    request("PUT", "/api/retention", retention_body({}));
    faults_dice_ = faults_dice;
    entropy_ = entropy;
  }
  faults_ = wanted;
  if (faults_.outage + faults_.skew_ms_max + faults_.standstill_min_max > 0) {
    later(now_ + kWeather, [this] { weather(); });
  }
}

World::~World() = default;

void World::set_up_account(int account) {
  const Reply made = request("PUT", std::string{"/api/providers/"} + kAccountNames[account],
                             provider_body(rehearsal_, account));
  const std::string url = json::parse(made.body).at("webhookUrl");
  carrier(account).webhook_target = url.substr(url.find("/api/"));
}

void World::say(const std::string& line) const {
  if (tell) {
    tell(format_rfc3339(now_) + "  " + line);
  }
}

void World::restart() {
  core_.reset();
  core_ = std::make_unique<Core>(*sql_, *crypto_, "default");
  if (!settings_.durable_alarm) {
    wake_at_ = host_now();
  }
  ++era_;
}

void World::die() {
  ++crashes_;
  say("the process dies");
  restart();
}

void World::calm() {
  faults_ = Faults{};
  for (Carrier& carrier : carriers_) {
    carrier.outage = Outage::none;
    carrier.takes_at_once = 0;
    carrier.refuses_key = false;
  }
}

std::string World::trace() const {
  return to_hex(hash_->hash.value());
}

Input World::blank() {
  Input input;
  input.now = host_now();
  if (settings_.queue) {
    input.limits.attempts_per_row = 50;
    // Who reports performs a few by itself: the queue has the rest.
    input.limits.effects_given = faults_dice_.per_mille(250) ? faults_dice_.below(3) : 0;
  }
  for (std::size_t at = 0; at < input.entropy.size(); at += 8) {
    const std::uint64_t word = entropy_.next();
    for (std::size_t i = 0; i < 8; ++i) {
      input.entropy[at + i] = static_cast<std::uint8_t>(word >> (8 * i));
    }
  }
  return input;
}

void World::handle(const Input& input, Output& output, std::string& log,
                   std::vector<std::string>& said) {
  Output own = core_->handle(input);
  ++steps_;
  latest_ = std::max(latest_, host_now());
  if (settings_.keeps_log) {
    append_record(log, encode(input));
    said.push_back(encode(own));
  }
  const auto append = [](auto& to, auto& from) {
    std::move(from.begin(), from.end(), std::back_inserter(to));
  };
  append(output.effects, own.effects);
  append(output.events, own.events);
  append(output.alerts, own.alerts);
  output.wake_at = own.wake_at;
  if (!std::holds_alternative<std::monostate>(own.answer)) {
    output.answer = std::move(own.answer);
  }
}

// Throws SqlError, and then nothing has changed but the core's caches.
World::Fate World::attempt_transaction(const Input& input, Output& output) {
  std::string log;
  std::vector<std::string> said;
  sql_->begin();
  handle(input, output, log, said);
  if (input.more) {
    Input last = blank();
    last.event = Wake{};
    handle(last, output, log, said);
  }
  sql_->fail_at(0);
  if (chance(faults_.crash_before_commit)) {
    sql_->rollback();
    die();
    return Fate::died;
  }
  sql_->commit();
  input_log_ += log;
  for (const std::string& one : said) {
    hash_->hash.add(one);
    append_record(output_log_, one);
  }
  return Fate::committed;
}

World::Fate World::give(const Input& input, Output& output) {
  if (chance(faults_.sql_error)) {
    sql_->fail_at(1 + faults_dice_.below(kStatementsMax));
  }
  Fate fate = Fate::rolled_back;
  try {
    fate = attempt_transaction(input, output);
  } catch (const SqlError&) {
    sql_->fail_at(0);
    sql_->rollback();
    core_->drop_caches();
    output = Output{};
    say("a statement fails: rolled back");
  } catch (const BrokenInvariant& broken) {
    if (!on_broken) {
      throw;
    }
    sql_->fail_at(0);
    sql_->rollback();
    output = Output{};
    on_broken(broken.what());
    die();
  }
  if (fate != Fate::committed) {
    return fate;
  }
  if (output.wake_at) {
    wake_at_ = output.wake_at;
  }
  for (const Effect& effect : output.effects) {
    if (effect.key.kind == EffectKind::place_call) {
      named_.try_emplace({effect.key.subject, effect.key.attempt}, host_now(), steps_);
    }
  }
  if (on_output) {
    on_output(input, output);
  }
  return fate;
}

void World::act_on(Output output) {
  if (chance(faults_.crash)) {
    // Some of the effects had left when the process died; nobody will report their results.
    const std::int64_t era = era_;
    for (const Effect& effect : output.effects) {
      if (faults_dice_.per_mille(500) && era == era_) {
        perform(effect);
      }
    }
    die();
    return;
  }
  for (const Effect& effect : output.effects) {
    perform(effect);
  }
}

// What is rolled back is given again by whoever brought it, or is lost.
void World::deliver(Input input, Millis retry_after, int retries_per_mille) {
  input.more = faults_dice_.per_mille(settings_.grouped);
  Output output;
  if (give(input, output) == Fate::committed) {
    act_on(std::move(output));
  } else if (faults_dice_.per_mille(retries_per_mille)) {
    later(now_ + retry_after, [this, input = std::move(input), retry_after, retries_per_mille] {
      Input again = blank();
      again.event = input.event;
      deliver(std::move(again), retry_after, retries_per_mille);
    });
  }
}

World::Reply World::request(std::string method, std::string target, std::string body,
                            const Headers& headers) {
  Input input = blank();
  HttpRequest http;
  http.method = std::move(method);
  http.target = std::move(target);
  http.headers = {{"content-type", "application/json"}};
  http.headers.insert(http.headers.end(), headers.begin(), headers.end());
  http.body = std::move(body);
  http.principal = kOwner;
  input.event = std::move(http);
  input.more = faults_dice_.per_mille(settings_.grouped);
  Output output;
  const Fate fate = give(input, output);
  if (fate != Fate::committed) {
    return {fate == Fate::died ? 0 : 503, {}};
  }
  const auto* response = std::get_if<Response>(&output.answer);
  if (const auto* await = std::get_if<Await>(&output.answer)) {
    response = &await->otherwise;  // it does not wait for the provider
  }
  Reply reply = response != nullptr ? Reply{response->status, response->body} : Reply{};
  const bool lost = chance(faults_.reply_lost);
  act_on(std::move(output));
  if (lost) {
    die();
    return {};
  }
  return reply;
}

World::Reply World::read(std::string target) {
  const Faults kept = std::exchange(faults_, Faults{});
  const int grouped = std::exchange(settings_.grouped, 0);
  const auto watcher = std::exchange(on_output, nullptr);
  Reply reply = request("GET", std::move(target));
  faults_ = kept;
  settings_.grouped = grouped;
  on_output = watcher;
  return reply;
}

World::Reply World::import(std::string target, const std::string& body, int pieces_max) {
  Input input = blank();
  HttpRequest http;
  http.method = "POST";
  http.target = std::move(target);
  http.headers = {{"content-type", body.rfind('{', 0) == 0 ? "application/x-ndjson" : "text/csv"}};
  http.body_is_stream = true;
  http.principal = kOwner;
  input.event = std::move(http);
  Output output;
  if (give(input, output) != Fate::committed) {
    return {};
  }
  const auto* ingest = std::get_if<Ingest>(&output.answer);
  if (ingest == nullptr) {
    const auto* refused = std::get_if<Response>(&output.answer);
    return refused != nullptr ? Reply{refused->status, refused->body} : Reply{};
  }
  const std::int64_t number = ingest->import;
  std::size_t at = 0;
  for (std::int64_t seq = 0; pieces_max < 0 || seq < pieces_max; ++seq) {
    const std::size_t shortest = settings_.small_pieces ? body.size() : std::size_t{64} * 1024;
    const int most = static_cast<int>(std::min<std::size_t>(shortest, 64 * 1024));
    const std::size_t size = std::min(static_cast<std::size_t>(1 + below(most)), body.size() - at);
    ImportChunk piece{number, seq, body.substr(at, size), at + size == body.size(), false};
    at += size;
    for (int times = faults_dice_.per_mille(50) ? 2 : 1; times > 0; --times) {
      Input one = blank();
      one.event = piece;
      Output taken;
      if (give(one, taken) != Fate::committed) {
        return {};
      }
      std::optional<Reply> reply;
      if (const auto* response = std::get_if<Response>(&taken.answer)) {
        reply = Reply{response->status, response->body};
      }
      const bool lost = reply && chance(faults_.reply_lost);
      act_on(std::move(taken));
      if (reply) {
        return lost ? Reply{} : *reply;
      }
    }
  }
  return {};
}

void World::later(Instant at, std::function<void()> what) {
  queue_.emplace(std::pair{std::max(at, now_), ++order_}, std::move(what));
}

void World::wake() {
  wake_at_.reset();
  const int times = chance(faults_.alarm_repeated) ? 2 : 1;
  for (int i = 0; i < times; ++i) {
    Input input = blank();
    input.event = Wake{};
    Output output;
    if (give(input, output) == Fate::committed) {
      act_on(std::move(output));
    } else if (!wake_at_) {
      wake_at_ = host_now() + seconds{1};
    }
  }
}

bool World::run(Instant until, std::int64_t steps_max) {
  for (std::int64_t step = 0; step < steps_max; ++step) {
    const bool queued = !queue_.empty();
    const bool timer = wake_at_ && (!queued || *wake_at_ - skew_ <= queue_.begin()->first.first);
    if (!queued && !timer) {
      return true;
    }
    const Instant next = timer ? *wake_at_ - skew_ : queue_.begin()->first.first;
    if (next > until) {
      return true;
    }
    now_ = std::max(now_, next);
    if (timer && chance(faults_.alarm_late)) {
      wake_at_ = host_now() + Millis{1 + faults_dice_.below(kAlarmLateMs)};
    } else if (timer) {
      wake();
    } else {
      auto what = std::move(queue_.begin()->second);
      queue_.erase(queue_.begin());
      what();
    }
  }
  return false;
}

// What comes over everything at once.
void World::weather() {
  if (faults_.outage + faults_.skew_ms_max + faults_.standstill_min_max == 0) {
    return;
  }
  later(now_ + kWeather, [this] { weather(); });
  for (int account = 0; account < settings_.accounts; ++account) {
    if (carrier(account).outage == Outage::none && chance(faults_.outage)) {
      set_outage(static_cast<Outage>(1 + faults_dice_.below(4)), account);
      say(std::string{kAccountNames[account]} + " is away");
      later(now_ + Millis{faults_dice_.below(3'600'000)},
            [this, account] { set_outage(Outage::none, account); });
    }
  }
  if (faults_.skew_ms_max > 0 && chance(200)) {
    skew_ = Millis{faults_dice_.below(faults_.skew_ms_max) - faults_.skew_ms_max / 2};
    say("the host's clock is off by " + std::to_string(skew_.count()) + " ms");
  }
  if (chance(faults_.standstill_min_max > 0 ? 15 : 0)) {
    now_ += minutes{1 + faults_dice_.below(faults_.standstill_min_max)};
    say("nothing ran for a while");
  }
}

// A queue gives each name to a consumer, usually once.
void World::name_to_queue(const EffectKey& key) {
  if (chance(faults_.name_lost)) {
    return;
  }
  if (chance(faults_.dead_letter)) {
    later(now_ + Millis{below(kQueueDelayMs)}, [this, key] {
      Input input = blank();
      input.event = GiveBackEffects{{key}};
      deliver(std::move(input), seconds{5}, 900);
    });
  }
  const int times = chance(faults_.name_repeated) ? 2 : 1;
  for (int i = 0; i < times; ++i) {
    const int most = chance(faults_.name_late) ? kLateMs : kQueueDelayMs;
    later(now_ + Millis{1 + below(most)}, [this, key] { take(key); });
  }
}

void World::take(const EffectKey& key) {
  Input input = blank();
  input.event = TakeEffects{{key}};
  Output output;
  if (give(input, output) != Fate::committed) {
    later(now_ + seconds{5}, [this, key] { take(key); });
    return;
  }
  if (chance(faults_.dies_before_send)) {
    output.effects.erase(std::remove_if(output.effects.begin(), output.effects.end(),
                                        [](const Effect& one) { return one.request.has_value(); }),
                         output.effects.end());
  }
  act_on(std::move(output));
}

void World::report(const EffectKey& key, std::variant<Answered, NotSent, NoAnswer> result,
                   Millis delay) {
  if (chance(faults_.result_lost)) {
    return;
  }
  const std::int64_t era = era_;
  const int times = chance(faults_.result_repeated) ? 2 : 1;
  for (int i = 0; i < times; ++i) {
    const Millis late{chance(faults_.result_late) || i > 0 ? below(kLateMs) : 0};
    later(now_ + delay + late, [this, key, result, era] {
      if (era != era_ && !settings_.queue) {
        return;
      }
      Input input = blank();
      input.event = EffectResult{key, result};
      deliver(std::move(input), seconds{1}, 700);
    });
  }
}

}  // namespace callgate::sim
