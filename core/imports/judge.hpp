// Judges one recipient's texts, wherever they come from: a CSV row, an NDJSON line, a JSON body.
// The phone comes before the zone, so a row has one reason. Read leniently: invisible characters
// and typographic dashes in a number, a spreadsheet's ="…" and leading apostrophe, a trailing ".0".
// Refused, in words for the person who sent the list: phone_missing, phone_invalid,
// timezone_unknown, and row_invalid for a name over 512 bytes.
#pragma once

#include <string>
#include <string_view>

#include "core/base/expected.hpp"
#include "core/imports/recipient_reader.hpp"

namespace callgate {

struct RecipientTexts {
  std::string_view phone;
  std::string_view phone_field;  // what the sender calls it, for the reject
  std::string_view timezone;
  std::string_view timezone_field;
  std::string_view first_name;
  std::string_view last_name;
  std::string_view full_name;  // used where first_name and last_name are both blank
};

inline constexpr std::size_t kMetadataBytesMax = 8 * 1024;
inline constexpr std::size_t kNameBytesMax = 512;

// The recipient without metadata, or why not.
[[nodiscard]] Expected<Recipient, Reject> judge_recipient(const RecipientTexts& texts,
                                                          std::string_view default_region,
                                                          const ZoneNames& zones);

// A reject whose value is cut to 100 bytes.
[[nodiscard]] Reject make_reject(std::string_view code, std::string_view field, std::string detail,
                                 std::string_view value);

// The reject for metadata over kMetadataBytesMax.
[[nodiscard]] Reject reject_metadata(std::string_view value);

// Without the blanks at both ends (space, tab, CR, LF, no-break space).
[[nodiscard]] std::string_view trim(std::string_view text);

}  // namespace callgate
