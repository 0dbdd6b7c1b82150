#include "core/providers/vapi.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "core/base/bytes.hpp"
#include "core/providers/json_scan.hpp"
#include "tests/unit/providers/plain_crypto.hpp"

using namespace callgate;

namespace {

const vapi::Account kMine{
    .base_url = "https://api.vapi.ai",
    .api_key = "key-1",
    .webhook_url = "https://callgate.example/api/webhooks/vapi?key=k",
    .webhook_credential_id = "cred-1",
};

vapi::Dial a_dial() {
  return {.attempt_id = "call_06DF3K0000000000000000000A/1",
          .to = Phone{14155550132},
          .assistant_id = "asst-1",
          .phone_number_id = "pn-1",
          .customer_name = "Ada \"Countess\" Lovelace",
          .variables = R"({"order":{"total":10.10}})"};
}

// The example of the signature table: its secret, body, time and digest.
constexpr std::string_view kSecret = "vapi_secret";
constexpr std::string_view kBody = R"({"message":{"type":"status-update","status":"ended"}})";
constexpr std::string_view kSignature =
    "c60c1921c8d05c77f282831200f7458343966ee79459fae4eedf3c283a3cace4";
constexpr std::int64_t kSentMs = 1'767'225'600'000;

HttpRequest a_webhook(std::string timestamp, std::string signature) {
  HttpRequest request;
  request.method = "POST";
  request.target = "/api/webhooks/vapi";
  request.headers = {{"x-timestamp", std::move(timestamp)}, {"x-signature", std::move(signature)}};
  request.body = kBody;
  return request;
}

bool fits(const HttpRequest& request, std::vector<std::string> secrets,
          std::int64_t now_ms = kSentMs) {
  test::PlainCrypto crypto;
  return vapi::signature_fits(request, secrets, crypto, from_ms(now_ms));
}

std::string signature_of(std::string_view content) {
  test::PlainCrypto crypto;
  return to_hex(crypto.hmac(HmacHash::sha256, bytes_of(kSecret), bytes_of(content)));
}

}  // namespace

TEST_CASE("A call is created with our attempt id as its name and the customer's external id") {
  const OutboundRequest request = vapi::create_call(kMine, a_dial());
  CHECK(request.method == "POST");
  CHECK(request.url == "https://api.vapi.ai/call");
  CHECK(request.headers ==
        std::vector<std::pair<std::string, std::string>>{{"authorization", "Bearer key-1"},
                                                         {"accept", "application/json"},
                                                         {"content-type", "application/json"}});
  CHECK(request.body == R"({"assistantId":"asst-1","phoneNumberId":"pn-1",)"
                        R"("name":"call_06DF3K0000000000000000000A/1",)"
                        R"("customer":{"number":"+14155550132","name":"Ada \"Countess\" Lovelace",)"
                        R"("externalId":"call_06DF3K0000000000000000000A/1"},)"
                        R"("assistantOverrides":{"variableValues":{"order":{"total":10.10}},)"
                        R"("server":{"url":"https://callgate.example/api/webhooks/vapi?key=k",)"
                        R"("credentialId":"cred-1",)"
                        R"("timeoutSeconds":20}}})");
  CHECK(is_json_object(request.body));
}

TEST_CASE("What a dial does not have is left out of the request") {
  vapi::Account account = kMine;
  account.webhook_url.clear();
  vapi::Dial dial = a_dial();
  dial.customer_name.clear();
  dial.variables.clear();
  CHECK(vapi::create_call(account, dial).body ==
        R"({"assistantId":"asst-1","phoneNumberId":"pn-1",)"
        R"("name":"call_06DF3K0000000000000000000A/1",)"
        R"("customer":{"number":"+14155550132","externalId":"call_06DF3K0000000000000000000A/1"},)"
        R"("assistantOverrides":{}})");

  account = kMine;
  account.webhook_credential_id.clear();
  CHECK(vapi::create_call(account, dial).body.find("credentialId") == std::string::npos);
}

