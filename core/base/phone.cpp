#include "core/base/phone.hpp"

#include <algorithm>
#include <optional>

#include "core/base/bytes.hpp"
#include "core/base/check.hpp"
#include "core/base/phone_plan/phone_plan.hpp"

namespace callgate {
namespace {

constexpr std::size_t kDigitsMax = 15;  // E.164

struct Span32 {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

// Blanks (also the invisible marks that address books paste along), dots, dashes, brackets, slash.
constexpr Span32 kSeparators[] = {
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
  return std::any_of(std::begin(kSeparators), std::end(kSeparators), [&](const Span32& span) {
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
struct Dialled {
  bool plus = false;
  std::string digits;
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
    const std::uint32_t character = take_character(text);
    if (is_separator(character)) {
      continue;
    }
    only_separators = false;
    if (const auto digit = digit_of(character)) {
      out.digits.push_back(*digit);
    } else if ((character == '+' || character == kFullWidthPlus) && !out.plus &&
               out.digits.empty()) {
      out.plus = true;
    } else {
      return unexpected(PhoneError::syntax);
    }
  }
  if (out.digits.empty()) {
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

const CallingCode* find_code(std::int32_t code) {
  const auto codes = calling_codes();
  const auto found =
      std::lower_bound(codes.begin(), codes.end(), code,
                       [](const CallingCode& row, std::int32_t want) { return row.code < want; });
  return found != codes.end() && found->code == code ? &*found : nullptr;
}

const Region* find_region(std::string_view iso) {
  const auto all = regions();
  const auto found = std::lower_bound(
      all.begin(), all.end(), iso,
      [](const Region& row, std::string_view want) { return std::string_view{row.iso} < want; });
  return found != all.end() && found->iso == iso ? &*found : nullptr;
}

// Whether the number is one of the calling code's plan (phone_plan.hpp has the automaton).
bool fits(const CallingCode& plan, std::string_view national) {
  const auto states = plan_states();
  const auto edges = plan_edges();
  std::size_t state = plan.plan;
  for (const char digit : national) {
    std::size_t edge = states[state] / 2;
    const std::size_t end = states[state + 1] / 2;
    while (edge < end && ((edges[edge] >> (digit - '0')) & 1U) == 0) {
      ++edge;
    }
    if (edge == end) {
      return false;
    }
    state = edges[edge] / 1024;
  }
  return states[state] % 2 == 1;
}

// What follows the trunk prefix when the number was written with one. It may also be how a number
// begins (Russia's 8 does): then it stays where only the whole number fits.
std::string_view without_trunk(const CallingCode& plan, std::string_view national,
                               std::string_view trunk, LengthSet lengths) {
  if (trunk.empty() || national.substr(0, trunk.size()) != trunk) {
    return national;
  }
  const std::string_view rest = national.substr(trunk.size());
  return fits(plan, rest) || (!fits(plan, national) && holds(lengths, rest.size())) ? rest
                                                                                    : national;
}

// `national` is without its trunk prefix. A wrong length is told by `lengths`.
Expected<Phone, PhoneError> join(const CallingCode& plan, std::string_view national,
                                 LengthSet lengths) {
  const std::string code = std::to_string(plan.code);
  if (!fits(plan, national)) {
    return unexpected(holds(lengths, national.size()) ? PhoneError::not_assigned
                                                      : length_error(lengths, national.size()));
  }
  if (code.size() + national.size() > kDigitsMax) {
    return unexpected(PhoneError::too_long);
  }
  Phone phone;
  for (const char digit : code) {
    phone.digits = phone.digits * 10 + (digit - '0');
  }
  for (const char digit : national) {
    phone.digits = phone.digits * 10 + (digit - '0');
  }
  return phone;
}

// Digits that begin with a calling code. No code is the beginning of another.
Expected<Phone, PhoneError> parse_international(std::string_view digits) {
  std::int32_t code = 0;
  for (std::size_t i = 0; i < 3 && i < digits.size() && digits[0] != '0'; ++i) {
    code = code * 10 + (digits[i] - '0');
    if (const CallingCode* plan = find_code(code)) {
      return join(*plan, without_trunk(*plan, digits.substr(i + 1), plan->trunk, plan->lengths),
                  plan->lengths);
    }
  }
  return unexpected(PhoneError::unknown_country_code);
}

Expected<Phone, PhoneError> parse_national(std::string_view digits, const Region& region) {
  const CallingCode* plan = find_code(region.code);
  CALLGATE_CHECK(plan != nullptr);
  const std::string code = std::to_string(region.code);
  if (!fits(*plan, digits) && digits.substr(0, code.size()) == code) {
    // "919876543210" in India: the calling code without its plus.
    const std::string_view national =
        without_trunk(*plan, digits.substr(code.size()), region.trunk, region.lengths);
    if (fits(*plan, national)) {
      return join(*plan, national, region.lengths);
    }
  }
  return join(*plan, without_trunk(*plan, digits, region.trunk, region.lengths), region.lengths);
}

// The number after the first international prefix that makes one; why not, when the digits begin
// with a prefix and no number follows; nullopt when they begin with none.
std::optional<Expected<Phone, PhoneError>> parse_prefixed(std::string_view digits,
                                                          const Region& region) {
  std::optional<Expected<Phone, PhoneError>> refused;
  const auto attempt = [&](std::string_view prefix) {
    if (digits.size() <= prefix.size() || digits.substr(0, prefix.size()) != prefix) {
      return false;
    }
    auto phone = parse_international(digits.substr(prefix.size()));
    const bool taken = phone.has_value();
    if (taken || !refused) {
      refused = std::move(phone);
    }
    return taken;
  };
  bool double_zero_is_free = true;
  std::string_view prefixes = region.international;
  while (!prefixes.empty()) {
    const std::size_t blank = std::min(prefixes.find(' '), prefixes.size());
    if (attempt(prefixes.substr(0, blank))) {
      return refused;
    }
    double_zero_is_free = double_zero_is_free && prefixes.substr(0, 2) != "00";
    prefixes.remove_prefix(std::min(blank + 1, prefixes.size()));
  }
  // The ITU's own, understood everywhere but where a carrier's digits follow the zeros (Australia's
  // 0011).
  if (double_zero_is_free) {
    attempt("00");
  }
  return refused;
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
    return parse_international(dialled->digits);
  }
  const Region* region = find_region(default_region);
  if (region == nullptr) {
    return unexpected(PhoneError::syntax);
  }
  const auto prefixed = parse_prefixed(dialled->digits, *region);
  if (prefixed && prefixed->has_value()) {
    return *prefixed;
  }
  const auto national = parse_national(dialled->digits, *region);
  return national || !prefixed ? national : *prefixed;
}

}  // namespace callgate
