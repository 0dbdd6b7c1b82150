// The header row of a CSV file: its separator, and what each column is. The separator is the one of
// , ; tab and | that stands most often outside quotes, or what a first line "sep=;" says
// (spreadsheets write it). Metadata keys are the header's own words; a word that comes again gets
// _2, _3 …, a column without a word is column_N. Refused, with the cure: no phone column; a list
// that starts with a number instead of a header.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/expected.hpp"
#include "core/imports/csv_scan.hpp"
#include "core/imports/judge.hpp"
#include "core/imports/recipient_reader.hpp"

namespace callgate {

inline constexpr std::string_view kSeparators = ",;\t|";

// What "sep=;" says; nullopt for any other line.
[[nodiscard]] std::optional<char> separator_line(std::string_view record);

// `cells` is the record cut at every candidate.
[[nodiscard]] char choose_separator(std::string_view record, const std::vector<CsvCell>& cells);

class CsvColumns {
 public:
  [[nodiscard]] static Expected<CsvColumns, ImportRefused> read(
      const std::vector<std::string_view>& header, std::string_view default_region);

  // The recipient's texts in a row; missing cells are blank.
  [[nodiscard]] RecipientTexts texts_of(const std::vector<std::string_view>& cells) const;

  // The other cells that are not blank, as a JSON object; empty when there are none, nullopt when
  // it would be longer than kMetadataBytesMax.
  [[nodiscard]] std::optional<std::string> metadata_of(
      const std::vector<std::string_view>& cells) const;

 private:
  struct Column {
    std::optional<RecipientField> field;
    std::string name;
    std::string json_key;  // "Company":
  };
  std::vector<Column> columns_;
  std::set<std::string, std::less<>> keys_;  // what a cell beyond the header must not be called
};

}  // namespace callgate
