#include "core/api/routes.hpp"

#include <catch2/catch_test_macros.hpp>

#include "core/api/openapi.hpp"

namespace callgate {

TEST_CASE("the route table has no mistakes") {
  for (const std::string& mistake : mistakes_in(routes())) {
    FAIL_CHECK(mistake);
  }
}

TEST_CASE("only health, the index and the description of the API are open to anyone") {
  std::string open;
  for (const Route& route : routes()) {
    if (route.access.kind == Access::Kind::anyone) {
      open.append(route.pattern).append(" ");
    }
  }
  CHECK(open == "/api /openapi.json /healthz /readyz ");
}

}  // namespace callgate
