#include "core/engine/answers.hpp"

#include <chrono>
#include <string>

#include "core/engine/accounts.hpp"
#include "core/schedule/callee.hpp"

namespace callgate {
namespace {

std::int64_t utc_day(Instant at) {
  return std::chrono::floor<std::chrono::days>(at).time_since_epoch().count();
}

}  // namespace

void count_answer(Service& service, Job& job, const Call& call, const Attempt& attempt,
                  Outcome outcome) {
  const auto answered = was_answered(outcome);
  const Provider* account = account_numbered(service, attempt.account);
  if (!answered || account == nullptr || account->rehearsal) {
    return;
  }
  const CalleeClass callee = callee_class(call.phone, call.timezone);
  const Zone* zone = callee.zones.size() == 1 ? service.zones.find(callee.zones.front()) : nullptr;
  if (zone == nullptr) {
    return;
  }
  AnswersOfDay today{utc_day(service.now()), {}};
  if (!job.answers.empty()) {
    AnswersOfDay counted = unpack_answers(job.answers);
    if (counted.utc_day == today.utc_day) {
      today = counted;
    } else {
      tell_answers(service, job);
    }
  }
  AnswerCount& hour = today.counts.at(hour_of_week(to_local(*zone, attempt.intent_at)));
  ++hour.dials;
  hour.answers += *answered ? 1 : 0;
  job.answers = pack(today);
}

void tell_answers(Service& service, Job& job) {
  if (job.answers.empty()) {
    return;
  }
  const AnswerCounts counts = unpack_answers(job.answers).counts;
  Answers& answers = service.store.answers;
  answers.add(AnswersOf::workspace, "", counts);
  if (job.experiment.arms.empty()) {  // else they are several
    answers.add(AnswersOf::assistant, job.assistant_id, counts);
  }
  if (job.best_time) {
    answers.add(AnswersOf::job, std::to_string(job.seq), counts);
  }
  job.answers.clear();
  service.caches.gates.learnt();
}

AnswerModel answer_model(Service& service, std::int64_t job, std::string_view assistant_id) {
  Answers& answers = service.store.answers;
  const AnswerCounts none{};
  return {answers.of(AnswersOf::workspace, ""),
          assistant_id.empty() ? none : answers.of(AnswersOf::assistant, assistant_id),
          job == 0 ? none : answers.of(AnswersOf::job, std::to_string(job))};
}

}  // namespace callgate
