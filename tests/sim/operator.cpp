#include "tests/sim/operator.hpp"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

namespace callgate::sim {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;

constexpr std::uint64_t kOperatorStream = 17;
constexpr int kPatience = 200;  // repeats of one request

std::string experiment_of(const ModelJob& job) {
  json arms = json::array();
  for (const std::string& arm : job.arms) {
    arms.push_back({{"name", arm}, {"assistantId", arm}, {"weight", arms.size() + 1}});
  }
  return json{{"arms", arms}, {"decideWithin", 100}}.dump();
}

}  // namespace

struct Operator::Command {
  const char* name;
  int weight;
  void (Operator::*act)();
  bool OperatorPlan::* where = nullptr;  // nothing: in every plan
};

// The weight is how often it is chosen among all.
const Operator::Command Operator::kCommands[] = {
    {"make_job", 14, &Operator::make_job},
    {"import_job", 10, &Operator::import_job},
    {"abandon_import", 2, &Operator::abandon_import},
    {"add_people", 10, &Operator::add_people},
    {"start", 6, &Operator::start},
    {"pause", 10, &Operator::pause},
    {"resume", 12, &Operator::resume},
    {"cancel", 4, &Operator::cancel},
    {"remove", 2, &Operator::remove},
    {"set_hours", 6, &Operator::set_hours},
    {"set_limits", 8, &Operator::set_limits},
    {"rehearse", 2, &Operator::rehearse},
    {"make_schedule", 3, &Operator::make_schedule},
    {"handle_schedule", 5, &Operator::handle_schedule},
    {"look", 6, &Operator::look},
    {"talk_nonsense", 4, &Operator::talk_nonsense},
    {"edit_limits", 12, &Operator::edit_limits, &OperatorPlan::limits},
    {"edit_job_limits", 10, &Operator::edit_job_limits, &OperatorPlan::limits},
    {"command_call", 30, &Operator::command_call, &OperatorPlan::control},
    {"change_call", 14, &Operator::change_call, &OperatorPlan::control},
    {"redrive_job", 5, &Operator::redrive_job, &OperatorPlan::control},
    {"pause_all", 3, &Operator::pause_all, &OperatorPlan::control},
    {"resume_all", 5, &Operator::resume_all, &OperatorPlan::control},
    {"list_number", 8, &Operator::list_number, &OperatorPlan::control},
    {"list_many", 2, &Operator::list_many, &OperatorPlan::control},
    {"unlist", 4, &Operator::unlist, &OperatorPlan::control},
    {"edit_job", 24, &Operator::edit_job, &OperatorPlan::edits},
    {"command_many_calls", 10, &Operator::command_many_calls, &OperatorPlan::edits},
    {"command_many_jobs", 6, &Operator::command_many_jobs, &OperatorPlan::edits},
    {"reorder", 8, &Operator::reorder, &OperatorPlan::edits},
    {"set_retention", 4, &Operator::set_retention, &OperatorPlan::retention},
    {"add_contact", 8, &Operator::add_contact, &OperatorPlan::contacts},
    {"change_contact", 12, &Operator::change_contact, &OperatorPlan::contacts},
    {"merge_contacts", 6, &Operator::merge_contacts, &OperatorPlan::contacts},
    {"forget_contact", 5, &Operator::forget_contact, &OperatorPlan::contacts},
    {"list_contacts", 4, &Operator::list_contacts, &OperatorPlan::contacts},
    {"schedule_call", 16, &Operator::schedule_call, &OperatorPlan::scheduling},
    {"handle_scheduled_call", 5, &Operator::handle_scheduled_call, &OperatorPlan::scheduling},
    {"queue_for_client", 12, &Operator::queue_for_client, &OperatorPlan::clients},
    {"put_daily", 6, &Operator::put_daily, &OperatorPlan::daily},
    {"wish_daily_call", 24, &Operator::wish_daily_call, &OperatorPlan::daily},
    {"trigger_daily_calls", 6, &Operator::trigger_daily_calls, &OperatorPlan::daily},
};

