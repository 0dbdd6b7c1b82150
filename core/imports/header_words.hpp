// Which column is the phone number? A header is folded (case, accents, blanks, dashes, underscores,
// dots and signs fall away: "Téléphone", "Phone #" and "phone_number" are words like any other) and
// looked up in one table with the words people use, in the languages lists come in. Each word has a
// rank; of several columns for one field the lowest rank wins, then the first. The rest is
// metadata. A bare "name" is the whole name, but the last name beside a first name ("Name;
// Vorname") and the first name beside a last name ("Name, Surname").
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/imports/recipient_reader.hpp"

namespace callgate {

struct HeaderWord {
  RecipientField field = RecipientField::phone;
  int rank = 0;            // lower is more specific
  bool bare_name = false;  // "name": may be a part of the name beside the other part
};

[[nodiscard]] std::optional<HeaderWord> header_word(std::string_view header);

// The field each header stands for, in order; nullopt: metadata. Each field is given at most once.
[[nodiscard]] std::vector<std::optional<RecipientField>> assign_fields(
    const std::vector<std::string_view>& headers);

}  // namespace callgate
