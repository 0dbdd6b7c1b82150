#include "core/engine/limits.hpp"

#include <algorithm>

#include "core/calls/retry.hpp"
#include "core/engine/accounts.hpp"
#include "core/engine/provider_health.hpp"
#include "core/engine/service.hpp"

namespace callgate {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Millis kRingsWithin = seconds{30};  // of its decision; a host sends no later
constexpr Millis kGoesOutWithin = seconds{5};

void save_history(Service& service, Phone phone, const NumberHistory& history) {
  numbers::save(service.sql(), phone.digits, history);
  service.store.retention.note_beside(service.now() + FrequencyCap::kWindowMax);
}

const LimitSettings& settings_of(const Service& service) {
  return service.store.workspace.settings().limits;
}

Day today(const Service& service, const std::string& zone_name) {
  return day_at(service, zone_name, service.now());
}

const Pace& pace_of(const Service& service, const Job& job) {
  return job.limits.pace.any() ? job.limits.pace : settings_of(service).job_pace;
}

PaceUse use_of_job(Service& service, const Job& job) {
  const auto& jobs = service.store.limits.now().jobs;
  const auto found = jobs.find(job.seq);
  return found == jobs.end() ? PaceUse{} : found->second;
}

// Each of these reserves: what has ended as well, until its price is known.
std::int64_t unpriced(Service& service) {
  Attempts& attempts = service.store.attempts;
  return static_cast<std::int64_t>(attempts.all().size()) + attempts.settling();
}

Starts starts_of_day_budget(Service& service) {
  const LimitSettings& limits = settings_of(service);
  if (limits.day_budget.limit == 0) {
    return {};
  }
  const Day day = today(service, limits.budget_zone);
  return starts_within(limits.day_budget, service.store.limits.now().spent.on(day.number),
                       unpriced(service), day.next);
}

Starts starts_of_job_budget(Service& service, const Job& job) {
  if (!job.limits.has_budget()) {
    return {};
  }
  const Day day = today(service, settings_of(service).budget_zone);
  Attempts& attempts = service.store.attempts;
  const std::int64_t reserving = attempts.live_of(job.seq) + attempts.settling_of(job.seq);
  return both(starts_within({job.limits.budget, job.limits.reserve}, job.cost_micros, reserving,
                            kNoClockHelps),
              starts_within({job.limits.per_day, job.limits.reserve},
                            job.limits.spent.on(day.number), reserving, day.next));
}

Starts starts_of_workspace_pace(Service& service) {
  const Pace& pace = settings_of(service).pace;
  return pace.any() ? starts_of(pace, service.store.limits.now().workspace, service.now())
                    : Starts{};
}

Starts starts_of_job_pace(Service& service, const Job& job) {
  const Pace& pace = pace_of(service, job);
  return pace.any() ? starts_of(pace, use_of_job(service, job), service.now()) : Starts{};
}

const NamedLimit* find(const std::vector<NamedLimit>& limits, const std::string& id) {
  const auto found = std::lower_bound(
      limits.begin(), limits.end(), id,
      [](const NamedLimit& limit, const std::string& wanted) { return limit.id < wanted; });
  return found != limits.end() && found->id == id ? &*found : nullptr;
}

// Where the job's client, agents and number stand among the shared nodes: agents, numbers, then
// clients. A call of a job with several agents is counted for each of them, for a pass does not
// know who will place it.
std::vector<Slots::Index> path_of(const LimitSettings& limits, const Job& job) {
  std::vector<Slots::Index> path;
  if (job.client != 0) {
    path.push_back(limits.agents.size() + limits.caller_ids.size() +
                   static_cast<Slots::Index>(job.client - 1));
  }
  const auto add_agent = [&](const std::string& id) {
    const NamedLimit* agent = find(limits.agents, id);
    const auto node =
        agent == nullptr ? Slots::Index{} : static_cast<Slots::Index>(agent - limits.agents.data());
    if (agent != nullptr && std::find(path.begin(), path.end(), node) == path.end()) {
      path.push_back(node);
    }
  };
  for (const Arm& arm : job.experiment.arms) {
    add_agent(arm.assistant_id);
  }
  if (job.experiment.arms.empty()) {
    add_agent(job.assistant_id);
  }
  if (const NamedLimit* number = find(limits.caller_ids, job.phone_number_id)) {
    path.push_back(limits.agents.size() +
                   static_cast<Slots::Index>(number - limits.caller_ids.data()));
  }
  return path;
}

// The nodes that a call has of its own beside those of its job, which it is counted for as well: a
// pass does not know who will place it.
std::vector<Slots::Index> own_path(const LimitSettings& limits, const Job& job,
                                   const std::string& assistant_id,
                                   const std::string& phone_number_id) {
  const std::vector<Slots::Index> of_job = path_of(limits, job);
  std::vector<Slots::Index> path;
  const auto add = [&](const std::vector<NamedLimit>& named, const std::string& id,
                       std::size_t from) {
    const NamedLimit* limit = id.empty() ? nullptr : find(named, id);
    const auto node =
        limit == nullptr ? Slots::Index{} : from + static_cast<Slots::Index>(limit - named.data());
    if (limit != nullptr && std::find(of_job.begin(), of_job.end(), node) == of_job.end()) {
      path.push_back(node);
    }
  };
  add(limits.agents, assistant_id, 0);
  add(limits.caller_ids, phone_number_id, limits.agents.size());
  return path;
}

Slots shared_slots(Service& service) {
  const LimitSettings& limits = settings_of(service);
  Slots slots;
  const std::vector<ClientRecord>& clients = service.store.clients.all();
  if (limits.agents.empty() && limits.caller_ids.empty() && clients.empty()) {
    return slots;
  }
  std::vector<std::int64_t> live(limits.agents.size() + limits.caller_ids.size() + clients.size());
  for (const auto& [job, calls] : service.store.attempts.live()) {
    for (const Slots::Index node : path_of(limits, *service.store.jobs.find(job))) {
      live[node] += calls;
    }
  }
  for (const auto& [call, attempt] : service.store.attempts.all()) {
    if (attempt.assistant_id.empty() && attempt.phone_number_id.empty()) {
      continue;
    }
    for (const Slots::Index node : own_path(limits, *service.store.jobs.find(attempt.job),
                                            attempt.assistant_id, attempt.phone_number_id)) {
      ++live[node];
    }
  }
  auto count = live.begin();
  for (const NamedLimit& agent : limits.agents) {
    slots.add({SlotLevel::agent, *count++, agent.at_once});
  }
  for (const NamedLimit& number : limits.caller_ids) {
    slots.add({SlotLevel::caller_id, *count++, number.at_once});
  }
  for (const ClientRecord& client : clients) {
    slots.add({SlotLevel::client, *count++, client.config.at_once});
  }
  return slots;
}

std::string number_of(std::int64_t count, std::string_view what) {
  return std::to_string(count) + std::string{what};
}

struct NodeWords {
  std::string_view code;
  std::string_view who;
};

NodeWords words_of(SlotLevel level) {
  switch (level) {
    case SlotLevel::client:
      return {"client_limit", "its client"};
    case SlotLevel::agent:
      return {"agent_limit", "its agent"};
    default:
      return {"caller_id_limit", "the number that calls"};
  }
}

class Binding {
 public:
  void node(const SlotNode& node) {
    const NodeWords words = words_of(node.level);
    slots(words.code, node.live, node.limit, words.who);
  }
  void slots(std::string_view code, std::int64_t live, std::int64_t limit, std::string_view who) {
    if (live >= limit) {
      found_.push_back({code,
                        "As many calls are live as " + std::string{who} +
                            " may have at once: " + std::to_string(limit) + ".",
                        std::nullopt,
                        {}});
    }
  }
  void starts(std::string_view code, const Starts& starts, std::string detail) {
    if (starts.now == 0) {
      const bool known = starts.next < kNoClockHelps;
      found_.push_back(
          {code, std::move(detail), known ? std::optional{starts.next} : std::nullopt, {}});
    }
  }
  void add(std::vector<BindingLimit> limits) {
    std::move(limits.begin(), limits.end(), std::back_inserter(found_));
  }
  std::vector<BindingLimit> take() { return std::move(found_); }

