// Text on the wire of the simulated carrier: JSON strings, instants, money, call ids, query
// strings. Written apart from callgate's own code on purpose: an error made there must not be made
// again here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/output.hpp"

namespace callgate::sim_carrier {

[[nodiscard]] std::int64_t wall_ms();

// "2026-11-21T09:30:00.123Z"; from 1970 to 9999.
[[nodiscard]] std::string instant_text(std::int64_t ms);
// An ISO 8601 date, or date and time with or without fraction and offset (none: UTC).
[[nodiscard]] std::optional<std::int64_t> read_instant(const std::string& text);

// Appends the quoted string. Bytes that are not UTF-8 pass through: they came in through a JSON
// parser.
void append_json(std::string& out, std::string_view text);

// Appends millionths as a JSON number of dollars: 12500 is 0.0125.
void append_dollars(std::string& out, std::int64_t micros);

// A version 7 UUID that ends in `row`; salt keeps ids of different runs apart.
[[nodiscard]] std::string call_id(std::int64_t created_ms, std::uint32_t row, std::uint64_t salt);
[[nodiscard]] std::optional<std::uint32_t> row_of_call_id(std::string_view id);

struct Target {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;  // decoded
};
[[nodiscard]] Target read_target(std::string_view target);

[[nodiscard]] Response json_response(std::int64_t status, std::string body);

// {"message": ..., "error": "Bad Request", "statusCode": 400}; a list of messages when there are
// several.
[[nodiscard]] Response error_response(std::int64_t status,
                                      const std::vector<std::string>& messages);

}  // namespace callgate::sim_carrier
