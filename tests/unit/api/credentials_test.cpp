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
  return refusal != nullptr ? refusal->response.status : 0;
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
  const std::string session = make_session(crypto, "acme", "viewer", kShown + hours{1});
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

TEST_CASE("an unsafe request with the cookie must come from this origin") {
  test::PlainCrypto crypto;
  const std::string cookie =
      "callgate_session=" + make_session(crypto, "acme", "owner", kShown + hours{1});
  const auto post = [&](const char* origin) {
    return asking("POST", "/api/jobs",
                  {{"host", "calls.example"}, {"cookie", cookie}, {"origin", origin}});
  };
  CHECK(std::holds_alternative<Principal>(
      authenticate(post("https://calls.example"), crypto, kShown)));
  CHECK(denied(post("https://evil.example"), crypto) == 403);
  CHECK(denied(post("null"), crypto) == 403);
  CHECK(denied(asking("POST", "/api/jobs", {{"host", "calls.example"}, {"cookie", cookie}}),
               crypto) == 403);
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
      "callgate_session=" + make_session(crypto, "acme", "owner", kShown + hours{1});
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
