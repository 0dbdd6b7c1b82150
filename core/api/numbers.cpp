#include "core/api/numbers.hpp"

#include <algorithm>

#include "core/api/question.hpp"
#include "core/base/numbering/area_states.hpp"
#include "core/base/numbering/number_facts.hpp"
#include "core/base/phone.hpp"
#include "core/schedule/callee.hpp"

namespace callgate {
namespace {

constexpr std::size_t kE164DigitsMax = 15;

bool is_e164(std::string_view text) {
  return text.size() >= 2 && text.size() <= kE164DigitsMax + 1 && text[0] == '+' &&
         text[1] != '0' &&
         std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Nothing is no number either.
std::string_view reason_of(PhoneError error) {
  constexpr std::string_view kPrefix = "phone_";
  return to_word(error == PhoneError::missing ? PhoneError::syntax : error).substr(kPrefix.size());
}

void fill(NumberView& out, std::string_view text, std::string_view default_region) {
  out.syntax = is_e164(text);
  const auto phone = parse_phone(text, default_region);
  out.valid = phone.has_value();
  if (!phone) {
    out.reason = reason_of(phone.error());
    return;
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
}

PlaceOfNumber place_of(Phone phone) {
  const CalleeClass callee = callee_class(phone, {});
  PlaceOfNumber out;
  out.country = callee.country;
  out.zones = callee.zones;
  const auto states = states_of_area(phone);
  if (states.size() == 1) {
    out.subdivision = states.front();
  }
  for (const QuietRule* rule : every_rule_for(callee)) {
    out.rules.emplace_back(rule->id);
  }
  return out;
}

}  // namespace

Answer get_number(Request& request) {
  const auto query = request.query<NumberQuery>();
  const std::string& text = request.path("number");
  const std::string region = query.default_region.value_or(std::string{});
  NumberView out;
  fill(out, text, region);
  if (const auto phone = parse_phone(text, region)) {
    out.place = place_of(*phone);
  }
  return json_response(200, out);
}

Answer post_numbers(Request& request) {
  Question question{"invalid_number", request};
  const auto asked = question.read<NumberAsked>(request);
  question.refuse_if_any();
  NumberView out;
  fill(out, asked.number, asked.default_region.value_or(std::string{}));
  return json_response(200, out);
}

}  // namespace callgate
