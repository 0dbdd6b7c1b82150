// recur, number: what a rule yields, and what is known of a telephone number.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "native-server/asked_here.hpp"
#include "native-server/client.hpp"
#include "native-server/commands.hpp"

namespace callgate {
namespace {

using nlohmann::json;

constexpr const char* kRecurExamples = R"text(
Prints when something recurs: the local time, its offset, UTC, and why it does not lie where the
rule puts it (a day that the month lacks, an hour that the clock skips or reads twice).

Examples
  callgate recur --frequency monthly --start 2026-01-31T14:00:00Z --timezone America/New_York
  callgate recur --rrule 'FREQ=MONTHLY;BYDAY=-1FR' --start 2026-01-30T14:00:00Z \
      --timezone Europe/Berlin -n 3
  callgate recur --rrule "$(cat event.ics)"      with DTSTART;TZID=…, RDATE and EXDATE
  callgate recur --cron '30 9 * * MON-FRI' --timezone Asia/Kolkata
  callgate recur --cron @daily --timezone UTC --after 2026-12-30T00:00:00Z --json

A series (--frequency) counts from its start, so the 31st comes back after February. A time is
RFC 3339, as 2026-12-24T18:00:00-05:00, or the word now.)text";

constexpr const char* kNumberExamples = R"text(
Says whether a country uses a number, how it is dialled, what kind it is, where it may ring, what
the clocks read there, and whose rules say at which hours. Exits with 0 for a number in use, with 1
for anything else.

Examples
  callgate number +14155550132
  callgate number "(415) 555-0132" --region US
  callgate number "020 7946 0084" --region GB --json | jq -r .e164)text";

struct RecurSettings {
  std::string rrule;
  std::string cron;
  std::string frequency;
  std::optional<std::int64_t> interval;
  std::optional<std::int64_t> count;
  std::string until;
  std::string start;
  std::string after;
  std::string timezone;
  std::int64_t limit = 10;
  bool raw = false;
};

AskedHere question_of(const RecurSettings& asked) {
  AskedHere question{"/api/recurrence/preview"};
  const auto set = [&question](const char* field, const std::string& value, const char* flag) {
    question.name(std::string{"/"} + field, flag);
    if (!value.empty()) {
      question.set(field, value, flag);
    }
  };
  set("timezone", asked.timezone, "--timezone");
  set("start", time_or_now(asked.start), "--start");
  // From the first on; a cron expression has none.
  const std::string after = asked.after.empty() && !asked.cron.empty() ? "now" : asked.after;
  set("after", time_or_now(after), "--after");
  set("rrule", asked.rrule, "--rrule");
  set("cron", asked.cron, "--cron");
  question.set("limit", asked.limit, "--limit");
  json series = json::object();
  if (!asked.frequency.empty()) {
    series["frequency"] = asked.frequency;
  }
  if (asked.interval) {
    series["interval"] = *asked.interval;
  }
  if (asked.count) {
    series["maxOccurrences"] = *asked.count;
  }
  if (!asked.until.empty()) {
    series["endDate"] = asked.until;
  }
  question.name("/series", "--frequency, --rrule or --cron");
  if (!series.empty()) {
    question.set("series", series, "--frequency, --rrule or --cron");
  }
  question.name("/series/frequency", "--frequency");
  question.name("/series/interval", "--interval");
  question.name("/series/maxOccurrences", "--count");
  question.name("/series/endDate", "--until");
  return question;
}

// "-05:00"; a zone of old may have seconds, which are left out.
std::string offset_text(std::int64_t seconds) {
  const std::int64_t minutes = (seconds < 0 ? -seconds : seconds) / 60;
  const std::string hour = std::to_string(minutes / 60 + 100).substr(1);
  const std::string minute = std::to_string(minutes % 60 + 100).substr(1);
  return (seconds < 0 ? "-" : "+") + hour + ":" + minute;
}

int run_recur(const RecurSettings& asked) {
  return question_of(asked).print(asked.raw, [](const json& answer, std::string& text) {
    const json& occurrences = answer.at("occurrences");
    text = "On the clock of " + answer.at("timezone").get<std::string>() + "\n";
    std::size_t number = 0;
    for (const json& each : occurrences) {
      std::string place = std::to_string(++number);
      place.insert(0, std::max<std::size_t>(place.size(), 4) - place.size(), ' ');
      text += place + "  " + wall_clock(each.at("local").get<std::string>()) + " " +
              offset_text(each.at("offsetSeconds").get<std::int64_t>()) + "  " +
              short_time(each.at("at").get<std::string>());
      const std::string why = each.value("explanation", "");
      text += (why.empty() ? "" : "  " + why) + "\n";
    }
    const bool complete = answer.at("complete").get<bool>();
    text += occurrences.empty() && complete ? "Nothing recurs then.\n"
            : complete                      ? "That is all.\n"
                                            : "And so on.\n";
    return 0;
  });
}

