#include "tests/sim/auditors.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

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

// Of a number that nothing was done with: before everything.
Span span_of(const Spans& spans, const std::string& number) {
  const auto known = spans.find(number);
  return known == spans.end() ? Span{Span::kOpen, -1} : known->second;
}

bool begins_round_since(const ModelJob& job, const std::string& number, std::int64_t step) {
  return span_of(job.rounds, number).reaches(step) || (job.redriven && job.redriven->reaches(step));
}

void one_dial_per_attempt(Scene& scene, const Dialled& dial) {
  if (!scene.attempts.insert(dial.attempt_id).second) {
    scene.find("one_dial_per_attempt", told(dial));
  }
}

// Allowed when the request was given out, and until it was sent.
void within_hours(Scene& scene, const Dialled& dial) {
  const Place& place = place_of(dial.number);
  const ModelJob* job = scene.model.job_of_assistant(dial.assistant);
  const auto now = job == nullptr ? Span{Span::kOpen, -1} : span_of(job->called_now, dial.number);
  const bool called_now = now.first <= dial.asked_step && dial.asked_step <= now.last;
  for (const Era& era : scene.model.eras) {
    const bool held = era.from <= dial.asked_at && (!era.to || dial.asked_at <= *era.to);
    const Config config = called_now ? without_calendar(era.config) : era.config;
    if (held && may_ring(config, place, dial.asked_at) &&
        (dial.sent_at <= dial.asked_at || may_ring(config, place, dial.sent_at - Millis{1}))) {
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

void paused_workspace_is_silent(Scene& scene, const Dialled& dial) {
  for (const auto& [from, to] : scene.model.pauses) {
    if (dial.asked_step > from && (!to || dial.asked_step < *to)) {
      scene.find("paused", told(dial) + ": the workspace stood still");
    }
  }
}

void listed_numbers_are_silent(Scene& scene, const Dialled& dial) {
  const auto listed = scene.model.listed.find(dial.number);
  if (listed == scene.model.listed.end()) {
    return;
  }
  for (const Listed& entry : listed->second) {
    const bool over = (entry.to && dial.asked_step >= *entry.to) ||
                      (entry.expires_at && dial.asked_at + scene.slack >= *entry.expires_at);
    if (dial.asked_step > entry.from && !over) {
      scene.find("do_not_call", told(dial) + ": the number is on the list");
    }
  }
}

void canceled_calls_are_silent(Scene& scene, const Dialled& dial) {
  const ModelJob* job = scene.model.job_of_assistant(dial.assistant);
  if (job == nullptr) {
    return;
  }
  const Span let_go = span_of(job->let_go, dial.number);
  if (dial.asked_step > let_go.first && !begins_round_since(*job, dial.number, let_go.first)) {
    scene.find("let_go", told(dial) + ": its call was canceled");
  }
}

void one_agent_calls_a_person(Scene& scene, const Dialled& dial) {
  const ModelJob* job = scene.model.job_of_assistant(dial.assistant);
  if (job == nullptr) {
    return;
  }
  const auto& kept = scene.agents.try_emplace({dial.assistant, dial.number}, dial.agent);
  if (!job->arms.empty() && kept.first->second != dial.agent) {
    scene.find("experiment",
               told(dial) + " by " + dial.agent + ", and before that by " + kept.first->second);
  }
  const auto& arms = job->arms;
  const bool known = arms.empty() || std::find(arms.begin(), arms.end(), dial.agent) != arms.end();
  const auto terms = job->terms_for(dial.number, dial.named_step, dial.asked_step);
  const bool as_set = std::any_of(terms.begin(), terms.end(), [&](const JobTerms& one) {
    return dial.caller == one.caller && (!arms.empty() || dial.agent == one.agent);
  });
  if (!known || !as_set) {
    scene.find("experiment", told(dial) + " by " + dial.agent + " from " + dial.caller);
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
    if (begins_round_since(*job, dial.number, last.asked_step)) {
      before.assign({scene.world.ledger().size() - 1});
      return;
    }
    const EndClass& end = class_of(last.ended_reason);
    const bool moved = span_of(job->moved, dial.number).reaches(last.asked_step);
    std::int64_t wait_s = std::numeric_limits<std::int64_t>::max();
    for (const JobTerms& terms : job->terms_for(dial.number, last.asked_step, dial.asked_step)) {
      wait_s = std::min<std::int64_t>(wait_s, terms.retry_delay_s.value_or(end.wait_s));
    }
    const seconds wait{wait_s};
    if (end.terminal) {
      scene.find("answered_is_done", told(dial) + ": it had ended as " + std::string{end.outcome});
    } else if (!moved && dial.asked_at + scene.slack < last.ended + wait) {
      scene.find("retry_wait", told(dial) + ": the one before ended at " +
                                   format_rfc3339(last.ended) + " as " + std::string{end.outcome});
    }
    int most = 0;
    for (const JobTerms& terms : job->terms_for(dial.number, dial.named_step, dial.asked_step)) {
      most = std::max(most, terms.max_attempts);
    }
    if (static_cast<int>(before.size()) >= most) {
      scene.find("max_attempts", told(dial) + " after " + std::to_string(before.size()));
    }
  }
  before.push_back(scene.world.ledger().size() - 1);
}

using DialAuditor = void (*)(Scene&, const Dialled&);
constexpr DialAuditor kAtDial[] = {one_dial_per_attempt,      within_hours,
                                   stopped_jobs_are_silent,   paused_workspace_is_silent,
                                   listed_numbers_are_silent, canceled_calls_are_silent,
                                   one_agent_calls_a_person,  start_is_kept,
                                   attempts_and_waits};

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
    : scene_{world,
             model,
             findings,
             Chance{world.settings().seed}.stream(kAuditorStream),
             world.settings().faults,
             Millis{world.settings().faults.skew_ms_max + 1}} {
  prepare_looks(world.sql());
  prepare_daily(world.sql());
  world.on_dial = [this](const Dialled& dial) { audit_dial(scene_, dial); };
  world.on_output = [this](const Input& input, const Output& output) {
    audit_output(scene_, input, output);
    audit_daily(scene_, input, output);
    audit_removals(scene_);
  };
  world.on_broken = [this](const std::string& what) { scene_.find("check", what); };
}

void Auditors::read_books() {
  audit_books(scene_, false);
}

void Auditors::conclude() {
  audit_books(scene_, true);
  audit_kept(scene_);
  audit_ledger(scene_);
}

}  // namespace callgate::sim
