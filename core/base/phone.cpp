#include "core/base/phone.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "core/base/bytes.hpp"
#include "core/base/check.hpp"
#include "core/base/phone_plan/phone_plan.hpp"

namespace callgate {
namespace {

constexpr std::size_t kE164Max = 15;  // E.164
constexpr LengthSet kAnyLength = ~LengthSet{0};

struct Span32 {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

// Blanks (also the invisible marks that address books paste along), dots, dashes, brackets, slash.
constexpr Span32 kIgnored[] = {
    {'\t', '\r'},     {' ', ' '},       {'(', ')'},       {'-', '/'},       {'[', '['},
    {']', ']'},       {0x00A0, 0x00A0}, {0x00AD, 0x00AD}, {0x2000, 0x2015}, {0x202A, 0x202F},
    {0x2060, 0x2060}, {0x2066, 0x2069}, {0x2212, 0x2212}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF},
    {0xFF08, 0xFF09}, {0xFF0D, 0xFF0F},
};

// ASCII, Arabic-Indic, Persian and full-width digits: each ten code points from its zero.
constexpr std::uint32_t kZeros[] = {'0', 0x0660, 0x06F0, 0xFF10};
constexpr std::uint32_t kFullWidthPlus = 0xFF0B;

// The next character of well-formed UTF-8, taken from the left.
std::uint32_t take_character(std::string_view& text) {
  const auto lead = static_cast<std::uint8_t>(text.front());
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  std::uint32_t value = length == 1 ? lead : lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    value = (value << 6) | (static_cast<std::uint8_t>(text[i]) & 0x3FU);
  }
  text.remove_prefix(length);
  return value;
}

bool is_separator(std::uint32_t character) {
  return std::any_of(std::begin(kIgnored), std::end(kIgnored), [&](const Span32& span) {
    return character >= span.first && character <= span.last;
  });
}

std::optional<char> digit_of(std::uint32_t character) {
  for (const std::uint32_t zero : kZeros) {
    if (character >= zero && character < zero + 10) {
      return static_cast<char>('0' + (character - zero));
    }
  }
  return std::nullopt;
}

// What is left of a number once its separators are dropped.
class Dialled {
 public:
  bool plus = false;

  // Digits past the room say only that there are too many, which those in it say too.
  void add(char digit) {
    if (size_ < digits_.size()) {
      digits_[size_++] = digit;
    }
  }
  [[nodiscard]] std::string_view digits() const { return {digits_.data(), size_}; }

 private:
  static constexpr std::size_t kRoom = 64;  // a prefix, a calling code, and 32 digits at the least

