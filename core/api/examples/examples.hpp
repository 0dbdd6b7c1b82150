// Examples for the API's description: requests and answers of the conformance suite as they were
// recorded from a server by generate.mjs, lists cut to their first two items.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace callgate {

struct Example {
  std::string_view method;
  std::string_view pattern;  // of the route
  std::int64_t status = 0;   // of the answer; 0: a request's body
  std::string_view json = {};
};

[[nodiscard]] std::span<const Example> examples();

}  // namespace callgate
