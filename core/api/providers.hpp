// /api/providers and /api/webhooks: the account at the provider that places the calls, and what it
// reports. Secrets go in and never come out.
#pragma once

#include <array>
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
    return std::array{
        field<&NewProvider::base_url>(
            "baseUrl", "Where the provider's API is; left out: https://api.vapi.ai", text(8, 500)),
        field<&NewProvider::api_key>(
            "apiKey", "The private key; left out: the one that is stored stays", text(1, 500)),
        field<&NewProvider::public_url>(
            "publicUrl",
            "Where the provider reaches this server; left out: results are polled only",
            text(8, 500)),
        field<&NewProvider::webhook_secret>(
            "webhookSecret",
            "Signs the provider's reports (HMAC-SHA-256); left out: the stored one stays",
            text(8, 500)),
        field<&NewProvider::webhook_credential_id>(
            "webhookCredentialId", "The provider's id of the credential with that secret",
            text(1, 200)),
        field<&NewProvider::lookup_grace_seconds>(
            "lookupGraceSeconds",
            "A dial whose answer was lost is believed absent after this and two looks; under 60 "
            "only for simulators",
            range(1, 3600), defaulted()),
        field<&NewProvider::poll_after_seconds>(
            "pollAfterSeconds", "A call that reports nothing is asked about after this",
            range(1, 3600), defaulted()),
        field<&NewProvider::rehearsal>(
            "rehearsal",
            "It is a simulator and rings nobody, so calls go out whatever the law says of the "
            "hour; left out: true where baseUrl is on this very machine")};
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
    return std::array{
        field<&ProviderView::name>("name", "vapi"),
        field<&ProviderView::base_url>("baseUrl", "Where its API is"),
        field<&ProviderView::api_key_set>("apiKeySet", "Whether there is a key"),
        field<&ProviderView::webhook_secret_set>("webhookSecretSet", "Whether reports are signed"),
        field<&ProviderView::webhook_url>("webhookUrl", "Where it reports to"),
        field<&ProviderView::webhook_credential_id>("webhookCredentialId",
                                                    "The provider's id of the signing credential"),
        field<&ProviderView::lookup_grace_seconds>("lookupGraceSeconds",
                                                   "A lost dial is believed absent after this"),
        field<&ProviderView::poll_after_seconds>("pollAfterSeconds",
                                                 "A silent call is asked about after this"),
        field<&ProviderView::rehearsal>("rehearsal",
                                        "It rings nobody: the law on calling hours is left aside")};
  }
};

struct ProviderList {
  std::vector<ProviderView> providers;
  static constexpr auto fields() {
    return std::array{field<&ProviderList::providers>("providers", "Those configured")};
  }
};

struct ProviderCheck {
  bool reached = false;
  bool key_accepted = false;
  std::string detail;
  static constexpr auto fields() {
    return std::array{field<&ProviderCheck::reached>("reached", "Whether the provider answered"),
                      field<&ProviderCheck::key_accepted>("keyAccepted", "Whether it took the key"),
                      field<&ProviderCheck::detail>("detail", "What that means")};
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
