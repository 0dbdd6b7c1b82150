// A dial that the provider refused is taken back from what was counted: if it was counted, and
// where.
#include <catch2/catch_test_macros.hpp>

#include "tests/sim/desk.hpp"

namespace callgate::sim {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* kNobodyAnswered = "customer-did-not-answer";

Output refuse(Desk& desk, std::size_t dial) {
  return desk.give(
      EffectResult{desk.dialled.at(dial).key, Answered{429, -1, R"({"message":"Too many"})"}});
}

void allow_a_day(Desk& desk, int calls) {
  desk.must("PUT", "/api/limits", {{"provider", {{"perDay", calls}}}});
}

void allow_a_number(Desk& desk, int calls) {
  desk.must("PUT", "/api/limits", {{"caps", {{{"max", calls}, {"hours", 24}}}}});
}

int counted(Desk& desk) {
  return desk.must("GET", "/api/limits").at("use").at("providerCallsToday");
}

}  // namespace

TEST_CASE("a dial of before there was a quota is not taken back from the quota") {
  Desk desk;
  desk.make_job({kAda});
  REQUIRE(desk.dialled.size() == 1);
  allow_a_day(desk, 5);
  desk.make_job({kBob});
  REQUIRE(desk.dialled.size() == 2);
  CHECK(counted(desk) == 1);
  refuse(desk, 0);
  CHECK(counted(desk) == 1);
  desk.restart();
  refuse(desk, 1);
  CHECK(counted(desk) == 0);
}

TEST_CASE("a dial of yesterday is not taken back from the calls of today") {
  Desk desk;
  allow_a_day(desk, 5);
  desk.now = from_ms((to_ms(desk.now) / kDayMs + 1) * kDayMs) - seconds{1};
  desk.make_job({kAda});
  REQUIRE(desk.dialled.size() == 1);
  desk.now += seconds{2};
  desk.make_job({kBob});
  REQUIRE(desk.dialled.size() == 2);
  CHECK(counted(desk) == 1);
  refuse(desk, 0);
  CHECK(counted(desk) == 1);
}

TEST_CASE("a dial that no cap counted takes back none that one did") {
  Desk desk;
  allow_a_number(desk, 1);
  desk.make_job({kAda}, {{"maxAttempts", 1}});
  desk.placed();
  desk.report(kNobodyAnswered);
  desk.must("PUT", "/api/limits", json::object());
  desk.wait(minutes{10});
  const std::string job = desk.make_job({kAda});
  REQUIRE(desk.dialled.size() == 2);
  allow_a_number(desk, 1);
  refuse(desk, 1);
  desk.wait(hours{12});
  CHECK(desk.dialled.size() == 2);
  const json why = desk.must("GET", desk.path_of(job, 0) + "/explain");
  CHECK(why.dump().find("number_cap") != std::string::npos);
  desk.wait(hours{12});
  CHECK(desk.dialled.size() == 3);
}

}  // namespace callgate::sim
