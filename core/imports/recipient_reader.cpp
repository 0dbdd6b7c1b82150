#include "core/imports/recipient_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <system_error>
#include <utility>

#include "core/base/bytes.hpp"
#include "core/imports/csv_columns.hpp"
#include "core/imports/csv_scan.hpp"
#include "core/imports/encoding.hpp"
#include "core/imports/json_recipient.hpp"
#include "core/imports/judge.hpp"

namespace callgate {
namespace {

constexpr std::size_t kRowBytesMax = 64 * 1024;
constexpr std::string_view kSavedBegins = "callgate-import 1\n";

using Refusal = std::optional<ImportRefused>;

ImportRow make_row(std::int64_t row, Expected<Recipient, Reject> judged) {
  if (judged) {
    return {row, *std::move(judged)};
  }
  return {row, std::move(judged.error())};
}

std::string where(std::int64_t row) {
  return row == 0 ? std::string{"the header"} : "row " + std::to_string(row);
}

}  // namespace

struct RecipientReader::State {
  ImportFormat format = ImportFormat::csv;
  std::string region;
  std::int64_t row = 0;      // rows that are complete
  std::int64_t offset = 0;   // of buffer's first byte in the file
  char separator = '\0';     // not known yet
  std::string header;        // the header's record as it came, empty before it
  std::string buffer;        // the file from the first byte that no complete row has
  std::size_t valid = 0;     // bytes of buffer that are whole characters
  std::size_t searched = 0;  // bytes of buffer that hold no end of a line (NDJSON)
  CsvScanner scanner{kSeparators};
  std::optional<CsvColumns> columns;
  std::vector<std::string_view> cells;  // of the row at hand

  // The row that the next byte belongs to; 0 is the header.
  [[nodiscard]] std::int64_t open_row() const {
    return format == ImportFormat::csv && !columns ? 0 : row + 1;
  }
  void drop(std::size_t bytes) {
    buffer.erase(0, bytes);
    valid -= bytes;
    offset += static_cast<std::int64_t>(bytes);
  }

