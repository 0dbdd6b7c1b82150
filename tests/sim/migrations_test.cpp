// A workspace that an older version made goes on with this one.
#include "core/store/migrations.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include "tests/sim/home.hpp"

using namespace callgate;
using sim::Home;

namespace {

// As the first version left it: a job whose two calls have ended, and one that nobody started.
void write_first(Sql& sql) {
  sql.exec("UPDATE workspace SET next_seq = 40, revision = 9");
  sql.exec(
      "INSERT INTO lanes (seq, job, rank, zone, waiting, first_not_before_ms) "
      "VALUES (13, 10, 50, '', 0, 0)");
  for (const char* seq : {"10", "20"}) {
    const bool ended = seq[0] == '1';
    sql.exec(std::string{"INSERT INTO jobs (seq, created_at_ms, revision, state, name, notes, "
                         "assistant_id, phone_number_id, rank, priority, max_attempts, "
                         "started_at_ms, finished_at_ms, total, completed, failed, canceled, "
                         "attempts, cost_micros, talk_ms, first_seq, last_seq, error) VALUES ("} +
             seq + ", 1797000000000, " + seq + (ended ? ", 3" : ", 2") +
             ", 'Old', '', 'a', 'p', 50, 3, 4, " +
             (ended ? "1797000000000, 1797000009000, 2, 1, 1" : "NULL, NULL, 0, 0, 0") +
             ", 0, 3, 1000, 20000, " + (ended ? "11, 12" : "0, 0") + ", '')");
  }
  for (const char* call : {"11, 10, 12125550123, 1797000000000, 13, 3, 0, 0, 1797000000000, 1, 1, "
                           "0, 2, 1797000009000, 'Ada'",
                           "12, 10, 12125550124, 1797000000000, 13, 4, 0, 1, 1797000000000, 2, 2, "
                           "0, 3, 1797000009000, 'Bob'"}) {
    sql.exec(std::string{"INSERT INTO calls (seq, job, digits, created_at_ms, lane, state, "
                         "waiting, failed, not_before_ms, attempts, attempts_used, "
                         "deliveries_failed, outcome, ended_at_ms, first_name, last_name, "
                         "timezone, metadata, history) VALUES ("} +
             call + ", 'Old', '', '', '')");
  }
}

std::size_t applied(Sql& sql) {
  return static_cast<std::size_t>(sql.exec("SELECT count(*) FROM migrations").integer(0, 0));
}

}  // namespace

TEST_CASE("What the first version wrote is there after every later one") {
  const std::size_t stop = GENERATE(range(std::size_t{1}, std::size_t{20}));
  CAPTURE(stop);
  const Instant now = from_ms(1'797'000'000'000);
  Home home{[&](Sql& sql) {
    Rng rng{{}};
    migrate(sql, now, rng, 1);
    write_first(sql);
    migrate(sql, now, rng, stop);  // a version between lived with it
    const std::size_t between = applied(sql);
    migrate(sql, now, rng);
    const std::size_t all = applied(sql);
    REQUIRE(between == std::min(stop, all));
    migrate(sql, now, rng);
    REQUIRE(applied(sql) == all);
  }};
  home.now = now + std::chrono::hours{1};
  const auto jobs = home.must("GET", "/api/jobs").at("jobs");
  REQUIRE(jobs.size() == 2);
  CHECK(jobs[0].at("status") == "pending");
  CHECK(jobs[1].at("status") == "completed");
  CHECK(jobs[1].at("completedCalls") == 1);
  CHECK(home.must("GET", "/api/calls").at("total") == 2);
  CHECK(home.must("GET", "/api/calls?status=failed").at("total") == 1);
  CHECK(home.must("GET", "/api/calls?search=ada%20old").at("total") == 1);
  CHECK(home.must("GET", "/api/contacts").at("contacts").size() == 2);
  const std::string old = jobs[1].at("id");
  CHECK(home.must("POST", "/api/jobs/" + old + "/redrive").at("redriven") == 1);
  home.use_provider();
  home.must("POST", "/api/jobs",
            {{"name", "New"},
             {"assistantId", "a"},
             {"phoneNumberId", "p"},
             {"schedule", "now"},
             {"phoneNumbers", {sim::kAda}}});
  home.run(home.now + std::chrono::minutes{1});
  CHECK(home.must("GET", "/api/jobs/" + old).at("openCalls") == 1);
}
