#include "core/api/recurrence.hpp"

#include "core/schedule/recurrence/ical_lines.hpp"

namespace callgate {
namespace {

constexpr std::string_view kRecurrenceError = "invalid_recurrence";

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

void read_series(const PreviewAsked& asked, const Zone* zone, Question& question,
                 RecurrenceSpec& spec) {
  const SeriesAsked& series = *asked.series;
  const auto step = parse_series_step(series.frequency);
  if (!step) {
    question.add_invalid("/series/frequency", std::string{detail_of(SeriesField::frequency)});
  }
  spec.kind = RecurrenceSpec::Kind::series;
  spec.start = asked.start.value_or(kEpoch);
  spec.series.step = step.value_or(SeriesStep::daily);
  spec.series.interval = series.interval;
  spec.series.occurrences_max = series.max_occurrences;
  if (series.end_date) {
    const auto end = parse_series_end(*series.end_date);
    if (!end) {
      question.add_invalid("/series/endDate", "It is a date, YYYY-MM-DD, or an RFC 3339 time.");
    }
    spec.series.end = end.value_or(SeriesEnd{});
  }
  if (!asked.start) {
    question.add("/start", "required", "A series needs its start.");
  }
  if (zone == nullptr || !question.is_clean()) {
    return;
  }
  const auto made = Series::make_asked(*zone, spec.start, spec.series);
  if (!made) {
    question.add_invalid("/series/" + std::string{field_name(made.error())},
                         std::string{detail_of(made.error())});
  }
}

std::string_view word_of(SeriesStep step) {
  switch (step) {
    case SeriesStep::daily:
      return "daily";
    case SeriesStep::weekly:
      return "weekly";
    case SeriesStep::monthly:
      break;
  }
  return "monthly";
}

Instant instant_of(const IcalTime& time, const Zone& zone) {
  return time.kind == IcalTime::Kind::utc ? from_ms(time.ms)
                                          : to_instant(zone, LocalTime{time.ms}).at;
}

// Its zone is named by a TZID or by the question, its start by DTSTART or by the question: once.
void read_rules(PreviewAsked& asked, Question& question, RecurrenceSpec& spec) {
  spec.kind = RecurrenceSpec::Kind::rules;
  spec.text = *asked.rrule;
  const auto lines = parse_ical_lines(spec.text);
  if (!lines) {
    add_text_issues(question, "/rrule", lines.error());
    return;
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
  if (zone != nullptr && question.is_clean()) {
    spec.start = asked.start ? *asked.start : instant_of(*lines->start, *zone);
  }
}

void read_cron(const PreviewAsked& asked, Question& question, RecurrenceSpec& spec) {
  spec.kind = RecurrenceSpec::Kind::cron;
  spec.text = *asked.cron;
  const auto cron = parse_cron(spec.text);
  if (!cron) {
    add_text_issues(question, "/cron", cron.error());
  }
  if (asked.start) {
    question.add_invalid("/start", "A cron expression has no start; after is where to look from.");
  }
  if (!asked.after) {
    question.add("/after", "required", "A cron expression has no first occurrence.");
  }
}

}  // namespace

RecurrenceSpec read_recurrence(PreviewAsked& asked, Question& question) {
  RecurrenceSpec spec;
  const int kinds =
      int{asked.series.has_value()} + int{asked.rrule.has_value()} + int{asked.cron.has_value()};
  if (kinds != 1) {
    question.add_invalid("/series", "One of series, rrule and cron says how it recurs.");
    return spec;
  }
  if (asked.rrule) {
    read_rules(asked, question, spec);
  } else {
    const Zone* zone = zone_of(asked, question);
    asked.series ? read_series(asked, zone, question, spec) : read_cron(asked, question, spec);
  }
  spec.zone = asked.timezone.value_or("");
  return spec;
}

SeriesAsked view_of(const SeriesRule& rule) {
  SeriesAsked view;
  view.frequency = word_of(rule.step);
  view.interval = rule.interval;
  view.max_occurrences = rule.occurrences_max;
  if (rule.end.last_instant) {
    view.end_date = format_rfc3339(*rule.end.last_instant);
  } else if (rule.end.last_day) {
    view.end_date = format_rfc3339(from_ms(*rule.end.last_day * kDayMs)).substr(0, 10);
  }
  return view;
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

Answer post_recurrence_preview(Request& request) {
  Question question{kRecurrenceError, request};
  auto asked = question.read<PreviewAsked>(request);
  if (asked.start) {
    question.check_instant(*asked.start, "/start");
  }
  if (asked.after) {
    question.check_instant(*asked.after, "/after");
  }
  const RecurrenceSpec spec = read_recurrence(asked, question);
  question.refuse_if_any();
  const auto recurrence = make_recurrence(spec, question.zones());
  CALLGATE_CHECK(recurrence.has_value());
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
