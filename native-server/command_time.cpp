// next, validate: when a call may be placed, by a settings file or by the server's own
// configuration.
#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "native-server/asked_here.hpp"
#include "native-server/client.hpp"
#include "native-server/commands.hpp"

namespace callgate {
namespace {

using nlohmann::json;

constexpr const char* kSettingsHelp = R"text(
The settings are JSON, and each may be left out: without businessHours any hour is good. A window
that ends before it starts goes past midnight; a holiday closes all of a window that starts on it:

  { "businessHours": { "daysOfWeek": [1,2,3,4,5], "startTime": "09:00", "endTime": "17:00",
                       "timezone": "America/New_York" },
    "holidays": ["2026-12-25"],
    "blackoutPeriods": [{ "start": "2026-12-31T12:00:00Z", "end": "2027-01-02T00:00:00Z",
                          "reason": "new year" }],
    "priorityWindows": [{ "startTime": "10:00", "endTime": "12:00", "priority": 1 }],
    "defaultPriority": 3, "priorityHours": [10, 11] }

Without --config the running server is asked for its own. A time is RFC 3339, as
2026-12-24T18:00:00-05:00, or the word now.)text";

constexpr const char* kNextExamples = R"text(
Prints the first instant at which a call may be placed, and exits with 1 when there is none within
the horizon or when something is wrong with the question.

Examples
  callgate next --config office.json
  callgate next --config office.json --after 2026-12-24T18:00:00-05:00 --horizon 90
  callgate next --config office.json --priority 1       only where the priority is 1
  callgate next --config office.json --level high       in the priority hours if possible
  callgate next --json | jq -r .time
)text";

constexpr const char* kValidateExamples = R"text(
Says whether a call may be placed at a time, or everything that speaks against it. Exits with 0 when
it may, with 1 when it may not or when something is wrong with the question.

Examples
  callgate validate now --config office.json && place-the-call
  callgate validate 2026-12-25T15:00:00Z --config office.json
  callgate validate 2026-12-25T15:00:00Z --config office.json --now now    it must not be past
  callgate validate now --json
)text";

// The settings to go by: those of a file, or those of the server.
class SchedulerSource {
 public:
  void add_options(CLI::App& command) {
    command.add_option("--config", file_,
                       "Settings, JSON; - is standard input (default: the server's own)");
    client_.add_options(command);
  }

  void put_into(AskedHere& question) {
    const std::string text = file_.empty() ? of_server().dump() : of_file();
    question.set_json("config", text, shown());
    parsed_ = json::parse(text);
  }

  // "Tue 2026-12-01 09:00 in America/New_York".
  [[nodiscard]] std::string on_the_clock(const std::string& instant) const {
    const std::string zone = parsed_.value(json::json_pointer{"/businessHours/timezone"}, "UTC");
    return wall_clock_in(zone, instant) + " in " + zone;
  }

  // The reason of a blackout as it is configured; a place that is not there has none.
  [[nodiscard]] std::string blackout(std::size_t index) const {
    const json periods = parsed_.value("blackoutPeriods", json::array());
    return index < periods.size() ? periods[index].value("reason", "") : std::string{};
  }

 private:
  [[nodiscard]] std::string shown() const {
    return file_.empty() ? "the server's configuration" : file_ == "-" ? "standard input" : file_;
  }

  [[nodiscard]] std::string of_file() const {
    std::ifstream stream;
    if (file_ != "-") {
      stream.open(file_);
      if (!stream) {
        throw std::runtime_error("cannot read " + file_);
      }
    }
    std::istream& from = file_ == "-" ? std::cin : stream;
    return {std::istreambuf_iterator<char>{from}, {}};
  }

  json ask_server() {
    try {
      return client_.get("/api/scheduler/config");
    } catch (const Refused&) {
      throw;
    } catch (const std::exception& error) {  // no server, no token
      throw std::runtime_error(std::string{error.what()} +
                               "\n  Without a server: bring the settings, --config FILE");
    }
  }

  // What of the server's configuration says when calls may be placed.
  json of_server() {
    const json all = ask_server();
    json calendar = json::object();
    for (const char* name : {"businessHours", "blackoutPeriods", "holidays", "priorityWindows",
                             "defaultPriority", "priorityHours"}) {
      if (all.contains(name) && !all[name].is_null()) {
        calendar[name] = all[name];
      }
    }
    return calendar;
  }

  Client client_;
  std::string file_;
  json parsed_;
};

