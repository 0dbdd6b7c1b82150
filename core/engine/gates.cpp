#include "core/engine/gates.hpp"

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

}  // namespace

ClassGates::ClassGates(const Schedule& schedule, const CalleeClass& callee,
                       const CalleePolicy& policy, const ZoneTable& zones, bool rehearsal)
    : callee_(callee),
      hours_(callee, policy, zones),
      rehearsal_(rehearsal),
      calendar_gate_(schedule.open()),
      callee_gate_(hours_.open()),
      gates_{&calendar_gate_, &callee_gate_} {}

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
  schedule_.reset();
}

void GateCache::renew(Service& service) {
  const auto& provider = provider_account(service).provider;
  const bool rehearsal = provider && provider->rehearsal;
  const std::int64_t version = service.store.workspace.settings_version();
  if (settings_version_ == version && rehearsal_ == rehearsal) {
    return;
  }
  drop();
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

ClassGates* GateCache::of(Service& service, std::string_view callee, Purpose purpose) {
  renew(service);
  if (!schedule_) {
    return nullptr;
  }
  std::unique_ptr<ClassGates>& entry = classes_[{std::string{callee}, purpose}];
  if (!entry) {
    const CallingHours& hours = service.store.workspace.settings().calling_hours;
    entry = std::make_unique<ClassGates>(*schedule_, read_class(callee), policy_of(hours, purpose),
                                         service.zones, rehearsal_);
  }
  return entry.get();
}

ServiceGates::ServiceGates(Service& service) : service_(service) {
  static_cast<void>(service.caches.gates.calendar(service));  // so that version() is of now
}

OpenSpan ServiceGates::span(const Lane& lane, const Job& job) {
  ClassGates* gates = service_.caches.gates.of(service_, lane.callee, job.purpose);
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
  return service.caches.gates.of(service, to_text(callee_class(call.phone, call.timezone)),
                                 job->purpose);
}

OpenSpan open_span(Service& service, const Call& call) {
  ClassGates* gates = gates_of(service, call);
  return gates == nullptr ? kShut : gates->span(service.now());
}

}  // namespace callgate
