#include "native-server/workspace.hpp"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <csignal>
#include <future>
#include <nlohmann/json.hpp>
#include <sqlite3.h>
#include <sys/resource.h>
#include <thread>

#include "tests/native/folder.hpp"

namespace callgate {
namespace {

using nlohmann::json;

// A workspace with its services, without HTTP.
struct Home {
  // A group that is never cut short by the clock is the same on a busy machine.
  explicit Home(const std::filesystem::path& folder)
      : workspace(std::make_unique<Workspace>(
            "default", (folder / "default.sqlite").string(),
            WorkspaceServices{
                secret, {}, effects, hub, metrics, log, {}, std::chrono::minutes{1}})) {}
  ~Home() {
    effects.stop(std::chrono::milliseconds{0});
    workspace->stop();
  }
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;

  Workspace::Reply send(const std::string& method, const std::string& target,
                        const std::string& body = {}) {
    auto promise = std::make_shared<std::promise<Workspace::Reply>>();
    auto future = promise->get_future();
    HttpRequest request;
    request.method = method;
    request.target = target;
    request.principal = Principal{"default", "tester", {"owner"}, {}};
    if (!body.empty()) {
      request.headers = {{"content-type", "application/json"}};
      request.body = body;
    }
    workspace->handle(std::move(request),
                      [promise](Workspace::Reply reply) { promise->set_value(std::move(reply)); });
    return future.get();
  }
  Response ask(const std::string& method, const std::string& target, const std::string& body = {}) {
    return std::get<Response>(send(method, target, body));
  }
  Response make_job(const std::string& name) {
    return ask("POST", "/api/jobs", job_request(name).body);
  }
  // All at once: the writer is held by another request's answer until all of them wait, so they
  // share a group. Their statuses.
  std::vector<std::int64_t> make_jobs_together(const std::vector<std::string>& names) {
    std::promise<void> held;
    std::promise<void> let_go;
    workspace->handle(job_request("holds the writer"), [&](const Workspace::Reply&) {
      held.set_value();
      let_go.get_future().wait();
    });
    held.get_future().wait();
    std::vector<std::promise<Workspace::Reply>> replies(names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
      workspace->handle(job_request(names[i]), [&replies, i](Workspace::Reply reply) {
        replies[i].set_value(std::move(reply));
      });
    }
    let_go.set_value();
    std::vector<std::int64_t> statuses;
    for (auto& reply : replies) {
      statuses.push_back(std::get<Response>(reply.get_future().get()).status);
    }
    return statuses;
  }
  static HttpRequest job_request(const std::string& name) {
    HttpRequest request;
    request.method = "POST";
    request.target = "/api/jobs";
    request.principal = Principal{"default", "tester", {"owner"}, {}};
    request.headers = {{"content-type", "application/json"}};
    request.body = json{{"name", name},
                        {"assistantId", "a"},
                        {"phoneNumberId", "p"},
                        {"phoneNumbers", {"+14155550132"}}}
                       .dump();
    return request;
  }
  std::int64_t groups() const { return value_of("group_inputs_count"); }
  std::int64_t value_of(const std::string& metric) const {
    const std::string text = prometheus(metrics, 0);
    const std::string name = "\ncallgate_" + metric + " ";
    return std::stoll(text.substr(text.find(name) + name.size()));
  }

  std::int64_t total() { return json::parse(ask("GET", "/api/jobs").body).at("total"); }

  std::array<std::uint8_t, 32> secret{1, 2, 3};
  Metrics metrics;
  Log log{LogFormat::text, LogLevel::off};
  EventHub hub{metrics};
  CurlEffects effects{{}};
  std::unique_ptr<Workspace> workspace;
};

void run_sql(const test::Folder& folder, const std::string& sql) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open((folder.path() / "default.sqlite").c_str(), &database) == SQLITE_OK);
  sqlite3_busy_timeout(database, 5000);
  const int result = sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr);
  sqlite3_close(database);
  REQUIRE(result == SQLITE_OK);
}

