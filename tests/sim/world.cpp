#include "tests/sim/world.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <nlohmann/json.hpp>

#include "core/base/bytes.hpp"
#include "core/providers/vapi.hpp"
#include "core/wire.hpp"

namespace callgate::sim {
namespace {

using nlohmann::json;

constexpr std::int64_t kStart = 1'798'000'000'000;  // a Wednesday in December 2026
constexpr int kRingMs = 20'000;
constexpr int kTalkMs = 120'000;
constexpr int kWebhookDelayMs = 1500;
constexpr int kQueueDelayMs = 3000;
constexpr std::string_view kBaseUrl = "https://carrier.example";
constexpr std::string_view kSecret = "webhook-secret-of-the-simulation";

// An instant of a query, whose colons are percent-encoded.
Instant query_instant(const std::string& url, const std::string& name) {
  std::string text;
  for (std::size_t at = url.find(name) + name.size(); at < url.size() && url[at] != '&'; ++at) {
    if (url.compare(at, 3, "%3A") == 0) {
      text += ':';
      at += 2;
    } else {
      text += url[at];
    }
  }
  return parse_rfc3339(text).value();
}

std::string json_text(const json& value) {
  return value.dump();
}

}  // namespace

class TraceHashHolder {
 public:
  explicit TraceHashHolder(Crypto& crypto) : hash(crypto) {}
  TraceHash hash;
};

World::World(Settings settings)
    : settings_(settings), random_(settings.seed), now_(from_ms(kStart)) {
  const bool shm = std::filesystem::exists("/dev/shm");
  path_ = std::string{shm ? "/dev/shm" : std::filesystem::temp_directory_path().string()} +
          "/callgate-sim-" + std::to_string(settings.seed) + "-" +
          std::to_string(reinterpret_cast<std::uintptr_t>(this)) + ".sqlite";
  constexpr std::string_view kDeployment = "a deployment secret for the simulation only";
  crypto_ = std::make_unique<OpensslCrypto>(bytes_of(kDeployment));
  hash_ = std::make_unique<TraceHashHolder>(*crypto_);
  restart();
  const Reply made = request("PUT", "/api/providers/vapi",
                             json_text({{"baseUrl", kBaseUrl},
                                        {"apiKey", "key"},
                                        {"publicUrl", "https://callgate.example"},
                                        {"webhookSecret", kSecret},
                                        {"rehearsal", !settings.law}}));
  const std::string url = json::parse(made.body).at("webhookUrl");
  webhook_target_ = url.substr(url.find("/api/"));
  request("PUT", "/api/scheduler/config",
          json_text({{"rateLimits", {{"global", settings.calls_at_once}, {"perJob", 1000}}}}));
}

World::~World() {
  core_.reset();
  sql_.reset();
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::filesystem::remove(path_ + suffix);
  }
}

void World::restart() {
  core_.reset();
  sql_.reset();
  sql_ = std::make_unique<SqliteSql>(path_, SqliteOptions{});
  core_ = std::make_unique<Core>(*sql_, *crypto_, "default");
  wake_at_ = now_;
  ++era_;
}

bool World::chance(int per_mille) {
  return below(1000) < per_mille;
}

int World::below(int bound) {
  return bound <= 0 ? 0 : static_cast<int>(random_() % static_cast<std::uint64_t>(bound));
}

Input World::blank() {
  Input input;
  input.now = now_;
  if (settings_.queue) {
    input.limits.attempts_per_row = 50;
    // Who reports performs a few by itself: the queue has the rest.
    input.limits.effects_given = chance(250) ? below(3) : 0;
  }
  for (std::uint8_t& byte : input.entropy) {
    byte = static_cast<std::uint8_t>(random_());
  }
  return input;
}

Output World::handle(const Input& input) {
  append_record(input_log_, encode(input));
  Output output = core_->handle(input);
  hash_->hash.add(encode(output));
  return output;
}

