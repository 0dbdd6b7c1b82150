#include "core/api/claims.hpp"

#include <catch2/catch_test_macros.hpp>

#include "core/base/bytes.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kNowSeconds = 1'800'000'000;
constexpr Instant kClock = from_ms(kNowSeconds * 1000 + 999);
const JwtTrust kTrust{"https://issuer.test", "calls", ""};
const std::string kHeader = R"({"alg":"RS256"})";

std::string token_of(std::string_view header, std::string_view claims) {
  return to_base64url(bytes_of(header)) + "." + to_base64url(bytes_of(claims)) + ".AAAA";
}

// The reason why a token is refused before its signature is looked at, or its algorithm.
std::string read(const std::string& token) {
  const auto jwt = read_token(token);
  return jwt ? jwt->algorithm : jwt.error().reason;
}
std::string read_header(std::string_view header) {
  return read(token_of(header, "{}"));
}

// The reason why claims are refused, or the workspace.
std::string judge(std::string_view claims, const JwtTrust& trust = kTrust) {
  const auto judged = judge_claims(token_of(kHeader, claims), trust, kClock);
  return judged ? judged->principal.workspace : judged.error().reason;
}

// Claims that are good, but for what is written behind them or left out.
std::string with(std::string_view more, std::string_view without = "") {
  std::string text = "{";
  for (const std::string_view member :
       {R"("iss":"https://issuer.test")", R"("aud":"calls")", R"("sub":"ada")",
        R"("workspace":"w")", R"("exp":1800000060)"}) {
    if (without.empty() || member.find("\"" + std::string{without} + "\"") != 0) {
      text += std::string{member} + ",";
    }
  }
  text += more;
  if (more.empty()) {
    text.pop_back();
  }
  return text + "}";
}

}  // namespace

TEST_CASE("a token names one of four algorithms, and perhaps its key") {
  for (const std::string algorithm : {"HS256", "RS256", "ES256", "EdDSA"}) {
    CHECK(read_header(R"({"typ":"JWT","alg":")" + algorithm + R"(","kid":"k"})") == algorithm);
  }
  CHECK(read_token(token_of(R"({"alg":"ES256","kid":"k"})", "{}"))->key_id == "k");
  CHECK(read_token(token_of(R"({"alg":"ES256","kid":7})", "{}"))->key_id.empty());
  const std::string other = "the token is not signed with HS256, RS256, ES256 or EdDSA";
  for (const char* header :
       {R"({"alg":"none"})", R"({"alg":"None"})", R"({"alg":"NONE"})", R"({"alg":"hs256"})",
        R"({"alg":"HS256 "})", R"({"alg":"HS384"})", R"({"alg":"RS512"})", R"({"alg":"PS256"})",
        R"({"alg":"ES256K"})", R"({"alg":""})", R"({"alg":null})", R"({"alg":["HS256"]})", "{}"}) {
    CAPTURE(header);
    CHECK(read_header(header) == other);
  }
}

TEST_CASE("a token is of a known type and has nothing critical") {
  for (const char* type : {"JWT", "jwt", "at+JWT", ""}) {
    CHECK(read_header(R"({"alg":"RS256","typ":")" + std::string{type} + "\"}") == "RS256");
  }
  CHECK(read_header(R"({"alg":"RS256","typ":"JWE"})") == "the token is of another type");
  for (const char* crit : {R"(["exp"])", "[]", "null"}) {
    CHECK(read_header(R"({"alg":"RS256","crit":)" + std::string{crit} + "}") ==
          "the token has a critical header");
  }
}