  [[nodiscard]] bool resume();
  Refusal take(bool last, const ZoneNames& zones, std::vector<ImportRow>& rows);
  Refusal take_csv(bool last, const ZoneNames& zones, std::vector<ImportRow>& rows);
  Refusal take_header(std::string_view record);
  void take_row(const ZoneNames& zones, std::vector<ImportRow>& rows);
  Refusal take_ndjson(bool last, const ZoneNames& zones, std::vector<ImportRow>& rows);
  void cut_cells(char* record);
  // A row without any text is nobody's: spreadsheets leave them at the end of a list.
  [[nodiscard]] bool is_blank_row() const {
    return std::all_of(cells.begin(), cells.end(),
                       [](std::string_view cell) { return cell.empty(); });
  }
  void use_separator(char chosen);
  [[nodiscard]] ImportRefused refuse_long_row() const;
  [[nodiscard]] ImportRefused refuse_open_quote() const;
};

void RecipientReader::State::use_separator(char chosen) {
  separator = chosen;
  scanner = CsvScanner{std::string_view{&separator, 1}};
}

ImportRefused RecipientReader::State::refuse_open_quote() const {
  return {"quote_unterminated",
          "A quoted text that begins in " + where(open_row()) +
              " never ends. Close it with a quote, and write each quote inside it twice.",
          open_row()};
}

ImportRefused RecipientReader::State::refuse_long_row() const {
  if (format == ImportFormat::csv && scanner.in_quotes()) {
    return refuse_open_quote();  // the quote is why the row has no end
  }
  return {"row_too_long",
          "There is no end of a line within " + std::to_string(kRowBytesMax) + " bytes, in " +
              where(open_row()) + ". Each contact is a line of its own.",
          open_row()};
}

void RecipientReader::State::cut_cells(char* record) {
  cells.clear();
  for (const CsvCell cell : scanner.cells()) {
    cells.push_back(trim(take_cell(record, cell)));
  }
}

// A record without any text is no header yet.
Refusal RecipientReader::State::take_header(std::string_view record) {
  std::string copy{record};
  cut_cells(copy.data());
  if (is_blank_row()) {
    return std::nullopt;
  }
  header = record;
  auto read = CsvColumns::read(cells, region);
  if (!read) {
    return std::move(read.error());
  }
  columns = *std::move(read);
  return std::nullopt;
}

void RecipientReader::State::take_row(const ZoneNames& zones, std::vector<ImportRow>& rows) {
  if (is_blank_row()) {
    return;
  }
  ++row;
  auto judged = judge_recipient(columns->texts_of(cells), region, zones);
  if (judged) {
    auto metadata = columns->metadata_of(cells);
    if (metadata) {
      judged->metadata = *std::move(metadata);
    } else {
      judged = unexpected(reject_metadata({}));
    }
  }
  rows.push_back(make_row(row, std::move(judged)));
}

Refusal RecipientReader::State::take_csv(bool last, const ZoneNames& zones,
                                         std::vector<ImportRow>& rows) {
  std::size_t begin = 0;
  while (begin < valid) {
    const std::size_t room = std::min(valid - begin, kRowBytesMax + 1);
    const auto newline = scanner.scan({buffer.data() + begin, room});
    if (!newline && room > kRowBytesMax) {
      return refuse_long_row();
    }
    if (!newline && !last) {
      break;
    }
    if (!newline) {
      if (scanner.in_quotes()) {
        return refuse_open_quote();
      }
      scanner.close(room);
    }
    const std::string_view record{buffer.data() + begin, newline.value_or(room)};
    if (columns) {
      cut_cells(buffer.data() + begin);
      take_row(zones, rows);
    } else if (separator == '\0' && !trim(record).empty()) {
      const auto said = separator_line(record);
      use_separator(said ? *said : choose_separator(record, scanner.cells()));
      if (!said) {
        continue;  // the same record again, cut at its separator alone
      }
    } else if (auto refused = take_header(record)) {
      return refused;
    }
    scanner.restart();
    begin += record.size() + (newline ? 1 : 0);
  }
  drop(begin);
  if (last && !columns) {
    return ImportRefused{"header_missing",
                         "The file is empty. Its first row names the columns, one of them \"Phone "
                         "Number\".",
                         0};
  }
  return std::nullopt;
}

Refusal RecipientReader::State::take_ndjson(bool last, const ZoneNames& zones,
                                            std::vector<ImportRow>& rows) {
  std::size_t begin = 0;
  while (begin < valid) {
    const std::string_view text{buffer.data() + begin, std::min(valid - begin, kRowBytesMax + 1)};
    const std::size_t newline = text.find('\n', searched);
    if (newline == std::string_view::npos && text.size() > kRowBytesMax) {
      return refuse_long_row();
    }
    if (newline == std::string_view::npos && !last) {
      searched = text.size();
      break;
    }
    const std::string_view line = text.substr(0, newline);
    ++row;
    if (!trim(line).empty()) {
      rows.push_back(make_row(row, judge_json_line(line, region, zones)));
    }
    searched = 0;
    begin += std::min(line.size() + 1, text.size());
  }
  drop(begin);
  return std::nullopt;
}

Refusal RecipientReader::State::take(bool last, const ZoneNames& zones,
                                     std::vector<ImportRow>& rows) {
  const Utf8Rest rest = advance_utf8(buffer, valid, offset == 0);
  if (offset == 0 && std::string_view{buffer}.substr(0, valid).substr(0, 3) == kByteOrderMark) {
    drop(kByteOrderMark.size());
  }
  // What lies before a wrong byte is judged first, so that the answer does not depend on the
  // pieces.
  const bool is_end = last && rest == Utf8Rest::none;
  auto refused = format == ImportFormat::csv ? take_csv(is_end, zones, rows)
                                             : take_ndjson(is_end, zones, rows);
  if (refused) {
    return refused;
  }
  if (rest == Utf8Rest::wrong || (last && rest == Utf8Rest::cut_off)) {
    const std::int64_t wrong_at = offset + static_cast<std::int64_t>(valid);
    auto fault = explain_encoding(std::string_view{buffer}.substr(valid), wrong_at, open_row());
    return ImportRefused{std::move(fault.code), std::move(fault.detail), open_row()};
  }
  return std::nullopt;
}

RecipientReader::RecipientReader(ImportFormat format, std::string default_region)
    : state_(std::make_unique<State>()) {
  state_->format = format;
  state_->region = std::move(default_region);
}

RecipientReader::RecipientReader(State state) : state_(std::make_unique<State>(std::move(state))) {}
RecipientReader::RecipientReader(RecipientReader&&) noexcept = default;
RecipientReader& RecipientReader::operator=(RecipientReader&&) noexcept = default;
RecipientReader::~RecipientReader() = default;

Expected<std::vector<ImportRow>, ImportRefused> RecipientReader::feed(std::string_view bytes,
                                                                      bool last,
                                                                      const ZoneNames& zones) {
  state_->buffer.append(bytes);
  std::vector<ImportRow> rows;
  if (auto refused = state_->take(last, zones, rows)) {
    return unexpected(*std::move(refused));
  }
  return rows;
}

std::string RecipientReader::save() const {
  const State& state = *state_;
  const std::string_view buffer = state.buffer;
  std::string saved{kSavedBegins};
  const auto put = [&](std::string_view field) {
    saved += std::to_string(field.size());
    saved += ':';
    saved += field;
    saved += '\n';
  };
  put(state.format == ImportFormat::csv ? "csv" : "ndjson");
  put(state.region);
  put({&state.separator, state.separator == '\0' ? std::size_t{0} : std::size_t{1}});
  put(std::to_string(state.row));
  put(std::to_string(state.offset));
  put(state.header);
  put(buffer.substr(0, state.valid));
  put(to_hex(bytes_of(buffer.substr(state.valid))));  // a character that is cut off is not text yet
  return saved;
}

namespace {

std::optional<std::int64_t> read_count(std::string_view digits) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  const bool is_whole = error == std::errc{} && end == digits.data() + digits.size();
  return is_whole && count >= 0 ? std::optional{count} : std::nullopt;
}

// The fields of a saved text, in the order of save(); nullopt for any other text.
std::optional<std::array<std::string_view, 8>> read_fields(std::string_view saved) {
  if (saved.substr(0, kSavedBegins.size()) != kSavedBegins) {
    return std::nullopt;
  }
  saved.remove_prefix(kSavedBegins.size());
  std::array<std::string_view, 8> fields;
  for (std::string_view& field : fields) {
    const std::size_t colon = saved.find(':');
    const auto size =
        colon == std::string_view::npos ? std::nullopt : read_count(saved.substr(0, colon));
    if (!size || static_cast<std::uint64_t>(*size) >= saved.size() - colon - 1) {
      return std::nullopt;
    }
    field = saved.substr(colon + 1, static_cast<std::size_t>(*size));
    saved.remove_prefix(colon + 1 + field.size());
    if (saved.front() != '\n') {
      return std::nullopt;
    }
    saved.remove_prefix(1);
  }
  return saved.empty() ? std::optional{fields} : std::nullopt;
}

}  // namespace