Output World::give(Input input) {
  input.more = chance(settings_.grouped);
  sql_->begin();
  Output output = handle(input);
  if (input.more) {
    Input wake = blank();
    wake.event = Wake{};
    Output last = handle(wake);
    const auto append = [](auto& to, auto& from) {
      std::move(from.begin(), from.end(), std::back_inserter(to));
    };
    append(output.effects, last.effects);
    append(output.events, last.events);
    output.wake_at = last.wake_at;
  }
  sql_->commit();
  trace_ = to_hex(hash_->hash.value());
  if (output.wake_at) {
    wake_at_ = output.wake_at;
  }
  for (const Event& event : output.events) {
    events_.push_back(event);
  }
  return output;
}

void World::act_on(Output output) {
  if (chance(settings_.faults.crash)) {
    // Some of the effects had left when the process died; nobody will report their results.
    ++crashes_;
    for (const Effect& effect : output.effects) {
      if (chance(500)) {
        perform(effect);
      }
    }
    restart();
    return;
  }
  for (const Effect& effect : output.effects) {
    perform(effect);
  }
}

World::Reply World::request(std::string method, std::string target, std::string body) {
  Input input = blank();
  HttpRequest http;
  http.method = std::move(method);
  http.target = std::move(target);
  http.headers = {{"content-type", "application/json"}};
  http.body = std::move(body);
  http.principal = Principal{"default", "test", {"owner"}, {}};
  input.event = std::move(http);
  Output output = give(std::move(input));
  const auto* response = std::get_if<Response>(&output.answer);
  Reply reply = response != nullptr ? Reply{response->status, response->body} : Reply{};
  act_on(std::move(output));
  return reply;
}

World::Reply World::import(std::string target, const std::string& body) {
  Input input = blank();
  HttpRequest http;
  http.method = "POST";
  http.target = std::move(target);
  http.headers = {{"content-type", "text/csv"}};
  http.body_is_stream = true;
  http.principal = Principal{"default", "test", {"owner"}, {}};
  input.event = std::move(http);
  Output output = give(std::move(input));
  const auto* ingest = std::get_if<Ingest>(&output.answer);
  if (ingest == nullptr) {
    const auto* refused = std::get_if<Response>(&output.answer);
    return refused != nullptr ? Reply{refused->status, refused->body} : Reply{};
  }
  const std::int64_t number = ingest->import;
  std::size_t at = 0;
  for (std::int64_t seq = 0;; ++seq) {
    const std::size_t size =
        std::min<std::size_t>(1 + static_cast<std::size_t>(below(64 * 1024)), body.size() - at);
    Input piece = blank();
    piece.event = ImportChunk{number, seq, body.substr(at, size), at + size == body.size(), false};
    at += size;
    Output taken = give(std::move(piece));
    if (const auto* response = std::get_if<Response>(&taken.answer)) {
      Reply reply{response->status, response->body};
      act_on(std::move(taken));
      return reply;
    }
    act_on(std::move(taken));
  }
}

void World::later(Instant at, std::function<void()> what) {
  queue_.emplace(std::pair{std::max(at, now_), ++order_}, std::move(what));
}

bool World::run(Instant until, std::int64_t steps_max) {
  for (std::int64_t step = 0; step < steps_max; ++step) {
    const bool queued = !queue_.empty();
    const bool timer = wake_at_ && (!queued || *wake_at_ <= queue_.begin()->first.first);
    if (!queued && !timer) {
      return true;
    }
    const Instant next = timer ? *wake_at_ : queue_.begin()->first.first;
    if (next > until) {
      return true;
    }
    now_ = std::max(now_, next);
    if (timer) {
      wake_at_.reset();
      Input input = blank();
      input.event = Wake{};
      act_on(give(std::move(input)));
    } else {
      auto what = std::move(queue_.begin()->second);
      queue_.erase(queue_.begin());
      what();
    }
  }
  return false;
}

