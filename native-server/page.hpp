// The one page this server has for browsers: static, without data, so it needs no credential. What
// it shows it fetches from the API with the session cookie.
#pragma once

#include <optional>
#include <string_view>

#include "core/output.hpp"

namespace callgate {

// nullopt: not the page's path, or a method that is none of its own.
[[nodiscard]] std::optional<Response> page_at(std::string_view method, std::string_view path);

}  // namespace callgate
