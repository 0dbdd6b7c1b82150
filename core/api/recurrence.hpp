// POST /api/recurrence/preview: what a recurrence yields, before anything is made of it. It is a
// series (every n days, weeks or months), the lines of a calendar file (RFC 5545) or a cron
// expression; each occurrence says why it is not simply where the rule puts it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/question.hpp"
#include "core/api/router.hpp"
#include "core/api/schema.hpp"
#include "core/schedule/recurrence/spec.hpp"

namespace callgate {

struct SeriesAsked {
  static constexpr std::string_view kSchemaName = "RecurringSeries";
  std::string frequency;
  std::int64_t interval = 1;
  std::optional<std::int64_t> max_occurrences;
  std::optional<std::string> end_date;
  static constexpr auto fields() {
    return std::make_tuple(
        field("frequency", &SeriesAsked::frequency, "daily, weekly or monthly", example("monthly")),
        field("interval", &SeriesAsked::interval, "Every so many, at least 1", defaulted()),
        field("maxOccurrences", &SeriesAsked::max_occurrences,
              "How many in all, the first included; at least 1"),
        field("endDate", &SeriesAsked::end_date,
              "The last local date, or the last instant (RFC 3339); included",
              example("2026-12-31")));
  }
};

struct PreviewAsked {
  std::optional<std::string> timezone;
  std::optional<Instant> start;
  std::optional<Instant> after;
  std::int64_t limit = 10;
  std::optional<SeriesAsked> series;
  std::optional<std::string> rrule;
  std::optional<std::string> cron;
  static constexpr auto fields() {
    return std::make_tuple(
        field("timezone", &PreviewAsked::timezone,
              "IANA name; may be left out where DTSTART has a TZID", format("time-zone"),
              example("America/New_York")),
        field("start", &PreviewAsked::start,
              "The first occurrence of a series; where an RRULE begins that has no DTSTART"),
        field("after", &PreviewAsked::after,
              "Only occurrences after it; left out: from the first. A cron expression needs it"),
        field("limit", &PreviewAsked::limit, "How many", range(0, 1000), defaulted()),
        field("series", &PreviewAsked::series, "Every n days, weeks or months"),
        field("rrule", &PreviewAsked::rrule,
              "RFC 5545: an RRULE, with or without DTSTART, RDATE and EXDATE lines",
              text(0, 65'536), example("FREQ=MONTHLY;BYDAY=-1FR")),
        field("cron", &PreviewAsked::cron, "Five fields, or @daily and its like", text(0, 1024),
              example("30 9 * * MON-FRI")));
  }
};

struct PreviewedView {
  static constexpr std::string_view kSchemaName = "PreviewedOccurrence";
  Instant at{};
  std::string local;
  std::int64_t offset_s = 0;
  std::optional<std::int64_t> index;
  std::vector<std::string> notes;
  std::optional<std::string> explanation;
  static constexpr auto fields() {
    return std::make_tuple(
        field("at", &PreviewedView::at, "When"),
        field("local", &PreviewedView::local, "What the clock reads then",
              format("local-date-time")),
        field("offsetSeconds", &PreviewedView::offset_s, "Added to UTC gives local"),
        field("index", &PreviewedView::index, "Of a series: its number, from 0"),
        field("notes", &PreviewedView::notes,
              "gap: the clock skips the time asked for; fold: it reads it twice, second: this is "
              "the second time; clamped: the month lacks the day, its last one instead; skipped: "
              "moved as SKIP says"),
        field("explanation", &PreviewedView::explanation, "The notes as a sentence"));
  }
};

struct PreviewView {
  static constexpr std::string_view kSchemaName = "RecurrencePreview";
  std::string timezone;
  std::vector<PreviewedView> occurrences;
  bool complete = false;
  static constexpr auto fields() {
    return std::make_tuple(
        field("timezone", &PreviewView::timezone, "The clock it goes by", format("time-zone")),
        field("occurrences", &PreviewView::occurrences, "In their order"),
        field("complete", &PreviewView::complete, "Whether it ends with the last one listed"));
  }
};

// What the question describes, or issues in it (then the answer means nothing). The zone that was
// found stands in `asked` afterwards. A cron expression is looked at from `after` on.
[[nodiscard]] RecurrenceSpec read_recurrence(PreviewAsked& asked, Question& question);

[[nodiscard]] PreviewedView view_of(const PreviewedOccurrence& shown, const Series* series);

Answer post_recurrence_preview(Request& request);

}  // namespace callgate
