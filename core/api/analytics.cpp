#include "core/api/analytics.hpp"

#include <algorithm>

#include "core/api/csv.hpp"
#include "core/engine/report.hpp"
#include "core/schedule/recurrence/civil.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kThousand = 1000;
constexpr std::int64_t kUsualRangeDays = 30;

std::optional<std::int64_t> ratio(std::int64_t part, std::int64_t whole) {
  return whole > 0 ? std::optional{part / whole} : std::nullopt;
}

// Calls that were attempted to their end.
std::int64_t attempted(const EndCounts& ended) {
  return ended.completed + ended.all_failed();
}

// By Outcome.
constexpr std::optional<std::int64_t> OutcomeCounts::* kOutcomeMembers[] = {
    nullptr,
    &OutcomeCounts::answered,
    &OutcomeCounts::voicemail,
    &OutcomeCounts::ivr,
    &OutcomeCounts::no_answer,
    &OutcomeCounts::busy,
    &OutcomeCounts::declined,
    &OutcomeCounts::screened_or_spam,
    &OutcomeCounts::invalid_number,
    &OutcomeCounts::carrier_failed,
    &OutcomeCounts::capacity,
    &OutcomeCounts::provider_error,
    &OutcomeCounts::billing,
    &OutcomeCounts::config,
    &OutcomeCounts::canceled,
    &OutcomeCounts::not_placed};
static_assert(std::size(kOutcomeMembers) == kOutcomes);

void set_count(std::optional<std::int64_t>& member, std::int64_t count) {
  if (count > 0) {
    member = count;
  }
}

OutcomeCounts outcome_counts(const std::array<std::int64_t, kOutcomes>& counts) {
  OutcomeCounts view;
  for (std::size_t i = 1; i < kOutcomes; ++i) {
    set_count(view.*kOutcomeMembers[i], counts.at(i));
  }
  return view;
}

OutcomeCounts failure_reasons(const EndCounts& ended) {
  OutcomeCounts view = outcome_counts(ended.failed);
  set_count(view.do_not_call, ended.blocked);
  set_count(view.expired, ended.expired);
  return view;
}

std::vector<HourCount> peak_hours(const HoursOfClock& hours) {
  std::vector<HourCount> view;
  for (std::size_t hour = 0; hour < hours.size(); ++hour) {
    const Tally& tally = hours.at(hour);
    if (tally.all_attempts() > 0) {
      view.push_back({static_cast<std::int64_t>(hour), tally.all_attempts(),
                      tally.attempts.at(static_cast<std::size_t>(Outcome::answered))});
    }
  }
  std::stable_sort(view.begin(), view.end(), [](const HourCount& left, const HourCount& right) {
    return left.count > right.count;
  });
  return view;
}

// A zone by name, or that of the business hours; an issue where there is none of that name.
struct NamedZone {
  std::string name;
  const Zone* zone = nullptr;
};

NamedZone zone_of(const Request& request, const std::optional<std::string>& name,
                  std::vector<Issue>& issues) {
  const auto& hours = request.service().store.workspace.settings().calendar.business_hours;
  NamedZone named{name.value_or(hours.timezone), nullptr};
  if (named.name.empty() || (!name && request.zones().find(named.name) == nullptr)) {
    named.name = "UTC";
  }
  named.zone = request.zones().find(named.name);
  if (named.zone == nullptr) {
    add_issue(issues, "?timezone", "unknown_timezone",
              "Not a time zone of the IANA database, such as America/New_York.");
  }
  return named;
}

// What a request asks for, understood.
struct Asked {
  tallies::Query query;
  NamedZone zone;
  Instant from{};
  Instant before{};
};

std::optional<std::int64_t> day_asked(const std::optional<std::string>& text, const char* place,
                                      std::vector<Issue>& issues) {
  const auto day = text ? parse_local_date(*text) : std::nullopt;
  const bool known = day && *day >= 0 && *day < kLastCivilDay;
  if (text && !known) {
    add_issue(issues, place, "date_invalid", "A date such as 2026-11-22.");
  }
  return known ? day : std::nullopt;
}

void refuse_query_if_any(std::vector<Issue> issues) {
  if (!issues.empty()) {
    throw ApiError{400, "query_invalid", "The query cannot be taken.", std::move(issues)};
  }
}

