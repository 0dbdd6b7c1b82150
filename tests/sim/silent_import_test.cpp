// An import whose sender's host died: no further piece ever comes, and nobody says so.
#include <array>
#include <string>

#include "core/core.hpp"
#include "native-server/openssl_crypto.hpp"
#include "native-server/sqlite_sql.hpp"

#undef CHECK  // the core's: below it is Catch2's

#include <catch2/catch_test_macros.hpp>

#include "tests/native/folder.hpp"

using namespace callgate;

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// A core with its database and a clock that only moves when told to.
class Home {
 public:
  Home() { restart(); }

  void restart() {
    core_.reset();
    core_ = std::make_unique<Core>(sql_, crypto_, "default");
  }

  Output give(decltype(Input::event) event) {
    Input input;
    input.now = now;
    input.entropy.fill(7);
    input.event = std::move(event);
    sql_.begin();
    Output output = core_->handle(input);
    sql_.commit();
    return output;
  }

  Output request(std::string method, std::string target, bool streams = false) {
    HttpRequest request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.principal = Principal{"default", "tester", {"owner"}, {}};
    if (streams) {
      request.headers = {{"content-type", "text/csv"}};
      request.body_is_stream = true;
    }
    return give(std::move(request));
  }

  std::int64_t open_import() {
    const Output made =
        request("POST", "/api/jobs?name=n&assistantId=a&phoneNumberId=p&schedule=now", true);
    return std::get<Ingest>(made.answer).import;
  }

  Output send(std::int64_t import, std::int64_t seq, bool last = false) {
    std::string rows = seq == 0 ? "phone\n" : "";
    for (int i = 0; i < 700; ++i) {
      rows += "+1212" + std::to_string(2'000'000 + seq * 1000 + i) + "\n";
    }
    return give(ImportChunk{import, seq, rows, last, false});
  }

  // Runs the timer as a host does, up to `until`.
  void run(Instant until) {
    for (auto wake = give(Wake{}).wake_at; wake && *wake <= until; wake = give(Wake{}).wake_at) {
      now = std::max(now, *wake);
    }
    now = until;
  }

  std::int64_t count(const std::string& table) {
    return sql_.exec("SELECT count(*) FROM " + table).integer(0, 0);
  }

  Instant now = from_ms(1'798'000'000'000);

 private:
  test::Folder folder_;
  SqliteSql sql_{(folder_.path() / "default.sqlite").string(), {}};
  OpensslCrypto crypto_{std::array<std::uint8_t, 32>{1, 2, 3}};
  std::unique_ptr<Core> core_;
};

std::string body_of(const Output& output) {
  return std::get<Response>(output.answer).body;
}

}  // namespace

TEST_CASE("An import that falls silent is taken back, and nothing of it stays") {
  Home home;
  const std::int64_t import = home.open_import();
  for (std::int64_t seq = 0; seq < 4; ++seq) {
    home.send(import, seq);
  }
  home.restart();
  REQUIRE(home.count("calls") == 2800);
  home.run(home.now + seconds{90});
  CHECK(home.count("calls") == 2800);
  home.run(home.now + seconds{31});
  CHECK(body_of(home.request("GET", "/api/jobs")).find(R"("total":0)") != std::string::npos);
  home.run(home.now + seconds{1});
  for (const char* table : {"calls", "lanes", "jobs", "imports", "import_rejects"}) {
    INFO(table);
    CHECK(home.count(table) == 0);
  }
  // Its sender was not dead after all.
  const Output late = home.send(import, 4);
  REQUIRE(std::holds_alternative<Response>(late.answer));
  CHECK(std::get<Response>(late.answer).status == 404);
}

TEST_CASE("An import that never sent a piece is taken back too") {
  Home home;
  home.open_import();
  home.run(home.now + minutes{3});
  CHECK(home.count("jobs") == 0);
  CHECK_FALSE(home.give(Wake{}).wake_at);
}

TEST_CASE("A slow import that goes on is left alone, however long it takes") {
  Home home;
  const std::int64_t slow = home.open_import();
  const std::int64_t silent = home.open_import();
  std::int64_t seq = 0;
  for (; seq < 10; ++seq) {
    home.run(home.now + seconds{110});
    home.send(slow, seq);
    home.restart();
  }
  CHECK(home.count("imports") == 1);
  CHECK(std::get<Response>(home.send(silent, 0).answer).status == 404);
  const Output last = home.send(slow, seq, true);
  CHECK(std::get<Response>(last.answer).status == 201);
  home.run(home.now + minutes{10});
  CHECK(home.count("calls") == 7700);
}