TEST_CASE("Variables that are not one JSON object cannot change the request") {
  for (const char* variables :
       {"[1]", "1", "{", "{}}", R"({"a":1},"server":{"url":"x"})", "{\"a\":\"\xff\"}"}) {
    CAPTURE(variables);
    vapi::Dial dial = a_dial();
    dial.variables = variables;
    const std::string body = vapi::create_call(kMine, dial).body;
    CHECK(is_json_object(body));
    CHECK(body.find("variableValues") == std::string::npos);
  }
}

TEST_CASE("A long name is cut at forty UTF-16 units, never inside a character") {
  vapi::Dial dial = a_dial();
  dial.customer_name.clear();
  for (int i = 0; i < 30; ++i) {
    dial.customer_name += "\xF0\x9F\x93\x9E";  // two units each
  }
  const std::string body = vapi::create_call(kMine, dial).body;
  std::string twenty;
  for (int i = 0; i < 20; ++i) {
    twenty += "\xF0\x9F\x93\x9E";
  }
  CHECK(body.find("\"name\":\"" + twenty + "\"") != std::string::npos);
  CHECK(is_json_object(body));
}

TEST_CASE("Calls are looked up by id, and by assistant, number and time") {
  const OutboundRequest one = vapi::get_call(kMine, "abc/../?x");
  CHECK(one.method == "GET");
  CHECK(one.url == "https://api.vapi.ai/call/abc%2F..%2F%3Fx");
  CHECK(one.body.empty());
  const OutboundRequest list =
      vapi::list_calls(kMine, a_dial(), from_ms(kSentMs), from_ms(kSentMs + 60'500));
  CHECK(list.url ==
        "https://api.vapi.ai/call?assistantId=asst-1&phoneNumberId=pn-1"
        "&createdAtGe=2026-01-01T00%3A00%3A00.000Z&createdAtLe=2026-01-01T00%3A01%3A00.500Z&limit="
        "1000");
  CHECK(list.headers.front().second == "Bearer key-1");
}

TEST_CASE("Hanging up posts to the control URL without the API key") {
  const auto request = vapi::end_call(kMine, "https://phone.aws-us-west-2.vapi.ai/42/control");
  REQUIRE(request.has_value());
  CHECK(request->method == "POST");
  CHECK(request->url == "https://phone.aws-us-west-2.vapi.ai/42/control");
  CHECK(request->body == R"({"type":"end-call"})");
  for (const auto& [name, value] : request->headers) {
    CHECK(value.find(kMine.api_key) == std::string::npos);
  }
}

TEST_CASE("A control URL is followed only to the provider's own hosts") {
  vapi::Account local = kMine;
  local.base_url = "http://127.0.0.1:4010";
  CHECK(vapi::end_call(local, "http://127.0.0.1:4010/call/1/control").has_value());
  CHECK(vapi::end_call(local, "https://a.vapi.ai:443/x").has_value());
  CHECK(vapi::end_call(kMine, "https://api.vapi.ai").has_value());
  CHECK(vapi::end_call(kMine, "https://API.Vapi.AI/x").has_value());
  for (const char* url : {"",
                          "/control",
                          "vapi.ai",
                          "http://a.vapi.ai/x",
                          "https://vapi.ai.evil.example/x",
                          "https://evilvapi.ai/",
                          "https://.vapi.ai/",
                          "https://a..vapi.ai/",
                          "https://a.vapi.ai./",
                          "https://a.vapi.ai:8443/",
                          "https://a.vapi.ai@evil.example/",
                          "https://evil.example#.vapi.ai/",
                          "https://evil.example\\.vapi.ai/",
                          "https://evil.example/.vapi.ai",
                          "https://evil.example?.vapi.ai",
                          "https://%61.vapi.ai/",
                          "https://a.vapi.ai:/x",
                          "https://a.vapi.ai:44x/",
                          "https://a.vapi.ai/\nhost: x",
                          "https://a.vapi.ai/ x",
                          "http://169.254.169.254/latest",
                          "http://127.0.0.1:4010/control",
                          "ftp://a.vapi.ai/",
                          "https://[::1]/",
                          "HTTPS://a.vapi.ai/",
                          "https://a.vapi.ai/\xC3\xA9",
                          "wss://a.vapi.ai/x"}) {
    CAPTURE(url);
    CHECK_FALSE(vapi::end_call(kMine, url).has_value());
  }
  CHECK_FALSE(vapi::end_call(local, "http://127.0.0.1:4011/x").has_value());
  CHECK_FALSE(vapi::end_call(local, "https://127.0.0.1:4010/x").has_value());
  CHECK_FALSE(vapi::end_call(kMine, "https://a.vapi.ai/" + std::string(500, 'x')).has_value());
}

TEST_CASE("The published example of a signature fits") {
  CHECK(fits(a_webhook("1767225600", std::string{kSignature}), {std::string{kSecret}}));
}

TEST_CASE("Any secret of a rotation fits, another secret and no secret do not") {
  const HttpRequest request = a_webhook("1767225600", std::string{kSignature});
  CHECK(fits(request, {"old", std::string{kSecret}}));
  CHECK(fits(request, {std::string{kSecret}, "new"}));
  CHECK_FALSE(fits(request, {"other"}));
  CHECK_FALSE(fits(request, {}));
  test::PlainCrypto crypto;
  const std::string unkeyed =
      to_hex(crypto.hmac(HmacHash::sha256, Bytes{}, bytes_of("1767225600." + std::string{kBody})));
  CHECK_FALSE(fits(a_webhook("1767225600", unkeyed), {""}));
}

TEST_CASE("A signature is bound to its body and its time") {
  HttpRequest request = a_webhook("1767225600", std::string{kSignature});
  request.body += " ";
  CHECK_FALSE(fits(request, {std::string{kSecret}}));
  CHECK_FALSE(fits(a_webhook("1767225601", std::string{kSignature}), {std::string{kSecret}}));
}

TEST_CASE("A timestamp may be five minutes off, not more, in seconds or in milliseconds") {
  const std::string body{kBody};
  const HttpRequest in_seconds = a_webhook("1767225600", std::string{kSignature});
  const HttpRequest in_ms = a_webhook("1767225600000", signature_of("1767225600000." + body));
  for (const HttpRequest& request : {in_seconds, in_ms}) {
    CHECK(fits(request, {std::string{kSecret}}, kSentMs + 300'000));
    CHECK(fits(request, {std::string{kSecret}}, kSentMs - 300'000));
    CHECK_FALSE(fits(request, {std::string{kSecret}}, kSentMs + 300'001));
    CHECK_FALSE(fits(request, {std::string{kSecret}}, kSentMs - 300'001));
  }
}

TEST_CASE("A signature that cannot be read does not fit") {
  const std::string body{kBody};
  for (const char* timestamp :
       {"", "-1767225600", "1767225600 ", "1767225600.0", "99999999999999999999", "now"}) {
    CAPTURE(timestamp);
    CHECK_FALSE(fits(a_webhook(timestamp, signature_of(std::string{timestamp} + "." + body)),
                     {std::string{kSecret}}));
  }
  for (const std::string& signature :
       {std::string{}, std::string{"zz"}, std::string{kSignature.substr(0, 62)},
        std::string{kSignature} + "00", "sha256=" + std::string{kSignature}}) {
    CAPTURE(signature);
    CHECK_FALSE(fits(a_webhook("1767225600", signature), {std::string{kSecret}}));
  }
  HttpRequest bare;
  bare.body = body;
  CHECK_FALSE(fits(bare, {std::string{kSecret}}));
}
