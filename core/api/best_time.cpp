#include "core/api/best_time.hpp"

#include <algorithm>

#include "core/api/question.hpp"
#include "core/api/scheduler.hpp"
#include "core/base/phone.hpp"
#include "core/engine/answers.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kDaysAhead = 7;
constexpr std::int64_t kMillionthsPerThousandth = 1000;

// The hour of a local day in which the gates are open.
struct OpenHour {
  Instant from{};
  Instant until{};
  std::size_t of_week = 0;
};

AnswerCountView view_of(const AnswerCount& count) {
  return {count.dials, count.answers};
}

CalleeClass callee_of(const BestTimeQuery& query, Service& service, Question& question) {
  if (query.timezone) {
    static_cast<void>(question.zone(*query.timezone, "?timezone"));
  }
  if (!query.number) {
    const Settings& settings = service.store.workspace.settings();
    return {"001", {}, {query.timezone.value_or(settings.calendar.business_hours.timezone)}};
  }
  const auto phone = parse_phone(*query.number, "");
  if (!phone) {
    question.add("?number", to_word(phone.error()), "This is no number that can be called.");
    return {};
  }
  CalleeClass callee = callee_class(*phone, query.timezone.value_or(""));
  if (callee.zones.size() != 1) {
    question.add("?timezone", "required",
                 callee.zones.empty() ? "Nobody knows which clock hangs there: name the time zone."
                                      : "This number may ring in several time zones: name one.");
  }
  return callee;
}

std::vector<OpenHour> hours_ahead(std::span<const Gate* const> gates, const Zone& zone,
                                  Instant after) {
  std::vector<OpenHour> hours;
  const LocalTime now = to_local(zone, after);
  const std::int64_t today = (now.ms - (now.ms % kDayMs + kDayMs) % kDayMs) / kDayMs;
  for (std::int64_t day = today; day <= today + kDaysAhead; ++day) {
    const HoursOfDay open = open_hours(gates, zone, day);
    for (std::size_t hour = 0; hour < kHoursOfDay; ++hour) {
      const LocalTime begins{day * kDayMs + static_cast<std::int64_t>(hour) * kHourMs};
      const Instant begin = to_instant(zone, begins).at;
      const Instant end = begin + std::chrono::hours{1};
      if (!open.test(hour) || end <= after || begin >= after + std::chrono::days{kDaysAhead}) {
        continue;
      }
      const Instant from = std::max(begin, after);
      if (const auto first = first_open_at_or_after(EveryGate{gates}, from, end - from)) {
        hours.push_back({*first, end, hour_of_week(begins)});
      }
    }
  }
  return hours;
}

std::optional<OptimalCallTime> optimal_of(const std::vector<OpenHour>& hours,
                                          const AnswerModel& model, const std::string& zone) {
  const auto rate = [&model](const OpenHour& hour) { return model.at(hour.of_week).millionths; };
  const auto best =
      std::max_element(hours.begin(), hours.end(),
                       [&rate](const OpenHour& a, const OpenHour& b) { return rate(a) < rate(b); });
  if (best == hours.end()) {
    return std::nullopt;
  }
  const AnswerRate& known = model.at(best->of_week);
  const std::int64_t expected = known.millionths / kMillionthsPerThousandth;
  return OptimalCallTime{best->from, best->until, expected,
                         "Of a hundred calls at " + name_of_hour(best->of_week) + " in " + zone +
                             " about " + std::to_string(expected / 10) +
                             " are answered by a person, by what " + std::to_string(known.dials) +
                             " dials tell, those assumed at first included."};
}

// The quarter of the hours with the fewest dials, adjoining ones as one.
std::vector<LowTrafficPeriod> low_traffic_of(const std::vector<OpenHour>& hours,
                                             const AnswerCounts& counts) {
  const auto dials = [&counts](const OpenHour& hour) { return counts.at(hour.of_week).dials; };
  std::vector<std::int64_t> sorted;
  for (const OpenHour& hour : hours) {
    sorted.push_back(dials(hour));
  }
  std::sort(sorted.begin(), sorted.end());
  std::vector<LowTrafficPeriod> periods;
  for (const OpenHour& hour : hours) {
    if (dials(hour) > sorted[sorted.size() / 4]) {
      continue;
    }
    if (!periods.empty() && periods.back().until == hour.from) {
      periods.back().until = hour.until;
      periods.back().dials += dials(hour);
    } else {
      periods.push_back({hour.from, hour.until, dials(hour)});
    }
  }
  return periods;
}

}  // namespace

Answer get_best_time(Request& request) {
  Service& service = request.service();
  const auto query = request.query<BestTimeQuery>();
  const Job* job = query.job_id ? &job_of(service, *query.job_id) : nullptr;
  const Instant after = query.after.value_or(service.now());
  Question question{"query_invalid", request};
  question.check_instant(after, "?after");
  const CalleeClass callee = callee_of(query, service, question);
  question.refuse_if_any();

  const Purpose asked = query.purpose.value_or(job == nullptr ? Purpose::marketing : job->purpose);
  const std::string assistant =
      query.assistant_id.value_or(job == nullptr ? std::string{} : job->assistant_id);
  const std::int64_t seq = job == nullptr ? 0 : job->seq;
  const Zone& zone = *service.zones.find(callee.zones.front());
  const ClassGates& gates = need_gates(service.caches.gates.of(service, to_text(callee), asked));
  const AnswerModel model = answer_model(service, seq, assistant);
  const AnswerCounts& counts = service.store.answers.of(AnswersOf::workspace, "");

  BestTimeView out;
  out.timezone = callee.zones.front();
  out.after = after;
  const std::vector<OpenHour> hours = hours_ahead(gates.lawful(), zone, after);
  out.optimal = optimal_of(hours, model, out.timezone);
  out.low_traffic = low_traffic_of(hours, counts);
  out.learnt_from.workspace = view_of(total(counts));
  if (!assistant.empty()) {
    out.learnt_from.assistant =
        view_of(total(service.store.answers.of(AnswersOf::assistant, assistant)));
  }
  if (job != nullptr) {
    out.learnt_from.job =
        view_of(total(service.store.answers.of(AnswersOf::job, std::to_string(seq))));
  }
  for (std::size_t at = 0; at < kHoursOfWeek; ++at) {
    out.hours.push_back({static_cast<std::int64_t>(at / kHoursOfDay),
                         static_cast<std::int64_t>(at % kHoursOfDay), counts.at(at).dials,
                         counts.at(at).answers,
                         model.at(at).millionths / kMillionthsPerThousandth});
  }
  return json_response(200, out);
}

}  // namespace callgate
