// The simulated carrier itself: takes create calls, lets phones ring, be picked up and hung up,
// tells of it by webhook, and keeps the ledger. All state stands under one mutex; two other threads
// work for it, the Timers and the WebhookSender. It speaks in Responses and knows no connection;
// api.hpp has the routes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "native-server/sim_carrier/call_json.hpp"
#include "native-server/sim_carrier/config.hpp"
#include "native-server/sim_carrier/create_request.hpp"
#include "native-server/sim_carrier/ledger.hpp"
#include "native-server/sim_carrier/timers.hpp"
#include "native-server/sim_carrier/webhook_sender.hpp"
#include "native-server/sim_carrier/wire.hpp"

namespace callgate::sim_carrier {

struct CarrierOptions {
  Config config;
  std::string webhook_secret;
  int webhook_connections = 64;
  std::int64_t webhook_timeout_ms = 20'000;
};

// What to do with the connection of a create request.
enum class Reply : std::uint8_t { respond, stay_silent, disconnect };

struct CreateReply {
  Reply reply = Reply::respond;
  Response response;
};

class Carrier {
 public:
  explicit Carrier(CarrierOptions options);
  ~Carrier();
  Carrier(const Carrier&) = delete;
  Carrier& operator=(const Carrier&) = delete;

  // The http(s) address that monitor.controlUrl names, without a slash at its end.
  void set_public_url(std::string url);

  // The provider's own surface.
  [[nodiscard]] CreateReply create(const CreateRequest& request);
  [[nodiscard]] Response get(std::string_view id);
  [[nodiscard]] Response list(const Target& target);
  [[nodiscard]] Response remove(std::string_view id);
  [[nodiscard]] Response control(std::string_view id, const std::string& body);

  // The instruments.
  [[nodiscard]] Response ledger(const Target& target);
  [[nodiscard]] Response stats();
  [[nodiscard]] Response config();
  [[nodiscard]] Response configure(const std::string& body);
  [[nodiscard]] Response reset();
  [[nodiscard]] Response pause_webhooks(bool paused);

 private:
  // What only a call that has not ended needs.
  struct Live {
    DialPlan plan;  // its ended_reason is not used: `reason` is
    std::uint32_t reason = 0;
    std::uint64_t number_hash = 0;
    SteadyTime answered_at;
    std::string overrides;
    std::shared_ptr<const Endpoint> endpoint;
    bool wants_status_updates = true;
    bool wants_report = true;
    std::uint32_t events = 0;   // webhooks so far
    std::vector<Webhook> held;  // by the reorder fault, until the next one is out
  };

  [[nodiscard]] CreateReply refuse(RequestFault fault, const CreateRequest& request);
  [[nodiscard]] CreateReply meet_limit(const CreateRequest& request);
  [[nodiscard]] CreateReply dial(const CreateRequest& request, RequestFault fault,
                                 NumberState& number);
  RowId add_row(const CreateRequest& request, bool is_call);
  void begin(RowId id, const CreateRequest& request, std::uint64_t number_hash);
  void on_due(const std::vector<Deadline>& due);
  void step(RowId id, Live& live, Step step);
  void end(RowId id, Outcome outcome, std::uint32_t reason);
  void schedule(RowId id, Step step, std::int64_t simulated_ms);
  void send_status(RowId id, Live& live, const char* event, std::string_view status);
  void send(RowId id, Live& live, std::string body, bool last);
  [[nodiscard]] bool wants(const Live& live, const char* event) const;
  [[nodiscard]] CallView view(RowId id, std::string_view call_id) const;
  [[nodiscard]] bool find(std::string_view id, RowId& row) const;
  [[nodiscard]] Capacity capacity(bool blocked) const;

  const std::int64_t webhook_timeout_ms_;
  const std::uint64_t salt_;
  std::string public_url_ = "http://127.0.0.1";

  std::mutex mutex_;
  Config config_;
  std::unique_ptr<Ledger> ledger_;
  std::uint32_t epoch_ = 1;  // counts resets
  std::unordered_map<RowId, Live> live_;
  std::unordered_map<std::string, std::shared_ptr<const Endpoint>> endpoints_;
  std::shared_ptr<const Endpoint> default_endpoint_;
  bool next_limit_is_error_ = false;
  std::int64_t webhooks_lost_ = 0;
  std::int64_t webhooks_repeated_ = 0;

  WebhookSender sender_;
  Timers timers_;  // last: its thread uses all of the above
};

}  // namespace callgate::sim_carrier