void World::report(const EffectKey& key, std::variant<Answered, NotSent, NoAnswer> result,
                   int delay_ms_max) {
  const std::int64_t era = era_;
  later(now_ + Millis{1 + below(delay_ms_max)}, [this, key, result = std::move(result), era] {
    if (era != era_) {
      return;
    }
    Input input = blank();
    input.event = EffectResult{key, result};
    act_on(give(std::move(input)));
  });
}

// A queue gives each name to a consumer, usually once.
void World::name_to_queue(const EffectKey& key) {
  const Faults& faults = settings_.faults;
  if (chance(faults.name_lost)) {
    return;
  }
  if (chance(faults.dead_letter)) {
    later(now_ + Millis{below(kQueueDelayMs)}, [this, key] {
      Input input = blank();
      input.event = GiveBackEffects{{key}};
      act_on(give(std::move(input)));
    });
  }
  const int times = chance(faults.name_repeated) ? 2 : 1;
  for (int i = 0; i < times; ++i) {
    later(now_ + Millis{1 + below(kQueueDelayMs)}, [this, key] { take(key); });
  }
}

void World::take(const EffectKey& key) {
  Input input = blank();
  input.event = TakeEffects{{key}};
  Output output = give(std::move(input));
  if (chance(settings_.faults.dies_before_send)) {
    output.effects.erase(std::remove_if(output.effects.begin(), output.effects.end(),
                                        [](const Effect& one) { return one.request.has_value(); }),
                         output.effects.end());
  }
  act_on(std::move(output));
}

void World::perform(const Effect& effect) {
  if (!effect.request) {
    name_to_queue(effect.key);
    return;
  }
  switch (effect.key.kind) {
    case EffectKind::place_call:
      perform_create(effect);
      break;
    case EffectKind::look_up_call:
      perform_look_up(effect);
      break;
    case EffectKind::end_call: {
      const std::string id = effect.request->url.substr(effect.request->url.rfind('/') + 1);
      Dialled& dial = ledger_.at(by_provider_id_.at(id));
      if (dial.ended > now_) {
        dial.ended = now_;
        dial.ended_reason = "manually-canceled";
        post_webhook(by_provider_id_.at(id), "ended", now_);
      }
      report(effect.key, Answered{200, -1, "{}"}, 50);
      break;
    }
    case EffectKind::check_provider:
      break;
  }
}