TEST_CASE("what is no token is not read, however it is broken") {
  const std::string good = token_of(kHeader, "{}");
  CHECK(read(good) == "RS256");
  for (const std::string& token :
       {std::string{},
        std::string{"."},
        std::string{".."},
        std::string{"..."},
        std::string{"a.b.c"},
        std::string{"e30.e30"},
        std::string{"e30.e30."},
        "." + good,
        good + ".",
        good + ".AAAA",
        good + "=",
        " " + good,
        good + " ",
        good + "\n",
        good.substr(0, good.rfind('.')),
        good.substr(0, good.rfind('.') + 1),
        good.substr(good.find('.')),
        token_of("[]", "{}"),
        token_of("null", "{}"),
        token_of(R"({"alg":"RS256"} )" + std::string(1, '\0'), "{}"),
        token_of(R"({"alg":"RS256"})" + std::string(1, '\0') + R"({"alg":"none"})", "{}"),
        token_of(R"({"alg":"RS256"}{})", "{}"),
        token_of("{\"alg\":\"RS256\",\"x\":\"\xff\"}", "{}"),
        token_of(R"({"alg":"RS256","x":)" + std::string(40, '[') + std::string(40, ']') + "}",
                 "{}")}) {
    CAPTURE(token);
    CHECK(read(token) == "the token cannot be read");
  }
}

TEST_CASE("a token may have eight kilobytes") {
  std::string token = token_of(kHeader, "{}");
  token.resize(8 * 1024, 'A');
  CHECK(read(token) == "RS256");
  token += "AAAA";
  CHECK(read(token) == "the token is too long");
  CHECK(read(std::string(1'000'000, '.')) == "the token is too long");
}

TEST_CASE("what is said twice is said by nobody") {
  for (const char* header :
       {R"({"alg":"none","alg":"RS256"})", R"({"alg":"RS256","alg":"RS256"})",
        R"({"alg":"RS256","kid":"a","kid":"b"})", R"({"alg":"RS256","\u0061lg":"HS256"})",
        R"({"alg":"RS256","x":{"y":1,"y":2}})"}) {
    CAPTURE(header);
    CHECK(read_header(header) == "the token cannot be read");
  }
  CHECK(judge(with(R"("x":1)")) == "w");
  for (const char* more :
       {R"("workspace":"other")", R"("sub":"root")", R"("exp":9999999999)",
        R"("role":"a","role":"b")", R"("\u0073ub":"root")", R"("x":{"y":1,"y":2})"}) {
    CAPTURE(more);
    CHECK(judge(with(more)) == "the token cannot be read");
  }
  for (const char* claims : {"[]", "", "7", "{", R"({"sub":"a\u0000b"})"}) {
    CHECK(judge(claims) == "the token cannot be read");
  }
}

TEST_CASE("a token holds from nbf to exp, with a minute for clocks that differ") {
  const auto exp = [](std::string_view value) {
    return judge(with(R"("exp":)" + std::string{value}, "exp"));
  };
  CHECK(judge(with("", "exp")) == "the token has no exp");
  for (const char* none : {R"("tomorrow")", R"("1800000060")", "null", "true", "[1800000060]", "-1",
                           "-1.5e9", "1e12", "1000000000000", "99999999999999999999", "1e300"}) {
    CAPTURE(none);
    CHECK(exp(none) == "the token has no exp");
  }
  for (const char* good : {"1799999941", "1799999941.5", "1.79999995e9", "1.79999995E+9",
                           "17999999500e-1", "999999999999"}) {
    CAPTURE(good);
    CHECK(exp(good) == "w");
  }
  for (const char* past :
       {"1799999940", "1799999940.9", "1.7e9", "0", "0.0", "0e999999999", "1e-999999999"}) {
    CAPTURE(past);
    CHECK(exp(past) == "the token has expired");
  }
  CHECK(judge_claims(token_of(kHeader, with("")), kTrust, kClock)->until ==
        from_ms((kNowSeconds + 120) * 1000));
  for (const std::string name : {"nbf", "iat"}) {
    const auto from = [&name](std::string_view value) {
      return judge(with("\"" + name + "\":" + std::string{value}));
    };
    for (const char* good : {"0", "1800000060", "1800000060.9", "1.8e9"}) {
      CHECK(from(good) == "w");
    }
    for (const char* later :
         {"1800000061", "4102444800", "1e300", "99999999999999999999", "-1", R"("now")", "null"}) {
      CAPTURE(later);
      CHECK(from(later) == "the token is not valid yet");
    }
  }
}

