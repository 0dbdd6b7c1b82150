#include "core/api/router.hpp"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <random>

namespace callgate {
namespace {

// The core defines Service, the router only hands it on: here it is a trace of the handlers that
// ran.
struct Trace {
  std::string text;
};

Service& as_service(Trace& trace) {
  return reinterpret_cast<Service&>(trace);
}

struct Body {
  std::string name;
  static constexpr auto fields() {
    return std::array{field<&Body::name>("name", "A name", text(1, 10))};
  }
};
struct Query {
  std::optional<std::int64_t> limit;
  std::optional<std::string> search;
  static constexpr auto fields() {
    return std::array{field<&Query::limit>("limit", "How many", range(1, 9)),
                      field<&Query::search>("search", "Words")};
  }
};

Answer say(Request& request, std::string_view what) {
  Response response{200, {{"content-type", "text/plain"}}, std::string(what)};
  for (const auto& [name, value] : request.path_parameters) {
    response.body += " " + std::string(name) + "=" + value;
  }
  reinterpret_cast<Trace&>(request.service()).text += response.body + ";";
  return response;
}

Answer list_jobs(Request& request) {
  const auto query = request.query<Query>();
  return say(request,
             "list " + std::to_string(query.limit.value_or(0)) + query.search.value_or(""));
}
Answer add_job(Request& request) {
  return say(request, "add " + request.body<Body>().name);
}
Answer one_job(Request& request) {
  return say(request, "one");
}
Answer remove_job(Request& request) {
  return say(request, "remove");
}
Answer bulk(Request& request) {
  return say(request, "bulk");
}
Answer start_job(Request& request) {
  return say(request, "start");
}
Answer rename_job(Request& request) {
  return say(request, "rename " + std::string(request.body_text()));
}
Answer two_deep(Request& request) {
  return say(request, "deep");
}
Answer fixed_deep(Request& request) {
  return say(request, "fixed");
}
Answer events(Request& /*unused*/) {
  return Stream{"job_1", {}, 3};
}
Answer import_list(Request& request) {
  if (request.http.body_is_stream) {
    return Ingest{1, 0};
  }
  return say(request, "import");
}
Answer webhook(Request& request) {
  return say(request, "webhook");
}
Answer health(Request& /*unused*/) {
  return Response{200, {{"content-type", "text/plain"}}, "ok"};
}
Answer index_page(Request& /*unused*/) {
  return Response{200, {}, "index"};
}
Answer fails(Request& /*unused*/) {
  throw ApiError(409, "conflict", "No.", {}, {{"retry-after", "1"}});
}
Answer traps(Request& /*unused*/) {
  throw std::runtime_error("the host's");
}
Answer whoami(Request& request) {
  return say(request, request.principal().subject);
}

// A calculator: it has no service.
Answer sum(Request& request) {
  return Response{200, {}, request.principal().subject + " " + std::string{request.body_text()}};
}

// A surface with an envelope of its own.
struct Envelope {
  std::string message;
  static constexpr auto fields() { return std::array{field<&Envelope::message>("message", "Why")}; }
};
Response refuse_in_envelope(const ApiError& error) {
  return {error.status(), error.headers(), "{\"message\":\"" + error.code() + "\"}"};
}
constexpr Dialect kEnvelope{refuse_in_envelope, schema_of<Envelope>()};

constexpr Route kRoutes[] = {
    {.method = "GET",
     .pattern = "/",
     .access = kAnyone,
     .handler = index_page,
     .summary = "I",
     .without_workspace = true},
    {.method = "GET",
     .pattern = "/healthz",
     .access = kAnyone,
     .handler = health,
     .summary = "H",
     .without_workspace = true},
    {.method = "POST",
     .pattern = "/api/sum",
     .access = kSignedIn,
     .handler = sum,
     .summary = "S",
     .body = schema_of<Body>(),
     .reads_only = true,
     .without_workspace = true},
    {.method = "GET",
     .pattern = "/api/jobs",
     .access = needs("campaigns:read"),
     .handler = list_jobs,
     .summary = "L",
     .query = schema_of<Query>()},
    {.method = "POST",
     .pattern = "/api/jobs",
     .access = needs("campaigns:write"),
     .handler = add_job,
     .summary = "A",
     .body = schema_of<Body>(),
     .body_bytes_max = 40},
    {.method = "GET",
     .pattern = "/api/jobs/{id}",
     .access = needs("campaigns:read"),
     .handler = one_job,
     .summary = "O"},
    {.method = "DELETE",
     .pattern = "/api/jobs/{id}",
     .access = needs("campaigns:write"),
     .handler = remove_job,
     .summary = "R"},
    {.method = "PATCH",
     .pattern = "/api/jobs/{id}",
     .access = needs("campaigns:write"),
     .handler = rename_job,
     .summary = "R",
     .body = schema_of<Body>(),
     .body_optional = true},
    {.method = "POST",
     .pattern = "/api/jobs/bulk",
     .access = needs("campaigns:write"),
     .handler = bulk,
     .summary = "B"},
    {.method = "POST",
     .pattern = "/api/jobs/{id}/start",
     .access = needs("campaigns:write"),
     .handler = start_job,
     .summary = "S"},
    {.method = "GET",
     .pattern = "/api/{kind}/x/{id}",
     .access = kSignedIn,
     .handler = two_deep,
     .summary = "D"},
    {.method = "GET",
     .pattern = "/api/{kind}/{name}/fixed",
     .access = kSignedIn,
     .handler = fixed_deep,
     .summary = "F"},
    {.method = "GET",
     .pattern = "/api/events",
     .access = kSignedIn,
     .handler = events,
     .summary = "E"},
    {.method = "POST",
     .pattern = "/api/imports",
     .access = kSignedIn,
     .handler = import_list,
     .summary = "M",
     .media_types = {"text/csv", "application/x-ndjson"},
     .takes_stream = true},
    {.method = "POST",
     .pattern = "/api/webhooks/{provider}",
     .access = kSignedByProvider,
     .handler = webhook,
     .summary = "W",
     .media_types = {"*/*"}},
    {.method = "GET",
     .pattern = "/api/fails",
     .access = kSignedIn,
     .handler = fails,
     .summary = "X"},
    {.method = "POST",
     .pattern = "/api/surface/fails",
     .access = kSignedIn,
     .handler = fails,
     .summary = "X",
     .body = schema_of<Body>(),
     .body_optional = true,
     .dialect = &kEnvelope},
    {.method = "GET",
     .pattern = "/api/traps",
     .access = kSignedIn,
     .handler = traps,
     .summary = "X"},
    {.method = "GET",
     .pattern = "/api/whoami",
     .access = kSignedIn,
     .handler = whoami,
     .summary = "X"},
};

HttpRequest make(std::string method, std::string target, std::string body = {},
                 std::string type = "application/json") {
  HttpRequest request{std::move(method), std::move(target), {}, std::move(body), false, {}};
  if (!request.body.empty()) {
    request.headers.emplace_back("content-type", std::move(type));
  }
  request.principal = Principal{"w", "me", {"owner"}, {}};
  return request;
}

Answer ask_any(const HttpRequest& request) {
  Trace trace;
  return answer(kRoutes, request, HostLimits{}, as_service(trace));
}

Response ask(const HttpRequest& request) {
  Answer answered = ask_any(request);
  REQUIRE(std::holds_alternative<Response>(answered));
  return std::get<Response>(std::move(answered));
}

std::string line(const Response& response) {
  return std::to_string(response.status) + " " + response.body;
}

std::string header(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) {
      return value;
    }
  }
  return "";
}

