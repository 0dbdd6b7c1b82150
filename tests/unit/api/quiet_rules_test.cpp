#include "core/api/quiet_rules.hpp"

#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "core/core.hpp"

namespace callgate {
namespace {

using nlohmann::json;

Response ask(const std::string& query) {
  HttpRequest request;
  request.method = "GET";
  request.target = "/api/quiet-hours/rules" + query;
  request.principal = Principal{"default", "test", {}, {}};
  const auto response = answer_without_workspace(request);
  REQUIRE(response.has_value());
  return *response;
}

json rules(const std::string& query = "") {
  const Response response = ask(query);
  INFO(response.body);
  REQUIRE(response.status == 200);
  return json::parse(response.body);
}

std::vector<std::string> ids(const std::string& query) {
  std::vector<std::string> out;
  const json told = rules(query);
  for (const json& rule : told["rules"]) {
    out.push_back(rule["id"]);
  }
  return out;
}

TEST_CASE("the rules are told as quiet-hours.json has them, with the purposes they speak of") {
  const std::string here = __FILE__;
  std::ifstream file{here.substr(0, here.rfind("tests/unit/")) +
                     "core/schedule/quiet_hours/quiet-hours.json"};
  REQUIRE(file.good());
  const json source = json::parse(file);
  json told = rules();
  CHECK(told["checked"] == source["checked"]);
  REQUIRE(told["rules"].size() == source["rows"].size());
  for (std::size_t i = 0; i < told["rules"].size(); ++i) {
    json& rule = told["rules"][i];
    json row = source["rows"][i];
    CHECK_FALSE(rule["purposes"].empty());
    rule.erase("purposes");
    for (const char* name : {"subdivision", "weekly", "since"}) {
      if (row[name].is_null()) {
        row.erase(name);
      }
    }
    CHECK(rule == row);
  }
}

TEST_CASE("the rules of one country are those that hold there") {
  using Ids = std::vector<std::string>;
  CHECK(ids("?country=AU") == Ids{"au", "au-research"});
  CHECK(ids("?country=CX") == Ids{"au", "au-research"});
  CHECK(ids("?country=US").size() == 21);
  CHECK(ids("?country=PR") == ids("?country=US"));
  CHECK(ids("?country=JP").empty());
  CHECK(rules("?country=CO")["rules"][0]["purposes"] == json{"marketing", "debt"});
  CHECK(ask("?country=USA").status == 400);
  CHECK(ask("?country=").status == 400);
  CHECK(ask("?state=FL").status == 400);
}

}  // namespace
}  // namespace callgate