void World::perform_create(const Effect& effect) {
  const Faults& faults = settings_.faults;
  if (now_ > effect.not_after || chance(faults.not_sent)) {
    return report(effect.key, NotSent{"could not connect"}, 100);
  }
  if (chance(faults.refuse_capacity)) {
    return report(effect.key, Answered{429, 1, "{}"}, 100);
  }
  if (chance(faults.lost_before_dial)) {
    return report(effect.key, NoAnswer{"timed out"}, 20'000);
  }
  const json body = json::parse(effect.request->body);
  Dialled dial;
  dial.attempt_id = body.at("customer").at("externalId");
  dial.number = body.at("customer").at("number");
  dial.provider_call_id = "pc-" + std::to_string(ledger_.size());
  dial.at = now_;
  static constexpr const char* kEnds[] = {"customer-ended-call",          "customer-ended-call",
                                          "assistant-ended-call",         "customer-busy",
                                          "customer-did-not-answer",      "voicemail",
                                          "twilio-failed-to-connect-call"};
  dial.ended_reason = kEnds[below(7)];
  const bool talks = dial.ended_reason.find("ended-call") != std::string::npos;
  const Instant answered = now_ + Millis{1 + below(kRingMs)};
  dial.ended = talks ? answered + Millis{1 + below(kTalkMs)} : answered;
  const std::size_t index = ledger_.size();
  ledger_.push_back(dial);
  by_provider_id_[dial.provider_call_id] = index;
  listed_from_[dial.provider_call_id] = now_ + Millis{below(faults.list_late_ms_max)};

  std::int64_t at_once = 0;
  for (const Dialled& other : ledger_) {
    at_once += other.ended > now_ ? 1 : 0;
  }
  most_at_once_ = std::max(most_at_once_, at_once);

  post_webhook(index, "ringing", now_);
  if (talks) {
    post_webhook(index, "in-progress", answered);
  }
  later(dial.ended, [this, index] {
    if (ledger_[index].ended <= now_ && ledger_[index].ended_reason != "manually-canceled") {
      post_webhook(index, "ended", now_);
    }
  });
  if (chance(faults.lost_after_dial)) {
    return report(effect.key, NoAnswer{"connection reset"}, 20'000);
  }
  if (chance(faults.server_error)) {
    return report(effect.key, Answered{500, -1, "oops"}, 300);
  }
  report(effect.key, Answered{201, -1, call_json(dial)}, 300);
}

std::string World::call_json(const Dialled& dial) const {
  json call{
      {"id", dial.provider_call_id},
      {"customer", {{"number", dial.number}, {"externalId", dial.attempt_id}}},
      {"monitor", {{"controlUrl", std::string{kBaseUrl} + "/control/" + dial.provider_call_id}}},
      {"createdAt", format_rfc3339(dial.at)},
      {"status", dial.ended <= now_ ? "ended" : "ringing"}};
  if (dial.ended <= now_) {
    call["endedReason"] = dial.ended_reason;
    call["endedAt"] = format_rfc3339(dial.ended);
    call["cost"] = 0.0125;
  }
  return call.dump();
}

void World::perform_look_up(const Effect& effect) {
  const std::string& url = effect.request->url;
  if (url.find("/call?") == std::string::npos) {
    const std::string id = url.substr(url.rfind('/') + 1);
    return report(effect.key, Answered{200, -1, call_json(ledger_.at(by_provider_id_.at(id)))},
                  300);
  }
  const Instant from = query_instant(url, "createdAtGe=");
  const Instant to = query_instant(url, "createdAtLe=");
  std::string list = "[";
  int listed = 0;
  for (auto dial = ledger_.rbegin(); dial != ledger_.rend() && listed < vapi::kListMax; ++dial) {
    if (listed_from_.at(dial->provider_call_id) <= now_ && dial->at >= from && dial->at <= to) {
      list += (list.size() > 1 ? "," : "") + call_json(*dial);
      ++listed;
    }
  }
  report(effect.key, Answered{200, -1, list + "]"}, 300);
}

void World::post_webhook(std::size_t index, const char* status, Instant at) {
  const int times = chance(settings_.faults.webhook_lost)       ? 0
                    : chance(settings_.faults.webhook_repeated) ? 2
                                                                : 1;
  for (int i = 0; i < times; ++i) {
    later(at + Millis{1 + below(kWebhookDelayMs)}, [this, index, status = std::string{status}] {
      json call = json::parse(call_json(ledger_[index]));
      json message{{"type", status == "ended" ? "end-of-call-report" : "status-update"},
                   {"status", status},
                   {"call", call}};
      if (status == "ended") {
        message["endedReason"] = ledger_[index].ended_reason;
        message["cost"] = 0.0125;
      }
      const std::string body = json{{"message", message}}.dump();
      const std::string timestamp = std::to_string(to_ms(now_) / 1000);
      const std::string text = timestamp + "." + body;
      HttpRequest http;
      http.method = "POST";
      http.target = webhook_target_;
      http.headers = {{"content-type", "application/json"},
                      {"x-timestamp", timestamp},
                      {"x-signature",
                       to_hex(crypto_->hmac(HmacHash::sha256, bytes_of(kSecret), bytes_of(text)))}};
      http.body = body;
      http.principal = Principal{"default", "webhook", {}, {}};
      Input input = blank();
      input.event = std::move(http);
      act_on(give(std::move(input)));
    });
  }
}

}  // namespace callgate::sim
