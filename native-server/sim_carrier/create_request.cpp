#include "native-server/sim_carrier/create_request.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace callgate::sim_carrier {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kCustomerBytesMax = 16'000;
constexpr int kDepthMax = 64;
constexpr std::size_t kNameMax = 40;  // of name, customer.name, customer.email, customer.externalId
constexpr std::array<std::string_view, 18> kCallFields{"assistantVersion", "transport",
                                                       "customers",        "name",
                                                       "schedulePlan",     "assistantId",
                                                       "assistant",        "assistantOverrides",
                                                       "squadId",          "squad",
                                                       "squadOverrides",   "workflowId",
                                                       "workflow",         "workflowOverrides",
                                                       "phoneNumberId",    "phoneNumber",
                                                       "customerId",       "customer"};
constexpr std::array<std::string_view, 12> kNotSimulated{
    "customers",      "schedulePlan", "assistant", "squadId",           "squad",
    "squadOverrides", "workflowId",   "workflow",  "workflowOverrides", "phoneNumber",
    "customerId",     "transport"};
constexpr std::array<std::string_view, 9> kCustomerFields{"numberE164CheckEnabled",
                                                          "extension",
                                                          "assistantOverrides",
                                                          "squadOverrides",
                                                          "number",
                                                          "sipUri",
                                                          "name",
                                                          "email",
                                                          "externalId"};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) {
    return false;
  }
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool dash = at == 8 || at == 13 || at == 18 || at == 23;
    const char letter = text[at];
    const bool hex = (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f') ||
                     (letter >= 'A' && letter <= 'F');
    if (dash ? letter != '-' : !hex) {
      return false;
    }
  }
  return true;
}

std::size_t letters_of(const std::string& utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U;
  }));
}

// What dump() and destructors can take without running out of stack.
bool is_shallow(std::string_view text) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char letter = text[at];
    if (quoted) {
      at += letter == '\\' ? 1U : 0U;
      quoted = letter != '"';
    } else if (letter == '"') {
      quoted = true;
    } else if (letter == '{' || letter == '[') {
      if (++depth > kDepthMax) {
        return false;
      }
    } else if (letter == '}' || letter == ']') {
      --depth;
    }
  }
  return true;
}

// Collects what is wrong while it reads.
class Reader {
 public:
  Reader(const Json& document, bool strict_ids) : document_(document), strict_ids_(strict_ids) {}

  ReadCreate read() {
    for (const auto& [name, value] : document_.items()) {
      if (!contains(kCallFields, name)) {
        issue("property " + name + " should not exist");
      } else if (contains(kNotSimulated, name)) {
        issue(name + " is not simulated here");
      }
    }
    result_.request.assistant_id = id("assistantId");
    result_.request.phone_number_id = id("phoneNumberId");
    result_.request.name = text(document_, "name", "name", kNameMax);
    read_customer();
    read_overrides();
    return std::move(result_);
  }

 private:
  void issue(std::string text) { result_.issues.push_back(std::move(text)); }

  std::string text(const Json& in, const char* key, const std::string& shown, std::size_t max) {
    const auto found = in.find(key);
    if (found == in.end()) {
      return {};
    }
    if (!found->is_string()) {
      issue(shown + " must be a string");
      return {};
    }
    auto value = found->get<std::string>();
    if (letters_of(value) > max) {
      issue(shown + " must be shorter than or equal to " + std::to_string(max) + " characters");
    }
    return value;
  }

  std::string id(const char* key) {
    auto value = text(document_, key, key, 256);
    if (value.empty()) {
      issue(std::string(key) + " must be given");
    } else if (strict_ids_ && !is_uuid(value)) {
      issue(std::string(key) + " must be a UUID");
    }
    return value;
  }

  void read_customer() {
    const auto found = document_.find("customer");
    if (found == document_.end() || !found->is_object()) {
      issue("customer must be an object");
      return;
    }
    for (const auto& [name, value] : found->items()) {
      if (!contains(kCustomerFields, name)) {
        issue("customer.property " + name + " should not exist");
      }
    }
    auto& request = result_.request;
    request.number = text(*found, "number", "customer.number", kNameMax);
    request.external_id = text(*found, "externalId", "customer.externalId", kNameMax);
    static_cast<void>(text(*found, "name", "customer.name", kNameMax));
    static_cast<void>(text(*found, "email", "customer.email", kNameMax));
    static_cast<void>(text(*found, "extension", "customer.extension", 10));
    const auto checked = found->find("numberE164CheckEnabled");
    const bool any_number =
        checked != found->end() && checked->is_boolean() && !checked->get<bool>();
    if (any_number ? !is_alphanumeric(request.number) : !is_e164(request.number)) {
      issue("customer.number must be a valid phone number in the E.164 format");
    }
    request.customer = found->dump(-1, ' ', false, Json::error_handler_t::replace);
    if (request.customer.size() > kCustomerBytesMax) {
      issue("customer is too large");
    }
  }