bool has(const Response& response, std::string_view part) {
  return response.body.find(part) != std::string::npos;
}

TEST_CASE("A request reaches its route, with its parameters decoded") {
  CHECK(line(ask(make("GET", "/api/jobs"))) == "200 list 0");
  CHECK(line(ask(make("GET", "/api/jobs?"))) == "200 list 0");
  CHECK(line(ask(make("GET", "/api/jobs?limit=3&search=a%20b+c%2Bd"))) == "200 list 3a b c+d");
  CHECK(line(ask(make("GET", "/api/jobs/caf%C3%A9%25"))) == "200 one id=café%");
  CHECK(line(ask(make("GET", "/api/jobs/+1%20x"))) == "200 one id=+1 x");
  CHECK(line(ask(make("POST", "/api/jobs/7/start"))) == "200 start id=7");
  CHECK(line(ask(make("DELETE", "/api/jobs/7"))) == "200 remove id=7");
  CHECK(line(ask(make("GET", "/"))) == "200 index");
  CHECK(line(ask(make("GET", "/api/whoami"))) == "200 me");
}

TEST_CASE("A static segment wins over a parameter, the earlier one first") {
  CHECK(line(ask(make("POST", "/api/jobs/bulk"))) == "200 bulk");
  CHECK(line(ask(make("GET", "/api/y/x/fixed"))) == "200 deep kind=y id=fixed");
  CHECK(line(ask(make("GET", "/api/y/z/fixed"))) == "200 fixed kind=y name=z");
  const Response reserved = ask(make("GET", "/api/jobs/bulk"));
  CHECK(reserved.status == 405);
  CHECK(header(reserved, "allow") == "OPTIONS, POST");
  CHECK(line(ask(make("GET", "/api/jobs/%62ulk"))) == "200 one id=bulk");
}

