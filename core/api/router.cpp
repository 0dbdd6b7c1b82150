#include "core/api/router.hpp"

#include <algorithm>
#include <array>

#include "core/api/access.hpp"
#include "core/api/audit.hpp"
#include "core/api/conditional.hpp"
#include "core/api/idempotent.hpp"
#include "core/base/ascii.hpp"
#include "core/base/bytes.hpp"
#include "core/base/check.hpp"
#include "core/base/sort.hpp"
#include "core/engine/service.hpp"

namespace callgate {

namespace {

constexpr std::size_t kTargetBytesMax = 8192;
constexpr std::size_t kSegmentsMax = 12;
constexpr std::size_t kParametersMax = 64;

// A body for routes that describe none: nothing at all, or {}.
struct NoFields {
  static constexpr auto fields() { return std::array<FieldInfo, 0>{}; }
};

struct Target {
  std::array<std::string_view, kSegmentsMax> as_received{};
  std::size_t count = 0;
  std::string_view query;

  [[nodiscard]] std::span<const std::string_view> segments() const {
    return {as_received.data(), count};
  }
};

ApiError bad_target(std::string_view detail) {
  return {400, "target_invalid", detail};
}

// RFC 3986 section 3.3 and 3.4: pchar, '/', and '?' in a query. Lenient for what browsers send raw
// in a query: '[', ']', '|' and the like stay refused in a path only.
constexpr std::array<bool, 256> path_bytes() {
  std::array<bool, 256> allowed{};
  for (const char character : std::string_view{
           "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@%/"}) {
    allowed[static_cast<unsigned char>(character)] = true;
  }
  return allowed;
}

constexpr auto kPathBytes = path_bytes();

bool is_path_byte(char character) {
  return kPathBytes[static_cast<unsigned char>(character)];
}

bool is_query_byte(char character) {
  const auto byte = static_cast<unsigned char>(character);
  return byte > 0x20U && byte < 0x7FU && character != '#' && character != '"' && character != '<' &&
         character != '>';
}

int hex_digit(char character) {
  if (character >= '0' && character <= '9') {
    return character - '0';
  }
  if (character >= 'a' && character <= 'f') {
    return character - 'a' + 10;
  }
  if (character >= 'A' && character <= 'F') {
    return character - 'A' + 10;
  }
  return -1;
}

std::string decode_segment(std::string_view segment) {
  if (segment.empty()) {
    throw bad_target("The path has an empty segment.");
  }
  if (segment.find('%') == std::string_view::npos && segment != "." && segment != "..") {
    return std::string{segment};  // path bytes alone
  }
  auto decoded = percent_decode(segment, false);
  if (!decoded) {
    throw bad_target("A segment of the path has a broken percent-encoding, or is not UTF-8.");
  }
  if (*decoded == "." || *decoded == ".." || decoded->find_first_of("/\\") != std::string::npos) {
    throw bad_target("A segment of the path is \".\" or \"..\", or hides a slash.");
  }
  return std::move(*decoded);
}

Target read_target(std::string_view target) {
  if (target.size() > kTargetBytesMax) {
    throw ApiError(414, "target_too_long",
                   "The target has more than " + std::to_string(kTargetBytesMax) + " bytes.");
  }
  if (target.empty() || target.front() != '/') {
    throw bad_target("The target must begin with a slash.");
  }
  const std::size_t mark = target.find('?');
  std::string_view path = target.substr(0, mark);
  Target read;
  read.query = mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
  if (!std::all_of(path.begin(), path.end(), is_path_byte) ||
      !std::all_of(read.query.begin(), read.query.end(), is_query_byte)) {
    throw bad_target("The target has a character that must be percent-encoded.");
  }
  if (path == "/") {
    return read;
  }
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::size_t slash = std::min(path.find('/'), path.size());
    const std::string_view segment = path.substr(0, slash);
    decode_segment(segment);  // refused here, whether or not a route has a parameter there
    if (read.count == kSegmentsMax) {
      throw ApiError(404, "not_found", "There is nothing at this path.");
    }
    read.as_received[read.count] = segment;
    ++read.count;
    path.remove_prefix(slash);
  }
  return read;
}

std::vector<std::pair<std::string, std::string>> read_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) {
      continue;
    }
    const std::size_t equals = pair.find('=');
    auto name = percent_decode(pair.substr(0, equals), true);
    auto value = equals == std::string_view::npos ? std::optional<std::string>{""}
                                                  : percent_decode(pair.substr(equals + 1), true);
    if (!name || !value) {
      throw bad_target("The query has a broken percent-encoding, or is not UTF-8.");
    }
    if (parameters.size() == kParametersMax) {
      throw bad_target("The query has more than " + std::to_string(kParametersMax) +
                       " parameters.");
    }
    parameters.emplace_back(std::move(*name), std::move(*value));
  }
  return parameters;
}

