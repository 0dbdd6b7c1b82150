#include "core/providers/origin.hpp"

#include <algorithm>

#include "core/base/ascii.hpp"

namespace callgate {

std::optional<Origin> origin_of(std::string_view url) {
  for (const char c : url) {
    if (c <= 0x20 || c >= 0x7F || c == '\\') {
      return std::nullopt;
    }
  }
  Origin origin;
  if (url.substr(0, 8) == "https://") {
    origin = {"https", "", "443"};
  } else if (url.substr(0, 7) == "http://") {
    origin = {"http", "", "80"};
  } else {
    return std::nullopt;
  }
  url.remove_prefix(origin.scheme.size() + 3);
  const std::string_view authority = url.substr(0, url.find_first_of("/?#"));
  const std::size_t colon = authority.find(':');
  const std::string_view host = authority.substr(0, colon);
  if (host.empty() || host.front() == '.' || host.back() == '.' ||
      host.find("..") != std::string_view::npos) {
    return std::nullopt;
  }
  for (const char c : host) {
    if (!is_letter(c) && !is_digit(c) && c != '.' && c != '-') {
      return std::nullopt;
    }
  }
  for (const char c : host) {
    origin.host += lower(c);
  }
  if (colon != std::string_view::npos) {
    const std::string_view port = authority.substr(colon + 1);
    if (port.empty() || port.size() > 5 || !std::all_of(port.begin(), port.end(), is_digit)) {
      return std::nullopt;
    }
    origin.port = port;
  }
  return origin;
}

bool is_loopback(const Origin& origin) {
  const std::string_view host = origin.host;
  const bool is_address =
      std::all_of(host.begin(), host.end(), [](char c) { return is_digit(c) || c == '.'; });
  return host == "localhost" || (is_address && host.substr(0, 4) == "127.");
}

bool is_below(const Origin& origin, std::string_view dotted_domain) {
  const std::string_view host = origin.host;
  return host.size() > dotted_domain.size() &&
         host.substr(host.size() - dotted_domain.size()) == dotted_domain;
}

}  // namespace callgate
