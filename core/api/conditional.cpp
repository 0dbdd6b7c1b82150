#include "core/api/conditional.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace callgate {
namespace {

// Tells two states of one thing apart; nobody gains by a collision, so it need not be
// cryptographic. Eight bytes at a step: pages have a hundred thousand.
std::uint64_t hash_of(std::string_view text) {
  constexpr std::uint64_t kPrime = 0x9E37'79B9'7F4A'7C15U;
  std::uint64_t hash = text.size() * kPrime;
  while (!text.empty()) {
    std::uint64_t word = 0;
    const std::size_t taken = std::min(text.size(), sizeof word);
    std::memcpy(&word, text.data(), taken);
    text.remove_prefix(taken);
    hash = (hash ^ word) * kPrime;
    hash ^= hash >> 29U;
  }
  return hash;
}

std::string_view version_of(std::string_view tag) {
  const std::size_t dot = tag.find('.');
  return dot == std::string_view::npos ? tag : tag.substr(0, dot);
}

// Calls `is_it` with each quoted tag of the list; whether one of them was.
template <class IsIt>
bool any_tag(std::string_view field, const IsIt& is_it) {
  while (!field.empty()) {
    const char first = field.front();
    if (first == '*') {
      return true;
    }
    field.remove_prefix(1);
    if (first != '"') {
      continue;  // spaces, commas, "W/"
    }
    const std::size_t end = std::min(field.find('"'), field.size());
    if (is_it(field.substr(0, end))) {
      return true;
    }
    field.remove_prefix(std::min(end + 1, field.size()));
  }
  return false;
}

std::string_view unquoted(std::string_view tag) {
  return tag.substr(1, tag.size() - 2);
}

}  // namespace

std::string entity_tag(std::string_view body, std::string_view version) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string tag = "\"";
  tag += version;
  tag += version.empty() ? "" : ".";
  const std::uint64_t hash = hash_of(body);
  for (int shift = 60; shift >= 0; shift -= 4) {
    tag += kDigits[(hash >> static_cast<unsigned>(shift)) & 15U];
  }
  tag += '"';
  return tag;
}

bool lists_tag(std::string_view field, std::string_view tag) {
  return any_tag(field, [&](std::string_view one) { return one == unquoted(tag); });
}

bool lists_version(std::string_view field, std::string_view tag) {
  return any_tag(
      field, [&](std::string_view one) { return version_of(one) == version_of(unquoted(tag)); });
}

Response conditional(const HttpRequest& request, Response response, std::string_view version) {
  constexpr std::int64_t kOk = 200;
  constexpr std::int64_t kNotModified = 304;
  if (response.status != kOk || response.headers.empty() ||
      response.headers.front() !=
          std::pair<std::string, std::string>{"content-type", "application/json"}) {
    return response;
  }
  std::string tag = entity_tag(response.body, version);
  const bool same = lists_tag(request.header("if-none-match"), tag);
  // Kept by its asker alone, and asked for anew before it is used.
  Headers headers{{"etag", std::move(tag)}, {"cache-control", "private, no-cache"}};
  if (same) {
    return {kNotModified, std::move(headers), {}};
  }
  response.headers.insert(response.headers.end(), headers.begin(), headers.end());
  return response;
}

}  // namespace callgate
