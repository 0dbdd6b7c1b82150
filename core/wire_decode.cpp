#include <algorithm>
#include <utility>

#include "core/api/json.hpp"
#include "core/base/bytes.hpp"
#include "core/wire.hpp"

namespace callgate {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;
using Index = JsonDocument::Index;

// Reads one document. The first thing that is wrong is kept and everything read after it is empty,
// so that the readers below need no branch after each member.
class WireReader {
 public:
  WireReader(const JsonDocument& document, std::string_view tail) : doc(document), tail_(tail) {}

  const JsonDocument& doc;

  void fail(std::string_view what, std::string_view why) {
    if (error_.empty()) {
      error_ = std::string{what} + ": " + std::string{why};
    }
  }
  [[nodiscard]] bool failed() const { return !error_.empty(); }
  [[nodiscard]] const std::string& error() const { return error_; }

  bool expect(Index at, JsonKind kind, std::string_view what) {
    if (failed() || doc.kind(at) != kind) {
      fail(what, "has the wrong type");
      return false;
    }
    return true;
  }

  std::int64_t integer(Index at, std::string_view what) {
    return expect(at, JsonKind::integer, what) ? doc.integer(at) : 0;
  }
  bool boolean(Index at, std::string_view what) {
    return expect(at, JsonKind::boolean, what) && doc.boolean(at);
  }
  // A text, or the bytes of the tail that stand for one.
  std::string text(Index at, std::string_view what) {
    if (!failed() && doc.kind(at) == JsonKind::array) {
      return bytes(at, what);
    }
    return expect(at, JsonKind::text, what) ? std::string{doc.text(at)} : std::string{};
  }
  std::string bytes(Index at, std::string_view what) {
    if (!expect(at, JsonKind::array, what) || doc.count(at) != 2) {
      fail(what, "is not [offset, length]");
      return {};
    }
    const Index second = doc.after(doc.first(at));
    const std::int64_t offset = integer(doc.first(at), what);
    const std::int64_t length = integer(second, what);
    const auto size = static_cast<std::int64_t>(tail_.size());
    if (failed() || offset < 0 || length < 0 || offset > size || length > size - offset) {
      fail(what, "lies outside the tail");
      return {};
    }
    return std::string{
        tail_.substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(length))};
  }

  template <class Read>
  void each(Index at, std::string_view what, Read&& read) {
    if (!expect(at, JsonKind::array, what)) {
      return;
    }
    const Index end = doc.after(at);
    for (Index item = doc.first(at); item != end && !failed(); item = doc.after(item)) {
      read(item);
    }
  }

  std::vector<std::string> texts(Index at, std::string_view what) {
    std::vector<std::string> out;
    each(at, what, [&](Index item) { out.push_back(text(item, what)); });
    return out;
  }

  Headers headers(Index at) {
    Headers out;
    each(at, "headers", [&](Index item) {
      if (!expect(item, JsonKind::array, "headers") || doc.count(item) != 2) {
        fail("headers", "holds what is not [name, value]");
        return;
      }
      const Index value = doc.after(doc.first(item));
      std::string name = text(doc.first(item), "headers");
      out.emplace_back(std::move(name), text(value, "headers"));
    });
    return out;
  }

 private:
  std::string_view tail_;
  std::string error_;
};

// The members of one object, taken by name. What is left over at the end is refused.
class Members {
 public:
  Members(WireReader& in, Index object, std::string_view what) : in_(in), what_(what) {
    if (!in.expect(object, JsonKind::object, what)) {
      return;
    }
    const Index end = in.doc.after(object);
    for (Index name = in.doc.first(object); name != end; name = in.doc.after(name + 1)) {
      members_.emplace_back(in.doc.text(name), name + 1);
    }
  }
  Members(const Members&) = delete;
  Members& operator=(const Members&) = delete;
  ~Members() {
    if (!members_.empty()) {
      in_.fail(what_, "has an unknown or repeated member");
    }
  }

  std::optional<Index> find(std::string_view name) {
    const auto at = std::find_if(members_.begin(), members_.end(),
                                 [name](const auto& member) { return member.first == name; });
    if (at == members_.end()) {
      return std::nullopt;
    }
    const Index value = at->second;
    members_.erase(at);
    return value;
  }

