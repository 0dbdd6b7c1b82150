#include "native-server/server.hpp"

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>
#include <thread>

#include "native-server/http_client.hpp"
#include "native-server/visit.hpp"
#include "tests/native/folder.hpp"
#include "tests/native/jwt_vectors.hpp"
#include "tests/native/raw_server.hpp"

namespace callgate {
namespace {

using nlohmann::json;
using Headers = std::vector<std::pair<std::string, std::string>>;

std::int64_t now_s() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

struct Running {
  // `reach`: the server's address without its port, where url() does not tell it.
  explicit Running(ServerOptions options = {}, const std::string& reach = {}) {
    options.port = 0;
    server = std::make_unique<Server>(std::move(options), data, log);
    base = reach.empty() ? server->url() : reach + std::to_string(server->port());
  }
  [[nodiscard]] std::string token(const std::string& workspace = "default",
                                  const std::string& role = "owner") const {
    return make_token(data, workspace, role, now_s(), 600);
  }
  ClientResponse send(const std::string& method, const std::string& path, Headers headers,
                      const std::string& body = {}) {
    ClientRequest request;
    request.method = method;
    request.url = base + path;
    request.headers = std::move(headers);
    request.body = body;
    return client.send(request);
  }
  ClientResponse ask(const std::string& method, const std::string& path,
                     const std::string& body = {}) {
    return send(method, path,
                {{"authorization", "Bearer " + token()}, {"content-type", "application/json"}},
                body);
  }
  [[nodiscard]] test::RawClient connect() const { return test::RawClient{server->port()}; }

