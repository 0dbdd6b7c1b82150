#include "core/engine/gates.hpp"

#include "core/engine/accounts.hpp"
#include "core/engine/answers.hpp"
#include "core/engine/service.hpp"

namespace callgate {
namespace {

constexpr OpenSpan kShut{kNever, kNever};

CalleePolicy policy_of(const CallingHours& hours, Purpose purpose) {
  CalleePolicy policy;
  policy.purpose = purpose;
  policy.law = hours.law;
  policy.otherwise = every_day(hours.usual);
  policy.within = hours.within;
  policy.closed_days = hours.closed;
  policy.close_unknown_holidays = hours.unknown_holidays_close;
  return policy;
}

// Lanes made before their people's places were told apart are named by a zone, or by nothing.
CalleeClass read_class(std::string_view text) {
  if (auto read = parse_callee_class(text)) {
    return std::move(*read);
  }
  return {"001", {}, text.empty() ? std::vector<std::string>{} : std::vector{std::string{text}}};
}

// high keeps to the hours that the calendar prefers, low to the others; without any, neither does.
HoursOfDay wanted_hours(const ScheduleConfig& calendar, Level level) {
  HoursOfDay wanted;
  if (level != Level::high && level != Level::low) {
    return wanted;
  }
  for (const std::int64_t hour : calendar.priority_hours) {
    wanted.set(static_cast<std::size_t>(hour));
  }
  return level == Level::low && wanted.any() ? ~wanted : wanted;
}

}  // namespace

ClassGates::ClassGates(const Schedule& schedule, const CalleeClass& callee,
                       const CalleePolicy& policy, const ZoneTable& zones, bool rehearsal,
                       const HoursOfDay& wanted, const JobsHours* hours, const ClientHours* client)
    : callee_(callee),
      hours_(callee, policy, zones),
      rehearsal_(rehearsal),
      calendar_gate_(schedule.open()),
      callee_gate_(hours_.open()),
      gates_{&calendar_gate_},
      kinds_{GateKind::calendar} {
  if (client != nullptr) {
    client_gate_ = std::make_unique<GateOf<OpenCalendar>>(client->schedule.open());
    gates_.push_back(client_gate_.get());
    kinds_.push_back(GateKind::client);
  }
  if (!rehearsal) {
    gates_.push_back(&callee_gate_);
    kinds_.push_back(GateKind::callee);
  }
  if (const HoursOfDay& kept_to = client != nullptr ? client->wanted : wanted; kept_to.any()) {
    level_gate_ = std::make_unique<WantedHoursGate>(
        client != nullptr ? client->schedule.zone() : schedule.zone(), kept_to, gates_);
    gates_.push_back(level_gate_.get());
    kinds_.push_back(GateKind::level);
  }
  // Where it is not known which clock hangs there, every hour is as good as another.
  const Zone* zone = callee_.zones.size() == 1 ? zones.find(callee_.zones.front()) : nullptr;
  if (hours != nullptr && zone != nullptr) {
    best_time_gate_ = std::make_unique<BestTimeGate>(*zone, hours->model, hours->per_day,
                                                     hours->until, hours->seed, gates_);
    gates_.push_back(best_time_gate_.get());
    kinds_.push_back(GateKind::best_time);
  }
}

const OpenSpan& ClassGates::span(Instant now) {
  if (!asked_at_ || now < *asked_at_ || now >= span_.close) {
    span_ = next_open(EveryGate{gates()}, now).value_or(kShut);
    asked_at_ = now;
  }
  return span_;
}

void GateCache::drop() {
  ++version_;
  settings_version_.reset();
  classes_.clear();
  of_jobs_.clear();
  of_clients_.clear();
  schedule_.reset();
}

void GateCache::renew(Service& service) {
  const bool rehearsal = rings_nobody(service);
  const std::int64_t version = service.store.workspace.settings_version();
  const std::int64_t clients = service.store.clients.version();
  if (settings_version_ == version && clients_version_ == clients && rehearsal_ == rehearsal) {
    return;
  }
  drop();
  clients_version_ = clients;
  settings_version_ = version;
  rehearsal_ = rehearsal;
  auto schedule = Schedule::check(service.store.workspace.settings().calendar, service.zones);
  if (schedule) {
    schedule_.emplace(std::move(*schedule));
  }
}

const std::optional<Schedule>& GateCache::calendar(Service& service) {
  renew(service);
  return schedule_;
}

std::unique_ptr<ClassGates> GateCache::make(Service& service, std::string_view callee,
                                            Purpose purpose, Level level, const JobsHours* hours,
                                            const ClientHours* client) const {
  const Settings& settings = service.store.workspace.settings();
  return std::make_unique<ClassGates>(
      *schedule_, read_class(callee), policy_of(settings.calling_hours, purpose), service.zones,
      rehearsal_, wanted_hours(settings.calendar, level), hours, client);
}

// low keeps to the hours that are not preferred, whether business is open or not; its days and
// holidays are the client's.
const ClientHours* GateCache::hours_of_client(Service& service, std::int64_t client, Level level) {
  std::unique_ptr<ClientHours>& entry = of_clients_[{client, level}];
  if (!entry) {
    ScheduleConfig config = service.store.clients.numbered(client).config.calendar;
    if (level == Level::low && !config.priority_hours.empty()) {
      config.business_hours.start_time = "00:00";
      config.business_hours.end_time = "24:00";
    }
    auto schedule = Schedule::check(config, service.zones);
    if (!schedule) {
      return nullptr;
    }
    entry = std::make_unique<ClientHours>(
        ClientHours{std::move(*schedule), wanted_hours(config, level)});
  }
  return entry.get();
}

ClassGates* GateCache::of(Service& service, std::string_view callee, Purpose purpose, Level level,
                          std::int64_t client) {
  renew(service);
  const ClientHours* of_client =
      client != 0 && schedule_ ? hours_of_client(service, client, level) : nullptr;
  if (!schedule_ || (client != 0 && of_client == nullptr)) {
    return nullptr;
  }
  std::unique_ptr<ClassGates>& entry = classes_[{std::string{callee}, purpose, level, client}];
  if (!entry) {
    entry = make(service, callee, purpose, level, nullptr, of_client);
  }
  return entry.get();
}

ClassGates* GateCache::of(Service& service, std::string_view callee, const Job& job,
                          std::optional<Level> own_level) {
  const Level level = own_level ? *own_level : job.level.value_or(Level::normal);
  if (!job.best_time) {
    return of(service, callee, job.purpose, level, job.client);
  }
  renew(service);
  const ClientHours* of_client =
      job.client != 0 && schedule_ ? hours_of_client(service, job.client, level) : nullptr;
  if (!schedule_ || (job.client != 0 && of_client == nullptr)) {
    return nullptr;
  }
  std::optional<Instant> until;
  if (job.started_at) {
    until = *job.started_at + job.best_time->patience;
  }
  OfJob& entry = of_jobs_[{std::string{callee}, job.seq, own_level}];
  if (!entry.gates || entry.until != until || entry.level != level) {
    const JobsHours hours{answer_model(service, job.seq, job.assistant_id),
                          job.best_time->hours_per_day,
                          until,
                          {static_cast<std::uint64_t>(service.store.workspace.tag()),
                           static_cast<std::uint64_t>(job.seq)}};
    entry = {until, level, make(service, callee, job.purpose, level, &hours, of_client)};
  }
  return entry.gates.get();
}

// Lanes that keep to no hours need no second look.
void GateCache::learnt() {
  if (!of_jobs_.empty()) {
    of_jobs_.clear();
    ++version_;
  }
}

ServiceGates::ServiceGates(Service& service) : service_(service) {
  static_cast<void>(service.caches.gates.calendar(service));  // so that version() is of now
}

OpenSpan ServiceGates::span(const Lane& lane, const Job& job) {
  const LaneRank rank = lane_rank(lane.rank);
  const auto level = rank.own ? std::optional{static_cast<Level>(rank.own->level)} : std::nullopt;
  ClassGates* gates = service_.caches.gates.of(service_, lane.callee, job, level);
  return gates == nullptr ? kShut : gates->span(now());
}

Instant ServiceGates::now() const {
  return service_.now();
}

std::int64_t ServiceGates::version() const {
  return service_.caches.gates.version();
}

ClassGates* gates_of(Service& service, const Call& call) {
  const Job* job = service.store.jobs.find(call.job);
  CALLGATE_CHECK(job != nullptr);
  std::optional<Level> level;
  if (call.terms.priority) {
    level = static_cast<Level>(call.terms.priority->own().level);
  }
  return service.caches.gates.of(service, to_text(callee_class(call.phone, call.timezone)), *job,
                                 level);
}

OpenSpan open_span(Service& service, const Call& call) {
  ClassGates* gates = gates_of(service, call);
  return gates == nullptr ? kShut : gates->span(service.now());
}

}  // namespace callgate
