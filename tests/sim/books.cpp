// The books as the public routes show them, against the carrier's ledger and the operator's memory.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/id.hpp"
#include "tests/sim/auditors.hpp"
#include "tests/sim/figures.hpp"

namespace callgate::sim {
namespace {

using nlohmann::json;

struct Sums {
  std::map<std::string, std::int64_t> states;
  std::int64_t calls = 0;
  std::int64_t live = 0;
  std::int64_t attempts = 0;
  std::int64_t cost_micros = 0;
  std::set<std::string> numbers;
  Figures figures;
};

struct Books {
  Scene& scene;
  bool at_end = false;
  std::map<std::string, const Dialled*> by_provider_id{};
  std::set<std::string> told_dials{};  // provider ids that stand in the books
  std::vector<json> calls{};
  bool importing = false;
};

json read(Scene& scene, const std::string& target) {
  const auto reply = scene.world.read(target);
  if (reply.status != 200) {
    scene.find("answers", "GET " + target + " was answered by " + std::to_string(reply.status));
    return json::object();
  }
  return json::parse(reply.body);
}

bool is_terminal(const std::string& status) {
  return status == "completed" || status == "failed" || status == "canceled" ||
         status == "expired" || status == "blocked";
}

// An attempt in the books is the carrier's dial of that name, and tells its end and, in the end,
// its price.
void attempt_is_true(Books& books, const json& call, const json& attempt) {
  const std::string id = attempt.value("providerCallId", "");
  if (id.empty()) {
    return;
  }
  Scene& scene = books.scene;
  const std::string name =
      call.at("id").get<std::string>() + "-" + std::to_string(attempt.at("attempt").get<int>());
  const auto found = books.by_provider_id.find(id);
  if (found == books.by_provider_id.end()) {
    return scene.find("history", name + " names a dial that the carrier never had: " + id);
  }
  const Dialled& dial = *found->second;
  const std::int64_t cost = attempt.value("costMicros", std::int64_t{0});
  const EndClass& end = class_of(dial.ended_reason);
  if (dial.attempt_id != name || call.at("phoneNumber") != dial.number ||
      attempt.at("endedReason") != dial.ended_reason || attempt.at("outcome") != end.outcome ||
      ((cost != 0 || books.at_end) && cost != dial.cost_micros)) {
    scene.find("history", name + " stands in the books as " + attempt.dump() +
                              ", the carrier had " + dial.attempt_id + " ended as " +
                              dial.ended_reason + " for " + std::to_string(dial.cost_micros));
  }
  if (!books.told_dials.insert(id).second) {
    scene.find("history", name + ": " + id + " stands twice in the books");
  }
}

void call_is_true(Books& books, const json& job, const json& call) {
  Scene& scene = books.scene;
  const std::string id = call.at("id");
  const std::string status = call.at("status");
  const std::int64_t used = call.at("attemptsUsed");
  const ModelJob* model = scene.model.job_of_assistant(job.at("assistantId"));
  std::int64_t most = job.at("maxAttempts");
  if (model != nullptr) {
    for (const JobTerms& terms : model->terms_for(call.at("phoneNumber"), 0, scene.world.steps())) {
      most = std::max<std::int64_t>(most, terms.max_attempts);
    }
  }
  if (used > most) {
    scene.find("max_attempts", call.dump());
  }
  const json& attempts = call.at("attempts");
  for (const json& attempt : attempts) {
    attempt_is_true(books, call, attempt);
  }
  const std::int64_t round = call.value("round", std::int64_t{1});
  const bool reached = !attempts.empty() && attempts.back().at("outcome") == "answered" &&
                       attempts.back().value("round", std::int64_t{1}) == round;
  if (reached != (status == "completed")) {
    scene.find("outcome", "reached, or not, and yet: " + call.dump());
  }
  const std::string number = call.at("phoneNumber");
  if (status == "blocked" && scene.model.ever_listed.count(number) == 0 &&
      scene.world.nobodys().count(number) == 0) {
    scene.find("do_not_call", "nobody listed the number of " + call.dump());
  }
  const auto known = scene.ended.find(id);
  if (known != scene.ended.end() && known->second.round < round) {
    const auto chain = scene.model.chains.find(job.at("assistantId"));
    const bool of_chain = chain != scene.model.chains.end() && chain->second.redriven;
    if (!of_chain && !is_standing(job.at("assistantId")) &&
        (model == nullptr || (!model->redriven && model->rounds.count(number) == 0))) {
      scene.find("terminal", "nobody asked for another round of " + call.dump());
    }
  } else if (known != scene.ended.end() &&
             (known->second.status != status || known->second.attempts_used != used ||
              known->second.attempts != attempts.size())) {
    scene.find("terminal",
               "it had ended as " + known->second.status + " and is now " + call.dump());
  }
  if (is_terminal(status)) {
    scene.ended[id] = {status, used, attempts.size(), round};
  } else if (known != scene.ended.end() && known->second.round < round) {
    scene.ended.erase(known);
  }
}

void add_up(Sums& sums, const json& call) {
  const std::string status = call.at("status");
  ++sums.calls;
  sums.figures.add(call);
  ++sums.states[status];
  sums.live += status == "dialing" || status == "ringing" || status == "in_progress" ? 1 : 0;
  for (const json& attempt : call.at("attempts")) {
    sums.attempts += attempt.value("times", std::int64_t{1});
    sums.cost_micros += attempt.value("costMicros", std::int64_t{0});
  }
  sums.numbers.insert(call.at("phoneNumber").get<std::string>());
}

json attempts_of(const RemovedCall& call) {
  return json::parse(call.history.empty() ? "[]" : call.history);
}

// Those that were removed count as if they were there.
void add_removed(Books& books, const json& job, Sums& sums) {
  const auto id = parse_id("job", job.at("id").get<std::string>());
  const auto removed = removed_calls_of(books.scene, id.value().seq);
  for (const RemovedCall& call : removed) {
    add_up(
        sums,
        {{"status", call.status}, {"phoneNumber", call.number}, {"attempts", attempts_of(call)}});
  }
  if (job.value("removedCalls", std::size_t{0}) != removed.size()) {
    books.scene.find("kept",
                     std::to_string(removed.size()) + " calls were removed of " + job.dump());
  }
}

void counters_are_sums(Scene& scene, const json& job, Sums& sums) {
  const std::int64_t failed = sums.states["failed"] + sums.states["blocked"];
  const std::int64_t terminal = sums.states["completed"] + failed + sums.states["canceled"];
  const std::pair<const char*, std::int64_t> wanted[] = {
      {"totalCalls", sums.calls},
      {"completedCalls", sums.states["completed"]},
      {"failedCalls", failed},
      {"blockedCalls", sums.states["blocked"]},
      {"canceledCalls", sums.states["canceled"]},
      {"openCalls", sums.calls - terminal},
      {"liveCalls", sums.live},
      {"attempts", sums.attempts},
      {"costMicros", sums.cost_micros}};
  for (const auto& [member, value] : wanted) {
    if (job.at(member) != value) {
      scene.find("counters",
                 std::string{member} + " should be " + std::to_string(value) + " in " + job.dump());
    }
  }
}

// What the arms of an experiment have done is what their job has done.
void arms_are_sums(Scene& scene, const json& job, const ModelJob& model) {
  if (model.arms.empty()) {
    return;
  }
  const json shown = read(scene, "/api/jobs/" + model.id + "/experiment");
  std::int64_t attempts = 0;
  std::int64_t cost = 0;
  std::int64_t reached = 0;
  std::int64_t ended = 0;
  for (const json& arm : shown.at("arms")) {
    attempts += arm.at("attempts").get<std::int64_t>();
    cost += arm.at("costMicros").get<std::int64_t>();
    reached += arm.at("reached").get<std::int64_t>();
    ended += arm.at("ended").get<std::int64_t>();
  }
  const std::int64_t completed = job.at("completedCalls");
  const std::int64_t tried = completed + job.at("failedCalls").get<std::int64_t>() -
                             job.at("blockedCalls").get<std::int64_t>();
  const bool rounds = model.redriven || !model.rounds.empty();
  if (attempts != job.at("attempts") || cost != job.at("costMicros") ||
      (!rounds && (reached != completed || ended != tried))) {
    scene.find("experiment", shown.dump() + " of " + job.dump());
  }
}

void job_is_true(Books& books, const json& job) {
  Scene& scene = books.scene;
  const std::string id = job.at("id");
  Sums sums;
  std::string cursor;
  do {
    const json page = read(scene, "/api/jobs/" + id + "/calls?limit=1000" +
                                      (cursor.empty() ? "" : "&cursor=" + cursor));
    for (const json& call : page.at("calls")) {
      call_is_true(books, job, call);
      books.calls.push_back(call);
      add_up(sums, call);
    }
    cursor = page.value("nextCursor", "");
  } while (!cursor.empty());
  add_removed(books, job, sums);
  counters_are_sums(scene, job, sums);
  audit_figures(scene, job, sums.figures);
  // Whose call was removed may be put into a standing job anew.
  const bool again = is_standing(job.at("assistantId")) && job.value("removedCalls", 0) > 0;
  if (!again && static_cast<std::int64_t>(sums.numbers.size()) != sums.calls) {
    scene.find("nobody_lost", "a number stands twice in " + id);
  }
  const ModelJob* model = scene.model.job_of_assistant(job.at("assistantId"));
  if (model != nullptr && model->people != sums.numbers) {
    scene.find("nobody_lost", id + " has " + std::to_string(sums.numbers.size()) +
                                  " people, and was given " + std::to_string(model->people.size()));
  }
  if (model != nullptr) {
    arms_are_sums(scene, job, *model);
  }
  const std::string status = job.at("status");
  // The standing job of daily calls waits for its first.
  if (books.at_end && !(job.at("assistantId") == kDailyAgent && sums.calls == 0) &&
      status != "completed" && status != "canceled") {
    scene.find("everything_ends", "still " + job.dump());
  }
  if (books.at_end && scene.world.crashes() == 0 && scene.told.count(id) != 0) {
    const json told = json::parse(scene.told.at(id));
    for (const char* member : {"status", "completedCalls", "openCalls", "costMicros"}) {
      if (told.at(member) != job.at(member)) {
        scene.find("events",
                   "the newest event of " + id + " is " + told.dump() + ", it is " + job.dump());
      }
    }
  }
}

void every_dial_is_told(Books& books, const std::set<std::string>& shown) {
  for (const RemovedCall& call : removed_calls_of(books.scene, 0)) {
    for (const json& attempt : attempts_of(call)) {
      books.told_dials.insert(attempt.value("providerCallId", ""));
    }
  }
  for (const Dialled& dial : books.scene.world.ledger()) {
    if (shown.count(dial.assistant) != 0 && books.told_dials.count(dial.provider_call_id) == 0) {
      books.scene.find("history", "nobody tells of the dial " + dial.attempt_id + " to " +
                                      dial.number + " at " + format_rfc3339(dial.at));
    }
  }
}

}  // namespace

// A list holds the same, whatever else is told of each of its members.
bool holds(const json& shown, const json& given) {
  if (!given.is_array() || given.empty() || !given.front().is_object()) {
    return shown == given;
  }
  bool all = shown.size() == given.size();
  for (std::size_t i = 0; all && i < given.size(); ++i) {
    for (const auto& [name, value] : given[i].items()) {
      all = all && shown[i].value(name, json{}) == value;
    }
  }
  return all;
}

// The settings are those that were given last; nothing is said while a change has no answer yet.
void settings_are_kept(Scene& scene) {
  const auto& eras = scene.model.eras;
  if (std::any_of(eras.begin(), eras.end() - 1, [](const Era& era) { return !era.to; })) {
    return;
  }
  const json shown = read(scene, "/api/scheduler/config");
  const json given = json::parse(config_body(scene.model.config()));
  for (const char* part : {"businessHours", "holidays", "blackoutPeriods", "rateLimits"}) {
    const json is = shown.value(part, json{});
    const json was = given.value(part, json{});
    if (was.is_null() ? !is.empty() : !holds(is, was)) {
      scene.find("settings",
                 std::string{part} + " was given as " + was.dump() + " and is " + is.dump());
    }
  }
}

void audit_books(Scene& scene, bool at_end) {
  settings_are_kept(scene);
  Books books{scene, at_end};
  for (const Dialled& dial : scene.world.ledger()) {
    books.by_provider_id[dial.provider_call_id] = &dial;
  }
  std::set<std::string> shown;
  std::set<std::string> ids;
  std::string cursor;
  do {
    const json page =
        read(scene, "/api/jobs?limit=200" + (cursor.empty() ? "" : "&cursor=" + cursor));
    for (const json& job : page.at("jobs")) {
      if (job.at("phase") != "importing") {
        job_is_true(books, job);
        const std::string agent = job.at("assistantId");
        shown.insert(agent.substr(0, agent.find('.')));
        ids.insert(job.at("id").get<std::string>());
        continue;
      }
      books.importing = true;
      if (at_end) {
        scene.find("everything_ends", "an import is still open: " + job.dump());
      }
    }
    cursor = page.value("nextCursor", "");
  } while (!cursor.empty());
  audit_people(scene, books.calls, books.importing);
  audit_chains(scene, at_end);
  audit_daily_books(scene);
  audit_all_figures(scene);
  for (const ModelJob& job : scene.model.jobs) {
    const auto id = parse_id("job", job.id);
    const bool gone = job.deleted || was_removed(scene, id.value().seq);
    if (gone == (ids.count(job.id) != 0)) {
      scene.find("nobody_lost", "the job " + job.id + (job.deleted ? " came back" : " is gone"));
    }
  }
  if (at_end) {
    every_dial_is_told(books, shown);
    if (scene.world.wake_at()) {
      scene.find("everything_ends", "all has ended, and yet there is a wake at " +
                                        format_rfc3339(*scene.world.wake_at()));
    }
  }
}

}  // namespace callgate::sim