TEST_CASE("An unknown path is 404, a wrong method 405 with what is allowed") {
  for (const char* target : {"/nothing", "/api", "/api/job", "/api/jobs/1/2/3/4", "/API/jobs",
                             "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o", "/api/jobs/7/stop"}) {
    INFO(target);
    CHECK(ask(make("POST", target)).status == 404);
  }
  const Response refused = ask(make("PUT", "/api/jobs/7"));
  CHECK(refused.status == 405);
  CHECK(header(refused, "allow") == "DELETE, GET, HEAD, OPTIONS, PATCH");
  CHECK(header(refused, "content-type") == "application/problem+json");
  CHECK(has(refused, "\"code\":\"method_not_allowed\""));
  CHECK(ask(make("BREW", "/api/jobs")).status == 405);
}

TEST_CASE("OPTIONS answers what is allowed, to anyone") {
  HttpRequest request = make("OPTIONS", "/api/jobs");
  request.principal.reset();
  const Response response = ask(request);
  CHECK(response.status == 204);
  CHECK(response.body.empty());
  CHECK(header(response, "allow") == "GET, HEAD, OPTIONS, POST");
  CHECK(ask(make("OPTIONS", "/nothing")).status == 404);
}

TEST_CASE("HEAD is GET without its content, and opens no stream") {
  const Response response = ask(make("HEAD", "/api/jobs/7"));
  CHECK(line(response) == "200 ");
  CHECK(header(response, "content-type") == "text/plain");
  CHECK(line(ask(make("HEAD", "/nothing"))) == "404 ");
  const Response stream = ask(make("HEAD", "/api/events"));
  CHECK(header(stream, "content-type") == "text/event-stream");
  CHECK(std::holds_alternative<Stream>(ask_any(make("GET", "/api/events"))));
  CHECK(ask(make("HEAD", "/api/jobs/bulk")).status == 405);
}