std::vector<const JobTerms*> ModelJob::terms_between(std::int64_t from_step,
                                                     std::int64_t to_step) const {
  std::vector<const JobTerms*> found;
  for (const JobTerms& one : terms) {
    if (one.from <= to_step && one.to >= from_step) {
      found.push_back(&one);
    }
  }
  return found;
}

std::vector<JobTerms> ModelJob::terms_for(const std::string& number, std::int64_t from_step,
                                          std::int64_t to_step) const {
  std::vector<JobTerms> found;
  const auto known = own.find(number);
  for (const JobTerms* one : terms_between(from_step, to_step)) {
    if (known == own.end()) {
      found.push_back(*one);
      continue;
    }
    for (const OwnTerms& over : known->second) {
      if (over.from > to_step || over.to < from_step) {
        continue;
      }
      JobTerms& both = found.emplace_back(*one);
      both.max_attempts = over.max_attempts.value_or(one->max_attempts);
      both.retry_delay_s = over.retry_after_s ? over.retry_after_s : one->retry_delay_s;
      both.caller = over.caller.empty() ? one->caller : over.caller;
      both.agent = over.agent.empty() ? one->agent : over.agent;
    }
  }
  return found;
}

void ModelJob::confirm(std::int64_t step, Instant at) {
  for (std::size_t i = 0; i + 1 < rules.size(); ++i) {
    if (!rules[i].to) {
      rules[i].to = at;
    }
  }
  for (std::size_t i = 0; i + 1 < terms.size(); ++i) {
    terms[i].to = std::min(terms[i].to, step);
  }
}

// An agent's id is its job's, with something behind a dot for all but the first.
const ModelJob* Model::job_of_assistant(const std::string& agent) const {
  const std::string assistant = agent.substr(0, agent.find('.'));
  const auto found = std::find_if(jobs.begin(), jobs.end(),
                                  [&](const ModelJob& job) { return job.assistant == assistant; });
  return found == jobs.end() ? nullptr : &*found;
}

Operator::Operator(World& world, OperatorPlan plan, Complain complain)
    : world_(world),
      plan_(plan),
      complain_(std::move(complain)),
      base_(Chance{world.settings().seed}.stream(kOperatorStream)),
      dice_(base_) {
  Config config;
  config.global = world.settings().calls_at_once;
  config.per_job = 1000;
  config.rehearsal = world.rehearsal();
  model_.eras.push_back({config, Instant{}, std::nullopt});
}

World::Reply Operator::ask(const std::string& method, const std::string& target,
                           const std::string& body, const World::Headers& headers) {
  World::Reply reply;
  for (int i = 0; i < kPatience && (reply.status == 0 || reply.status == 503); ++i) {
    reply = world_.request(method, target, body, headers);
  }
  if (world_.tell) {
    world_.tell(format_rfc3339(world_.now()) + "  " + method + " " + target + " " +
                body.substr(0, 300) + " -> " + std::to_string(reply.status));
  }
  if (reply.status >= 500 || reply.status == 0) {
    complain_("answers", method + " " + target + " was answered by " +
                             std::to_string(reply.status) + ": " + reply.body);
  }
  return reply;
}

void Operator::act(int number) {
  dice_ = base_.stream(static_cast<std::uint64_t>(number) + 1);
  if (number < 3) {  // a beginning
    return dice_.below(2) == 0 ? make_job() : import_job();
  }
  const auto weight = [this](const Command& command) {
    return command.where == nullptr || plan_.*command.where ? command.weight : 0;
  };
  int sum = 0;
  for (const Command& command : kCommands) {
    sum += weight(command);
  }
  int left = dice_.below(sum);
  for (const Command& command : kCommands) {
    left -= weight(command);
    if (left < 0) {
      if (world_.tell) {
        world_.tell(format_rfc3339(world_.now()) + "  command " + std::to_string(number) + ": " +
                    command.name);
      }
      (this->*command.act)();
      return;
    }
  }
}

