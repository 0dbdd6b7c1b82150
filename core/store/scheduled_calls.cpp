#include "core/store/scheduled_calls.hpp"

#include <algorithm>
#include <utility>

#include "core/store/pack.hpp"

namespace callgate {
namespace {

// Queries look at the first byte, which says whether it was dispatched.
constexpr std::int64_t kLayout = 1;

void pack(Packer& out, const ScheduleConfig::Hours& hours) {
  out.small(static_cast<std::int64_t>(hours.days_of_week.size()));
  for (const std::int64_t day : hours.days_of_week) {
    out.small(day);
  }
  out.text(hours.start_time);
  out.text(hours.end_time);
  out.text(hours.timezone);
}

ScheduleConfig::Hours unpack_hours(Unpacker& in) {
  ScheduleConfig::Hours hours;
  for (std::int64_t days = in.small(); days > 0; --days) {
    hours.days_of_week.push_back(in.small());
  }
  hours.start_time = in.text();
  hours.end_time = in.text();
  hours.timezone = in.text();
  return hours;
}

void pack(Packer& out, const ScheduledCall::Recurring& recurring) {
  const SeriesRule& rule = recurring.rule;
  out.instant(recurring.anchor);
  out.small(static_cast<std::int64_t>(rule.step));
  out.integer(rule.interval);
  out.integer(rule.occurrences_max.value_or(kPackedNone));
  out.integer(rule.end.last_day.value_or(kPackedNone));
  out.instant(rule.end.last_instant);
}

std::optional<std::int64_t> integer_or_none(Unpacker& in) {
  const std::int64_t value = in.integer();
  return value == kPackedNone ? std::nullopt : std::optional{value};
}

ScheduledCall::Recurring unpack_recurring(Unpacker& in) {
  ScheduledCall::Recurring recurring;
  recurring.anchor = in.instant();
  recurring.rule.step = static_cast<SeriesStep>(in.small());
  recurring.rule.interval = in.integer();
  recurring.rule.occurrences_max = integer_or_none(in);
  recurring.rule.end.last_day = integer_or_none(in);
  recurring.rule.end.last_instant = in.instant_or_none();
  return recurring;
}

}  // namespace

Blob pack_scheduled_call(const std::optional<ScheduledCall>& call) {
  Blob packed;
  if (!call) {
    return packed;
  }
  Packer out{packed};
  out.small(call->dispatched ? 1 : 0);
  out.small(kLayout);
  out.instant(call->asked);
  out.text(call->timezone);
  out.small((call->hours ? 1 : 0) | (call->end_included ? 2 : 0) | (call->hours_given ? 4 : 0) |
            (call->recurring ? 8 : 0) | (call->respects_hours ? 16 : 0));
  if (call->hours) {
    pack(out, *call->hours);
  }
  if (call->recurring) {
    pack(out, *call->recurring);
  }
  out.small(call->occurrence);
  out.small(call->parent);
  out.instant(call->parent_created_at);
  out.small(call->next);
  return packed;
}

std::optional<ScheduledCall> unpack_scheduled_call(Bytes packed) {
  if (packed.empty()) {
    return std::nullopt;
  }
  Unpacker in{packed};
  ScheduledCall call;
  call.dispatched = in.small() != 0;
  CALLGATE_CHECK(in.small() == kLayout);
  call.asked = in.instant();
  call.timezone = in.text();
  const std::int64_t flags = in.small();
  call.end_included = (flags & 2) != 0;
  call.hours_given = (flags & 4) != 0;
  call.respects_hours = (flags & 16) != 0;
  if ((flags & 1) != 0) {
    call.hours = unpack_hours(in);
  }
  if ((flags & 8) != 0) {
    call.recurring = unpack_recurring(in);
  }
  call.occurrence = in.small();
  call.parent = in.small();
  call.parent_created_at = in.instant();
  call.next = in.small();
  return call;
}

namespace scheduled_calls {

std::vector<Found> of_owner(Sql& sql, const Wanted& wanted, std::int64_t limit) {
  const Rows rows = sql.exec(
      "SELECT jobs.seq, jobs.first_seq, jobs.start_at_ms, jobs.state <> 2, calls.state, "
      "substr(jobs.scheduled_call, 1, 1) = x'01' FROM jobs JOIN calls ON calls.seq = "
      "jobs.first_seq AND calls.job = jobs.seq WHERE jobs.owner = ?1 AND jobs.owner <> '' AND "
      "jobs.start_at_ms >= ?2 AND "
      "jobs.start_at_ms <= ?3 AND jobs.state < 6 AND (?4 = '' OR jobs.assistant_id = ?4) "
      "ORDER BY jobs.seq DESC LIMIT ?5",
      {wanted.owner, to_ms(wanted.from), to_ms(wanted.to), wanted.assistant_id, limit});
  std::vector<Found> found;
  found.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    found.push_back({rows.integer(i, 0), rows.integer(i, 1), from_ms(rows.integer(i, 2)),
                     rows.integer(i, 3) != 0, static_cast<CallState>(rows.integer(i, 4)),
                     rows.integer(i, 5) != 0});
  }
  std::sort(found.begin(), found.end(), [](const Found& left, const Found& right) {
    return std::pair{left.at, left.job} < std::pair{right.at, right.job};
  });
  return found;
}

std::vector<Count> counts(Sql& sql, Instant now) {
  const Rows rows = sql.exec(
      "SELECT jobs.state <> 2, calls.state, substr(jobs.scheduled_call, 1, 1) = x'01', "
      "jobs.start_at_ms > ?1, "
      "count(*) FROM jobs JOIN calls ON calls.seq = jobs.first_seq AND calls.job = "
      "jobs.seq WHERE jobs.owner <> '' AND jobs.state < 6 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
      {to_ms(now)});
  std::vector<Count> all;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    all.push_back({rows.integer(i, 0) != 0, static_cast<CallState>(rows.integer(i, 1)),
                   rows.integer(i, 2) != 0, rows.integer(i, 3) != 0, rows.integer(i, 4)});
  }
  return all;
}

