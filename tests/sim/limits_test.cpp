// Limits held against the carrier's own ledger: no window above a rate, no number above its cap, no
// agent or number that calls above its share, no more spent than a budget; and everything ends.

#include "core/engine/limits.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/sim/asked.hpp"
#include "tests/sim/world.hpp"

namespace callgate::sim {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr auto kNinetyDays = hours{24 * 90};
constexpr std::int64_t kCostMicros = 12'500;  // more than the carrier asks for a call

Faults faults_of_limits() {
  Faults faults;
  faults.not_sent = 20;
  faults.lost_before_dial = 20;
  faults.lost_after_dial = 20;
  faults.refuse_capacity = 20;
  faults.webhook_lost = 100;
  faults.list_late_ms_max = 50'000;
  faults.crash = 5;
  faults.name_lost = 20;
  faults.name_repeated = 50;
  faults.dead_letter = 20;
  faults.dies_before_send = 20;
  return faults;
}

// Numbers in Los Angeles, or wherever `prefix` is.
std::string start_job(World& world, const char* name, int people, json more = json::object(),
                      const std::string& prefix = "+1213555") {
  json numbers = json::array();
  for (int i = 0; i < people; ++i) {
    numbers.push_back(prefix + std::to_string(1000 + i));
  }
  more["name"] = name;
  more["schedule"] = "now";
  more.emplace("assistantId", "a1");
  more.emplace("phoneNumberId", "p1");
  more["phoneNumbers"] = numbers;
  return make_job(world, more);
}

json limit(World& world, const json& limits) {
  const auto reply = world.request("PUT", "/api/limits", limits.dump());
  INFO(reply.body);
  REQUIRE(reply.status == 200);
  return json::parse(reply.body);
}

std::int64_t spent(const World& world) {
  std::int64_t micros = 0;
  for (const Dialled& dial : world.ledger()) {
    micros += dial.cost_micros;
  }
  return micros;
}

void check_ended(World& world, const std::string& job, int people) {
  const json shown = get(world, "/api/jobs/" + job);
  INFO(shown.dump());
  CHECK(shown.at("status") == "completed");
  CHECK(shown.at("totalCalls") == people);
  CHECK(shown.at("openCalls") == 0);
}

std::vector<std::string> codes_of(const json& explained) {
  std::vector<std::string> codes;
  for (const json& reason : explained.at("reasons")) {
    codes.push_back(reason.at("code"));
  }
  return codes;
}

bool has(const std::vector<std::string>& codes, const char* code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

// The most dials that any window [t, t + window) of the ledger saw, of those that count.
template <class Counts>
int most_in_a_window(const World& world, Millis window, Counts counts) {
  std::vector<Instant> times;
  for (const Dialled& dial : world.ledger()) {
    if (counts(dial)) {
      times.push_back(dial.at);
    }
  }
  std::sort(times.begin(), times.end());
  int most = 0;
  for (std::size_t first = 0, i = 0; i < times.size(); ++i) {
    while (times[first] + window <= times[i]) {
      ++first;
    }
    most = std::max(most, static_cast<int>(i - first + 1));
  }
  return most;
}

bool every(const Dialled& /*dial*/) {
  return true;
}

auto with_prefix(std::string prefix) {
  return [prefix = std::move(prefix)](const Dialled& dial) {
    return dial.number.compare(0, prefix.size(), prefix) == 0;
  };
}

template <class Counts>
int most_live(const World& world, Counts counts) {
  int most = 0;
  for (const Dialled& dial : world.ledger()) {
    int live = 0;
    for (const Dialled& other : world.ledger()) {
      live += counts(other) && other.at <= dial.at && other.ended > dial.at ? 1 : 0;
    }
    most = std::max(most, live);
  }
  return most;
}

// Per number, the most dials in any such window.
int most_of_a_number(const World& world, Millis window) {
  std::map<std::string, int> numbers;
  for (const Dialled& dial : world.ledger()) {
    numbers.emplace(dial.number, 0);
  }
  int most = 0;
  for (const auto& [number, none] : numbers) {
    most = std::max(most, most_in_a_window(world, window, with_prefix(number)));
  }
  return most;
}

}  // namespace

TEST_CASE("no second and no minute of the ledger is above a rate, whatever the faults") {
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U}) {
    const bool queue = seed % 2 == 0;
    CAPTURE(seed, queue);
    World world{{seed, 1000, faults_of_limits(), queue, seed > 2 ? 300 : 0}};
    limit(world, {{"workspace", {{"perSecond", 3}, {"perMinute", 70}}},
                  {"provider", {{"perMinute", 60}}},
                  {"job", {{"perMinute", 45}}}});
    const auto slow = start_job(world, "slow", 60, {{"rate", {{"perMinute", 10}}}}, "+1212555");
    const auto usual = start_job(world, "usual", 60);
    REQUIRE(world.run(world.now() + kNinetyDays));
    check_ended(world, slow, 60);
    check_ended(world, usual, 60);
    CHECK(most_in_a_window(world, seconds{1}, every) <= 3);
    CHECK(most_in_a_window(world, minutes{1}, every) <= 60);
    CHECK(most_in_a_window(world, minutes{1}, with_prefix("+1212")) <= 10);
    CHECK(most_in_a_window(world, minutes{1}, with_prefix("+1213")) <= 45);
  }
}