  std::int64_t integer(std::string_view name) {
    const auto at = need(name);
    return at ? in_.integer(*at, name) : 0;
  }
  Instant instant(std::string_view name) { return from_ms(integer(name)); }
  bool boolean(std::string_view name) {
    const auto at = need(name);
    return at && in_.boolean(*at, name);
  }
  std::string text(std::string_view name) {
    const auto at = need(name);
    return at ? in_.text(*at, name) : std::string{};
  }
  std::string bytes(std::string_view name) {
    const auto at = need(name);
    return at ? in_.bytes(*at, name) : std::string{};
  }
  std::vector<std::string> texts(std::string_view name) {
    const auto at = need(name);
    return at ? in_.texts(*at, name) : std::vector<std::string>{};
  }
  Headers headers() {
    const auto at = need("headers");
    return at ? in_.headers(*at) : Headers{};
  }
  // A member that is read by `read(decoder, index)`.
  template <class Read>
  auto nested(std::string_view name, Read&& read)
      -> decltype(read(std::declval<WireReader&>(), 0U)) {
    const auto at = need(name);
    using Value = decltype(read(in_, 0U));
    return at ? read(in_, *at) : Value{};
  }
  template <class Read>
  void each(std::string_view name, Read&& read) {
    const auto at = need(name);
    if (at) {
      in_.each(*at, name, read);
    }
  }

 private:
  std::optional<Index> need(std::string_view name) {
    auto at = find(name);
    if (!at) {
      in_.fail(name, "is missing");
    }
    return at;
  }

  WireReader& in_;
  std::string_view what_;
  std::vector<std::pair<std::string_view, Index>> members_;
};

EffectKey decode_key(WireReader& in, Index at) {
  Members members{in, at, "effect key"};
  EffectKey key;
  const std::int64_t kind = members.integer("kind");
  if (kind < 1 || kind > 4) {
    in.fail("kind", "is no kind of effect");
  } else {
    key.kind = static_cast<EffectKind>(kind);
  }
  key.subject = members.integer("subject");
  key.attempt = members.integer("attempt");
  key.fence = members.integer("fence");
  return key;
}

std::vector<EffectKey> decode_keys(WireReader& in, Index at) {
  Members members{in, at, "effect keys"};
  std::vector<EffectKey> keys;
  members.each("keys", [&](Index item) { keys.push_back(decode_key(in, item)); });
  return keys;
}

Response decode_response(WireReader& in, Index at) {
  Members members{in, at, "response"};
  Response response;
  response.status = members.integer("status");
  response.headers = members.headers();
  response.body = members.bytes("body");
  return response;
}

Event decode_event(WireReader& in, Index at) {
  Members members{in, at, "event"};
  Event event;
  event.type = members.text("type");
  event.revision = members.integer("revision");
  event.subject = members.text("subject");
  event.data = members.text("data");
  return event;
}

Principal decode_principal(WireReader& in, Index at) {
  Members members{in, at, "principal"};
  Principal principal;
  principal.workspace = members.text("workspace");
  principal.subject = members.text("subject");
  principal.roles = members.texts("roles");
  principal.scopes = members.texts("scopes");
  const auto if_there = [&](std::string_view name, std::string& value) {
    if (const auto there = members.find(name)) {
      value = in.text(*there, name);
    }
  };
  if_there("credential", principal.credential);
  if_there("ticket", principal.ticket);
  if_there("within", principal.within);
  return principal;
}

HttpRequest decode_http_request(WireReader& in, Index at) {
  Members members{in, at, "http_request"};
  HttpRequest request;
  request.method = members.text("method");
  request.target = members.text("target");
  request.headers = members.headers();
  request.body = members.bytes("body");
  request.body_is_stream = members.boolean("body_is_stream");
  if (const auto principal = members.find("principal")) {
    request.principal = decode_principal(in, *principal);
  }
  if (const auto over_tls = members.find("over_tls")) {
    request.over_tls = in.boolean(*over_tls, "over_tls");
  }
  return request;
}

