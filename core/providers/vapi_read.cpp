#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/ascii.hpp"
#include "core/providers/decimal.hpp"
#include "core/providers/json_scan.hpp"
#include "core/providers/vapi.hpp"

namespace callgate::vapi {
namespace {

constexpr std::size_t kIdMax = 100;      // bytes; a longer id is not one we would store
constexpr std::size_t kReasonMax = 200;  // bytes
constexpr std::int64_t kDailyLimitRetrySeconds = 3600;

bool starts_with(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}
bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// One line of at most `max` bytes that ends between two characters: fit for a column and for a log.
std::string one_line(std::string_view text, std::size_t max) {
  std::size_t length = std::min(text.size(), max);
  while (length > 0 && length < text.size() &&
         (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) {
    --length;
  }
  std::string out{text.substr(0, length)};
  for (char& c : out) {
    const auto byte = static_cast<unsigned char>(c);
    c = byte < 0x20 || byte == 0x7F ? ' ' : c;
  }
  return out;
}

// The fields of a call object that matter here, as their text.
struct CallText {
  std::string id;
  std::string external_id;
  std::string name;
  std::string status;
  std::string ended_reason;
  std::string started_at;
  std::string ended_at;
  std::string cost;
  std::string cost_total;
  std::string control_url;
  std::string created_at;
  bool concurrency_blocked = false;
};

struct CallField {
  std::string_view path;
  std::string CallText::* member;
};

constexpr CallField kCallFields[] = {
    {"id", &CallText::id},
    {"customer.externalId", &CallText::external_id},
    {"name", &CallText::name},
    {"status", &CallText::status},
    {"endedReason", &CallText::ended_reason},
    {"startedAt", &CallText::started_at},
    {"endedAt", &CallText::ended_at},
    {"cost", &CallText::cost},
    {"costBreakdown.total", &CallText::cost_total},
    {"monitor.controlUrl", &CallText::control_url},
    {"createdAt", &CallText::created_at},
};

constexpr std::string_view kBlockedPath = "subscriptionLimits.concurrencyBlocked";

void take(CallText& call, std::string_view path, const JsonScalar& value) {
  if (path == kBlockedPath) {
    call.concurrency_blocked = value.text == "true";
    return;
  }
  if (value.kind != JsonScalar::Kind::text && value.kind != JsonScalar::Kind::number) {
    return;
  }
  for (const CallField& field : kCallFields) {
    if (field.path == path) {
      (call.*field.member) = value.text;
      return;
    }
  }
}

AttemptState state_of(const CallText& call) {
  if (call.status == "ended" || !call.ended_at.empty() || !call.ended_reason.empty()) {
    return AttemptState::ended;
  }
  if (call.status == "in-progress" || call.status == "forwarding") {
    return AttemptState::in_progress;
  }
  if (call.status == "ringing") {
    return AttemptState::ringing;
  }
  return AttemptState::placed;  // scheduled, queued, and words to come: the provider has it
}

std::optional<std::int64_t> cost_of(const CallText& call) {
  return decimal_to_micros(call.cost.empty() ? call.cost_total : call.cost);
}

Fact fact_of(const CallText& call, const Account& account) {
  Fact fact;
  const std::string& own = call.external_id.empty() ? call.name : call.external_id;
  if (own.size() <= kIdMax) {
    fact.attempt_id = one_line(own, kIdMax);
  }
  fact.provider_call_id = one_line(call.id, kIdMax);
  fact.state = state_of(call);
  if (fact.state == AttemptState::ended) {
    fact.outcome = classify_ended_reason(call.ended_reason);
    fact.ended_reason = one_line(call.ended_reason, kReasonMax);
  }
  fact.started_at = parse_rfc3339(call.started_at);
  fact.ended_at = parse_rfc3339(call.ended_at);
  fact.cost_micros = cost_of(call);
  if (fact.state != AttemptState::ended && is_providers_own(call.control_url, account)) {
    fact.control_url = call.control_url;
  }
  return fact;
}

bool is_success(const Answered& answer) {
  return answer.status >= 200 && answer.status <= 299;
}

std::string status_line(const Answered& answer) {
  return "HTTP status " + std::to_string(answer.status);
}

// A call object, or the batch form {results: [call], errors: [{error}], subscriptionLimits}; and
// the error form {statusCode, message: text or list of texts, error}.
class CreateReader final : public JsonVisitor {
 public:
  void open_object(std::string_view path) override { results_ += path == "results[]" ? 1 : 0; }

  void scalar(std::string_view path, const JsonScalar& value) override {
    constexpr std::string_view kResult = "results[].";
    if (starts_with(path, kResult)) {
      if (results_ == 1) {
        take(call, path.substr(kResult.size()), value);
      }
      return;
    }
    if (value.kind == JsonScalar::Kind::text && words.size() < kReasonMax &&
        (path == "message" || path == "message[]" || path == "error" || path == "error.message" ||
         path == "errors[].error" || path == "errors[].message")) {
      words += words.empty() ? "" : "; ";
      words += one_line(value.text, kReasonMax);
      return;
    }
    take(call, path, value);
  }

  CallText call;
  std::string words;  // what the provider says is wrong

 private:
  int results_ = 0;
};

// Which class a refusal belongs to. The status says little (a full limit and an empty wallet may
// both be a 400), so the words are read too.
Outcome refusal_class(std::int64_t status, std::string_view lower_words) {
  if (status == 429 || contains(lower_words, "concurren") ||
      contains(lower_words, "daily outbound call limit")) {
    return Outcome::capacity;
  }
  if (status == 401 || status == 403) {
    return Outcome::config;
  }
  if (status == 402 || contains(lower_words, "wallet") || contains(lower_words, "credits") ||
      contains(lower_words, "billing")) {
    return Outcome::billing;
  }
  const bool of_customer = contains(lower_words, "customer") &&
                           (contains(lower_words, "number") || contains(lower_words, "e.164"));
  if (of_customer && !contains(lower_words, "phonenumber")) {
    return Outcome::invalid_number;
  }
  return Outcome::config;
}

Refused refusal_of(const Answered& answer, std::string_view words) {
  const std::string lower_words = lower(words);
  Refused refused;
  refused.outcome = refusal_class(answer.status, lower_words);
  refused.reason = words.empty() ? status_line(answer) : one_line(words, kReasonMax);
  refused.retry_after_s = answer.retry_after_s;
  refused.key_refused =
      refused.outcome == Outcome::config && (answer.status == 401 || answer.status == 403);
  if (refused.retry_after_s < 0 && contains(lower_words, "daily outbound call limit")) {
    refused.retry_after_s = kDailyLimitRetrySeconds;
  }
  return refused;
}

std::variant<Fact, Refused, Unclear> read_created(const Answered& answer, const Account& account,
                                                  const CreateReader& reader) {
  const CallText& call = reader.call;
  if (call.id.empty()) {
    if (!reader.words.empty()) {
      return refusal_of(answer, reader.words);
    }
    return Unclear{"a successful answer without a call id"};
  }
  Fact fact = fact_of(call, account);
  const bool started =
      fact.state == AttemptState::ringing || fact.state == AttemptState::in_progress;
  const bool full = fact.outcome == Outcome::capacity;
  // A call that rings was not blocked, whatever the limits say: it must never be dialled again.
  if (full || (call.concurrency_blocked && !started && call.ended_reason.empty())) {
    Refused refused;
    refused.outcome = Outcome::capacity;
    refused.reason = full ? fact.ended_reason : "concurrencyBlocked";
    refused.retry_after_s = answer.retry_after_s;
    refused.provider_call_id = fact.provider_call_id;
    return refused;
  }
  return fact;
}

class OneCallReader final : public JsonVisitor {
 public:
  void scalar(std::string_view path, const JsonScalar& value) override { take(call, path, value); }
  CallText call;
};

// A list of calls, bare or under "results"; keeps the one that carries the attempt's id. Should
// there be several, a call that still lives is the one that matters.
class ListReader final : public JsonVisitor {
 public:
  ListReader(std::string_view attempt_id, const Account& account)
      : attempt_id_(attempt_id), account_(account) {}

  void open_array(std::string_view path) override {
    is_list = is_list || path.empty() || path == "results";
  }
  void open_object(std::string_view path) override {
    if (is_element(path)) {
      current_ = CallText{};
    }
  }
  void scalar(std::string_view path, const JsonScalar& value) override {
    for (const std::string_view start : {std::string_view{"[]."}, std::string_view{"results[]."}}) {
      if (starts_with(path, start)) {
        take(current_, path.substr(start.size()), value);
        return;
      }
    }
  }
  void close_object(std::string_view path) override {
    if (!is_element(path)) {
      return;
    }
    ++count;
    const auto created_at = parse_rfc3339(current_.created_at);
    new_to_old = new_to_old && created_at && (!oldest || *created_at <= *oldest);
    oldest = created_at;
    const bool ours = current_.external_id == attempt_id_ || current_.name == attempt_id_;
    if (!ours || current_.id.empty()) {
      return;
    }
    Fact fact = fact_of(current_, account_);
    if (!found || (found->state == AttemptState::ended && fact.state != AttemptState::ended)) {
      found = std::move(fact);
    }
  }

  std::optional<Fact> found;
  std::optional<Instant> oldest;  // createdAt of the last one
  bool new_to_old = true;
  std::int64_t count = 0;
  bool is_list = false;

 private:
  static bool is_element(std::string_view path) { return path == "[]" || path == "results[]"; }

  std::string_view attempt_id_;
  const Account& account_;
  CallText current_;
};

// {"message": {type, status, endedReason, call: {}, customer: {}}}. The message's own fields are
// newer than those of the call object in it.
class WebhookReader final : public JsonVisitor {
 public:
  void scalar(std::string_view path, const JsonScalar& value) override {
    constexpr std::string_view kMessage = "message.";
    constexpr std::string_view kCall = "call.";
    if (!starts_with(path, kMessage)) {
      return;
    }
    path.remove_prefix(kMessage.size());
    if (path == "type") {
      type = value.text;
    } else if (starts_with(path, kCall)) {
      take(call, path.substr(kCall.size()), value);
    } else {
      take(message, path, value);
    }
  }

  // The call as this message leaves it.
  [[nodiscard]] CallText merged() && {
    for (const CallField& field : kCallFields) {
      const bool own = field.member != &CallText::id && field.member != &CallText::name;
      if (own && !(message.*field.member).empty()) {
        (call.*field.member) = std::move(message.*field.member);
      }
    }
    if (type == "end-of-call-report") {
      call.status = "ended";
    }
    return std::move(call);
  }

  std::string type;
  CallText message;
  CallText call;
};

bool is_known_status(std::string_view status) {
  constexpr std::string_view kKnown[] = {"scheduled",   "queued",     "ringing",
                                         "in-progress", "forwarding", "ended"};
  return std::find(std::begin(kKnown), std::end(kKnown), status) != std::end(kKnown);
}

}  // namespace

bool is_about_a_day(std::string_view reason) {
  return contains(lower(reason), "daily");
}

std::variant<Fact, Refused, Unclear> read_create_call(const Answered& answer,
                                                      const Account& account) {
  CreateReader reader;
  const bool readable = scan_json(answer.body, reader);
  if (is_success(answer)) {
    if (!readable) {
      return Unclear{"a successful answer that is not JSON"};
    }
    return read_created(answer, account, reader);
  }
  // 408: the server gave up waiting, which says nothing about what it did before.
  if (answer.status < 400 || answer.status > 499 || answer.status == 408) {
    return Unclear{status_line(answer)};
  }
  return refusal_of(answer, readable ? reader.words : std::string{});
}

std::variant<Fact, Absent, Unclear> read_get_call(const Answered& answer, const Account& account) {
  if (answer.status == 404) {
    return Absent{};
  }
  OneCallReader reader;
  if (!is_success(answer)) {
    return Unclear{status_line(answer)};
  }
  if (!scan_json(answer.body, reader) || reader.call.id.empty()) {
    return Unclear{"an answer that is not a call object"};
  }
  return fact_of(reader.call, account);
}

std::variant<Fact, Absent, Cut, Unclear> read_list_calls(const Answered& answer,
                                                         std::string_view attempt_id,
                                                         const Account& account) {
  if (!is_success(answer)) {
    return Unclear{status_line(answer)};
  }
  ListReader reader{attempt_id, account};
  if (attempt_id.empty() || !scan_json(answer.body, reader) || !reader.is_list) {
    return Unclear{"an answer that is not a list of calls"};
  }
  if (reader.found) {
    return std::move(*reader.found);
  }
  if (reader.count < kListMax) {
    return Absent{};
  }
  return Cut{reader.new_to_old ? reader.oldest : std::nullopt};
}

Expected<std::optional<Fact>, MalformedWebhook> read_webhook(std::string_view body,
                                                             const Account& account) {
  WebhookReader reader;
  if (!scan_json(body, reader)) {
    return unexpected(MalformedWebhook{"the body is not JSON, or nested too deep"});
  }
  if (reader.type.empty()) {
    return unexpected(MalformedWebhook{"message.type is missing"});
  }
  if (reader.type != "status-update" && reader.type != "end-of-call-report") {
    return std::nullopt;
  }
  const CallText call = std::move(reader).merged();
  if (call.id.empty() || !is_known_status(call.status)) {
    return std::nullopt;
  }
  // "ended" without its reason may be an answered call: the report or the poll will say.
  if (state_of(call) == AttemptState::ended && call.ended_reason.empty()) {
    return std::nullopt;
  }
  Fact fact = fact_of(call, account);
  if (reader.type == "status-update" && fact.cost_micros == 0) {
    fact.cost_micros.reset();  // nothing so far; the report will say
  }
  return fact;
}

}  // namespace callgate::vapi
