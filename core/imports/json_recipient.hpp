// One line of NDJSON as a recipient. Members are found by the words that CSV headers are found by
// ("phoneNumber", "first_name", "tz" …); all others, and what a `metadata` object holds, become the
// metadata, with their JSON types.
// Refused as row_invalid: what json_line.hpp refuses, a key both beside and in `metadata`, too much
// metadata; and whatever judge.hpp refuses.
#pragma once

#include <string_view>

#include "core/imports/judge.hpp"
#include "core/imports/recipient_reader.hpp"

namespace callgate {

[[nodiscard]] Expected<Recipient, Reject> judge_json_line(std::string_view line,
                                                          std::string_view default_region,
                                                          const ZoneNames& zones);

}  // namespace callgate
