// Commands about one call or all of a job's, the do-not-call list, and the pause of the workspace.
#include <nlohmann/json.hpp>

#include "tests/sim/operator.hpp"

namespace callgate::sim {
namespace {

using nlohmann::json;
using std::chrono::minutes;

}  // namespace

std::pair<ModelJob*, json> Operator::some_calls() {
  ModelJob* job = some_job();
  if (job == nullptr) {
    return {nullptr, json::array()};
  }
  const auto listed = ask("GET", "/api/jobs/" + job->id + "/calls?limit=1000");
  return {job, listed.status == 200 ? json::parse(listed.body).at("calls") : json::array()};
}

// One call of one job is put off, called back, called again, called now or canceled.
void Operator::command_call() {
  const auto [job, calls] = some_calls();
  if (calls.empty()) {
    return;
  }
  const json& call = calls[static_cast<std::size_t>(dice_.below(static_cast<int>(calls.size())))];
  const std::string number = call.at("phoneNumber");
  const std::string path = "/api/calls/" + call.at("id").get<std::string>();
  const std::string at = format_rfc3339(now() + kAhead + minutes{dice_.below(dice_.size(2000))});
  const Span begun{world_.steps()};
  const auto mark = [&](std::initializer_list<Spans*> all) {
    for (Spans* spans : all) {
      (*spans)[number] = begun;
    }
  };
  World::Reply reply;
  const int verb = dice_.below(6);
  if (verb == 0) {
    mark({&job->moved});
    reply = ask("POST", path + "/reschedule", json{{"notBefore", at}}.dump());
  } else if (verb == 1) {
    mark({&job->moved, &job->rounds});
    reply = ask("POST", path + "/callback", json{{"at", at}}.dump());
  } else if (verb == 2) {
    mark({&job->moved, &job->rounds});
    reply = ask("POST", path + "/redrive");
  } else if (verb < 5) {
    mark({&job->moved, &job->rounds, &job->called_now});
    reply = ask("POST", path + "/call-now");
  } else {
    reply = ask("POST", path + "/cancel");
    if (reply.status == 200 || reply.status == 202) {
      job->let_go[number] = Span{world_.steps(), world_.steps()};
    }
  }
  for (Spans* spans : {&job->moved, &job->rounds, &job->called_now}) {
    const auto known = spans->find(number);
    if (known != spans->end() && known->second.last == Span::kOpen) {
      known->second.last = world_.steps();
    }
  }
  if (reply.status != 200 && reply.status != 202 && reply.status != 409 &&
      !(reply.status == 404 && plan_.retention)) {
    complain_("answers",
              path + " was answered by " + std::to_string(reply.status) + ": " + reply.body);
  }
}

// One to three things that one call asks for itself. What retention removes may be added anew, and
// asks for nothing then.
void Operator::change_call() {
  const auto [job, calls] = some_calls();
  if (calls.empty() || plan_.retention) {
    return;
  }
  const json& call = calls[static_cast<std::size_t>(dice_.below(static_cast<int>(calls.size())))];
  const std::string number = call.at("phoneNumber");
  std::vector<OwnTerms>& own = job->own.try_emplace(number, 1).first->second;
  OwnTerms terms = own.back();
  terms.from = world_.steps();
  terms.to = Span::kOpen;
  json body;
  for (int left = dice_.between(1, 3); left > 0; --left) {
    const int what = dice_.below(6);
    if (what == 0) {
      body["maxAttempts"] = *(terms.max_attempts = dice_.between(1, 6));
    } else if (what == 1) {
      body["retryAfterSeconds"] = *(terms.retry_after_s = dice_.size(7200));
    } else if (what == 2) {
      body["phoneNumberId"] = terms.caller = dice_.below(3) == 0 ? "" : "p3";
    } else if (what == 3 && job->arms.empty()) {
      body["assistantId"] = terms.agent = dice_.below(3) == 0 ? "" : job->assistant + ".own";
    } else {
      body["rank"] = dice_.between(-100, 400);
    }
  }
  own.push_back(terms);
  const auto reply = ask("PATCH", "/api/calls/" + call.at("id").get<std::string>(), body.dump());
  if (reply.status == 200) {
    for (std::size_t i = 0; i + 1 < own.size(); ++i) {
      own[i].to = std::min(own[i].to, world_.steps());
    }
    const json shown = json::parse(reply.body).value("own", json::object());
    own.back().agent = shown.value("assistantId", "");  // one before may have been refused
    own.back().caller = shown.value("phoneNumberId", "");
    const auto number_or_none = [&shown](const char* member) {
      return shown.contains(member) ? std::optional{shown.at(member).get<int>()} : std::nullopt;
    };
    own.back().max_attempts = number_or_none("maxAttempts");
    own.back().retry_after_s = number_or_none("retryAfterSeconds");
    for (const auto& [member, value] : body.items()) {
      if (value != "" && shown.value(member, json{}) != value) {
        complain_("edits", member + " was set by " + body.dump() + " and is " + reply.body);
      }
    }
  } else if (reply.status != 409) {  // it is live; or became so after it was changed
    complain_("answers", "a call's good change was answered by " + reply.body);
  }
}

void Operator::redrive_job() {
  ModelJob* job = some_job();
  if (job == nullptr) {
    return;
  }
  static constexpr const char* kBodies[] = {"{}", R"({"states":["failed","canceled","blocked"]})",
                                            R"({"outcomes":["busy","voicemail"]})",
                                            R"({"states":["blocked"]})", R"({"dryRun":true})"};
  job->redriven = Span{world_.steps()};
  const auto reply = ask("POST", "/api/jobs/" + job->id + "/redrive", kBodies[dice_.below(5)]);
  if (reply.status != 202) {  // else a task goes on with it
    job->redriven->last = world_.steps();
  }
  const bool refused = reply.status == 404 ? is_gone(*job) : reply.status == 409 && job->canceled;
  if (reply.status != 200 && reply.status != 202 && !refused) {
    complain_("answers", "a redrive was answered by " + reply.body);
  }
}

void Operator::pause_all() {
  const auto reply = ask("POST", "/api/workspace/pause", R"({"note":"a break"})");
  if (reply.status != 200) {
    complain_("answers", "a pause was answered by " + reply.body);
  }
  if (model_.pauses.empty() || model_.pauses.back().second) {
    model_.pauses.emplace_back(world_.steps(), std::nullopt);
  }
}

void Operator::resume_all() {
  if (!model_.pauses.empty() && !model_.pauses.back().second) {
    model_.pauses.back().second = world_.steps();
  }
  if (ask("POST", "/api/workspace/resume").status != 200) {
    complain_("answers", "the workspace was not resumed");
  }
}

void Operator::list_number() {
  const Person who = person(dice_.below(plan_.people));
  json body{{"phoneNumber", who.number}, {"reason", "asked us to"}};
  Listed entry;
  if (dice_.below(3) == 0) {
    entry.expires_at = now() + kAhead + minutes{dice_.below(3000)};
    body["expiresAt"] = format_rfc3339(*entry.expires_at);
  }
  model_.ever_listed.insert(who.number);
  const auto reply = ask("POST", "/api/suppressions", body.dump());
  if (reply.status != 200 && reply.status != 201) {
    return complain_("answers", "a number was not put on the list: " + reply.body);
  }
  entry.from = world_.steps();
  model_.listed[who.number].push_back(entry);
}

void Operator::list_many() {
  std::string csv = "Phone Number,Reason\r\n";
  const std::vector<Person> people = some_people();
  for (const Person& one : people) {
    csv += one.number + ",on a list\r\n";
    model_.ever_listed.insert(one.number);
  }
  const int pieces = dice_.below(4) == 0 ? dice_.below(2) : -1;  // its sender may vanish
  const auto reply = world_.import("/api/suppressions/import?source=crm", csv, pieces);
  if (world_.tell) {
    world_.tell(format_rfc3339(world_.now()) + "  a list of " + std::to_string(people.size()) +
                " not to call -> " + std::to_string(reply.status) + " " + reply.body);
  }
  if (reply.status == 0 || reply.status == 503) {
    return;
  }
  if (reply.status >= 300) {
    return complain_("answers", "a good list was refused: " + reply.body);
  }
  for (const Person& one : people) {
    model_.listed[one.number].push_back({world_.steps(), std::nullopt, std::nullopt});
  }
}

void Operator::unlist() {
  const auto page = ask("GET", "/api/suppressions?limit=100");
  const json entries = json::parse(page.body).at("suppressions");
  if (entries.empty()) {
    return;
  }
  const json& entry =
      entries[static_cast<std::size_t>(dice_.below(static_cast<int>(entries.size())))];
  for (Listed& listed : model_.listed[entry.at("phoneNumber").get<std::string>()]) {
    if (!listed.to) {
      listed.to = world_.steps();
    }
  }
  const auto reply = ask("DELETE", "/api/suppressions/" + entry.at("id").get<std::string>());
  if (reply.status != 204 && reply.status != 404) {
    complain_("answers", "an entry was not taken off the list: " + reply.body);
  }
}

}  // namespace callgate::sim
