#include "core/api/routes.hpp"

#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string_view>

#include "core/api/access.hpp"
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

TEST_CASE("every permission opens a route, or something that a route asks for by name") {
  const std::set<std::string_view> by_name{"calls:as_other", "compliance:override", "pii:read"};
  std::set<std::string_view> opened;
  for (const Route& route : routes()) {
    opened.insert(route.access.permission);
  }
  for (const Permission& permission : permissions()) {
    INFO(permission.name);
    CHECK(opened.count(permission.name) + by_name.count(permission.name) == 1);
  }
}

}  // namespace callgate
