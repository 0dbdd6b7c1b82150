#include "core/api/recurrence.hpp"

#include "core/api/question.hpp"
#include "core/schedule/recurrence/ical_lines.hpp"
#include "core/schedule/recurrence/recurrence.hpp"

namespace callgate {
namespace {

constexpr std::string_view kWord = "invalid_recurrence";

// Reasons name places and never what stands there.
void add_text_issues(Question& question, const std::string& pointer,
                     const std::vector<TextIssue>& issues) {
  std::string detail;
  for (const TextIssue& issue : issues) {
    detail += detail.empty() ? "" : " ";
    detail += "At byte " + std::to_string(issue.position) + ": ";
    detail += issue.word.empty() ? issue.reason : "what stands there " + issue.reason;
    detail += ".";
  }
  question.add_invalid(pointer, detail);
}

const Zone* zone_of(const PreviewAsked& asked, Question& question) {
  if (!asked.timezone) {
    question.add("/timezone", "required", "This field is required.");
    return nullptr;
  }
  return question.zone(*asked.timezone, "/timezone");
}

std::optional<Recurrence> read_series(const PreviewAsked& asked, const Zone* zone,
                                      Question& question) {
  const SeriesAsked& series = *asked.series;
  SeriesRule rule;
  const auto step = parse_series_step(series.frequency);
  if (!step) {
    question.add_invalid("/series/frequency", "It is daily, weekly or monthly.");
  }
  rule.step = step.value_or(SeriesStep::daily);
  rule.interval = series.interval;
  rule.occurrences_max = series.max_occurrences;
  if (series.end_date) {
    const auto end = parse_series_end(*series.end_date);
    if (!end) {
      question.add_invalid("/series/endDate", "It is a date, YYYY-MM-DD, or an RFC 3339 time.");
    }
    rule.end = end.value_or(SeriesEnd{});
  }
  if (!asked.start) {
    question.add("/start", "required", "A series needs its start.");
  }
  if (zone == nullptr || !question.is_clean()) {
    return std::nullopt;
  }
  auto made = Series::make(*zone, *asked.start, rule);
  if (!made) {
    const bool is_end = made.error() == SeriesField::end;
    question.add_invalid("/series/" + std::string{field_name(made.error())},
                         is_end ? "It lies before the first occurrence." : "It is at least 1.");
    return std::nullopt;
  }
  return Recurrence{std::move(*made)};
}

Instant instant_of(const IcalTime& time, const Zone& zone) {
  return time.kind == IcalTime::Kind::utc ? from_ms(time.ms)
                                          : to_instant(zone, LocalTime{time.ms}).at;
}

// Its zone is named by a TZID or by the question, its start by DTSTART or by the question: once.
std::optional<Recurrence> read_rules(PreviewAsked& asked, Question& question) {
  const auto lines = parse_ical_lines(*asked.rrule);
  if (!lines) {
    add_text_issues(question, "/rrule", lines.error());
    return std::nullopt;
  }
  if (!lines->zone.empty()) {
    if (asked.timezone && *asked.timezone != lines->zone) {
      question.add_invalid("/timezone", "The TZID of DTSTART is another one.");
    }
    asked.timezone = lines->zone;
  }
  const Zone* zone =
      lines->zone.empty() ? zone_of(asked, question) : question.zone(lines->zone, "/rrule");
  if (lines->start.has_value() == asked.start.has_value()) {
    question.add_invalid("/start", lines->start ? "DTSTART says it too."
                                                : "A rule without DTSTART needs its start.");
  }
  if (zone == nullptr || !question.is_clean()) {
    return std::nullopt;
  }
  const Instant start = asked.start ? *asked.start : instant_of(*lines->start, *zone);
  return Recurrence{RuleSet{*zone, start, lines->rule, lines->dates}};
}

std::optional<Recurrence> read_cron(const PreviewAsked& asked, const Zone* zone,
                                    Question& question) {
  const auto cron = parse_cron(*asked.cron);
  if (!cron) {
    add_text_issues(question, "/cron", cron.error());
  }
  if (asked.start) {
    question.add_invalid("/start", "A cron expression has no start; after is where to look from.");
  }
  if (!asked.after) {
    question.add("/after", "required", "A cron expression has no first occurrence.");
  }
  if (zone == nullptr || !question.is_clean()) {
    return std::nullopt;
  }
  return Recurrence{CronSchedule{*zone, *cron}};
}

std::optional<Recurrence> read_recurrence(PreviewAsked& asked, Question& question) {
  const int kinds =
      int{asked.series.has_value()} + int{asked.rrule.has_value()} + int{asked.cron.has_value()};
  if (kinds != 1) {
    question.add_invalid("/series", "One of series, rrule and cron says how it recurs.");
    return std::nullopt;
  }
  if (asked.rrule) {
    return read_rules(asked, question);
  }
  const Zone* zone = zone_of(asked, question);
  return asked.series ? read_series(asked, zone, question) : read_cron(asked, zone, question);
}

PreviewedView view_of(const PreviewedOccurrence& shown, const Series* series) {
  PreviewedView out;
  out.at = shown.occurrence.at;
  out.local = format_local(shown.local);
  out.offset_s = shown.offset_s;
  if (series != nullptr) {
    out.index = series->next(shown.occurrence.at - Millis{1})->index;
  }
  const auto note = [&out](bool holds, std::string_view word) {
    if (holds) {
      out.notes.emplace_back(word);
    }
  };
  note(shown.gap, "gap");
  note(shown.fold, "fold");
  note(shown.second, "second");
  note(shown.clamped, "clamped");
  note(shown.skipped, "skipped");
  if (!out.notes.empty()) {
    out.explanation = explain(shown);
  }
  return out;
}

}  // namespace

Answer post_recurrence_preview(Request& request) {
  Question question{kWord};
  auto asked = question.read<PreviewAsked>(request);
  if (asked.start) {
    question.check_instant(*asked.start, "/start");
  }
  if (asked.after) {
    question.check_instant(*asked.after, "/after");
  }
  const auto recurrence = read_recurrence(asked, question);
  question.refuse_if_any();
  const Preview found = preview(*recurrence, asked.after.value_or(kEpoch - Millis{1}),
                                static_cast<std::size_t>(asked.limit));
  PreviewView out;
  out.timezone = *asked.timezone;
  for (const PreviewedOccurrence& shown : found.occurrences) {
    out.occurrences.push_back(view_of(shown, std::get_if<Series>(&*recurrence)));
  }
  out.complete = found.complete;
  return json_response(200, out);
}

}  // namespace callgate
