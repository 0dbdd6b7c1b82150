// /api/providers and /api/webhooks: the accounts at providers that place the calls, each by its
// name, and what they report. Secrets go in and never come out. An account reports to an address of
// its own, and what it says is verified by its own secret and holds for its own calls alone.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/api/router.hpp"
#include "core/api/schema.hpp"
#include "core/store/providers.hpp"

namespace callgate {

constexpr auto words(ProviderType /*tag*/) {
  return std::array{word("vapi", ProviderType::vapi, "Vapi, or what speaks as it does")};
}

// The account's own ids of what jobs name; what is not in here has the same id there.
struct ProviderIdsView {
  static constexpr std::string_view kSchemaName = "ProviderIds";
  std::map<std::string, std::string> assistants;
  std::map<std::string, std::string> phone_numbers;
  static constexpr auto fields() {
    return std::array{
        field<&ProviderIdsView::assistants>("assistants", "By the assistantId of jobs",
                                            text(1, 200), callgate::items(0, 500), defaulted()),
        field<&ProviderIdsView::phone_numbers>("phoneNumbers", "By the phoneNumberId of jobs",
                                               text(1, 200), callgate::items(0, 500), defaulted())};
  }
};

struct NewProvider {
  std::optional<ProviderType> type;
  std::optional<std::int64_t> order;
  std::optional<bool> overflow;
  std::optional<ProviderIdsView> ids;
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
        field<&NewProvider::type>("type", "What speaks with it; left out: vapi"),
        field<&NewProvider::order>(
            "order",
            "Which account is asked first: the lower; left out: as it was, and a new one is last",
            range(1, 1000)),
        field<&NewProvider::overflow>(
            "overflow",
            "While it is full (calls at once, rate, day) its calls go to the next account; left "
            "out: as it was, and for a new one they wait"),
        field<&NewProvider::ids>("ids",
                                 "Its own ids of the assistants and numbers that jobs name; left "
                                 "out: as they were, {}: none"),
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
  ProviderType type = ProviderType::vapi;
  std::int64_t order = 1;
  bool overflow = false;
  std::optional<ProviderIdsView> ids;
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
        field<&ProviderView::name>("name", "Of the account"),
        field<&ProviderView::type>("type", "What speaks with it"),
        field<&ProviderView::order>("order", "Which account is asked first: the lower"),
        field<&ProviderView::overflow>("overflow",
                                       "Whether its calls go to the next account while it is full"),
        field<&ProviderView::ids>("ids", "Its own ids of what jobs name, where it has any"),
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
Answer get_provider(Request& request);
Answer put_provider(Request& request);
Answer delete_provider(Request& request);
Answer post_provider_check(Request& request);
Answer post_webhook(Request& request);        // of the account that is named vapi
Answer post_named_webhook(Request& request);  // of the account in the path

}  // namespace callgate