// The method that a route must have. HEAD is GET without its body.
std::string_view method_for(std::string_view method) {
  return method == "HEAD" ? "GET" : method;
}

std::vector<std::string> allowed(const RouteTable& table, const RouteTable::Path& path) {
  std::vector<std::string> methods{"OPTIONS"};
  for (const Route* route = table.first(path); route != nullptr; route = table.next(*route)) {
    methods.emplace_back(route->method);
    if (route->method == "GET") {
      methods.emplace_back("HEAD");
    }
  }
  heap_sort(methods.begin(), methods.end());
  return methods;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) {
    out += out.empty() ? "" : ", ";
    out += word;
  }
  return out;
}

void check_access(const Route& route, const std::optional<Principal>& principal) {
  if (route.access.is_open()) {
    return;
  }
  if (!principal) {
    throw ApiError(401, "unauthorized", "Sign in, or send an API key or a token as Bearer.", {},
                   {{"www-authenticate", "Bearer realm=\"callgate\""}});
  }
  if (route.access.kind == Access::Kind::permission && !may(*principal, route.access.permission)) {
    throw ApiError(403, "forbidden",
                   "This needs the permission \"" + std::string(route.access.permission) + "\".");
  }
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
    text.remove_prefix(1);
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
    text.remove_suffix(1);
  }
  return text;
}

// Whether the parameters of a media type leave the text UTF-8.
bool is_utf8(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::size_t end = std::min(parameters.find(';'), parameters.size());
    const std::string parameter = lower(trimmed(parameters.substr(0, end)));
    parameters.remove_prefix(std::min(end + 1, parameters.size()));
    if (parameter.rfind("charset", 0) == 0 && parameter != "charset=utf-8" &&
        parameter != "charset=\"utf-8\"" && parameter != "charset=us-ascii") {
      return false;
    }
  }
  return true;
}

std::vector<std::string> accepted_media(const Route& route) {
  std::vector<std::string> accepted;
  if (route.body != nullptr || route.media_types[0].empty()) {
    accepted.emplace_back("application/json");
  }
  for (const std::string_view type : route.media_types) {
    if (!type.empty()) {
      accepted.emplace_back(type);
    }
  }
  return accepted;
}

bool accepts(const Route& route, std::string_view type) {
  if (type == "application/json" && (route.body != nullptr || route.media_types[0].empty())) {
    return true;
  }
  return std::any_of(
      std::begin(route.media_types), std::end(route.media_types),
      [&](std::string_view one) { return !one.empty() && (one == type || one == "*/*"); });
}

void check_media_type(const Route& route, const HttpRequest& request) {
  const std::string_view header = request.header("content-type");
  const std::size_t semicolon = std::min(header.find(';'), header.size());
  const std::string type = lower(trimmed(header.substr(0, semicolon)));
  const std::string encoding = lower(trimmed(request.header("content-encoding")));
  if (accepts(route, type) && is_utf8(header.substr(std::min(semicolon + 1, header.size()))) &&
      (encoding.empty() || encoding == "identity")) {
    return;
  }
  const std::string accepted = joined(accepted_media(route));
  std::string detail = "The body must be " + accepted + " in UTF-8, not compressed.";
  if (header.empty()) {
    detail = "The body needs a content-type: " + accepted + ".";
  }
  throw ApiError(415, "media_type_unsupported", detail, {}, {{"accept", accepted}});
}

// Size first: what is too large is not looked at.
void check_body(const Route& route, const HttpRequest& request, const HostLimits& limits) {
  const std::int64_t most = route.body_bytes_max > 0
                                ? std::min(route.body_bytes_max, limits.body_bytes_max)
                                : limits.body_bytes_max;
  const bool described = route.body != nullptr || !route.media_types[0].empty();
  if (request.body_is_stream) {
    if (!route.takes_stream) {
      throw ApiError(413, "body_too_large",
                     "The body may have at most " + std::to_string(most) + " bytes.");
    }
    return check_media_type(route, request);
  }
  if (static_cast<std::int64_t>(request.body.size()) > most) {
    throw ApiError(413, "body_too_large",
                   "The body may have at most " + std::to_string(most) + " bytes.");
  }
  if (!request.body.empty()) {
    check_media_type(route, request);
    if (!described) {
      NoFields nothing;
      refuse_if_any(decode_into(nothing, request.body));
    }
  } else if (route.body != nullptr && !route.body_optional) {
    throw ApiError(400, "body_malformed", "The body is empty; JSON is expected.");
  }
}