struct NextSettings {
  SchedulerSource settings;
  std::string after = "now";
  std::optional<std::int64_t> horizon_days;
  std::optional<std::int64_t> priority;
  std::string level;
  bool raw = false;
};

int run_next(NextSettings& asked) {
  AskedHere question{"/api/scheduler/next"};
  asked.settings.put_into(question);
  question.set("after", time_or_now(asked.after), "--after");
  question.name("/horizonDays", "--horizon");
  if (asked.horizon_days) {
    question.set("horizonDays", *asked.horizon_days, "--horizon");
  }
  if (asked.priority) {
    question.set("maxPriority", *asked.priority, "--priority");
  }
  if (!asked.level.empty()) {
    question.set("level", asked.level, "--level");
  }
  return question.print(asked.raw, [&](const json& answer, std::string& text) {
    const std::string time = answer.at("time").get<std::string>();
    text = short_time(time) + "\n" + asked.settings.on_the_clock(time) + ", priority " +
           std::to_string(answer.at("priority").get<std::int64_t>());
    if (answer.contains("preferred")) {
      const bool met = answer["preferred"].get<bool>();
      text += met ? ", as the level prefers" : ", which the level would avoid, but nothing else is";
    }
    text += "\n";
    return 0;
  });
}

// A sentence for each thing that speaks against an instant.
std::string objection(const std::string& word, const json& answer,
                      const SchedulerSource& settings) {
  if (word == "not_in_future") {
    return "It does not lie in the future.";
  }
  if (word == "holiday") {
    return "It is a holiday there.";
  }
  if (word == "day_not_allowed") {
    return "It is not one of the days.";
  }
  if (word == "outside_hours") {
    return "It is outside the hours.";
  }
  if (word != "blackout") {
    return {};
  }
  std::string text = "It lies in a blackout";
  const char* before = ": ";
  for (const json& index : answer.value("blackouts", json::array())) {
    const std::string reason = settings.blackout(index.get<std::size_t>());
    if (!reason.empty()) {
      text += std::exchange(before, ", ") + reason;
    }
  }
  return text + ".";
}

struct ValidateSettings {
  SchedulerSource settings;
  std::string at;
  std::string now;
  bool raw = false;
};

int run_validate(ValidateSettings& asked) {
  const std::string at = time_or_now(asked.at);
  AskedHere question{"/api/scheduler/validate"};
  asked.settings.put_into(question);
  question.set("at", at, "time");
  if (!asked.now.empty()) {
    question.set("now", time_or_now(asked.now), "--now");
  }
  return question.print(asked.raw, [&](const json& answer, std::string& text) {
    const bool valid = answer.at("valid").get<bool>();
    text = std::string{valid ? "yes: " : "no: "} + asked.settings.on_the_clock(at) + ", priority " +
           std::to_string(answer.at("priority").get<std::int64_t>()) + "\n";
    for (const json& reason : answer.at("reasons")) {
      const std::string word = reason.get<std::string>();
      text += "  " + word + "  " + objection(word, answer, asked.settings) + "\n";
    }
    return valid ? 0 : 1;
  });
}

}  // namespace

void add_next(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("next", "When the next call may be placed, by hours, holidays, blackouts");
  auto asked = std::make_shared<NextSettings>();
  command->footer(std::string{kNextExamples} + kSettingsHelp);
  command->add_option("--after", asked->after, "From when on: RFC 3339, or now")
      ->capture_default_str();
  command->add_option("--horizon", asked->horizon_days, "How many days to look (default: 30)");
  command->add_option("--priority", asked->priority,
                      "Only where the priority is this, 1 to 5, or better");
  command->add_option("--level", asked->level, "urgent, high, normal or low (default: normal)");
  command->add_flag("--json", asked->raw, "The answer as it comes");
  asked->settings.add_options(*command);
  command->callback([asked, &exit_code] { exit_code = guarded([&] { return run_next(*asked); }); });
}

void add_validate(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("validate", "Whether a call may be placed at a time, and why not");
  auto asked = std::make_shared<ValidateSettings>();
  command->footer(std::string{kValidateExamples} + kSettingsHelp);
  command->add_option("time", asked->at, "RFC 3339, or now")->required();
  command->add_option("--now", asked->now,
                      "The time must lie after this one: RFC 3339, or now (default: not asked)");
  command->add_flag("--json", asked->raw, "The answer as it comes");
  asked->settings.add_options(*command);
  command->callback(
      [asked, &exit_code] { exit_code = guarded([&] { return run_validate(*asked); }); });
}

}  // namespace callgate