Asked range_of(Request& request, const AnalyticsQuery& asked, std::int64_t days_max) {
  Service& service = request.service();
  std::vector<Issue> issues;
  Asked range;
  range.zone = zone_of(request, asked.timezone, issues);
  const auto from = day_asked(asked.from, "?from", issues);
  const auto before = day_asked(asked.before, "?before", issues);
  refuse_query_if_any(issues);
  const std::int64_t tomorrow = day_of_local(to_local(*range.zone.zone, service.now())) + 1;
  const std::int64_t last = before.value_or(std::max(tomorrow, from.value_or(0) + 1));
  const std::int64_t first = from.value_or(std::max<std::int64_t>(last - kUsualRangeDays, 0));
  if (first >= last) {
    add_issue(issues, "?before", "contradiction", "It is not after from.");
  } else if (last - first > days_max) {
    add_issue(issues, "?from", "too_far",
              "A range has at most " + std::to_string(days_max) + " days.");
  }
  refuse_query_if_any(issues);
  range.from = begin_of_day(*range.zone.zone, first);
  range.before = begin_of_day(*range.zone.zone, last);
  range.query.from = quarter_of(range.from);
  range.query.before = quarter_of(range.before);
  range.query.assistant = asked.assistant_id;
  if (asked.job_id) {
    range.query.job = job_of(service, *asked.job_id).seq;
  }
  if (asked.status) {
    range.query.stages = stages_of(*asked.status);
  }
  return range;
}

Asked range_of(Request& request, const AnalyticsQuery& asked) {
  return range_of(request, asked, kAnalysedDaysMax);
}

template <class Query>
Asked bucketed_range_of(Request& request, const Query& asked) {
  return range_of(
      request,
      {asked.from, asked.before, asked.status, asked.assistant_id, asked.job_id, asked.timezone},
      asked.bucket == BucketSize::hour ? kHourlyDaysMax : kAnalysedDaysMax);
}

std::int64_t all_ends(const EndCounts& ends) {
  return ends.completed + ends.canceled + ends.expired + ends.blocked + ends.all_failed();
}

VolumeView volume_of(Request& request, const Asked& range, BucketSize size) {
  VolumeView view;
  view.timezone = range.zone.name;
  view.bucket = size;
  for (const auto& [bucket, tally] :
       sums_by_bucket(request.service(), range.query, *range.zone.zone, size)) {
    VolumeBucket& one = view.buckets.emplace_back();
    one.begin = bucket.begin;
    one.end = bucket.end;
    one.attempts = tally.all_attempts();
    one.answered = tally.attempts.at(static_cast<std::size_t>(Outcome::answered));
    one.completed_calls = tally.ended.completed;
    one.failed_calls = tally.ended.all_failed();
    one.canceled_calls = tally.ended.canceled;
    one.expired_calls = tally.ended.expired;
    one.blocked_calls = tally.ended.blocked;
    one.reopened_calls = all_ends(tally.reopened);
    one.talk_ms = tally.talk_ms;
    one.cost_micros = tally.cost_micros;
  }
  return view;
}

std::string csv_of(const VolumeView& view) {
  std::string out;
  append_csv_row(out, {"begin", "end", "attempts", "answered", "completedCalls", "failedCalls",
                       "canceledCalls", "expiredCalls", "blockedCalls", "reopenedCalls", "talkMs",
                       "costMicros"});
  for (const VolumeBucket& one : view.buckets) {
    const auto text = [](std::int64_t count) { return std::to_string(count); };
    append_csv_row(out, {format_rfc3339(one.begin), format_rfc3339(one.end), text(one.attempts),
                         text(one.answered), text(one.completed_calls), text(one.failed_calls),
                         text(one.canceled_calls), text(one.expired_calls), text(one.blocked_calls),
                         text(one.reopened_calls), text(one.talk_ms), text(one.cost_micros)});
  }
  return out;
}

// How the calls stand that had come to an end: those that were called again are taken away.
EndCounts as_they_stand(const Tally& tally) {
  EndCounts now = tally.ended;
  now.expired -= tally.reopened.expired;
  now.blocked -= tally.reopened.blocked;
  for (std::size_t i = 0; i < kOutcomes; ++i) {
    now.failed.at(i) -= tally.reopened.failed.at(i);
  }
  return now;
}

}  // namespace

