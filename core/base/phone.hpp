// Telephone numbers as E.164. Reads what people type ("(415) 555-0132", "+44 20 7946 0084",
// "0044…", "tel:+1…") with a default region for numbers without a country code.
// Refused, with the reason: letters (so extensions too), two plus signs, an unknown country code,
// an impossible length, a number in no range that its country uses (phone_plan/ has the plans).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/expected.hpp"

namespace callgate {

enum class PhoneError : std::uint8_t {
  missing,
  syntax,
  unknown_country_code,
  too_short,
  too_long,
  invalid_length,  // between the shortest and the longest of its country, and yet none of them
  not_assigned
};

[[nodiscard]] std::string_view to_word(PhoneError error);  // "phone_missing", "phone_syntax" …

struct Phone {
  std::int64_t digits = 0;  // E.164 without the plus, at most 15 digits: fits a double exactly

  friend bool operator==(const Phone&, const Phone&) = default;
};

// "+14155550132".
[[nodiscard]] std::string format_e164(Phone phone);

// default_region is an ISO 3166 code ("US"), or empty when numbers must carry their country code.
// With one, its international prefix reads as the plus ("011" in the US; "00" too, unless longer
// prefixes begin with it there), and its trunk prefix is dropped.
[[nodiscard]] Expected<Phone, PhoneError> parse_phone(std::string_view raw,
                                                      std::string_view default_region);

}  // namespace callgate
