// Limits, edited while calls go out.
#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "tests/sim/operator.hpp"

namespace callgate::sim {

using nlohmann::json;

Rates Operator::some_rates() {
  Rates rates;
  const int which = dice_.below(3);
  rates.per_second = which != 1 ? dice_.size(20) : 0;
  rates.per_minute = which != 0 ? dice_.size(120) : 0;
  return rates;
}

JobRules Operator::some_rules() {
  JobRules rules;
  rules.from = now();
  if (dice_.below(2) == 0) {
    rules.concurrency = dice_.size(10);
  }
  if (plan_.limits && dice_.below(3) == 0) {
    rules.rates = some_rates();
  }
  if (plan_.limits && dice_.below(4) == 0) {
    rules.budget = kDearest * dice_.size(60);
  }
  return rules;
}

void Operator::edit_limits() {
  Limits limits;
  limits.clients = model_.config().limits.clients;
  for (auto& [client, at_once] : limits.clients) {
    at_once = dice_.below(2) == 0 ? dice_.size(6) : at_once;
  }
  const auto some = [this] { return dice_.below(4) == 0; };
  limits.workspace = some() ? some_rates() : Rates{};
  limits.provider = some() ? some_rates() : Rates{};
  limits.job = some() ? some_rates() : Rates{};
  limits.provider_at_once = some() ? dice_.size(20) : 0;
  limits.provider_per_day = some() ? dice_.size(300) : 0;
  limits.day_budget = some() ? kDearest * dice_.size(300) : 0;
  if (some()) {
    limits.callers.emplace_back("p1", dice_.size(8));
  }
  if (some() && !model_.jobs.empty()) {
    const ModelJob& job = *some_job();
    limits.agents.emplace_back(job.arms.empty() ? job.assistant : job.arms.front(), dice_.size(4));
  }
  for (int caps = dice_.below(3); caps > 0; --caps) {
    NumberCap cap;
    const int kind = dice_.below(3);
    if (kind == 0) {
      cap.max = dice_.size(4);
      cap.hours = dice_.size(48);
    } else if (kind == 1) {
      cap.gap_min = dice_.size(300);
    } else {
      cap.cool_off_days = dice_.size(3);
    }
    cap.per_subject = dice_.below(2) == 0;
    limits.caps.push_back(cap);
  }
  put_limits(limits);
}

void Operator::need_client(const std::string& client) {
  Limits limits = model_.config().limits;
  const bool known = std::any_of(limits.clients.begin(), limits.clients.end(),
                                 [&](const auto& one) { return one.first == client; });
  if (!known) {
    limits.clients.emplace_back(client, dice_.size(6));
    put_limits(limits);
  }
}

// Somebody whom another job calls too, so that there is a contact.
void Operator::queue_for_client() {
  static constexpr const char* kWords[] = {"urgent", "high", "normal", "low"};
  const ModelJob* job = some_job();
  if (job == nullptr || plan_.contacts || job->people.empty()) {
    return;
  }
  const std::string client = dice_.below(2) == 0 ? "c1" : "c2";
  need_client(client);
  for (int left = dice_.size(20); left > 0; --left) {
    const auto one =
        std::next(job->people.begin(), dice_.below(static_cast<int>(job->people.size())));
    const auto found = ask("GET", "/api/contacts?search=" + one->substr(1));
    const json contacts = json::parse(found.body).at("contacts");
    if (contacts.empty()) {
      return complain_("contacts", "nobody has the number " + *one);
    }
    json body{{"leadId", contacts.front().at("id")}, {"priority", kWords[dice_.below(4)]}};
    if (dice_.below(4) == 0) {
      body["scheduledAt"] = format_rfc3339(now() + kAhead + std::chrono::minutes{dice_.below(600)});
    }
    const auto reply = ask("POST", "/api/clients/" + client + "/queue", body.dump());
    if (reply.status != 201 && reply.status != 409) {  // waits there, or is called
      return complain_("answers", "a good item was refused: " + reply.body);
    }
  }
}

void Operator::put_limits(const Limits& limits) {
  Config next = model_.config();
  const auto clients = std::exchange(next.limits, limits).clients;
  model_.eras.push_back({next, now(), std::nullopt});
  const auto reply = ask("PUT", "/api/limits", limits_body(limits));
  if (reply.status != 200) {
    complain_("answers", "good limits were refused: " + reply.body);
  }
  for (const auto& client : limits.clients) {
    if (std::find(clients.begin(), clients.end(), client) == clients.end()) {
      const auto said = ask("PUT", "/api/clients/" + client.first + "/queue/config",
                            client_body(client.first, client.second));
      if (said.status != 200) {
        complain_("answers", "a good client was refused: " + said.body);
      }
    }
  }
  confirm_config();
}

void Operator::edit_job_limits() {
  if (ModelJob* job = some_job()) {
    put_rules(*job, some_rules());
  }
}

void Operator::put_rules(ModelJob& job, const JobRules& rules) {
  job.rules.push_back(rules);
  const auto reply = ask("PUT", "/api/jobs/" + job.id + "/limits", rules_body(rules, job.subject));
  if (reply.status == 200) {
    return job.confirm(world_.steps(), holds_from());
  }
  job.rules.pop_back();
  const bool refused = reply.status == 404 ? is_gone(job) : reply.status == 409 && job.canceled;
  if (!refused) {
    complain_("answers", "a job's good limits were refused: " + reply.body);
  }
}

// What would hold somebody back for months is taken away; rates and short caps stay, so that it is
// they that bring the next wake.
void Operator::settle_limits() {
  if (!plan_.limits) {
    return;
  }
  Limits limits = model_.config().limits;
  limits.provider_per_day = 0;
  limits.day_budget = 0;
  limits.caps.erase(
      std::remove_if(limits.caps.begin(), limits.caps.end(),
                     [](const NumberCap& cap) { return cap.cool_off_days > 0 || cap.hours > 6; }),
      limits.caps.end());
  put_limits(limits);
  for (ModelJob& job : model_.jobs) {
    if (job.rules.back().budget > 0 && !job.deleted) {
      JobRules rules = job.rules.back();
      rules.from = now();
      rules.budget = 0;
      put_rules(job, rules);
    }
  }
}

}  // namespace callgate::sim
