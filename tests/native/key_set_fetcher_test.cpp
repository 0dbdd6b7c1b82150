#include "native-server/key_set_fetcher.hpp"

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <nlohmann/json.hpp>

#include "native-server/http_server.hpp"
#include "tests/native/jwt_vectors.hpp"

namespace callgate {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

const JwtTrust kSetTrust{"https://issuer.test", "callgate", ""};
const Instant kFetchedAt = parse_rfc3339("2026-06-01T00:00:00Z").value();

// Of the vectors' set, the key with this id alone.
std::string set_with(const std::string& key_id) {
  const json all = json::parse(test::kJwks);
  json keys = json::array();
  for (const json& key : all.at("keys")) {
    if (key.at("kid") == key_id) {
      keys.push_back(key);
    }
  }
  return json{{"keys", keys}}.dump();
}

// An issuer's address whose answer may change.
struct Issuer {
  void answer_with(std::int64_t new_status, std::string new_body) {
    const std::lock_guard lock{mutex};
    status = new_status;
    body = std::move(new_body);
  }
  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(server.port()) + "/jwks";
  }

  std::mutex mutex;
  std::int64_t status = 200;
  std::string body;
  std::atomic<int> asked{0};
  HttpServer server{{}, [this](const std::shared_ptr<Exchange>& exchange) {
                      ++asked;
                      const std::lock_guard lock{mutex};
                      exchange->respond({status, {{"content-type", "application/json"}}, body});
                    }};
};

bool accepts(JwtVerifier& verifier, const std::string& token) {
  return std::holds_alternative<Principal>(verifier.verify(read_token(token).value(), kFetchedAt));
}

bool soon(const std::function<bool()>& is_so) {
  const auto until = SteadyClock::now() + std::chrono::seconds{10};
  while (!is_so() && SteadyClock::now() < until) {
    std::this_thread::sleep_for(milliseconds{5});
  }
  return is_so();
}

TEST_CASE("A token with a new key has the key set asked for again, at most so often") {
  Issuer issuer;
  issuer.answer_with(200, set_with("ec-1"));
  JwtVerifier verifier;
  Log log{LogFormat::text, LogLevel::off};
  constexpr milliseconds kAtMostEvery{400};
  KeySetFetcher fetcher{
      issuer.url(), kSetTrust, verifier, log, {std::chrono::hours{1}, kAtMostEvery}};
  const auto began = SteadyClock::now();
  CHECK(issuer.asked == 1);  // before the first request
  CHECK(accepts(verifier, test::kEs256));
  REQUIRE_FALSE(accepts(verifier, test::kEdDsa));
  CHECK(verifier.take_unknown_key());

  issuer.answer_with(200, set_with("ed-1"));
  for (int i = 0; i < 50; ++i) {
    fetcher.ask_again();
  }
  REQUIRE(soon([&] { return accepts(verifier, test::kEdDsa); }));
  CHECK(SteadyClock::now() - began >= kAtMostEvery);
  for (int i = 0; i < 50; ++i) {
    fetcher.ask_again();
  }
  std::this_thread::sleep_for(kAtMostEvery / 2);
  CHECK(issuer.asked == 2);
}

TEST_CASE("The last good keys stay while the issuer is down or says nonsense") {
  Issuer issuer;
  issuer.answer_with(200, set_with("ec-1"));
  JwtVerifier verifier;
  Log log{LogFormat::text, LogLevel::off};
  const KeySetFetcher fetcher{
      issuer.url(), kSetTrust, verifier, log, {milliseconds{20}, milliseconds{10}}};
  for (const auto& [status, body] : {std::pair<int, std::string>{503, ""}, {200, "<html>"}}) {
    issuer.answer_with(status, body);
    const int asked = issuer.asked;
    REQUIRE(soon([&] { return issuer.asked > asked + 2; }));
    CHECK(accepts(verifier, test::kEs256));
  }
  issuer.answer_with(200, test::kJwks);
  CHECK(soon([&] { return accepts(verifier, test::kRs256); }));
}

TEST_CASE("Keys come over https, or from this machine") {
  JwtVerifier verifier;
  Log log{LogFormat::text, LogLevel::off};
  for (const char* url : {"http://issuer.test/jwks", "http://127.0.0.1.issuer.test/jwks",
                          "http://localhost:1@issuer.test/jwks", "ftp://127.0.0.1/jwks", ""}) {
    CHECK_THROWS_AS(KeySetFetcher(url, kSetTrust, verifier, log), std::runtime_error);
  }
  CHECK_NOTHROW(KeySetFetcher("http://127.0.0.1:1/jwks", kSetTrust, verifier, log));  // it is down
}

}  // namespace
}  // namespace callgate
