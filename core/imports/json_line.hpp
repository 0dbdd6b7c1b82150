// Reads one line of NDJSON: an object with a recipient's fields. Members of a member `metadata`
// that is an object stand beside the others; numbers keep the digits they were written with.
// Refused with one sentence: what is not JSON (and where), what is no object, a key given twice, a
// nesting deeper than 8, U+0000 in a string.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/expected.hpp"

namespace callgate {

enum class MemberKind : std::uint8_t { null, boolean, number, string, nested };

struct JsonMember {
  std::string key;
  std::string text;  // a scalar without quotes and escapes; empty for null and nested
  std::string json;  // the value as compact JSON
  MemberKind kind = MemberKind::null;
  bool in_metadata = false;  // came from the `metadata` object: never a field of the recipient
};

inline constexpr std::size_t kLineDepthMax = 8;

[[nodiscard]] Expected<std::vector<JsonMember>, std::string> read_json_line(std::string_view line);

}  // namespace callgate
