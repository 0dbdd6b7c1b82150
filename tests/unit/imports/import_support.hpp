// What the import tests share: a zone table with a few names, and a whole file read in pieces.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/imports/recipient_reader.hpp"

namespace callgate {

class FewZones final : public ZoneNames {
 public:
  [[nodiscard]] bool knows(std::string_view iana_name) const override {
    constexpr std::array<std::string_view, 4> kNames{"America/New_York", "Europe/Berlin",
                                                     "Asia/Kolkata", "UTC"};
    return std::find(kNames.begin(), kNames.end(), iana_name) != kNames.end();
  }
};

// All a file led to: rows, or the refusal.
struct FileRead {
  std::vector<ImportRow> rows;
  std::optional<ImportRefused> refused;

  // The recipient, or reject, of the n-th row that came out; fails when it is the other.
  [[nodiscard]] const Recipient& taken(std::size_t n) const {
    return std::get<Recipient>(rows.at(n).value);
  }
  [[nodiscard]] const Reject& reject(std::size_t n) const {
    return std::get<Reject>(rows.at(n).value);
  }
};

// Feeds `file` in pieces whose sizes `next_size` says (at least 1), saved and restored between
// when `restores` is set.
template <class NextSize>
[[nodiscard]] FileRead read_in_pieces(ImportFormat format, std::string_view file,
                                      NextSize next_size, bool restores,
                                      std::string_view region = "US") {
  const FewZones zones;
  FileRead result;
  RecipientReader reader{format, std::string{region}};
  bool last = false;
  while (!last) {
    const std::size_t size = std::min<std::size_t>(next_size(), file.size());
    last = size == file.size();
    auto rows = reader.feed(file.substr(0, size), last, zones);
    if (!rows) {
      result.refused = std::move(rows.error());
      return result;
    }
    for (ImportRow& row : *rows) {
      result.rows.push_back(std::move(row));
    }
    file.remove_prefix(size);
    if (restores && !last) {
      auto restored = RecipientReader::restore(reader.save());
      if (!restored) {
        result.refused = ImportRefused{"restore_refused", reader.save(), 0};
        return result;
      }
      reader = *std::move(restored);
    }
  }
  return result;
}

[[nodiscard]] inline FileRead read_whole(ImportFormat format, std::string_view file,
                                         std::string_view region = "US") {
  return read_in_pieces(format, file, [&] { return file.size(); }, false, region);
}

[[nodiscard]] inline FileRead read_csv(std::string_view file, std::string_view region = "US") {
  return read_whole(ImportFormat::csv, file, region);
}

[[nodiscard]] inline FileRead read_ndjson(std::string_view file, std::string_view region = "US") {
  return read_whole(ImportFormat::ndjson, file, region);
}

// One text per row, and one for a refusal: equal texts are equal reads.
[[nodiscard]] inline std::string describe(const FileRead& read) {
  std::string text;
  const auto put = [&](std::string_view part) {
    text += std::to_string(part.size());
    text += ':';
    text += part;
  };
  for (const ImportRow& row : read.rows) {
    put(std::to_string(row.row));
    if (const auto* recipient = std::get_if<Recipient>(&row.value)) {
      put(format_e164(recipient->phone));
      put(recipient->first_name);
      put(recipient->last_name);
      put(recipient->timezone);
      put(recipient->metadata);
    } else {
      const auto& reject = std::get<Reject>(row.value);
      put(reject.code);
      put(reject.field);
      put(reject.detail);
      put(reject.value);
    }
  }
  return text;
}

[[nodiscard]] inline std::string describe_refusal(const FileRead& read) {
  return read.refused ? read.refused->code + "@" + std::to_string(read.refused->row) + " " +
                            read.refused->detail
                      : std::string{};
}

}  // namespace callgate