TEST_CASE("a token is of the trusted issuer and for this audience, to the letter") {
  for (const char* iss : {R"("https://issuer.test/")", R"("https://issuer.tes")", R"("")", "null",
                          R"(["https://issuer.test"])", R"("HTTPS://issuer.test")"}) {
    CAPTURE(iss);
    CHECK(judge(with(R"("iss":)" + std::string{iss}, "iss")) == "the token is of another issuer");
  }
  CHECK(judge(with("", "iss")) == "the token is of another issuer");
  for (const char* aud : {R"(["calls"])", R"(["x","calls"])", R"([7,"calls",null])"}) {
    CAPTURE(aud);
    CHECK(judge(with(R"("aud":)" + std::string{aud}, "aud")) == "w");
  }
  for (const char* aud : {R"("x")", R"("")", R"("x calls")", R"("calls ")", R"(["x calls"])", "[]",
                          R"([["calls"]])", R"({"calls":"calls"})", "null"}) {
    CAPTURE(aud);
    CHECK(judge(with(R"("aud":)" + std::string{aud}, "aud")) ==
          "the token is for another audience");
  }
  CHECK(judge(with("", "aud")) == "the token is for another audience");
  CHECK(judge(R"({"sub":"a","workspace":"w","exp":1800000060})", JwtTrust{}) == "w");
}

TEST_CASE("a token says who asks and of which workspace") {
  const JwtTrust fallback{kTrust.issuer, kTrust.audience, "mine"};
  CHECK(judge(with("", "sub")) == "the token has no sub");
  CHECK(judge(with(R"("sub":7)", "sub")) == "the token has no sub");
  CHECK(judge(with("", "workspace")) == "the token names no workspace");
  CHECK(judge(with(R"("workspace":["w"])", "workspace")) == "the token names no workspace");
  CHECK(judge(with("", "workspace"), fallback) == "mine");
  CHECK(judge(with(""), fallback) == "w");
  CHECK(judge(with(R"("org":"o","tid":"t")", "workspace"), fallback) == "t");
  CHECK(judge(with(R"("org":"o","tid":"")", "workspace"), fallback) == "o");
  CHECK(judge(with(R"("workspace":"../other")", "workspace")) == "../other");  // not looked for yet
}

TEST_CASE("roles and scopes are words or lists of texts, under one name or two") {
  const auto judged = judge_claims(
      token_of(kHeader, with(R"("role":"operator","roles":["viewer",7,"two words"],)"
                             R"("scope":" jobs:read  jobs:write ","scopes":"calls:*")")),
      kTrust, kClock);
  REQUIRE(judged.has_value());
  CHECK(judged->principal.subject == "ada");
  CHECK(judged->principal.roles == std::vector<std::string>{"operator", "viewer", "two words"});
  CHECK(judged->principal.scopes == std::vector<std::string>{"jobs:read", "jobs:write", "calls:*"});
  for (const char* none :
       {"7", "null", "{}", R"({"owner":true})", "[]", R"("")", R"([["owner"]])"}) {
    CAPTURE(none);
    const auto nobody =
        judge_claims(token_of(kHeader, with(R"("role":)" + std::string{none})), kTrust, kClock);
    REQUIRE(nobody.has_value());
    CHECK(nobody->principal.roles.empty());
  }
}

TEST_CASE("this deployment's own tokens are of callgate, for callgate") {
  const std::string own =
      R"({"iss":"callgate","aud":"callgate","sub":"a","workspace":"w","exp":1800000060})";
  CHECK(judge(own, own_trust()) == "w");
  CHECK(judge(own) == "the token is of another issuer");
  CHECK(judge(with(""), own_trust()) == "the token is of another issuer");
}

}  // namespace callgate
