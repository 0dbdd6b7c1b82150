// The routes that answer from the question alone: what they refuse, with which code and where. What
// they answer is compared with the vectors (./dev vectors), through the same door.
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/core.hpp"

namespace callgate {
namespace {

using nlohmann::json;
using Words = std::vector<std::string>;

Response ask_text(const std::string& target, const std::string& body) {
  HttpRequest request;
  request.method = "POST";
  request.target = target;
  request.headers = {{"content-type", "application/json"}};
  request.body = body;
  request.principal = Principal{"default", "test", {}, {}};
  const auto response = answer_without_workspace(request);
  REQUIRE(response.has_value());
  return *response;
}

json ask(const std::string& target, const json& body) {
  const Response response = ask_text(target, body.dump());
  INFO(response.body);
  REQUIRE(response.status == 200);
  return json::parse(response.body);
}

// The problem's code, then each issue's place.
Words refused(const std::string& target, const json& body) {
  const Response response = ask_text(target, body.dump());
  INFO(response.body);
  REQUIRE(response.status == 422);
  const json problem = json::parse(response.body);
  Words out{problem["code"].get<std::string>()};
  for (const json& issue : problem["issues"]) {
    CHECK_FALSE(issue["detail"].get<std::string>().empty());
    out.push_back(issue["pointer"].get<std::string>());
  }
  return out;
}

const json kConfig = json::parse(R"({
  "businessHours": {"daysOfWeek": [1, 2, 3, 4, 5], "startTime": "09:00", "endTime": "17:00",
                    "timezone": "America/New_York"},
  "blackoutPeriods": [{"start": "2026-12-24T00:00:00Z", "end": "2026-12-27T00:00:00Z"}],
  "holidays": ["2026-12-31"],
  "priorityWindows": [{"startTime": "10:00", "endTime": "12:00", "priority": 1}],
  "defaultPriority": 3, "priorityHours": [10, 11]})");

json with(json body, const char* pointer, const json& value) {
  body[json::json_pointer{pointer}] = value;
  return body;
}

struct Mistake {
  const char* pointer;
  json value;
  const char* code;
  const char* place;  // nullptr: the pointer
};

void check_mistakes(const char* target, const json& sound, const std::vector<Mistake>& mistakes) {
  ask(target, sound);
  for (const Mistake& mistake : mistakes) {
    INFO(target << ' ' << mistake.pointer << ' ' << mistake.value.dump());
    const std::string place = mistake.place == nullptr ? mistake.pointer : mistake.place;
    CHECK(refused(target, with(sound, mistake.pointer, mistake.value)) ==
          Words{mistake.code, place});
  }
}

const std::vector<Mistake>& mistakes_of_config() {
  static const std::vector<Mistake> kMistakes{
      {"/config/businessHours/daysOfWeek", json::array(), "invalid_config", nullptr},
      {"/config/businessHours/daysOfWeek", {7}, "invalid_config", nullptr},
      {"/config/businessHours/daysOfWeek", {-1, 2}, "invalid_config", nullptr},
      {"/config/businessHours/startTime", "24:00", "invalid_config", nullptr},
      {"/config/businessHours/startTime", "9:00", "invalid_config", nullptr},
      {"/config/businessHours/startTime", 900, "invalid_config", nullptr},
      {"/config/businessHours/startTime", "17:00", "invalid_config",
       "/config/businessHours/endTime"},
      {"/config/businessHours/endTime", "24:01", "invalid_config", nullptr},
      {"/config/businessHours/endTime", "", "invalid_config", nullptr},
      {"/config/businessHours/endTime", std::string(5000, '9'), "invalid_config", nullptr},
      {"/config/businessHours/timezone", "Mars/Olympus", "unknown_timezone", nullptr},
      {"/config/businessHours/timezone", "../UTC", "unknown_timezone", nullptr},
      {"/config/businessHours/timezone", "+05:30", "unknown_timezone", nullptr},
      {"/config/businessHours/timezone", "", "unknown_timezone", nullptr},
      {"/config/businessHours/timezone", std::string(5000, 'A'), "unknown_timezone", nullptr},
      {"/config/businessHours/timezone", 5, "unknown_timezone", nullptr},
      {"/config/blackoutPeriods/0/end", "2026-12-24T00:00:00Z", "invalid_config", nullptr},
      {"/config/blackoutPeriods/0/end", "2026-12-32T00:00:00Z", "invalid_config", nullptr},
      {"/config/blackoutPeriods/0/start", "2026-12-24", "invalid_config", nullptr},
      {"/config/holidays/0", "2027-02-29", "invalid_config", nullptr},
      {"/config/holidays/0", "20261231", "invalid_config", nullptr},
      {"/config/priorityWindows/0/endTime", "10:00", "invalid_config", nullptr},
      {"/config/priorityWindows/0/startTime", "25:00", "invalid_config", nullptr},
      {"/config/priorityWindows/0/priority", 6, "invalid_config", nullptr},
      {"/config/priorityWindows/0/priority", 1.5, "invalid_config", nullptr},
      {"/config/defaultPriority", 0, "invalid_config", nullptr},
      {"/config/priorityHours", {24}, "invalid_config", nullptr},
      {"/config/businessHours", json::object(), "validation_failed", nullptr},
      {"/config/surprise", 1, "validation_failed", nullptr},
  };
  return kMistakes;
}

// A missing list of fields has one issue each; what is judged here is where.
std::vector<Mistake> and_config(std::vector<Mistake> mistakes) {
  for (const Mistake& mistake : mistakes_of_config()) {
    if (mistake.value != json::object()) {
      mistakes.push_back(mistake);
    }
  }
  return mistakes;
}

TEST_CASE("every bad setting of a calendar is refused by its word and place") {
  check_mistakes("/api/scheduler/next",
                 {{"after", "2026-11-21T09:30:00Z"}, {"horizonDays", 30}, {"config", kConfig}},
                 and_config({{"/after", "2026-11-31T00:00:00Z", "invalid_datetime", nullptr},
                             {"/after", "2026-11-21T09:30:00", "invalid_datetime", nullptr},
                             {"/after", "9999-12-31T23:59:59Z", "invalid_datetime", nullptr},
                             {"/horizonDays", 0, "invalid_config", nullptr},
                             {"/horizonDays", -5, "invalid_config", nullptr},
                             {"/maxPriority", 6, "invalid_config", nullptr},
                             {"/level", "loud", "invalid_config", nullptr}}));
  check_mistakes("/api/scheduler/validate", {{"at", "2026-11-21T09:30:00Z"}, {"config", kConfig}},
                 and_config({{"/at", "soon", "invalid_datetime", nullptr},
                             {"/now", "2026-02-30T00:00:00Z", "invalid_datetime", nullptr}}));
}

TEST_CASE("a question without settings is for the workspace, unless it is a bad one") {
  HttpRequest request;
  request.method = "POST";
  request.target = "/api/scheduler/validate";
  request.headers = {{"content-type", "application/json"}};
  request.body = R"({"at":"2026-11-21T09:30:00Z"})";
  request.principal = Principal{"default", "test", {"viewer"}, {}};
  CHECK_FALSE(answer_without_workspace(request).has_value());
  CHECK(refused("/api/scheduler/validate", {{"at", "soon"}}) == Words{"invalid_datetime", "/at"});
}

TEST_CASE("several mistakes are told together") {
  json config = with(kConfig, "/businessHours/timezone", "Mars/Olympus");
  config = with(config, "/holidays/0", "2027-02-29");
  CHECK(refused("/api/scheduler/validate", {{"at", "late"}, {"config", config}}) ==
        Words{"validation_failed", "/at", "/config/businessHours/timezone", "/config/holidays/0"});
}

TEST_CASE("no slot within the horizon is a problem of its own") {
  json config = kConfig;
  config["blackoutPeriods"] = {
      {{"start", "2026-01-01T00:00:00Z"}, {"end", "9999-12-31T00:00:00Z"}}};
  for (const std::int64_t days : {std::int64_t{1}, std::int64_t{9'007'199'254'740'991}}) {
    CHECK(refused("/api/scheduler/next",
                  {{"after", "2026-11-21T09:30:00Z"}, {"horizonDays", days}, {"config", config}}) ==
          Words{"no_slot_within_horizon", "/horizonDays"});
  }
}

TEST_CASE("bad questions about clocks are refused by their word and place") {
  const char* target = "/api/time/convert";
  check_mistakes(target, {{"zone", "America/New_York"}, {"local", "2026-03-08T02:30:00"}},
                 {{"/zone", "us/eastern", "unknown_timezone", nullptr},
                  {"/zone", nullptr, "unknown_timezone", nullptr},
                  {"/local", "2026-02-30T02:30:00", "invalid_datetime", nullptr},
                  {"/local", "2026-03-08T24:00:00", "invalid_datetime", nullptr},
                  {"/local", "2026-03-08T02:60:00", "invalid_datetime", nullptr},
                  {"/local", "2016-12-31T23:59:60", "invalid_datetime", nullptr},
                  {"/local", "2026-03-08T02:30:00Z", "invalid_datetime", nullptr},
                  {"/local", "2026-03-08 02:30:00", "invalid_datetime", nullptr},
                  {"/local", "2026-03-08T02:30", "invalid_datetime", nullptr},
                  {"/local", "2026-03-08T-2:30:00", "invalid_datetime", nullptr},
                  {"/local", "0000-01-01T00:00:00", "invalid_datetime", nullptr},
                  {"/local", "9999-12-31T23:59:59", "invalid_datetime", nullptr},
                  {"/utc", "2026-03-08T02:30:00Z", "invalid_datetime", nullptr}});
  check_mistakes(target, {{"zone", "America/New_York"}, {"utc", "2026-03-08T07:30:00Z"}},
                 {{"/utc", "2026-13-08T07:30:00Z", "invalid_datetime", nullptr},
                  {"/utc", 5, "invalid_datetime", nullptr},
                  {"/utc", "9999-12-31T00:00:00Z", "invalid_datetime", nullptr}});
  CHECK(refused(target, {{"zone", "UTC"}}) == Words{"invalid_datetime", "/utc"});
  for (const char* utc : {"1970-01-01T00:00:00Z", "9999-12-29T23:59:59Z"}) {
    for (const char* zone : {"Pacific/Kiritimati", "Etc/GMT+12"}) {
      CHECK(ask(target, {{"zone", zone}, {"utc", utc}})["kind"] == "unique");
    }
  }
}

TEST_CASE("a time on a clock says what is special about it") {
  const json gap =
      ask("/api/time/convert", {{"zone", "America/New_York"}, {"local", "2026-03-08T02:30:00"}});
  CHECK(gap["kind"] == "gap");
  CHECK(gap["local"] == "2026-03-08T03:30:00");
  CHECK(gap["utc"] == "2026-03-08T07:30:00.000Z");
  const json second =
      ask("/api/time/convert", {{"zone", "America/New_York"}, {"utc", "2026-11-01T06:30:00Z"}});
  CHECK(second["kind"] == "fold");
  CHECK(second["local"] == "2026-11-01T01:30:00");
  CHECK(second["earlier"] == "2026-11-01T05:30:00.000Z");
  CHECK(second["utc"] == second["later"]);
}

TEST_CASE("bad calling policies are refused by their word and place") {
  const json sound{{"at", "2026-11-21T09:30:00Z"},
                   {"zones", {"America/Chicago", "America/New_York"}},
                   {"policy", json::parse(R"({"weekly": {"1": [["08:00", "12:00"],
                      ["13:00", "24:00"]]}, "holidays": ["2026-12-25"]})")},
                   {"horizonDays", 14}};
  check_mistakes("/api/quiet-hours/check", sound,
                 {{"/at", "", "invalid_datetime", nullptr},
                  {"/zones/1", "Nowhere", "unknown_timezone", nullptr},
                  {"/zones/0", 1, "unknown_timezone", nullptr},
                  {"/policy/weekly/1/0", {"08:00"}, "invalid_config", nullptr},
                  {"/policy/weekly/1/0", {"08:00", "09:00", "10:00"}, "invalid_config", nullptr},
                  {"/policy/weekly/1/1/0", "24:00", "invalid_config", nullptr},
                  {"/policy/weekly/1/1/1", "13:00", "invalid_config", nullptr},
                  {"/policy/weekly/7", json::array(), "validation_failed", nullptr},
                  {"/policy/holidays/0", "2026-12-32", "invalid_config", nullptr},
                  {"/horizonDays", 0, "invalid_config", nullptr}});
  const json nowhere = ask("/api/quiet-hours/check", with(sound, "/zones", json::array()));
  CHECK(nowhere == json{{"allowed", false}, {"blockedZones", json::array()}});
}

TEST_CASE("bad recurrences are refused by their word and place") {
  const char* target = "/api/recurrence/preview";
  check_mistakes(target,
                 {{"timezone", "Asia/Kolkata"},
                  {"start", "2026-11-21T09:30:00Z"},
                  {"series",
                   {{"frequency", "daily"},
                    {"interval", 2},
                    {"maxOccurrences", 3},
                    {"endDate", "2027-01-01"}}}},
                 {{"/timezone", "IST", "unknown_timezone", nullptr},
                  {"/start", "yesterday", "invalid_datetime", nullptr},
                  {"/after", "2026-11-21", "invalid_datetime", nullptr},
                  {"/limit", 1001, "invalid_recurrence", nullptr},
                  {"/series/frequency", "hourly", "invalid_recurrence", nullptr},
                  {"/series/interval", 0, "invalid_recurrence", nullptr},
                  {"/series/maxOccurrences", 0, "invalid_recurrence", nullptr},
                  {"/series/endDate", "2026-11-20", "invalid_recurrence", nullptr},
                  {"/series/endDate", "someday", "invalid_recurrence", nullptr},
                  {"/cron", "@daily", "invalid_recurrence", "/series"}});
  const json rule{{"timezone", "Asia/Kolkata"},
                  {"start", "2026-11-21T09:30:00Z"},
                  {"rrule", "FREQ=DAILY;COUNT=2"}};
  check_mistakes(
      target, rule,
      {{"/rrule", "FREQ=SOMETIMES", "invalid_recurrence", nullptr},
       {"/rrule", "", "invalid_recurrence", nullptr},
       {"/rrule", "DTSTART:20261121T093000Z\nRRULE:FREQ=DAILY", "invalid_recurrence", "/start"}});
  json bare = rule;
  bare.erase("start");
  CHECK(refused(target, bare) == Words{"invalid_recurrence", "/start"});
  bare["rrule"] = "DTSTART;TZID=Europe/Rome:20261121T093000\nRRULE:FREQ=DAILY";
  CHECK(refused(target, bare) == Words{"invalid_recurrence", "/timezone"});
  bare["rrule"] = "DTSTART;TZID=Mars/Olympus:20261121T093000\nRRULE:FREQ=DAILY";
  bare.erase("timezone");
  CHECK(refused(target, bare) == Words{"unknown_timezone", "/rrule"});
  check_mistakes(target,
                 {{"timezone", "UTC"}, {"after", "2026-11-21T09:30:00Z"}, {"cron", "0 9 * * MON"}},
                 {{"/cron", "0 9 * *", "invalid_recurrence", nullptr},
                  {"/cron", "61 9 * * *", "invalid_recurrence", nullptr},
                  {"/start", "2026-11-21T09:30:00Z", "invalid_recurrence", nullptr}});
  CHECK(refused(target, {{"timezone", "UTC"}, {"cron", "@daily"}}) ==
        Words{"validation_failed", "/after"});
  CHECK(refused(target, {{"cron", "@daily"}, {"after", "2026-11-21T09:30:00Z"}}) ==
        Words{"validation_failed", "/timezone"});
}

TEST_CASE("rules and cron are previewed with what moved each occurrence") {
  const char* target = "/api/recurrence/preview";
  const json file = ask(target, {{"rrule",
                                  "DTSTART;TZID=America/New_York:20260307T023000\n"
                                  "RRULE:FREQ=DAILY;COUNT=3\nEXDATE:20260309T063000Z\n"}});
  CHECK(file["timezone"] == "America/New_York");
  CHECK(file["complete"] == true);
  REQUIRE(file["occurrences"].size() == 2);
  CHECK(file["occurrences"][0]["notes"].empty());
  CHECK(file["occurrences"][1]["at"] == "2026-03-08T07:30:00.000Z");
  CHECK(file["occurrences"][1]["local"] == "2026-03-08T03:30:00");
  CHECK(file["occurrences"][1]["offsetSeconds"] == -14'400);
  CHECK(file["occurrences"][1]["notes"] == json{"gap"});
  CHECK(file["occurrences"][1]["explanation"] == "the clock skips 02:30:00: moved to 03:30:00");
  const json cron = ask(target, {{"timezone", "America/New_York"},
                                 {"after", "2026-11-01T05:00:00Z"},
                                 {"limit", 2},
                                 {"cron", "30 * * * *"}});
  CHECK(cron["occurrences"][1]["notes"] == json{"fold", "second"});
  CHECK(cron["complete"] == false);
  const json never =
      ask(target, {{"timezone", "UTC"}, {"after", "2026-11-01T05:00:00Z"}, {"cron", "0 0 31 2 *"}});
  CHECK(never == json{{"timezone", "UTC"}, {"occurrences", json::array()}, {"complete", true}});
}

TEST_CASE("bad questions about daily calls are refused by their word and place") {
  check_mistakes("/api/daily-call/check",
                 {{"now", "2026-11-21T15:00:00Z"},
                  {"timezone", "Asia/Kolkata"},
                  {"callTime", "20:30"},
                  {"calls", {{{"at", "2026-11-20T15:00:00Z"}, {"status", "completed"}}}}},
                 {{"/now", "now", "invalid_datetime", nullptr},
                  {"/now", "9999-12-31T00:00:00Z", "invalid_datetime", nullptr},
                  {"/timezone", "Asia/Delhi", "unknown_timezone", nullptr},
                  {"/callTime", "24:00", "invalid_config", nullptr},
                  {"/callTime", "20:30:60", "invalid_config", nullptr},
                  {"/callTime", "8:30", "invalid_config", nullptr},
                  {"/windowSeconds", -1, "invalid_config", nullptr},
                  {"/windowSeconds", 86'401, "invalid_config", nullptr},
                  {"/callEnabled", "yes", "invalid_config", nullptr},
                  {"/calls/0/at", "2026-11-20", "invalid_config", nullptr}});
}

TEST_CASE("a number is told with its zones, or why it is none") {
  const json number = ask("/api/numbers", {{"number", "(415) 555-0132"}, {"defaultRegion", "US"}});
  CHECK(number == json{{"syntax", false},
                       {"valid", true},
                       {"e164", "+14155550132"},
                       {"region", "US"},
                       {"callingCode", 1},
                       {"type", "fixed_line_or_mobile"},
                       {"zones", {"America/Los_Angeles"}}});
  const std::vector<std::pair<const char*, const char*>> reasons{
      {"", "syntax"},
      {"\x7f", "syntax"},
      {"+1 415 CALL NOW", "syntax"},
      {"++14155550132", "syntax"},
      {"4155550132", "syntax"},
      {"+999123456", "unknown_country_code"},
      {"+1415555", "too_short"},
      {"+141555501321234", "too_long"},
      {"+11155550132", "not_assigned"},
  };
  for (const auto& [text, reason] : reasons) {
    INFO(text);
    const json answer = ask("/api/numbers", {{"number", text}});
    CHECK(answer["valid"] == false);
    CHECK(answer["reason"] == reason);
    CHECK(answer.size() == 3);
  }
  check_mistakes("/api/numbers", {{"number", "+14155550132"}},
                 {{"/number", 14'155'550'132, "invalid_number", nullptr},
                  {"/number", std::string(2000, '1'), "invalid_number", nullptr},
                  {"/number", nullptr, "invalid_number", nullptr},
                  {"/defaultRegion", 1, "invalid_number", nullptr}});
  CHECK(refused("/api/numbers", json::object()) == Words{"validation_failed", "/number"});
}

TEST_CASE("a body that is no JSON is refused before it is a question") {
  for (const char* body : {"{", "[]", "{\"zone\":}", "\xff"}) {
    INFO(body);
    const std::int64_t status = ask_text("/api/time/convert", body).status;
    CHECK((status == 400 || status == 422));
  }
}

}  // namespace
}  // namespace callgate
