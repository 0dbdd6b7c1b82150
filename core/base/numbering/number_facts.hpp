// What is known of a number in use: the region it belongs to, what kind of number it is, and the
// time zones where it may ring. From libphonenumber's metadata and zone map, in which a number that
// is tied to no place (a mobile, in most countries) has every zone of its calling code: more zones
// than needed are safe for calling hours, fewer are not. Of a number that is not in use the answer
// means nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/base/phone.hpp"

namespace callgate {

// In the order of facts.mjs.
enum class NumberType : std::uint8_t {
  fixed_line,
  mobile,
  toll_free,
  premium_rate,
  personal_number,
  voicemail,
  uan,
  pager,
  voip,
  shared_cost,
  fixed_line_or_mobile
};

struct NumberFacts {
  std::string_view region;  // ISO 3166 code; "001" for none
  NumberType type = NumberType::fixed_line;
  std::int32_t calling_code = 0;
  std::span<const std::uint16_t>
      zones;  // zone_name() of each, ascending; none where it has no place
};

[[nodiscard]] NumberFacts facts_of(Phone phone);

// A calling code (7), or 1 and an area code of North America (1850), that lies in several zones,
// and all of these. Of a calling code they are what facts_of says of its numbers that are tied to
// no place. Of an area code they are more than it says: it goes on to the exchange, which tells
// where a telephone line begins, but not where a mobile number is, nor one in an exchange that is
// new.
struct WidePrefix {
  std::int32_t prefix = 0;
  std::span<const std::uint16_t> zones;  // ascending by name
};

// The one at a place below wide_prefix_count(); ascending.
[[nodiscard]] std::size_t wide_prefix_count();
[[nodiscard]] WidePrefix wide_prefix(std::size_t place);

// That of a number's area code.
[[nodiscard]] std::optional<WidePrefix> wide_area_of(Phone phone);

// The IANA name.
[[nodiscard]] std::string_view zone_name(std::uint16_t zone);

// "fixed_line", as libphonenumber has it.
[[nodiscard]] std::string_view word_of(NumberType type);

}  // namespace callgate
