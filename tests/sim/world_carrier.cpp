// The carrier of a World: it speaks Vapi's protocol and keeps the ledger.
#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <tuple>

#include "core/base/bytes.hpp"
#include "core/providers/vapi.hpp"
#include "tests/sim/world.hpp"

namespace callgate::sim {
namespace {

using nlohmann::json;
using std::chrono::seconds;

constexpr int kRingMs = 20'000;
constexpr int kTalkMs = 120'000;
constexpr int kAnswerMs = 300;
constexpr int kWebhookDelayMs = 1500;
constexpr int kWebhookLateMs = 600'000;
constexpr Millis kTimeout = seconds{20};
constexpr const char* kBaseUrls[kAccounts] = {"https://carrier.example", "https://second.example"};
constexpr const char* kSecrets[kAccounts] = {"webhook-secret-of-the-simulation",
                                             "another-secret-of-the-simulation"};
constexpr const char* kHungUp = "manually-canceled";
constexpr const char* kMisdialed = "twilio-reported-customer-misdialed";

// Of every outcome that a dial can end in, the usual ones more often.
constexpr const char* kEnds[] = {
    "customer-ended-call",
    "customer-ended-call",
    "customer-ended-call",
    "assistant-ended-call",
    "assistant-ended-call",
    "customer-busy",
    "customer-busy",
    "customer-did-not-answer",
    "customer-did-not-answer",
    "voicemail",
    "voicemail",
    "twilio-failed-to-connect-call",
    "vonage-rejected",
    "pipeline-no-available-llm-model",
    "call.in-progress.error-providerfault-outbound-sip-607-unwanted",
    kMisdialed,
};

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

std::string decimal_of(std::int64_t micros) {
  std::string digits = std::to_string(micros);
  digits.insert(0, 6 - std::min<std::size_t>(6, digits.size()), '0');
  return "0." + digits;
}

// The text of a member of the request; ours are plain.
std::string member(const std::string& body, const char* name) {
  const std::string start = std::string{"\""} + name + "\":\"";
  const std::size_t at = body.find(start);
  if (at == std::string::npos) {
    return {};
  }
  const std::size_t from = at + start.size();
  return body.substr(from, body.find('"', from) - from);
}

}  // namespace

std::string World::provider_body(bool rehearsal, int account) const {
  json body{{"baseUrl", kBaseUrls[account]},
            {"apiKey", "key"},
            {"publicUrl", "https://callgate.example"},
            {"webhookSecret", kSecrets[account]},
            {"rehearsal", rehearsal}};
  if (account > 0) {
    body["ids"] = {{"phoneNumbers", {{"p1", kSecondCaller}}}};
  } else if (settings_.overflow) {
    body["overflow"] = true;
  }
  return body.dump();
}

int World::account_of(const std::string& url) {
  return url.rfind(kBaseUrls[1], 0) == 0 ? 1 : 0;
}

std::int64_t World::most_at_once() const {
  std::int64_t most = 0;
  for (const Dialled& dial : ledger_) {
    most = std::max<std::int64_t>(
        most, std::count_if(ledger_.begin(), ledger_.end(), [&dial](const Dialled& other) {
          return other.at <= dial.at && other.ended > dial.at;
        }));
  }
  return most;
}

void World::perform(const Effect& effect) {
  if (!effect.request) {
    name_to_queue(effect.key);
    return;
  }
  switch (effect.key.kind) {
    case EffectKind::place_call: {
      const Instant asked_at = host_now();
      const std::int64_t era = era_;
      const std::int64_t step = steps_;
      later(now_ + Millis{below(faults_.send_late_ms_max)}, [this, effect, asked_at, era, step] {
        if (era == era_ || settings_.queue) {
          perform_create(effect, asked_at, step);
        }
      });
      break;
    }
    case EffectKind::look_up_call:
      perform_look_up(effect);
      break;
    case EffectKind::end_call:
      perform_end(effect);
      break;
    case EffectKind::check_provider:
      break;
  }
}

void World::perform_create(const Effect& effect, Instant asked_at, std::int64_t asked_step) {
  if (host_now() > effect.not_after) {
    return report(effect.key, NotSent{std::string{kTooLate}}, Millis{1});
  }
  asked_.push_back(now_);
  const int account = account_of(effect.request->url);
  const Outage outage = carrier(account).outage;
  if (outage == Outage::unreachable || chance(faults_.not_sent)) {
    return report(effect.key, NotSent{"could not connect"}, Millis{1 + below(100)});
  }
  if (outage == Outage::silent || chance(faults_.lost_before_dial)) {
    return report(effect.key, NoAnswer{"timed out"}, Millis{1 + below(20'000)});
  }
  const Millis answered{1 + below(kAnswerMs)};
  if (outage == Outage::errors) {
    return report(effect.key, Answered{503, -1, "away"}, answered);
  }
  if (outage == Outage::storm || chance(faults_.refuse_capacity)) {
    return report(effect.key, Answered{429, below(3) - 1, "{}"}, answered);
  }
  if (carrier(account).refuses_key) {
    return report(effect.key, Answered{401, -1, R"({"message":"Invalid Key"})"}, answered);
  }
  if (is_full(account)) {
    ++refused_full_;
    const int status = below(2) == 0 ? 429 : 400;
    return report(effect.key, Answered{status, -1, R"({"message":"Over Concurrency Limit."})"},
                  answered);
  }
  if (chance(faults_.refuse_account)) {
    const int status = below(2) == 0 ? 401 : 402;
    return report(effect.key, Answered{status, -1, R"({"message":"no"})"}, answered);
  }
  if (chance(faults_.refuse_number)) {
    nobodys_.insert(member(effect.request->body, "number"));
    return report(effect.key, Answered{400, -1, R"({"message":["customer.number is no number"]})"},
                  answered);
  }
  Dialled& dial = ring(effect);
  dial.asked_at = asked_at;
  dial.asked_step = asked_step;
  if (on_dial) {
    on_dial(dial);
  }
  answer(effect, dial);
}

bool World::is_full(int account) {
  const auto live = std::count_if(ledger_.begin(), ledger_.end(), [&](const Dialled& dial) {
    return dial.account == account && dial.ended > now_;  // on its way there, too
  });
  const int most = carrier(account).takes_at_once;
  return most > 0 && live >= most;
}

// Somebody's telephone rings.
Dialled& World::ring(const Effect& effect) {
  const Millis way{below(faults_.slow_ms_max)};
  Dialled dial;
  dial.attempt_id = member(effect.request->body, "externalId");
  dial.number = member(effect.request->body, "number");
  dial.agent = member(effect.request->body, "assistantId");
  dial.assistant = dial.agent.substr(0, dial.agent.find('.'));
  dial.caller = member(effect.request->body, "phoneNumberId");
  dial.account = account_of(effect.request->url);
  if (dial.account == 1 && dial.caller == kSecondCaller) {
    dial.caller = "p1";
  }
  dial.provider_call_id = "pc-" + std::to_string(ledger_.size());
  dial.at = now_ + way;
  dial.ended_reason = kEnds[below(static_cast<int>(std::size(kEnds)))];
  dial.talks = dial.ended_reason.find("ended-call") != std::string::npos;
  if (dial.ended_reason == kMisdialed) {
    nobodys_.insert(dial.number);
  }
  const Instant answered = dial.at + Millis{1 + below(kRingMs)};
  dial.ended = dial.talks ? answered + Millis{1 + below(kTalkMs)} : answered;
  dial.cost_micros = 10'000 + static_cast<std::int64_t>(ledger_.size()) % 997;
  std::tie(dial.named_at, dial.named_step) = named_.at({effect.key.subject, effect.key.attempt});
  dial.sent_at = host_now();
  dial.listed_from = dial.at + Millis{below(faults_.list_late_ms_max)};
  const std::size_t index = ledger_.size();
  by_provider_id_[dial.provider_call_id] = index;
  ledger_.push_back(dial);
  if (tell) {
    say("dials " + dial.number + " for " + dial.attempt_id + ", which will end as " +
        dial.ended_reason);
  }
  post_webhook(index, "ringing", dial.at);
  if (dial.talks) {
    post_webhook(index, "in-progress", answered);
  }
  later(dial.ended, [this, index] {
    if (ledger_[index].ended_reason != kHungUp) {
      follow(index);
    }
  });
  return ledger_[index];
}

// What the caller is told of it.
void World::answer(const Effect& effect, const Dialled& dial) {
  const Millis back = dial.at - now_ + Millis{1 + below(kAnswerMs)};
  if (back > kTimeout || chance(faults_.lost_after_dial)) {
    return report(effect.key, NoAnswer{"connection reset"}, std::min(back, kTimeout));
  }
  if (chance(faults_.server_error)) {
    return report(effect.key, Answered{500, -1, "oops"}, back);
  }
  // The answer tells how the call stands when it is given.
  report(effect.key, Answered{201, -1, call_json(dial)}, back);
}

// What a call's end brings: the word, and the report with the price, in either order.
void World::follow(std::size_t index) {
  const bool price_first = below(2) == 0;
  post_webhook(index, price_first ? "report" : "ended", now_);
  post_webhook(index, price_first ? "ended" : "report", now_);
}

void World::perform_end(const Effect& effect) {
  const std::string id = effect.request->url.substr(effect.request->url.rfind('/') + 1);
  const std::size_t index = by_provider_id_.at(id);
  Dialled& dial = ledger_.at(index);
  if (carrier(account_of(effect.request->url)).outage != Outage::none) {
    return report(effect.key, NotSent{"could not connect"}, Millis{1});
  }
  if (dial.ended > now_) {
    dial.ended = std::max(now_, dial.at);
    dial.ended_reason = kHungUp;
    dial.talks = false;
    say("hangs up " + dial.attempt_id);
    follow(index);
  }
  report(effect.key, Answered{200, -1, "{}"}, Millis{1 + below(50)});
}

std::string World::call_json(const Dialled& dial) const {
  const bool over = dial.ended <= now_;
  std::string text = R"({"id":")" + dial.provider_call_id + R"(","customer":{"number":")" +
                     dial.number + R"(","externalId":")" + dial.attempt_id +
                     R"("},"monitor":{"controlUrl":")" + kBaseUrls[dial.account] + "/control/" +
                     dial.provider_call_id + R"("},"createdAt":")" + format_rfc3339(dial.at) +
                     R"(","status":")" + (over ? "ended" : "ringing") + '"';
  if (over) {
    text += R"(,"endedReason":")" + dial.ended_reason + R"(","endedAt":")" +
            format_rfc3339(dial.ended) + R"(","cost":)" + decimal_of(dial.cost_micros);
  }
  return text + '}';
}

