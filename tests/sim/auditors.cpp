#include "tests/sim/auditors.hpp"

#include <algorithm>
#include <iterator>

#include "core/base/check.hpp"

namespace callgate::sim {
namespace {

using std::chrono::seconds;

constexpr std::uint64_t kAuditorStream = 31;
constexpr std::size_t kFindingsMax = 5;

// The shortest wait of each retry class.
constexpr EndClass kEndClasses[] = {
    {"customer-ended-call", "answered", 0, true},
    {"assistant-ended-call", "answered", 0, true},
    {"customer-busy", "busy", 600, false},
    {"customer-did-not-answer", "no_answer", 300, false},
    {"voicemail", "voicemail", 1800, false},
    {"twilio-failed-to-connect-call", "carrier_failed", 120, false},
    {"vonage-rejected", "declined", 3600, false},
    {"pipeline-no-available-llm-model", "provider_error", 2, false},
    {"call.in-progress.error-providerfault-outbound-sip-607-unwanted", "screened_or_spam", 86'400,
     false},
    {"twilio-reported-customer-misdialed", "invalid_number", 0, true},
    {"manually-canceled", "canceled", 0, true},
};

std::string told(const Dialled& dial) {
  return dial.attempt_id + " (" + dial.number + ", " + dial.assistant + ") asked at " +
         format_rfc3339(dial.asked_at) + ", sent at " + format_rfc3339(dial.sent_at);
}

void one_dial_per_attempt(Scene& scene, const Dialled& dial) {
  if (!scene.attempts.insert(dial.attempt_id).second) {
    scene.find("one_dial_per_attempt", told(dial));
  }
}

// Allowed when the request was given out, and until it was sent.
void hours(Scene& scene, const Dialled& dial) {
  const Place& place = place_of(dial.number);
  for (const Era& era : scene.model.eras) {
    const bool held = era.from <= dial.asked_at && (!era.to || dial.asked_at <= *era.to);
    if (held && may_ring(era.config, place, dial.asked_at) &&
        (dial.sent_at <= dial.asked_at || may_ring(era.config, place, dial.sent_at - Millis{1}))) {
      return;
    }
  }
  scene.find("hours", told(dial) + " under " + config_body(scene.model.config()));
}

void stopped_jobs_are_silent(Scene& scene, const Dialled& dial) {
  const ModelJob* job = scene.model.job_of_assistant(dial.assistant);
  if (job == nullptr) {
    return;
  }
  for (const auto& [from, to] : job->stopped) {
    if (dial.asked_step > from && (!to || dial.asked_step < *to)) {
      scene.find("stopped", told(dial) + ": its job stood still");
    }
  }
}

void start_is_kept(Scene& scene, const Dialled& dial) {
  const ModelJob* job = scene.model.job_of_assistant(dial.assistant);
  if (job == nullptr || job->started_by_hand) {
    return;
  }
  // Started by a clock that went back since.
  if (!job->not_before || dial.asked_at + scene.slack < *job->not_before) {
    scene.find("start", told(dial) + ": its job had not been started");
  }
}

void attempts_and_waits(Scene& scene, const Dialled& dial) {
  auto& before = scene.dials[{dial.assistant, dial.number}];
  const ModelJob* job = scene.model.job_of_assistant(dial.assistant);
  if (job != nullptr && !before.empty()) {
    const Dialled& last = scene.world.ledger()[before.back()];
    const EndClass& end = class_of(last.ended_reason);
    const seconds wait{job->retry_delay_s ? *job->retry_delay_s : end.wait_s};
    if (end.terminal) {
      scene.find("answered_is_done", told(dial) + ": it had ended as " + std::string{end.outcome});
    } else if (dial.asked_at + scene.slack < last.ended + wait) {
      scene.find("retry_wait", told(dial) + ": the one before ended at " +
                                   format_rfc3339(last.ended) + " as " + std::string{end.outcome});
    }
    if (static_cast<int>(before.size()) >= job->max_attempts) {
      scene.find("max_attempts", told(dial) + " after " + std::to_string(before.size()));
    }
  }
  before.push_back(scene.world.ledger().size() - 1);
}

using DialAuditor = void (*)(Scene&, const Dialled&);
constexpr DialAuditor kAtDial[] = {one_dial_per_attempt, hours, stopped_jobs_are_silent,
                                   start_is_kept, attempts_and_waits};

}  // namespace

const EndClass& class_of(std::string_view ended_reason) {
  const auto* const found =
      std::find_if(std::begin(kEndClasses), std::end(kEndClasses),
                   [&](const EndClass& one) { return one.reason == ended_reason; });
  CALLGATE_CHECK(found != std::end(kEndClasses));
  return *found;
}

void audit_dial(Scene& scene, const Dialled& dial) {
  for (const DialAuditor auditor : kAtDial) {
    auditor(scene, dial);
  }
}

void Scene::find(std::string_view auditor, std::string detail) {
  if (findings.size() < kFindingsMax) {
    if (world.tell) {
      world.tell(format_rfc3339(world.now()) + "  FOUND " + std::string{auditor} + ": " + detail);
    }
    findings.push_back({std::string{auditor}, std::move(detail), world.now()});
  }
}

Auditors::Auditors(World& world, const Model& model, std::vector<Finding>& findings)
    : scene_{world, model, findings, Chance{world.settings().seed}.stream(kAuditorStream),
             Millis{world.settings().faults.skew_ms_max + 1}} {
  prepare_looks(world.sql());
  world.on_dial = [this](const Dialled& dial) { audit_dial(scene_, dial); };
  world.on_output = [this](const Input& input, const Output& output) {
    audit_output(scene_, input, output);
  };
  world.on_broken = [this](const std::string& what) { scene_.find("check", what); };
}

void Auditors::read_books() {
  audit_books(scene_, false);
}

void Auditors::conclude() {
  audit_books(scene_, true);
  audit_ledger(scene_);
}

}  // namespace callgate::sim
