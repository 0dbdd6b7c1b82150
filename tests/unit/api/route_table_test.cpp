#include "core/api/route_table.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <random>
#include <string>
#include <vector>

#include "core/api/routes.hpp"

namespace callgate {
namespace {

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  for (auto one = next_segment(path); !one.empty(); one = next_segment(path)) {
    segments.push_back(one);
  }
  return segments;
}

// The rule, said in the slowest way: which segments are static, from the left; nothing: no match.
std::string match(std::string_view pattern, const std::vector<std::string_view>& segments) {
  const auto wanted = split(pattern);
  if (wanted.size() != segments.size()) {
    return {};
  }
  std::string kind = "/";
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!is_parameter(wanted[i]) && wanted[i] != segments[i]) {
      return {};
    }
    kind += is_parameter(wanted[i]) ? '0' : '1';
  }
  return kind;
}

// Every route of the best pattern.
std::vector<const Route*> best_of(std::span<const Route> routes,
                                  const std::vector<std::string_view>& segments) {
  std::string best;
  for (const Route& route : routes) {
    best = std::max(best, match(route.pattern, segments));
  }
  std::vector<const Route*> found;
  for (const Route& route : routes) {
    if (!best.empty() && match(route.pattern, segments) == best) {
      found.push_back(&route);
    }
  }
  return found;
}

std::vector<const Route*> found_in(const RouteTable& table,
                                   const std::vector<std::string_view>& segments) {
  std::vector<const Route*> found;
  const auto path = table.find(segments);
  const Route* route = path ? table.first(*path) : nullptr;
  for (; route != nullptr; route = table.next(*route)) {
    found.push_back(route);
  }
  return found;
}

}  // namespace

TEST_CASE("a route is found where no static segment leads: the parameter is tried after it") {
  const Route routes[] = {{.method = "GET", .pattern = "/jobs/bulk/now"},
                          {.method = "GET", .pattern = "/jobs/{id}/calls"},
                          {.method = "PUT", .pattern = "/jobs/{job}/calls"},
                          {.method = "GET", .pattern = "/"}};
  const RouteTable table{routes};
  CHECK(found_in(table, split("/jobs/bulk/now")).front() == &routes[0]);
  CHECK(found_in(table, split("/jobs/bulk/calls")).size() == 2);
  CHECK(table.route(*table.find(split("/jobs/7/calls")), "PUT") == &routes[2]);
  CHECK(table.route(*table.find(split("/jobs/7/calls")), "POST") == nullptr);
  CHECK(table.find({})->node == 0);
  CHECK_FALSE(table.find(split("/jobs/7")));
}

TEST_CASE("every route of the API is found by its own pattern") {
  for (const Route& route : routes()) {
    INFO(route.pattern);
    const auto path = routes().find(split(route.pattern));
    REQUIRE(path);
    CHECK(routes().route(*path, route.method) == &route);
  }
}

TEST_CASE("any table finds what the slowest reading of the rule finds") {
  std::mt19937_64 random{20261121};
  const auto below = [&random](std::size_t bound) {
    return static_cast<std::size_t>(random() % bound);
  };
  constexpr std::string_view kWords[] = {"a", "b", "{x}", "{y}"};
  const auto path = [&](std::size_t words) {
    std::string text;
    for (std::size_t i = below(5); i > 0; --i) {
      text += "/" + std::string{kWords[below(words)]};
    }
    return text.empty() ? std::string{"/"} : text;
  };
  for (int round = 0; round < 500; ++round) {
    std::vector<std::string> patterns;
    Route routes[12];
    patterns.reserve(std::size(routes));
    for (Route& route : routes) {
      route.method = below(2) == 0 ? "GET" : "PUT";
      patterns.push_back(path(std::size(kWords)));
      route.pattern = patterns.back();
    }
    const RouteTable table{routes};
    for (int asked = 0; asked < 20; ++asked) {
      const std::string target = path(2);
      CAPTURE(round, target);
      const auto segments = split(target);
      REQUIRE(found_in(table, segments) == best_of(routes, segments));
    }
  }
}

}  // namespace callgate