void World::perform_look_up(const Effect& effect) {
  const int account = account_of(effect.request->url);
  if (carrier(account).outage != Outage::none || chance(faults_.look_up_fails)) {
    if (below(2) == 0) {
      return report(effect.key, NoAnswer{"timed out"}, Millis{1 + below(20'000)});
    }
    return report(effect.key, Answered{500, -1, "oops"}, Millis{1 + below(kAnswerMs)});
  }
  const std::string& url = effect.request->url;
  const Millis back{1 + below(kAnswerMs)};
  if (url.find("/call?") == std::string::npos) {
    const std::string id = url.substr(url.rfind('/') + 1);
    const Dialled& dial = ledger_.at(by_provider_id_.at(id));
    if (dial.account != account) {
      return report(effect.key, Answered{404, -1, R"({"message":"no such call"})"}, back);
    }
    return report(effect.key, Answered{200, -1, call_json(dial)}, back);
  }
  const Instant from = query_instant(url, "createdAtGe=");
  const Instant to = query_instant(url, "createdAtLe=");
  std::vector<const Dialled*> found;
  for (const Dialled& dial : ledger_) {
    if (dial.account == account && dial.listed_from <= now_ && dial.at >= from && dial.at <= to) {
      found.push_back(&dial);
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Dialled* one, const Dialled* other) { return one->at > other->at; });
  if (found.size() > static_cast<std::size_t>(vapi::kListMax)) {
    found.resize(static_cast<std::size_t>(vapi::kListMax));
  }
  std::string list = "[";
  for (const Dialled* dial : found) {
    list += (list.size() > 1 ? "," : "") + call_json(*dial);
  }
  report(effect.key, Answered{200, -1, list + "]"}, back);
}

void World::post_webhook(std::size_t index, std::string_view status, Instant at) {
  if (chance(faults_.webhook_lost)) {
    return;
  }
  const int times = chance(faults_.webhook_repeated) ? 2 : 1;
  for (int i = 0; i < times; ++i) {
    const int most = chance(faults_.webhook_late) ? kWebhookLateMs : kWebhookDelayMs;
    later(at + Millis{1 + below(most)}, [this, index, status] { send_webhook(index, status); });
  }
}

// ringing, in-progress, ended (without a price) or report (with it).
void World::send_webhook(std::size_t index, std::string_view status) {
  const Dialled& dial = ledger_[index];
  const bool over = status == "ended" || status == "report";
  std::string body = R"({"message":{"type":")";
  body += status == "report" ? "end-of-call-report" : "status-update";
  body += R"(","status":")" + std::string{over ? "ended" : status} + R"(","call":{"id":")" +
          dial.provider_call_id + R"(","customer":{"number":")" + dial.number +
          R"(","externalId":")" + dial.attempt_id + R"("},"monitor":{"controlUrl":")" +
          kBaseUrls[dial.account] + "/control/" + dial.provider_call_id + "\"}}";
  if (over) {
    body += R"(,"endedReason":")" + dial.ended_reason + '"';
  }
  if (status == "report") {
    body += R"(,"endedAt":")" + format_rfc3339(dial.ended) + R"(","cost":)" +
            decimal_of(dial.cost_micros);
  }
  body += "}}";
  const std::string timestamp = std::to_string(to_ms(host_now()) / 1000);
  const std::string text = timestamp + "." + body;
  HttpRequest http;
  http.method = "POST";
  http.target = carrier(dial.account).webhook_target;
  http.headers = {
      {"content-type", "application/json"},
      {"x-timestamp", timestamp},
      {"x-signature",
       to_hex(crypto_->hmac(HmacHash::sha256, bytes_of(std::string_view{kSecrets[dial.account]}),
                            bytes_of(text)))}};
  http.body = std::move(body);
  http.principal = Principal{"default", "webhook", {}, {}};
  Input input = blank();
  input.event = std::move(http);
  deliver(std::move(input), seconds{5}, 700);
}

}  // namespace callgate::sim
