// "Did you mean …?": the known name that a mistyped one is closest to, by Levenshtein's distance
// over letters and digits in one case, so that max_attempts finds maxAttempts. Names over 40 bytes
// find none.
#pragma once

#include <span>
#include <string_view>

namespace callgate {

// Empty when none is close: more than a third of the letters (at least one, at most three) would
// have to change. Of equally close names the first.
[[nodiscard]] std::string_view closest_name(std::string_view wrong,
                                            std::span<const std::string_view> known);

}  // namespace callgate