EffectResult decode_effect_result(WireReader& in, Index at) {
  Members members{in, at, "effect_result"};
  EffectResult report;
  report.key = members.nested("key", decode_key);
  if (const auto answered = members.find("answered")) {
    Members of{in, *answered, "answered"};
    Answered result;
    result.status = of.integer("status");
    result.retry_after_s = of.integer("retry_after_s");
    result.body = of.bytes("body");
    report.result = std::move(result);
  } else if (const auto not_sent = members.find("not_sent")) {
    report.result = NotSent{Members{in, *not_sent, "not_sent"}.text("reason")};
  } else {
    const auto reason = [](WireReader& from, Index value) {
      return Members{from, value, "no_answer"}.text("reason");
    };
    report.result = NoAnswer{members.nested("no_answer", reason)};
  }
  return report;
}

ImportChunk decode_import_chunk(WireReader& in, Index at) {
  Members members{in, at, "import_chunk"};
  ImportChunk chunk;
  chunk.import = members.integer("import");
  chunk.seq = members.integer("seq");
  chunk.bytes = members.bytes("bytes");
  chunk.last = members.boolean("last");
  chunk.broken = members.boolean("broken");
  return chunk;
}

void decode_entropy(WireReader& in, Members& members, Input& input) {
  const auto entropy = from_hex(members.text("entropy"));
  if (!entropy || entropy->size() != input.entropy.size()) {
    in.fail("entropy", "is not 32 bytes in hexadecimal");
    return;
  }
  std::copy(entropy->begin(), entropy->end(), input.entropy.begin());
}

HostLimits decode_limits(WireReader& in, Index at) {
  Members members{in, at, "limits"};
  HostLimits limits;
  limits.body_bytes_max = members.integer("body_bytes_max");
  limits.task_rows_max = members.integer("task_rows_max");
  limits.attempts_per_row = members.integer("attempts_per_row");
  limits.effects_given = members.integer("effects_given");
  if (const auto most = members.find("requests_max")) {
    limits.requests_max = in.integer(*most, "requests_max");
    limits.requests_window = Millis{members.integer("requests_window_ms")};
  }
  if (const auto may_write = members.find("may_write")) {
    limits.may_write = in.boolean(*may_write, "may_write");
  }
  return limits;
}

Input decode_whole_input(WireReader& in, Index at) {
  Members members{in, at, "input"};
  Input input;
  input.now = members.instant("now");
  decode_entropy(in, members, input);
  input.limits = members.nested("limits", decode_limits);
  input.more = members.boolean("more");
  if (const auto environment = members.find("environment")) {
    input.environment = in.headers(*environment);
  }
  if (const auto request = members.find("http_request")) {
    input.event = decode_http_request(in, *request);
  } else if (const auto wake = members.find("wake")) {
    const Members none{in, *wake, "wake"};
    input.event = Wake{};
  } else if (const auto result = members.find("effect_result")) {
    input.event = decode_effect_result(in, *result);
  } else if (const auto take = members.find("take_effects")) {
    input.event = TakeEffects{decode_keys(in, *take)};
  } else if (const auto back = members.find("give_back_effects")) {
    input.event = GiveBackEffects{decode_keys(in, *back)};
  } else {
    input.event = members.nested("import_chunk", decode_import_chunk);
  }
  return input;
}

Stream decode_stream(WireReader& in, Index at) {
  Members members{in, at, "stream"};
  Stream stream;
  if (const auto subject = members.find("subject")) {
    stream.subject = in.text(*subject, "subject");
  }
  members.each("backlog", [&](Index item) { stream.backlog.push_back(decode_event(in, item)); });
  stream.after_revision = members.integer("after_revision");
  stream.ends = members.boolean("ends");
  if (const auto holders = members.find("holders")) {
    stream.holders = in.texts(*holders, "holders");
  }
  return stream;
}

void decode_answer(WireReader& in, Index at, Output& output) {
  Members members{in, at, "answer"};
  if (const auto response = members.find("response")) {
    output.answer = decode_response(in, *response);
  } else if (const auto await_at = members.find("await")) {
    Members of{in, *await_at, "await"};
    Await await;
    await.effect = of.nested("effect", decode_key);
    await.until = of.instant("until");
    await.otherwise = of.nested("otherwise", decode_response);
    output.answer = std::move(await);
  } else if (const auto stream = members.find("stream")) {
    output.answer = decode_stream(in, *stream);
  } else if (const auto ingest_at = members.find("ingest")) {
    Members of{in, *ingest_at, "ingest"};
    Ingest ingest;
    ingest.import = of.integer("import");
    ingest.next_seq = of.integer("next_seq");
    output.answer = ingest;
  }
}

