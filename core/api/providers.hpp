// /api/providers and /api/webhooks: the account at the provider that places the calls, and what it
// reports. Secrets go in and never come out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/router.hpp"
#include "core/api/schema.hpp"

namespace callgate {

struct NewProvider {
  std::optional<std::string> base_url;
  std::optional<std::string> api_key;
  std::optional<std::string> public_url;
  std::optional<std::string> webhook_secret;
  std::optional<std::string> webhook_credential_id;
  std::int64_t lookup_grace_seconds = 60;
  std::int64_t poll_after_seconds = 90;
  std::optional<bool> rehearsal;
  static constexpr auto fields() {
    return std::make_tuple(
        field("baseUrl", &NewProvider::base_url,
              "Where the provider's API is; left out: https://api.vapi.ai", text(8, 500)),
        field("apiKey", &NewProvider::api_key,
              "The private key; left out: the one that is stored stays", text(1, 500)),
        field("publicUrl", &NewProvider::public_url,
              "Where the provider reaches this server; left out: results are polled only",
              text(8, 500)),
        field("webhookSecret", &NewProvider::webhook_secret,
              "Signs the provider's reports (HMAC-SHA-256); left out: the stored one stays",
              text(8, 500)),
        field("webhookCredentialId", &NewProvider::webhook_credential_id,
              "The provider's id of the credential with that secret", text(1, 200)),
        field("lookupGraceSeconds", &NewProvider::lookup_grace_seconds,
              "A dial whose answer was lost is believed absent after this and two looks; under 60 "
              "only for simulators",
              range(1, 3600), defaulted()),
        field("pollAfterSeconds", &NewProvider::poll_after_seconds,
              "A call that reports nothing is asked about after this", range(1, 3600), defaulted()),
        field("rehearsal", &NewProvider::rehearsal,
              "It is a simulator and rings nobody, so calls go out whatever the law says of the "
              "hour; left out: true where baseUrl is on this very machine"));
  }
};

struct ProviderView {
  static constexpr std::string_view kSchemaName = "Provider";
  std::string name;
  std::string base_url;
  bool api_key_set = false;
  bool webhook_secret_set = false;
  std::optional<std::string> webhook_url;
  std::optional<std::string> webhook_credential_id;
  std::int64_t lookup_grace_seconds = 60;
  std::int64_t poll_after_seconds = 90;
  bool rehearsal = false;
  static constexpr auto fields() {
    return std::make_tuple(
        field("name", &ProviderView::name, "vapi"),
        field("baseUrl", &ProviderView::base_url, "Where its API is"),
        field("apiKeySet", &ProviderView::api_key_set, "Whether there is a key"),
        field("webhookSecretSet", &ProviderView::webhook_secret_set, "Whether reports are signed"),
        field("webhookUrl", &ProviderView::webhook_url, "Where it reports to"),
        field("webhookCredentialId", &ProviderView::webhook_credential_id,
              "The provider's id of the signing credential"),
        field("lookupGraceSeconds", &ProviderView::lookup_grace_seconds,
              "A lost dial is believed absent after this"),
        field("pollAfterSeconds", &ProviderView::poll_after_seconds,
              "A silent call is asked about after this"),
        field("rehearsal", &ProviderView::rehearsal,
              "It rings nobody: the law on calling hours is left aside"));
  }
};

struct ProviderList {
  std::vector<ProviderView> providers;
  static constexpr auto fields() {
    return std::make_tuple(field("providers", &ProviderList::providers, "Those configured"));
  }
};

struct ProviderCheck {
  bool reached = false;
  bool key_accepted = false;
  std::string detail;
  static constexpr auto fields() {
    return std::make_tuple(
        field("reached", &ProviderCheck::reached, "Whether the provider answered"),
        field("keyAccepted", &ProviderCheck::key_accepted, "Whether it took the key"),
        field("detail", &ProviderCheck::detail, "What that means"));
  }
};

// The answer to a check, from the result of its effect.
[[nodiscard]] Response provider_check_answer(const EffectResult& result);

Answer get_providers(Request& request);
Answer post_vapi_check(Request& request);
Answer get_vapi(Request& request);
Answer put_vapi(Request& request);
Answer post_vapi_webhook(Request& request);

}  // namespace callgate
