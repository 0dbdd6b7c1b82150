#include "core/imports/judge.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/base/ascii.hpp"
#include "core/imports/encoding.hpp"

namespace callgate {
namespace {

constexpr std::size_t kValueBytesMax = 100;

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// What a character that only looks different is to a telephone number; 0: nothing at all.
char32_t plain_character(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) {
    return c - 0xFEE0;  // full width
  }
  if (c == 0x00A0 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x3000) {
    return U' ';
  }
  if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212) {
    return U'-';
  }
  // Marks that address books put around numbers: zero width, left-to-right, byte order.
  const bool invisible = (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
                         (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF || c == 0x00AD;
  return invisible ? 0 : c;
}

std::string plain_text(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = plain_character(next_character(text, at));
    if (c != 0) {
      append_utf8(plain, c);
    }
  }
  return plain;
}

std::size_t count_digits(std::string_view text) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) -
                                  text.begin());
}

// A table read as decimal fractions writes 14155550132 as 14155550132.0; nothing is lost by that.
std::string_view without_decimal_zero(std::string_view number) {
  constexpr std::size_t kDigitsMin = 8;
  const std::size_t sign = !number.empty() && number.front() == '+' ? 1 : 0;
  const std::size_t digits = count_digits(number.substr(sign));
  return digits >= kDigitsMin && number.substr(sign + digits) == ".0"
             ? number.substr(0, sign + digits)
             : number;
}

// The number itself: without what a spreadsheet puts around a text that must not become a number.
std::string_view without_spreadsheet_marks(std::string_view text) {
  text = trim(text);
  if (text.size() >= 3 && text.substr(0, 2) == "=\"" && text.back() == '"') {
    return trim(text.substr(2, text.size() - 3));
  }
  if (!text.empty() && text.front() == '\'') {
    return trim(text.substr(1));
  }
  return without_decimal_zero(text);
}

// "1.4155550132E+10": digits, a fraction with a point or comma, and an exponent.
bool is_scientific(std::string_view text) {
  if (!text.empty() && text.front() == '+') {
    text.remove_prefix(1);
  }
  const std::size_t whole = count_digits(text);
  text.remove_prefix(whole);
  if (!text.empty() && (text.front() == '.' || text.front() == ',')) {
    text.remove_prefix(1);
    text.remove_prefix(count_digits(text));
  }
  if (whole == 0 || text.empty() || (text.front() != 'e' && text.front() != 'E')) {
    return false;
  }
  text.remove_prefix(1);
  if (!text.empty() && text.front() == '+') {
    text.remove_prefix(1);
  }
  return !text.empty() && text.size() <= 2 && count_digits(text) == text.size();
}

std::string explain_phone(PhoneError error, std::string_view number, std::string_view region) {
  if (is_scientific(number)) {
    return "A spreadsheet turned the number into " + std::string{number} +
           " and lost digits: format the column as text, enter the numbers again and export anew.";
  }
  switch (error) {
    case PhoneError::missing:
      return "There is no phone number in this row.";
    case PhoneError::syntax:
      if (region.empty() && !number.empty() && number.front() != '+') {
        return "Without a country code the number cannot be dialled: write it like +14155550132, "
               "or "
               "choose a default country.";
      }
      return "This is not one phone number: it may hold digits, blanks, dots, dashes, brackets and "
             "one plus at the start.";
    case PhoneError::unknown_country_code:
      return "No country has the code that this number begins with.";
    case PhoneError::too_short:
      return "The number has too few digits for its country.";
    case PhoneError::too_long:
      return "The number has too many digits for its country.";
    case PhoneError::invalid_length:
      return "The number has a digit too many or too few for its country.";
    case PhoneError::not_assigned:
      return "No such number is assigned in its country: a digit is wrong or missing.";
  }
  return "This is not a phone number.";
}

Expected<Phone, Reject> judge_phone(const RecipientTexts& texts, std::string_view region) {
  std::string plain;
  std::string_view number = texts.phone;
  if (!is_ascii(number)) {
    plain = plain_text(number);
    number = plain;
  }
  number = without_spreadsheet_marks(number);
  if (number.empty()) {
    return unexpected(make_reject("phone_missing", texts.phone_field,
                                  explain_phone(PhoneError::missing, number, region), texts.phone));
  }
  const auto phone = is_scientific(number)
                         ? Expected<Phone, PhoneError>{unexpected(PhoneError::syntax)}
                         : parse_phone(number, region);
  if (!phone) {
    return unexpected(make_reject("phone_invalid", texts.phone_field,
                                  explain_phone(phone.error(), number, region), texts.phone));
  }
  return *phone;
}

// "Ada Lovelace", "Lovelace, Ada": the first word, or what follows the comma, is the first name.
std::pair<std::string_view, std::string_view> split_name(std::string_view name) {
  const std::size_t comma = name.find(',');
  if (comma != std::string_view::npos) {
    return {trim(name.substr(comma + 1)), trim(name.substr(0, comma))};
  }
  const std::size_t blank = name.find_first_of(" \t");
  if (blank == std::string_view::npos) {
    return {name, {}};
  }
  return {name.substr(0, blank), trim(name.substr(blank))};
}

}  // namespace

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  constexpr std::string_view kNoBreakSpace = "\xC2\xA0";
  while (true) {
    const std::size_t begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) {
      return {};
    }
    text = text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
    const bool before = text.substr(0, 2) == kNoBreakSpace;
    if (before) {
      text.remove_prefix(2);
    }
    const bool after = text.size() >= 2 && text.substr(text.size() - 2) == kNoBreakSpace;
    if (after) {
      text.remove_suffix(2);
    }
    if (!before && !after) {
      return text;
    }
  }
}

Reject make_reject(std::string_view code, std::string_view field, std::string detail,
                   std::string_view value) {
  return Reject{std::string{code}, std::string{field}, std::move(detail),
                std::string{cut_utf8(value, kValueBytesMax)}};
}

Reject reject_metadata(std::string_view value) {
  return make_reject("row_invalid", "",
                     "The row's other columns are longer than " +
                         std::to_string(kMetadataBytesMax) + " bytes together.",
                     value);
}

Expected<Recipient, Reject> judge_recipient(const RecipientTexts& texts,
                                            std::string_view default_region,
                                            const ZoneNames& zones) {
  const auto phone = judge_phone(texts, default_region);
  if (!phone) {
    return unexpected(phone.error());
  }
  const std::string_view zone = trim(texts.timezone);
  if (!zone.empty() && !zones.knows(zone)) {
    return unexpected(make_reject(
        "timezone_unknown", texts.timezone_field,
        "There is no such time zone: use an IANA name such as America/New_York, or leave it blank.",
        texts.timezone));
  }
  std::string_view first = trim(texts.first_name);
  std::string_view last = trim(texts.last_name);
  const std::string_view full = trim(texts.full_name);
  if (first.empty() && last.empty()) {
    std::tie(first, last) = split_name(full);
  }
  if (first.size() > kNameBytesMax || last.size() > kNameBytesMax) {
    return unexpected(make_reject("row_invalid", "",
                                  "The name is longer than " + std::to_string(kNameBytesMax) +
                                      " bytes: a quote may be missing or too much.",
                                  first.size() > kNameBytesMax ? first : last));
  }
  return Recipient{*phone, std::string{first}, std::string{last}, std::string{zone}, {}};
}

}  // namespace callgate