OutboundRequest decode_outbound_request(WireReader& in, Index at) {
  Members members{in, at, "request"};
  OutboundRequest request;
  request.method = members.text("method");
  request.url = members.text("url");
  request.headers = members.headers();
  request.body = members.bytes("body");
  request.timeout = Millis{members.integer("timeout_ms")};
  return request;
}

Effect decode_effect(WireReader& in, Index at) {
  Members members{in, at, "effect"};
  Effect effect;
  effect.key = members.nested("key", decode_key);
  effect.not_after = members.instant("not_after");
  if (const auto request = members.find("request")) {
    effect.request = decode_outbound_request(in, *request);
  }
  return effect;
}

AwaitedReply decode_reply(WireReader& in, Index at) {
  Members members{in, at, "reply"};
  const EffectKey key = members.nested("effect", decode_key);
  return {key, members.nested("response", decode_response)};
}

Output decode_whole_output(WireReader& in, Index at) {
  Members members{in, at, "output"};
  Output output;
  if (const auto answer = members.find("answer")) {
    decode_answer(in, *answer, output);
  }
  members.each("effects", [&](Index item) { output.effects.push_back(decode_effect(in, item)); });
  members.each("events", [&](Index item) { output.events.push_back(decode_event(in, item)); });
  if (const auto wake_at = members.find("wake_at")) {
    output.wake_at = from_ms(in.integer(*wake_at, "wake_at"));
  }
  if (const auto replies = members.find("replies")) {
    in.each(*replies, "replies",
            [&](Index item) { output.replies.push_back(decode_reply(in, item)); });
  }
  output.alerts = members.texts("alerts");
  if (const auto ended = members.find("ended")) {
    output.ended = in.texts(*ended, "ended");
  }
  return output;
}

CheckedSignature decode_signature(WireReader& in, Index at) {
  Members members{in, at, "signature"};
  CheckedSignature checked;
  checked.verified = members.boolean("verified");
  if (const auto trust = members.find("trust")) {
    Members of{in, *trust, "trust"};
    checked.trust.issuer = of.text("issuer");
    checked.trust.audience = of.text("audience");
    checked.trust.workspace = of.text("workspace");
  }
  return checked;
}

BodyRead decode_body_read(WireReader& in, Index at) {
  const std::string end = in.text(at, "body");
  if (end == "broken") {
    return BodyRead::broken;
  }
  if (end == "too_large") {
    return BodyRead::too_large;
  }
  if (end != "whole") {
    in.fail("body", "is no way to be read");
  }
  return BodyRead::whole;
}

Arriving decode_whole_arriving(WireReader& in, Index at) {
  Members members{in, at, "arriving"};
  Arriving asked;
  asked.now = members.instant("now");
  asked.request = members.nested("http_request", decode_http_request);
  asked.workspaces = members.text("workspaces");
  if (const auto origins = members.find("origins")) {
    asked.origins = in.text(*origins, "origins");
  }
  if (const auto signature = members.find("signature")) {
    asked.signature = decode_signature(in, *signature);
  }
  if (const auto end = members.find("body")) {
    asked.body = decode_body_read(in, *end);
  }
  return asked;
}

template <class Value>
Expected<Value, WireError> decode(std::string_view bytes, Value (*read)(WireReader&, Index)) {
  const auto length = read_u32(bytes);
  if (!length || *length > bytes.size() - kU32Bytes) {
    return unexpected(WireError{"the envelope is cut short"});
  }
  const auto document = JsonDocument::parse(bytes.substr(kU32Bytes, *length));
  if (!document) {
    return unexpected(WireError{document.error().detail});
  }
  if (!document->issues().empty()) {
    return unexpected(WireError{document->issues().front().detail});
  }
  WireReader in{*document, bytes.substr(kU32Bytes + *length)};
  Value value = read(in, 0);
  if (in.failed()) {
    return unexpected(WireError{in.error()});
  }
  return value;
}

}  // namespace

Expected<Input, WireError> decode_input(std::string_view bytes) {
  return decode<Input>(bytes, decode_whole_input);
}

Expected<Output, WireError> decode_output(std::string_view bytes) {
  return decode<Output>(bytes, decode_whole_output);
}

Expected<Arriving, WireError> decode_arriving(std::string_view bytes) {
  return decode<Arriving>(bytes, decode_whole_arriving);
}

}  // namespace callgate
