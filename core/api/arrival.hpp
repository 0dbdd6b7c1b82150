// A request before its workspace hears of it, judged the same at every home: what needs no storage
// is answered, who asks is found out, and how its body is to be read is said. A host asks with the
// request as it arrived; once more when it has verified a token's signature; and once more when the
// principal is known and the body was read. No credential that is refused reaches a workspace.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/api/cors.hpp"
#include "core/api/credentials.hpp"
#include "core/api/problem.hpp"
#include "core/crypto.hpp"
#include "core/input.hpp"
#include "core/limits/request_rate.hpp"
#include "core/output.hpp"
#include "core/schedule/zone.hpp"

namespace callgate {

// What verifying a token's signature came to, and whose tokens that key verifies.
struct CheckedSignature {
  bool verified = false;
  JwtTrust trust = own_trust();
};

enum class BodyRead : std::uint8_t { whole, broken, too_large };

struct Arriving {
  Instant now{};
  // With a principal: it was admitted, and this is its body. Without: as it arrived, and
  // body_is_stream says that a body follows.
  HttpRequest request;
  std::string workspaces;  // of this deployment beside "default", comma separated
  std::optional<CheckedSignature> signature;  // of the request's token
  BodyRead body = BodyRead::whole;
  // Other origins whose pages may ask this deployment, comma separated (core/api/cors.hpp).
  std::string origins = {};
};

// How often one address may be refused; then it is told too_many_requests, and no longer looked at.
inline constexpr RequestRate kRefusals{200, Millis{10'000}};

// What is told at once.
struct Reply {
  enum class Kind : std::uint8_t {
    response,
    page,    // one of the home's own: what it serves there gets these headers
    denied,  // to somebody who may be guessing: a host may limit how often
  };
  Kind kind = Kind::response;
  Response response;
};

struct Admitted {
  Principal principal;
  bool is_list = false;     // the body is a stream for its workspace; else it is read whole
  bool is_stream = false;   // its answer is a stream of events, unless it is refused
  bool is_report = false;   // a provider's: it may wait for others, and is never too many
  bool only_reads = false;  // changes nothing
  bool repeatable = false;  // asked twice, it does what it does once
  Headers headers = {};     // of whatever answer it gets
};

using Arrival = std::variant<Reply, JwtCredential, Admitted>;

// Takes the request's body_is_stream away: whether the body is one is said in Admitted.
[[nodiscard]] Arrival arrive(Arriving& asked, Crypto& crypto, const ZoneTable& zones);

// Headers of a page at that path, if there is one.
[[nodiscard]] std::optional<Headers> page_headers(std::string_view method, std::string_view target);

// Whether the body is a list of any length for a route that takes one.
[[nodiscard]] bool is_list(const HttpRequest& request);

// What is told in place of an answer, in the words of the surface that was asked; a browser in
// which somebody opened a sign-in link is sent to the page, which says it better than JSON does.
[[nodiscard]] Response refuse(const HttpRequest& request, const ApiError& error);

// What hosts must refuse by themselves, by its name: too_many_requests, body_broken,
// body_too_large, list_broken, not_saved, internal, failed, unanswered, workspace_unavailable,
// not_configured. A `detail` replaces the usual one. A CHECK fails for another name.
[[nodiscard]] ApiError host_error(std::string_view name, std::string_view detail = "");
// The same as a problem, where it is not known what was asked.
[[nodiscard]] Response host_problem(std::string_view name, std::string_view detail = "");

}  // namespace callgate
