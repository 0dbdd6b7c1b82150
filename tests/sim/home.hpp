// One core on a database of its own, and a clock that only moves when told to: for tests that play
// a story by hand. tests/sim/world.hpp plays random ones.
#pragma once

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "core/core.hpp"
#include "native-server/openssl_crypto.hpp"
#include "native-server/sqlite_sql.hpp"
#include "tests/native/folder.hpp"

namespace callgate::sim {

inline const std::string kAda = "+12125550123";
inline const std::string kBob = "+12125550124";

// A request of the workspace's owner; JSON when there is a body.
inline HttpRequest owners_request(std::string method, std::string target, std::string body = {}) {
  HttpRequest request;
  request.method = std::move(method);
  request.target = std::move(target);
  request.principal = Principal{"default", "tester", {"owner"}, {}};
  if (!body.empty()) {
    request.headers = {{"content-type", "application/json"}};
    request.body = std::move(body);
  }
  return request;
}

class Home {
 public:
  Home() { restart(); }

  // On a database that was there before.
  template <class Prepare>
  explicit Home(const Prepare& prepare) {
    sql_.begin();
    prepare(sql_);
    sql_.commit();
    restart();
  }

  void restart() {
    core_.reset();
    core_ = std::make_unique<Core>(sql_, crypto_, "default");
  }

  Output give(decltype(Input::event) event) {
    Input input;
    input.now = now;
    input.entropy.fill(7);
    input.environment = environment;
    input.event = std::move(event);
    sql_.begin();
    Output output = core_->handle(input);
    sql_.commit();
    return output;
  }

  Output request(std::string method, std::string target, std::string body = {}) {
    return give(owners_request(std::move(method), std::move(target), std::move(body)));
  }

  Response ask(std::string method, std::string target, std::string body = {}) {
    return std::get<Response>(
        request(std::move(method), std::move(target), std::move(body)).answer);
  }

  // The answer's body; a request that is refused fails the test.
  nlohmann::json must(const char* method, const std::string& path,
                      const nlohmann::json& body = nullptr) {
    const Response said = ask(method, path, body.is_null() ? "" : body.dump());
    INFO(method << " " << path << " " << said.body);
    REQUIRE(said.status < 300);
    return said.body.empty() ? nlohmann::json{} : nlohmann::json::parse(said.body);
  }

  void use_provider(nlohmann::json more = nlohmann::json::object()) {
    more.update({{"baseUrl", "http://127.0.0.1:1"},
                 {"apiKey", "key"},
                 {"publicUrl", "http://127.0.0.1:2"},
                 {"webhookSecret", kSecret}});
    must("PUT", "/api/providers/vapi", more);
    const std::string url = must("GET", "/api/providers/vapi").at("webhookUrl");
    webhook_ = url.substr(url.find("/api/"));
  }

  // The provider's signed server message.
  HttpRequest webhook(const nlohmann::json& message) {
    HttpRequest http;
    http.method = "POST";
    http.target = webhook_;
    http.body = nlohmann::json{{"message", message}}.dump();
    const std::string at = std::to_string(to_ms(now));
    const Blob mac = crypto_.hmac(HmacHash::sha256, bytes_of(std::string_view{kSecret}),
                                  bytes_of(at + "." + http.body));
    http.headers = {
        {"content-type", "application/json"}, {"x-timestamp", at}, {"x-signature", to_hex(mac)}};
    return http;
  }

  // Runs the timer as a host does, up to `until`.
  void run(Instant until) {
    for (auto wake = give(Wake{}).wake_at; wake && *wake <= until; wake = give(Wake{}).wake_at) {
      now = std::max(now, *wake);
    }
    now = until;
  }

  void run_sql(const std::string& statement) { sql_.exec(statement); }

  std::int64_t count(const std::string& table) {
    return sql_.exec("SELECT count(*) FROM " + table).integer(0, 0);
  }

  OpensslCrypto& crypto() { return crypto_; }

  Instant now = from_ms(1'798'000'000'000);
  Environment environment;

 private:
  static constexpr const char* kSecret = "a webhook's secret";

  test::Folder folder_;
  SqliteSql sql_{(folder_.path() / "default.sqlite").string(), {}};
  OpensslCrypto crypto_{std::array<std::uint8_t, 32>{1, 2, 3}};
  std::unique_ptr<Core> core_;
  std::string webhook_;
};

}  // namespace callgate::sim
