// POST /api/numbers and GET /api/numbers/{number}: one telephone number as somebody wrote it, and
// what is known of it; the second tells whose calling hours hold there too.
#pragma once

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
    return std::make_tuple(
        field("number", &NumberAsked::number, "As it was written", format("phone"),
              example("(415) 555-0132")),
        field("defaultRegion", &NumberAsked::default_region,
              "ISO 3166 code: where a number without a country code belongs", example("US")));
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
  static constexpr auto fields() {
    return std::make_tuple(
        field("syntax", &NumberView::syntax, "Whether it is E.164 as it stands"),
        field("valid", &NumberView::valid, "Whether its country uses such a number"),
        field("reason", &NumberView::reason,
              "Why it is not: syntax, unknown_country_code, too_short, too_long, invalid_length or "
              "not_assigned; the rest is then left out"),
        field("e164", &NumberView::e164, "How it is dialled", format("phone"),
              example("+14155550132")),
        field("region", &NumberView::region, "ISO 3166 code; 001 for none", example("US")),
        field("callingCode", &NumberView::calling_code, "Of the country", example("1")),
        field("type", &NumberView::type,
              "fixed_line, mobile, fixed_line_or_mobile, toll_free, premium_rate, shared_cost, "
              "voip, personal_number, pager, uan or voicemail"),
        field("zones", &NumberView::zones,
              "Where it may ring, by name; of a number that is tied to no place every zone of its "
              "calling code",
              format("time-zone")));
  }
};

struct NumberQuery {
  std::optional<std::string> default_region;
  static constexpr auto fields() {
    return std::make_tuple(field("defaultRegion", &NumberQuery::default_region,
                                 "ISO 3166 code: where a number without a country code belongs",
                                 example("US")));
  }
};

struct PlaceOfNumber {
  std::string country;
  std::optional<std::string> subdivision;
  std::vector<std::string> zones;
  std::vector<std::string> rules;
  static constexpr auto fields() {
    return std::make_tuple(
        field("country", &PlaceOfNumber::country, "ISO 3166 code; 001 for none", example("US")),
        field("subdivision", &PlaceOfNumber::subdivision,
              "The state, where the area code of a US number is in one", example("FL")),
        field("zones", &PlaceOfNumber::zones,
              "Whose clocks all have to allow a call: those of the number, in North America those "
              "of its whole area code",
              format("time-zone")),
        field("rules", &PlaceOfNumber::rules,
              "Every rule of the place, for whatever purpose, by its id in /api/quiet-hours/rules",
              example("us-fl")));
  }
};

struct PlacedNumber : NumberView {
  std::optional<PlaceOfNumber> place;
  static constexpr auto fields() {
    return std::tuple_cat(NumberView::fields(), std::make_tuple(field("place", &PlacedNumber::place,
                                                                      "Whose calling hours hold")));
  }
};

Answer get_number(Request& request);
Answer post_numbers(Request& request);

}  // namespace callgate