TEST_CASE("A path that climbs, hides or breaks is refused") {
  for (const char* target : {"/api/../healthz",
                             "/api/%2e%2e/healthz",
                             "/api/%2E./healthz",
                             "/./healthz",
                             "/api/jobs/..",
                             "/api/jobs/%2f",
                             "/api/jobs/a%2Fb",
                             "/api/jobs/a%5Cb",
                             "/api/jobs/a\\b",
                             "//healthz",
                             "/api//jobs",
                             "/api/jobs/",
                             "/api/jobs/%00",
                             "/api/jobs/%0a",
                             "/api/jobs/%7f",
                             "/api/jobs/%",
                             "/api/jobs/%4",
                             "/api/jobs/%zz",
                             "/api/jobs/%c3",
                             "/api/jobs/%ff",
                             "/api/jobs/%ed%a0%80",
                             "/api/jobs/caf\xC3\xA9",
                             "/api/jobs/a b",
                             "/api/jobs/a\"b",
                             "/api/jobs/<x>",
                             "/api/jobs/a#b",
                             "http://x/healthz",
                             "healthz",
                             "",
                             "*",
                             "/api/jobs?search=%",
                             "/api/jobs?search=%00",
                             "/api/jobs?search=%ff",
                             "/api/jobs?search=\xC3\xA9",
                             "/api/jobs?a b=1",
                             "/api/jobs?search=%0d%0a"}) {
    INFO(target);
    const Response response = ask(make("GET", target));
    CHECK(response.status == 400);
    CHECK(has(response, "\"code\":\"target_invalid\""));
  }
  CHECK(ask(make("GET", std::string("/api/jobs/\0x", 12))).status == 400);
  CHECK(ask(make("GET", "/api/jobs/...")).status == 200);
  CHECK(line(ask(make("GET", "/api/jobs/%252e%252e"))) == "200 one id=%2e%2e");
  CHECK(ask(make("GET", "/api/jobs/" + std::string(8200, 'x'))).status == 414);
}

TEST_CASE("Random targets are answered, never taken for another route") {
  std::mt19937 random(11);
  static constexpr const char* kParts[] = {"/", "api", "jobs", "%2e", "..",   "%2f",  "?", "&",
                                           "=", "%",   "bulk", "%00", "\xff", "{id}", "x", ";"};
  for (int i = 0; i < 20'000; ++i) {
    std::string target = "/";
    for (auto parts = random() % 9; parts > 0; --parts) {
      target += kParts[random() % 16];
    }
    Trace trace;
    const Answer answered =
        answer(kRoutes, make("DELETE", target), HostLimits{}, as_service(trace));
    const auto& response = std::get<Response>(answered);
    INFO(target);
    const bool ran = !trace.text.empty();
    REQUIRE(ran == (response.status == 200));
    REQUIRE((!ran || target.rfind("/api/jobs/", 0) == 0));
    REQUIRE((find_route(kRoutes, "DELETE", target) != nullptr || !ran));
  }
}

TEST_CASE("Query parameters are known, once, and in range") {
  const Response response = ask(make("GET", "/api/jobs?limit=10&limit=1&serch=x"));
  CHECK(response.status == 400);
  CHECK(has(response, "\"code\":\"query_invalid\""));
  CHECK(has(response, "{\"pointer\":\"?limit\",\"code\":\"out_of_range\""));
  CHECK(has(response, "{\"pointer\":\"?limit\",\"code\":\"duplicate_parameter\""));
  CHECK(has(response, "did you mean \\\"search\\\"?"));
  const Response none = ask(make("GET", "/api/jobs/7?limit=1"));
  CHECK(none.status == 400);
  CHECK(has(none, "\"pointer\":\"?limit\",\"code\":\"unknown_parameter\""));
  std::string many = "/api/jobs?";
  for (int i = 0; i < 65; ++i) {
    many += "a&";
  }
  CHECK(ask(make("GET", many)).status == 400);
}

TEST_CASE("Nobody signed in is 401, without the permission 403") {
  HttpRequest request = make("GET", "/api/jobs");
  request.principal.reset();
  const Response nobody = ask(request);
  CHECK(nobody.status == 401);
  CHECK(header(nobody, "www-authenticate").rfind("Bearer", 0) == 0);
  request.principal = Principal{"w", "s", {"viewer"}, {}};
  CHECK(ask(request).status == 200);
  request.method = "POST";
  const Response viewer = ask(request);
  CHECK(viewer.status == 403);
  CHECK(has(viewer, "campaigns:write"));
  request.principal = Principal{"w", "key", {}, {"campaigns:write"}};
  CHECK(ask(request).status == 400);  // allowed, but the body is missing
  request = make("GET", "/healthz");
  request.principal.reset();
  CHECK(ask(request).status == 200);
  request = make("POST", "/api/webhooks/vapi", "x", "text/plain");
  request.principal.reset();
  CHECK(line(ask(request)) == "200 webhook provider=vapi");
  request = make("GET", "/api/whoami");
  request.principal.reset();
  CHECK(ask(request).status == 401);
}

