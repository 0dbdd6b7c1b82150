#include "core/api/cors.hpp"

#include <algorithm>

namespace callgate {
namespace {

constexpr std::string_view kAnyMethod = "GET, HEAD, POST, PUT, PATCH, DELETE";
constexpr std::string_view kAllowed =
    "authorization, content-type, idempotency-key, if-match, if-none-match, last-event-id, "
    "x-api-key, "
    "x-csrf-token";
constexpr std::string_view kExposed =
    "etag, link, location, ratelimit-limit, ratelimit-remaining, ratelimit-reset, retry-after, "
    "x-request-id";
constexpr std::string_view kPreflightLasts = "600";

std::string_view take_origin(std::string_view& list) {
  const std::size_t comma = std::min(list.find(','), list.size());
  std::string_view one = list.substr(0, comma);
  list.remove_prefix(std::min(comma + 1, list.size()));
  one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
  return one.substr(0, one.find_last_not_of(' ') + 1);
}

// As a browser writes one: scheme, host and perhaps a port, in lower case, with nothing behind.
bool is_web_origin(std::string_view text) {
  std::size_t host = 0;
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (text.substr(0, scheme.size()) == scheme) {
      host = scheme.size();
    }
  }
  return host > 0 && text.size() > host &&
         std::all_of(text.begin() + static_cast<std::ptrdiff_t>(host), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
                  c == ':' || c == '[' || c == ']';
         });
}

}  // namespace

bool is_listed_origin(std::string_view origins, std::string_view origin) {
  while (!origins.empty()) {
    const std::string_view one = take_origin(origins);
    if (!one.empty() && one == origin && is_web_origin(one)) {
      return true;
    }
  }
  return false;
}

std::string_view mistaken_origin(std::string_view origins) {
  while (!origins.empty()) {
    const std::string_view one = take_origin(origins);
    if (!one.empty() && !is_web_origin(one)) {
      return one;
    }
  }
  return {};
}

Headers cors_headers(const HttpRequest& request, std::string_view origins) {
  if (origins.empty()) {
    return {};
  }
  const bool preflight =
      request.method == "OPTIONS" && !request.header("access-control-request-method").empty();
  Headers headers{{"vary", preflight ? "origin, access-control-request-method, "
                                       "access-control-request-headers"
                                     : "origin"}};
  const std::string_view origin = request.header("origin");
  if (!is_listed_origin(origins, origin)) {
    return headers;
  }
  headers.emplace_back("access-control-allow-origin", origin);
  headers.emplace_back("access-control-allow-credentials", "true");
  if (preflight) {
    headers.emplace_back("access-control-allow-methods", kAnyMethod);
    headers.emplace_back("access-control-allow-headers", kAllowed);
    headers.emplace_back("access-control-max-age", kPreflightLasts);
  } else {
    headers.emplace_back("access-control-expose-headers", kExposed);
  }
  return headers;
}

}  // namespace callgate