TEST_CASE("a rate is used to 99 of 100, and two jobs share it") {
  World world{{7, 1000, {}}};
  limit(world, {{"workspace", {{"perSecond", 5}}}});
  start_job(world, "one", 300);
  start_job(world, "two", 300, {}, "+1212555");
  const Instant began = world.now();
  REQUIRE(world.run(began + seconds{100}));
  CHECK(world.ledger().size() >= 495);
  std::size_t first = 0;
  for (const Dialled& dial : world.ledger()) {
    first += dial.number.compare(0, 5, "+1213") == 0 ? 1 : 0;
  }
  CHECK(first > 150);
  CHECK(first < world.ledger().size() - 150);
  CHECK(most_in_a_window(world, seconds{1}, every) == 5);
}

TEST_CASE("a rate is edited live and holds from the next pass on") {
  World world{{8, 1000, {}}};
  limit(world, {{"workspace", {{"perMinute", 1}}}});
  const auto job = start_job(world, "live", 300);
  REQUIRE(world.run(world.now() + seconds{30}));
  CHECK(world.ledger().size() == 1);
  const json explained = get(world, "/api/jobs/" + job + "/explain");
  CHECK(has(codes_of(explained), "workspace_rate"));
  limit(world, {{"workspace", {{"perSecond", 10}}}});
  REQUIRE(world.run(world.now() + seconds{10}));
  CHECK(world.ledger().size() >= 95);
}

TEST_CASE("agents, numbers that call and the provider account have their calls at once") {
  for (const bool queue : {false, true}) {
    World world{{11, 100, queue ? faults_of_limits() : Faults{}, queue}};
    limit(world, {{"agents", {{{"id", "a1"}, {"concurrency", 2}}}},
                  {"callerIds", {{{"id", "p2"}, {"concurrency", 3}}}},
                  {"provider", {{"concurrency", 6}}}});
    start_job(world, "a1 p1", 40, {}, "+1212555");
    start_job(world, "a1 p2", 40, {{"phoneNumberId", "p2"}}, "+1213555");
    start_job(world, "a2 p2", 40, {{"assistantId", "a2"}, {"phoneNumberId", "p2"}}, "+1312555");
    start_job(world, "a3 p3", 40, {{"assistantId", "a3"}, {"phoneNumberId", "p3"}}, "+1214555");
    REQUIRE(world.run(world.now() + kNinetyDays));
    const auto either = [](const char* left, const char* right) {
      return
          [=](const Dialled& dial) { return with_prefix(left)(dial) || with_prefix(right)(dial); };
    };
    CHECK(most_live(world, either("+1212", "+1213")) == 2);
    CHECK(most_live(world, either("+1213", "+1312")) == 3);
    CHECK(most_live(world, every) == 6);
    const json all = get(world, "/api/jobs");
    for (const json& job : all.at("jobs")) {
      CHECK(job.at("status") == "completed");
    }
  }
}

