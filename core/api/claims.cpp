#include "core/api/claims.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "core/api/json.hpp"
#include "core/base/ascii.hpp"
#include "core/base/bytes.hpp"
#include "core/providers/decimal.hpp"

namespace callgate {
namespace {

using Index = JsonDocument::Index;

constexpr std::size_t kTokenBytesMax = 8 * 1024;
constexpr std::int64_t kLeewaySeconds = 60;
constexpr std::int64_t kSecondsMax = 1'000'000'000'000;
constexpr std::array<std::string_view, 4> kAlgorithms{"HS256", "RS256", "ES256", "EdDSA"};

auto refused(std::string_view reason) {
  return unexpected(JwtRefused{std::string{reason}});
}

// One part of a token: a JSON object in base64url.
class TokenPart {
 public:
  // nullopt: anything else, or an object that may be read in two ways.
  static std::optional<TokenPart> read(std::string_view encoded) {
    const auto bytes = from_base64url(encoded);
    if (!bytes || first_invalid_utf8(text_of(*bytes))) {  // a NUL would end what the parser sees
      return std::nullopt;
    }
    auto document = JsonDocument::parse(text_of(*bytes));
    if (!document || !document->issues().empty() || document->kind(0) != JsonKind::object) {
      return std::nullopt;
    }
    return TokenPart{std::move(*document)};
  }

  [[nodiscard]] std::optional<Index> find(std::string_view name) const {
    const Index end = json_.after(0);
    for (Index at = json_.first(0); at != end; at = json_.after(at + 1)) {
      if (json_.text(at) == name) {
        return at + 1;
      }
    }
    return std::nullopt;
  }

  // Empty when it is absent or no text.
  [[nodiscard]] std::string_view text(std::string_view name) const {
    const auto at = find(name);
    return at && json_.kind(*at) == JsonKind::text ? json_.text(*at) : std::string_view{};
  }

  // A time in seconds since 1970, perhaps with a fraction; nullopt when it is absent or no sane
  // one.
  [[nodiscard]] std::optional<std::int64_t> seconds(std::string_view name) const {
    const auto at = find(name);
    std::optional<std::int64_t> value;
    if (at && json_.kind(*at) == JsonKind::integer) {
      value = json_.integer(*at);
    } else if (at && json_.kind(*at) == JsonKind::number) {
      const auto micros = decimal_to_micros(json_.text(*at));
      value = micros ? std::optional{*micros / 1'000'000} : std::nullopt;
    }
    return value && *value >= 0 && *value < kSecondsMax ? value : std::nullopt;
  }

  // The texts of an array, or one text.
  [[nodiscard]] std::vector<std::string_view> texts(std::string_view name) const {
    std::vector<std::string_view> out;
    const auto at = find(name);
    if (at && json_.kind(*at) == JsonKind::text) {
      out.push_back(json_.text(*at));
    } else if (at && json_.kind(*at) == JsonKind::array) {
      for (Index item = json_.first(*at); item != json_.after(*at); item = json_.after(item)) {
        if (json_.kind(item) == JsonKind::text) {
          out.push_back(json_.text(item));
        }
      }
    }
    return out;
  }

  // Roles and scopes: an array of texts, or one text of words.
  void append_words(std::vector<std::string>& words, std::string_view name) const {
    const auto at = find(name);
    const bool one = at && json_.kind(*at) == JsonKind::text;
    for (const std::string_view text : texts(name)) {
      if (!one) {
        words.emplace_back(text);
        continue;
      }
      std::size_t begin = 0;
      while ((begin = text.find_first_not_of(' ', begin)) != std::string_view::npos) {
        const std::size_t end = std::min(text.find(' ', begin), text.size());
        words.emplace_back(text.substr(begin, end - begin));
        begin = end;
      }
    }
  }

 private:
  explicit TokenPart(JsonDocument json) : json_(std::move(json)) {}

