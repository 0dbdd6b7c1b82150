// An import whose sender's host died: no further piece ever comes, and nobody says so.
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "tests/sim/home.hpp"

using namespace callgate;
using sim::Home;

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

std::int64_t open_import(Home& home) {
  HttpRequest request =
      sim::owners_request("POST", "/api/jobs?name=n&assistantId=a&phoneNumberId=p&schedule=now");
  request.headers = {{"content-type", "text/csv"}};
  request.body_is_stream = true;
  return std::get<Ingest>(home.give(std::move(request)).answer).import;
}

Output send(Home& home, std::int64_t import, std::int64_t seq, bool last = false) {
  std::string rows = seq == 0 ? "phone\n" : "";
  for (int i = 0; i < 700; ++i) {
    rows += "+1212" + std::to_string(2'000'000 + seq * 1000 + i) + "\n";
  }
  return home.give(ImportChunk{import, seq, rows, last, false});
}

}  // namespace

TEST_CASE("An import that falls silent is taken back, and nothing of it stays") {
  Home home;
  const std::int64_t import = open_import(home);
  for (std::int64_t seq = 0; seq < 4; ++seq) {
    send(home, import, seq);
  }
  home.restart();
  REQUIRE(home.count("calls") == 2800);
  home.run(home.now + seconds{90});
  CHECK(home.count("calls") == 2800);
  home.run(home.now + seconds{31});
  CHECK(home.ask("GET", "/api/jobs").body.find(R"("total":0)") != std::string::npos);
  home.run(home.now + seconds{1});
  for (const char* table : {"calls", "lanes", "jobs", "imports", "import_rejects"}) {
    INFO(table);
    CHECK(home.count(table) == 0);
  }
  // Its sender was not dead after all.
  const Output late = send(home, import, 4);
  REQUIRE(std::holds_alternative<Response>(late.answer));
  CHECK(std::get<Response>(late.answer).status == 404);
}

TEST_CASE("An import that never sent a piece is taken back too") {
  Home home;
  open_import(home);
  home.run(home.now + minutes{3});
  CHECK(home.count("jobs") == 0);
  // But for the finished task, which is kept for a month.
  CHECK(home.give(Wake{}).wake_at >= home.now + std::chrono::hours{24 * 29});
}

TEST_CASE("A slow import that goes on is left alone, however long it takes") {
  Home home;
  const std::int64_t slow = open_import(home);
  const std::int64_t silent = open_import(home);
  std::int64_t seq = 0;
  for (; seq < 10; ++seq) {
    home.run(home.now + seconds{110});
    send(home, slow, seq);
    home.restart();
  }
  CHECK(home.count("imports") == 1);
  CHECK(std::get<Response>(send(home, silent, 0).answer).status == 404);
  const Output last = send(home, slow, seq, true);
  CHECK(std::get<Response>(last.answer).status == 201);
  home.run(home.now + minutes{10});
  CHECK(home.count("calls") == 7700);
}