Answer get_job_metrics(Request& request) {
  const auto asked = request.query<JobMetricsQuery>();
  Service& service = request.service();
  const Job& job = job_of(service, request.path("id"));
  std::vector<Issue> issues;
  const NamedZone zone = zone_of(request, asked.timezone, issues);
  refuse_query_if_any(issues);
  tallies::Query query;
  query.job = job.seq;
  query.from = quarter_of(job.created_at);
  query.before = std::max(query.from, quarter_of(service.now())) + kQuartersOfDay;
  const HoursOfClock hours = sums_by_hour_of_day(service, query, *zone.zone);
  Tally all;
  for (const Tally& tally : hours) {
    all.add(tally);
  }
  const EndCounts now = as_they_stand(all);
  const std::int64_t tried = job.completed + job.failed - job.blocked - now.expired;
  JobMetrics view;
  view.success_rate = ratio(job.completed * kThousand, tried);
  view.completion_rate = ratio(job.completed * kThousand, job.total);
  view.avg_call_duration = ratio(all.talk_ms, all.talks);
  view.peak_hours = peak_hours(hours);
  view.cost_per_call = ratio(job.cost_micros, tried);
  view.failure_reasons = failure_reasons(now);
  view.outcomes = outcome_counts(all.attempts);
  view.total_cost = job.cost_micros;
  if (job.started_at && job.finished_at) {
    view.completion_time = std::max<std::int64_t>((*job.finished_at - *job.started_at).count(), 0);
  }
  view.timezone = zone.name;
  return json_response(200, view);
}

Answer get_analytics_summary(Request& request) {
  const Asked range = range_of(request, request.query<AnalyticsQuery>());
  const Tally all = sum_of(request.service(), range.query);
  SummaryView view;
  view.from = range.from;
  view.before = range.before;
  view.timezone = range.zone.name;
  view.attempts = all.all_attempts();
  view.completed_calls = all.ended.completed;
  view.failed_calls = all.ended.all_failed();
  view.canceled_calls = all.ended.canceled;
  view.expired_calls = all.ended.expired;
  view.blocked_calls = all.ended.blocked;
  view.reopened_calls = all_ends(all.reopened);
  view.talk_ms = all.talk_ms;
  view.total_cost = all.cost_micros;
  view.success_rate = ratio(all.ended.completed * kThousand, attempted(all.ended));
  view.avg_call_duration = ratio(all.talk_ms, all.talks);
  view.cost_per_call = ratio(all.cost_micros, attempted(all.ended));
  view.outcomes = outcome_counts(all.attempts);
  return json_response(200, view);
}

Answer get_analytics_volume(Request& request) {
  const auto asked = request.query<VolumeQuery>();
  const Asked range = bucketed_range_of(request, asked);
  return json_response(200, volume_of(request, range, asked.bucket));
}

Answer get_analytics_peak_hours(Request& request) {
  const Asked range = range_of(request, request.query<AnalyticsQuery>());
  PeakHoursView view;
  view.timezone = range.zone.name;
  view.peak_hours =
      peak_hours(sums_by_hour_of_day(request.service(), range.query, *range.zone.zone));
  return json_response(200, view);
}

Answer get_analytics_failures(Request& request) {
  const Asked range = range_of(request, request.query<AnalyticsQuery>());
  const Tally all = sum_of(request.service(), range.query);
  FailuresView view;
  view.failed_calls = all.ended.all_failed() + all.ended.blocked + all.ended.expired;
  view.failure_reasons = failure_reasons(all.ended);
  view.outcomes = outcome_counts(all.attempts);
  return json_response(200, view);
}

Answer get_analytics_cost(Request& request) {
  const auto asked = request.query<VolumeQuery>();
  const Asked range = bucketed_range_of(request, asked);
  CostView view;
  view.timezone = range.zone.name;
  view.bucket = asked.bucket;
  Tally all;
  for (const auto& [bucket, tally] :
       sums_by_bucket(request.service(), range.query, *range.zone.zone, asked.bucket)) {
    view.buckets.push_back({bucket.begin, tally.cost_micros});
    all.add(tally);
  }
  view.total_cost = all.cost_micros;
  view.cost_per_call = ratio(all.cost_micros, attempted(all.ended));
  view.cost_per_completed_call = ratio(all.cost_micros, all.ended.completed);
  return json_response(200, view);
}

Answer get_analytics_export(Request& request) {
  const auto asked = request.query<ReportQuery>();
  const Asked range = bucketed_range_of(request, asked);
  const VolumeView view = volume_of(request, range, asked.bucket);
  if (asked.format == ReportFormat::json) {
    return json_response(200, view);
  }
  return Response{200,
                  {{"content-type", "text/csv; charset=utf-8"},
                   {"content-disposition", "attachment; filename=\"calls-by-time.csv\""}},
                  csv_of(view)};
}

}  // namespace callgate