// Writing such a job throws.
void refuse_jobs_named(const test::Folder& folder, const std::string& name) {
  run_sql(folder, "CREATE TRIGGER IF NOT EXISTS refuse BEFORE INSERT ON jobs WHEN NEW.name = '" +
                      name + "' BEGIN SELECT RAISE(ABORT, 'refused'); END");
}

// Writing such a job is fine, but it cannot be committed: it leaves a broken foreign key behind.
void refuse_commits_with_job(const test::Folder& folder, const std::string& name) {
  run_sql(folder,
          "CREATE TABLE parent (id INTEGER PRIMARY KEY);"
          "CREATE TABLE child (id INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED);"
          "CREATE TRIGGER refuse AFTER INSERT ON jobs WHEN NEW.name = '" +
              name + "' BEGIN INSERT INTO child VALUES (7); END");
}

TEST_CASE("What was answered is read at once, and is there after the workspace was opened again") {
  const test::Folder folder;
  {
    Home home{folder.path()};
    for (int i = 0; i < 20; ++i) {
      const Response made = home.make_job("job " + std::to_string(i));
      REQUIRE(made.status == 201);
      const std::string id = json::parse(made.body).at("id");
      REQUIRE(home.ask("GET", "/api/jobs/" + id).status == 200);
      REQUIRE(home.total() == i + 1);
    }
  }
  Home home{folder.path()};
  CHECK(home.total() == 20);
}

TEST_CASE("Requests of many clients share commits, and each gets its own answer") {
  const test::Folder folder;
  Home home{folder.path()};
  constexpr int kClients = 16;
  constexpr int kEach = 25;
  std::vector<std::future<int>> clients;
  for (int c = 0; c < kClients; ++c) {
    clients.push_back(std::async(std::launch::async, [&home, c] {
      int right = 0;
      for (int i = 0; i < kEach; ++i) {
        const std::string name = std::to_string(c) + "/" + std::to_string(i);
        const Response made = home.make_job(name);
        right += made.status == 201 && json::parse(made.body).at("name") == name ? 1 : 0;
      }
      return right;
    }));
  }
  int right = 0;
  for (auto& client : clients) {
    right += client.get();
  }
  CHECK(right == kClients * kEach);
  CHECK(home.total() == kClients * kEach);
  CHECK(home.groups() < kClients * kEach);
}

TEST_CASE(
    "A commit that fails answers 503 and leaves nothing; when there is room again all goes on") {
  const test::Folder folder;
  Home home{folder.path()};
  REQUIRE(home.make_job("before").status == 201);
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit usual{};
  getrlimit(RLIMIT_FSIZE, &usual);
  rlimit full = usual;
  full.rlim_cur = 4096;  // no file may grow beyond this: as a disk that is full
  setrlimit(RLIMIT_FSIZE, &full);
  const Response refused = home.make_job("lost");
  const Response again = home.make_job("lost too");
  setrlimit(RLIMIT_FSIZE, &usual);
  CHECK(refused.status == 503);
  CHECK(again.status == 503);
  CHECK(home.metrics.failed_commits + home.metrics.failed_inputs >= 2);
  CHECK(home.total() == 1);
  CHECK(home.make_job("after").status == 201);
  CHECK(home.total() == 2);
}

TEST_CASE("Of requests that share a commit only the one that throws is lost") {
  const test::Folder folder;
  const std::size_t poisoned = GENERATE(0U, 2U, 4U);
  std::int64_t jobs = 0;
  {
    Home home{folder.path()};
    REQUIRE(home.make_job("first").status == 201);  // the timer of the start is over then
    refuse_jobs_named(folder, "poison");
    std::vector<std::string> names{"a", "b", "c", "d", "e"};
    names[poisoned] = "poison";
    const std::int64_t groups = home.groups();
    const auto statuses = home.make_jobs_together(names);
    CHECK(home.groups() == groups + 2);  // that of the request that held the writer, and theirs
    for (std::size_t i = 0; i < names.size(); ++i) {
      CHECK(statuses[i] == (i == poisoned ? 500 : 201));
    }
    CHECK(home.metrics.failed_inputs == 1);
    CHECK(home.metrics.failed_commits == 0);
    CHECK(home.ask("POST", "/api/jobs", Home::job_request("poison").body).status == 500);
    CHECK(home.metrics.failed_inputs == 2);
    CHECK(home.make_job("after").status == 201);
    jobs = home.total();
    CHECK(jobs == 7);
  }
  Home again{folder.path()};
  CHECK(again.total() == jobs);
}

