// Who comes back with the id of the last event it saw hears of every job that changed meanwhile,
// however many: part by part.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <set>
#include <string>

#include "tests/sim/home.hpp"

using namespace callgate;
using sim::Home;

namespace {

constexpr int kJobs = 2300;

Stream subscribe(Home& home, std::int64_t last_id) {
  HttpRequest request = sim::owners_request("GET", "/api/events");
  request.headers = {{"last-event-id", std::to_string(last_id)}};
  return std::get<Stream>(home.give(std::move(request)).answer);
}

}  // namespace

TEST_CASE("More jobs changed than one stream tells: the next one goes on where it ended") {
  Home home;
  for (int i = 0; i < kJobs; ++i) {
    const std::string number = std::to_string(2'000'000 + i);
    REQUIRE(home.ask("POST", "/api/jobs",
                     R"({"name":"n","assistantId":"a","phoneNumberId":"p","schedule":"now",)"
                     R"("phoneNumbers":["+1212)" +
                         number + R"("]})")
                .status == 201);
  }
  const bool together = GENERATE(false, true);  // each by itself, or a thousand in one transaction
  if (together) {
    home.run_sql("UPDATE jobs SET revision = 900 WHERE seq BETWEEN 900 AND 1900");
    home.restart();
  }
  std::set<std::string> heard;
  std::int64_t last = 1;
  int streams = 0;
  for (bool ends = true; ends; ++streams) {
    const Stream stream = subscribe(home, last);
    for (const Event& event : stream.backlog) {
      REQUIRE(event.revision >= last);
      last = event.revision;
      heard.insert(event.subject);
    }
    CHECK(stream.backlog.size() < 2000);
    ends = stream.ends;
  }
  CHECK(heard.size() == kJobs);
  CHECK(streams <= 3);
}