OpenCalls open_calls(Sql& sql, Instant now) {
  const Rows rows = sql.exec(
      "SELECT coalesce(sum(CASE WHEN state IN (3, 5) THEN open ELSE 0 END), 0), "
      "coalesce(sum(CASE WHEN state = 2 AND start_at_ms > ?1 THEN open ELSE 0 END), 0), "
      "coalesce(sum(CASE WHEN state IN (1, 4) OR (state = 2 AND coalesce(start_at_ms, 0) <= ?1) "
      "THEN open ELSE 0 END), 0) FROM (SELECT state, start_at_ms, "
      "total - completed - failed - canceled AS open FROM jobs WHERE state < 6)",
      {to_ms(now)});
  return {rows.integer(0, 0), rows.integer(0, 1), rows.integer(0, 2)};
}

std::int64_t count_delayed(Sql& sql, Instant now, std::int64_t limit) {
  return sql
      .exec(
          // From the few jobs to their calls, which the planner would not know to be many.
          "SELECT count(*) FROM (SELECT calls.seq FROM jobs CROSS JOIN lanes ON lanes.job = "
          "jobs.seq CROSS JOIN calls ON calls.lane = lanes.seq WHERE jobs.state IN (3, 5) AND "
          "jobs.finished_at_ms IS NULL AND lanes.waiting > 0 AND calls.waiting = 1 AND "
          "calls.not_before_ms > ?1 LIMIT ?2)",
          {to_ms(now), limit})
      .integer(0, 0);
}

std::string last_phone_number_id(Sql& sql) {
  const Rows rows = sql.exec(
      "SELECT phone_number_id FROM jobs WHERE state < 7 AND phone_number_id <> '' "
      "ORDER BY seq DESC LIMIT 1");
  return rows.empty() ? std::string{} : rows.text(0, 0);
}

}  // namespace scheduled_calls
}  // namespace callgate
