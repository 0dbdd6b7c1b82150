// The routes of the simulated carrier: the provider's own (POST and GET /call, GET and DELETE
// /call/{id}, POST /{id}/control) and the instruments under /sim/. The provider's want the key when
// there is one; the instruments want it only where others than this machine can reach them.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "native-server/http_server.hpp"
#include "native-server/sim_carrier/carrier.hpp"

namespace callgate::sim_carrier {

struct ApiOptions {
  std::string key;  // empty: none is asked for
  bool strict_ids = false;
  bool instruments_need_key = false;
  std::chrono::seconds silence{60};  // how long --fault-timeout-after keeps a connection
};

class Api {
 public:
  Api(Carrier& carrier, ApiOptions options) : carrier_(carrier), options_(std::move(options)) {}

  void handle(const std::shared_ptr<Exchange>& exchange);

  // Forgets the requests that are never answered; call it before the server stops.
  void let_go();

 private:
  using Silent = std::pair<std::chrono::steady_clock::time_point, std::shared_ptr<Exchange>>;

  void with_body(const std::shared_ptr<Exchange>& exchange,
                 std::function<void(const std::shared_ptr<Exchange>&, const std::string&)> then);
  void create(const std::shared_ptr<Exchange>& exchange, const std::string& body);
  [[nodiscard]] bool handle_instruments(const std::shared_ptr<Exchange>& exchange,
                                        const Target& target);
  [[nodiscard]] bool handle_call(const std::shared_ptr<Exchange>& exchange, const Target& target);
  [[nodiscard]] bool is_signed_in(const Exchange& exchange) const;
  void keep_silent(std::shared_ptr<Exchange> exchange);

  Carrier& carrier_;
  const ApiOptions options_;
  std::mutex mutex_;
  std::deque<Silent> silent_;  // the oldest first
};

}  // namespace callgate::sim_carrier
