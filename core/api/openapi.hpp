// The OpenAPI 3.1 document of a route table, made from the table and the described types alone, the
// same text at every home. A component reachable from a request body is an input (closed), any
// other an output.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/api/examples/examples.hpp"
#include "core/api/router.hpp"

namespace callgate {

struct OpenApiInfo {
  std::string_view title;
  std::string_view version;
  std::string_view description;
  std::string_view session_cookie;  // the cookie's name; empty: there is none
  std::span<const Example> examples = {};
};

[[nodiscard]] std::string openapi(std::span<const Route> table, const OpenApiInfo& info);

// Mistakes in a table, one sentence each, for its unit test: a pattern or method that is not
// well-formed or is there twice, an unknown permission, a missing handler or documentation, two
// schemas of one name, a query that is not flat.
[[nodiscard]] std::vector<std::string> mistakes_in(std::span<const Route> table);

}  // namespace callgate
