// Provider accounts: where to reach one, and its secrets, sealed under the deployment's key. A
// secret is opened when a request is built and stands nowhere else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/rng.hpp"
#include "core/base/time.hpp"
#include "core/crypto.hpp"
#include "core/store/sql.hpp"

namespace callgate {

struct Provider {
  std::string name;  // "vapi"
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

void save(Sql& sql, Crypto& crypto, Rng& rng, const Provider& provider);

// nullopt: not configured, or sealed under another deployment's secret (`sealed_elsewhere` tells).
struct Found {
  std::optional<Provider> provider;
  bool sealed_elsewhere = false;
};
[[nodiscard]] Found find(Sql& sql, Crypto& crypto, std::string_view name);

}  // namespace providers
}  // namespace callgate
