// The whole API on one screen: every route with who may use it and what it takes and answers.
// `/openapi.json` is made from this table.
#pragma once

#include <string_view>

#include "core/api/router.hpp"

namespace callgate {

inline constexpr std::string_view kVersion = "0.1.0";

[[nodiscard]] const RouteTable& routes();

}  // namespace callgate
