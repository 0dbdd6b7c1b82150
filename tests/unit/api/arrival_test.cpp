#include "core/api/arrival.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/providers/plain_crypto.hpp"

namespace callgate {
namespace {

constexpr Instant kNow = from_ms(1'800'000'000'000);
using std::chrono::hours;

class Home {
 public:
  HttpRequest request(std::string method, std::string target, Headers headers = {}) {
    HttpRequest made;
    made.method = std::move(method);
    made.target = std::move(target);
    made.headers = std::move(headers);
    return made;
  }
  HttpRequest signed_in(std::string method, std::string target, Headers headers = {},
                        const std::string& workspace = "default") {
    const std::string session = make_session(crypto, workspace, "viewer", kNow + hours{1});
    headers.emplace_back("cookie", "callgate_session=" + session);
    headers.emplace_back("host", "calls.example");
    headers.emplace_back("origin", "https://calls.example");
    return request(std::move(method), std::move(target), std::move(headers));
  }
  Arrival arrive(HttpRequest asked, const std::string& workspaces = "") {
    Arriving arriving{kNow, std::move(asked), workspaces, std::nullopt, {}};
    return callgate::arrive(arriving, crypto, zones);
  }

  test::PlainCrypto crypto;
  ZoneTable zones;
};

Admitted admitted(Arrival arrival) {
  REQUIRE(std::holds_alternative<Admitted>(arrival));
  return std::get<Admitted>(std::move(arrival));
}

const Response& told(const Arrival& arrival, Reply::Kind kind) {
  REQUIRE(std::holds_alternative<Reply>(arrival));
  REQUIRE(std::get<Reply>(arrival).kind == kind);
  return std::get<Reply>(arrival).response;
}

std::int64_t denied(const Arrival& arrival) {
  return told(arrival, Reply::Kind::denied).status;
}

std::int64_t answered(const Arrival& arrival) {
  return told(arrival, Reply::Kind::response).status;
}

}  // namespace

TEST_CASE("A page is the home's own to serve, for who reads it") {
  Home home;
  for (const char* target : {"/", "/app.js", "/app.css?v=1"}) {
    for (const char* method : {"GET", "HEAD"}) {
      const Arrival page = home.arrive(home.request(method, target));
      CHECK(told(page, Reply::Kind::page).headers[1].second == "no-cache");
    }
    CHECK(answered(home.arrive(home.request("POST", target))) >= 404);
  }
}

TEST_CASE("What needs no workspace is answered before anybody asks who it is") {
  Home home;
  CHECK(answered(home.arrive(home.request("GET", "/healthz"))) == 200);
  CHECK(answered(home.arrive(home.request("GET", "/api/nothing"))) == 404);
  CHECK(answered(home.arrive(home.request("TRACE", "/api/jobs"))) == 405);
  CHECK(denied(home.arrive(home.request("GET", "/api/jobs"))) == 401);
}

TEST_CASE("A principal is admitted to a workspace of this deployment and to no other") {
  Home home;
  const auto to = [&](const std::string& name, const std::string& workspaces) {
    return home.arrive(home.signed_in("GET", "/api/jobs", {}, name), workspaces);
  };
  CHECK(admitted(to("default", "")).principal.workspace == "default");
  for (const char* workspaces : {"sales,support-2", " sales ,  support-2 ", ",,support-2,sales"}) {
    CHECK(admitted(to("sales", workspaces)).principal.workspace == "sales");
    CHECK(admitted(to("support-2", workspaces)).principal.workspace == "support-2");
    CHECK(denied(to("support", workspaces)) == 401);
  }
  CHECK(denied(to("sales", "")) == 401);
}

TEST_CASE("How a request is to be treated follows from its route") {
  Home home;
  const auto how = [&](const char* method, const char* target) {
    return admitted(home.arrive(home.signed_in(method, target)));
  };
  CHECK(how("GET", "/api/jobs").only_reads);
  CHECK(how("HEAD", "/api/jobs").repeatable);
  CHECK_FALSE(how("POST", "/api/jobs").only_reads);
  CHECK_FALSE(how("POST", "/api/jobs").repeatable);
  CHECK(how("PUT", "/api/scheduler/config").repeatable);
  CHECK_FALSE(how("PUT", "/api/scheduler/config").only_reads);
  CHECK_FALSE(how("POST", "/api/jobs").is_report);
  CHECK_FALSE(how("GET", "/sign-in").only_reads);
  CHECK_FALSE(how("GET", "/sign-in").repeatable);
  CHECK(how("GET", "/api/events").is_stream);
  CHECK_FALSE(how("HEAD", "/api/events").is_stream);
  CHECK_FALSE(how("GET", "/api/jobs").is_stream);
  const auto report = admitted(home.arrive(
      home.request("POST", "/api/webhooks/vapi?key=" + webhook_key(home.crypto, "default"))));
  CHECK(report.is_report);
  CHECK(report.repeatable);
  CHECK_FALSE(report.only_reads);
}

TEST_CASE("A body is a list where the route takes one, however its type is written") {
  Home home;
  const auto is_list = [&](const char* target, const char* type, bool has_body = true) {
    HttpRequest asked = home.signed_in("POST", target, {{"content-type", type}});
    asked.body_is_stream = has_body;
    return admitted(home.arrive(std::move(asked))).is_list;
  };
  for (const char* type :
       {"text/csv", "Text/CSV", "text/csv ; charset=utf-8", "application/x-ndjson;charset=utf-8"}) {
    CAPTURE(type);
    CHECK(is_list("/api/jobs", type));
    CHECK_FALSE(is_list("/api/jobs", type, false));
    CHECK_FALSE(is_list("/api/scheduler/validate", type));
  }
  CHECK_FALSE(is_list("/api/jobs", "application/json"));
}

TEST_CASE("A token is for its host to verify, and then judged under the trust of that key") {
  Home home;
  // {"alg":"HS256"}, and {"iss":"callgate","aud":"callgate","sub":"x","workspace":"default",
  // "role":"viewer","exp":1800000600}
  const std::string token =
      "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJjYWxsZ2F0ZSIsImF1ZCI6ImNhbGxnYXRlIiwic3ViIjoieCIsIndvcmtz"
      "cGFjZSI6ImRlZmF1bHQiLCJyb2xlIjoidmlld2VyIiwiZXhwIjoxODAwMDAwNjAwfQ.AAAA";
  const auto with = [&](std::optional<CheckedSignature> signature) {
    HttpRequest asked = home.request("GET", "/api/jobs", {{"authorization", "Bearer " + token}});
    Arriving arriving{kNow, std::move(asked), "", std::move(signature), {}};
    return arrive(arriving, home.crypto, home.zones);
  };
  const Arrival first = with(std::nullopt);
  REQUIRE(std::holds_alternative<JwtCredential>(first));
  CHECK(std::get<JwtCredential>(first).algorithm == "HS256");
  CHECK(admitted(with(CheckedSignature{true})).principal.subject == "x");
  CHECK(denied(with(CheckedSignature{false})) == 401);
  CHECK(denied(with(CheckedSignature{true, {"another", "callgate", ""}})) == 401);
}

TEST_CASE("A signature that was looked at does not help who brings no token") {
  Home home;
  Arriving arriving{kNow, home.request("GET", "/api/jobs"), "", CheckedSignature{true}, {}};
  CHECK(denied(arrive(arriving, home.crypto, home.zones)) == 401);
}

TEST_CASE("With its body a request is answered or is for its workspace") {
  Home home;
  const auto with = [&](const char* method, const char* target, const char* body,
                        BodyRead read = BodyRead::whole) {
    HttpRequest asked = home.request(method, target, {{"content-type", "application/json"}});
    asked.principal = Principal{"default", "x", {"viewer"}, {}};
    asked.body = body;
    Arriving arriving{kNow, std::move(asked), "", std::nullopt, read};
    return arrive(arriving, home.crypto, home.zones);
  };
  CHECK(admitted(with("GET", "/api/jobs", "")).principal.subject == "x");
  CHECK(answered(with("GET", "/api/session?x=1", "")) == 400);
  // The role of a member is the workspace's to know, and so is who may not.
  CHECK(admitted(with("POST", "/api/jobs", "{}")).principal.subject == "x");
  CHECK(answered(with("POST", "/api/scheduler/validate", "{")) == 400);
  CHECK(answered(with("POST", "/api/jobs", "", BodyRead::broken)) == 400);
  CHECK(answered(with("POST", "/api/jobs", "", BodyRead::too_large)) == 413);
}

TEST_CASE("Who opened a sign-in link that is refused is led to the page, a program is told why") {
  Home home;
  const auto open = [&](const char* method, const char* accept) {
    return home.arrive(home.request(method, "/sign-in?ticket=x", {{"accept", accept}}));
  };
  const Arrival led = open("GET", "text/html,*/*;q=0.8");
  CHECK(denied(led) == 303);
  CHECK(told(led, Reply::Kind::denied).headers == Headers{{"location", "/#link-refused"}});
  CHECK(denied(open("GET", "*/*")) == 401);
  CHECK(denied(open("HEAD", "text/html")) == 401);
}

TEST_CASE("Whom the workspace has to look up is told nothing before it has") {
  Home home;
  HttpRequest asked = home.request("POST", "/api/time/convert");
  asked.principal = Principal{"default", "key:1", {}, {}};
  asked.principal->credential = "key:00";
  asked.body = "{";
  Arriving arriving{kNow, std::move(asked), "", std::nullopt, BodyRead::whole};
  CHECK(admitted(arrive(arriving, home.crypto, home.zones)).principal.credential == "key:00");
}

TEST_CASE("Every answer to another origin's page says whether it may be read there") {
  Home home;
  const auto ask = [&](HttpRequest asked) {
    Arriving arriving{kNow, std::move(asked), "", std::nullopt, {}, "https://app.example"};
    return arrive(arriving, home.crypto, home.zones);
  };
  const auto header = [](const Headers& headers, const std::string& name) {
    std::string found;
    for (const auto& [key, value] : headers) {
      found = key == name ? value : found;
    }
    return found;
  };
  const std::string kAllow = "access-control-allow-origin";
  for (const char* origin : {"https://app.example", "https://evil.example", "null", "*"}) {
    const bool listed = origin == std::string{"https://app.example"};
    const std::string allowed = listed ? origin : "";
    CAPTURE(origin);
    const auto refused = ask(home.request("GET", "/api/jobs", {{"origin", origin}}));
    CHECK(header(told(refused, Reply::Kind::denied).headers, kAllow) == allowed);
    CHECK(header(told(refused, Reply::Kind::denied).headers, "vary") == "origin");
    const auto open = ask(home.request("GET", "/healthz", {{"origin", origin}}));
    CHECK(header(told(open, Reply::Kind::response).headers, kAllow) == allowed);
    HttpRequest own = home.signed_in("GET", "/api/events", {{"origin", origin}});
    CHECK(header(admitted(ask(std::move(own))).headers, kAllow) == allowed);
    const auto preflight = [&](const char* target) {
      return ask(home.request("OPTIONS", target,
                              {{"origin", origin}, {"access-control-request-method", "PUT"}}));
    };
    const auto known = preflight("/api/jobs");
    CHECK(answered(known) == 204);
    const Headers& headers = std::get<Reply>(known).response.headers;
    CHECK(header(headers, kAllow) == allowed);
    CHECK(header(headers, "access-control-allow-methods").empty() != listed);
    CHECK(header(headers, "access-control-allow-credentials") == (listed ? "true" : ""));
    CHECK(answered(preflight("/api/nothing")) == 404);
  }
  CHECK(header(admitted(home.arrive(home.signed_in("GET", "/api/jobs"))).headers, "vary").empty());
}

TEST_CASE("An origin is listed letter by letter, and a mistaken one is told") {
  CHECK(is_listed_origin("https://a.example, http://127.0.0.1:3000", "http://127.0.0.1:3000"));
  for (const char* origin : {"", "https://a.exampl", "https://a.example/", "http://a.example",
                             "https://A.example", "https://a.example:443"}) {
    CHECK_FALSE(is_listed_origin("https://a.example", origin));
  }
  for (const char* mistake : {"*", "null", "a.example", "https://", "https://a.example/",
                              "https://*.example", "https://A.example"}) {
    CHECK(mistaken_origin(std::string{"https://a.example,"} + mistake) == mistake);
    CHECK_FALSE(is_listed_origin(mistake, mistake));
  }
  CHECK(mistaken_origin("https://a.example , http://[::1]:3000,,").empty());
}

TEST_CASE("A host's own problem has the words of its name, or those it is given") {
  const Response usual = host_problem("too_many_requests");
  CHECK(usual.status == 429);
  CHECK(usual.headers.back() == std::pair<std::string, std::string>{"retry-after", "10"});
  CHECK(usual.body ==
        R"({"type":"/problems/too_many_requests","title":"Too Many Requests","status":429,)"
        R"("code":"too_many_requests","detail":"Too many requests; try again shortly."})");
  CHECK(host_problem("list_broken").body.find(R"("code":"body_broken")") != std::string::npos);
  CHECK(host_problem("not_configured", "Set it.").body.find(R"("detail":"Set it.")") !=
        std::string::npos);
}

}  // namespace callgate
