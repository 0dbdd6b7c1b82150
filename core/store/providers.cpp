#include "core/store/providers.hpp"

#include <algorithm>
#include <charconv>

#include "core/store/pack.hpp"

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

void pack(Packer& out, const std::map<std::string, std::string>& ids) {
  out.small(static_cast<std::int64_t>(ids.size()));
  for (const auto& [ours, theirs] : ids) {
    out.text(ours);
    out.text(theirs);
  }
}

std::map<std::string, std::string> unpack_ids(Unpacker& in) {
  std::map<std::string, std::string> ids;
  for (std::int64_t left = in.small(); left > 0; --left) {
    std::string ours = in.text();
    ids[std::move(ours)] = in.text();
  }
  return ids;
}

Blob pack_ids(const Provider& provider) {
  Blob packed;
  Packer out{packed};
  out.instant(provider.ids_changed_at);
  pack(out, provider.ids.assistants);
  pack(out, provider.ids.phone_numbers);
  return packed;
}

void read_secrets(const Rows& rows, std::size_t row, Crypto& crypto, Provider& provider) {
  Nonce nonce{};
  const Blob& stored = rows.blob(row, 5);
  CALLGATE_CHECK(stored.size() == nonce.size());
  std::copy(stored.begin(), stored.end(), nonce.begin());
  const auto opened = crypto.open(kPurpose, nonce, rows.blob(row, 4), bytes_of(provider.name));
  if (!opened) {
    provider.sealed_elsewhere = true;
    return;
  }
  const std::string_view secrets = text_of(*opened);
  const std::size_t between = secrets.find(kBetween);
  CALLGATE_CHECK(between != std::string_view::npos);
  provider.api_key = std::string{secrets.substr(0, between)};
  provider.webhook_secret = std::string{secrets.substr(between + 1)};
}

Provider read_provider(const Rows& rows, std::size_t row, Crypto& crypto) {
  Provider provider;
  provider.name = rows.text(row, 0);
  provider.base_url = rows.text(row, 1);
  provider.webhook_url = rows.text(row, 2);
  provider.webhook_credential_id = rows.text(row, 3);
  read_secrets(rows, row, crypto, provider);
  const std::string& settings = rows.text(row, 6);
  const std::size_t space = settings.find(' ');
  CALLGATE_CHECK(space != std::string::npos);
  provider.lookup_grace = Millis{number(std::string_view{settings}.substr(0, space))};
  provider.poll_after = Millis{number(std::string_view{settings}.substr(space + 1))};
  provider.rehearsal = settings.find(kRehearsal) != std::string::npos;
  provider.number = rows.integer(row, 7);
  provider.type = static_cast<ProviderType>(rows.integer(row, 8));
  provider.order = rows.integer(row, 9);
  provider.overflow = rows.integer(row, 10) != 0;
  if (const Blob& ids = rows.blob(row, 11); !ids.empty()) {
    Unpacker in{ids};
    provider.ids_changed_at = in.instant();
    provider.ids.assistants = unpack_ids(in);
    provider.ids.phone_numbers = unpack_ids(in);
  }
  return provider;
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
  const Blob ids = pack_ids(provider);
  const std::int64_t number =
      provider.number != 0
          ? provider.number
          : sql.exec("SELECT coalesce(max(number), 0) FROM providers").integer(0, 0) + 1;
  sql.exec(
      "INSERT INTO providers (name, base_url, webhook_url, webhook_credential_id, secrets, nonce, "
      "settings, number, type, place, overflow, ids) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT (name) DO UPDATE SET "
      "base_url = ?2, webhook_url = ?3, webhook_credential_id = ?4, secrets = ?5, nonce = ?6, "
      "settings = ?7, type = ?9, place = ?10, overflow = ?11, ids = ?12",
      {std::string_view{provider.name}, std::string_view{provider.base_url},
       std::string_view{provider.webhook_url}, std::string_view{provider.webhook_credential_id},
       Bytes{sealed}, Bytes{nonce}, std::string_view{settings}, number,
       static_cast<std::int64_t>(provider.type), provider.order, provider.overflow ? 1 : 0,
       Bytes{ids}});
}

std::vector<Provider> all(Sql& sql, Crypto& crypto) {
  const Rows rows = sql.exec(
      "SELECT name, base_url, webhook_url, webhook_credential_id, secrets, nonce, settings, "
      "number, type, place, overflow, ids FROM providers ORDER BY place, number");
  std::vector<Provider> found;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    found.push_back(read_provider(rows, row, crypto));
  }
  return found;
}

void remove(Sql& sql, std::int64_t number) {
  sql.exec("DELETE FROM providers WHERE number = ?1", {number});
}

}  // namespace callgate::providers