TEST_CASE("A commit that fails is answered 503 to all that shared it") {
  const test::Folder folder;
  Home home{folder.path()};
  REQUIRE(home.make_job("first").status == 201);
  refuse_commits_with_job(folder, "no room");
  const auto statuses = home.make_jobs_together({"a", "b", "no room", "c"});
  CHECK(statuses == std::vector<std::int64_t>(4, 503));
  CHECK(home.metrics.failed_commits == 1);
  CHECK(home.metrics.failed_inputs == 0);
  CHECK(home.total() == 2);
  CHECK(home.make_job("after").status == 201);
  CHECK(home.total() == 3);
}

TEST_CASE("A list comes in by pieces, and is taken back when it breaks off") {
  const test::Folder folder;
  Home home{folder.path()};
  const auto import = [&](bool broken) {
    auto promise = std::make_shared<std::promise<Workspace::Reply>>();
    auto future = promise->get_future();
    HttpRequest request;
    request.method = "POST";
    request.target = "/api/jobs?name=x&assistantId=a&phoneNumberId=p";
    request.headers = {{"content-type", "text/csv"}};
    request.principal = Principal{"default", "tester", {"owner"}, {}};
    request.body_is_stream = true;
    home.workspace->handle(std::move(request), [promise](Workspace::Reply reply) {
      promise->set_value(std::move(reply));
    });
    const auto ingest = std::get<Ingest>(future.get());
    Workspace::Reply last;
    const std::array<std::string, 3> pieces{"phone\n+1415555", "0132\n+1415", "5550133\n"};
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      ImportChunk piece;
      piece.import = ingest.import;
      piece.seq = static_cast<std::int64_t>(i);
      piece.bytes = pieces[i];
      piece.last = i == 2 && !broken;
      piece.broken = i == 2 && broken;
      std::promise<Workspace::Reply> taken;
      home.workspace->take_piece(std::move(piece), [&taken](Workspace::Reply reply) {
        taken.set_value(std::move(reply));
      });
      last = taken.get_future().get();
      REQUIRE((i == 2 || std::holds_alternative<std::monostate>(last)));
    }
    return std::get<Response>(std::move(last));
  };
  const Response made = import(false);
  CHECK(made.status == 201);
  CHECK(json::parse(made.body).at("totalCalls") == 2);
  CHECK(import(true).status >= 400);
}

TEST_CASE("A broken invariant costs the request that met it; mended, the workspace goes on") {
  const test::Folder folder;
  {
    const Home makes_the_tables{folder.path()};
  }
  run_sql(folder, "INSERT INTO attempts VALUES (1, x'0102')");  // no attempt has 2 bytes
  Home home{folder.path()};
  CHECK(home.make_job("x").status == 500);
  CHECK(home.make_job("x").status == 500);
  run_sql(folder, "DELETE FROM attempts");
  CHECK(home.make_job("x").status == 201);
  CHECK(home.total() == 1);
}

TEST_CASE("A workspace that has stopped answers 503") {
  const test::Folder folder;
  Home home{folder.path()};
  home.workspace->stop();
  CHECK(home.make_job("late").status == 503);
  CHECK(home.ask("GET", "/api/jobs").status == 503);
}

TEST_CASE("Following jobs is answered with a stream") {
  const test::Folder folder;
  Home home{folder.path()};
  REQUIRE(home.make_job("x").status == 201);
  const auto reply = home.send("GET", "/api/events?lastEventId=0");
  const auto& stream = std::get<Stream>(reply);
  CHECK(stream.backlog.size() == 1);
  CHECK(stream.after_revision >= stream.backlog.front().revision);
}

}  // namespace
}  // namespace callgate
