// /api/schedules: jobs that recur. A schedule holds a recurrence (as POST /api/recurrence/preview
// takes it) and the job that each occurrence makes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/jobs.hpp"
#include "core/api/recurrence.hpp"
#include "core/api/router.hpp"
#include "core/api/schema.hpp"
#include "core/store/schedules.hpp"

namespace callgate {

constexpr auto words(ScheduleState /*tag*/) {
  return std::array{word("active", ScheduleState::active, "Goes on"),
                    word("paused", ScheduleState::paused, "Makes no jobs until it is resumed"),
                    word("completed", ScheduleState::completed, "Has no further occurrence"),
                    word("deleted", ScheduleState::deleted, "Is gone")};
}
constexpr auto words(OnClosedDay /*tag*/) {
  return std::array{word("next", OnClosedDay::next, "Its job waits for the next opening"),
                    word("skip", OnClosedDay::skip, "The occurrence is skipped")};
}
constexpr auto words(Overlap /*tag*/) {
  return std::array{
      word("skip", Overlap::skip, "The occurrence is skipped"),
      word("buffer_one", Overlap::buffer_one, "One occurrence waits until the job has ended"),
      word("allow", Overlap::allow, "Both run")};
}

inline constexpr std::int64_t kScheduleRecipientsMax = 1000;

struct NewSchedule {
  std::string name;
  std::optional<std::string> timezone;
  std::optional<Instant> start;
  std::optional<SeriesAsked> series;
  std::optional<std::string> rrule;
  std::optional<std::string> cron;
  OnClosedDay on_closed_day = OnClosedDay::next;
  Overlap overlap = Overlap::skip;
  std::int64_t catch_up_seconds = 3600;
  NewJob job;
  static constexpr auto fields() {
    return std::array{
        field<&NewSchedule::name>("name", "What people call it", text(1, 200)),
        field<&NewSchedule::timezone>("timezone",
                                      "IANA name; may be left out where DTSTART has a TZID",
                                      format("time-zone"), example("America/New_York")),
        field<&NewSchedule::start>(
            "start", "The first occurrence of a series; where an RRULE begins that has no DTSTART"),
        field<&NewSchedule::series>("series", "Every n days, weeks or months"),
        field<&NewSchedule::rrule>(
            "rrule", "RFC 5545: an RRULE, with or without DTSTART, RDATE and EXDATE lines",
            text(0, 65'536), example("FREQ=MONTHLY;BYDAY=-1FR")),
        field<&NewSchedule::cron>("cron", "Five fields, or @daily and its like", text(0, 1024),
                                  example("30 9 * * MON-FRI")),
        field<&NewSchedule::on_closed_day>(
            "onClosedDay",
            "On a holiday, in a blackout or on a day of the week without business hours",
            defaulted()),
        field<&NewSchedule::overlap>("overlap", "While the job before still runs", defaulted()),
        field<&NewSchedule::catch_up_seconds>(
            "catchUpSeconds", "After a standstill, how far back occurrences are made up for",
            range(0, 31'536'000), defaulted()),
        field<&NewSchedule::job>(
            "job",
            "What each occurrence makes, as in POST /api/jobs; without schedule, at most 1,000 "
            "recipients")};
  }
};

struct ScheduleView {
  static constexpr std::string_view kSchemaName = "Schedule";
  std::string id;
  std::string name;
  ScheduleState status = ScheduleState::active;
  std::optional<std::string> note;
  std::string timezone;
  std::optional<Instant> start;
  std::optional<SeriesAsked> series;
  std::optional<std::string> rrule;
  std::optional<std::string> cron;
  OnClosedDay on_closed_day = OnClosedDay::next;
  Overlap overlap = Overlap::skip;
  std::int64_t catch_up_seconds = 0;
  std::int64_t recipients = 0;
  std::optional<Instant> next_at;
  std::optional<Instant> last_at;
  std::optional<std::string> last_job_id;
  bool buffered = false;
  std::int64_t started = 0;
  std::int64_t skipped_on_closed_days = 0;
  std::int64_t skipped_by_overlap = 0;
  std::int64_t missed = 0;
  Instant created_at{};
  static constexpr auto fields() {
    return std::array{
        field<&ScheduleView::id>("id", "schedule_…"),
        field<&ScheduleView::name>("name", "What people call it"),
        field<&ScheduleView::status>("status", "Where it stands"),
        field<&ScheduleView::note>("note", "Why it is paused"),
        field<&ScheduleView::timezone>("timezone", "The clock it goes by", format("time-zone")),
        field<&ScheduleView::start>("start", "Of a series or an RRULE"),
        field<&ScheduleView::series>("series", "Every n days, weeks or months"),
        field<&ScheduleView::rrule>("rrule", "As it was given"),
        field<&ScheduleView::cron>("cron", "As it was given"),
        field<&ScheduleView::on_closed_day>("onClosedDay", "What a closed day does"),
        field<&ScheduleView::overlap>("overlap", "What a job that still runs does"),
        field<&ScheduleView::catch_up_seconds>("catchUpSeconds",
                                               "How far back occurrences are made up for"),
        field<&ScheduleView::recipients>("recipients", "People each job calls"),
        field<&ScheduleView::next_at>("nextAt", "The next occurrence"),
        field<&ScheduleView::last_at>("lastAt", "The occurrence that made the last job"),
        field<&ScheduleView::last_job_id>("lastJobId", "The last job it made"),
        field<&ScheduleView::buffered>("buffered", "One occurrence waits for that job's end"),
        field<&ScheduleView::started>("started", "Jobs it has made"),
        field<&ScheduleView::skipped_on_closed_days>("skippedOnClosedDays",
                                                     "Occurrences that made none"),
        field<&ScheduleView::skipped_by_overlap>("skippedByOverlap", "Occurrences that made none"),
        field<&ScheduleView::missed>("missed",
                                     "Times when occurrences lay too far back to be made up for"),
        field<&ScheduleView::created_at>("createdAt", "When it was made")};
  }
};

struct SchedulePage {
  std::vector<ScheduleView> schedules;
  std::optional<std::string> next_cursor;
  static constexpr auto fields() {
    return std::array{field<&SchedulePage::schedules>("schedules", "Newest first"),
                      field<&SchedulePage::next_cursor>(
                          "nextCursor", "?cursor of the next page; absent on the last")};
  }
};

struct PauseNote {
  std::optional<std::string> note;
  static constexpr auto fields() {
    return std::array{field<&PauseNote::note>("note", "Why, for people", text(0, 1000))};
  }
};

struct ScheduledView {
  static constexpr std::string_view kSchemaName = "ScheduledOccurrence";
  Instant at{};
  std::string local;
  bool closed_day = false;
  std::optional<Instant> starts_at;
  std::optional<std::string> explanation;
  static constexpr auto fields() {
    return std::array{
        field<&ScheduledView::at>("at", "The occurrence"),
        field<&ScheduledView::local>("local", "What its clock reads then",
                                     format("local-date-time")),
        field<&ScheduledView::closed_day>("closedDay", "The calendar is closed on that day"),
        field<&ScheduledView::starts_at>(
            "startsAt",
            "The first instant from then on that the calendar allows; left out: skipped, or "
            "none within a year"),
        field<&ScheduledView::explanation>("explanation",
                                           "Why it is not simply where the rule puts it")};
  }
};

struct SchedulePreviewQuery {
  std::int64_t limit = 10;
  static constexpr auto fields() {
    return std::array{
        field<&SchedulePreviewQuery::limit>("limit", "How many", range(1, 100), defaulted())};
  }
};

struct SchedulePreview {
  std::vector<ScheduledView> occurrences;
  bool complete = false;
  static constexpr auto fields() {
    return std::array{
        field<&SchedulePreview::occurrences>("occurrences", "The next ones, in their order"),
        field<&SchedulePreview::complete>("complete", "Whether it ends with the last one listed")};
  }
};

Answer post_schedule(Request& request);
Answer get_schedules(Request& request);
Answer get_schedule(Request& request);
Answer delete_schedule(Request& request);
Answer post_schedule_pause(Request& request);
Answer post_schedule_resume(Request& request);
Answer post_schedule_trigger(Request& request);
Answer get_schedule_preview(Request& request);

}  // namespace callgate
