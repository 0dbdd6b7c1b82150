// Vapi's HTTP contract as pure functions: requests are built, answers and webhooks are read,
// nothing is sent. Sources: Vapi's server SDK and API reference (POST/GET /call, server messages,
// HMAC credential). Identity of a dial is `customer.externalId`, which carries our attempt id; it
// comes back in every call object, in lists and in webhooks. Ended reasons (about 570) are
// classified by rule, not by list.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/expected.hpp"
#include "core/base/phone.hpp"
#include "core/base/time.hpp"
#include "core/calls/attempt.hpp"
#include "core/crypto.hpp"
#include "core/input.hpp"
#include "core/output.hpp"

namespace callgate::vapi {

struct Account {
  std::string base_url;  // "https://api.vapi.ai", no trailing slash
  std::string api_key;
  std::string webhook_url;  // where Vapi reaches us, with its key; empty: none is asked for
  std::string webhook_credential_id;  // the HMAC credential made in Vapi's dashboard; may be empty
};

struct Dial {
  std::string attempt_id;
  Phone to;
  std::string assistant_id;
  std::string phone_number_id;
  std::string customer_name;  // may be empty
  std::string variables;  // a JSON object's text for assistantOverrides.variableValues, or empty
  std::optional<bool> record = {};  // assistantOverrides.artifactPlan.recordingEnabled
};

// What the provider said about one call of ours. States are merged forward only, so late, repeated
// and reordered facts do no harm.
struct Fact {
  std::string attempt_id;  // customer.externalId, else the call's name; empty when there is none
  std::string provider_call_id;
  AttemptState state = AttemptState::placed;
  std::optional<Outcome> outcome;  // present exactly with state ended
  std::string ended_reason;        // the provider's own word
  std::optional<Instant> started_at;
  std::optional<Instant> ended_at;
  std::optional<std::int64_t> cost_micros;  // millionths of a dollar; where the provider named one
  std::string control_url;  // monitor.controlUrl; empty unless end_call would take it, and when
                            // there is nothing to end
};

// The provider refused before dialling. `capacity`, `billing`, `config`, `invalid_number` …
struct Refused {
  Outcome outcome = Outcome::provider_error;
  std::string reason;  // the provider's words, at most 200 bytes
  std::int64_t retry_after_s = -1;
  std::string provider_call_id;  // of a call made but not started (concurrencyBlocked), else empty
  bool key_refused = false;      // whatever is asked under this key
};
// It cannot be told from this answer whether a call was placed (5xx, a body we cannot read).
struct Unclear {
  std::string reason;
};
struct Absent {};
// The list is full: whether the attempt was cut off is not known. A list that runs from new to old
// has everything newer than its end; of any other order nothing is known, ask for less time.
struct Cut {
  std::optional<Instant> complete_from;
};

[[nodiscard]] OutboundRequest create_call(const Account& account, const Dial& dial);
[[nodiscard]] std::variant<Fact, Refused, Unclear> read_create_call(const Answered& answer,
                                                                    const Account& account);

[[nodiscard]] OutboundRequest get_call(const Account& account, std::string_view provider_call_id);
[[nodiscard]] std::variant<Fact, Absent, Unclear> read_get_call(const Answered& answer,
                                                                const Account& account);

// Changes nothing: 200 says that the account is reached and its key is good.
[[nodiscard]] OutboundRequest check_account(const Account& account);

// Calls of that assistant and number created in [from, to], in whatever order, kListMax (Vapi's
// most) at most. A full list without the attempt is Cut, not Absent. More calls than that in one
// millisecond could not be told apart: no provider takes them so fast.
inline constexpr std::int64_t kListMax = 1000;
[[nodiscard]] OutboundRequest list_calls(const Account& account, const Dial& dial, Instant from,
                                         Instant to);
[[nodiscard]] std::variant<Fact, Absent, Cut, Unclear> read_list_calls(const Answered& answer,
                                                                       std::string_view attempt_id,
                                                                       const Account& account);

// Whether a URL out of an answer may be followed: the origin of base_url, or *.vapi.ai over https.
[[nodiscard]] bool is_providers_own(std::string_view control_url, const Account& account);

// Hangs up: posts to the control URL; nullopt when that is not the provider's own.
[[nodiscard]] std::optional<OutboundRequest> end_call(const Account& account,
                                                      std::string_view control_url);

// A server message. nullopt: well-formed, but it says nothing about a call's state (it gets 200
// {}).
struct MalformedWebhook {
  std::string detail;
};
[[nodiscard]] Expected<std::optional<Fact>, MalformedWebhook> read_webhook(std::string_view body,
                                                                           const Account& account);

// HMAC-SHA-256 in hex over "{timestamp}.{body}" (Vapi's defaults: x-signature, x-timestamp, seconds
// or milliseconds), in constant time, under any of `secrets`. A timestamp more than five minutes
// off, and an empty secret, fit nothing.
[[nodiscard]] bool signature_fits(const HttpRequest& request,
                                  const std::vector<std::string>& secrets, Crypto& crypto,
                                  Instant now);

// Of a refusal or an end for want of capacity: whether calls of a day are meant, not calls at once.
[[nodiscard]] bool is_about_a_day(std::string_view reason);

// The class of an endedReason; total: a reason nobody has seen yet is provider_error.
[[nodiscard]] Outcome classify_ended_reason(std::string_view ended_reason);

}  // namespace callgate::vapi
