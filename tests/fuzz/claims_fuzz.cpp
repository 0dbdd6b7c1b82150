// Any bytes as a token, and any two lines as its header and claims: read or refused, and whoever is
// accepted has a name, a workspace and an end.
#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/api/claims.hpp"
#include "core/base/bytes.hpp"

namespace {

using namespace callgate;

constexpr Instant kNow = from_ms(1'800'000'000'000);

void check(std::string_view token, const JwtTrust& trust) {
  const auto read = read_token(token);
  if (read ? read->token != token || read->algorithm == "none" : read.error().reason.empty()) {
    std::abort();
  }
  const auto judged = judge_claims(token, trust, kNow);
  if (!judged) {
    if (judged.error().reason.empty()) {
      std::abort();  // refused without a reason
    }
    return;
  }
  const Principal& principal = judged->principal;
  if (principal.subject.empty() || principal.workspace.empty() || judged->until <= kNow ||
      first_invalid_utf8(principal.subject) || first_invalid_utf8(principal.workspace)) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const std::size_t line = std::min(bytes.find('\n'), bytes.size());
  const std::string_view claims = bytes.substr(std::min(line + 1, bytes.size()));
  const std::string token = to_base64url(bytes_of(bytes.substr(0, line))) + "." +
                            to_base64url(bytes_of(claims)) + ".AAAA";
  check(bytes, {});
  check(token, {});
  check(token, own_trust());
  return 0;
}
