// Everything the core learns comes in as one Input: a value that carries its own time, randomness
// and host limits, so that a log of Inputs replays a day. A host makes one per HTTP request, timer,
// effect result and import chunk, and hands it to Core::handle inside one transaction (core.hpp).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/time.hpp"

namespace callgate {

// Who asks, as the host's credential check found it (authenticate(), or a verified JWT). What the
// principal may do is decided in the workspace, which knows its members, keys and sessions.
struct Principal {
  std::string workspace;
  std::string subject;              // the JWT's sub, "key:key_…", "member:inv_…", "command-line" …
  std::vector<std::string> roles;   // owner, admin, operator, agent, analyst, viewer
  std::vector<std::string> scopes;  // "resource:action", from an API key or the JWT's scope
  // What the workspace has to look up: "key:<hash>", "session:<id>", "invitation:<id>", "link";
  // empty: a token, which says all by itself.
  std::string credential = {};
  std::string ticket = {};  // of a request with a ticket: its one use, which the workspace notes
  std::string within = {};  // a role: whatever else it has, nothing beyond this
};

struct HttpRequest {
  std::string method;  // upper case
  std::string target;  // path and query as received, not decoded
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;  // raw bytes; empty when the body is a stream
  bool body_is_stream =
      false;  // the host holds a body it will send as ImportChunks if asked (Ingest)
  std::optional<Principal> principal;  // none: nobody signed in
  bool over_tls = false;  // the client speaks TLS: the cookies it is given must stay there

  // The first header of that lower-case name, or an empty view.
  [[nodiscard]] std::string_view header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
      if (key == name) {
        return value;
      }
    }
    return {};
  }
};

// The timer fired (or may have: an early or repeated wake does no harm).
struct Wake {};

// Names one effect and the hold on it; opaque to hosts, which hand it back with the result.
enum class EffectKind : std::uint8_t {
  place_call = 1,
  look_up_call = 2,
  end_call = 3,
  check_provider = 4
};

struct EffectKey {
  EffectKind kind = EffectKind::place_call;
  std::int64_t subject = 0;  // sequence of the call (or of the provider, for check_provider)
  std::int64_t attempt = 0;
  std::int64_t fence = 0;

  friend bool operator==(const EffectKey&, const EffectKey&) = default;
};

// The provider answered; whatever it said is for the core to read.
struct Answered {
  std::int64_t status = 0;
  std::int64_t retry_after_s = -1;  // the header of that name in seconds, -1 when absent
  std::string body;
};
// No byte of the request left this host (DNS, connect, TLS, or the effect's not_after had passed:
// then the reason is kTooLate, and tells nothing of the provider).
inline constexpr std::string_view kTooLate = "it was too late to send";
struct NotSent {
  std::string reason;
};
// The request may have arrived: timed out, or the connection broke after it was sent.
struct NoAnswer {
  std::string reason;
};

struct EffectResult {
  EffectKey key;
  std::variant<Answered, NotSent, NoAnswer> result;
};

// A piece of a streamed body, in order; seq counts from 0. A repeated seq is ignored, a gap
// refused.
struct ImportChunk {
  std::int64_t import = 0;  // as Ingest named it
  std::int64_t seq = 0;
  std::string bytes;  // at most 256 KB
  bool last = false;
  bool broken = false;  // the body ended before its end: take the import back
};

// The host is about to perform these effects, which an Output named without their requests: the
// answer's effects carry the requests of those that are still wanted. Each is given out once; a
// repeated or stale key brings nothing.
struct TakeEffects {
  std::vector<EffectKey> keys;
};
// The host cannot perform these: those that nobody took are offered anew, at once.
struct GiveBackEffects {
  std::vector<EffectKey> keys;
};

// What this home allows. Values, so that a replay has them too.
struct HostLimits {
  static constexpr std::int64_t kAllEffects = std::int64_t{1} << 53;
  std::int64_t body_bytes_max = 8 * 1024 * 1024;
  std::int64_t task_rows_max = 1000;  // rows a task may touch in one step
  std::int64_t attempts_per_row = 1;  // dials of one Input that share a row, where rows cost
  // Of one Output's effects so many carry their request at once; the others are named, and asked
  // for with TakeEffects: a queue stands before them.
  std::int64_t effects_given = kAllEffects;
  // Of one principal so many requests in a row, and as many again spread over the window; 0: any
  // number.
  std::int64_t requests_max = 0;
  Millis requests_window{10'000};
  // False: the storage only reads here. An Output without an answer to a request then wants the
  // request to be given where it may be written.
  bool may_write = true;
};

// Settings of documents B, D and E that stand in a host's environment: it hands on those that are
// set, as they are.
using Environment = std::vector<std::pair<std::string, std::string>>;
inline constexpr std::array<const char*, 12> kEnvironmentNames = {
    "DEFAULT_TIMEZONE",           "DEFAULT_BUSINESS_HOURS_START",
    "DEFAULT_BUSINESS_HOURS_END", "QUEUE_RETRY_ATTEMPTS",
    "QUEUE_RETRY_BACKOFF_DELAY",  "QUEUE_MAX_CONCURRENT",
    "QUEUE_RETRY_DELAYS",         "QUEUE_DEFAULT_TIMEZONE",
    "QUEUE_BUSINESS_HOURS_START", "QUEUE_BUSINESS_HOURS_END",
    "QUEUE_CONCURRENCY",          "CALLKARO_AGENT_ID"};

struct Input {
  Instant now{};
  std::array<std::uint8_t, 32> entropy{};
  HostLimits limits;
  Environment environment;
  // Another Input of the same transaction follows: what is due by now is dispatched, and what
  // changed is saved and told, with the last one (core.hpp).
  bool more = false;
  std::variant<HttpRequest, Wake, EffectResult, ImportChunk, TakeEffects, GiveBackEffects> event;
};

}  // namespace callgate
