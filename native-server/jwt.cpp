#include "native-server/jwt.hpp"

extern "C" {
#include <rhonabwy.h>
}

#include <algorithm>
#include <atomic>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <shared_mutex>
#include <stdexcept>
#include <unordered_map>
#include <vector>

namespace callgate {
namespace {

using nlohmann::json;

constexpr std::size_t kTokenBytesMax = 8 * 1024;
constexpr std::size_t kRememberedMax = 4096;
constexpr std::int64_t kLeewaySeconds = 60;
constexpr std::size_t kSecretBytesMin = 32;
constexpr unsigned int kRsaBitsMin = 2048;

struct JwkDeleter {
  void operator()(jwk_t* key) const { r_jwk_free(key); }
};
struct JwksDeleter {
  void operator()(jwks_t* keys) const { r_jwks_free(keys); }
};
struct JwtDeleter {
  void operator()(jwt_t* token) const { r_jwt_free(token); }
};
struct TextDeleter {
  void operator()(char* text) const { r_free(text); }
};
using Jwk = std::unique_ptr<jwk_t, JwkDeleter>;
using Jwks = std::unique_ptr<jwks_t, JwksDeleter>;
using Jwt = std::unique_ptr<jwt_t, JwtDeleter>;
using Text = std::unique_ptr<char, TextDeleter>;

struct Key {
  Jwk jwk;
  jwa_alg algorithm = R_JWA_ALG_UNKNOWN;  // the only one it may verify
  std::string id;
  JwtTrust trust;
};

struct Remembered {
  Principal principal;
  Instant until{};
};

Jwk new_jwk() {
  jwk_t* key = nullptr;
  if (r_jwk_init(&key) != RHN_OK) {
    throw std::bad_alloc();
  }
  return Jwk{key};
}

Jwt new_jwt() {
  jwt_t* token = nullptr;
  if (r_jwt_init(&token) != RHN_OK) {
    throw std::bad_alloc();
  }
  return Jwt{token};
}

std::string property(jwk_t* key, const char* name) {
  const char* value = r_jwk_get_property_str(key, name);
  return value == nullptr ? std::string{} : std::string{value};
}

// The one algorithm of ours that fits a public key, or unknown.
jwa_alg algorithm_of(jwk_t* key) {
  unsigned int bits = 0;
  const int type = r_jwk_key_type(key, &bits, R_FLAG_IGNORE_REMOTE);
  const auto has = [type](int flag) { return (type & flag) != 0; };
  if (!has(R_KEY_TYPE_PUBLIC) || has(R_KEY_TYPE_SYMMETRIC)) {
    return R_JWA_ALG_UNKNOWN;
  }
  if (has(R_KEY_TYPE_RSA)) {
    return bits >= kRsaBitsMin ? R_JWA_ALG_RS256 : R_JWA_ALG_UNKNOWN;
  }
  if (has(R_KEY_TYPE_EC)) {
    return property(key, "crv") == "P-256" ? R_JWA_ALG_ES256 : R_JWA_ALG_UNKNOWN;
  }
  if (has(R_KEY_TYPE_EDDSA)) {
    return property(key, "crv") == "Ed25519" ? R_JWA_ALG_EDDSA : R_JWA_ALG_UNKNOWN;
  }
  return R_JWA_ALG_UNKNOWN;
}

// A set may hold keys for other purposes; those are none of ours.
bool for_signatures(jwk_t* key, jwa_alg algorithm) {
  const std::string use = property(key, "use");
  const std::string named = property(key, "alg");
  return (use.empty() || use == "sig") &&
         (named.empty() || r_str_to_jwa_alg(named.c_str()) == algorithm);
}

std::optional<json> object_of(Text text) {
  if (text == nullptr) {
    return std::nullopt;
  }
  json value = json::parse(text.get(), nullptr, false);
  return value.is_object() ? std::optional{std::move(value)} : std::nullopt;
}

std::string text_claim(const json& claims, const char* name) {
  const auto found = claims.find(name);
  return found != claims.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

// A claim of seconds since 1970; nullopt when it is absent or no sane number.
std::optional<std::int64_t> seconds_claim(const json& claims, const char* name) {
  const auto found = claims.find(name);
  if (found == claims.end() || !found->is_number()) {
    return std::nullopt;
  }
  const double seconds = found->get<double>();
  return seconds >= 0 && seconds < 1e12 ? std::optional{static_cast<std::int64_t>(seconds)}
                                        : std::nullopt;
}

// A string of words, or an array of strings: how roles, scopes and audiences are written.
std::vector<std::string> words_claim(const json& claims, const char* name) {
  std::vector<std::string> words;
  const auto found = claims.find(name);
  if (found == claims.end()) {
    return words;
  }
  if (found->is_array()) {
    for (const json& word : *found) {
      if (word.is_string()) {
        words.push_back(word.get<std::string>());
      }
    }
  } else if (found->is_string()) {
    const std::string text = found->get<std::string>();
    std::size_t at = 0;
    while ((at = text.find_first_not_of(' ', at)) != std::string::npos) {
      const std::size_t end = std::min(text.find(' ', at), text.size());
      words.push_back(text.substr(at, end - at));
      at = end;
    }
  }
  return words;
}

void append(std::vector<std::string>& to, std::vector<std::string> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

struct Accepted {
  Principal principal;
  Instant until{};
};

std::variant<Accepted, JwtRefused> read_claims(const json& claims, const JwtTrust& trust,
                                               Instant now) {
  const std::int64_t now_s = to_ms(now) / 1000;
  const auto expires = seconds_claim(claims, "exp");
  if (!expires) {
    return JwtRefused{"the token has no exp"};
  }
  if (now_s >= *expires + kLeewaySeconds) {
    return JwtRefused{"the token has expired"};
  }
  for (const char* name : {"nbf", "iat"}) {
    if (claims.contains(name) &&
        seconds_claim(claims, name).value_or(1'000'000'000'000) > now_s + kLeewaySeconds) {
      return JwtRefused{"the token is not valid yet"};
    }
  }
  if (!trust.issuer.empty() && text_claim(claims, "iss") != trust.issuer) {
    return JwtRefused{"the token is of another issuer"};
  }
  if (!trust.audience.empty()) {
    const auto aud = claims.find("aud");
    const bool one = aud != claims.end() && aud->is_string() && *aud == trust.audience;
    const auto several = words_claim(claims, "aud");
    if (!one && std::find(several.begin(), several.end(), trust.audience) == several.end()) {
      return JwtRefused{"the token is for another audience"};
    }
  }
  Accepted accepted;
  accepted.until = from_ms((*expires + kLeewaySeconds) * 1000);
  accepted.principal.subject = text_claim(claims, "sub");
  for (const char* name : {"workspace", "tid", "org"}) {
    if (accepted.principal.workspace.empty()) {
      accepted.principal.workspace = text_claim(claims, name);
    }
  }
  if (accepted.principal.workspace.empty()) {
    accepted.principal.workspace = trust.workspace;
  }
  if (accepted.principal.subject.empty() || accepted.principal.workspace.empty()) {
    return JwtRefused{accepted.principal.subject.empty() ? "the token has no sub"
                                                         : "the token names no workspace"};
  }
  append(accepted.principal.roles, words_claim(claims, "role"));
  append(accepted.principal.roles, words_claim(claims, "roles"));
  append(accepted.principal.scopes, words_claim(claims, "scope"));
  append(accepted.principal.scopes, words_claim(claims, "scopes"));
  return accepted;
}

std::string header_objection(const json& header) {
  if (header.contains("crit")) {
    return "the token has a critical header";
  }
  std::string type = text_claim(header, "typ");
  std::transform(type.begin(), type.end(), type.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const bool known = type.empty() || type == "jwt" || type == "at+jwt";
  return known ? std::string{} : "the token is of another type";
}

}  // namespace

struct JwtVerifier::State {
  [[nodiscard]] std::variant<Accepted, JwtRefused> verify_anew(const std::string& token,
                                                               Instant now);

  std::mutex verifying;  // Rhonabwy's keys count their references without a lock
  std::vector<Key> secrets;
  std::vector<Key> public_keys;
  std::atomic<bool> unknown_key{false};

  std::shared_mutex remembering;
  std::uint64_t generation = 0;  // of the keys; a token verified with older ones is not remembered
  std::unordered_map<std::string, Remembered> remembered;
};

JwtVerifier::JwtVerifier() : state_(std::make_unique<State>()) {
  static const int initialised = r_global_init();
  if (initialised != RHN_OK) {
    throw std::runtime_error("Rhonabwy cannot start");
  }
}

JwtVerifier::~JwtVerifier() = default;

void JwtVerifier::add_secret(const JwtTrust& trust, Bytes secret) {
  if (secret.size() < kSecretBytesMin) {
    throw std::invalid_argument("a JWT secret needs at least 32 bytes");
  }
  Key key{new_jwk(), R_JWA_ALG_HS256, "", trust};
  if (r_jwk_import_from_symmetric_key(key.jwk.get(), secret.data(), secret.size()) != RHN_OK) {
    throw std::invalid_argument("the JWT secret cannot be read");
  }
  const std::lock_guard lock{state_->verifying};
  state_->secrets.push_back(std::move(key));
}

void JwtVerifier::set_public_keys(const JwtTrust& trust, std::string_view jwks) {
  jwks_t* raw = nullptr;
  if (r_jwks_init(&raw) != RHN_OK) {
    throw std::bad_alloc();
  }
  const Jwks set{raw};
  if (r_jwks_import_from_json_str(set.get(), std::string{jwks}.c_str()) != RHN_OK) {
    throw std::invalid_argument("this is no JWK set");
  }
  std::vector<Key> keys;
  for (std::size_t i = 0; i < r_jwks_size(set.get()); ++i) {
    Jwk jwk{r_jwks_get_at(set.get(), i)};
    const jwa_alg algorithm = algorithm_of(jwk.get());
    if (algorithm != R_JWA_ALG_UNKNOWN && for_signatures(jwk.get(), algorithm)) {
      std::string id = property(jwk.get(), "kid");
      keys.push_back({std::move(jwk), algorithm, std::move(id), trust});
    }
  }
  if (keys.empty()) {
    throw std::invalid_argument("the JWK set has no key for RS256, ES256 or EdDSA");
  }
  {
    const std::lock_guard lock{state_->verifying};
    state_->public_keys = std::move(keys);
  }
  const std::lock_guard lock{state_->remembering};
  ++state_->generation;
  state_->remembered.clear();  // a key may have been taken away
}

std::variant<Accepted, JwtRefused> JwtVerifier::State::verify_anew(const std::string& token,
                                                                   Instant now) {
  const std::lock_guard lock{verifying};
  const Jwt jwt = new_jwt();
  // No key out of the header, nothing unsigned, nothing fetched.
  if (r_jwt_advanced_parse(jwt.get(), token.c_str(), R_PARSE_NONE, R_FLAG_IGNORE_REMOTE) !=
          RHN_OK ||
      r_jwt_get_type(jwt.get()) != R_JWT_TYPE_SIGN) {
    return JwtRefused{"the token cannot be read"};
  }
  const auto header = object_of(Text{r_jwt_get_full_header_str(jwt.get())});
  const auto claims = object_of(Text{r_jwt_get_full_claims_str(jwt.get())});
  if (!header || !claims) {
    return JwtRefused{"the token cannot be read"};
  }
  if (const std::string objection = header_objection(*header); !objection.empty()) {
    return JwtRefused{objection};
  }
  const jwa_alg algorithm = r_jwt_get_sign_alg(jwt.get());
  const std::string id = text_claim(*header, "kid");
  std::optional<JwtRefused> refused;
  for (const std::vector<Key>* keys : {&secrets, &public_keys}) {
    for (const Key& key : *keys) {
      const bool named = id.empty() || key.id.empty() || key.id == id;
      if (key.algorithm != algorithm || !named ||
          r_jwt_verify_signature(jwt.get(), key.jwk.get(), R_FLAG_IGNORE_REMOTE) != RHN_OK) {
        continue;
      }
      auto read = read_claims(*claims, key.trust, now);
      if (std::holds_alternative<Accepted>(read)) {
        return read;
      }
      refused = std::get<JwtRefused>(read);
    }
  }
  if (refused) {
    return *refused;
  }
  if (algorithm != R_JWA_ALG_HS256) {
    unknown_key.store(true);
  }
  return JwtRefused{"the token's signature does not fit"};
}

std::variant<Principal, JwtRefused> JwtVerifier::verify(const std::string& token, Instant now) {
  if (token.size() > kTokenBytesMax) {
    return JwtRefused{"the token is too long"};
  }
  std::uint64_t generation = 0;
  {
    const std::shared_lock lock{state_->remembering};
    generation = state_->generation;
    const auto found = state_->remembered.find(token);
    if (found != state_->remembered.end() && now < found->second.until) {
      return found->second.principal;
    }
  }
  auto verified = state_->verify_anew(token, now);
  if (auto* refused = std::get_if<JwtRefused>(&verified)) {
    return std::move(*refused);
  }
  auto& accepted = std::get<Accepted>(verified);
  const std::lock_guard lock{state_->remembering};
  if (state_->remembered.size() >= kRememberedMax) {
    state_->remembered.clear();  // rare, and cheaper than to keep an order
  }
  if (state_->generation == generation) {
    state_->remembered.insert_or_assign(token, Remembered{accepted.principal, accepted.until});
  }
  return std::move(accepted.principal);
}

bool JwtVerifier::take_unknown_key() {
  return state_->unknown_key.exchange(false);
}

std::string sign_jwt(Bytes secret, std::string_view claims) {
  static const int initialised = r_global_init();
  const Jwk key = new_jwk();
  const Jwt jwt = new_jwt();
  if (initialised != RHN_OK ||
      r_jwk_import_from_symmetric_key(key.get(), secret.data(), secret.size()) != RHN_OK ||
      r_jwt_set_full_claims_json_str(jwt.get(), std::string{claims}.c_str()) != RHN_OK ||
      r_jwt_set_sign_alg(jwt.get(), R_JWA_ALG_HS256) != RHN_OK) {
    throw std::runtime_error("the token cannot be made");
  }
  const Text token{r_jwt_serialize_signed(jwt.get(), key.get(), 0)};
  if (token == nullptr) {
    throw std::runtime_error("the token cannot be signed");
  }
  return token.get();
}

}  // namespace callgate