TEST_CASE("A body is JSON in UTF-8, or what its route lists") {
  const std::string body = R"({"name":"x"})";
  for (const char* type : {"application/json", "Application/JSON ; charset=UTF-8",
                           "application/json;charset=\"utf-8\"", "application/json; x=y"}) {
    INFO(type);
    CHECK(line(ask(make("POST", "/api/jobs", body, type))) == "200 add x");
  }
  for (const char* type : {"text/plain", "application/jsonx", "application/json; charset=latin1",
                           "", "json", "text/csv", "*/*"}) {
    INFO(type);
    const Response response = ask(make("POST", "/api/jobs", body, type));
    CHECK(response.status == 415);
    CHECK(header(response, "accept") == "application/json");
  }
  HttpRequest untyped = make("POST", "/api/jobs", body);
  untyped.headers.clear();
  CHECK(has(ask(untyped), "needs a content-type: application/json"));
  HttpRequest packed = make("POST", "/api/jobs", body);
  packed.headers.emplace_back("content-encoding", "gzip");
  CHECK(ask(packed).status == 415);
  CHECK(ask(make("POST", "/api/imports", "phone\n1", "text/csv; charset=utf-8")).status == 200);
  CHECK(header(ask(make("POST", "/api/imports", "{}")), "accept") ==
        "text/csv, application/x-ndjson");
}

TEST_CASE("A body too large is 413, before it is looked at") {
  const Response response = ask(make("POST", "/api/jobs", std::string(41, '['), "text/plain"));
  CHECK(response.status == 413);
  CHECK(has(response, "at most 40 bytes"));
  HostLimits limits;
  limits.body_bytes_max = 3;
  Trace trace;
  const Answer answered =
      answer(kRoutes, make("POST", "/api/webhooks/vapi", "1234"), limits, as_service(trace));
  CHECK(std::get<Response>(answered).status == 413);
}

TEST_CASE("A streamed body goes only where streams are taken") {
  HttpRequest request = make("POST", "/api/imports");
  request.body_is_stream = true;
  request.headers.emplace_back("content-type", "text/csv");
  CHECK(std::holds_alternative<Ingest>(ask_any(request)));
  request.headers.back().second = "application/json";
  CHECK(ask(request).status == 415);
  request.target = "/api/jobs";
  CHECK(ask(request).status == 413);
}

TEST_CASE("A missing, a wrong and an unasked body are refused") {
  CHECK(ask(make("POST", "/api/jobs")).status == 400);
  CHECK(ask(make("POST", "/api/jobs", "{")).status == 400);
  const Response wrong = ask(make("POST", "/api/jobs", R"({"nam":1})"));
  CHECK(wrong.status == 422);
  CHECK(has(wrong, R"("issues":[{"pointer":"/nam","code":"unknown_field")"));
  CHECK(has(wrong, R"({"pointer":"/name","code":"required")"));
  CHECK(line(ask(make("POST", "/api/jobs/7/start", "{}"))) == "200 start id=7");
  CHECK(ask(make("POST", "/api/jobs/7/start", R"({"now":true})")).status == 422);
  CHECK(ask(make("POST", "/api/jobs/7/start", "x", "text/plain")).status == 415);
  CHECK(line(ask(make("PATCH", "/api/jobs/7"))) == "200 rename {} id=7");
}

TEST_CASE("A handler's refusal is a problem, and any other exception is the host's") {
  const Response response = ask(make("GET", "/api/fails"));
  CHECK(response.status == 409);
  CHECK(header(response, "retry-after") == "1");
  CHECK(has(response, "\"type\":\"/problems/conflict\""));
  Trace trace;
  CHECK_THROWS_AS(answer(kRoutes, make("GET", "/api/traps"), HostLimits{}, as_service(trace)),
                  std::runtime_error);
}