 private:
  std::vector<BindingLimit> found_;
};

void drop_past(LimitState& state, Instant now) {
  for (auto at = state.jobs.begin(); at != state.jobs.end();) {
    const bool past = is_past(at->second.decided, now) && is_past(at->second.sent, now);
    at = past ? state.jobs.erase(at) : std::next(at);
  }
}

bool is_paced(const Service& service, const Job& job, const Provider& account) {
  return settings_of(service).pace.any() || limits_of(service, account).pace.any() ||
         pace_of(service, job).any();
}

void take_paces(Service& service, const Job& job, const Provider& account,
                PaceState PaceUse::* when) {
  LimitState& state = service.store.limits.edit();
  take_start(settings_of(service).pace, state.workspace.*when, service.now());
  if (const Pace& pace = limits_of(service, account).pace; pace.any()) {
    take_start(pace, state.accounts[account.number].pace.*when, service.now());
  }
  if (pace_of(service, job).any()) {
    drop_past(state, service.now());
    take_start(pace_of(service, job), state.jobs[job.seq].*when, service.now());
  }
}

bool asks_for(const CapsInForce& caps, Met met) {
  return std::any_of(caps.caps.begin(), caps.caps.end(), [met](const FrequencyCap& cap) {
    return (cap.cool_off > Millis{0} && cap.after == met) ||
           (cap.from_first_conversation && met == Met::conversation);
  });
}

std::optional<Met> met_by(Outcome outcome) {
  switch (outcome) {
    case Outcome::answered:
      return Met::conversation;
    case Outcome::declined:
      return Met::refusal;
    case Outcome::voicemail:
      return Met::machine;
    default:
      return std::nullopt;
  }
}

void count_end_of_number(Service& service, const Call& call, const Attempt& attempt, const Job& job,
                         Outcome outcome) {
  const CapsInForce& caps = service.caches.caps.of(service, call, job);
  const bool was_none = !uses_attempt(outcome);
  const auto met = met_by(outcome);
  if (was_none ? !caps.count_dials : !met || !asks_for(caps, *met)) {
    return;
  }
  NumberHistory history = numbers::find(service.sql(), call.phone.digits);
  if (was_none) {
    if (!history.take_back_dial(attempt.intent_at + kRingsWithin)) {
      return;
    }
  } else {
    history.add(*met, service.now(), subject_number(job.limits.subject));
  }
  save_history(service, call.phone, history);
}

void add_law(CapsInForce& out, const QuietRule& rule) {
  for (const CallCap& cap : rule.caps) {
    if (const auto read = frequency_cap_of(cap)) {
      out.caps.push_back(*read);
      out.rules.push_back(&rule);
    }
  }
}

void note_kinds(CapsInForce& caps) {
  caps.count_dials = std::any_of(caps.caps.begin(), caps.caps.end(),
                                 [](const FrequencyCap& cap) { return cap.counts_dials(); });
}

}  // namespace