// The header is understood anew, the unfinished row looked through again: neither may hold more or
// less than save() puts there.
bool RecipientReader::State::resume() {
  if (!header.empty()) {
    if (separator == '\0' || scanner.scan(header) || scanner.in_quotes()) {
      return false;
    }
    scanner.close(header.size());
    if (take_header(header) || !columns) {
      return false;
    }
    scanner.restart();
  }
  const std::string_view open = std::string_view{buffer}.substr(0, valid);
  if (format == ImportFormat::ndjson) {
    searched = valid;
    return header.empty() && separator == '\0' && open.find('\n') == std::string_view::npos;
  }
  return !scanner.scan(open);
}

std::optional<RecipientReader> RecipientReader::restore(std::string_view saved) {
  const auto fields = read_fields(saved);
  if (!fields) {
    return std::nullopt;
  }
  const auto& [format, region, separator, row_text, offset_text, header, open, cut_off_hex] =
      *fields;
  const auto row = read_count(row_text);
  const auto offset = read_count(offset_text);
  const auto cut_off = from_hex(cut_off_hex);
  const bool is_text = !first_invalid_utf8(header) && !first_invalid_utf8(open);
  const bool fits = header.size() <= kRowBytesMax && open.size() <= kRowBytesMax;
  if (!row || !offset || !cut_off || !is_text || !fits || separator.size() > 1) {
    return std::nullopt;
  }
  State state;
  state.format = format == "csv" ? ImportFormat::csv : ImportFormat::ndjson;
  state.region = region;
  state.row = *row;
  state.offset = *offset;
  state.header = header;
  state.buffer = open;
  state.valid = open.size();
  if (!separator.empty()) {
    state.use_separator(separator.front());
  }
  if (!state.resume()) {
    return std::nullopt;
  }
  state.buffer.append(text_of(*cut_off));
  const Utf8Rest rest = advance_utf8(state.buffer, state.valid, state.offset == 0);
  const bool whole = rest == (cut_off->empty() ? Utf8Rest::none : Utf8Rest::cut_off);
  RecipientReader reader{std::move(state)};
  // Whatever else is not as save() writes it shows here.
  return whole && reader.save() == saved ? std::optional{std::move(reader)} : std::nullopt;
}

}  // namespace callgate
