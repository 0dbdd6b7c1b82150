// What came of calls: GET /api/jobs/{id}/metrics (document A's JobMetrics) and /api/analytics, over
// a range of days of a zone's clock. A call that is called again counts once for each of its
// rounds, but in the metrics of a job as it stands now. Rates are of a thousand, times in
// milliseconds, money in millionths of a dollar, all rounded down.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/jobs.hpp"
#include "core/api/router.hpp"
#include "core/api/schema.hpp"
#include "core/schedule/buckets.hpp"

namespace callgate {

inline constexpr std::int64_t kAnalysedDaysMax = 366;
inline constexpr std::int64_t kHourlyDaysMax = 31;

constexpr auto words(BucketSize /*tag*/) {
  return std::array{word("hour", BucketSize::hour), word("day", BucketSize::day),
                    word("week", BucketSize::week, "From Monday")};
}

enum class ReportFormat : std::uint8_t { csv, json };
constexpr auto words(ReportFormat /*tag*/) {
  return std::array{word("csv", ReportFormat::csv), word("json", ReportFormat::json)};
}

// Attempts by how they ended, or calls that failed by how their last one did.
struct OutcomeCounts {
  std::optional<std::int64_t> answered;
  std::optional<std::int64_t> voicemail;
  std::optional<std::int64_t> ivr;
  std::optional<std::int64_t> no_answer;
  std::optional<std::int64_t> busy;
  std::optional<std::int64_t> declined;
  std::optional<std::int64_t> screened_or_spam;
  std::optional<std::int64_t> invalid_number;
  std::optional<std::int64_t> carrier_failed;
  std::optional<std::int64_t> capacity;
  std::optional<std::int64_t> provider_error;
  std::optional<std::int64_t> billing;
  std::optional<std::int64_t> config;
  std::optional<std::int64_t> canceled;
  std::optional<std::int64_t> not_placed;
  std::optional<std::int64_t> do_not_call;
  std::optional<std::int64_t> expired;
  static constexpr auto fields() {
    return std::array{
        field<&OutcomeCounts::answered>("answered", "A person did"),
        field<&OutcomeCounts::voicemail>("voicemail", "A machine did"),
        field<&OutcomeCounts::ivr>("ivr", "A menu did"),
        field<&OutcomeCounts::no_answer>("no_answer", "It rang"),
        field<&OutcomeCounts::busy>("busy", "Engaged"),
        field<&OutcomeCounts::declined>("declined", "Refused by hand"),
        field<&OutcomeCounts::screened_or_spam>("screened_or_spam", "Held for spam"),
        field<&OutcomeCounts::invalid_number>("invalid_number", "Nobody has the number"),
        field<&OutcomeCounts::carrier_failed>("carrier_failed", "The network"),
        field<&OutcomeCounts::capacity>("capacity", "A limit of the provider; uses no attempt"),
        field<&OutcomeCounts::provider_error>("provider_error", "The provider"),
        field<&OutcomeCounts::billing>("billing", "The account"),
        field<&OutcomeCounts::config>("config", "Its settings"),
        field<&OutcomeCounts::canceled>("canceled", "Hung up by us"),
        field<&OutcomeCounts::not_placed>("not_placed", "Nothing was sent; uses no attempt"),
        field<&OutcomeCounts::do_not_call>("do_not_call", "Of calls: the number is on the list"),
        field<&OutcomeCounts::expired>("expired", "Of calls: their window passed")};
  }
};

struct HourCount {
  std::int64_t hour = 0;
  std::int64_t count = 0;
  std::optional<std::int64_t> answered;
  static constexpr auto fields() {
    return std::array{field<&HourCount::hour>("hour", "Of the day, 0 to 23, in the time zone"),
                      field<&HourCount::count>("count", "Attempts that ended in it"),
                      field<&HourCount::answered>("answered", "Of those, by a person")};
  }
};

struct JobMetricsQuery {
  std::optional<std::string> timezone;
  static constexpr auto fields() {
    return std::array{field<&JobMetricsQuery::timezone>(
        "timezone", "Whose hours are told; left out: that of the business hours, else UTC",
        text(1, 64), format("time-zone"))};
  }
};

struct JobMetrics {
  std::optional<std::int64_t> success_rate;
  std::optional<std::int64_t> completion_rate;
  std::optional<std::int64_t> avg_call_duration;
  std::vector<HourCount> peak_hours;
  std::optional<std::int64_t> cost_per_call;
  OutcomeCounts failure_reasons;
  OutcomeCounts outcomes;
  std::int64_t total_cost = 0;
  std::optional<std::int64_t> completion_time;
  std::string timezone;
  static constexpr auto fields() {
    return std::array{
        field<&JobMetrics::success_rate>(
            "successRate",
            "Of a thousand calls that were attempted to their end, completed or failed: so many "
            "completed; absent: there is none"),
        field<&JobMetrics::completion_rate>(
            "completionRate", "Of a thousand people of the job: so many were reached"),
        field<&JobMetrics::avg_call_duration>(
            "avgCallDuration", "Milliseconds on the line, of attempts with any; absent: none"),
        field<&JobMetrics::peak_hours>("peakHours", "The busiest first; those with none are absent",
                                       callgate::items(0, 24)),
        field<&JobMetrics::cost_per_call>(
            "costPerCall",
            "Millionths of a dollar: totalCost by the calls of successRate; absent: none"),
        field<&JobMetrics::failure_reasons>(
            "failureReasons", "Of the calls that have failed: how their last attempt ended"),
        field<&JobMetrics::outcomes>("outcomes", "How its attempts ended"),
        field<&JobMetrics::total_cost>("totalCost", "Millionths of a dollar"),
        field<&JobMetrics::completion_time>(
            "completionTime", "Milliseconds from its start to its end; absent: it has not ended"),
        field<&JobMetrics::timezone>("timezone", "Whose hours are told", format("time-zone"))};
  }
};

struct AnalyticsQuery {
  std::optional<std::string> from;
  std::optional<std::string> before;
  std::optional<std::vector<JobStatus>> status;
  std::optional<std::string> assistant_id;
  std::optional<std::string> job_id;
  std::optional<std::string> timezone;
  static constexpr auto fields() {
    return std::array{
        field<&AnalyticsQuery::from>(
            "from", "The first day; left out: thirty days before the other; at most 366 days",
            text(10, 10), format("date")),
        field<&AnalyticsQuery::before>("before", "The day after the last; left out: tomorrow",
                                       text(10, 10), format("date")),
        field<&AnalyticsQuery::status>("status", "Only of jobs that stand so now",
                                       callgate::items(1, 6)),
        field<&AnalyticsQuery::assistant_id>("assistantId", "Only by this assistant", text(1, 200)),
        field<&AnalyticsQuery::job_id>("jobId", "Only of this job", text(1, 64)),
        field<&AnalyticsQuery::timezone>(
            "timezone", "Whose days and hours; left out: that of the business hours, else UTC",
            text(1, 64), format("time-zone"))};
  }
};

struct VolumeQuery {
  std::optional<std::string> from;
  std::optional<std::string> before;
  std::optional<std::vector<JobStatus>> status;
  std::optional<std::string> assistant_id;
  std::optional<std::string> job_id;
  std::optional<std::string> timezone;
  BucketSize bucket = BucketSize::day;
  static constexpr auto fields() {
    return std::array{
        field<&VolumeQuery::from>("from",
                                  "The first day; left out: thirty days before the other; at most "
                                  "366 days, of hours 31",
                                  text(10, 10), format("date")),
        field<&VolumeQuery::before>("before", "The day after the last; left out: tomorrow",
                                    text(10, 10), format("date")),
        field<&VolumeQuery::status>("status", "Only of jobs that stand so now",
                                    callgate::items(1, 6)),
        field<&VolumeQuery::assistant_id>("assistantId", "Only by this assistant", text(1, 200)),
        field<&VolumeQuery::job_id>("jobId", "Only of this job", text(1, 64)),
        field<&VolumeQuery::timezone>(
            "timezone", "Whose days and hours; left out: that of the business hours, else UTC",
            text(1, 64), format("time-zone")),
        field<&VolumeQuery::bucket>("bucket", "How long each stretch is", defaulted())};
  }
};

struct ReportQuery {
  std::optional<std::string> from;
  std::optional<std::string> before;
  std::optional<std::vector<JobStatus>> status;
  std::optional<std::string> assistant_id;
  std::optional<std::string> job_id;
  std::optional<std::string> timezone;
  BucketSize bucket = BucketSize::day;
  ReportFormat format = ReportFormat::csv;
  static constexpr auto fields() {
    return std::array{
        field<&ReportQuery::from>("from", "As of /api/analytics/volume", text(10, 10),
                                  callgate::format("date")),
        field<&ReportQuery::before>("before", "As of /api/analytics/volume", text(10, 10),
                                    callgate::format("date")),
        field<&ReportQuery::status>("status", "Only of jobs that stand so now",
                                    callgate::items(1, 6)),
        field<&ReportQuery::assistant_id>("assistantId", "Only by this assistant", text(1, 200)),
        field<&ReportQuery::job_id>("jobId", "Only of this job", text(1, 64)),
        field<&ReportQuery::timezone>("timezone", "As of /api/analytics/volume", text(1, 64),
                                      callgate::format("time-zone")),
        field<&ReportQuery::bucket>("bucket", "How long each stretch is", defaulted()),
        field<&ReportQuery::format>("format", "A row for each stretch, or JSON", defaulted())};
  }
};

struct SummaryView {
  static constexpr std::string_view kSchemaName = "AnalyticsSummary";
  Instant from{};
  Instant before{};
  std::string timezone;
  std::int64_t attempts = 0;
  std::int64_t completed_calls = 0;
  std::int64_t failed_calls = 0;
  std::int64_t canceled_calls = 0;
  std::int64_t expired_calls = 0;
  std::int64_t blocked_calls = 0;
  std::int64_t reopened_calls = 0;
  std::int64_t talk_ms = 0;
  std::int64_t total_cost = 0;
  std::optional<std::int64_t> success_rate;
  std::optional<std::int64_t> avg_call_duration;
  std::optional<std::int64_t> cost_per_call;
  OutcomeCounts outcomes;
  static constexpr auto fields() {
    return std::array{
        field<&SummaryView::from>("from", "The first instant of the range"),
        field<&SummaryView::before>("before", "The first behind it"),
        field<&SummaryView::timezone>("timezone", "Whose days they are", format("time-zone")),
        field<&SummaryView::attempts>("attempts", "Dials that ended in the range"),
        field<&SummaryView::completed_calls>("completedCalls", "Calls that ended: reached"),
        field<&SummaryView::failed_calls>("failedCalls", "Not reached in all their attempts"),
        field<&SummaryView::canceled_calls>("canceledCalls", "Taken back"),
        field<&SummaryView::expired_calls>("expiredCalls", "Their window passed"),
        field<&SummaryView::blocked_calls>("blockedCalls", "Refused by a rule"),
        field<&SummaryView::reopened_calls>("reopenedCalls",
                                            "Calls that had ended and were called again"),
        field<&SummaryView::talk_ms>("talkMs", "Milliseconds on the line"),
        field<&SummaryView::total_cost>("totalCost", "Millionths of a dollar"),
        field<&SummaryView::success_rate>(
            "successRate", "Of a thousand calls that completed or failed: so many completed"),
        field<&SummaryView::avg_call_duration>("avgCallDuration",
                                               "Milliseconds on the line, of attempts with any"),
        field<&SummaryView::cost_per_call>(
            "costPerCall", "Millionths of a dollar, by the calls that completed or failed"),
        field<&SummaryView::outcomes>("outcomes", "How the attempts ended")};
  }
};

struct VolumeBucket {
  Instant begin{};
  Instant end{};
  std::int64_t attempts = 0;
  std::int64_t answered = 0;
  std::int64_t completed_calls = 0;
  std::int64_t failed_calls = 0;
  std::int64_t canceled_calls = 0;
  std::int64_t expired_calls = 0;
  std::int64_t blocked_calls = 0;
  std::int64_t reopened_calls = 0;
  std::int64_t talk_ms = 0;
  std::int64_t cost_micros = 0;
  static constexpr auto fields() {
    return std::array{
        field<&VolumeBucket::begin>("begin", "Its first instant"),
        field<&VolumeBucket::end>("end", "The first behind it"),
        field<&VolumeBucket::attempts>("attempts", "Dials that ended in it"),
        field<&VolumeBucket::answered>("answered", "Of those, by a person"),
        field<&VolumeBucket::completed_calls>("completedCalls", "Calls that ended: reached"),
        field<&VolumeBucket::failed_calls>("failedCalls", "Not reached in all their attempts"),
        field<&VolumeBucket::canceled_calls>("canceledCalls", "Taken back"),
        field<&VolumeBucket::expired_calls>("expiredCalls", "Their window passed"),
        field<&VolumeBucket::blocked_calls>("blockedCalls", "Refused by a rule"),
        field<&VolumeBucket::reopened_calls>("reopenedCalls", "Called again"),
        field<&VolumeBucket::talk_ms>("talkMs", "Milliseconds on the line"),
        field<&VolumeBucket::cost_micros>("costMicros", "Millionths of a dollar")};
  }
};

struct VolumeView {
  static constexpr std::string_view kSchemaName = "AnalyticsVolume";
  std::string timezone;
  BucketSize bucket = BucketSize::day;
  std::vector<VolumeBucket> buckets;
  static constexpr auto fields() {
    return std::array{
        field<&VolumeView::timezone>("timezone", "Whose clock it is", format("time-zone")),
        field<&VolumeView::bucket>("bucket", "How long each is"),
        field<&VolumeView::buckets>("buckets", "The whole range, those where nothing was too",
                                    callgate::items(0, 1000))};
  }
};

struct PeakHoursView {
  static constexpr std::string_view kSchemaName = "AnalyticsPeakHours";
  std::string timezone;
  std::vector<HourCount> peak_hours;
  static constexpr auto fields() {
    return std::array{
        field<&PeakHoursView::timezone>("timezone", "Whose clock it is", format("time-zone")),
        field<&PeakHoursView::peak_hours>(
            "peakHours", "The busiest first; those with none are absent", callgate::items(0, 24))};
  }
};

struct FailuresView {
  static constexpr std::string_view kSchemaName = "AnalyticsFailures";
  std::int64_t failed_calls = 0;
  OutcomeCounts failure_reasons;
  OutcomeCounts outcomes;
  static constexpr auto fields() {
    return std::array{
        field<&FailuresView::failed_calls>("failedCalls",
                                           "Calls that failed, were blocked or expired"),
        field<&FailuresView::failure_reasons>("failureReasons",
                                              "Of those: how their last attempt ended, or which "
                                              "rule refused them"),
        field<&FailuresView::outcomes>("outcomes", "How all attempts ended")};
  }
};

struct CostBucket {
  Instant begin{};
  std::int64_t cost_micros = 0;
  static constexpr auto fields() {
    return std::array{field<&CostBucket::begin>("begin", "Its first instant"),
                      field<&CostBucket::cost_micros>("costMicros", "Millionths of a dollar")};
  }
};

struct CostView {
  static constexpr std::string_view kSchemaName = "AnalyticsCost";
  std::string timezone;
  std::int64_t total_cost = 0;
  std::optional<std::int64_t> cost_per_call;
  std::optional<std::int64_t> cost_per_completed_call;
  BucketSize bucket = BucketSize::day;
  std::vector<CostBucket> buckets;
  static constexpr auto fields() {
    return std::array{
        field<&CostView::timezone>("timezone", "Whose clock it is", format("time-zone")),
        field<&CostView::total_cost>("totalCost", "Millionths of a dollar"),
        field<&CostView::cost_per_call>(
            "costPerCall", "Millionths of a dollar, by the calls that completed or failed"),
        field<&CostView::cost_per_completed_call>("costPerCompletedCall",
                                                  "The same by those that completed"),
        field<&CostView::bucket>("bucket", "How long each is"),
        field<&CostView::buckets>("buckets", "The whole range, those where nothing was too",
                                  callgate::items(0, 1000))};
  }
};

Answer get_job_metrics(Request& request);
Answer get_analytics_summary(Request& request);
Answer get_analytics_volume(Request& request);
Answer get_analytics_peak_hours(Request& request);
Answer get_analytics_failures(Request& request);
Answer get_analytics_cost(Request& request);
Answer get_analytics_export(Request& request);

}  // namespace callgate