void check_no_query(const Route& route, const Request& request) {
  if (route.query == nullptr && !request.query_parameters.empty()) {
    NoFields nothing;
    auto issues =
        schema_detail::decode_query(request.query_parameters, *schema_of<NoFields>(), &nothing);
    if (!issues.empty()) {
      throw ApiError(400, "query_invalid", "This route takes no such query parameter.",
                     std::move(issues));
    }
  }
}

// A request with its route, or the answer that needs none.
struct Arrived {
  std::optional<Request> request;
  std::optional<Response> response;
};

Arrived arrive(const RouteTable& table, const HttpRequest& http, Service* service,
               const ZoneTable* zones) {
  const Target target = read_target(http.target);
  const auto path = table.find(target.segments());
  if (!path) {
    throw ApiError(404, "not_found", "There is nothing at this path.");
  }
  const Route* route = table.route(*path, method_for(http.method));
  if (route == nullptr) {
    const std::string methods = joined(allowed(table, *path));
    if (http.method == "OPTIONS") {
      return {std::nullopt, Response{204, {{"allow", methods}}, {}}};
    }
    throw ApiError(405, "method_not_allowed", "This path takes " + methods + ".", {},
                   {{"allow", methods}});
  }
  Arrived arrived;
  Request& request = arrived.request.emplace(http, *route, service, zones);
  std::string_view pattern = route->pattern;
  for (const std::string_view value : target.segments()) {
    const std::string_view segment = next_segment(pattern);
    if (is_parameter(segment)) {
      request.path_parameters.emplace_back(segment.substr(1, segment.size() - 2),
                                           decode_segment(value));
    }
  }
  request.query_parameters = read_query(target.query);
  return arrived;
}

// With If-Match: only while GET of the same path answers with such a tag.
void check_if_match(const RouteTable& table, const Request& request, Service& service,
                    const std::optional<Principal>& principal) {
  const std::string_view asked = request.http.header("if-match");
  if (asked.empty() || request.route.method == "GET") {
    return;
  }
  const auto path = table.find(read_target(request.http.target).segments());
  const Route* const get = table.route(*path, "GET");
  if (get == nullptr) {
    // Nobody can have read it here, so no tag is its own.
    if (request.route.method != "POST" && asked != "*") {
      throw ApiError(412, "precondition_failed",
                     "There is no GET of this path whose ETag If-Match could have.");
    }
    return;
  }
  check_access(*get, principal);
  Request asks(request.http, *get, &service, nullptr);
  if (principal) {
    asks.set_principal(*principal);
  }
  asks.path_parameters = request.path_parameters;
  const Answer answered = get->handler(asks);
  const auto* const response = std::get_if<Response>(&answered);
  if (response != nullptr && !lists_version(asked, entity_tag(response->body, asks.version))) {
    throw ApiError(412, "precondition_failed",
                   "It has changed since it was read: GET it again, then repeat what you want.");
  }
}

Answer conditional(const Request& request, Answer answer) {
  if (auto* const response = std::get_if<Response>(&answer);
      response != nullptr && request.route.method == "GET") {
    return conditional(request.http, std::move(*response), request.version);
  }
  return answer;
}

// RFC 9110 section 9.3.2: the header fields of GET, no content. A stream is not opened for it.
Answer without_content(Answer answer) {
  if (std::holds_alternative<Stream>(answer)) {
    return Response{
        200, {{"content-type", "text/event-stream"}, {"cache-control", "no-store"}}, {}};
  }
  if (auto* const response = std::get_if<Response>(&answer)) {
    response->body.clear();
  }
  return answer;
}

// What was done, by whom and to what, where the route asks for it.
void record_command(const Request& request, const Answer& answer) {
  constexpr std::int64_t kRefused = 300;
  const auto* response = std::get_if<Response>(&answer);
  if (request.route.audited.empty() || response == nullptr || response->status >= kRefused) {
    return;
  }
  const auto& parameters = request.path_parameters;
  record(request, request.route.audited, parameters.empty() ? "" : parameters.front().second,
         request.remark);
}

template <class Work>
Answer guarded(const RouteTable& table, const HttpRequest& request, const Work& work) {
  Answer answer;
  try {
    answer = work();
  } catch (const ApiError& error) {
    answer = refusal(table, request, error);
  }
  return request.method == "HEAD" ? without_content(std::move(answer)) : std::move(answer);
}

}  // namespace

Service& Request::service() const {
  if (service_ == nullptr) {
    throw NeedsWorkspace{};
  }
  return *service_;
}

