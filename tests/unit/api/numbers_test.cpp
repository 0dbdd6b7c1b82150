// GET /api/numbers/{number}, through the same door as questions; POST /api/numbers is asked with
// the other questions.
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "core/base/rng.hpp"
#include "core/core.hpp"

namespace callgate {
namespace {

using nlohmann::json;

Response ask(const std::string& method, const std::string& target, const std::string& body = {}) {
  HttpRequest request;
  request.method = method;
  request.target = target;
  request.headers = {{"content-type", "application/json"}};
  request.body = body;
  request.principal = Principal{"default", "test", {}, {}};
  const auto response = answer_without_workspace(request);
  REQUIRE(response.has_value());
  return *response;
}

json number(const std::string& target) {
  const Response response = ask("GET", "/api/numbers/" + target);
  INFO(target << ' ' << response.body);
  REQUIRE(response.status == 200);
  return json::parse(response.body);
}

TEST_CASE("a number in the path is told with its place and the rules there") {
  CHECK(number("+13055550132") == json::parse(R"({
    "syntax": true, "valid": true, "e164": "+13055550132", "region": "US", "callingCode": 1,
    "type": "fixed_line_or_mobile", "zones": ["America/New_York"],
    "place": {"country": "US", "subdivision": "FL", "zones": ["America/New_York"],
              "rules": ["us", "us-debt", "us-fl"]}})"));
  const json border = number("+18505550132");
  CHECK(border["zones"] == json{"America/New_York"});
  CHECK(border["place"]["zones"] == json{"America/Chicago", "America/New_York"});
  CHECK(number("+14155550132")["place"]["subdivision"] == "CA");
  CHECK(number("+14155550132")["place"]["rules"] == json{"us", "us-debt"});
  CHECK_FALSE(number("+12015550132")["place"].contains("subdivision"));  // in two
  CHECK(number("+18002345678")["place"]["zones"].size() > 20);
  CHECK(number("+33142685300")["place"]["rules"] == json{"fr"});
  CHECK(number("+61491570006")["place"]["rules"] == json{"au", "au-research"});
  CHECK(number("+17875550132")["place"]["country"] == "PR");
  CHECK(number("+17875550132")["place"]["rules"] == json{"us", "us-debt"});
  CHECK(number("+81312345678")["place"]["rules"] == json::array());
  CHECK(number("+80012345678")["place"] ==
        json{{"country", "001"}, {"zones", json::array()}, {"rules", json::array()}});
}

TEST_CASE("the path is read as people write numbers, percent-encoded or not") {
  CHECK(number("%2B13055550132") == number("+13055550132"));
  const json local = number("(305)%20555-0132?defaultRegion=US");
  CHECK(local["e164"] == "+13055550132");
  CHECK(local["syntax"] == false);
  CHECK(local["place"]["subdivision"] == "FL");
  CHECK(number("3055550132") == json{{"syntax", false}, {"valid", false}, {"reason", "syntax"}});
  CHECK(number("+1305555")["reason"] == "too_short");
  CHECK_FALSE(number("+1305555").contains("place"));
}

TEST_CASE("what is no question about a number is refused") {
  CHECK(ask("GET", "/api/numbers/+13055550132?region=US").status == 400);
  CHECK(ask("GET", "/api/numbers/%ff").status == 400);
  CHECK(ask("GET", "/api/numbers").status == 405);
  CHECK(ask("POST", "/api/numbers/+13055550132").status == 405);
  HttpRequest nobody;
  nobody.method = "GET";
  nobody.target = "/api/numbers/+13055550132";
  CHECK_FALSE(answer_without_workspace(nobody).has_value());  // nobody signed in yet
}

TEST_CASE("apart from the place it answers as POST does") {
  Rng rng{{43}};
  int valid = 0;
  for (int round = 0; round < 800; ++round) {
    std::string text = "+";
    for (std::uint64_t left = 6 + rng.below(9); left > 0; --left) {
      text.push_back(static_cast<char>('0' + rng.below(10)));
    }
    json got = number(text);
    CHECK(got.contains("place") == got["valid"].get<bool>());
    valid += got.erase("place") != 0 ? 1 : 0;
    const Response posted = ask("POST", "/api/numbers", json{{"number", text}}.dump());
    CHECK(got == json::parse(posted.body));
  }
  CHECK(valid > 20);
}

}  // namespace
}  // namespace callgate