TEST_CASE("no number is called above the workspace's caps, over all jobs and subjects") {
  for (const std::uint64_t seed : {1U, 2U}) {
    const bool queue = seed == 2;
    CAPTURE(queue);
    World world{{seed, 50, faults_of_limits(), queue}};
    limit(
        world,
        {{"caps", {{{"max", 2}, {"hours", 24}}, {{"max", 3}, {"days", 7}}, {{"gapMinutes", 90}}}}});
    const json retry{{"retryDelaySeconds", 60}, {"maxAttempts", 6}};
    const auto one = start_job(world, "one", 25, retry);
    const auto two = start_job(world, "two", 25, retry);
    const auto three = start_job(world, "three", 25, retry);
    REQUIRE(world.run(world.now() + kNinetyDays));
    check_ended(world, one, 25);
    check_ended(world, two, 25);
    check_ended(world, three, 25);
    CHECK(most_of_a_number(world, minutes{90}) == 1);
    CHECK(most_of_a_number(world, hours{24}) == 2);
    CHECK(most_of_a_number(world, hours{24 * 7}) == 3);
    CHECK(world.ledger().size() > 100);
  }
}

TEST_CASE("the law of Florida caps calls about one subject, and none where nobody is rung") {
  const auto most = [](bool law, const char* first, const char* second) {
    World world{{21, 50, {}, false, 0, law}};
    const auto body = [](const char* subject) {
      json more{{"retryDelaySeconds", 60}, {"maxAttempts", 8}};
      if (*subject != 0) {
        more["subject"] = subject;
      }
      return more;
    };
    start_job(world, "one", 30, body(first), "+1305555");
    start_job(world, "two", 30, body(second), "+1305555");
    REQUIRE(world.run(world.now() + kNinetyDays));
    const json all = get(world, "/api/jobs");
    for (const json& job : all.at("jobs")) {
      CHECK(job.at("status") == "completed");
    }
    return most_of_a_number(world, hours{24});
  };
  CHECK(most(true, "roof", "roof") == 3);
  CHECK(most(true, "", "") == 3);
  const int each = most(true, "roof", "windows");
  CHECK(each > 3);
  CHECK(each <= 6);
  CHECK(most(false, "roof", "roof") > 3);
}

TEST_CASE("a call over its cap waits for it, says so, and a dial that was none does not count") {
  Faults faults;
  faults.refuse_capacity = 1000;
  World world{{31, 5, faults}};
  limit(world, {{"caps", {{{"max", 1}, {"hours", 24}}}}});
  const auto job = start_job(world, "refused", 1);
  REQUIRE(world.run(world.now() + minutes{10}));
  CHECK(world.ledger().empty());
  const auto calls = get(world, "/api/jobs/" + job + "/calls").at("calls");
  const std::string call = calls.at(0).at("id");
  CHECK(get(world, "/api/calls/" + call).at("attempts").size() >= 1);
  const json explained = get(world, "/api/calls/" + call + "/explain");
  CHECK(!has(codes_of(explained), "number_cap"));

  World other{{32, 5, {}}};
  limit(other, {{"caps", {{{"max", 1}, {"hours", 24}}}}});
  start_job(other, "first", 5);
  const auto second = start_job(other, "second", 5);
  REQUIRE(other.run(other.now() + hours{2}));
  CHECK(other.ledger().size() == 5);
  const auto waiting = get(other, "/api/jobs/" + second + "/calls").at("calls");
  int capped = 0;
  for (const json& one : waiting) {
    const json why = get(other, "/api/calls/" + one.at("id").get<std::string>() + "/explain");
    if (has(codes_of(why), "number_cap")) {
      ++capped;
      CHECK(why.at("dueNow") == false);
      CHECK(why.at("dueAt") >= format_rfc3339(other.now() + hours{21}));
    }
  }
  CHECK(capped > 0);
  // Without the cap they wait no longer than they were put off.
  limit(other, json::object());
  REQUIRE(other.run(other.now() + kNinetyDays));
  check_ended(other, second, 5);
}