std::string why_not(const std::string& reason) {
  static const std::map<std::string, std::string> kSentences{
      {"syntax",
       "It does not read as a telephone number. Without a country code it needs --region."},
      {"unknown_country_code", "No country has its country code."},
      {"too_short", "It has too few digits for its country."},
      {"too_long", "It has too many digits for its country."},
      {"invalid_length", "Its country has no numbers of that length."},
      {"not_assigned", "It lies in no range that its country uses."}};
  const auto found = kSentences.find(reason);
  return found == kSentences.end() ? std::string{} : found->second;
}

struct NumberSettings {
  std::string number;
  std::string region;
  bool raw = false;
};

void tell_number(const json& answer, std::string& text) {
  std::string kind = answer.at("type").get<std::string>();
  std::replace(kind.begin(), kind.end(), '_', ' ');
  const std::string region = answer.at("region").get<std::string>();
  text = "dialled as   " + answer.at("e164").get<std::string>() + "\n";
  text += "country      " + (region == "001" ? "none" : region) + ", calling code +" +
          std::to_string(answer.at("callingCode").get<std::int64_t>()) + "\n";
  text += "kind         " + kind + "\n";
  const std::string now = time_or_now("now");
  const char* title = "may ring in  ";
  if (answer.at("zones").empty()) {
    text += "may ring in  any place: it is tied to none\n";
  }
  for (const json& zone : answer.at("zones")) {
    const std::string name = zone.get<std::string>();
    text += std::exchange(title, "             ") + name + ", where it is " +
            wall_clock_in(name, now).substr(0, std::string_view{"Tue 2026-12-01 09:00"}.size()) +
            "\n";
  }
  const json place =
      AskedHere{"/api/numbers/" + percent_encoded(answer.at("e164").get<std::string>())}
          .answer()
          .at("place");
  if (place.contains("subdivision")) {
    text += "state        " + place.at("subdivision").get<std::string>() + "\n";
  }
  std::string rules;
  for (const json& rule : place.at("rules")) {
    rules += (rules.empty() ? "" : ", ") + rule.get<std::string>();
  }
  text += "hours by     " + (rules.empty() ? "no law that is known" : rules) + "\n";
}

int run_number(const NumberSettings& asked) {
  AskedHere question{"/api/numbers"};
  question.set("number", asked.number, "the number");
  if (!asked.region.empty()) {
    question.set("defaultRegion", asked.region, "--region");
  }
  return question.print(asked.raw, [](const json& answer, std::string& text) {
    if (!answer.at("valid").get<bool>()) {
      const std::string reason = answer.value("reason", "");
      text = "no number in use: " + why_not(reason) + " (" + reason + ")\n";
      return 1;
    }
    tell_number(answer, text);
    return 0;
  });
}

}  // namespace

void add_recur(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("recur", "When a rule, a cron line or a series recurs");
  auto asked = std::make_shared<RecurSettings>();
  command->footer(kRecurExamples);
  command->add_option("--rrule", asked->rrule, "RFC 5545: an RRULE, with or without DTSTART, …");
  command->add_option("--cron", asked->cron, "Five fields, or @daily and its like");
  command->add_option("--frequency", asked->frequency, "daily, weekly or monthly");
  command->add_option("--interval", asked->interval, "Every so many of them (default: 1)");
  command->add_option("--count", asked->count, "How many in all, of --frequency");
  command->add_option("--until", asked->until,
                      "The last date, YYYY-MM-DD, or the last instant, of --frequency");
  command->add_option("--start", asked->start, "The first one: RFC 3339, or now");
  command->add_option("--timezone", asked->timezone, "On whose clock: an IANA name");
  command->add_option("--after", asked->after,
                      "Only what comes after it: RFC 3339, or now (with --cron the default)");
  command->add_option("-n,--limit", asked->limit, "How many to print, at most 1000")
      ->capture_default_str();
  command->add_flag("--json", asked->raw, "The answer as it comes");
  command->callback(
      [asked, &exit_code] { exit_code = guarded([&] { return run_recur(*asked); }); });
}

void add_number(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("number", "What is known of a telephone number");
  auto asked = std::make_shared<NumberSettings>();
  command->footer(kNumberExamples);
  command->add_option("number", asked->number, "As it was written")->required();
  command->add_option("--region", asked->region,
                      "Country of a number without its code: US, GB, DE …");
  command->add_flag("--json", asked->raw, "The answer as it comes");
  command->callback(
      [asked, &exit_code] { exit_code = guarded([&] { return run_number(*asked); }); });
}

}  // namespace callgate