// A zone that the table has lost counts as UTC.
Day day_at(const Service& service, const std::string& zone_name, Instant at) {
  const Zone* zone = zone_name.empty() ? nullptr : service.zones.find(zone_name);
  const std::int64_t local_ms = zone != nullptr ? to_local(*zone, at).ms : to_ms(at);
  const std::int64_t number = local_ms / kDayMs;
  const std::int64_t next_ms = (number + 1) * kDayMs;
  return {number, zone != nullptr ? to_instant(*zone, {next_ms}).at : from_ms(next_ms)};
}

Starts starts_of(const Pace& pace, const PaceUse& use, Instant now) {
  return both(starts_at(pace, use.decided, now), starts_at(pace, use.sent, now));
}

std::string words_of(const Pace& pace) {
  std::string words;
  if (pace.per_second > 0) {
    words = number_of(pace.per_second, " a second");
  }
  if (pace.per_minute > 0) {
    words += (words.empty() ? "" : ", ") + number_of(pace.per_minute, " a minute");
  }
  return words;
}

PassLimits::PassLimits(Service& service) : service_(service) {
  const auto live = static_cast<std::int64_t>(service.store.attempts.all().size());
  free_slots_ = service.store.workspace.settings().calls_at_once - live;
  if (free_slots_ <= 0) {
    return;
  }
  starts_ = both(starts_of_workspace_pace(service), starts_of_day_budget(service));
  shared_ = shared_slots(service);
  if (!has_provider(service)) {
    return;
  }
  accounts_ = accounts_now(service);
  // Where no job names accounts of its own all calls have one route.
  const RouteRoom room = service.store.jobs.choose_accounts()
                             ? room_of(accounts_)
                             : room_of(accounts_, route_of(service, Job{}));
  free_slots_ = std::min(free_slots_, room.free);
  starts_ = both(starts_, room.starts);
}

