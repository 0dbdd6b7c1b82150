// Cross-origin resource sharing (the Fetch standard): pages of which other origins may ask this
// deployment and read its answers. The host hands over the list; an Origin fits it only letter by
// letter, so neither "*" nor "null" ever does. Without a list no answer has a word of it, and the
// browser keeps other origins out. A preflight is answered with every method and header that some
// route takes; whether there is such a route is the status's to say, and who asks is judged when
// the request itself comes.
#pragma once

#include <string_view>

#include "core/api/problem.hpp"
#include "core/input.hpp"

namespace callgate {

// Whether the origin is in the list, whose commas may have spaces beside them.
[[nodiscard]] bool is_listed_origin(std::string_view origins, std::string_view origin);

// The first of the list that is no origin ("https://app.example.com", perhaps with a port), or an
// empty view.
[[nodiscard]] std::string_view mistaken_origin(std::string_view origins);

// What every answer to this request is told besides.
[[nodiscard]] Headers cors_headers(const HttpRequest& request, std::string_view origins);

}  // namespace callgate