  test::Folder folder;
  DataFolder data = DataFolder::open(folder.path());
  Log log{LogFormat::text, LogLevel::off};
  HttpClient client;
  std::unique_ptr<Server> server;
  std::string base;
};

const std::string kJob =
    R"({"name":"x","assistantId":"a","phoneNumberId":"p","phoneNumbers":["+14155550132"]})";

TEST_CASE("Nothing of a workspace is told without a credential") {
  Running running;
  for (const char* path : {"/api/jobs", "/api/events", "/metrics", "/api/session"}) {
    const auto refused = running.send("GET", path, {});
    CHECK(refused.status == 401);
    CHECK(json::parse(refused.body).at("status") == 401);
    CHECK_FALSE(refused.header("www-authenticate").empty());
  }
  CHECK(running.send("GET", "/api/jobs", {{"authorization", "Bearer nonsense"}}).status == 401);
  CHECK(running.send("GET", "/api/jobs", {{"authorization", "Basic YTpi"}}).status == 401);
  CHECK(running.send("GET", "/healthz", {}).status == 200);
  CHECK(running.send("GET", "/nowhere", {}).status == 404);
  CHECK(running.send("PATCH", "/healthz", {}).status == 405);
}

TEST_CASE("The page and its parts need no credential and have a strict policy") {
  Running running;
  for (const char* path : {"/", "/app.js", "/app.css", "/docs", "/docs.js",
                           "/vendor/swagger-ui-bundle.js", "/vendor/swagger-ui.css"}) {
    const auto page = running.send("GET", path, {});
    CHECK(page.status == 200);
    CHECK(page.header("content-security-policy").find("default-src 'none'") == 0);
    CHECK(page.header("x-content-type-options") == "nosniff");
    CHECK(page.header("referrer-policy") == "no-referrer");
    CHECK(page.body.size() > 300);
  }
  CHECK(running.send("POST", "/", {}, "x").status == 404);
}

TEST_CASE("A sign-in link becomes a session, which another site cannot use") {
  Running running;
  const std::string link = running.server->sign_in_link();
  const auto signed_in = running.send("GET", link.substr(link.find("/sign-in")), {});
  REQUIRE(signed_in.status == 303);
  const std::string set = signed_in.header("set-cookie");
  CHECK(set.find("HttpOnly") != std::string::npos);
  const std::string cookie = set.substr(0, set.find(';'));
  CHECK(running.send("GET", "/api/session", {{"cookie", cookie}}).status == 200);
  const Headers json_with_cookie{{"cookie", cookie}, {"content-type", "application/json"}};
  CHECK(running.send("POST", "/api/jobs", json_with_cookie, kJob).status == 403);
  Headers from_elsewhere = json_with_cookie;
  from_elsewhere.emplace_back("origin", "https://evil.example");
  CHECK(running.send("POST", "/api/jobs", from_elsewhere, kJob).status == 403);
  Headers from_here = json_with_cookie;
  from_here.emplace_back("origin", running.server->url());
  CHECK(running.send("POST", "/api/jobs", from_here, kJob).status == 201);
  std::string changed = cookie;
  changed.back() = changed.back() == 'A' ? 'Q' : 'A';
  CHECK(running.send("GET", "/api/session", {{"cookie", changed}}).status == 401);
}

TEST_CASE("A browser with a wrong sign-in link is led to the page, a program is refused") {
  Running running;
  const std::string path = "/sign-in?ticket=nonsense";
  const auto browser = running.send("GET", path, {{"accept", "text/html,*/*;q=0.8"}});
  CHECK(browser.status == 303);
  CHECK(browser.header("location") == "/#link-refused");
  CHECK(browser.header("set-cookie").empty());
  CHECK(running.send("GET", path, {}).status == 401);
  CHECK(running.send("GET", "/api/jobs", {{"accept", "text/html"}}).status == 401);
}

TEST_CASE("A session's cookie stays on TLS where the browser speaks it") {
  const auto cookie_of = [](Running& running, const Headers& headers) {
    const std::string link = running.server->sign_in_link();
    return running.send("GET", link.substr(link.find("/sign-in")), headers).header("set-cookie");
  };
  const auto is_secure = [](const std::string& cookie) {
    REQUIRE(cookie.find("callgate_session=") == 0);
    return cookie.find("; Secure") != std::string::npos;
  };
  Running running;
  CHECK_FALSE(is_secure(cookie_of(running, {})));
  CHECK_FALSE(is_secure(cookie_of(running, {{"x-forwarded-proto", "http"}})));
  CHECK(is_secure(cookie_of(running, {{"x-forwarded-proto", "https"}})));
  CHECK(is_secure(cookie_of(running, {{"x-forwarded-proto", "https, http"}})));
  ServerOptions options;
  options.public_url = "https://calls.example";
  Running named{options, "http://127.0.0.1:"};
  CHECK(is_secure(cookie_of(named, {})));
}

TEST_CASE("A page of a listed origin may read every answer, and no other may") {
  ServerOptions options;
  options.cors_origins = "https://app.example, http://localhost:3000";
  Running running{options};
  const std::string bearer = "Bearer " + running.token();
  const auto allowed = [&](const char* method, const std::string& path, const char* origin) {
    Headers headers{{"authorization", bearer}, {"origin", origin}};
    if (method == std::string{"OPTIONS"}) {
      headers = {{"origin", origin}, {"access-control-request-method", "POST"}};
    }
    const auto answer = running.send(method, path, headers);
    CHECK(answer.header("vary").find("origin") == 0);
    return answer.header("access-control-allow-origin");
  };
  for (const char* path : {"/api/jobs", "/api/nothing", "/healthz", "/api/session", "/"}) {
    for (const char* method : {"GET", "OPTIONS"}) {
      CHECK(allowed(method, path, "http://localhost:3000") == "http://localhost:3000");
      CHECK(allowed(method, path, "https://evil.example").empty());
    }
  }
  const auto refused = running.send("GET", "/api/jobs", {{"origin", "https://app.example"}});
  CHECK(refused.status == 401);
  CHECK(refused.header("access-control-allow-origin") == "https://app.example");
  auto stream = running.connect();
  stream.send(
      "GET /api/events HTTP/1.1\r\nhost: x\r\norigin: https://app.example\r\nauthorization: " +
      bearer + "\r\n\r\n");
  const std::string head = stream.read_until("\r\n\r\n");
  CHECK(head.find("access-control-allow-origin: https://app.example\r\n") != std::string::npos);
  const auto told =
      running.send("OPTIONS", "/api/jobs",
                   {{"origin", "https://app.example"}, {"access-control-request-method", "POST"}});
  CHECK(told.status == 204);
  CHECK(told.header("access-control-allow-headers").find("authorization") != std::string::npos);
  Running closed;
  CHECK(closed.send("GET", "/healthz", {{"origin", "https://app.example"}}).header("vary").empty());
}

TEST_CASE("Who asks too often is told when to come again; others are not held up") {
  ServerOptions options;
  options.requests_max = 5;
  Running running{options};
  const auto ask = [&](const std::string& role) {
    return running.send("GET", "/api/jobs",
                        {{"authorization", "Bearer " + running.token("default", role)}});
  };
  for (int left = 4; left >= 0; --left) {
    const auto answer = ask("owner");
    CHECK(answer.status == 200);
    CHECK(answer.header("ratelimit-limit") == "5");
  }
  const auto refused = ask("owner");
  CHECK(refused.status == 429);
  CHECK(refused.header("ratelimit-remaining") == "0");
  CHECK_FALSE(refused.header("retry-after").empty());
}

TEST_CASE("Who is refused again and again is no longer looked at, by a proxy's word for whom") {
  Running running;
  const auto guess = [&](const std::string& from) {
    return running
        .send("GET", "/api/jobs",
              {{"authorization", "Bearer nonsense"}, {"x-forwarded-for", "9.9.9.9, " + from}})
        .status;
  };
  int refused = 0;
  while (guess("203.0.113.7") == 401) {
    REQUIRE(++refused < 1000);
  }
  CHECK(refused >= 200);
  CHECK(guess("203.0.113.8") == 401);
  for (int i = 0; i < 300; ++i) {
    REQUIRE(running.send("GET", "/api/jobs", {}).status == 401);  // this machine's own
  }
}

TEST_CASE("A newer release of the time zones is told of, and asked") {
  std::string newer{text_of(tzdata_archive())};
  newer.replace(7, 5, "2099z");
  ServerOptions options;
  options.zones = ZoneArchive::read(newer).value();
  Running running{options};
  CHECK(json::parse(running.ask("GET", "/healthz").body).at("tzdata") == "2099z");
}

TEST_CASE("A proxy's word counts from this machine only") {
  CHECK(came_over_tls(true, "https"));
  CHECK(came_over_tls(true, "https, http"));
  CHECK_FALSE(came_over_tls(true, "http, https"));  // the first one is the client's
  CHECK_FALSE(came_over_tls(true, ""));
  CHECK_FALSE(came_over_tls(false, "https"));
}

TEST_CASE("A request that asks the provider is answered with what it said") {
  const test::RawServer provider;
  Running running;
  const json account{{"apiKey", "k"},
                     {"baseUrl", "http://127.0.0.1:" + std::to_string(provider.port())}};
  REQUIRE(running.ask("PUT", "/api/providers/vapi", account.dump()).status == 200);
  const auto check = [&](const std::function<void(test::Peer&)>& act) {
    std::thread side{[&] {
      test::Peer peer = provider.accept();
      const std::string asked = peer.read_until("\r\n\r\n");
      if (asked.find("uthorization: Bearer k\r\n") == std::string::npos) {
        return;  // the request is answered: the provider did not
      }
      act(peer);
    }};
    const auto answer = running.ask("POST", "/api/providers/vapi/check");
    side.join();
    REQUIRE(answer.status == 200);
    return json::parse(answer.body);
  };
  const json good = check([](test::Peer& peer) {
    peer.send("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n[]");
  });
  CHECK(good.at("reached") == true);
  CHECK(good.at("keyAccepted") == true);
  const json refused = check([](test::Peer& peer) {
    peer.send("HTTP/1.1 401 No\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
  });
  CHECK(refused.at("reached") == true);
  CHECK(refused.at("keyAccepted") == false);
  const json silent = check([](test::Peer& peer) { peer.close(); });
  CHECK(silent.at("reached") == false);
}

TEST_CASE("A request that asks the provider is answered in time also when the provider is not") {
  const test::RawServer provider;
  Running running;
  const json account{{"apiKey", "k"},
                     {"baseUrl", "http://127.0.0.1:" + std::to_string(provider.port())}};
  REQUIRE(running.ask("PUT", "/api/providers/vapi", account.dump()).status == 200);
  const auto began = std::chrono::steady_clock::now();
  const auto answer = running.ask("POST", "/api/providers/vapi/check");
  const auto took = std::chrono::steady_clock::now() - began;
  CHECK(answer.status == 200);
  CHECK(json::parse(answer.body).at("reached") == false);
  CHECK(took > std::chrono::seconds{9});
  CHECK(took < std::chrono::seconds{12});
}

TEST_CASE("A secret that no webhook's signature would pass with is warned of") {
  const auto warnings = [](const std::string& key, const std::string& public_url,
                           const std::string& secret) {
    ServerOptions options;
    options.vapi_key = key;
    options.vapi_url = "http://vapi.invalid";
    options.vapi_webhook_secret = secret;
    options.public_url = public_url;
    return Running{options}.server->warnings().size();
  };
  CHECK(warnings("k", "https://calls.example", "") == 1);
  CHECK(warnings("k", "https://calls.example", "1234567") == 1);
  CHECK(warnings("k", "https://calls.example", "12345678") == 0);
  CHECK(warnings("k", "", "") == 0);  // polled, as was meant
  CHECK(warnings("", "https://calls.example", "") == 0);
}

TEST_CASE("What became of the rows of lists is counted") {
  Running running;
  const auto import = [&](const std::string& body) {
    return running
        .send("POST", "/api/jobs?name=x&assistantId=a&phoneNumberId=p",
              {{"authorization", "Bearer " + running.token()}, {"content-type", "text/csv"}}, body)
        .status;
  };
  CHECK(import("phone\n+14155550132\n+14155550133\n+14155550132\nnone\n") == 201);
  CHECK(import("name\nAnna\n") >= 400);
  const std::string metrics = running.ask("GET", "/metrics").body;
  for (const char* row : {"callgate_imports_total{result=\"taken\"} 1",
                          "callgate_imports_total{result=\"refused\"} 1",
                          "callgate_import_rows_total{result=\"accepted\"} 2",
                          "callgate_import_rows_total{result=\"rejected\"} 1",
                          "callgate_import_rows_total{result=\"duplicate\"} 1"}) {
    INFO(row);
    CHECK(metrics.find(std::string{"\n"} + row + "\n") != std::string::npos);
  }
}

TEST_CASE("A token is for its own workspace, and one that does not exist tells nothing") {
  Running running;
  REQUIRE(running.ask("POST", "/api/jobs", kJob).status == 201);
  const Headers other{{"authorization", "Bearer " + running.token("other")}};
  CHECK(running.send("GET", "/api/jobs", other).status == 401);
  const Headers outside{{"authorization", "Bearer " + running.token("../default")}};
  CHECK(running.send("GET", "/api/jobs", outside).status == 401);
  REQUIRE(running.data.create_workspace("other"));  // while the server runs
  const auto empty = running.send("GET", "/api/jobs", other);
  CHECK(empty.status == 200);
  CHECK(json::parse(empty.body).at("total") == 0);
  CHECK(json::parse(running.ask("GET", "/api/jobs").body).at("total") == 1);
}

TEST_CASE("A role does what it may") {
  Running running;
  const Headers viewer{{"authorization", "Bearer " + running.token("default", "viewer")},
                       {"content-type", "application/json"}};
  CHECK(running.send("GET", "/api/jobs", viewer).status == 200);
  CHECK(running.send("POST", "/api/jobs", viewer, kJob).status == 403);
}

TEST_CASE("Tokens of another issuer are verified with its keys") {
  ServerOptions options;
  options.jwks = test::kJwks;
  options.jwt_issuer = "https://issuer.test";
  options.jwt_audience = "callgate";
  Running running{options};
  REQUIRE(running.data.create_workspace("acme"));
  for (const std::string& token : {test::kRs256, test::kEs256, test::kEdDsa}) {
    CHECK(running.send("GET", "/api/jobs", {{"authorization", "Bearer " + token}}).status == 200);
  }
  for (const std::string& token : {test::kUnknownKey, test::kNone, test::kHmacWithRsaModulus}) {
    CHECK(running.send("GET", "/api/jobs", {{"authorization", "Bearer " + token}}).status == 401);
  }
  ServerOptions without_issuer;
  without_issuer.jwks = test::kJwks;
  CHECK_THROWS(Running{without_issuer});
}

TEST_CASE("A body over 8 MB is refused, announced or not") {
  Running running;
  auto announced = running.connect();
  const std::string head =
      "POST /api/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
      "Authorization: Bearer " +
      running.token() + "\r\n";
  announced.send(head + "Content-Length: 9000000\r\n\r\n");
  const auto refused = announced.read_reply();
  CHECK(refused.status() == 413);
  CHECK(json::parse(refused.body).at("code") == "body_too_large");
  auto chunked = running.connect();
  chunked.send(head + "Transfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "10000\r\n" + std::string(65'536, ' ') + "\r\n";
  for (int i = 0; i < 130 && chunked.send(chunk); ++i) {
  }
  CHECK(chunked.read_reply().status() == 413);
}

std::string list_head(const Running& running, const std::string& length) {
  return "POST /api/jobs?name=list&assistantId=a&phoneNumberId=p HTTP/1.1\r\nHost: x\r\n"
         "Content-Type: text/csv; charset=utf-8\r\nAuthorization: Bearer " +
         running.token() + "\r\n" + length + "\r\n\r\n";
}

TEST_CASE("A list larger than any body is streamed in, row by row") {
  Running running;
  std::string list = "phone,note\n";
  constexpr int kRows = 60'000;
  for (int i = 0; i < kRows; ++i) {
    list += "+1415" + std::to_string(2'220'000 + i) + "," + std::string(150, 'n') + "\n";
  }
  REQUIRE(list.size() > 9'000'000);
  auto client = running.connect();
  client.send(list_head(running, "Content-Length: " + std::to_string(list.size())));
  REQUIRE(client.send(list));
  const auto reply = client.read_reply();
  CHECK(reply.status() == 201);
  const auto import = json::parse(reply.body).at("import");
  CHECK(import.at("rows") == kRows);
  CHECK(import.at("accepted") == kRows);
}

TEST_CASE("A list that breaks off leaves no job behind that could call anybody") {
  Running running;
  {
    auto client = running.connect();
    client.send(list_head(running, "Content-Length: 100000"));
    client.send("phone\n+14155550132\n+14155550133\n");
    client.finish_sending();
    CHECK(client.read_reply().status() >= 400);
  }
  const auto jobs = json::parse(running.ask("GET", "/api/jobs").body).at("jobs");
  for (const auto& job : jobs) {
    CHECK(job.at("status") != "running");
    CHECK(job.at("phase") != "importing");
  }
}

TEST_CASE("A list without a name for its settings is refused before its body is read") {
  Running running;
  auto client = running.connect();
  client.send(
      "POST /api/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nExpect: 100-continue\r\n"
      "Authorization: Bearer " +
      running.token() + "\r\nContent-Length: 100000\r\n\r\n");
  const auto reply = client.read_reply();
  CHECK(reply.status() >= 400);
  CHECK(reply.status() < 500);
}

TEST_CASE("Live events follow a job's changes") {
  Running running;
  auto client = running.connect();
  client.send("GET /api/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + running.token() +
              "\r\n\r\n");
  CHECK(client.read_until("\r\n\r\n").find("text/event-stream") != std::string::npos);
  client.read_until("retry: 1000\n\n");
  const std::string id = json::parse(running.ask("POST", "/api/jobs", kJob).body).at("id");
  CHECK(client.read_until("\n\n").find(id) != std::string::npos);
  REQUIRE(running.ask("POST", "/api/jobs/" + id + "/start").status == 200);
  REQUIRE(running.ask("POST", "/api/jobs/" + id + "/pause").status == 200);
  std::string event;
  while (event.find(R"("status":"paused")") == std::string::npos) {
    event = client.read_until("\n\n");
    REQUIRE_FALSE(event.empty());
  }
  running.server->stop();
  client.read_to_end();  // the stream ends with the server
}

TEST_CASE("The metrics are the workspace's and the process's together") {
  Running running;
  REQUIRE(running.ask("POST", "/api/jobs", kJob).status == 201);
  const auto metrics = running.ask("GET", "/metrics");
  CHECK(metrics.status == 200);
  CHECK(metrics.body.find("\ncallgate_jobs 1\n") != std::string::npos);
  CHECK(metrics.body.find("\ncallgate_http_requests_total{class=\"2xx\"} 1\n") !=
        std::string::npos);
  CHECK(metrics.body.find("\ncallgate_commit_seconds_count ") != std::string::npos);
}

TEST_CASE("A folder has one server at a time") {
  Running running;
  ServerOptions options;
  options.port = 0;
  Log log{LogFormat::text, LogLevel::off};
  CHECK_THROWS(Server{options, running.data, log});
}

TEST_CASE("HEAD is GET without its body") {
  Running running;
  auto client = running.connect();
  client.send("HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(client.read_reply(false).status() == 200);
  CHECK(client.read_reply().body.find("ok") != std::string::npos);
  client.send("HEAD /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(client.read_reply(false).head.find("content-length: 0\r\n") == std::string::npos);
  client.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(client.read_reply().status() == 200);
}

}  // namespace
}  // namespace callgate
