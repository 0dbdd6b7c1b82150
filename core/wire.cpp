#include "core/wire.hpp"

#include <utility>

#include "core/api/json.hpp"
#include "core/base/bytes.hpp"

namespace callgate {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

void append_u32(std::string& out, std::size_t value) {
  for (int shift = 0; shift < 32; shift += 8) {
    out += static_cast<char>(static_cast<unsigned char>(value >> shift));
  }
}

class Encoder {
 public:
  Encoder() : json(json_) {}

  void key(std::string_view name) { json.key(name); }
  void integer(std::string_view name, std::int64_t value) { json.key(name).integer(value); }
  void boolean(std::string_view name, bool value) { json.key(name).boolean(value); }
  void instant(std::string_view name, Instant value) { integer(name, to_ms(value)); }

  // `bytes` outlive the encoder's finish().
  void bytes(std::string_view bytes) {
    json.begin_array().integer(tail_size_).integer(static_cast<std::int64_t>(bytes.size()));
    json.end_array();
    tail_.push_back(bytes);
    tail_size_ += static_cast<std::int64_t>(bytes.size());
  }
  void text(std::string_view value) {
    if (first_invalid_utf8(value)) {
      bytes(value);
    } else {
      json.text(value);
    }
  }
  void bytes(std::string_view name, std::string_view value) {
    key(name);
    bytes(value);
  }
  void text(std::string_view name, std::string_view value) {
    key(name);
    text(value);
  }
  void texts(std::string_view name, const std::vector<std::string>& values) {
    json.key(name).begin_array();
    for (const std::string& value : values) {
      text(value);
    }
    json.end_array();
  }
  void headers(const Headers& values, std::string_view key_of_all = "headers") {
    json.key(key_of_all).begin_array();
    for (const auto& [name, value] : values) {
      json.begin_array();
      text(name);
      text(value);
      json.end_array();
    }
    json.end_array();
  }

  [[nodiscard]] std::string finish() const {
    std::string out;
    out.reserve(kU32Bytes + json_.size() + static_cast<std::size_t>(tail_size_));
    append_u32(out, json_.size());
    out += json_;
    for (const std::string_view part : tail_) {
      out += part;
    }
    return out;
  }

 private:
  std::string json_;
  std::vector<std::string_view> tail_;
  std::int64_t tail_size_ = 0;

