#include "core/providers/vapi.hpp"

#include <algorithm>

#include "core/base/ascii.hpp"
#include "core/base/bytes.hpp"
#include "core/providers/json_scan.hpp"
#include "core/providers/origin.hpp"

namespace callgate::vapi {
namespace {

constexpr std::size_t kNameMax = 40;  // UTF-16 units, of a call's and a customer's name
constexpr std::size_t kUrlMax = 500;  // bytes
constexpr std::int64_t kWebhookTimeoutSeconds = 20;
constexpr std::size_t kBodyAbout = 512;  // bytes of a dial without variables
constexpr std::int64_t kSignatureToleranceMs = 5LL * 60 * 1000;
// At most `max` UTF-16 units, which is how the provider counts.
std::string_view first_units(std::string_view text, std::size_t max) {
  std::size_t units = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0U) == 0x80U) {
      continue;
    }
    units += byte >= 0xF0 ? 2 : 1;
    if (units > max) {
      return text.substr(0, i);
    }
  }
  return text;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15U];
    }
  }
  return out;
}

void append_member(std::string& out, std::string_view key, std::string_view text) {
  if (out.back() != '{') {
    out += ',';
  }
  append_quoted(out, key);
  out += ':';
  append_quoted(out, text);
}

OutboundRequest request_to(const Account& account, std::string_view method, std::string_view path) {
  OutboundRequest request;
  request.method = method;
  request.url = account.base_url;
  request.url += path;
  request.headers.reserve(3);
  request.headers.emplace_back("authorization", "Bearer " + account.api_key);
  request.headers.emplace_back("accept", "application/json");
  return request;
}

std::string overrides_of(const Account& account, const Dial& dial) {
  std::string out = "{";
  if (is_json_object(dial.variables)) {
    out += "\"variableValues\":";
    out += dial.variables;
  }
  if (dial.record) {
    out += out.size() > 1 ? "," : "";
    out += std::string{"\"artifactPlan\":{\"recordingEnabled\":"} +
           (*dial.record ? "true" : "false") + "}";
  }
  if (!account.webhook_url.empty()) {
    out += out.size() > 1 ? ",\"server\":{" : "\"server\":{";
    append_member(out, "url", account.webhook_url);
    if (!account.webhook_credential_id.empty()) {
      append_member(out, "credentialId", account.webhook_credential_id);
    }
    out += ",\"timeoutSeconds\":" + std::to_string(kWebhookTimeoutSeconds) + "}";
  }
  return out + "}";
}

// The instant that a timestamp header names: seconds, or milliseconds from 12 digits on.
std::optional<std::int64_t> timestamp_ms(std::string_view text) {
  if (text.empty() || text.size() > 15 || !std::all_of(text.begin(), text.end(), is_digit)) {
    return std::nullopt;
  }
  std::int64_t value = 0;
  for (const char c : text) {
    value = value * 10 + (c - '0');
  }
  return text.size() >= 12 ? value : value * 1000;
}

}  // namespace

OutboundRequest create_call(const Account& account, const Dial& dial) {
  OutboundRequest request = request_to(account, "POST", "/call");
  request.headers.emplace_back("content-type", "application/json");
  std::string customer = "{";
  append_member(customer, "number", format_e164(dial.to));
  if (!dial.customer_name.empty()) {
    append_member(customer, "name", first_units(dial.customer_name, kNameMax));
  }
  append_member(customer, "externalId", dial.attempt_id);
  customer += '}';

  std::string& body = request.body;
  body.reserve(kBodyAbout);
  body = "{";
  append_member(body, "assistantId", dial.assistant_id);
  append_member(body, "phoneNumberId", dial.phone_number_id);
  append_member(body, "name", first_units(dial.attempt_id, kNameMax));
  body += ",\"customer\":" + customer;
  body += ",\"assistantOverrides\":" + overrides_of(account, dial) + "}";
  return request;
}

OutboundRequest get_call(const Account& account, std::string_view provider_call_id) {
  return request_to(account, "GET", "/call/" + percent_encode(provider_call_id));
}

OutboundRequest check_account(const Account& account) {
  return request_to(account, "GET", "/call?limit=1");
}

OutboundRequest list_calls(const Account& account, const Dial& dial, Instant from, Instant to) {
  std::string path = "/call?";
  if (!dial.assistant_id.empty()) {
    path += "assistantId=" + percent_encode(dial.assistant_id) + "&";
  }
  if (!dial.phone_number_id.empty()) {
    path += "phoneNumberId=" + percent_encode(dial.phone_number_id) + "&";
  }
  path += "createdAtGe=" + percent_encode(format_rfc3339(from));
  path += "&createdAtLe=" + percent_encode(format_rfc3339(to));
  path += "&limit=" + std::to_string(kListMax);
  return request_to(account, "GET", path);
}

bool is_providers_own(std::string_view control_url, const Account& account) {
  constexpr std::string_view kDomain = ".vapi.ai";
  const auto origin = origin_of(control_url);
  if (!origin || control_url.size() > kUrlMax) {
    return false;
  }
  const std::string& host = origin->host;
  if (origin->scheme == "https" && origin->port == "443" && host.size() > kDomain.size() &&
      host.compare(host.size() - kDomain.size(), kDomain.size(), kDomain) == 0) {
    return true;
  }
  return origin == origin_of(account.base_url);
}

std::optional<OutboundRequest> end_call(const Account& account, std::string_view control_url) {
  if (!is_providers_own(control_url, account)) {
    return std::nullopt;
  }
  // The URL itself is the permission; the API key is not sent to where an answer points.
  OutboundRequest request;
  request.method = "POST";
  request.url = control_url;
  request.headers = {{"content-type", "application/json"}};
  request.body = R"({"type":"end-call"})";
  return request;
}

bool signature_fits(const HttpRequest& request, const std::vector<std::string>& secrets,
                    Crypto& crypto, Instant now) {
  const std::string_view timestamp = request.header("x-timestamp");
  const auto sent_ms = timestamp_ms(timestamp);
  const auto given = from_hex(request.header("x-signature"));
  if (!sent_ms || !given) {
    return false;
  }
  const std::int64_t age_ms = to_ms(now) - *sent_ms;
  if (age_ms > kSignatureToleranceMs || age_ms < -kSignatureToleranceMs) {
    return false;
  }
  std::string content;
  content.reserve(timestamp.size() + 1 + request.body.size());
  content += timestamp;
  content += '.';
  content += request.body;
  bool fits = false;
  for (const std::string& secret : secrets) {
    if (secret.empty()) {
      continue;  // anybody can sign with no key
    }
    const Blob wanted = crypto.hmac(HmacHash::sha256, bytes_of(secret), bytes_of(content));
    fits = equal_in_constant_time(wanted, *given) || fits;
  }
  return fits;
}

}  // namespace callgate::vapi
