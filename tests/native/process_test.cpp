// The program itself, as a process: signals, exit codes, settings, and what a kill -9 leaves
// behind.
#include "tests/native/process.hpp"

#include <array>
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <csignal>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "native-server/data_folder.hpp"
#include "native-server/http_client.hpp"
#include "tests/native/folder.hpp"
#include "tests/native/raw_client.hpp"

namespace callgate {
namespace {

using nlohmann::json;
using SteadyClock = std::chrono::steady_clock;
using test::Process;
using test::Served;
using test::token_for;

ClientRequest request_to(const std::string& url, const std::string& method,
                         const std::string& token, const std::string& body = {}) {
  ClientRequest request;
  request.method = method;
  request.url = url;
  request.headers = {{"authorization", "Bearer " + token}, {"content-type", "application/json"}};
  request.body = body;
  return request;
}

std::string job_named(const std::string& name) {
  return json{{"name", name},
              {"assistantId", "a"},
              {"phoneNumberId", "p"},
              {"phoneNumbers", {"+14155550132"}}}
      .dump();
}

std::set<std::string> names_of_jobs(HttpClient& client, const std::string& url,
                                    const std::string& token) {
  std::set<std::string> names;
  std::string cursor;
  do {
    const auto answer = client.send(request_to(
        url + "/api/jobs?limit=200" + (cursor.empty() ? "" : "&cursor=" + cursor), "GET", token));
    const json page = json::parse(answer.body);
    for (const json& job : page.at("jobs")) {
      names.insert(job.at("name").get<std::string>());
    }
    cursor = page.value("nextCursor", "");
  } while (!cursor.empty());
  return names;
}

TEST_CASE("kill -9 at any moment loses nothing that was acknowledged") {
  const test::Folder folder;
  std::set<std::string> acknowledged;
  for (int round = 0; round < 3; ++round) {
    Served served{folder.path()};
    const std::string token = token_for(folder.path());
    std::atomic<bool> stop{false};
    std::mutex mutex;
    std::vector<std::thread> clients;
    for (int c = 0; c < 4; ++c) {
      clients.emplace_back([&, c] {
        HttpClient client;
        for (int i = 0; !stop; ++i) {
          const std::string name =
              std::to_string(round) + "/" + std::to_string(c) + "/" + std::to_string(i);
          try {
            const auto made =
                client.send(request_to(served.url + "/api/jobs", "POST", token, job_named(name)));
            if (made.status == 201) {
              const std::lock_guard lock{mutex};
              acknowledged.insert(name);
            }
          } catch (const ClientError&) {
            return;  // the server is dead
          }
        }
      });
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{150 + 130 * round});
    served.process->signal(SIGKILL);
    CHECK(served.process->wait() == -1);
    stop = true;
    for (std::thread& client : clients) {
      client.join();
    }
  }
  REQUIRE(acknowledged.size() > 10);
  Served served{folder.path()};
  HttpClient client;
  const auto kept = names_of_jobs(client, served.url, token_for(folder.path()));
  int lost = 0;
  for (const std::string& name : acknowledged) {
    lost += kept.count(name) == 0 ? 1 : 0;
  }
  CHECK(lost == 0);
}

TEST_CASE("SIGTERM and Ctrl-C end it with 0 within ten seconds, also with open streams") {
  for (const int number : {SIGTERM, SIGINT}) {
    const test::Folder folder;
    Served served{folder.path()};
    const std::string token = token_for(folder.path());
    std::thread follower{[&] {
      HttpClient client;
      ClientRequest request = request_to(served.url + "/api/events", "GET", token);
      request.timeout_s = 0;
      request.on_data = [](std::string_view) { return true; };
      try {
        client.send(request);
      } catch (const ClientError&) {
        // how a stream ends is the server's affair
      }
    }};
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
    const auto began = SteadyClock::now();
    served.process->signal(number);
    CHECK(served.process->wait() == 0);
    CHECK(SteadyClock::now() - began < std::chrono::seconds{10});
    follower.join();
  }
}

TEST_CASE("A second signal ends it at once") {
  const test::Folder folder;
  Served served{folder.path()};
  const auto port =
      static_cast<std::uint16_t>(std::stoi(served.url.substr(served.url.rfind(':') + 1)));
  test::RawClient slow{port};  // its request is open: a first signal waits for it
  slow.send("POST /api/jobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " +
            token_for(folder.path()) +
            "\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{");
  std::this_thread::sleep_for(std::chrono::milliseconds{200});
  served.process->signal(SIGTERM);
  std::this_thread::sleep_for(std::chrono::milliseconds{300});
  const auto began = SteadyClock::now();
  served.process->signal(SIGINT);
  CHECK(served.process->wait() == 1);
  CHECK(SteadyClock::now() - began < std::chrono::seconds{1});
}

TEST_CASE("Whoever follows a job goes on after the server was started anew") {
  const test::Folder folder;
  auto served = std::make_unique<Served>(folder.path());
  const std::string port = served->url.substr(served->url.rfind(':') + 1);
  const std::string token = token_for(folder.path());
  HttpClient client;
  const auto made =
      client.send(request_to(served->url + "/api/jobs", "POST", token, job_named("watched")));
  REQUIRE(made.status == 201);
  const std::string job = json::parse(made.body).at("id");
  Process watch{{"watch", job, "--url", served->url, "--data", folder.path().string()}};
  std::this_thread::sleep_for(std::chrono::milliseconds{500});
  served->process->signal(SIGKILL);
  served->process->wait();
  std::this_thread::sleep_for(std::chrono::milliseconds{300});
  served = std::make_unique<Served>(folder.path(), std::vector<std::string>{}, port);
  HttpClient again;
  REQUIRE(
      again.send(request_to(served->url + "/api/jobs/" + job + "/cancel", "POST", token)).status ==
      200);
  const std::string output = watch.read_all();
  INFO(output);
  CHECK(output.find("canceled") != std::string::npos);
  CHECK(watch.wait() == 1);  // it has ended, and not completed
}

TEST_CASE("Wrong use is told with exit code 2, a failure with 1") {
  const auto code_of = [](std::vector<std::string> arguments) {
    Process process{std::move(arguments)};
    const std::string output = process.read_all();
    CHECK_FALSE(output.empty());
    return process.wait();
  };
  const test::Folder folder;
  CHECK(code_of({}) == 2);
  CHECK(code_of({"nonsense"}) == 2);
  CHECK(code_of({"serve", "--nonsense"}) == 2);
  CHECK(code_of({"serve", "--port", "many"}) == 2);
  CHECK(code_of({"token", "--role", "king"}) == 2);
  CHECK(code_of({"token", "--expires", "soon"}) == 2);
  CHECK(code_of({"workspace", "create", "../x"}) == 2);
  CHECK(code_of({"--help"}) == 0);
  CHECK(code_of({"serve", "--help"}) == 0);
  CHECK(code_of({"--version"}) == 0);
  CHECK(code_of({"token", "--data", (folder.path() / "none").string()}) == 1);
  CHECK(code_of({"jobs", "--data", (folder.path() / "none").string()}) == 1);
  CHECK(code_of({"serve", "--data", "/dev/null/x"}) == 1);
}

TEST_CASE("Settings come from a file, variables and flags, the flag first") {
  const test::Folder folder;
  const auto config = folder.path() / "callgate.toml";
  std::ofstream{config} << "[serve]\npublic-url = \"https://from-file.example\"\n";
  const auto public_url = [&](std::vector<std::string> more) {
    return Served{folder.path() / "data", std::move(more)}.url;
  };
  CHECK(public_url({"--config", config.string()}) == "https://from-file.example");
  setenv("CALLGATE_PUBLIC_URL", "https://from-variable.example", 1);
  CHECK(public_url({}) == "https://from-variable.example");
  CHECK(public_url({"--config", config.string()}) == "https://from-variable.example");
  CHECK(public_url({"--public-url", "https://from-flag.example"}) == "https://from-flag.example");
  CHECK(public_url({"--config", config.string(), "--public-url", "https://from-flag.example"}) ==
        "https://from-flag.example");
  unsetenv("CALLGATE_PUBLIC_URL");
}

TEST_CASE("The commands work against a running server") {
  const test::Folder folder;
  Served served{folder.path()};
  const auto run = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--url", served.url, "--data", folder.path().string()});
    Process process{std::move(arguments)};
    const std::string output = process.read_all();
    const int code = process.wait();
    INFO(output);
    CHECK(code == 0);
    return output;
  };
  const auto list = folder.path() / "people.csv";
  std::ofstream{list} << "phone,firstName\n+14155550132,\"Anna, B\"\n+14155550133,Ben\nnone,Cy\n";
  const std::string imported = run({"import", list.string(), "--name", "Spring", "--assistant-id",
                                    "a", "--phone-number-id", "p"});
  CHECK(imported.find("rows 3, to be called 2, duplicates 0, rejected 1") != std::string::npos);
  const std::string job = imported.substr(0, imported.find(' '));
  CHECK(run({"jobs"}).find(job) != std::string::npos);
  const std::string csv = run({"export", job});
  CHECK(csv.find("\"Anna, B\"") != std::string::npos);
  CHECK(csv.find("+14155550133") != std::string::npos);
  const std::string lines = run({"export", job, "--format", "ndjson"});
  CHECK(json::parse(lines.substr(0, lines.find('\n'))).at("phoneNumber") == "+14155550132");
  const std::string link = run({"token", "--link"});
  CHECK(link.find(served.url + "/sign-in?ticket=") == 0);
}

TEST_CASE("An audit log that was changed, cut off or written anew does not verify") {
  const test::Folder folder;
  Served served{folder.path()};
  HttpClient client;
  const std::string token = token_for(folder.path());
  for (const char* day : {"2027-12-24", "2027-12-25", "2027-12-26"}) {
    const auto set = client.send(request_to(served.url + "/api/scheduler/config", "PUT", token,
                                            json{{"holidays", {day}}}.dump()));
    REQUIRE(set.status == 200);
  }
  const auto run = [&](std::vector<std::string> arguments, int expected) {
    Process process{std::move(arguments)};
    const std::string output = process.read_all();
    INFO(output);
    CHECK(process.wait() == expected);
    return output;
  };
  const std::vector<std::string> server{"--url", served.url, "--data", folder.path().string()};
  const auto at_server = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), server.begin(), server.end());
    return arguments;
  };
  const std::string whole = run(at_server({"audit", "verify"}), 0);
  CHECK(whole.find("whole: 3 entries") == 0);
  const std::string last = whole.substr(whole.size() - 65, 64);
  run(at_server({"audit", "verify", "--noted", last}), 0);

  const std::string exported = run(at_server({"audit", "export"}), 0);
  const auto file = folder.path() / "audit.ndjson";
  const auto verify = [&](const std::string& text, int expected, const std::string& noted = "") {
    std::ofstream{file} << text;
    std::vector<std::string> arguments{"audit", "verify", file.string()};
    if (!noted.empty()) {
      arguments.insert(arguments.end(), {"--noted", noted});
    }
    return run(std::move(arguments), expected);
  };
  verify(exported, 0, last);
  std::string changed = exported;
  changed.replace(changed.find("2027-12-25"), 10, "2027-12-31");
  CHECK(verify(changed, 1).find("not whole") == 0);
  const std::size_t second = exported.find('\n') + 1;
  const std::size_t third = exported.find('\n', second) + 1;
  CHECK(verify(exported.substr(0, second) + exported.substr(third), 1).find("not whole") == 0);
  CHECK(verify(exported.substr(second), 1).find("not whole") == 0);
  verify(exported.substr(0, third), 0);  // what was cut off shows by the noted hash alone
  CHECK(verify(exported.substr(0, third), 1, last).find("cut off") != std::string::npos);
  verify("nonsense\n", 1);
}

}  // namespace
}  // namespace callgate
