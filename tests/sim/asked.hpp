// What a person asks a simulated world for; what is refused fails the test.
#pragma once

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/sim/world.hpp"

namespace callgate::sim {

inline nlohmann::json get(World& world, const std::string& target) {
  const auto said = world.request("GET", target);
  INFO(target << ": " << said.body);
  REQUIRE(said.status == 200);
  return nlohmann::json::parse(said.body);
}

// All calls of a job, page by page.
inline std::vector<nlohmann::json> calls_of(World& world, const std::string& job) {
  std::vector<nlohmann::json> calls;
  std::string cursor;
  do {
    const nlohmann::json page = get(world, "/api/jobs/" + job + "/calls?limit=1000" +
                                               (cursor.empty() ? "" : "&cursor=" + cursor));
    for (const nlohmann::json& call : page.at("calls")) {
      calls.push_back(call);
    }
    cursor = page.value("nextCursor", "");
  } while (!cursor.empty());
  return calls;
}

// Makes a job; its id.
inline std::string make_job(World& world, const nlohmann::json& job) {
  const auto made = world.request("POST", "/api/jobs", job.dump());
  INFO(made.body);
  REQUIRE(made.status == 201);
  return nlohmann::json::parse(made.body).at("id");
}

}  // namespace callgate::sim
