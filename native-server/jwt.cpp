#include "native-server/jwt.hpp"

extern "C" {
#include <rhonabwy.h>
}

#include <atomic>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <stdexcept>
#include <unordered_map>
#include <vector>

namespace callgate {
namespace {

constexpr std::size_t kRememberedMax = 4096;
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

}  // namespace

struct JwtVerifier::State {
  [[nodiscard]] Expected<JwtAccepted, JwtRefused> verify_anew(const JwtCredential& credential,
                                                              Instant now);

  std::mutex verifying;  // Rhonabwy's keys count their references without a lock
  std::vector<Key> secrets;
  std::vector<Key> public_keys;
  std::atomic<bool> unknown_key{false};

  std::shared_mutex remembering;
  std::uint64_t generation = 0;  // of the keys; a token verified with older ones is not remembered
  std::unordered_map<std::string, JwtAccepted> remembered;
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

Expected<JwtAccepted, JwtRefused> JwtVerifier::State::verify_anew(const JwtCredential& credential,
                                                                  Instant now) {
  const std::lock_guard lock{verifying};
  const Jwt jwt = new_jwt();
  const jwa_alg algorithm = r_str_to_jwa_alg(credential.algorithm.c_str());
  // No key out of the header, nothing unsigned, nothing fetched.
  if (r_jwt_advanced_parse(jwt.get(), credential.token.c_str(), R_PARSE_NONE,
                           R_FLAG_IGNORE_REMOTE) != RHN_OK ||
      r_jwt_get_type(jwt.get()) != R_JWT_TYPE_SIGN || r_jwt_get_sign_alg(jwt.get()) != algorithm) {
    return unexpected(JwtRefused{"the token cannot be read"});
  }
  std::optional<JwtRefused> refused;
  for (const std::vector<Key>* keys : {&secrets, &public_keys}) {
    for (const Key& key : *keys) {
      const bool named = credential.key_id.empty() || key.id.empty() || key.id == credential.key_id;
      if (key.algorithm != algorithm || !named ||
          r_jwt_verify_signature(jwt.get(), key.jwk.get(), R_FLAG_IGNORE_REMOTE) != RHN_OK) {
        continue;
      }
      auto judged = judge_claims(credential.token, key.trust, now);
      if (judged) {
        return judged;
      }
      refused = std::move(judged.error());
    }
  }
  if (refused) {
    return unexpected(std::move(*refused));
  }
  if (algorithm != R_JWA_ALG_HS256) {
    unknown_key.store(true);
  }
  return unexpected(JwtRefused{std::string{kSignatureMisfit}});
}

std::variant<Principal, JwtRefused> JwtVerifier::verify(const JwtCredential& jwt, Instant now) {
  std::uint64_t generation = 0;
  {
    const std::shared_lock lock{state_->remembering};
    generation = state_->generation;
    const auto found = state_->remembered.find(jwt.token);
    if (found != state_->remembered.end() && now < found->second.until) {
      return found->second.principal;
    }
  }
  auto accepted = state_->verify_anew(jwt, now);
  if (!accepted) {
    return std::move(accepted.error());
  }
  const std::lock_guard lock{state_->remembering};
  if (state_->remembered.size() >= kRememberedMax) {
    state_->remembered.clear();  // rare, and cheaper than to keep an order
  }
  if (state_->generation == generation) {
    state_->remembered.insert_or_assign(jwt.token, *accepted);
  }
  return std::move(accepted->principal);
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
