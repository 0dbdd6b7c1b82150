// One request on its way through this process: its exchange, who asked, when it began. Answering it
// counts it and writes its line into the log: never the query, a token or a body.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "native-server/http_server.hpp"
#include "native-server/log.hpp"
#include "native-server/metrics.hpp"

namespace callgate {

class Workspace;

// Whether the client speaks TLS with the proxy before this server. Only a proxy on this machine is
// believed; everybody else could claim it.
[[nodiscard]] inline bool came_over_tls(bool from_loopback, std::string_view forwarded_proto) {
  return from_loopback && forwarded_proto.substr(0, forwarded_proto.find(',')) == "https";
}

class Visit {
 public:
  // `number`: told to the client as x-request-id and written into the log, so that both can be
  // matched.
  Visit(std::shared_ptr<Exchange> exchange, const HttpRequest& request, std::uint64_t number,
        Metrics& metrics, Log& log)
      : exchange_(std::move(exchange)), metrics_(metrics), log_(log), id_(id_of(number)) {
    if (log_.logs(LogLevel::info)) {
      method_ = request.method;
      path_ = loggable_path(request.target);
    }
  }

  [[nodiscard]] Exchange& exchange() const { return *exchange_; }
  [[nodiscard]] std::shared_ptr<Exchange> take_exchange() { return std::move(exchange_); }
  [[nodiscard]] const std::string& id() const { return id_; }

  void respond(Response response) {
    log_answer(response.status);
    response.headers.emplace_back("x-request-id", id_);
    response.headers.insert(response.headers.end(), headers.begin(), headers.end());
    exchange_->respond(std::move(response));
  }

  void log_answer(std::int64_t status) {
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - began_);
    const auto status_class = static_cast<std::size_t>(status / 100);
    if (status_class < metrics_.requests.size()) {
      count(metrics_.requests[status_class]);
    }
    metrics_.request_us.record(took.count());
    if (log_.logs(LogLevel::info)) {
      log_.write(status >= 500 ? LogLevel::error : LogLevel::info, "request",
                 {{"method", method_},
                  {"path", path_},
                  {"status", status},
                  {"us", std::int64_t{took.count()}},
                  {"id", id_},
                  {"subject", subject}});
    }
  }

  std::shared_ptr<Workspace> workspace;
  std::string workspace_name;
  std::string subject;
  Headers headers;  // of whatever answer it gets

 private:
  // Twelve hexadecimal digits.
  static std::string id_of(std::uint64_t number) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string id(12, '0');
    for (auto digit = id.rbegin(); digit != id.rend(); ++digit, number >>= 4U) {
      *digit = kDigits[number & 15U];
    }
    return id;
  }

  std::shared_ptr<Exchange> exchange_;
  Metrics& metrics_;
  Log& log_;
  const std::string id_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::string method_;
  std::string path_;
};

}  // namespace callgate
