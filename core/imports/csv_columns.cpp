#include "core/imports/csv_columns.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <set>
#include <utility>

#include "core/imports/encoding.hpp"
#include "core/imports/header_words.hpp"
#include "core/imports/json_text.hpp"

namespace callgate {
namespace {

constexpr std::size_t kColumnsNamed = 8;  // in a refusal's sentence
constexpr std::size_t kNameBytesShown = 40;

std::string nameless(std::size_t column) {
  return "column_" + std::to_string(column + 1);
}

// The metadata key of each column, no two alike.
std::vector<std::string> make_keys(const std::vector<std::string_view>& header) {
  std::set<std::string, std::less<>> taken(header.begin(), header.end());
  std::map<std::string_view, std::size_t> times;
  std::vector<std::string> keys;
  keys.reserve(header.size());
  for (std::size_t column = 0; column < header.size(); ++column) {
    const std::string_view name = header[column];
    std::size_t& count = times[name];
    ++count;
    if (!name.empty() && count == 1) {
      keys.emplace_back(name);
      continue;
    }
    std::string key =
        name.empty() ? nameless(column) : std::string{name} + "_" + std::to_string(count);
    while (!taken.insert(key).second) {
      key = name.empty() ? key + "_" : std::string{name} + "_" + std::to_string(++count);
    }
    keys.push_back(std::move(key));
  }
  return keys;
}

std::string list_names(const std::vector<std::string_view>& header) {
  std::string list;
  const std::size_t shown = std::min(header.size(), kColumnsNamed);
  for (std::size_t column = 0; column < shown; ++column) {
    list += column == 0 ? "\"" : ", \"";
    list += cut_utf8(header[column], kNameBytesShown);
    list += '"';
  }
  if (shown < header.size()) {
    list += " and " + std::to_string(header.size() - shown) + " more";
  }
  return list;
}

ImportRefused refuse_header(const std::vector<std::string_view>& header,
                            std::string_view default_region) {
  const bool has_number = std::any_of(header.begin(), header.end(), [&](std::string_view cell) {
    return !cell.empty() && parse_phone(cell, default_region).has_value();
  });
  if (has_number) {
    return {"header_missing",
            "The first row is a contact, not a header. Put a row with the columns' names above it, "
            "one of them \"Phone Number\".",
            0};
  }
  return {"phone_column_missing",
          "No column is named like a phone number; there are " + list_names(header) +
              ". Name the column with the numbers \"Phone Number\".",
          0};
}

}  // namespace

std::optional<char> separator_line(std::string_view record) {
  constexpr std::string_view kSays = "sep=";
  const bool quoted = record.size() >= 2 && record.front() == '"' && record.back() == '"';
  if (quoted) {
    record = record.substr(1, record.size() - 2);
  }
  const bool says = record.size() == kSays.size() + 1 &&
                    std::equal(kSays.begin(), kSays.end(), record.begin(),
                               [](char word, char c) { return word == (c | 0x20); });
  if (!says || kSeparators.find(record.back()) == std::string_view::npos) {
    return std::nullopt;
  }
  return record.back();
}

char choose_separator(std::string_view record, const std::vector<CsvCell>& cells) {
  std::array<std::size_t, kSeparators.size()> counts{};
  for (std::size_t cell = 0; cell + 1 < cells.size(); ++cell) {
    ++counts[kSeparators.find(record[cells[cell].end])];
  }
  const auto most = std::max_element(counts.begin(), counts.end());
  return kSeparators[static_cast<std::size_t>(most - counts.begin())];
}

Expected<CsvColumns, ImportRefused> CsvColumns::read(const std::vector<std::string_view>& header,
                                                     std::string_view default_region) {
  const auto fields = assign_fields(header);
  if (std::find(fields.begin(), fields.end(), RecipientField::phone) == fields.end()) {
    return unexpected(refuse_header(header, default_region));
  }
  auto keys = make_keys(header);
  CsvColumns columns;
  columns.columns_.reserve(header.size());
  for (std::size_t column = 0; column < header.size(); ++column) {
    std::string json_key;
    append_json_string(json_key, keys[column]);
    json_key += ':';
    columns.columns_.push_back({fields[column], std::string{header[column]}, std::move(json_key)});
    columns.keys_.insert(std::move(keys[column]));
  }
  return columns;
}

RecipientTexts CsvColumns::texts_of(const std::vector<std::string_view>& cells) const {
  RecipientTexts texts;
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    const auto& field = columns_[column].field;
    if (!field) {
      continue;
    }
    const std::string_view cell = column < cells.size() ? cells[column] : std::string_view{};
    switch (*field) {
      case RecipientField::phone:
        texts.phone = cell;
        texts.phone_field = columns_[column].name;
        break;
      case RecipientField::first_name:
        texts.first_name = cell;
        break;
      case RecipientField::last_name:
        texts.last_name = cell;
        break;
      case RecipientField::full_name:
        texts.full_name = cell;
        break;
      case RecipientField::timezone:
        texts.timezone = cell;
        texts.timezone_field = columns_[column].name;
        break;
    }
  }
  return texts;
}

std::optional<std::string> CsvColumns::metadata_of(
    const std::vector<std::string_view>& cells) const {
  std::string json;
  for (std::size_t column = 0; column < cells.size(); ++column) {
    if (cells[column].empty() || (column < columns_.size() && columns_[column].field)) {
      continue;
    }
    json += json.empty() ? '{' : ',';
    if (column < columns_.size()) {
      json += columns_[column].json_key;
    } else {
      std::string key = nameless(column);
      while (keys_.find(key) != keys_.end()) {
        key += '_';
      }
      append_json_string(json, key);
      json += ':';
    }
    append_json_string(json, cells[column]);
    if (json.size() >= kMetadataBytesMax) {
      return std::nullopt;
    }
  }
  if (!json.empty()) {
    json += '}';
  }
  return json;
}

}  // namespace callgate