std::vector<Person> Operator::some_people() {
  std::vector<Person> people;
  const int count = dice_.size(plan_.list_max);
  const int first = dice_.below(plan_.people);
  for (int i = 0; i < count; ++i) {
    people.push_back(person((first + i) % plan_.people));
  }
  return people;
}

ModelJob* Operator::some_job() {
  return model_.jobs.empty() ? nullptr
                             : &model_.jobs[model_.jobs.size() - 1 -
                                            static_cast<std::size_t>(dice_.below(static_cast<int>(
                                                std::min<std::size_t>(model_.jobs.size(), 8))))];
}

ModelJob Operator::new_job() {
  ModelJob job;
  job.assistant = "a" + std::to_string(++made_);
  JobTerms& terms = job.terms.emplace_back();
  terms.agent = job.assistant;
  terms.max_attempts = dice_.between(1, 5);
  if (dice_.below(2) == 0) {
    terms.retry_delay_s = dice_.size(7200) - 1;
  }
  job.rules.push_back(some_rules());
  terms.caller = dice_.below(4) == 0 ? "p2" : "p1";
  if (plan_.limits && dice_.below(2) == 0) {
    job.subject = dice_.below(2) == 0 ? "renewal" : "survey";
  }
  if (plan_.best && dice_.below(3) == 0) {
    for (int arms = dice_.between(2, 4); arms > 0; --arms) {
      job.arms.push_back(job.assistant + "." + std::to_string(arms));
    }
  }
  const int when = dice_.below(10);
  if (when < 7) {
    job.not_before = now();
  } else if (when < 9) {
    job.not_before = now() + minutes{dice_.below(600)};
  }
  return job;
}

void Operator::adopt(ModelJob job, const std::string& body, std::size_t people) {
  const json made = json::parse(body);
  job.id = made.at("id");
  if (made.at("totalCalls") != people) {
    complain_("nobody_lost", "a list of " + std::to_string(people) + " people became " + body);
  }
  model_.jobs.push_back(std::move(job));
}

void Operator::make_job() {
  ModelJob job = new_job();
  if (plan_.limits && dice_.below(2) == 0) {
    job.client = dice_.below(2) == 0 ? "c1" : "c2";
    need_client(job.client);
  }
  json body{{"name", job.assistant},
            {"assistantId", job.assistant},
            {"phoneNumberId", job.terms.back().caller},
            {"priority", dice_.below(3) == 0 ? dice_.between(1, 5) : 3},
            {"maxAttempts", job.terms.back().max_attempts}};
  for (const Person& one : some_people()) {
    json recipient{{"phoneNumber", one.number}};
    if (*one.place->zone != '\0') {
      recipient["timezone"] = one.place->zone;
    }
    body["recipients"].push_back(recipient);
    job.people.insert(one.number);
  }
  if (dice_.below(4) == 0) {
    body["recipients"].push_back({{"phoneNumber", "nobody's"}});
    body["recipients"].push_back(body["recipients"][0]);
  }
  if (job.terms.back().retry_delay_s) {
    body["retryDelaySeconds"] = *job.terms.back().retry_delay_s;
  }
  body.update(json::parse(rules_body(job.rules.back(), job.subject)));
  if (!job.client.empty()) {
    body["clientId"] = job.client;
  }
  if (!job.arms.empty()) {
    body["experiment"] = json::parse(experiment_of(job));
  }
  if (plan_.best && dice_.below(3) == 0) {
    body["bestTime"] = {{"hoursPerDay", dice_.between(1, 12)}, {"patienceHours", dice_.below(48)}};
  }
  if (job.not_before) {
    body["schedule"] = *job.not_before <= now() ? "now" : format_rfc3339(*job.not_before);
  }
  const World::Headers key{{"idempotency-key", "key-" + job.assistant}};
  const auto reply = ask("POST", "/api/jobs", body.dump(), key);
  if (reply.status != 201) {
    return complain_("answers", "a good job was refused: " + reply.body);
  }
  const std::size_t people = job.people.size();
  adopt(std::move(job), reply.body, people);
  if (dice_.below(3) == 0) {  // the same again: the same job
    const auto again = ask("POST", "/api/jobs", body.dump(), key);
    if (again.status != 201 || json::parse(again.body).at("id") != model_.jobs.back().id) {
      complain_("idempotency", "a repeated request was answered by " + again.body);
    }
  }
}

