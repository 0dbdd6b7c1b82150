// The way from an HTTP request to a handler, by one table of routes. In this order: the target is
// read strictly (400, 414), the route found (404, 405 with Allow; OPTIONS is 204), the principal
// judged (401, 403), the body's size and media type (413, 415), then the handler runs. An ApiError
// on the way becomes a problem here and nowhere else. A static segment wins over a parameter; HEAD
// is GET without a body. Refused targets: "." and ".." segments (encoded too), "%2f", "//", U+0000
// and control characters, raw bytes outside a URI's characters, broken percent-encoding, text that
// is not UTF-8.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/api/problem.hpp"
#include "core/api/route_table.hpp"
#include "core/api/schema.hpp"
#include "core/input.hpp"
#include "core/output.hpp"
#include "core/schedule/zone.hpp"

namespace callgate {

struct Service;  // what handlers work on; the core defines it

// A route marked without_workspace cannot answer this request without one after all.
struct NeedsWorkspace {};

// One request on its way to its handler. Parameters are percent-decoded and valid UTF-8.
class Request {
 public:
  // `zones` where there is no service.
  Request(const HttpRequest& request_http, const Route& request_route, Service* service,
          const ZoneTable* zones)
      : http(request_http), route(request_route), service_(service), zones_(zones) {}

  const HttpRequest& http;
  const Route& route;
  std::vector<std::pair<std::string_view, std::string>> path_parameters;  // name from the pattern
  std::vector<std::pair<std::string, std::string>> query_parameters;      // in their order

  // What the audit log is told besides, where the route is audited.
  std::string remark;

  // Of what can be changed of this, where GET answers with more (core/api/conditional.hpp).
  std::string version;

  // Throws NeedsWorkspace where the request was not brought to one.
  [[nodiscard]] Service& service() const;

  // The workspace's, or the home's.
  [[nodiscard]] const ZoneTable& zones() const;

  // As the workspace knows them. A CHECK fails when nobody signed in: only on routes that need
  // somebody.
  [[nodiscard]] const Principal& principal() const;
  void set_principal(Principal principal) { principal_ = std::move(principal); }

  // A CHECK fails for a name that is not in the route's pattern.
  [[nodiscard]] const std::string& path(std::string_view name) const;

  // The described query of the route (Route::query); ApiError 400 with every issue.
  template <class T>
  [[nodiscard]] T query() const {
    auto parsed = decode_query<T>(query_parameters);
    if (!parsed) {
      throw invalid_query(std::move(parsed.error()));
    }
    return std::move(*parsed);
  }

  // The described body (Route::body); ApiError 400 or 422 with every issue. An absent body that may
  // be absent reads as {}.
  template <class T>
  [[nodiscard]] T body() const {
    auto parsed = decode<T>(body_text());
    if (!parsed) {
      throw invalid_body(std::move(parsed.error()));
    }
    return std::move(*parsed);
  }

  // The body's text, or "{}" for an absent one that may be absent.
  [[nodiscard]] std::string_view body_text() const;

 private:
  [[nodiscard]] static ApiError invalid_query(std::vector<Issue> issues);

  Service* service_;
  const ZoneTable* zones_;
  std::optional<Principal> principal_;
};

// Who asks, as the workspace knows them, and what every answer to them is told besides.
struct Recognised {
  Principal principal;
  Headers headers;
};
using Recognise = Recognised (*)(Service& service, const Principal& shown);

// The answer to a request. `recognise` is asked about the principal of a route that is not open;
// nullptr: they are as the request has them. It and handlers throw ApiError; anything else that is
// thrown passes through.
[[nodiscard]] Answer answer(const RouteTable& table, const HttpRequest& request,
                            const HostLimits& limits, Service& service,
                            Recognise recognise = nullptr);

// What needs no workspace: refusals before the handler, and routes marked without_workspace.
// nullopt: the request is for the workspace. With `principal_known` false nobody has looked at the
// credential yet, so 401 is left to whoever does; 403 is always left to the workspace, which knows
// its members.
[[nodiscard]] std::optional<Response> answer_early(const RouteTable& table,
                                                   const HttpRequest& request,
                                                   const HostLimits& limits, bool principal_known,
                                                   const ZoneTable& zones = ZoneTable{});

// The route of a request; nullptr when answer() would refuse its target or method.
[[nodiscard]] const Route* find_route(const RouteTable& table, std::string_view method,
                                      std::string_view target);

// The refusal in the words of the surface that was asked.
[[nodiscard]] Response refusal(const RouteTable& table, const HttpRequest& request,
                               const ApiError& error);

[[nodiscard]] bool reads_only(const Route& route);

// application/json.
template <class T>
[[nodiscard]] Response json_response(std::int64_t status, const T& object, Headers headers = {}) {
  Response response{status, {{"content-type", "application/json"}}, {}};
  response.headers.insert(response.headers.end(), headers.begin(), headers.end());
  encode(response.body, object);
  return response;
}

// Strict percent-decoding; nullopt: a '%' without two hex digits, or a result that is not UTF-8 or
// holds a control character. plus_is_space is for query strings.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

}  // namespace callgate
