// POST /api/recurrence/preview: what a recurrence yields, before anything is made of it. It is a
// series (every n days, weeks or months), the lines of a calendar file (RFC 5545) or a cron
// expression; each occurrence says why it is not simply where the rule puts it.
#pragma once

#include <array>
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
    return std::array{
        field<&SeriesAsked::frequency>("frequency", "daily, weekly or monthly", example("monthly")),
        field<&SeriesAsked::interval>("interval", "Every so many, 1 to 3650", defaulted()),
        field<&SeriesAsked::max_occurrences>("maxOccurrences",
                                             "How many in all, the first included; at least 1"),
        field<&SeriesAsked::end_date>(
            "endDate", "The last local date, or the last instant (RFC 3339); included",
            written_time(), example("2026-12-31"))};
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
    return std::array{
        field<&PreviewAsked::timezone>("timezone",
                                       "IANA name; may be left out where DTSTART has a TZID",
                                       format("time-zone"), example("America/New_York")),
        field<&PreviewAsked::start>(
            "start", "The first occurrence of a series; where an RRULE begins that has no DTSTART"),
        field<&PreviewAsked::after>(
            "after",
            "Only occurrences after it; left out: from the first. A cron expression needs it"),
        field<&PreviewAsked::limit>("limit", "How many", range(0, 1000), defaulted()),
        field<&PreviewAsked::series>("series", "Every n days, weeks or months"),
        field<&PreviewAsked::rrule>(
            "rrule", "RFC 5545: an RRULE, with or without DTSTART, RDATE and EXDATE lines",
            text(0, 65'536), example("FREQ=MONTHLY;BYDAY=-1FR")),
        field<&PreviewAsked::cron>("cron", "Five fields, or @daily and its like", text(0, 1024),
                                   example("30 9 * * MON-FRI"))};
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
    return std::array{
        field<&PreviewedView::at>("at", "When"),
        field<&PreviewedView::local>("local", "What the clock reads then",
                                     format("local-date-time")),
        field<&PreviewedView::offset_s>("offsetSeconds", "Added to UTC gives local"),
        field<&PreviewedView::index>("index", "Of a series: its number, from 0"),
        field<&PreviewedView::notes>(
            "notes",
            "gap: the clock skips the time asked for; fold: it reads it twice, second: this is "
            "the second time; clamped: the month lacks the day, its last one instead; skipped: "
            "moved as SKIP says"),
        field<&PreviewedView::explanation>("explanation", "The notes as a sentence")};
  }
};

struct PreviewView {
  static constexpr std::string_view kSchemaName = "RecurrencePreview";
  std::string timezone;
  std::vector<PreviewedView> occurrences;
  bool complete = false;
  static constexpr auto fields() {
    return std::array{
        field<&PreviewView::timezone>("timezone", "The clock it goes by", format("time-zone")),
        field<&PreviewView::occurrences>("occurrences", "In their order"),
        field<&PreviewView::complete>("complete", "Whether it ends with the last one listed")};
  }
};

// What the question describes, or issues in it (then the answer means nothing). The zone that was
// found stands in `asked` afterwards. A cron expression is looked at from `after` on.
[[nodiscard]] RecurrenceSpec read_recurrence(PreviewAsked& asked, Question& question);

// As it was asked for.
[[nodiscard]] SeriesAsked view_of(const SeriesRule& rule);

[[nodiscard]] PreviewedView view_of(const PreviewedOccurrence& shown, const Series* series);

Answer post_recurrence_preview(Request& request);

}  // namespace callgate