void Operator::import_job() {
  ModelJob job = new_job();
  std::string csv = "Phone Number,Time Zone\r\n";
  std::string lines;
  for (const Person& one : some_people()) {
    job.people.insert(one.number);
    const std::string zone = one.place->zone;
    csv += one.number + "," + zone + "\r\n";
    lines += json{{"phoneNumber", one.number}, {"timezone", zone}}.dump() + "\n";
  }
  csv += "nobody's,\r\n";
  std::string target =
      "/api/jobs?assistantId=" + job.assistant + "&phoneNumberId=" + job.terms.back().caller +
      "&maxAttempts=" + std::to_string(job.terms.back().max_attempts) + "&name=" + job.assistant;
  if (job.not_before) {
    target += "&schedule=" + (*job.not_before <= now() ? "now" : format_rfc3339(*job.not_before));
  }
  if (job.terms.back().retry_delay_s) {
    target += "&retryDelaySeconds=" + std::to_string(*job.terms.back().retry_delay_s);
  }
  target += rules_query(job.rules.back(), job.subject);
  if (!job.arms.empty()) {
    target += "&experiment=" + percent_encoded(experiment_of(job));
  }
  const auto reply = world_.import(target, dice_.below(2) == 0 ? csv : lines);
  if (world_.tell) {
    world_.tell(format_rfc3339(world_.now()) + "  import " + target + " of " +
                std::to_string(job.people.size()) + " -> " + std::to_string(reply.status));
  }
  const std::size_t people = job.people.size();
  if (reply.status == 201) {
    return adopt(std::move(job), reply.body, people);
  }
  if (reply.status != 0 && reply.status != 503) {
    return complain_("answers", "a good list was refused: " + reply.body);
  }
  // Not told: either all of it came, or nothing will stay.
  const json page = json::parse(ask("GET", "/api/jobs?limit=200").body);
  for (const json& one : page.at("jobs")) {
    if (one.at("name") == job.assistant && one.at("phase") != "importing") {
      return adopt(std::move(job), one.dump(), people);
    }
  }
}

