// callgate next, validate, recur, number: the program is run, and what it prints and its exit code
// are looked at. What the core answers is compared with the vectors elsewhere.
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "native-server/http_client.hpp"
#include "tests/native/folder.hpp"
#include "tests/native/process.hpp"

namespace callgate {
namespace {

using nlohmann::json;
using test::Process;
using test::Served;
using Words = std::vector<std::string>;

struct Ran {
  int exit_code = -1;
  std::string output;  // what it says on both streams
};

Ran run(Words arguments) {
  Process process{std::move(arguments)};
  std::string output = process.read_all();
  return {process.wait(), std::move(output)};
}

bool says(const Ran& ran, std::string_view words) {
  return ran.output.find(words) != std::string::npos;
}

constexpr const char* kOffice = R"({
  "businessHours": {"daysOfWeek": [1, 2, 3, 4, 5], "startTime": "09:00", "endTime": "17:00",
                    "timezone": "America/New_York"},
  "holidays": ["2026-12-25"],
  "blackoutPeriods": [{"start": "2026-12-31T12:00:00Z", "end": "2027-01-02T00:00:00Z",
                       "reason": "new year"}],
  "priorityWindows": [{"startTime": "10:00", "endTime": "12:00", "priority": 1}],
  "priorityHours": [10, 11]})";

