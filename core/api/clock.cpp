#include "core/api/clock.hpp"

#include "core/api/question.hpp"
#include "core/schedule/recurrence/civil.hpp"
#include "core/schedule/recurrence/recurrence.hpp"

namespace callgate {
namespace {

constexpr std::size_t kDateSize = 10;

// The clock's reading that is asked about; harmless when the question is refused.
LocalTime read_asked(const TimeToConvert& asked, const Zone* zone, Question& question) {
  if (asked.utc && zone != nullptr) {
    question.check_instant(*asked.utc, "/utc");
    return question.is_clean() ? to_local(*zone, *asked.utc) : LocalTime{};
  }
  const auto local = asked.local ? parse_local(*asked.local) : std::nullopt;
  if (asked.local && !local) {
    question.add("/local", "invalid_datetime",
                 "A local time is YYYY-MM-DDTHH:MM:SS, on a day and at a time that exist.");
  }
  return local.value_or(LocalTime{});
}

}  // namespace

// As an instant of UTC is read, but for its range of years and its leap second.
std::optional<LocalTime> parse_local(std::string_view text) {
  if (text.size() <= kDateSize || text[kDateSize] != 'T') {
    return std::nullopt;
  }
  const auto day = parse_local_date(text.substr(0, kDateSize));
  const auto of_day = parse_rfc3339("1970-01-01" + std::string{text.substr(kDateSize)} + "Z");
  if (!day || !of_day || of_day >= from_ms(kDayMs)) {
    return std::nullopt;
  }
  return LocalTime{*day * kDayMs + to_ms(*of_day)};
}

Answer post_time_convert(Request& request) {
  Question question{"invalid_datetime", request};
  const auto asked = question.read<TimeToConvert>(request);
  const Zone* zone = question.zone(asked.zone, "/zone");
  if (question.is_clean() && asked.utc.has_value() == asked.local.has_value()) {
    question.add_invalid("/utc", "Either utc or local is asked about.");
  }
  const LocalTime local = read_asked(asked, zone, question);
  question.refuse_if_any();
  const Resolved resolved = to_instant(*zone, local);
  const Instant at = asked.utc.value_or(resolved.at);
  if (resolved.earlier < kEpoch || at >= kEndOfQuestions) {
    question.add("/local", "invalid_datetime", "Times are from 1970 to 9999-12-29.");
    question.refuse_if_any();
  }
  ConvertedTime out{
      asked.zone,    at, {}, offset_at(*zone, at).offset_s, resolved.kind, resolved.earlier,
      resolved.later};
  out.local = format_local(to_local(*zone, at));
  return json_response(200, out);
}

}  // namespace callgate
