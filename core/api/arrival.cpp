#include "core/api/arrival.hpp"

#include <algorithm>
#include <array>

#include "core/api/new_job.hpp"
#include "core/api/router.hpp"
#include "core/api/routes.hpp"
#include "core/base/check.hpp"

namespace callgate {
namespace {

constexpr std::string_view kDefaultWorkspace = "default";
constexpr std::array<std::string_view, 7> kPages{"/",
                                                 "/app.js",
                                                 "/app.css",
                                                 "/docs",
                                                 "/docs.js",
                                                 "/vendor/swagger-ui-bundle.js",
                                                 "/vendor/swagger-ui.css"};

// Nothing but the home's own files; no inline script, no frame.
constexpr std::string_view kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' "
    "data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

struct HostProblem {
  std::string_view name;
  std::int64_t status;
  std::string_view code;
  std::string_view detail;
  std::string_view retry_after_s = {};
};

static_assert(HostLimits{}.body_bytes_max == 8'388'608);  // as the words below have it
constexpr std::array kHostProblems{
    HostProblem{"too_many_requests", 429, "too_many_requests",
                "Too many requests; try again shortly.", "10"},
    HostProblem{"body_broken", 400, "body_broken", "The body broke off, or came too slowly."},
    HostProblem{"body_too_large", 413, "body_too_large",
                "The body may have at most 8388608 bytes."},
    HostProblem{"list_broken", 400, "body_broken", "The list broke off; nothing of it was kept."},
    HostProblem{"not_saved", 503, "not_saved",
                "The change could not be saved; nothing of it happened."},
    HostProblem{"internal", 500, "internal", "Something went wrong here; nothing was changed."},
    HostProblem{"failed", 500, "internal", "Something went wrong here."},
    HostProblem{"unanswered", 500, "internal", "The request was not answered."},
    HostProblem{"workspace_unavailable", 503, "workspace_unavailable",
                "The workspace cannot be opened now.", "1"},
    HostProblem{"not_configured", 503, "not_configured", ""},
};

std::string_view path_of(std::string_view target) {
  return target.substr(0, target.find('?'));
}

bool is_here(std::string_view workspaces, std::string_view name) {
  while (!workspaces.empty()) {
    const std::size_t comma = std::min(workspaces.find(','), workspaces.size());
    std::string_view one = workspaces.substr(0, comma);
    workspaces.remove_prefix(std::min(comma + 1, workspaces.size()));
    one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
    one = one.substr(0, one.find_last_not_of(' ') + 1);
    if (one == name) {
      return true;
    }
  }
  return name == kDefaultWorkspace;
}

using Judged = std::variant<Principal, JwtCredential, Denied>;

// Who asks, once the host has looked at the token's signature.
Judged judge_token(const JwtCredential& jwt, const CheckedSignature& signature, Instant now) {
  if (!signature.verified) {
    return Denied{unauthorized(kSignatureMisfit)};
  }
  auto judged = judge_claims(jwt.token, signature.trust, now);
  if (!judged) {
    return Denied{unauthorized(judged.error().reason)};
  }
  return std::move(judged->principal);
}

Judged judge(const Arriving& asked, Crypto& crypto) {
  Judged judged = authenticate(asked.request, crypto, asked.now, asked.origins);
  const auto* jwt = std::get_if<JwtCredential>(&judged);
  if (jwt != nullptr && asked.signature) {
    judged = judge_token(*jwt, *asked.signature, asked.now);
  }
  const auto* principal = std::get_if<Principal>(&judged);
  if (principal != nullptr && !is_here(asked.workspaces, principal->workspace)) {
    return Denied{unauthorized("There is no such workspace here.")};
  }
  return judged;
}

Arrival with_body(const Arriving& asked, const ZoneTable& zones) {
  if (asked.body != BodyRead::whole) {
    return Reply{
        {},
        refuse(asked.request,
               host_error(asked.body == BodyRead::broken ? "body_broken" : "body_too_large"))};
  }
  if (auto response = answer_early(routes(), asked.request, HostLimits{}, true, zones)) {
    return Reply{{}, std::move(*response)};
  }
  return Admitted{*asked.request.principal};
}

Admitted admitted(const HttpRequest& request, Principal& principal, bool has_body) {
  const Route* route = find_route(routes(), request.method, request.target);
  CALLGATE_CHECK(route != nullptr);  // else it was answered early
  Admitted how{std::move(principal)};
  how.is_list = has_body && is_list(request);
  how.is_stream = request.method == "GET" && route->answers[0].media_type == "text/event-stream";
  how.is_report = route->access.kind == Access::Kind::provider;
  how.only_reads = reads_only(*route);
  how.repeatable = (request.method != "POST" && !route->writes) || how.is_report || how.only_reads;
  return how;
}

Arrival judged_arrival(Arriving& asked, Crypto& crypto, const ZoneTable& zones) {
  HttpRequest& request = asked.request;
  if (request.principal) {
    return with_body(asked, zones);
  }
  if (auto headers = page_headers(request.method, request.target)) {
    return Reply{Reply::Kind::page, {200, std::move(*headers), {}}};
  }
  const bool has_body = std::exchange(request.body_is_stream, false);
  if (auto response = answer_early(routes(), request, HostLimits{}, false, zones)) {
    return Reply{{}, std::move(*response)};
  }
  Judged judged = judge(asked, crypto);
  if (auto* denied = std::get_if<Denied>(&judged)) {
    return Reply{Reply::Kind::denied, refuse(request, denied->error)};
  }
  if (auto* jwt = std::get_if<JwtCredential>(&judged)) {
    return std::move(*jwt);
  }
  return admitted(request, std::get<Principal>(judged), has_body);
}

}  // namespace

Arrival arrive(Arriving& asked, Crypto& crypto, const ZoneTable& zones) {
  Arrival arrival = judged_arrival(asked, crypto, zones);
  Headers headers = cors_headers(asked.request, asked.origins);
  if (auto* reply = std::get_if<Reply>(&arrival)) {
    reply->response.headers.insert(reply->response.headers.end(), headers.begin(), headers.end());
  } else if (auto* how = std::get_if<Admitted>(&arrival)) {
    how->headers = std::move(headers);
  }
  return arrival;
}

std::optional<Headers> page_headers(std::string_view method, std::string_view target) {
  const bool is_page = std::find(kPages.begin(), kPages.end(), path_of(target)) != kPages.end();
  if (!is_page || (method != "GET" && method != "HEAD")) {
    return std::nullopt;
  }
  return Headers{{"content-security-policy", std::string{kPagePolicy}},
                 {"cache-control", "no-cache"}};
}

bool is_list(const HttpRequest& request) {
  const Route* route = find_route(routes(), request.method, request.target);
  return route != nullptr && route->takes_stream && streamed_format(request).has_value();
}

Response refuse(const HttpRequest& request, const ApiError& error) {
  const bool opened = request.method == "GET" && path_of(request.target) == "/sign-in" &&
                      request.header("accept").find("text/html") != std::string_view::npos;
  return opened ? Response{303, {{"location", "/#link-refused"}}, {}}
                : refusal(routes(), request, error);
}

ApiError host_error(std::string_view name, std::string_view detail) {
  const auto* const found =
      std::find_if(kHostProblems.begin(), kHostProblems.end(),
                   [name](const HostProblem& one) { return one.name == name; });
  CALLGATE_CHECK(found != kHostProblems.end());
  Headers headers;
  if (!found->retry_after_s.empty()) {
    headers.emplace_back("retry-after", found->retry_after_s);
  }
  return {
      found->status, found->code, detail.empty() ? found->detail : detail, {}, std::move(headers)};
}

Response host_problem(std::string_view name, std::string_view detail) {
  return problem_response(host_error(name, detail));
}

}  // namespace callgate