TEST_CASE("a job spends no more than its budget, says why it waits, and goes on with more") {
  for (const bool queue : {false, true}) {
    CAPTURE(queue);
    World world{{41, 20, queue ? faults_of_limits() : Faults{}, queue}};
    const auto job = start_job(
        world, "budget", 100,
        {{"budget", {{"totalMicros", 50 * kCostMicros}, {"reserveMicros", kCostMicros}}}});
    REQUIRE(world.run(world.now() + kNinetyDays));
    const std::int64_t told = get(world, "/api/jobs/" + job).at("costMicros");
    CHECK(told <= 50 * kCostMicros);
    CHECK(told > 48 * kCostMicros);
    if (!queue) {  // else some prices are never told
      CHECK(spent(world) == told);
    }
    CHECK(has(codes_of(get(world, "/api/jobs/" + job + "/explain")), "job_budget"));
    const auto raised = world.request(
        "PUT", "/api/jobs/" + job + "/limits",
        json{{"budget", {{"totalMicros", 5'000'000}, {"reserveMicros", kCostMicros}}}}.dump());
    REQUIRE(raised.status == 200);
    REQUIRE(world.run(world.now() + kNinetyDays));
    check_ended(world, job, 100);
  }
}

TEST_CASE("budgets and quotas of a day begin anew at midnight in their zone") {
  World world{{51, 20, {}}};
  limit(world, {{"budget",
                 {{"perDayMicros", 40 * kCostMicros},
                  {"reserveMicros", kCostMicros},
                  {"timezone", "Asia/Kolkata"}}},
                {"provider", {{"perDay", 30}, {"timezone", "America/Los_Angeles"}}}});
  const auto job = start_job(world, "days", 100);
  REQUIRE(world.run(world.now() + kNinetyDays));
  check_ended(world, job, 100);
  // No zone of the two changes its clocks in December.
  std::map<std::int64_t, std::int64_t> in_kolkata;
  std::map<std::int64_t, int> in_los_angeles;
  const auto day_of = [](Instant at, Millis offset) {
    return to_ms(at + offset) / (24 * 3'600'000);
  };
  for (const Dialled& dial : world.ledger()) {
    in_kolkata[day_of(dial.ended, minutes{330})] += dial.cost_micros;
    ++in_los_angeles[day_of(dial.at, -hours{8})];
  }
  for (const auto& [day, dials] : in_los_angeles) {
    CHECK(dials <= 30);
  }
  for (const auto& [day, micros] : in_kolkata) {
    CHECK(micros <= 41 * kCostMicros);  // a price counts on the day it is told: just after midnight
  }
  CHECK(in_los_angeles.size() > 3);
}

TEST_CASE("every cap in law is kept, but for ringing and for a silence that no assistant leaves") {
  int kept = 0;
  for (const QuietRule& rule : quiet_rules()) {
    for (const CallCap& cap : rule.caps) {
      CAPTURE(rule.id, cap.after, cap.per);
      const auto read = frequency_cap_of(cap);
      if (!read) {
        CHECK((cap.ring_seconds_min > 0 || cap.after.substr(0, 17) == "an abandoned call"));
        continue;
      }
      ++kept;
      CHECK((read->max > 0) != (read->cool_off > Millis{0}));
      CHECK(read->max <= FrequencyCap::kDialsMax);
      CHECK(read->window <= FrequencyCap::kWindowMax);
      CHECK((cap.max == 0 || read->window > Millis{0}));
      CHECK(read->per_subject == (cap.per.find("subject") != std::string_view::npos ||
                                  cap.per.find("debt") != std::string_view::npos));
    }
  }
  CHECK(kept >= 8);
}

}  // namespace callgate::sim