void Operator::abandon_import() {
  std::string csv = "Phone Number\r\n";
  for (const Person& one : some_people()) {
    // A number that is only ringing elsewhere because that was said with it is another person's.
    csv += *one.place->zone == '\0' ? one.number + "\r\n" : "";
  }
  csv += std::string(static_cast<std::size_t>(dice_.below(100'000)), ' ');
  world_.import("/api/jobs?assistantId=gone&phoneNumberId=p1&schedule=now&name=gone", csv,
                dice_.below(2));
}

void Operator::add_people() {
  ModelJob* job = some_job();
  if (job == nullptr) {
    return;
  }
  json body;
  std::set<std::string> added;
  for (const Person& one : some_people()) {
    // Whose call was removed is somebody new to the job, and would be called again.
    if (plan_.retention && job->people.count(one.number) != 0) {
      continue;
    }
    json recipient{{"phoneNumber", one.number}};
    if (*one.place->zone != '\0') {
      recipient["timezone"] = one.place->zone;
    }
    body["recipients"].push_back(recipient);
    added.insert(one.number);
  }
  if (added.empty()) {
    return;
  }
  const auto reply = ask("POST", "/api/jobs/" + job->id + "/recipients", body.dump());
  if (reply.status == 200) {
    job->people.insert(added.begin(), added.end());
    const json told = json::parse(reply.body);
    if (told.at("accepted").get<std::size_t>() + told.at("duplicates").get<std::size_t>() !=
        body["recipients"].size()) {
      complain_("nobody_lost", "of " + std::to_string(added.size()) + " people: " + reply.body);
    }
  } else if (!job->canceled && !is_gone(*job)) {
    complain_("answers", "a running job took nobody: " + reply.body);
  }
}

// What a verb's answer says of the job.
void Operator::tell_verb(const char* verb, ModelJob& job) {
  // A repeated request may have been granted the first time.
  const std::int64_t before = world_.steps();
  const auto reply = ask("POST", "/api/jobs/" + job.id + "/" + verb);
  const bool as_known = reply.status == 404 ? is_gone(job) : !job.deleted;
  if (!as_known || (reply.status >= 300 && reply.status != 409 && reply.status != 404)) {
    complain_("answers", std::string{verb} + " of " + job.id + " was answered by " +
                             std::to_string(reply.status) + ": " + reply.body);
  }
  if (reply.status != 200 && reply.status != 202) {
    return;
  }
  note_status(job, json::parse(reply.body).at("status"), before);
}

// `before`: the Input before which it can not have become so.
void Operator::note_status(ModelJob& job, const std::string& status, std::int64_t before) {
  const bool stopped = !job.stopped.empty() && !job.stopped.back().second;
  if ((status == "paused" || status == "canceled") && !stopped) {
    job.stopped.emplace_back(world_.steps(), std::nullopt);
  } else if (status != "paused" && status != "canceled" && stopped) {
    job.stopped.back().second = before;
  }
  if (job.canceled && status != "canceled") {
    complain_("terminal", job.id + " was canceled and is now " + status);
  }
  job.canceled = job.canceled || status == "canceled";
}

void Operator::start() {
  if (ModelJob* job = some_job()) {
    job->started_by_hand = true;
    tell_verb("start", *job);
  }
}

void Operator::pause() {
  if (ModelJob* job = some_job()) {
    tell_verb("pause", *job);
  }
}

void Operator::resume() {
  if (ModelJob* job = some_job()) {
    tell_verb("resume", *job);
  }
}

void Operator::cancel() {
  if (ModelJob* job = some_job()) {
    tell_verb("cancel", *job);
  }
}

void Operator::remove() {
  ModelJob* job = some_job();
  if (job == nullptr) {
    return;
  }
  const auto reply = ask("DELETE", "/api/jobs/" + job->id);
  // Repeated because its answer was lost, it finds nothing any more.
  if (reply.status != 204 && reply.status != 404) {
    return complain_("answers", "DELETE was answered by " + reply.body);
  }
  job->deleted = true;
  if (job->stopped.empty() || job->stopped.back().second) {
    job->stopped.emplace_back(world_.steps(), std::nullopt);
  }
}

void Operator::put_config(const Config& config) {
  Config next = config;
  next.rehearsal = model_.config().rehearsal;
  model_.eras.push_back({next, now(), std::nullopt});
  const auto reply = ask("PUT", "/api/scheduler/config", config_body(next));
  if (reply.status != 200) {
    complain_("answers", "good settings were refused: " + reply.body);
  }
  confirm_config();
}

void Operator::confirm_config() {
  for (std::size_t i = 0; i + 1 < model_.eras.size(); ++i) {
    if (!model_.eras[i].to) {
      model_.eras[i].to = holds_from();
    }
  }
}

void Operator::set_hours() {
  Config config = model_.config();
  config.hours.reset();
  config.holidays.clear();
  config.blackouts.clear();
  config.usual.reset();
  config.closed_to_people.clear();
  if (plan_.hours && dice_.below(4) != 0) {
    BusinessHours& business = config.hours.emplace();
    business.days = static_cast<unsigned>(dice_.between(1, 127));
    business.clock =
        dice_.below(5) == 0
            ? kUtc
            : kClocks[static_cast<std::size_t>(dice_.below(static_cast<int>(std::size(kClocks))))];
    business.from_min = dice_.between(4 * 60, 22 * 60);
    do {
      business.to_min = dice_.between(4 * 60, 24 * 60);
    } while (business.to_min == business.from_min);
    const std::int64_t today = shown_on(business.clock, now()).day;
    for (int i = dice_.below(3); i > 0; --i) {
      config.holidays.push_back(today + dice_.below(7));
    }
  }
  for (int i = plan_.hours ? dice_.below(3) : 0; i > 0; --i) {
    const Instant from = now() + minutes{dice_.below(3000) - 600};
    config.blackouts.emplace_back(from, from + minutes{1 + dice_.below(2000)});
  }
  if (plan_.law && dice_.below(2) == 0) {
    const int from = dice_.between(6, 14);
    config.usual = HourRange{from, from + dice_.between(1, 8)};
    config.closed_to_people.push_back(to_ms(now()) / 86'400'000 + dice_.below(3));
  }
  put_config(config);
}

void Operator::set_limits() {
  Config config = model_.config();
  config.global = dice_.size(30);
  config.per_job = dice_.size(12);
  put_config(config);
}

void Operator::rehearse() {
  if (!plan_.law || world_.settings().accounts > 1) {
    return;
  }
  Config config = model_.config();
  config.rehearsal = !config.rehearsal;
  model_.eras.push_back({config, now(), std::nullopt});
  if (ask("PUT", "/api/providers/vapi", world_.provider_body(config.rehearsal)).status != 200) {
    complain_("answers", "a good account was refused");
  }
  confirm_config();
}

void Operator::look() {
  static constexpr const char* kTargets[] = {
      "/api/jobs",  "/api/scheduler/config", "/api/schedules", "/metrics", "/api/scheduler/next",
      "/api/audit", "/api/providers/vapi"};
  const auto reply = ask("GET", kTargets[dice_.below(static_cast<int>(std::size(kTargets)))]);
  if (reply.status != 200 && reply.status != 422) {
    complain_("answers", "a look was answered by " + reply.body);
  }
  if (ModelJob* job = some_job()) {
    ask("GET", "/api/jobs/" + job->id + "/explain");
  }
}

void Operator::settle() {
  const std::int64_t before = world_.steps();
  dice_ = base_.stream(0);
  Config config = model_.config();
  config.blackouts.clear();
  config.holidays.clear();
  config.closed_to_people.clear();
  if (plan_.law) {
    config.hours.reset();  // some people's hours may never meet them
  }
  put_config(config);
  // Those too whose making was never confirmed.
  const json known = json::parse(ask("GET", "/api/schedules?limit=200").body);
  for (const json& schedule : known.at("schedules")) {
    ask("DELETE", "/api/schedules/" + schedule.at("id").get<std::string>());
  }
  std::string cursor;
  do {
    const json page = json::parse(
        ask("GET", "/api/jobs?limit=200" + (cursor.empty() ? "" : "&cursor=" + cursor)).body);
    for (const json& job : page.at("jobs")) {
      const std::string path = "/api/jobs/" + job.at("id").get<std::string>();
      if (job.at("status") == "paused") {
        ask("POST", path + "/resume");
      } else if (job.at("phase") == "scheduled" && !job.contains("schedule")) {
        ask("POST", path + "/start");
      }
    }
    cursor = page.value("nextCursor", "");
  } while (!cursor.empty());
  settle_limits();
  if (plan_.daily) {
    put_daily(false);
  }
  resume_all();
  for (ModelJob& job : model_.jobs) {
    job.started_by_hand = true;
    if (!job.stopped.empty() && !job.stopped.back().second && !job.canceled && !job.deleted) {
      job.stopped.back().second = before;
    }
  }
}

}  // namespace callgate::sim