 public:
  JsonWriter json;
};

void encode_key(Encoder& out, const EffectKey& key) {
  out.json.begin_object();
  out.integer("kind", static_cast<std::int64_t>(key.kind));
  out.integer("subject", key.subject);
  out.integer("attempt", key.attempt);
  out.integer("fence", key.fence);
  out.json.end_object();
}

void encode_response(Encoder& out, const Response& response) {
  out.json.begin_object();
  out.integer("status", response.status);
  out.headers(response.headers);
  out.bytes("body", response.body);
  out.json.end_object();
}

void encode_reply(Encoder& out, const AwaitedReply& reply) {
  out.json.begin_object();
  out.key("effect");
  encode_key(out, reply.effect);
  out.key("response");
  encode_response(out, reply.response);
  out.json.end_object();
}

void encode_event(Encoder& out, const Event& event) {
  out.json.begin_object();
  out.text("type", event.type);
  out.integer("revision", event.revision);
  out.text("subject", event.subject);
  out.text("data", event.data);
  out.json.end_object();
}

void encode_principal(Encoder& out, const Principal& principal) {
  out.json.begin_object();
  out.text("workspace", principal.workspace);
  out.text("subject", principal.subject);
  out.texts("roles", principal.roles);
  out.texts("scopes", principal.scopes);
  const auto unless_empty = [&out](std::string_view name, const std::string& value) {
    if (!value.empty()) {
      out.text(name, value);
    }
  };
  unless_empty("credential", principal.credential);
  unless_empty("ticket", principal.ticket);
  unless_empty("within", principal.within);
  out.json.end_object();
}

void encode_input_event(Encoder& out, const HttpRequest& request) {
  out.json.key("http_request").begin_object();
  out.text("method", request.method);
  out.text("target", request.target);
  out.headers(request.headers);
  out.bytes("body", request.body);
  out.boolean("body_is_stream", request.body_is_stream);
  if (request.principal) {
    out.key("principal");
    encode_principal(out, *request.principal);
  }
  if (request.over_tls) {
    out.boolean("over_tls", true);
  }
  out.json.end_object();
}

void encode_input_event(Encoder& out, const Wake& /*wake*/) {
  out.json.key("wake").begin_object().end_object();
}

void encode_result(Encoder& out, const Answered& answered) {
  out.json.key("answered").begin_object();
  out.integer("status", answered.status);
  out.integer("retry_after_s", answered.retry_after_s);
  out.bytes("body", answered.body);
  out.json.end_object();
}

void encode_result(Encoder& out, const NotSent& not_sent) {
  out.json.key("not_sent").begin_object();
  out.text("reason", not_sent.reason);
  out.json.end_object();
}

void encode_result(Encoder& out, const NoAnswer& no_answer) {
  out.json.key("no_answer").begin_object();
  out.text("reason", no_answer.reason);
  out.json.end_object();
}

void encode_input_event(Encoder& out, const EffectResult& report) {
  out.json.key("effect_result").begin_object();
  out.key("key");
  encode_key(out, report.key);
  std::visit([&out](const auto& result) { encode_result(out, result); }, report.result);
  out.json.end_object();
}

void encode_input_event(Encoder& out, const ImportChunk& chunk) {
  out.json.key("import_chunk").begin_object();
  out.integer("import", chunk.import);
  out.integer("seq", chunk.seq);
  out.bytes("bytes", chunk.bytes);
  out.boolean("last", chunk.last);
  out.boolean("broken", chunk.broken);
  out.json.end_object();
}

void encode_keys(Encoder& out, std::string_view name, const std::vector<EffectKey>& keys) {
  out.json.key(name).begin_object().key("keys").begin_array();
  for (const EffectKey& key : keys) {
    encode_key(out, key);
  }
  out.json.end_array().end_object();
}

void encode_input_event(Encoder& out, const TakeEffects& take) {
  encode_keys(out, "take_effects", take.keys);
}

void encode_input_event(Encoder& out, const GiveBackEffects& back) {
  encode_keys(out, "give_back_effects", back.keys);
}

void encode_answer(Encoder& /*out*/, const std::monostate& /*none*/) {}

void encode_answer(Encoder& out, const Response& response) {
  out.key("response");
  encode_response(out, response);
}

void encode_answer(Encoder& out, const Await& await) {
  out.json.key("await").begin_object();
  out.key("effect");
  encode_key(out, await.effect);
  out.instant("until", await.until);
  out.key("otherwise");
  encode_response(out, await.otherwise);
  out.json.end_object();
}

void encode_answer(Encoder& out, const Stream& stream) {
  out.json.key("stream").begin_object();
  if (stream.subject) {
    out.text("subject", *stream.subject);
  }
  out.json.key("backlog").begin_array();
  for (const Event& event : stream.backlog) {
    encode_event(out, event);
  }
  out.json.end_array();
  out.integer("after_revision", stream.after_revision);
  out.boolean("ends", stream.ends);
  if (!stream.holders.empty()) {
    out.texts("holders", stream.holders);
  }
  out.json.end_object();
}

void encode_answer(Encoder& out, const Ingest& ingest) {
  out.json.key("ingest").begin_object();
  out.integer("import", ingest.import);
  out.integer("next_seq", ingest.next_seq);
  out.json.end_object();
}

void encode_arrival(Encoder& out, const Reply& reply) {
  using Kind = Reply::Kind;
  out.key(reply.kind == Kind::page ? "page" : reply.kind == Kind::denied ? "denied" : "response");
  encode_response(out, reply.response);
}

void encode_arrival(Encoder& out, const JwtCredential& jwt) {
  out.json.key("jwt").begin_object();
  out.text("token", jwt.token);
  out.text("algorithm", jwt.algorithm);
  out.text("key_id", jwt.key_id);
  out.json.end_object();
}

void encode_arrival(Encoder& out, const Admitted& admitted) {
  out.json.key("admitted").begin_object();
  out.key("principal");
  encode_principal(out, admitted.principal);
  out.boolean("is_list", admitted.is_list);
  out.boolean("is_stream", admitted.is_stream);
  out.boolean("is_report", admitted.is_report);
  out.boolean("only_reads", admitted.only_reads);
  out.boolean("repeatable", admitted.repeatable);
  if (!admitted.headers.empty()) {
    out.headers(admitted.headers);
  }
  out.json.end_object();
}

void encode_effect(Encoder& out, const Effect& effect) {
  out.json.begin_object();
  out.key("key");
  encode_key(out, effect.key);
  out.instant("not_after", effect.not_after);
  if (effect.request) {
    out.json.key("request").begin_object();
    out.text("method", effect.request->method);
    out.text("url", effect.request->url);
    out.headers(effect.request->headers);
    out.bytes("body", effect.request->body);
    out.integer("timeout_ms", static_cast<std::int64_t>(effect.request->timeout.count()));
    out.json.end_object();
  }
  out.json.end_object();
}

}  // namespace

