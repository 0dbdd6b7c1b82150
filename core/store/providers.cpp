#include "core/store/providers.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace callgate::providers {
namespace {

constexpr std::string_view kPurpose = "provider-secrets";
// Neither an API key nor a secret has a newline: the two are sealed as two lines.
constexpr char kBetween = '\n';
constexpr const char* kRehearsal = " rehearsal";

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

void save(Sql& sql, Crypto& crypto, Rng& rng, const Provider& provider) {
  Nonce nonce{};
  rng.fill(nonce);
  const std::string secrets = provider.api_key + kBetween + provider.webhook_secret;
  const Blob sealed = crypto.seal(kPurpose, nonce, bytes_of(secrets), bytes_of(provider.name));
  const std::string settings = std::to_string(provider.lookup_grace.count()) + " " +
                               std::to_string(provider.poll_after.count()) +
                               (provider.rehearsal ? kRehearsal : "");
  sql.exec(
      "INSERT INTO providers (name, base_url, webhook_url, webhook_credential_id, secrets, nonce, "
      "settings) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (name) DO UPDATE SET "
      "base_url = ?2, webhook_url = ?3, webhook_credential_id = ?4, secrets = ?5, nonce = ?6, "
      "settings = ?7",
      {std::string_view{provider.name}, std::string_view{provider.base_url},
       std::string_view{provider.webhook_url}, std::string_view{provider.webhook_credential_id},
       Bytes{sealed}, Bytes{nonce}, std::string_view{settings}});
}

Found find(Sql& sql, Crypto& crypto, std::string_view name) {
  const Rows rows = sql.exec(
      "SELECT base_url, webhook_url, webhook_credential_id, secrets, nonce, settings "
      "FROM providers WHERE name = ?1",
      {name});
  if (rows.empty()) {
    return {};
  }
  Nonce nonce{};
  const Blob& stored = rows.blob(0, 4);
  CALLGATE_CHECK(stored.size() == nonce.size());
  std::copy(stored.begin(), stored.end(), nonce.begin());
  const auto opened = crypto.open(kPurpose, nonce, rows.blob(0, 3), bytes_of(name));
  if (!opened) {
    return {std::nullopt, true};
  }
  const std::string_view secrets = text_of(*opened);
  const std::size_t between = secrets.find(kBetween);
  const std::string& settings = rows.text(0, 5);
  const std::size_t space = settings.find(' ');
  CALLGATE_CHECK(between != std::string_view::npos && space != std::string::npos);
  Provider provider;
  provider.name = std::string{name};
  provider.base_url = rows.text(0, 0);
  provider.webhook_url = rows.text(0, 1);
  provider.webhook_credential_id = rows.text(0, 2);
  provider.api_key = std::string{secrets.substr(0, between)};
  provider.webhook_secret = std::string{secrets.substr(between + 1)};
  provider.lookup_grace = Millis{number(std::string_view{settings}.substr(0, space))};
  provider.poll_after = Millis{number(std::string_view{settings}.substr(space + 1))};
  provider.rehearsal = settings.find(kRehearsal) != std::string::npos;
  return {std::move(provider), false};
}

}  // namespace callgate::providers