BoardJob PassLimits::job(std::int64_t seq) const {
  const Settings& settings = service_.store.workspace.settings();
  const Job& job = *service_.store.jobs.find(seq);
  BoardJob out{seq, service_.store.attempts.live_of(seq),
               job.concurrency.value_or(settings.calls_at_once_per_job)};
  out.standing = service_.store.jobs.standing(job);
  out.turn = turn_of(service_, job);
  out.starts = both(starts_of_job_pace(service_, job), starts_of_job_budget(service_, job));
  if (!shared_.empty()) {
    out.path = path_of(settings.limits, job);
  }
  out.route = route_of(service_, job);
  return out;
}

std::vector<BindingLimit> binding_limits(Service& service, const Job& job) {
  const Settings& settings = service.store.workspace.settings();
  const LimitSettings& limits = settings.limits;
  const auto live = static_cast<std::int64_t>(service.store.attempts.all().size());
  Binding binding;
  binding.slots("workspace_limit", live, settings.calls_at_once, "the workspace");
  binding.add(binding_accounts(service, job));
  binding.slots("job_limit", service.store.attempts.live_of(job.seq),
                job.concurrency.value_or(settings.calls_at_once_per_job), "the job");
  const Slots shared = shared_slots(service);
  for (const Slots::Index node : path_of(limits, job)) {
    binding.node(shared.at(node));
  }
  binding.starts("workspace_rate", starts_of_workspace_pace(service),
                 "The workspace starts at most " + words_of(limits.pace) + ".");
  binding.starts("job_rate", starts_of_job_pace(service, job),
                 "The job starts at most " + words_of(pace_of(service, job)) + ".");
  binding.starts("workspace_budget", starts_of_day_budget(service),
                 "What is spent today and reserved for live calls leaves nothing of the "
                 "workspace's budget for another.");
  binding.starts("job_budget", starts_of_job_budget(service, job),
                 "What is spent and reserved for live calls leaves nothing of the job's budget "
                 "for another.");
  return binding.take();
}

std::optional<BindingLimit> own_limit(Service& service, const Call& call, const Job& job) {
  if (!call.terms.has_caller()) {
    return std::nullopt;
  }
  const LimitSettings& limits = settings_of(service);
  const Slots shared = shared_slots(service);
  Binding binding;
  for (const Slots::Index node :
       own_path(limits, job, call.terms.assistant_id, call.terms.phone_number_id)) {
    binding.node(shared.at(node));
  }
  std::vector<BindingLimit> found = binding.take();
  return found.empty() ? std::nullopt : std::optional{std::move(found.front())};
}

LimitUse use_of_limits(Service& service) {
  const LimitSettings& limits = settings_of(service);
  const LimitState& state = service.store.limits.now();
  LimitUse use;
  for (const Provider& account : provider_accounts(service)) {
    const std::int64_t day = today(service, limits_of(service, account).zone).number;
    use.provider_calls += state.account(account.number).calls.on(day);
  }
  use.spent_micros = state.spent.on(today(service, limits.budget_zone).number);
  if (limits.day_budget.limit > 0) {
    use.reserved_micros = unpriced(service) * limits.day_budget.reserve;
  }
  return use;
}

bool count_dial(Service& service, const Job& job, const Provider& account, bool goes_out) {
  if (is_paced(service, job, account)) {
    take_paces(service, job, account, &PaceUse::decided);
    if (goes_out) {
      take_paces(service, job, account, &PaceUse::sent);
    }
  }
  return count_in_quota(service, account);
}

std::optional<Instant> send_later(Service& service, const Job& job, const Provider& account) {
  if (!is_paced(service, job, account)) {
    return std::nullopt;
  }
  const LimitSettings& limits = settings_of(service);
  const LimitState& state = service.store.limits.now();
  const Starts starts =
      both(both(starts_at(limits.pace, state.workspace.sent, service.now()),
                starts_at(limits_of(service, account).pace, state.account(account.number).pace.sent,
                          service.now())),
           starts_at(pace_of(service, job), use_of_job(service, job).sent, service.now()));
  if (starts.now == 0) {
    return starts.next;
  }
  take_paces(service, job, account, &PaceUse::sent);
  return std::nullopt;
}

