// Who is next, as a caller of the routes sees it: turns by weight, ranks that age, an order made by
// hand, words for priorities; and that a restart changes nothing of it.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <random>

#include "tests/sim/home.hpp"

namespace callgate::sim {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// One call at once, which is answered and ends when the test says so. Jobs are named by a letter
// and call numbers that tell them apart.
class Line : public Home {
 public:
  explicit Line(json config = json::object(), int at_once = 1) : at_once_(at_once) {
    must("PUT", "/api/providers/vapi", {{"apiKey", "k"}, {"baseUrl", "http://127.0.0.1:1"}});
    configure(std::move(config));
  }

  void configure(json config) {
    config["rateLimits"] = {{"global", at_once_}, {"perJob", at_once_}};
    must("PUT", "/api/scheduler/config", config);
  }

  Output tell(decltype(Input::event) event) {
    Output output = give(std::move(event));
    for (const Effect& effect : output.effects) {
      if (effect.key.kind == EffectKind::place_call) {
        const json body = json::parse(effect.request->body);
        const std::string number = body.at("customer").at("number");
        dialled += static_cast<char>('A' + std::stoi(number.substr(6, 2)));
        live_.push_back(effect.key);
      }
    }
    wake_at = output.wake_at;
    return output;
  }

  Response send(std::string method, std::string target, const json& body = nullptr) {
    const Output output = tell(
        owners_request(std::move(method), std::move(target), body.is_null() ? "" : body.dump()));
    events = output.events;
    return std::get<Response>(output.answer);
  }

  json must(const std::string& method, const std::string& target, const json& body = nullptr) {
    const Response response = send(method, target, body);
    INFO(method << " " << target << ": " << response.body);
    REQUIRE(response.status < 300);
    return json::parse(response.body);
  }

  // Its id.
  std::string job(char letter, json more = json::object(), int people = 40) {
    json numbers = json::array();
    for (int i = 0; i < people; ++i) {
      numbers.push_back("+14152" + std::to_string(100 + letter - 'A').substr(1) +
                        std::to_string(2000 + i));
    }
    more.update({{"name", std::string{letter}}, {"assistantId", "a"}, {"phoneNumberId", "p"}});
    more["phoneNumbers"] = numbers;
    if (!more.contains("schedule")) {
      more["schedule"] = "now";
    }
    return must("POST", "/api/jobs", more).at("id");
  }