// A settings file for one test.
class File {
 public:
  explicit File(const std::string& text) : path_((folder_.path() / "office.json").string()) {
    std::ofstream{path_} << text;
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  test::Folder folder_;
  std::string path_;
};

TEST_CASE("callgate next leaps over a weekend, a holiday and a blackout without any server") {
  const File office{kOffice};
  const Ran ran = run({"next", "--config", office.path(), "--after", "2026-12-24T18:00:00-05:00"});
  CHECK(ran.exit_code == 0);
  CHECK(ran.output ==
        "2026-12-28T14:00:00Z\nMon 2026-12-28 09:00 in America/New_York, priority 3\n");
  const Ran later = run({"next", "--config", office.path(), "--after", "2026-12-30T22:00:00Z"});
  CHECK(later.output.substr(0, 21) == "2027-01-04T14:00:00Z\n");
}

TEST_CASE("callgate next tells whether the level got what it prefers, and keeps to a priority") {
  const File office{kOffice};
  const Words ask{"next", "--config", office.path(), "--after", "2026-12-01T14:00:00Z"};
  const auto with = [&ask](const Words& more) {
    Words all = ask;
    all.insert(all.end(), more.begin(), more.end());
    return run(all);
  };
  CHECK(says(with({"--level", "high"}), "2026-12-01T15:00:00Z\nTue 2026-12-01 10:00"));
  CHECK(says(with({"--level", "high"}), "as the level prefers"));
  CHECK(says(with({"--level", "low", "--priority", "1"}), "nothing else is"));
  CHECK(says(with({"--priority", "1"}), "2026-12-01T15:00:00Z"));
}

TEST_CASE("callgate next reads its settings from standard input and answers as the route does") {
  const File office{kOffice};
  const std::string command = std::string{CALLGATE_BINARY} +
                              " next --config - --after 2026-12-01T14:30:00Z --json <" +
                              office.path();
  std::FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::array<char, 512> line{};
  REQUIRE(std::fgets(line.data(), line.size(), pipe) != nullptr);
  CHECK(pclose(pipe) == 0);
  CHECK(json::parse(line.data()) == json{{"time", "2026-12-01T14:30:00.000Z"}, {"priority", 3}});
}

TEST_CASE("A refusal names the flag or the place in the file, and exits with 1") {
  const File wrong{R"({"businessHours":{"daysOfWeek":[1],"startTime":"09:00","endTime":"25:00",)"
                   R"("timezone":"Mars"}})"};
  const Ran file = run({"next", "--config", wrong.path()});
  CHECK(file.exit_code == 1);
  CHECK(says(file, wrong.path() + " /businessHours/endTime: An end is HH:mm"));
  CHECK(says(file, wrong.path() + " /businessHours/timezone: No IANA time zone has this name."));
  CHECK(says(file, "(invalid_config)"));
  const File office{kOffice};
  const Ran flags =
      run({"next", "--config", office.path(), "--after", "tomorrow", "--level", "odd"});
  CHECK(flags.exit_code == 1);
  CHECK(says(flags, "--after: Must be an RFC 3339 time"));
  CHECK(says(flags, "--level: Must be one of urgent, high, normal, low."));
  const Ran none =
      run({"next", "--config", office.path(), "--after", "2026-12-30T23:00:00Z", "--horizon", "2"});
  CHECK(none.exit_code == 1);
  CHECK(says(none, "--horizon: No call may be placed within 2 days. (no_slot_within_horizon)"));
  const Ran raw = run({"next", "--config", wrong.path(), "--json"});
  CHECK(raw.exit_code == 1);
  CHECK(json::parse(raw.output.substr(0, raw.output.find('\n'))).at("code") == "validation_failed");
}

TEST_CASE("Without business hours in the settings any hour is good, and UTC is the clock") {
  const File nothing{"{}"};
  const Ran ran = run({"next", "--config", nothing.path(), "--after", "2026-12-05T03:30:00Z"});
  CHECK(ran.exit_code == 0);
  CHECK(ran.output == "2026-12-05T03:30:00Z\nSat 2026-12-05 03:30 in UTC, priority 3\n");
}

TEST_CASE("A settings file that is not there, or no JSON, or has a field twice is refused") {
  CHECK(
      says(run({"next", "--config", "/nowhere/office.json"}), "cannot read /nowhere/office.json"));
  const File broken{R"({"businessHours":)"};
  CHECK(says(run({"validate", "now", "--config", broken.path()}), broken.path() + " is not JSON"));
  const File twice{R"({"holidays":[],"holidays":[],"businessHours":{"daysOfWeek":[1],)"
                   R"("startTime":"09:00","endTime":"17:00","timezone":"UTC"}})"};
  const Ran ran = run({"next", "--config", twice.path()});
  CHECK(ran.exit_code == 1);
  CHECK(says(ran, "(duplicate_field)"));
}

TEST_CASE("callgate validate says everything that speaks against a time, and exits with 1") {
  const File office{kOffice};
  const auto ask = [&office](const std::string& at, Words more = {}) {
    Words all{"validate", at, "--config", office.path()};
    all.insert(all.end(), more.begin(), more.end());
    return run(all);
  };
  const Ran good = ask("2027-01-04T15:00:00Z");
  CHECK(good.exit_code == 0);
  CHECK(good.output == "yes: Mon 2027-01-04 10:00 in America/New_York, priority 1\n");
  const Ran blackout = ask("2027-01-01T15:00:00Z");
  CHECK(blackout.exit_code == 1);
  CHECK(says(blackout, "blackout  It lies in a blackout: new year."));
  const Ran holiday = ask("2026-12-26T01:00:00Z");
  CHECK(says(holiday, "no: Fri 2026-12-25 20:00"));
  CHECK(says(holiday, "holiday  "));
  CHECK(says(holiday, "outside_hours  "));
  CHECK(says(ask("2020-01-06T15:00:00Z", {"--now", "now"}), "not_in_future  "));
  CHECK(ask("2020-01-06T15:00:00Z").exit_code == 0);
  const Ran raw = ask("2027-01-01T15:00:00Z", {"--json"});
  CHECK(raw.exit_code == 1);
  CHECK(json::parse(raw.output).at("reasons") == json{"blackout"});
}

TEST_CASE("Without a settings file callgate next and validate go by the server's own") {
  const test::Folder folder;
  const Ran alone = run({"next", "--data", folder.path().string()});
  CHECK(alone.exit_code == 1);
  CHECK(says(alone, "--config FILE"));
  const Served served{folder.path()};
  const Words server{"--url", served.url, "--data", folder.path().string()};
  const auto ask = [&server](Words all) {
    all.insert(all.end(), server.begin(), server.end());
    return run(all);
  };
  const Ran any_hour = ask({"next", "--after", "2026-12-05T03:30:00Z"});
  INFO(any_hour.output);
  CHECK(any_hour.exit_code == 0);
  CHECK(any_hour.output.substr(0, 21) == "2026-12-05T03:30:00Z\n");
  ClientRequest request;
  request.method = "PUT";
  request.url = served.url + "/api/scheduler/config";
  request.headers = {{"authorization", "Bearer " + test::token_for(folder.path())},
                     {"content-type", "application/json"}};
  request.body = R"({"businessHours":{"daysOfWeek":[1],"startTime":"09:00","endTime":"17:00",)"
                 R"("timezone":"Europe/Berlin"}})";
  HttpClient client;
  REQUIRE(client.send(request).status == 200);
  const Ran monday = ask({"next", "--after", "2026-12-05T03:30:00Z"});
  INFO(monday.output);
  CHECK(says(monday, "2026-12-07T08:00:00Z\nMon 2026-12-07 09:00 in Europe/Berlin"));
  CHECK(ask({"validate", "2026-12-07T08:00:00Z"}).exit_code == 0);
  CHECK(ask({"validate", "2026-12-08T08:00:00Z"}).exit_code == 1);
}

TEST_CASE("callgate recur prints a series with its clock, UTC and what is special") {
  const Ran ran = run({"recur", "--frequency", "monthly", "--start", "2026-01-31T14:00:00Z",
                       "--timezone", "America/New_York", "-n", "3"});
  CHECK(ran.exit_code == 0);
  CHECK(ran.output ==
        "On the clock of America/New_York\n"
        "   1  Sat 2026-01-31 09:00 -05:00  2026-01-31T14:00:00Z\n"
        "   2  Sat 2026-02-28 09:00 -05:00  2026-02-28T14:00:00Z  the month lacks the day: its "
        "last day\n"
        "   3  Tue 2026-03-31 09:00 -04:00  2026-03-31T13:00:00Z\n"
        "And so on.\n");
  const Ran ends = run({"recur", "--frequency", "weekly", "--interval", "2", "--count", "2",
                        "--start", "2026-01-01T00:00:00Z", "--timezone", "UTC"});
  CHECK(says(ends, "   2  Thu 2026-01-15 00:00 +00:00  2026-01-15T00:00:00Z\nThat is all.\n"));
}

TEST_CASE("callgate recur reads rules and cron lines, and says what is wrong by its flag") {
  const Ran rule =
      run({"recur", "--rrule",
           "DTSTART;TZID=Europe/Berlin:20260130T090000\nRRULE:FREQ=MONTHLY;BYDAY=-1FR", "-n", "2"});
  CHECK(says(rule, "   2  Fri 2026-02-27 09:00 +01:00  2026-02-27T08:00:00Z\n"));
  const Ran cron = run({"recur", "--cron", "30 9 * * MON-FRI", "--timezone", "Asia/Kolkata",
                        "--after", "2026-11-20T12:00:00Z", "-n", "1", "--json"});
  CHECK(json::parse(cron.output).at("occurrences").at(0).at("at") == "2026-11-23T04:00:00.000Z");
  CHECK(run({"recur", "--cron", "@daily", "--timezone", "UTC"}).exit_code == 0);
  const Ran wrong = run({"recur", "--cron", "61 9 * * *", "--timezone", "Nowhere"});
  CHECK(wrong.exit_code == 1);
  CHECK(says(wrong, "--timezone: No IANA time zone has this name."));
  CHECK(says(wrong, "--cron: At byte 0"));
  const Ran series = run({"recur", "--frequency", "yearly"});
  CHECK(series.exit_code == 1);
  CHECK(says(series, "--frequency: It is daily, weekly or monthly."));
  CHECK(says(series, "--start: A series needs its start."));
  CHECK(run({"recur"}).exit_code == 1);
}

TEST_CASE("callgate number says how a number is dialled, what it is and where it may ring") {
  const Ran good = run({"number", "(415) 555-0132", "--region", "US"});
  CHECK(good.exit_code == 0);
  CHECK(says(good, "dialled as   +14155550132\ncountry      US, calling code +1\n"));
  CHECK(says(good, "kind         fixed line or mobile\n"));
  CHECK(says(good, "may ring in  America/Los_Angeles, where it is "));
  CHECK(says(good, "state        CA\nhours by     us, us-debt"));
  const Ran bad = run({"number", "(415) 555-0132"});
  CHECK(bad.exit_code == 1);
  CHECK(says(bad, "Without a country code it needs --region. (syntax)"));
  const Ran raw = run({"number", "+442079460084", "--json"});
  CHECK(json::parse(raw.output).at("zones") == json{"Europe/London"});
}

TEST_CASE("Each question's --help teaches it with an example") {
  for (const char* command : {"next", "validate", "recur", "number"}) {
    const Ran help = run({command, "--help"});
    INFO(help.output);
    CHECK(help.exit_code == 0);
    CHECK(says(help, std::string{"\n  callgate "} + command + " "));
    CHECK(says(help, "--json"));
  }
}

}  // namespace
}  // namespace callgate
