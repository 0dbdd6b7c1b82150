// POST /api/numbers and GET /api/numbers/{number}: one telephone number as somebody wrote it, and
// what is known of it; the second tells whose calling hours hold there too.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/router.hpp"
#include "core/api/schema.hpp"

namespace callgate {

struct NumberAsked {
  std::string number;
  std::optional<std::string> default_region;
  static constexpr auto fields() {
    return std::array{
        field<&NumberAsked::number>("number", "As it was written", format("phone"),
                                    example("(415) 555-0132")),
        field<&NumberAsked::default_region>(
            "defaultRegion", "ISO 3166 code: where a number without a country code belongs",
            example("US"))};
  }
};

struct PlaceOfNumber {
  std::string country;
  std::optional<std::string> subdivision;
  std::vector<std::string> zones;
  std::vector<std::string> rules;
  static constexpr auto fields() {
    return std::array{
        field<&PlaceOfNumber::country>("country", "ISO 3166 code; 001 for none", example("US")),
        field<&PlaceOfNumber::subdivision>(
            "subdivision", "The state, where the area code of a US number is in one",
            example("FL")),
        field<&PlaceOfNumber::zones>(
            "zones",
            "Whose clocks all have to allow a call: those of the number, in North America those "
            "of its whole area code",
            format("time-zone")),
        field<&PlaceOfNumber::rules>(
            "rules",
            "Every rule of the place, for whatever purpose, by its id in /api/quiet-hours/rules",
            example("us-fl"))};
  }
};

struct NumberView {
  bool syntax = false;
  bool valid = false;
  std::optional<std::string> reason;
  std::optional<std::string> e164;
  std::optional<std::string> region;
  std::optional<std::int64_t> calling_code;
  std::optional<std::string> type;
  std::optional<std::vector<std::string>> zones;
  std::optional<PlaceOfNumber> place;
  static constexpr auto fields() {
    return std::array{
        field<&NumberView::syntax>("syntax", "Whether it is E.164 as it stands"),
        field<&NumberView::valid>("valid", "Whether its country uses such a number"),
        field<&NumberView::reason>(
            "reason",
            "Why it is not: syntax, unknown_country_code, too_short, too_long, invalid_length or "
            "not_assigned; the rest is then left out"),
        field<&NumberView::e164>("e164", "How it is dialled", format("phone"),
                                 example("+14155550132")),
        field<&NumberView::region>("region", "ISO 3166 code; 001 for none", example("US")),
        field<&NumberView::calling_code>("callingCode", "Of the country", example("1")),
        field<&NumberView::type>(
            "type",
            "fixed_line, mobile, fixed_line_or_mobile, toll_free, premium_rate, shared_cost, "
            "voip, personal_number, pager, uan or voicemail"),
        field<&NumberView::zones>(
            "zones",
            "Where it may ring, by name; of a number that is tied to no place every zone of its "
            "calling code",
            format("time-zone")),
        field<&NumberView::place>("place",
                                  "Whose calling hours hold; only when one number is asked for")};
  }
};

struct NumberQuery {
  std::optional<std::string> default_region;
  static constexpr auto fields() {
    return std::array{field<&NumberQuery::default_region>(
        "defaultRegion", "ISO 3166 code: where a number without a country code belongs",
        example("US"))};
  }
};

Answer get_number(Request& request);
Answer post_numbers(Request& request);

}  // namespace callgate