  // The call that was dialled first ends.
  void end() {
    REQUIRE(!live_.empty());
    const EffectKey key = live_.front();
    live_.erase(live_.begin());
    tell(EffectResult{key,
                      Answered{201, -1,
                               R"({"id":"0192f0c4-0000-7000-8000-)" +
                                   std::to_string(100'000'000'000 + key.subject) +
                                   R"(","status":"ended","endedReason":"customer-ended-call"})"}});
  }

  // So many more calls, each of that length. Who was called.
  std::string calls(int count, Millis length = seconds{30}) {
    const std::size_t before = dialled.size();
    while (dialled.size() < before + static_cast<std::size_t>(count)) {
      now += length;
      end();
    }
    return dialled.substr(before);
  }

  std::string in_order() {
    std::string letters;
    const json page = must("GET", "/api/jobs?sort=order");
    for (const json& one : page.at("jobs")) {
      letters += one.at("name").get<std::string>();
    }
    return letters;
  }

  std::string dialled;
  std::vector<Event> events;
  std::optional<Instant> wake_at;

 private:
  int at_once_;
  std::vector<EffectKey> live_;
};

json reorder(const std::string& id, const char* where, const std::string& other) {
  return {{"id", id}, {where, other}};
}

}  // namespace

TEST_CASE("Jobs of one rank take turns, each of as many dials as its weight") {
  Line line;
  line.job('A', {{"weight", 3}});
  line.now += seconds{1};
  line.job('B');
  line.job('C', {{"weight", 2}});
  CHECK(line.dialled == "A");
  CHECK(line.calls(14) == "AABCCAAABCCAAA");
}

TEST_CASE("A restart changes nothing of whose turn it is") {
  std::string plays[2];
  for (const bool restarts : {false, true}) {
    std::mt19937 random{7};
    Line line{json::object(), 3};
    line.job('A', {{"weight", 3}});
    line.job('B');
    line.job('C', {{"weight", 2}, {"priority", 4}});
    for (int i = 0; i < 60; ++i) {
      if (restarts && random() % 2 == 0) {
        line.restart();
      }
      line.calls(1, minutes{2});
    }
    plays[restarts ? 1 : 0] = line.dialled;
  }
  CHECK(plays[0] == plays[1]);
  CHECK(plays[0].find('C') != std::string::npos);
}

TEST_CASE("A lower rank gets a turn when it has waited so much longer") {
  // Three levels and a part: 90 of 25 are worth 36 minutes.
  Line line{{{"ageingMinutes", 10}}};
  line.job('A', {{"priority", 1}}, 100);
  const std::string low = line.job('B', {{"priority", 5}});
  const Instant came = line.now;
  const json turn = line.must("GET", "/api/jobs/" + low + "/explain").at("turn");
  CHECK(turn.at("rank") == 10);
  CHECK(turn.at("waitsSince") == format_rfc3339(came));
  CHECK(turn.at("firstFrom") == format_rfc3339(came + minutes{36}));
  const std::string called = line.calls(80, minutes{1});
  CHECK(called.substr(0, 36) == std::string(36, 'A'));
  CHECK(called.at(36) == 'B');
  CHECK(std::count(called.begin(), called.end(), 'B') == 2);
  SECTION("and none while ageing is off") {
    line.configure({{"ageingMinutes", 0}});
    CHECK(line.must("GET", "/api/scheduler/config").at("ageingMinutes") == 0);
    CHECK(!line.must("GET", "/api/jobs/" + low + "/explain").at("turn").contains("firstFrom"));
    CHECK(line.calls(15, hours{1}) == std::string(15, 'A'));
  }
}

TEST_CASE("An order made by hand holds among jobs of one rank, and writes one job") {
  Line line;
  std::map<char, std::string> ids;
  for (const char letter : std::string{"ABCD"}) {
    ids[letter] = line.job(letter);
    line.now += seconds{1};
  }
  CHECK(line.in_order() == "ABCD");
  CHECK(line.calls(8) == "ABCDABCD");
  const json moved = line.must("POST", "/api/jobs/reorder", reorder(ids['D'], "before", ids['A']));
  CHECK(line.events.size() == 1);
  CHECK(line.events.front().subject == ids['D']);
  CHECK(moved.at("priority") == 3);
  CHECK(line.in_order() == "DABC");
  line.calls(1);
  CHECK(line.calls(10) == std::string(10, 'D'));
  SECTION("between two: those above go before it, those below after it") {
    line.must("POST", "/api/jobs/reorder", reorder(ids['D'], "after", ids['B']));
    CHECK(line.in_order() == "ABDC");
    const std::string called = line.calls(11);
    CHECK(called.find_first_of("CD", 1) == std::string::npos);
    line.must("POST", "/api/jobs/" + ids['A'] + "/pause");
    line.must("POST", "/api/jobs/" + ids['B'] + "/pause");
    line.calls(1);
    CHECK(line.calls(6) == "DDDDDD");
  }
  SECTION("it survives a restart, and lets the others go when it has nobody to call") {
    line.restart();
    CHECK(line.in_order() == "DABC");
    line.calls(28);
    const std::string called = line.calls(9);
    CHECK(called.substr(3).find('D') == std::string::npos);
    CHECK(line.in_order() == "ABC");
  }
}

TEST_CASE("A job that is moved among others of another rank takes over theirs") {
  Line line;
  const std::string low = line.job('A', {{"level", "low"}});
  const std::string high = line.job('B', {{"priority", 2}});
  const std::string usual = line.job('C');
  CHECK(line.in_order() == "BCA");
  json moved = line.must("POST", "/api/jobs/reorder", reorder(low, "before", high));
  CHECK(moved.at("priority") == 2);
  CHECK(moved.at("rank") == 75);
  CHECK(!moved.contains("level"));
  CHECK(line.in_order() == "ABC");
  moved = line.must("POST", "/api/jobs/reorder", reorder(high, "after", usual));
  CHECK(moved.at("priority") == 3);
  CHECK(line.in_order() == "ACB");
  CHECK(line.send("POST", "/api/jobs/reorder", {{"id", low}}).status == 422);
  CHECK(line.send("POST", "/api/jobs/reorder", {{"id", low}, {"before", high}, {"after", usual}})
            .status == 422);
  CHECK(line.send("POST", "/api/jobs/reorder", reorder(low, "before", "job_none")).status == 404);
  line.must("POST", "/api/jobs/" + usual + "/cancel");
  CHECK(line.send("POST", "/api/jobs/reorder", reorder(low, "before", usual)).status == 409);
  CHECK(line.in_order() == "AB");
}

// Job B and then C, each moved before A while the other was elsewhere.
struct SamePlace {
  Line line;
  std::string a = line.job('A');
  std::string b = line.job('B');
  std::string c = line.job('C');

