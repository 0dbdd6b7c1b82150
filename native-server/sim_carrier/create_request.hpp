// Reads the body of POST /call as Vapi's CreateCallDTO and CreateCustomerDTO describe it (OpenAPI
// document of the VapiAI/docs repository). Every issue is reported at once, in Vapi's words. What
// the real service knows and this one does not simulate (batches, schedules, inline assistants,
// squads, workflows) is refused rather than half done.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callgate::sim_carrier {

// Where webhooks of a call go: assistantOverrides.server.
struct Endpoint {
  std::string url;
  std::int64_t timeout_ms = 20'000;
  std::optional<std::int64_t> retries;  // backoffPlan.maxRetries
  std::int64_t retry_base_ms = 1'000;   // backoffPlan.baseDelaySeconds
  bool retry_doubles = true;            // backoffPlan.type exponential
  std::vector<std::string> headers;     // "name: value"
};

struct CreateRequest {
  std::string assistant_id;
  std::string phone_number_id;
  std::string name;
  std::string number;
  std::string external_id;
  std::string customer;   // JSON, echoed
  std::string overrides;  // JSON, echoed; empty when there are none
  std::string
      server;  // JSON of assistantOverrides.server: equal text, equal Endpoint; may be empty
  std::shared_ptr<const Endpoint> endpoint;  // set with `server`
  bool wants_status_updates = true;          // assistantOverrides.serverMessages
  bool wants_report = true;
};

struct ReadCreate {
  CreateRequest request;
  std::vector<std::string> issues;  // empty: the request stands
};

// strict_ids: assistantId and phoneNumberId must be UUIDs, as at the real service.
[[nodiscard]] ReadCreate read_create_request(std::string_view body, bool strict_ids);

[[nodiscard]] bool is_e164(std::string_view number);

}  // namespace callgate::sim_carrier
