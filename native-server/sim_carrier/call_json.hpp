// The Call object and the server messages as the provider writes them (API reference: Call,
// ServerMessageStatusUpdate, ServerMessageEndOfCallReport). Written straight into a string: a
// benchmark makes tens of thousands a second.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "native-server/sim_carrier/ledger.hpp"

namespace callgate::sim_carrier {

struct CallView {
  std::string_view id;
  const Row& row;
  std::string_view assistant_id;
  std::string_view phone_number_id;
  std::string_view ended_reason;  // empty: live
  std::string_view overrides;     // JSON or empty
  std::string_view public_url;    // of this server, for monitor.controlUrl
};

struct Capacity {
  bool blocked = false;
  std::int64_t limit = 0;
  std::int64_t remaining = 0;
};

// `capacity` is told in the answer to POST /call only.
void append_call(std::string& out, const CallView& call, const Capacity* capacity = nullptr);

// status: a word of the Call's own; with "ended" comes the reason.
[[nodiscard]] std::string status_update(const CallView& call, std::string_view status,
                                        std::int64_t now_ms);
[[nodiscard]] std::string end_of_call_report(const CallView& call, std::int64_t now_ms);

}  // namespace callgate::sim_carrier
