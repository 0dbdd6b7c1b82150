// Provider accounts: where to reach one, and its secrets, sealed under the deployment's key. A
// secret is opened when a request is built and stands nowhere else. An account has a name for
// people and a number for rows; both stay as long as it does.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/rng.hpp"
#include "core/base/time.hpp"
#include "core/crypto.hpp"
#include "core/store/sql.hpp"

namespace callgate {

// What speaks with it. Numbers are stored: append only.
enum class ProviderType : std::uint8_t { vapi = 1 };

// Jobs name assistants and numbers by the ids of one account; another may have others for them.
// What is not in here has the same id there.
struct ProviderIds {
  std::map<std::string, std::string> assistants;
  std::map<std::string, std::string> phone_numbers;

  friend bool operator==(const ProviderIds&, const ProviderIds&) = default;
};

struct Provider {
  std::int64_t number = 0;  // 0: not stored yet
  std::string name;         // "vapi"
  ProviderType type = ProviderType::vapi;
  std::int64_t order = 1;  // lower is asked first
  bool overflow = false;   // while it is full its calls go on to the next
  ProviderIds ids;
  Instant ids_changed_at{};
  bool sealed_elsewhere = false;  // under another deployment's secret: it has none of its own here
  std::string base_url;
  std::string api_key;
  std::string webhook_url;
  std::string webhook_credential_id;
  std::string webhook_secret;
  Millis lookup_grace{60'000};  // an unknown dial is believed absent after this and two looks
  Millis poll_after{90'000};    // a placed call that says nothing is asked about after this
  bool rehearsal = false;       // it rings nobody: calling hours by law do not hold
};

namespace providers {

// One without a number gets the next.
void save(Sql& sql, Crypto& crypto, Rng& rng, const Provider& provider);
// In their order, those of one place as they were made.
[[nodiscard]] std::vector<Provider> all(Sql& sql, Crypto& crypto);
void remove(Sql& sql, std::int64_t number);

}  // namespace providers
}  // namespace callgate