  std::array<char, kRoom> digits_ = {};
  std::size_t size_ = 0;
};

std::string_view without_tel(std::string_view text) {
  constexpr std::string_view kTel = "tel";
  if (text.size() <= kTel.size() || text[kTel.size()] != ':') {
    return text;
  }
  for (std::size_t i = 0; i < kTel.size(); ++i) {
    if (text[i] != kTel[i] && text[i] != kTel[i] - 'a' + 'A') {
      return text;
    }
  }
  return text.substr(kTel.size() + 1);
}

Expected<Dialled, PhoneError> read(std::string_view raw) {
  if (first_invalid_utf8(raw)) {
    return unexpected(PhoneError::syntax);
  }
  const std::size_t first = raw.find_first_not_of(" \t\r\n");
  std::string_view text =
      without_tel(first == std::string_view::npos ? std::string_view{} : raw.substr(first));
  Dialled out;
  bool only_separators = true;
  while (!text.empty()) {
    if (text.front() >= '0' && text.front() <= '9') {  // nearly all that comes
      only_separators = false;
      out.add(text.front());
      text.remove_prefix(1);
      continue;
    }
    const std::uint32_t character = take_character(text);
    if (is_separator(character)) {
      continue;
    }
    only_separators = false;
    if (const auto digit = digit_of(character)) {
      out.add(*digit);
    } else if ((character == '+' || character == kFullWidthPlus) && !out.plus &&
               out.digits().empty()) {
      out.plus = true;
    } else {
      return unexpected(PhoneError::syntax);
    }
  }
  if (out.digits().empty()) {
    const bool blank = only_separators && raw.find_first_of("()[]-./") == std::string_view::npos;
    return unexpected(blank ? PhoneError::missing : PhoneError::syntax);
  }
  return out;
}

bool holds(LengthSet lengths, std::size_t count) {
  return count < 32 && ((lengths >> count) & 1U) != 0;
}

PhoneError length_error(LengthSet lengths, std::size_t count) {
  if (count >= 32 || (lengths >> count) == 0) {
    return PhoneError::too_long;
  }
  const LengthSet shorter = lengths & ((LengthSet{1} << count) - 1);
  return shorter == 0 ? PhoneError::too_short : PhoneError::invalid_length;
}

// Nothing begins with an empty prefix: a region without one drops nothing.
bool begins_with(std::string_view digits, std::string_view prefix) {
  return !prefix.empty() && digits.substr(0, prefix.size()) == prefix;
}

// The number without the trunk prefix it was written with. That may also be how a number begins
// (Russia's 8 does): then it stays where only the whole number fits.
std::string without_trunk(const CallingCode& plan, std::string_view national,
                          std::string_view trunk, LengthSet lengths) {
  const auto cut = cut_trunk(trunk, national);
  if (!cut) {
    return std::string{national};
  }
  std::string rest{cut->put_before};
  rest += national.substr(cut->dropped);
  return in_use(plan, rest) || (!in_use(plan, national) && holds(lengths, rest.size()))
             ? rest
             : std::string{national};
}

// The number behind the calling code, which is known to be in use.
Expected<Phone, PhoneError> number_of(const CallingCode& plan, std::string_view national) {
  const std::size_t code_size = plan.code < 10 ? 1 : plan.code < 100 ? 2 : 3;
  if (code_size + national.size() > kE164Max) {
    return unexpected(PhoneError::too_long);
  }
  Phone phone{plan.code};
  for (const char digit : national) {
    phone.digits = phone.digits * 10 + (digit - '0');
  }
  return phone;
}

// `national` is without its trunk prefix. What is wrong is told by the code's main region,
// whichever of its regions the number was written in.
Expected<Phone, PhoneError> join(const CallingCode& plan, std::string_view national) {
  if (in_use(plan, national)) {
    return number_of(plan, national);
  }
  return unexpected(holds(plan.lengths, national.size())
                        ? PhoneError::not_assigned
                        : length_error(plan.lengths, national.size()));
}

// Digits that begin with a calling code. No code is the beginning of another.
Expected<Phone, PhoneError> parse_international(std::string_view digits) {
  std::int32_t code = 0;
  for (std::size_t i = 0; i < 3 && i < digits.size() && digits[0] != '0'; ++i) {
    code = code * 10 + (digits[i] - '0');
    if (const auto plan = find_calling_code(code)) {
      return join(*plan, without_trunk(*plan, digits.substr(i + 1), plan->trunk, plan->lengths));
    }
  }
  return unexpected(PhoneError::unknown_country_code);
}

Expected<Phone, PhoneError> parse_national(std::string_view digits, const Region& region) {
  const auto plan = find_calling_code(region.code);
  CALLGATE_CHECK(plan.has_value());
  const bool whole = in_use(*plan, digits);
  if (whole && !cut_trunk(region.trunk, digits)) {
    return number_of(*plan, digits);
  }
  const std::string code = std::to_string(region.code);
  if (!whole && begins_with(digits, code)) {
    // "919876543210" in India: the calling code without its plus. What is too long for a number of
    // the region was meant so too, even when no number follows.
    const std::string national =
        without_trunk(*plan, digits.substr(code.size()), region.trunk, kAnyLength);
    const bool too_long = digits.size() >= 32 || region.lengths >> digits.size() == 0;
    if (in_use(*plan, national) || too_long) {
      return join(*plan, national);
    }
  }
  return join(*plan, without_trunk(*plan, digits, region.trunk, region.lengths));
}

// The number behind a prefix of `digits`; nullopt where they do not begin with it, or go on with a
// zero, as no calling code does.
std::optional<Expected<Phone, PhoneError>> parse_behind(std::string_view prefix,
                                                        std::string_view digits) {
  if (digits.size() <= prefix.size() || !begins_with(digits, prefix) ||
      digits[prefix.size()] == '0') {
    return std::nullopt;
  }
  return parse_international(digits.substr(prefix.size()));
}

// The number after the first international prefix that makes one. Digits that begin with a prefix
// of the region mean what they do on its telephones: where no number follows, why not (behind the
// longest prefix). nullopt when they are to be read as a national number.
std::optional<Expected<Phone, PhoneError>> parse_prefixed(std::string_view digits,
                                                          const Region& region) {
  std::optional<Expected<Phone, PhoneError>> found;
  bool double_zero_is_free = true;
  std::string_view prefixes = region.international;
  while (!prefixes.empty()) {
    const std::size_t blank = std::min(prefixes.find(' '), prefixes.size());
    if (const auto phone = parse_behind(prefixes.substr(0, blank), digits)) {
      found = phone;
      if (phone->has_value()) {
        return found;
      }
    }
    double_zero_is_free = double_zero_is_free && prefixes.substr(0, 2) != "00";
    prefixes.remove_prefix(std::min(blank + 1, prefixes.size()));
  }
  // The ITU's own, understood everywhere but where a carrier's digits follow the zeros (Australia's
  // 0011).
  if (!found && double_zero_is_free) {
    const auto phone = parse_behind("00", digits);
    return phone && phone->has_value() ? phone : std::nullopt;
  }
  return found;
}

}  // namespace

std::string_view to_word(PhoneError error) {
  switch (error) {
    case PhoneError::missing:
      return "phone_missing";
    case PhoneError::syntax:
      return "phone_syntax";
    case PhoneError::unknown_country_code:
      return "phone_unknown_country_code";
    case PhoneError::too_short:
      return "phone_too_short";
    case PhoneError::too_long:
      return "phone_too_long";
    case PhoneError::invalid_length:
      return "phone_invalid_length";
    case PhoneError::not_assigned:
      return "phone_not_assigned";
  }
  CALLGATE_CHECK(false);
}

std::string format_e164(Phone phone) {
  return "+" + std::to_string(phone.digits);
}

Expected<Phone, PhoneError> parse_phone(std::string_view raw, std::string_view default_region) {
  const auto dialled = read(raw);
  if (!dialled) {
    return unexpected(PhoneError{dialled.error()});
  }
  if (dialled->plus) {
    return parse_international(dialled->digits());
  }
  const auto region = find_region(default_region);
  if (!region) {
    return unexpected(PhoneError::syntax);
  }
  const auto prefixed = parse_prefixed(dialled->digits(), *region);
  return prefixed ? *prefixed : parse_national(dialled->digits(), *region);
}

}  // namespace callgate