std::string encode(const Input& input) {
  Encoder out;
  const std::string entropy = to_hex(input.entropy);
  out.json.begin_object();
  out.instant("now", input.now);
  out.text("entropy", entropy);
  out.json.key("limits").begin_object();
  out.integer("body_bytes_max", input.limits.body_bytes_max);
  out.integer("task_rows_max", input.limits.task_rows_max);
  out.integer("attempts_per_row", input.limits.attempts_per_row);
  out.integer("effects_given", input.limits.effects_given);
  if (input.limits.requests_max != 0) {
    out.integer("requests_max", input.limits.requests_max);
    out.integer("requests_window_ms", input.limits.requests_window.count());
  }
  if (!input.limits.may_write) {
    out.boolean("may_write", false);
  }
  out.json.end_object();
  out.boolean("more", input.more);
  if (!input.environment.empty()) {
    out.headers(input.environment, "environment");
  }
  std::visit([&out](const auto& event) { encode_input_event(out, event); }, input.event);
  out.json.end_object();
  return out.finish();
}

std::string encode(const Output& output) {
  Encoder out;
  out.json.begin_object();
  if (!std::holds_alternative<std::monostate>(output.answer)) {
    out.json.key("answer").begin_object();
    std::visit([&out](const auto& answer) { encode_answer(out, answer); }, output.answer);
    out.json.end_object();
  }
  out.json.key("effects").begin_array();
  for (const Effect& effect : output.effects) {
    encode_effect(out, effect);
  }
  out.json.end_array();
  out.json.key("events").begin_array();
  for (const Event& event : output.events) {
    encode_event(out, event);
  }
  out.json.end_array();
  if (output.wake_at) {
    out.instant("wake_at", *output.wake_at);
  }
  if (!output.replies.empty()) {
    out.json.key("replies").begin_array();
    for (const AwaitedReply& reply : output.replies) {
      encode_reply(out, reply);
    }
    out.json.end_array();
  }
  out.texts("alerts", output.alerts);
  if (!output.ended.empty()) {
    out.texts("ended", output.ended);
  }
  out.json.end_object();
  return out.finish();
}

std::string encode(const Arrival& arrival) {
  Encoder out;
  out.json.begin_object();
  std::visit([&out](const auto& kind) { encode_arrival(out, kind); }, arrival);
  out.json.end_object();
  return out.finish();
}

void append_record(std::string& log, std::string_view record) {
  append_u32(log, record.size());
  log += record;
}

std::optional<std::string_view> next_record(std::string_view& rest) {
  const auto length = read_u32(rest);
  if (!length || *length > rest.size() - kU32Bytes) {
    return std::nullopt;
  }
  const std::string_view record = rest.substr(kU32Bytes, *length);
  rest.remove_prefix(kU32Bytes + *length);
  return record;
}

void TraceHash::add(std::string_view encoded_output) {
  Blob chained{value_.begin(), value_.end()};
  const Bytes bytes = bytes_of(encoded_output);
  chained.insert(chained.end(), bytes.begin(), bytes.end());
  value_ = crypto_.sha256(chained);
}

}  // namespace callgate