  JsonDocument json_;
};

// header.claims.signature, none of them empty.
std::optional<std::array<std::string_view, 3>> parts_of(std::string_view token) {
  const std::size_t first = token.find('.');
  const std::size_t second = token.find('.', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos) {
    return std::nullopt;
  }
  const std::array<std::string_view, 3> parts{token.substr(0, first),
                                              token.substr(first + 1, second - first - 1),
                                              token.substr(second + 1)};
  const bool whole =
      std::none_of(parts.begin(), parts.end(), [](auto part) { return part.empty(); }) &&
      from_base64url(parts[2]).has_value();
  return whole ? std::optional{parts} : std::nullopt;
}

bool is_jwt_type(std::string_view type) {
  const std::string word = lower(type);
  return word.empty() || word == "jwt" || word == "at+jwt";
}

// The reason why the token is not good now; empty when it is.
std::string_view objection_of_time(const TokenPart& claims, std::int64_t now_s) {
  const auto expires = claims.seconds("exp");
  if (!expires) {
    return "the token has no exp";
  }
  if (now_s >= *expires + kLeewaySeconds) {
    return "the token has expired";
  }
  for (const std::string_view name : {"nbf", "iat"}) {
    if (claims.find(name) && claims.seconds(name).value_or(kSecondsMax) > now_s + kLeewaySeconds) {
      return "the token is not valid yet";
    }
  }
  return {};
}

}  // namespace

JwtTrust own_trust() {
  return {std::string{kOwnIssuer}, std::string{kOwnIssuer}, ""};
}

Expected<JwtCredential, JwtRefused> read_token(std::string_view token) {
  if (token.size() > kTokenBytesMax) {
    return refused("the token is too long");
  }
  const auto parts = parts_of(token);
  const auto header = parts ? TokenPart::read((*parts)[0]) : std::nullopt;
  if (!header) {
    return refused("the token cannot be read");
  }
  if (header->find("crit")) {
    return refused("the token has a critical header");
  }
  if (!is_jwt_type(header->text("typ"))) {
    return refused("the token is of another type");
  }
  const std::string_view algorithm = header->text("alg");
  if (std::find(kAlgorithms.begin(), kAlgorithms.end(), algorithm) == kAlgorithms.end()) {
    return refused("the token is not signed with HS256, RS256, ES256 or EdDSA");
  }
  return JwtCredential{std::string{token}, std::string{algorithm},
                       std::string{header->text("kid")}};
}

Expected<JwtAccepted, JwtRefused> judge_claims(std::string_view token, const JwtTrust& trust,
                                               Instant now) {
  const auto parts = parts_of(token);
  const auto claims = parts ? TokenPart::read((*parts)[1]) : std::nullopt;
  if (!claims) {
    return refused("the token cannot be read");
  }
  if (const std::string_view why = objection_of_time(*claims, to_ms(now) / 1000); !why.empty()) {
    return refused(why);
  }
  if (!trust.issuer.empty() && claims->text("iss") != trust.issuer) {
    return refused("the token is of another issuer");
  }
  const auto audiences = claims->texts("aud");
  if (!trust.audience.empty() &&
      std::find(audiences.begin(), audiences.end(), trust.audience) == audiences.end()) {
    return refused("the token is for another audience");
  }
  JwtAccepted accepted;
  accepted.until = from_ms((claims->seconds("exp").value_or(0) + kLeewaySeconds) * 1000);
  Principal& principal = accepted.principal;
  principal.subject = claims->text("sub");
  if (principal.subject.empty()) {
    return refused("the token has no sub");
  }
  for (const std::string_view workspace :
       {claims->text("workspace"), claims->text("tid"), claims->text("org"),
        std::string_view{trust.workspace}}) {
    if (principal.workspace.empty()) {
      principal.workspace = workspace;
    }
  }
  if (principal.workspace.empty()) {
    return refused("the token names no workspace");
  }
  claims->append_words(principal.roles, "role");
  claims->append_words(principal.roles, "roles");
  claims->append_words(principal.scopes, "scope");
  claims->append_words(principal.scopes, "scopes");
  return accepted;
}

}  // namespace callgate