void count_cost(Service& service, Job& job, std::int64_t cost_micros) {
  const LimitSettings& limits = settings_of(service);
  if (cost_micros == 0 || (limits.day_budget.limit == 0 && !job.limits.has_budget())) {
    return;
  }
  const Day day = today(service, limits.budget_zone);
  if (limits.day_budget.limit > 0) {
    service.store.limits.edit().spent.add(day.number, cost_micros);
  }
  if (job.limits.has_budget()) {
    job.limits.spent.add(day.number, cost_micros);
  }
}

void count_end(Service& service, const Call& call, const Attempt& attempt, Job& job,
               Outcome outcome, std::int64_t cost_micros) {
  count_end_of_number(service, call, attempt, job, outcome);
  if (!uses_attempt(outcome)) {
    give_back_quota(service, attempt);
  }
  count_cost(service, job, cost_micros);
}

std::optional<FrequencyCap> frequency_cap_of(const CallCap& cap) {
  FrequencyCap out;
  out.max = cap.max;
  out.window = hours{cap.window_hours} + hours{24 * cap.window_days};
  out.per_subject = cap.per == "person and subject" || cap.per == "person and debt";
  out.from_first_conversation = cap.after_first_contact;
  if (cap.max > 0) {
    return out;
  }
  out.cool_off = hours{cap.cooldown_hours} + hours{24 * cap.cooldown_days};
  constexpr std::pair<std::string_view, Met> kAfter[] = {
      {"a conversation about the debt", Met::conversation},
      {"a refusal during the call", Met::refusal},
      {"answer-machine detection, unless a live operator is guaranteed", Met::machine}};
  for (const auto& [words, met] : kAfter) {
    if (cap.after == words) {
      out.after = met;
      return out;
    }
  }
  return std::nullopt;
}

const CapsInForce& CapCache::of(Service& service, const Call& call, const Job& job) {
  static_cast<void>(service.caches.gates.calendar(service));  // so that version() is of now
  if (version_ != service.caches.gates.version()) {
    version_ = service.caches.gates.version();
    by_class_.clear();
    last_ = {};
    own_ = {};
    own_.caps = settings_of(service).caps;
    own_.rules.assign(own_.caps.size(), nullptr);
    note_kinds(own_);
  }
  const bool law = service.store.workspace.settings().calling_hours.law;
  if (!law || rings_nobody(service)) {
    return own_;
  }
  if (last_.caps != nullptr && last_.call == call.seq && last_.job == job.seq) {
    return *last_.caps;
  }
  const CalleeClass callee = callee_class(call.phone, call.timezone);
  const auto [entry, is_new] = by_class_.try_emplace({to_text(callee), job.purpose}, own_);
  if (is_new) {
    for (const AppliedRule& applied : rules_for(callee, job.purpose)) {
      add_law(entry->second, *applied.rule);
    }
    note_kinds(entry->second);
  }
  last_ = {call.seq, job.seq, &entry->second};
  return entry->second;
}

std::optional<CapHold> cap_hold(Service& service, const Call& call, const Job& job) {
  const CapsInForce& caps = service.caches.caps.of(service, call, job);
  if (caps.caps.empty()) {
    return std::nullopt;
  }
  const auto held = held_by(caps.caps, numbers::find(service.sql(), call.phone.digits),
                            subject_number(job.limits.subject), service.now());
  if (!held) {
    return std::nullopt;
  }
  return CapHold{held->until, caps.caps[held->cap], caps.rules[held->cap]};
}

void count_call(Service& service, const Call& call, const Job& job) {
  if (!service.caches.caps.of(service, call, job).count_dials) {
    return;
  }
  NumberHistory history = numbers::find(service.sql(), call.phone.digits);
  history.add(Met::dial, service.now() + kRingsWithin, subject_number(job.limits.subject));
  save_history(service, call.phone, history);
}

void count_call_late(Service& service, const Call& call, const Job& job, Instant decided_at) {
  if (service.now() + kGoesOutWithin <= decided_at + kRingsWithin ||
      !service.caches.caps.of(service, call, job).count_dials) {
    return;
  }
  NumberHistory history = numbers::find(service.sql(), call.phone.digits);
  static_cast<void>(history.take_back_dial(decided_at + kRingsWithin));
  history.add(Met::dial, service.now() + kRingsWithin, subject_number(job.limits.subject));
  save_history(service, call.phone, history);
}

}  // namespace callgate
