// Jobs that are changed while they run, commands about many of them or of their calls, how long
// what has ended is kept, and nonsense.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/id.hpp"
#include "tests/sim/operator.hpp"

namespace callgate::sim {
namespace {

using nlohmann::json;
using std::chrono::minutes;

constexpr int kNamedMax = 5;  // in one bulk command

}  // namespace

// One to three settings at once.
void Operator::edit_job() {
  ModelJob* job = some_job();
  if (job == nullptr) {
    return;
  }
  JobTerms terms = job->terms.back();
  terms.from = world_.steps();
  JobRules rules = job->rules.back();
  rules.from = now();
  json body;
  for (int left = dice_.between(1, 3); left > 0; --left) {
    const int what = dice_.below(8);
    if (what == 0) {
      body["name"] = "changed " + std::to_string(dice_.below(100));
    } else if (what == 1) {
      body["priority"] = dice_.between(1, 5);
    } else if (what == 2) {
      body["weight"] = dice_.between(1, 4);
    } else if (what == 3) {
      body["maxAttempts"] = terms.max_attempts = dice_.between(1, 5);
    } else if (what == 4) {
      terms.retry_delay_s = dice_.size(7200) - 1;
      body["retryDelaySeconds"] = *terms.retry_delay_s;
    } else if (what == 5) {
      body["phoneNumberId"] = terms.caller = dice_.below(3) == 0 ? "p2" : "p1";
    } else if (what == 6 && job->arms.empty()) {
      terms.agent = job->assistant + (dice_.below(2) == 0 ? "" : ".other");
      body["assistantId"] = terms.agent;
    } else {
      rules.concurrency = dice_.size(10);
      body["concurrency"] = *rules.concurrency;
    }
  }
  job->terms.push_back(terms);
  job->rules.push_back(rules);
  const auto reply = ask("PATCH", "/api/jobs/" + job->id, body.dump());
  if (reply.status == 200) {
    job->confirm(world_.steps(), holds_from());
    const json shown = json::parse(reply.body);
    for (const auto& [member, value] : body.items()) {
      if (shown.value(member, json{}) != value) {
        complain_("edits", member + " was set by " + body.dump() + " and is " + reply.body);
      }
    }
    return;
  }
  job->terms.pop_back();
  job->rules.pop_back();
  const bool only_name = body.size() == 1 && body.contains("name");
  const bool refused =
      reply.status == 404 ? is_gone(*job) : reply.status == 409 && job->canceled && !only_name;
  if (!refused) {
    complain_("answers", "a job's good change was refused: " + body.dump() + " " + reply.body);
  }
}

// Some calls of a job by their ids, or all that a query finds.
void Operator::command_many_calls() {
  const auto [job, page] = some_calls();
  if (page.empty()) {
    return;
  }
  static constexpr const char* kActions[] = {"reschedule", "callback", "redrive", "callNow",
                                             "cancel"};
  const std::string action = kActions[dice_.below(5)];
  json body{{"action", action}};
  if (action == "reschedule" || action == "callback") {
    body["at"] = format_rfc3339(now() + kAhead + minutes{dice_.below(dice_.size(2000))});
  }
  std::map<std::string, std::string> numbers;  // of those that may be meant, by id
  const bool by_query = action != "cancel" && dice_.below(2) == 0;
  for (int left = by_query ? 0 : dice_.between(1, kNamedMax); left > 0; --left) {
    const json& call = page[static_cast<std::size_t>(dice_.below(static_cast<int>(page.size())))];
    numbers[call.at("id")] = call.at("phoneNumber");
  }
  if (by_query) {
    body["query"] = {{"jobId", job->id}};
    for (const json& call : page) {
      numbers[call.at("id")] = call.at("phoneNumber");
    }
    body["dryRun"] = true;
    const auto counted = ask("POST", "/api/calls/bulk", body.dump());
    body.erase("dryRun");
    if (counted.status == 200) {
      body["confirm"] = json::parse(counted.body).at("count");
    }
  } else {
    for (const auto& [id, number] : numbers) {
      body["ids"].push_back(id);
    }
  }
  std::vector<Spans*> touched{&job->moved};
  if (action != "reschedule") {
    touched.push_back(&job->rounds);
  }
  if (action == "callNow") {
    touched.push_back(&job->called_now);
  }
  const Span begun{world_.steps()};
  for (const auto& [id, number] : numbers) {
    for (Spans* spans : touched) {
      (*spans)[number] = begun;
    }
  }
  const auto reply = ask("POST", "/api/calls/bulk", body.dump());
  for (const auto& [id, number] : numbers) {
    for (Spans* spans : touched) {
      (*spans)[number].last = reply.status == 202 ? Span::kOpen : world_.steps();
    }
  }
  if (reply.status != 200 && reply.status != 202 && reply.status != 409 &&
      !(reply.status == 404 && plan_.retention)) {
    return complain_("answers", body.dump() + " was answered by " + reply.body);
  }
  if (action == "cancel" && reply.status == 200) {
    note_canceled(*job, numbers, json::parse(reply.body));
  }
}

void Operator::note_canceled(ModelJob& job, const std::map<std::string, std::string>& numbers,
                             const nlohmann::json& told) {
  const Span now_gone{world_.steps(), world_.steps()};
  if (!told.contains("results")) {
    for (const auto& [id, number] : numbers) {
      job.let_go[number] = now_gone;
    }
    return;
  }
  for (const json& result : told.at("results")) {
    if (result.at("ok") == true) {
      job.let_go[numbers.at(result.at("id"))] = now_gone;
    }
  }
}

// Some jobs by their ids, or all.
void Operator::command_many_jobs() {
  if (model_.jobs.empty()) {
    return;
  }
  static constexpr const char* kActions[] = {"pause",  "resume", "resume",      "resume",
                                             "cancel", "start",  "reprioritise"};
  const std::string action = kActions[dice_.below(7)];
  json body{{"action", action}};
  if (action == "reprioritise") {
    body["priority"] = dice_.between(1, 5);
  }
  std::set<ModelJob*> meant;
  if (action != "cancel" && dice_.below(2) == 0) {
    body["query"] = json::object();
    for (ModelJob& job : model_.jobs) {
      meant.insert(&job);
    }
  } else {
    for (int left = dice_.between(1, action == "cancel" ? 1 : kNamedMax); left > 0; --left) {
      meant.insert(some_job());
    }
    for (const ModelJob* job : meant) {
      body["ids"].push_back(job->id);
    }
  }
  const std::int64_t before = world_.steps();
  for (ModelJob* job : meant) {
    job->started_by_hand = job->started_by_hand || action == "start";
  }
  const auto reply = ask("POST", "/api/jobs/bulk", body.dump());
  if (reply.status != 200 && reply.status != 202) {
    return complain_("answers", body.dump() + " was answered by " + reply.body);
  }
  for (ModelJob* job : meant) {
    const auto shown = ask("GET", "/api/jobs/" + job->id);
    if (shown.status == 200) {
      note_status(*job, json::parse(shown.body).at("status"), before);
    }
  }
}

void Operator::reorder() {
  const ModelJob* job = some_job();
  const ModelJob* other = some_job();
  if (job == nullptr || job == other) {
    return;
  }
  const json body{{"id", job->id}, {dice_.below(2) == 0 ? "before" : "after", other->id}};
  const auto reply = ask("POST", "/api/jobs/reorder", body.dump());
  if (reply.status != 200 && reply.status != 404 && reply.status != 409) {
    complain_("answers", body.dump() + " was answered by " + reply.body);
  }
}

// Refused, and nothing has changed: the auditors would see it.
void Operator::talk_nonsense() {
  static constexpr std::pair<const char*, const char*> kWrong[] = {
      {"/api/jobs", R"({"name":7})"},
      {"/api/jobs", "{"},
      {"/api/jobs", R"({"name":"x","assistantId":"a","phoneNumberId":"p","phoneNumbers":[]})"},
      {"/api/jobs", R"({"name":"x","assistantId":"a","phoneNumberId":"p","phoneNumbers":["1"]})"},
      {"/api/jobs/job_00000000000000000000000001/cancel", ""},
      {"/api/schedules", R"({"name":"x","cron":"* * * * *"})"},
      {"/api/webhooks/vapi", R"({"message":{}})"}};
  const auto& [target, body] = kWrong[dice_.below(static_cast<int>(std::size(kWrong)))];
  const auto reply = ask("POST", target, body);
  if (reply.status < 400 || reply.status >= 500) {
    complain_("answers", std::string{"nonsense was answered by "} + reply.body);
  }
}

void Operator::begin() {
  dice_ = base_.stream(1'000'000);
  if (plan_.retention) {
    set_retention();
  }
  if (plan_.daily) {
    dice_ = base_.stream(1'000'001);
    put_daily(true);
    for (int people = dice_.size(5); people > 0; --people) {
      wish_daily_call();
    }
  }
}

// At first now and then what a workspace has that never set it.
void Operator::set_retention() {
  KeepRule rule;
  const bool usual = dice_.below(6) == 0;
  const auto some = [&]() -> KeepFor {
    if (usual) {
      return {30, {}};
    }
    KeepFor keep;
    if (dice_.below(2) == 0) {
      keep.days = dice_.between(1, 3);
    }
    if (dice_.below(2) == 0) {
      keep.count = dice_.size(40) - 1;
    }
    return keep;
  };
  for (auto& [end, keep] : rule.calls) {
    keep = some();
  }
  if (!usual && dice_.below(2) == 0) {
    rule.scheduled = {some(), some()};
  }
  model_.keeps.push_back({rule, now(), std::nullopt});
  const auto reply = ask("PUT", "/api/retention", usual ? "{}" : retention_body(rule));
  if (reply.status != 200) {
    complain_("answers", "a good retention was refused: " + reply.body);
  }
  for (std::size_t i = 0; i + 1 < model_.keeps.size(); ++i) {
    if (!model_.keeps[i].to) {
      model_.keeps[i].to = holds_from();
    }
  }
}

bool Operator::is_gone(const ModelJob& job) {
  const auto id = parse_id("job", job.id);
  return job.deleted ||
         (plan_.retention &&
          world_.sql()
              .exec("SELECT 1 FROM jobs WHERE seq = ?1 AND state < 6", {id.value().seq})
              .empty());
}

}  // namespace callgate::sim