TEST_CASE("A surface's refusals stand in its own envelope, the handler's and the router's") {
  const Response refused = ask(make("POST", "/api/surface/fails"));
  CHECK(line(refused) == "409 {\"message\":\"conflict\"}");
  CHECK(header(refused, "retry-after") == "1");
  CHECK(line(ask(make("POST", "/api/surface/fails?no=1"))) ==
        "400 {\"message\":\"query_invalid\"}");
  HttpRequest nobody = make("POST", "/api/surface/fails");
  nobody.principal.reset();
  CHECK(line(ask(nobody)) == "401 {\"message\":\"unauthorized\"}");
  CHECK(has(ask(make("GET", "/api/surface/fails")), "method_not_allowed"));
}

TEST_CASE("What needs no workspace is answered without one, in the same bytes") {
  const auto early = [](const HttpRequest& request, bool known) {
    return answer_early(kRoutes, request, HostLimits{}, known);
  };
  HttpRequest nobody = make("GET", "/api/jobs");
  nobody.principal.reset();
  for (const HttpRequest& request :
       {make("GET", "/healthz"), make("HEAD", "/healthz"), make("GET", "/nothing"),
        make("PUT", "/api/jobs"), make("OPTIONS", "/api/jobs"), make("GET", "/api/%2e%2e"),
        make("GET", "/healthz?x=1"), nobody}) {
    INFO(request.method << " " << request.target);
    const auto response = early(request, true);
    REQUIRE(response);
    const Response whole = ask(request);
    CHECK(line(*response) == line(whole));
    CHECK(response->headers == whole.headers);
  }
  CHECK_FALSE(early(make("GET", "/api/jobs"), true));
  // Who may is the workspace's to say, and comes before what is wrong.
  CHECK_FALSE(early(make("POST", "/api/jobs", "x", "text/plain"), true));
  HttpRequest key = make("POST", "/api/sum", "x", "text/plain");
  key.principal->credential = "key:00";
  CHECK_FALSE(early(key, true));
  CHECK_FALSE(early(nobody, false));
  CHECK_FALSE(early(make("POST", "/api/webhooks/vapi", "{}"), false));
}

TEST_CASE("What needs no workspace but somebody is not answered before it is known who asks") {
  const auto early = [](const HttpRequest& request, bool known) {
    return answer_early(kRoutes, request, HostLimits{}, known);
  };
  const HttpRequest asked = make("POST", "/api/sum", R"({"a":1})");
  HttpRequest nobody = asked;
  nobody.principal.reset();
  CHECK_FALSE(early(nobody, false));
  REQUIRE(early(nobody, true));
  CHECK(early(nobody, true)->status == 401);
  REQUIRE(early(asked, true));
  CHECK(line(*early(asked, true)) == line(ask(asked)));
  CHECK(early(asked, true)->status == 200);
  CHECK(early(make("POST", "/api/sum", "x", "text/plain"), true)->status == 415);
}

TEST_CASE("A host can ask which route a request has, and whether it only reads") {
  const Route* const route = find_route(kRoutes, "HEAD", "/api/jobs/7?x=1");
  REQUIRE(route != nullptr);
  CHECK(route->pattern == "/api/jobs/{id}");
  CHECK(reads_only(*route));
  CHECK_FALSE(reads_only(*find_route(kRoutes, "POST", "/api/jobs/bulk")));
  CHECK(find_route(kRoutes, "GET", "/nothing") == nullptr);
  CHECK(find_route(kRoutes, "GET", "/api/jobs/..") == nullptr);
}

TEST_CASE("A described answer is JSON with its headers") {
  const Response response = json_response(201, Body{"x"}, {{"location", "/api/jobs/1"}});
  CHECK(response.status == 201);
  CHECK(response.body == R"({"name":"x"})");
  CHECK(response.headers ==
        Headers{{"content-type", "application/json"}, {"location", "/api/jobs/1"}});
}

}  // namespace
}  // namespace callgate
