#include "core/api/daily_call.hpp"

#include "core/api/question.hpp"
#include "core/schedule/daily_call.hpp"
#include "core/schedule/recurrence/civil.hpp"

namespace callgate {

Answer post_daily_call_check(Request& request) {
  Question question{"invalid_config", request};
  const auto asked = question.read<DailyCallAsked>(request);
  question.check_instant(asked.now, "/now");
  const Zone* zone = question.zone(asked.timezone, "/timezone");
  const auto at_s = parse_call_time(asked.call_time);
  if (!at_s) {
    question.add_invalid("/callTime", "It is HH:mm or HH:mm:ss, from 00:00 to 23:59:59.");
  }
  std::vector<PastCall> calls;
  if (asked.calls) {
    for (const PastCallView& call : *asked.calls) {
      const std::string place = "/calls/" + std::to_string(calls.size()) + "/at";
      question.check_instant(call.at, place);
      calls.push_back({call.at, counts_as_called(call.status)});
    }
  }
  question.refuse_if_any();
  const DailyVerdict verdict =
      judge_daily_call({*at_s, asked.window_s, asked.call_enabled}, *zone, asked.now, calls);
  DailyCallVerdict out;
  out.due = !verdict.reason;
  if (verdict.reason) {
    out.reason = word_of(*verdict.reason);
  }
  if (verdict.target) {
    out.service_date = format_local_date(verdict.target->service_day);
    out.target = verdict.target->at;
  }
  out.next_target = verdict.next_target;
  return json_response(200, out);
}

}  // namespace callgate