  SamePlace() {
    line.must("POST", "/api/jobs/reorder", reorder(b, "before", a));
    line.calls(1);
    line.must("PATCH", "/api/jobs/" + b, {{"priority", 2}});
    line.must("POST", "/api/jobs/reorder", reorder(c, "before", a));
    const json back = line.must("PATCH", "/api/jobs/" + b, {{"priority", 3}});
    REQUIRE(back.at("orderKey") == line.must("GET", "/api/jobs/" + c).at("orderKey"));
    REQUIRE(line.in_order() == "BCA");
  }
};

TEST_CASE("Two jobs that were moved to the same place, one after the other, may both leave it") {
  SamePlace same;
  Line& line = same.line;
  line.calls(2);
  line.must("POST", "/api/jobs/" + same.b + "/cancel");
  line.calls(1);
  CHECK(line.in_order() == "CA");
  line.calls(1);
  CHECK(line.calls(6) == "CCCCCC");
  line.must("POST", "/api/jobs/" + same.c + "/cancel");
  line.calls(1);
  CHECK(line.in_order() == "A");
}

TEST_CASE("A job goes between two that were moved to the same place, which are apart then") {
  SamePlace same;
  Line& line = same.line;
  const std::string d = line.job('D');
  line.must("POST", "/api/jobs/reorder", reorder(d, "before", same.c));
  CHECK(line.in_order() == "BDCA");
  line.must("POST", "/api/jobs/reorder", reorder(same.a, "after", d));
  CHECK(line.in_order() == "BDAC");
  line.restart();
  CHECK(line.in_order() == "BDAC");
}

TEST_CASE("The order is shown page by page, without those that have ended") {
  Line line;
  for (const char letter : std::string{"ABCDE"}) {
    line.job(letter, {{"priority", letter == 'D' ? 1 : 3}});
  }
  std::string letters;
  std::string cursor;
  do {
    const json page = line.must("GET", "/api/jobs?sort=order&limit=2" + cursor);
    CHECK(page.at("total") == 5);
    for (const json& one : page.at("jobs")) {
      letters += one.at("name").get<std::string>();
    }
    cursor = page.contains("nextCursor") ? "&cursor=" + page.at("nextCursor").get<std::string>()
                                         : std::string{};
  } while (!cursor.empty());
  CHECK(letters == "DABCE");
  CHECK(line.send("GET", "/api/jobs?sort=order&cursor=job_none").status == 400);
}

TEST_CASE("A change of priority holds for the calls that wait already") {
  Line line;
  const std::string first = line.job('A');
  const std::string second = line.job('B');
  CHECK(line.calls(4) == "BABA");
  json changed = line.must("PATCH", "/api/jobs/" + second, {{"priority", 2}});
  CHECK(changed.at("rank") == 75);
  line.calls(1);
  CHECK(line.calls(4) == "BBBB");
  changed = line.must("PATCH", "/api/jobs/" + second, {{"level", "normal"}, {"weight", 2}});
  CHECK(changed.at("priority") == 3);
  CHECK(changed.at("level") == "normal");
  line.calls(2);
  const std::string called = line.calls(9);
  CHECK(std::count(called.begin(), called.end(), 'B') == 6);
  const auto refused = [&](const json& body) {
    return line.send("PATCH", "/api/jobs/" + first, body).status;
  };
  CHECK(refused({{"priority", 6}}) == 422);
  CHECK(refused({{"weight", 0}}) == 422);
  CHECK(refused({{"priority", 1}, {"level", "high"}}) == 422);
  CHECK(line.must("GET", "/api/jobs/" + first).at("priority") == 3);
}

TEST_CASE("Words for a priority come to the workspace's weights, numbers to the window's") {
  Line line{
      {{"priorityWeights", {{"urgent", 90}, {"low", 0}}},
       {"priorityWindows", {{{"startTime", "00:00"}, {"endTime", "24:00"}, {"priority", 2}}}}}};
  CHECK(line.must("GET", "/api/scheduler/config").at("priorityWeights").at("urgent") == 90);
  const auto made = [&](char letter, const json& more) {
    return line.must("GET", "/api/jobs/" + line.job(letter, more));
  };
  const json urgent = made('A', {{"level", "urgent"}});
  CHECK(urgent.at("rank") == 90);
  CHECK(urgent.at("level") == "urgent");
  CHECK(urgent.at("priority") == 1);
  CHECK(made('B', {{"level", "low"}}).at("rank") == 0);
  CHECK(made('C', {{"level", "high"}}).at("rank") == 75);
  const json unsaid = made('D', json::object());
  CHECK(unsaid.at("priority") == 2);
  CHECK(!unsaid.contains("level"));
  CHECK(line.send("POST", "/api/jobs",
                  {{"name", "E"},
                   {"assistantId", "a"},
                   {"phoneNumberId", "p"},
                   {"phoneNumbers", {"+14155550132"}},
                   {"level", "low"},
                   {"priority", 3}})
            .status == 422);
}

TEST_CASE("A low level keeps to the hours outside priorityHours, a high one to those inside") {
  const json hours_of_business = {{"daysOfWeek", {0, 1, 2, 3, 4, 5, 6}},
                                  {"startTime", "09:00"},
                                  {"endTime", "17:00"},
                                  {"timezone", "UTC"}};
  Line line{{{"businessHours", hours_of_business}, {"priorityHours", {9, 10, 11, 14, 15, 16}}}, 9};
  line.now = *parse_rfc3339("2027-01-04T09:00:00Z");
  const std::string low = line.job('A', {{"level", "low"}}, 2);
  line.job('B', {{"level", "high"}}, 2);
  line.job('C', {{"level", "urgent"}}, 2);
  CHECK(line.dialled == "BBCC");
  CHECK(line.wake_at.has_value());
  const json told = line.must("GET", "/api/jobs/" + low + "/explain").at("lanes").at(0);
  CHECK(told.at("reasons").at(0).at("code") == "level_hours");
  CHECK(told.at("dueAt") == "2027-01-04T12:00:00.000Z");
  line.now = *parse_rfc3339("2027-01-04T11:59:59Z");
  line.tell(Wake{});
  CHECK(line.dialled == "BBCC");
  line.now += seconds{1};
  line.tell(Wake{});
  CHECK(line.dialled == "BBCCAA");
  line.job('D', {{"level", "high"}}, 1);
  CHECK(line.dialled == "BBCCAA");
  line.now = *parse_rfc3339("2027-01-04T14:00:00Z");
  line.tell(Wake{});
  CHECK(line.dialled == "BBCCAAD");
  SECTION("where a day has no such hour any lawful one will do") {
    line.configure(
        {{"businessHours", hours_of_business}, {"priorityHours", {9, 10, 11, 12, 13, 14, 15, 16}}});
    line.job('E', {{"level", "low"}}, 1);
    CHECK(line.dialled == "BBCCAADE");
  }
  SECTION("a change of the level holds at once") {
    const std::string other = line.job('E', {{"level", "low"}}, 1);
    CHECK(line.dialled == "BBCCAAD");
    line.must("PATCH", "/api/jobs/" + other, {{"priority", 4}});
    CHECK(line.dialled == "BBCCAADE");
  }
}

}  // namespace callgate::sim
