// Delivers webhooks: one thread, libcurl's multi interface on epoll, connections kept open. The
// webhooks of one chain (a call) go out one after the other, so their order is the call's unless a
// fault says otherwise; chains do not wait for each other. Signed as Vapi's HMAC credential does by
// default: hex HMAC-SHA-256 over "{timestamp}.{body}" in x-signature, the seconds since 1970 in
// x-timestamp. Success is 2xx; redirects are not followed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "native-server/sim_carrier/create_request.hpp"

namespace callgate::sim_carrier {

struct Webhook {
  std::shared_ptr<const Endpoint> endpoint;
  std::string body;
  std::string call_id;
  std::uint64_t chain = 0;    // 0: waits for nothing
  std::int64_t delay_ms = 0;  // not sooner than this from now
  std::int64_t retries = 0;   // how many more tries after one without 2xx
};

struct WebhookCounts {
  std::int64_t attempts = 0;
  std::int64_t delivered = 0;
  std::int64_t failed = 0;   // given up
  std::int64_t pending = 0;  // waiting, delayed or on the way
  bool paused = false;
};

// Hex HMAC-SHA-256 over "{timestamp}.{body}".
[[nodiscard]] std::string webhook_signature(const std::string& secret, const std::string& timestamp,
                                            const std::string& body);

class WebhookSender {
 public:
  // connections: how many at once. An empty secret: unsigned.
  WebhookSender(std::string secret, int connections);
  ~WebhookSender();  // what is still pending is dropped
  WebhookSender(const WebhookSender&) = delete;
  WebhookSender& operator=(const WebhookSender&) = delete;

  void submit(Webhook webhook);
  void pause(bool paused);  // what is on the way still arrives
  void drop_pending();      // and count from 0 again
  [[nodiscard]] WebhookCounts counts() const;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace callgate::sim_carrier
