// What the tests of the simulated carrier stand on: the real process, a client for it, and a server
// that receives its webhooks. Nothing here imitates: the client is libcurl, the receiver the HTTP
// front.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <sys/types.h>
#include <vector>

#include "native-server/http_server.hpp"

namespace callgate::sim_carrier_test {

using Json = nlohmann::json;

struct Answer {
  bool arrived = false;  // false: time-out, or the connection closed
  long status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;

  [[nodiscard]] Json json() const;
};

// `callgate sim-carrier --port 0 ...`; ended with SIGTERM.
class SimCarrier {
 public:
  explicit SimCarrier(const std::vector<std::string>& flags);
  ~SimCarrier();
  SimCarrier(const SimCarrier&) = delete;
  SimCarrier& operator=(const SimCarrier&) = delete;

  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] Answer request(const std::string& method, const std::string& path_or_url,
                               const std::string& body = {},
                               std::chrono::milliseconds timeout = std::chrono::seconds(10)) const;
  [[nodiscard]] Answer get(const std::string& path) const { return request("GET", path); }
  [[nodiscard]] Json stats() const;
  [[nodiscard]] std::vector<Json> ledger(const std::string& query = {}) const;

  // POST /call. `more` is merged into the body.
  [[nodiscard]] Answer create(const std::string& number, const std::string& external_id) const;
  [[nodiscard]] Answer create(const std::string& number, const std::string& external_id,
                              const Json& more,
                              std::chrono::milliseconds timeout = std::chrono::seconds(10)) const;

  // Waits until every dial has ended and no webhook is pending.
  void settle() const;

  // SIGTERM, and the exit code; -1 when it did not exit by itself.
  int stop();

 private:
  pid_t pid_ = -1;
  std::string url_;
  int output_ = -1;
};

struct Received {
  std::map<std::string, std::string> headers;
  std::string body;

  [[nodiscard]] Json message() const;
};

// Answers webhooks with 200, or with what `status` says for the nth.
class WebhookReceiver {
 public:
  explicit WebhookReceiver(std::function<int(std::size_t)> status = [](std::size_t) {
    return 200;
  });

  [[nodiscard]] std::string url() const;
  [[nodiscard]] Json as_server() const;  // {"assistantOverrides": {"server": {"url": ...}}}
  [[nodiscard]] std::vector<Received> received() const;
  // "status-update ringing" ..., of one call in the order of arrival.
  [[nodiscard]] std::vector<std::string> story(const std::string& external_id) const;

 private:
  std::function<int(std::size_t)> status_;
  mutable std::mutex mutex_;
  std::vector<Received> received_;
  std::unique_ptr<HttpServer> server_;
};

// Fails the test when it does not come true within ten seconds.
void wait_until(const std::string& what, const std::function<bool()>& holds);

// "+14155550000" and on.
[[nodiscard]] std::string number_of(int index);

}  // namespace callgate::sim_carrier_test
