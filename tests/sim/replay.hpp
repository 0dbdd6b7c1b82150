// A play's Inputs given once more, to one core that never stops: what it says must be what was said
// in the play, where the process died, transactions were rolled back and caches dropped. So nothing
// that comes out may depend on what a core has in memory and its storage has not.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace callgate::sim {

// The Inputs and the encoded Outputs of a play, as records. Answers with the first Input that was
// answered otherwise, and both answers; nothing: there is none.
[[nodiscard]] std::optional<std::string> first_difference(std::string_view inputs,
                                                          std::string_view outputs);

}  // namespace callgate::sim