  // ^\+?[a-zA-Z0-9]+$
  static bool is_alphanumeric(std::string_view number) {
    if (!number.empty() && number.front() == '+') {
      number.remove_prefix(1);
    }
    return number.size() >= 3 && std::all_of(number.begin(), number.end(), [](char letter) {
             return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
                    (letter >= 'A' && letter <= 'Z');
           });
  }

  void read_overrides() {
    const auto found = document_.find("assistantOverrides");
    if (found == document_.end()) {
      return;
    }
    if (!found->is_object()) {
      issue("assistantOverrides must be an object");
      return;
    }
    auto& request = result_.request;
    request.overrides = found->dump(-1, ' ', false, Json::error_handler_t::replace);
    const auto messages = found->find("serverMessages");
    if (messages != found->end() && messages->is_array()) {
      request.wants_status_updates =
          std::find(messages->begin(), messages->end(), "status-update") != messages->end();
      request.wants_report =
          std::find(messages->begin(), messages->end(), "end-of-call-report") != messages->end();
    }
    const auto server = found->find("server");
    if (server != found->end()) {
      read_server(*server);
    }
  }

  double number(const Json& in, const char* key, double otherwise, double max) {
    const auto found = in.find(key);
    if (found == in.end()) {
      return otherwise;
    }
    if (!found->is_number() || !(*found >= 0 && *found <= max)) {
      issue("backoffPlan." + std::string(key) + " is out of range");
      return otherwise;
    }
    return found->get<double>();
  }

  void read_server(const Json& server) {
    const std::string shown = "assistantOverrides.server";
    if (!server.is_object()) {
      issue(shown + " must be an object");
      return;
    }
    auto endpoint = std::make_shared<Endpoint>();
    endpoint->url = text(server, "url", shown + ".url", 2'048);
    if (endpoint->url.rfind("http://", 0) != 0 && endpoint->url.rfind("https://", 0) != 0) {
      issue(shown + ".url must be a URL address");
    }
    const auto timeout = server.find("timeoutSeconds");
    if (timeout != server.end()) {
      const bool fits = timeout->is_number() && *timeout >= 1 && *timeout <= 300;
      if (fits) {
        endpoint->timeout_ms = static_cast<std::int64_t>(timeout->get<double>() * 1000);
      } else {
        issue(shown + ".timeoutSeconds must be from 1 to 300");
      }
    }
    const auto headers = server.find("headers");
    if (headers != server.end() && headers->is_object()) {
      for (const auto& [name, value] : headers->items()) {
        if (value.is_string() &&
            (name + value.get<std::string>()).find_first_of("\r\n") == std::string::npos) {
          endpoint->headers.push_back(name + ": " + value.get<std::string>());
        }
      }
    }
    const auto plan = server.find("backoffPlan");
    if (plan != server.end() && plan->is_object()) {
      endpoint->retries = static_cast<std::int64_t>(number(*plan, "maxRetries", 0, 10));
      endpoint->retry_base_ms =
          static_cast<std::int64_t>(number(*plan, "baseDelaySeconds", 1, 10) * 1000);
      endpoint->retry_doubles =
          text(*plan, "type", shown + ".backoffPlan.type", 20) == "exponential";
    }
    result_.request.server = server.dump(-1, ' ', false, Json::error_handler_t::replace);
    result_.request.endpoint = std::move(endpoint);
  }

  const Json& document_;
  bool strict_ids_;
  ReadCreate result_;
};

}  // namespace

bool is_e164(std::string_view number) {
  return number.size() >= 3 && number.size() <= 16 && number[0] == '+' && number[1] >= '1' &&
         number[1] <= '9' && std::all_of(number.begin() + 2, number.end(), [](char letter) {
           return letter >= '0' && letter <= '9';
         });
}

ReadCreate read_create_request(std::string_view body, bool strict_ids) {
  const auto document = is_shallow(body) ? Json::parse(body, nullptr, false) : Json();
  if (document.is_discarded() || !document.is_object()) {
    ReadCreate refused;
    refused.issues.emplace_back("the body is not a JSON object");
    return refused;
  }
  return Reader(document, strict_ids).read();
}

}  // namespace callgate::sim_carrier
