#include "core/calls/evidence.hpp"

#include <array>
#include <charconv>

namespace callgate {
namespace {

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  return read.ec == std::errc{} && read.ptr == end ? std::optional{value} : std::nullopt;
}

// The text before the next separator, which goes with it.
std::string_view take_until(std::string_view& text, char separator) {
  const std::size_t at = text.find(separator);
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return taken;
}

}  // namespace

std::string to_text(const Evidence& evidence) {
  std::string out = std::to_string(evidence.rules_day) + ";";
  if (evidence.utc_offset_min) {
    out += std::to_string(*evidence.utc_offset_min);
  }
  out += ";";
  for (const std::string& cap : evidence.caps) {
    out += (out.back() == ';' ? "" : ",") + cap;
  }
  return out + ";" + evidence.callee;
}

std::optional<Evidence> parse_evidence(std::string_view text) {
  Evidence evidence;
  const auto day = whole_number(take_until(text, ';'));
  const std::string_view offset = take_until(text, ';');
  std::string_view caps = take_until(text, ';');
  if (!day || text.empty()) {
    return std::nullopt;
  }
  evidence.rules_day = *day;
  if (!offset.empty()) {
    evidence.utc_offset_min = whole_number(offset);
    if (!evidence.utc_offset_min) {
      return std::nullopt;
    }
  }
  while (!caps.empty()) {
    evidence.caps.emplace_back(take_until(caps, ','));
  }
  evidence.callee = text;
  return evidence;
}

std::int64_t day_number(std::string_view date) {
  std::string digits;
  for (const char c : date) {
    if (c >= '0' && c <= '9') {
      digits += c;
    }
  }
  return whole_number(digits).value_or(0);
}

}  // namespace callgate
