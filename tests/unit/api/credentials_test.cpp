#include "core/api/credentials.hpp"

#include <catch2/catch_test_macros.hpp>

#include "core/core.hpp"
#include "tests/unit/providers/plain_crypto.hpp"

namespace callgate {
namespace {

constexpr Instant kShown = from_ms(1'800'000'000'000);
using std::chrono::hours;

HttpRequest asking(std::string method, std::string target,
                   std::vector<std::pair<std::string, std::string>> headers = {}) {
  HttpRequest request;
  request.method = std::move(method);
  request.target = std::move(target);
  request.headers = std::move(headers);
  return request;
}

std::int64_t denied(const HttpRequest& request, Crypto& crypto, Instant now = kShown) {
  const auto found = authenticate(request, crypto, now);
  const auto* refusal = std::get_if<Denied>(&found);
  return refusal != nullptr ? refusal->error.status() : 0;
}

}  // namespace

TEST_CASE("a sign-in ticket opens its workspace until it expires, and nothing else") {
  test::PlainCrypto crypto;
  const std::string ticket = make_ticket(crypto, "acme", "operator", kShown + hours{1});
  const auto found = authenticate(asking("GET", "/sign-in?ticket=" + ticket), crypto, kShown);
  const auto* principal = std::get_if<Principal>(&found);
  REQUIRE(principal != nullptr);
  CHECK(principal->workspace == "acme");
  CHECK(principal->roles == std::vector<std::string>{"operator"});
  CHECK(denied(asking("GET", "/sign-in?ticket=" + ticket), crypto, kShown + hours{2}) == 401);
  // A ticket is no session, whatever header it comes in.
  CHECK(denied(asking("GET", "/api/jobs", {{"cookie", "callgate_session=" + ticket}}), crypto) ==
        401);
}

TEST_CASE("every changed character of a session is refused") {
  test::PlainCrypto crypto;
  const std::string session = make_session(crypto, "acme", "ses_1", kShown + hours{1});
  const auto with = [](const std::string& value) {
    return asking("GET", "/api/jobs", {{"cookie", "a=b; callgate_session=" + value + "; c=d"}});
  };
  CHECK(std::holds_alternative<Principal>(authenticate(with(session), crypto, kShown)));
  for (std::size_t i = 0; i < session.size(); ++i) {
    std::string forged = session;
    forged[i] = forged[i] == 'a' ? 'b' : 'a';
    CAPTURE(i);
    CHECK(denied(with(forged), crypto) == 401);
  }
  CHECK(denied(with("cgs.acme.owner.9999999999."), crypto) == 401);
  CHECK(denied(with("cgs"), crypto) == 401);
}

TEST_CASE(
    "an unsafe request with the cookie comes from this origin or brings the session's token") {
  test::PlainCrypto crypto;
  const std::string cookie =
      "callgate_session=" + make_session(crypto, "acme", "ses_1", kShown + hours{1});
  const std::string other =
      "callgate_session=" + make_session(crypto, "acme", "ses_2", kShown + hours{1});
  const auto with_cookie = [](const std::string& sent) {
    return asking("GET", "/", {{"cookie", sent}});
  };
  const std::string token = csrf_token(crypto, with_cookie(cookie));
  const std::string foreign_token = csrf_token(crypto, with_cookie(other));
  CHECK(csrf_token(crypto, asking("GET", "/")).empty());
  const auto post = [&](const std::string& origin, const std::string& brought) {
    std::vector<std::pair<std::string, std::string>> headers{{"host", "calls.example"},
                                                             {"cookie", cookie}};
    if (!origin.empty()) {
      headers.emplace_back("origin", origin);
    }
    if (!brought.empty()) {
      headers.emplace_back("x-csrf-token", brought);
    }
    const auto found = authenticate(asking("POST", "/api/jobs", headers), crypto, kShown,
                                    "https://app.example, https://two.example");
    const auto* refusal = std::get_if<Denied>(&found);
    return refusal != nullptr ? refusal->error.status() : 200;
  };
  CHECK(post("https://calls.example", "") == 200);
  for (const char* origin :
       {"", "https://app.example", "https://evil.example", "null", "*", "https://app.example.evil",
        "https://app.exampl", "HTTPS://APP.EXAMPLE", "https://app.example,https://two.example"}) {
    CAPTURE(origin);
    CHECK(post(origin, "") == 403);
    CHECK(post(origin, foreign_token) == 403);
    CHECK(post(origin, token + "x") == 403);
    const std::string text{origin};
    CHECK(post(origin, token) == (text.empty() || text == "https://app.example" ? 200 : 403));
  }
}

TEST_CASE("a page of another origin opens no WebSocket with somebody's cookie") {
  test::PlainCrypto crypto;
  const std::string cookie =
      "callgate_session=" + make_session(crypto, "acme", "ses_1", kShown + hours{1});
  const auto open = [&](const std::string& origin, const std::string& upgrade) {
    std::vector<std::pair<std::string, std::string>> headers{{"host", "calls.example"},
                                                             {"cookie", cookie}};
    if (!origin.empty()) {
      headers.emplace_back("origin", origin);
    }
    if (!upgrade.empty()) {
      headers.emplace_back("upgrade", upgrade);
    }
    const auto found =
        authenticate(asking("GET", "/api/events", headers), crypto, kShown, "https://app.example");
    const auto* refusal = std::get_if<Denied>(&found);
    return refusal != nullptr ? refusal->error.status() : 200;
  };
  for (const char* upgrade : {"websocket", "WebSocket", "x, websocket"}) {
    CAPTURE(upgrade);
    CHECK(open("https://calls.example", upgrade) == 200);
    CHECK(open("https://app.example", upgrade) == 200);
    CHECK(open("", upgrade) == 200);
    CHECK(open("https://evil.example", upgrade) == 403);
    CHECK(open("null", upgrade) == 403);
  }
  CHECK(open("https://evil.example", "") == 200);  // what it is sent it cannot read
}

TEST_CASE("an API key is known by its MAC: no changed character, length or deployment passes") {
  test::PlainCrypto crypto;
  const Blob random(16, 0x3f);
  const std::string key = make_api_key(crypto, "acme", random);
  CHECK(key.size() == std::string_view{"cg_live_acme_"}.size() + 32 + 1 + 32);
  CHECK(shown_part(key) == "cg_live_acme_3f3f3f");
  const auto bearer = [](const std::string& value) {
    return asking("GET", "/api/jobs", {{"authorization", "Bearer " + value}});
  };
  const auto header = [](const std::string& value) {
    return asking("GET", "/api/jobs", {{"x-api-key", value}});
  };
  for (const HttpRequest& request : {bearer(key), header(key)}) {
    const auto found = authenticate(request, crypto, kShown);
    const auto* principal = std::get_if<Principal>(&found);
    REQUIRE(principal != nullptr);
    CHECK(principal->workspace == "acme");
    CHECK(principal->roles.empty());
    CHECK(principal->scopes.empty());
    CHECK(principal->credential == "key:" + to_hex(crypto.sha256(bytes_of(key))));
    CHECK(principal->subject.find("3f3f") == std::string::npos);
  }
  for (std::size_t i = 0; i < key.size(); ++i) {
    std::string forged = key;
    forged[i] = forged[i] == 'a' ? 'b' : 'a';
    CAPTURE(i);
    CHECK(denied(bearer(forged), crypto) == 401);
    CHECK(denied(header(forged), crypto) == 401);
    CHECK(denied(bearer(key.substr(0, i)), crypto) == 401);
    CHECK(denied(header(key.substr(0, i)), crypto) == 401);
  }
  for (const std::string& wrong :
       {key + "0", key + key, std::string(10'000, 'a'), "cg_live_" + std::string(10'000, '_'),
        std::string{"cg_live_"}, std::string{"cg_live__"}, " " + key, key + " ",
        key + ", " + key}) {
    CHECK(denied(header(wrong), crypto) == 401);
    CHECK(denied(bearer(wrong), crypto) == 401);
  }
  std::string moved = key;
  moved.replace(moved.find("acme"), 4, "acmf");
  CHECK(denied(bearer(moved), crypto) == 401);
  CHECK(denied(asking("GET", "/api/jobs?api_key=" + key), crypto) == 401);
  CHECK(denied(asking("GET", "/api/jobs", {{"cookie", "callgate_session=" + key}}), crypto) == 401);
}

TEST_CASE("a request shows one credential, once") {
  test::PlainCrypto crypto;
  const std::string key = make_api_key(crypto, "acme", Blob(16, 1));
  const std::string other = make_api_key(crypto, "acme", Blob(16, 2));
  using Sent = std::vector<std::pair<std::string, std::string>>;
  for (const Sent& headers :
       {Sent{{"x-api-key", key}, {"x-api-key", other}},
        Sent{{"x-api-key", key}, {"x-api-key", key}},
        Sent{{"authorization", "Bearer " + key}, {"x-api-key", key}},
        Sent{{"authorization", "Bearer " + key}, {"authorization", "Bearer " + other}},
        Sent{{"x-api-key", ""}}, Sent{{"authorization", ""}}}) {
    CHECK(denied(asking("GET", "/api/jobs", headers), crypto) == 401);
  }
}

TEST_CASE("a stream's ticket has its maker's rights, there and nowhere else") {
  test::PlainCrypto crypto;
  Principal maker{"acme", "ada\nroot\nowner", {"viewer", "agent"}, {"calls:read"}};
  maker.credential = "session:ses_1";
  const std::string ticket =
      make_stream_ticket(crypto, maker, Blob(8, 7), kShown + std::chrono::seconds{60});
  const auto found = authenticate(asking("GET", "/api/events?ticket=" + ticket), crypto, kShown);
  const auto* principal = std::get_if<Principal>(&found);
  REQUIRE(principal != nullptr);
  CHECK(principal->workspace == "acme");
  CHECK(principal->subject == maker.subject);
  CHECK(principal->roles == maker.roles);
  CHECK(principal->scopes == maker.scopes);
  CHECK(principal->credential == maker.credential);
  CHECK(principal->ticket == "0707070707070707.1800000060");
  CHECK(denied(asking("GET", "/api/events?ticket=" + ticket), crypto,
               kShown + std::chrono::seconds{60}) == 401);
  for (const char* place : {"/api/jobs?ticket=", "/sign-in?ticket=", "/api/events/?ticket=",
                            "/api/eventsx?ticket=", "/api/webhooks/vapi?key="}) {
    CHECK(denied(asking("GET", place + ticket), crypto) == 401);
  }
  CHECK(denied(asking("POST", "/api/events?ticket=" + ticket), crypto) == 401);
  CHECK(denied(asking("GET", "/api/jobs", {{"authorization", "Bearer " + ticket}}), crypto) == 401);
  CHECK(denied(asking("GET", "/api/jobs", {{"cookie", "callgate_session=" + ticket}}), crypto) ==
        401);
}

TEST_CASE("an invitation signs in by its link or as Bearer for a session, and does nothing else") {
  test::PlainCrypto crypto;
  const std::string invitation = make_invitation(crypto, "acme", "inv_1", kShown + hours{1});
  const HttpRequest opened = asking("GET", "/sign-in?ticket=" + invitation);
  const HttpRequest exchanged =
      asking("POST", "/api/sessions", {{"authorization", "Bearer " + invitation}});
  for (const HttpRequest& request : {opened, exchanged}) {
    const auto found = authenticate(request, crypto, kShown);
    const auto* principal = std::get_if<Principal>(&found);
    REQUIRE(principal != nullptr);
    CHECK(principal->credential == "invitation:inv_1");
    CHECK(principal->roles.empty());
  }
  CHECK(denied(asking("POST", "/api/jobs", {{"authorization", "Bearer " + invitation}}), crypto) ==
        401);
  CHECK(denied(asking("GET", "/api/sessions", {{"authorization", "Bearer " + invitation}}),
               crypto) == 401);
  CHECK(read_invitation(crypto, "acme", invitation, kShown) == "inv_1");
  CHECK_FALSE(read_invitation(crypto, "other", invitation, kShown));
  CHECK_FALSE(read_invitation(crypto, "acme", invitation, kShown + hours{1}));
}

TEST_CASE("a webhook's key names its own workspace only") {
  test::PlainCrypto crypto;
  const std::string key = webhook_key(crypto, "acme");
  const auto found = authenticate(asking("POST", "/api/webhooks/vapi?key=" + key), crypto, kShown);
  REQUIRE(std::holds_alternative<Principal>(found));
  CHECK(std::get<Principal>(found).roles.empty());
  std::string other = key;
  other.replace(other.find("acme"), 4, "acmf");
  CHECK(denied(asking("POST", "/api/webhooks/vapi?key=" + other), crypto) == 401);
  CHECK(denied(asking("POST", "/api/webhooks/vapi"), crypto) == 401);
  // Nor does a bearer token or a session open a webhook.
  const std::string cookie =
      "callgate_session=" + make_session(crypto, "acme", "ses_1", kShown + hours{1});
  CHECK(denied(asking("POST", "/api/webhooks/vapi", {{"cookie", cookie}}), crypto) == 401);
}

TEST_CASE("a bearer token is left to the host, anything else in that header is refused") {
  test::PlainCrypto crypto;
  const auto with = [](const char* value) {
    return asking("GET", "/api/jobs", {{"authorization", value}});
  };
  const auto found =
      authenticate(with("bearer eyJhbGciOiJFUzI1NiIsImtpZCI6ImsxIn0.e30.AAAA"), crypto, kShown);
  const auto* jwt = std::get_if<JwtCredential>(&found);
  REQUIRE(jwt != nullptr);
  CHECK(jwt->token == "eyJhbGciOiJFUzI1NiIsImtpZCI6ImsxIn0.e30.AAAA");
  CHECK(jwt->algorithm == "ES256");
  CHECK(jwt->key_id == "k1");
  CHECK(denied(with("Bearer a.b.c"), crypto) == 401);
  CHECK(denied(with("Basic dXNlcjpwYXNz"), crypto) == 401);
  CHECK(denied(with("Bearer"), crypto) == 401);
  CHECK(denied(asking("GET", "/api/jobs"), crypto) == 401);
}

TEST_CASE("workspace names are lower case letters, digits and dashes") {
  CHECK(is_workspace_name("default"));
  CHECK(is_workspace_name("a-1"));
  for (const char* name : {"", "A", "1a", "-a", "a.b", "a/b", "a b", "../x"}) {
    CAPTURE(name);
    CHECK_FALSE(is_workspace_name(name));
  }
  CHECK_FALSE(is_workspace_name(std::string(41, 'a')));
}

}  // namespace callgate
