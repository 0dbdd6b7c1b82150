// What a pass costs, however many wait: a workspace of a thousand jobs, of which 990 are parked
// (not started, paused, outside their hours), with as many calls waiting as asked for, most of them
// for later. Ten jobs run, and every minute ten calls of each come to be due. Prints a line of JSON
// for each COUNT: how long one Input takes that admits 100 calls, how long an edit of the business
// hours takes (microseconds, median and greatest), and how long a core that has just started needs
// until its first 100. Refused: an Input that admits fewer; then the exit code is 1.
//   pass FOLDER COUNT …
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <sqlite3.h>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/asked.hpp"
#include "core/core.hpp"
#include "native-server/openssl_crypto.hpp"
#include "native-server/sqlite_sql.hpp"

namespace {

using namespace std::string_literals;
using callgate::Input;
using callgate::Output;

constexpr std::int64_t kJobs = 1000;
constexpr std::int64_t kOpenJobs = 10;
constexpr std::int64_t kAtOnce = 100;
constexpr std::int64_t kRounds = 30;
constexpr std::int64_t kStart = 1'798'023'600'000;  // 2026-12-23T11:00:00Z
constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kMonth = 30 * 24 * 60 * kMinute;

class Home {
 public:
  explicit Home(const std::string& path) : path_(path) { open(); }

  void open() {
    sql_ = std::make_unique<callgate::SqliteSql>(path_, callgate::SqliteOptions{});
    core_ = std::make_unique<callgate::Core>(*sql_, crypto_, "default");
  }
  void close() {
    core_.reset();
    sql_.reset();
  }

  template <class Event>
  Output give(Event event, std::int64_t* nanos = nullptr) {
    Input input;
    input.now = callgate::from_ms(now_ms);
    input.entropy.fill(static_cast<std::uint8_t>(++given_));
    input.event = std::move(event);
    sql_->begin();
    const auto began = std::chrono::steady_clock::now();
    Output output = core_->handle(input);
    const auto took = std::chrono::steady_clock::now() - began;
    sql_->commit();
    if (nanos != nullptr) {
      *nanos = std::chrono::duration_cast<std::chrono::nanoseconds>(took).count();
    }
    return output;
  }

  std::string ask(std::string method, std::string target, std::string body,
                  std::int64_t* nanos = nullptr) {
    return callgate::body_of(
        give(callgate::request(std::move(method), std::move(target), std::move(body)), nanos));
  }

  std::int64_t now_ms = kStart;

 private:
  std::string path_;
  callgate::OpensslCrypto crypto_{callgate::DeploymentKey{1, 2, 3}};
  std::unique_ptr<callgate::SqliteSql> sql_;
  std::unique_ptr<callgate::Core> core_;
  std::int64_t given_ = 0;
};

std::string hours_until(const char* end) {
  return R"({"businessHours":{"daysOfWeek":[0,1,2,3,4,5,6],"startTime":"00:00","endTime":")"s +
         end + R"(","timezone":"UTC"},"priorityHours":[11],"rateLimits":{"global":)" +
         std::to_string(kAtOnce) + R"(,"perJob":)" + std::to_string(kAtOnce) + "}}";
}

