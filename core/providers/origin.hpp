// Scheme, host and port of a URL that somebody else chose, for the question whose it is. Strict on
// purpose: what two URL parsers could read differently (user names, backslashes, escapes, anything
// but letters, digits, dots and dashes in the host) has no origin, so it is never followed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace callgate {

struct Origin {
  std::string scheme;  // "http" or "https"
  std::string host;    // lower case
  std::string port;    // its digits; the scheme's own when the URL names none

  friend bool operator==(const Origin&, const Origin&) = default;
};

[[nodiscard]] std::optional<Origin> origin_of(std::string_view url);

// Whether it is this very machine: localhost, or an address of 127.0.0.0/8.
[[nodiscard]] bool is_loopback(const Origin& origin);

// Whether the host is a name below that domain (".vapi.ai").
[[nodiscard]] bool is_below(const Origin& origin, std::string_view dotted_domain);

}  // namespace callgate
