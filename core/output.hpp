// Everything the core wants done comes out as one Output, to be acted on only after the transaction
// committed (core.hpp has the contract).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/time.hpp"
#include "core/input.hpp"

namespace callgate {

struct Response {
  std::int64_t status = 200;
  std::vector<std::pair<std::string, std::string>>
      headers;  // names in lower case; content-type included
  std::string body;
};

// Answer this request with the first of the `replies` of any later Output that names this effect,
// or after `until` with `otherwise`. That effect always carries its request: perform it at once.
struct Await {
  EffectKey effect;
  Instant until{};
  Response otherwise;
};

// To the request that awaits this effect, if there still is one: the effect's result is known, or
// the attempt has ended whatever comes of it.
struct AwaitedReply {
  EffectKey effect;
  Response response;
};

// A new state of a job, for live subscribers; never a delta, so only the newest of a subject
// matters.
struct Event {
  std::string type;           // "job"
  std::int64_t revision = 0;  // the workspace's revision: the SSE id, grows with every change
  std::string subject;        // public id of the job: what ?jobId filters on, and what is coalesced
  std::string data;           // one line of JSON
};

// At most one event per subject in this time; the newest wins.
inline constexpr Millis kEventGap{250};

// Answer with a server-sent event stream: first `backlog`, then every published event that passes
// the filter. Heartbeat comment every 15 s.
struct Stream {
  std::optional<std::string> subject;  // only events of this subject
  std::vector<Event> backlog;          // oldest first
  std::int64_t after_revision = 0;     // publish only events with a greater revision
  bool ends = false;  // with the backlog: who comes back with its last id gets the rest
  std::vector<std::string> holders = {};  // by whose rights: it ends with any of them
};

// Send the request's body as ImportChunks of this import; the Output of the last one, or of one
// that is refused, carries the Response.
struct Ingest {
  std::int64_t import = 0;
  std::int64_t next_seq = 0;
};

// A request to a provider, built when it is taken and never stored: it carries a secret.
struct OutboundRequest {
  std::string method;
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  Millis timeout{20'000};
};

struct Effect {
  EffectKey key;
  Instant not_after{};  // later than this the host must not send it, and reports NotSent
  std::optional<OutboundRequest> request;  // none: it is only named, TakeEffects brings it
};

struct Output {
  std::variant<std::monostate, Response, Await, Stream, Ingest> answer;
  std::vector<Effect> effects;
  std::vector<Event> events;
  std::optional<Instant> wake_at;  // nothing: no timer is needed
  std::vector<AwaitedReply> replies;
  std::vector<std::string> alerts;  // one line each, for the host's log; no secret, no full number
  std::vector<std::string> ended = {};  // holders whose rights have changed: their streams end
};

}  // namespace callgate