// The first ten run. Of the others a third was not started, a third is paused, and a third has a
// level whose hours are others.
void make_jobs(Home& home) {
  home.ask("PUT", "/api/providers/vapi", R"({"apiKey":"k","baseUrl":"http://127.0.0.1:1"})");
  home.ask("PUT", "/api/scheduler/config", hours_until("24:00"));
  home.ask("POST", "/api/workspace/pause", "");
  for (std::int64_t i = 0; i < kJobs; ++i) {
    const bool open = i < kOpenJobs;
    std::string body =
        R"({"name":"Bench","assistantId":"a","phoneNumberId":"n","phoneNumbers":["+)" +
        std::to_string(14'152'000'000 + i) + "\"]";
    body +=
        open || i % 3 != 2 ? ",\"priority\":" + std::to_string(1 + i % 5) : ",\"level\":\"low\"";
    body += open || i % 3 != 0 ? ",\"schedule\":\"now\"}" : "}";
    const std::string said = home.ask("POST", "/api/jobs", body);
    const std::size_t at = said.find("job_");
    if (!open && i % 3 == 1) {
      home.ask("POST", "/api/jobs/" + said.substr(at, said.find('"', at) - at) + "/pause", "");
    }
  }
}

// Calls as an import would leave them, straight into the tables: what is measured comes after.
void fill(const std::string& path, std::int64_t count) {
  sqlite3* db = nullptr;
  if (sqlite3_open(path.c_str(), &db) != SQLITE_OK) {
    throw std::runtime_error("cannot open "s + path);
  }
  const std::int64_t due = kRounds * kAtOnce;
  const std::string later = std::to_string(kStart + kMonth);
  // The n-th of the due calls: of the jobs in turn, ten of each a minute.
  const std::string statements[] = {
      "PRAGMA synchronous = OFF",
      "BEGIN",
      "UPDATE calls SET not_before_ms = " + later,
      "CREATE TEMP TABLE spread AS SELECT row_number() OVER (ORDER BY seq) - 1 AS place, seq, job, "
      "lane FROM calls",
      "CREATE UNIQUE INDEX temp.spread_place ON spread (place)",
      "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < " +
          std::to_string(count) +
          ") INSERT INTO calls (seq, job, digits, created_at_ms, lane, state, waiting, failed, "
          "not_before_ms, attempts, attempts_used, deliveries_failed, outcome, first_name, "
          "last_name, timezone, metadata, history) SELECT 1000000 + i, job, 14153000000 + i, " +
          std::to_string(kStart) + ", lane, 1, 1, 0, CASE WHEN i < " + std::to_string(due) +
          " THEN " + std::to_string(kStart) + " + (i / " + std::to_string(kAtOnce) + " + 1) * " +
          std::to_string(kMinute) + " ELSE " + later +
          " + i % 86400000 END, 0, 0, 0, 0, '', '', '', '', '' FROM n JOIN temp.spread ON place = "
          "CASE WHEN i < " +
          std::to_string(due) + " THEN i % " + std::to_string(kOpenJobs) + " ELSE i % " +
          std::to_string(kJobs) + " END",
      "UPDATE lanes SET (waiting, first_not_before_ms) = (SELECT count(*), min(not_before_ms) FROM "
      "calls WHERE calls.waiting = 1 AND calls.lane = lanes.seq)",
      "UPDATE jobs SET total = (SELECT sum(waiting) FROM lanes WHERE job = jobs.seq), last_seq = " +
          std::to_string(1'000'000 + count),
      "UPDATE workspace SET next_seq = " + std::to_string(2'000'000 + count),
      "COMMIT"};
  for (const std::string& statement : statements) {
    char* error = nullptr;
    if (sqlite3_exec(db, statement.c_str(), nullptr, nullptr, &error) != SQLITE_OK) {
      throw std::runtime_error(statement + ": " + (error == nullptr ? "?" : error));
    }
  }
  sqlite3_close(db);
}

// Everybody was reached at once, so that the slots are free for the next minute's.
void end_calls(Home& home, const Output& output) {
  for (const callgate::Effect& effect : output.effects) {
    home.give(callgate::EffectResult{
        effect.key, callgate::Answered{201, -1,
                                       R"({"id":"0192f0c4-0000-7000-8000-)" +
                                           std::to_string(100'000'000'000 + effect.key.subject) +
                                           R"(","status":"ended","endedReason":)"
                                           R"("customer-ended-call"})"}});
  }
}

struct Samples {
  std::vector<std::int64_t> nanos;

  [[nodiscard]] double at(std::size_t percent) {
    std::sort(nanos.begin(), nanos.end());
    return static_cast<double>(nanos.at((nanos.size() - 1) * percent / 100)) / 1000;
  }
};

void measure(const std::string& folder, std::int64_t count) {
  const std::string path = folder + "/pass-" + std::to_string(count) + ".sqlite";
  Home home{path};
  make_jobs(home);
  home.close();
  fill(path, count);
  home.open();
  home.ask("POST", "/api/workspace/resume", "");
  Samples admit;
  Samples edit;
  std::int64_t first = 0;
  for (std::int64_t round = 0; round < kRounds; ++round) {
    home.now_ms = kStart + (round + 1) * kMinute;
    std::int64_t nanos = 0;
    if (round == kRounds / 2) {
      home.close();  // a start, with everything to be read again
      home.open();
    }
    const Output output = home.give(callgate::Wake{}, &nanos);
    if (static_cast<std::int64_t>(output.effects.size()) != kAtOnce) {
      throw std::runtime_error("round " + std::to_string(round) + " admitted " +
                               std::to_string(output.effects.size()) + " calls");
    }
    if (round == kRounds / 2) {
      first = nanos;
    } else {
      admit.nanos.push_back(nanos);
    }
    end_calls(home, output);
    home.ask("PUT", "/api/scheduler/config", hours_until(round % 2 == 0 ? "23:00" : "24:00"),
             &nanos);
    edit.nanos.push_back(nanos);
  }
  std::printf(
      "{\"waiting\":%lld,\"admit100P50Us\":%.1f,\"admit100MaxUs\":%.1f,\"editP50Us\":%.1f,"
      "\"editMaxUs\":%.1f,\"firstAfterStartUs\":%.1f}\n",
      static_cast<long long>(count), admit.at(50), admit.at(100), edit.at(50), edit.at(100),
      static_cast<double>(first) / 1000);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc < 3) {
      throw std::runtime_error("usage: pass FOLDER COUNT ...");
    }
    for (int i = 2; i < argc; ++i) {
      measure(argv[1], std::atoll(argv[i]));
    }
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pass: %s\n", error.what());
    return 1;
  }
}
