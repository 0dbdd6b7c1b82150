// Reads a list of recipients from a stream of bytes, CSV or NDJSON, pushed in pieces of any size.
// Pure: the whole state between two pieces is a short text (save/restore), so an import survives a
// crash. CSV is RFC 4180 plus what people send: BOM; comma, semicolon, tab or bar (as the header
// row or a first line "sep=;" has it); CR, LF or CRLF; quoted newlines; short and long rows; a row
// without any text is none. Columns are found by the header's words. Refused as a whole, with the
// cure: UTF-16 and other non-UTF-8, no header, no phone column, a quoted field that never ends, a
// row over 64 KB. Refused row by row: a missing or impossible number, an unknown time zone,
// metadata over 8 KB, a line that is no JSON object.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/expected.hpp"
#include "core/base/phone.hpp"

namespace callgate {

enum class ImportFormat : std::uint8_t { csv = 1, ndjson = 2 };

struct Recipient {
  Phone phone;
  std::string first_name;
  std::string last_name;
  std::string timezone;  // IANA name, empty when none was given
  std::string metadata;  // the other columns as a JSON object's text, empty when there are none
};

// A row that was not taken. The codes are the API's: phone_missing, phone_invalid,
// timezone_unknown, row_invalid.
struct Reject {
  std::string code;
  std::string field;   // the column's name as the file spells it
  std::string detail;  // one sentence
  std::string value;   // the offending text, cut at 100 bytes on a character's edge
};

struct ImportRow {
  std::int64_t row = 0;  // 1 is the first row after the header (CSV) or the first line (NDJSON)
  std::variant<Recipient, Reject> value;
};

// The file as a whole is refused.
struct ImportRefused {
  std::string code;  // encoding_utf16, encoding_not_utf8, phone_column_missing, quote_unterminated,
                     // row_too_long, header_missing
  std::string detail;  // what is wrong, where, and the cure
  std::int64_t row = 0;
};

// Judges a zone's name: the schedule's zone table, passed in so that this file knows no zones.
class ZoneNames {
 public:
  ZoneNames() = default;
  ZoneNames(const ZoneNames&) = delete;
  ZoneNames& operator=(const ZoneNames&) = delete;
  virtual ~ZoneNames() = default;
  [[nodiscard]] virtual bool knows(std::string_view iana_name) const = 0;
};

class RecipientReader {
 public:
  RecipientReader(ImportFormat format, std::string default_region);
  RecipientReader(RecipientReader&&) noexcept;
  RecipientReader& operator=(RecipientReader&&) noexcept;
  ~RecipientReader();

  // Rows completed by these bytes, in order. After a refusal the reader is not used again.
  [[nodiscard]] Expected<std::vector<ImportRow>, ImportRefused> feed(std::string_view bytes,
                                                                     bool last,
                                                                     const ZoneNames& zones);

  // The state between two pieces as UTF-8 text: the header and an unfinished row, at most 64 KB
  // each. restore refuses foreign text.
  [[nodiscard]] std::string save() const;
  [[nodiscard]] static std::optional<RecipientReader> restore(std::string_view saved);

 private:
  struct State;
  explicit RecipientReader(State state);
  std::unique_ptr<State> state_;
};

// The field a CSV header or JSON member names ("Phone Number", "mobile", "first_name" …); nullopt:
// it is metadata, such as "E-Mail". Shared by both formats and by the JSON body of POST /api/jobs.
enum class RecipientField : std::uint8_t { phone, first_name, last_name, full_name, timezone };
[[nodiscard]] std::optional<RecipientField> recipient_field(std::string_view header);

}  // namespace callgate