const ZoneTable& Request::zones() const {
  return service_ != nullptr ? service_->zones : *zones_;
}

const Principal& Request::principal() const {
  const auto& principal = principal_ ? principal_ : http.principal;
  CALLGATE_CHECK(principal.has_value());
  return *principal;
}

const std::string& Request::path(std::string_view name) const {
  const auto found = std::find_if(path_parameters.begin(), path_parameters.end(),
                                  [&](const auto& parameter) { return parameter.first == name; });
  CALLGATE_CHECK(found != path_parameters.end());
  return found->second;
}

std::string_view Request::body_text() const {
  return http.body.empty() && route.body_optional ? std::string_view("{}") : http.body;
}

ApiError Request::invalid_query(std::vector<Issue> issues) {
  return {400, "query_invalid", "The query has parameters that cannot be taken; each is listed.",
          std::move(issues)};
}

Answer answer(const RouteTable& table, const HttpRequest& request, const HostLimits& limits,
              Service& service, Recognise recognise) {
  Headers besides;
  Answer said = guarded(table, request, [&]() -> Answer {
    Arrived arrived = arrive(table, request, &service, nullptr);
    if (arrived.response) {
      return *arrived.response;
    }
    const Route& route = arrived.request->route;
    std::optional<Principal> principal;
    if (request.principal && !route.access.is_open()) {
      Recognised known = recognise != nullptr ? recognise(service, *request.principal)
                                              : Recognised{*request.principal, {}};
      besides = std::move(known.headers);
      principal = known.principal;
      arrived.request->set_principal(std::move(known.principal));
    }
    check_access(route, principal);
    check_no_query(route, *arrived.request);
    check_body(route, request, limits);
    check_if_match(table, *arrived.request, service, principal);
    if (auto before = answered_before(*arrived.request)) {
      return std::move(*before);
    }
    Answer answered = route.handler(*arrived.request);
    record_command(*arrived.request, answered);
    remember_answer(*arrived.request, answered);
    return conditional(*arrived.request, std::move(answered));
  });
  if (auto* response = std::get_if<Response>(&said)) {
    response->headers.insert(response->headers.end(), besides.begin(), besides.end());
  }
  return said;
}

std::optional<Response> answer_early(const RouteTable& table, const HttpRequest& request,
                                     const HostLimits& limits, bool principal_known,
                                     const ZoneTable& zones) {
  bool early = true;
  Answer answered = guarded(table, request, [&]() -> Answer {
    Arrived arrived = arrive(table, request, nullptr, &zones);
    if (arrived.response) {
      return *arrived.response;
    }
    const Route& route = arrived.request->route;
    // Whom the workspace has to recognise, or to give a role, is judged there.
    const bool settled = !request.principal || (request.principal->credential.empty() &&
                                                route.access.kind == Access::Kind::signed_in);
    const bool judged = route.access.is_open() || (principal_known && settled);
    if (judged) {
      check_access(route, request.principal);
      check_no_query(route, *arrived.request);
      check_body(route, request, limits);
    }
    early = judged && route.without_workspace;
    try {
      return early ? conditional(*arrived.request, route.handler(*arrived.request)) : Answer{};
    } catch (const NeedsWorkspace&) {
      early = false;
      return Answer{};
    }
  });
  if (!early) {
    return std::nullopt;
  }
  CALLGATE_CHECK(std::holds_alternative<Response>(answered));
  return std::get<Response>(std::move(answered));
}

const Route* find_route(const RouteTable& table, std::string_view method, std::string_view target) {
  try {
    const Target read = read_target(target);
    const auto path = table.find(read.segments());
    return path ? table.route(*path, method_for(method)) : nullptr;
  } catch (const ApiError&) {
    return nullptr;
  }
}

Response refusal(const RouteTable& table, const HttpRequest& request, const ApiError& error) {
  const Route* const route = find_route(table, request.method, request.target);
  return route != nullptr && route->dialect != nullptr ? route->dialect->refusal(error)
                                                       : problem_response(error);
}

bool reads_only(const Route& route) {
  return (route.method == "GET" && !route.writes) || route.reads_only;
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char character = text[i];
    if (character == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) {
        return std::nullopt;
      }
      character = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (character == '+' && plus_is_space) {
      character = ' ';
    }
    const auto byte = static_cast<unsigned char>(character);
    if (byte < 0x20U || byte == 0x7FU) {
      return std::nullopt;
    }
    out += character;
  }
  if (first_invalid_utf8(out)) {
    return std::nullopt;
  }
  return out;
}

}  // namespace callgate
