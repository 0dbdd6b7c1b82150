// One core on a database of its own, and a clock that only moves when told to: for tests that play
// a story by hand. tests/sim/world.hpp plays random ones.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <utility>

#include "core/core.hpp"
#include "native-server/openssl_crypto.hpp"
#include "native-server/sqlite_sql.hpp"
#include "tests/native/folder.hpp"

namespace callgate::sim {

class Home {
 public:
  Home() { restart(); }

  void restart() {
    core_.reset();
    core_ = std::make_unique<Core>(sql_, crypto_, "default");
  }

  Output give(decltype(Input::event) event) {
    Input input;
    input.now = now;
    input.entropy.fill(7);
    input.event = std::move(event);
    sql_.begin();
    Output output = core_->handle(input);
    sql_.commit();
    return output;
  }

  // A request of the workspace's owner; JSON when there is a body.
  Output request(std::string method, std::string target, std::string body = {}) {
    HttpRequest request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.principal = Principal{"default", "tester", {"owner"}, {}};
    if (!body.empty()) {
      request.headers = {{"content-type", "application/json"}};
      request.body = std::move(body);
    }
    return give(std::move(request));
  }

  Response ask(std::string method, std::string target, std::string body = {}) {
    return std::get<Response>(
        request(std::move(method), std::move(target), std::move(body)).answer);
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

 private:
  test::Folder folder_;
  SqliteSql sql_{(folder_.path() / "default.sqlite").string(), {}};
  OpensslCrypto crypto_{std::array<std::uint8_t, 32>{1, 2, 3}};
  std::unique_ptr<Core> core_;
};

}  // namespace callgate::sim
