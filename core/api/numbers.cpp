#include "core/api/numbers.hpp"

#include <algorithm>

#include "core/api/question.hpp"
#include "core/base/numbering/number_facts.hpp"
#include "core/base/phone.hpp"

namespace callgate {
namespace {

constexpr std::size_t kDigitsMax = 15;

bool is_e164(std::string_view text) {
  return text.size() >= 2 && text.size() <= kDigitsMax + 1 && text[0] == '+' && text[1] != '0' &&
         std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Nothing is no number either.
std::string_view reason_of(PhoneError error) {
  constexpr std::string_view kPrefix = "phone_";
  return to_word(error == PhoneError::missing ? PhoneError::syntax : error).substr(kPrefix.size());
}

}  // namespace

Answer post_numbers(Request& request) {
  Question question{"invalid_number"};
  const auto asked = question.read<NumberAsked>(request);
  question.refuse_if_any();
  NumberView out;
  out.syntax = is_e164(asked.number);
  const auto phone = parse_phone(asked.number, asked.default_region.value_or(std::string{}));
  out.valid = phone.has_value();
  if (!phone) {
    out.reason = reason_of(phone.error());
    return json_response(200, out);
  }
  const NumberFacts facts = facts_of(*phone);
  out.e164 = format_e164(*phone);
  out.region = facts.region;
  out.calling_code = facts.calling_code;
  out.type = word_of(facts.type);
  std::vector<std::string>& zones = out.zones.emplace();
  for (const std::uint16_t zone : facts.zones) {
    zones.emplace_back(zone_name(zone));
  }
  return json_response(200, out);
}

}  // namespace callgate
