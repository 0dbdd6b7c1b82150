// Writes JSON string literals (RFC 8259, section 7): the two-letter escapes where there are any,
// \u00XX for the other control characters, everything else as it stands. The text is UTF-8 already;
// nothing is checked here.
#pragma once

#include <string>
#include <string_view>

namespace callgate {

// Appends `text` as a literal, quotation marks included.
void append_json_string(std::string& out, std::string_view text);

}  // namespace callgate
