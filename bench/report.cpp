// How long the figures of a workspace take: GET /api/analytics/… and a job's metrics over SQLite on
// the disk, with so many calls counted in so many jobs, a call a minute in each job but ten in one
// alone, all told to the table. Prints one line of JSON: the median of each request in
// microseconds. Refused: an answer that is not 2xx; then the exit code is 1.
//   report FOLDER JOBS CALLS
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "bench/asked.hpp"
#include "core/core.hpp"
#include "core/store/tallies.hpp"
#include "native-server/openssl_crypto.hpp"
#include "native-server/sqlite_sql.hpp"

namespace {

using callgate::Input;
using callgate::Output;

constexpr std::int64_t kStart = 1'798'000'000'000;
constexpr std::int64_t kFirstNumber = 14'152'000'000;
constexpr std::int64_t kRounds = 50;
constexpr std::int64_t kCallsPerQuarter = 15;

class Home {
 public:
  explicit Home(const std::string& path)
      : sql(path, {}), crypto_(callgate::DeploymentKey{1, 2, 3}), core_(sql, crypto_, "default") {}

  std::string ask(const std::string& method, const std::string& target, const std::string& body) {
    Input one;
    one.now = callgate::from_ms(now_ms_++);
    one.event = callgate::request(method, target, body);
    sql.begin();
    const Output output = core_.handle(one);
    sql.commit();
    return callgate::body_of(output);
  }

  callgate::SqliteSql sql;

 private:
  callgate::OpensslCrypto crypto_;
  callgate::Core core_;
  std::int64_t now_ms_ = kStart;
};

// Of fifteen calls in a quarter of an hour, or ten times as many.
callgate::Tally quarter(std::int64_t calls) {
  callgate::Tally tally;
  const auto at = [](callgate::Outcome outcome) { return static_cast<std::size_t>(outcome); };
  tally.attempts[at(callgate::Outcome::answered)] = calls * 3 / 5;
  tally.attempts[at(callgate::Outcome::no_answer)] = calls * 2 / 5;
  tally.attempts[at(callgate::Outcome::busy)] = calls / 5;
  tally.attempts[at(callgate::Outcome::voicemail)] = calls / 5;
  tally.talks = calls * 4 / 5;
  tally.talk_ms = calls * 41'234;
  tally.cost_micros = calls * 71'234;
  tally.ended.completed = calls * 3 / 5;
  tally.ended.failed[at(callgate::Outcome::no_answer)] = calls * 2 / 5;
  return tally;
}

std::string make_job(Home& home, std::int64_t index) {
  const std::string said = home.ask(
      "POST", "/api/jobs",
      R"({"name":"Bench","assistantId":"assistant","phoneNumberId":"number","phoneNumbers":["+)" +
          std::to_string(kFirstNumber + index) + "\"]}");
  const std::size_t at = said.find("job_");
  return said.substr(at, said.find('"', at) - at);
}

void count_calls(Home& home, std::int64_t jobs, std::int64_t calls) {
  const auto rows = home.sql.exec("SELECT seq FROM jobs ORDER BY seq");
  const std::int64_t at_once = jobs == 1 ? 10 : 1;
  const std::int64_t first = callgate::quarter_of(callgate::from_ms(kStart));
  home.sql.begin();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::vector<callgate::QuarterTally> quarters;
    const std::int64_t begin = first + static_cast<std::int64_t>(i % 60) * 96;
    for (std::int64_t left = calls / jobs, k = 0; left > 0;
         left -= kCallsPerQuarter * at_once, ++k) {
      quarters.push_back({begin + k, "assistant", quarter(kCallsPerQuarter * at_once)});
    }
    callgate::tallies::add(home.sql, rows.integer(i, 0), quarters);
  }
  home.sql.commit();
}

std::int64_t median_us(Home& home, const std::string& target) {
  std::vector<std::int64_t> nanos;
  for (std::int64_t i = 0; i < kRounds; ++i) {
    const auto began = std::chrono::steady_clock::now();
    static_cast<void>(home.ask("GET", target, ""));
    nanos.push_back(std::chrono::duration_cast<std::chrono::nanoseconds>(
                        std::chrono::steady_clock::now() - began)
                        .count());
  }
  std::sort(nanos.begin(), nanos.end());
  return nanos[nanos.size() / 2] / 1000;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: report FOLDER JOBS CALLS\n");
    return 2;
  }
  try {
    Home home{std::string{argv[1]} + "/report.sqlite"};
    const std::int64_t jobs = std::atoll(argv[2]);
    const std::int64_t calls = std::atoll(argv[3]);
    std::string job;
    for (std::int64_t i = 0; i < jobs; ++i) {
      job = make_job(home, i);
    }
    count_calls(home, jobs, calls);
    const std::string range = "timezone=America/New_York&from=2026-12-20&before=2027-03-20";
    std::printf("{\"jobs\":%s,\"calls\":%s,\"median_us\":{", argv[2], argv[3]);
    const std::vector<std::pair<const char*, std::string>> asked{
        {"summary", "/api/analytics/summary?" + range},
        {"summary_of_assistant", "/api/analytics/summary?" + range + "&assistantId=assistant"},
        {"volume_by_day", "/api/analytics/volume?" + range},
        {"peak_hours", "/api/analytics/peak-hours?" + range},
        {"job_metrics", "/api/jobs/" + job + "/metrics"},
        {"jobs_by_words", "/api/jobs?search=ench&sort=name"},
        {"jobs_newest", "/api/jobs"}};
    for (std::size_t i = 0; i < asked.size(); ++i) {
      std::printf("%s\"%s\":%lld", i == 0 ? "" : ",", asked[i].first,
                  static_cast<long long>(median_us(home, asked[i].second)));
    }
    std::printf("}}\n");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
