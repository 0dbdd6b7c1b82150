#include "core/store/schedules.hpp"

#include "core/store/experiments.hpp"
#include "core/store/job_notes.hpp"
#include "core/store/limits.hpp"
#include "core/store/pack.hpp"
#include "core/store/retry_rules.hpp"

namespace callgate::schedules {
namespace {

// 1: without limits, best hours, experiments, retries; 2: without weight and level; 4:
// without notifications; 5: without a client.
constexpr std::int64_t kScheduleVersion = 6;

#define CALLGATE_SCHEDULE_COLUMNS                                                          \
  "seq, created_at_ms, state, note, next_at_ms, last_at_ms, buffered, last_job, started, " \
  "closed, overlapped, missed, settings"

std::int64_t or_none(const std::optional<std::int64_t>& value) {
  return value.value_or(kPackedNone);
}
std::optional<std::int64_t> integer_or_none(Unpacker& in) {
  const std::int64_t value = in.integer();
  return value == kPackedNone ? std::nullopt : std::optional{value};
}

void pack(Packer& out, const RecurrenceSpec& spec) {
  out.integer(static_cast<std::int64_t>(spec.kind));
  out.text(spec.zone);
  out.instant(spec.start);
  out.integer(static_cast<std::int64_t>(spec.series.step));
  out.integer(spec.series.interval);
  out.integer(or_none(spec.series.occurrences_max));
  out.integer(or_none(spec.series.end.last_day));
  out.instant(spec.series.end.last_instant);
  out.text(spec.text);
}

RecurrenceSpec unpack_spec(Unpacker& in) {
  RecurrenceSpec spec;
  spec.kind = static_cast<RecurrenceSpec::Kind>(in.integer());
  spec.zone = in.text();
  spec.start = in.instant();
  spec.series.step = static_cast<SeriesStep>(in.integer());
  spec.series.interval = in.integer();
  spec.series.occurrences_max = integer_or_none(in);
  spec.series.end.last_day = integer_or_none(in);
  spec.series.end.last_instant = in.instant_or_none();
  spec.text = in.text();
  return spec;
}

void pack(Packer& out, const Job& job) {
  for (const std::string* text : {&job.name, &job.notes, &job.assistant_id, &job.phone_number_id}) {
    out.text(*text);
  }
  out.integer(job.rank);
  out.integer(job.priority);
  out.integer(static_cast<std::int64_t>(job.purpose));
  out.integer(job.max_attempts);
  out.integer(job.retry_delay ? job.retry_delay->count() : kPackedNone);
  out.integer(or_none(job.concurrency));
  out.text(std::string{text_of(pack_job_limits(job.limits))});
  out.integer(job.best_time ? job.best_time->hours_per_day : 0);
  out.integer(job.best_time ? job.best_time->patience.count() : 0);
  out.text(std::string{text_of(callgate::pack(job.experiment))});
  callgate::pack(out, job.retry);
  out.integer(job.weight);
  out.integer(job.level ? static_cast<std::int64_t>(*job.level) : kPackedNone);
  out.small(static_cast<std::int64_t>(job.providers.size()));
  for (const std::string& name : job.providers) {
    out.text(name);
  }
  out.text(std::string{text_of(pack_notifications(job.notifications))});
  out.small(job.client);
}

Job unpack_job(Unpacker& in, std::int64_t version) {
  Job job;
  for (std::string* text : {&job.name, &job.notes, &job.assistant_id, &job.phone_number_id}) {
    *text = in.text();
  }
  job.rank = in.integer();
  job.priority = in.integer();
  job.purpose = static_cast<Purpose>(in.integer());
  job.max_attempts = in.integer();
  if (const auto delay = integer_or_none(in)) {
    job.retry_delay = Millis{*delay};
  }
  job.concurrency = integer_or_none(in);
  if (version > 1) {
    job.limits = unpack_job_limits(bytes_of(in.text()));
    const std::int64_t hours_per_day = in.integer();
    const Millis patience{in.integer()};
    if (hours_per_day > 0) {
      job.best_time = BestTime{hours_per_day, patience};
    }
    job.experiment = unpack_experiment(bytes_of(in.text()));
    job.retry = unpack_retry_rules(in);
  }
  if (version > 2) {
    job.weight = in.integer();
    if (const auto level = integer_or_none(in)) {
      job.level = static_cast<Level>(*level);
    }
  }
  if (version > 3) {
    for (std::int64_t left = in.small(); left > 0; --left) {
      job.providers.push_back(in.text());
    }
  }
  if (version > 4) {
    const std::string packed = in.text();
    job.notifications = unpack_notifications(bytes_of(packed));
  }
  job.client = version > 5 ? in.small() : 0;
  return job;
}

Blob pack_settings(const JobSchedule& schedule) {
  Blob packed;
  Packer out{packed};
  out.integer(kScheduleVersion);
  out.text(schedule.name);
  pack(out, schedule.recurrence);
  out.integer(static_cast<std::int64_t>(schedule.on_closed_day));
  out.integer(static_cast<std::int64_t>(schedule.overlap));
  out.integer(schedule.catch_up.count());
  pack(out, schedule.job);
  for (const Recipient& recipient : schedule.recipients) {
    out.integer(recipient.phone.digits);
    for (const std::string* text :
         {&recipient.first_name, &recipient.last_name, &recipient.timezone, &recipient.metadata}) {
      out.text(*text);
    }
  }
  return packed;
}

void unpack_settings(Unpacker in, JobSchedule& schedule) {
  const std::int64_t version = in.integer();
  CALLGATE_CHECK(version >= 1 && version <= kScheduleVersion);
  schedule.name = in.text();
  schedule.recurrence = unpack_spec(in);
  schedule.on_closed_day = static_cast<OnClosedDay>(in.integer());
  schedule.overlap = static_cast<Overlap>(in.integer());
  schedule.catch_up = Millis{in.integer()};
  schedule.job = unpack_job(in, version);
  while (!in.done()) {
    Recipient& recipient = schedule.recipients.emplace_back();
    recipient.phone.digits = in.integer();
    for (std::string* text :
         {&recipient.first_name, &recipient.last_name, &recipient.timezone, &recipient.metadata}) {
      *text = in.text();
    }
  }
}

std::optional<Instant> instant_at(const Rows& rows, std::size_t row, std::size_t column) {
  return rows.is_null(row, column) ? std::nullopt
                                   : std::optional{from_ms(rows.integer(row, column))};
}

JobSchedule read(const Rows& rows, std::size_t row) {
  JobSchedule schedule;
  schedule.seq = rows.integer(row, 0);
  schedule.created_at = from_ms(rows.integer(row, 1));
  schedule.state = static_cast<ScheduleState>(rows.integer(row, 2));
  schedule.note = rows.text(row, 3);
  schedule.next_at = instant_at(rows, row, 4);
  schedule.last_at = instant_at(rows, row, 5);
  schedule.buffered = rows.integer(row, 6) != 0;
  schedule.last_job = rows.integer(row, 7);
  schedule.started = rows.integer(row, 8);
  schedule.closed = rows.integer(row, 9);
  schedule.overlapped = rows.integer(row, 10);
  schedule.missed = rows.integer(row, 11);
  unpack_settings(Unpacker{rows.blob(row, 12)}, schedule);
  return schedule;
}

}  // namespace

void add(Sql& sql, const JobSchedule& schedule) {
  const Blob settings = pack_settings(schedule);
  sql.exec("INSERT INTO schedules (" CALLGATE_SCHEDULE_COLUMNS
           ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
           {schedule.seq, to_ms(schedule.created_at), static_cast<std::int64_t>(schedule.state),
            std::string_view{schedule.note}, or_null(schedule.next_at), or_null(schedule.last_at),
            std::int64_t{schedule.buffered}, schedule.last_job, schedule.started, schedule.closed,
            schedule.overlapped, schedule.missed, Bytes{settings}});
}

void save(Sql& sql, const JobSchedule& schedule) {
  sql.exec(
      "UPDATE schedules SET state = ?2, note = ?3, next_at_ms = ?4, last_at_ms = ?5, buffered = "
      "?6, last_job = ?7, started = ?8, closed = ?9, overlapped = ?10, missed = ?11 WHERE seq = ?1",
      {schedule.seq, static_cast<std::int64_t>(schedule.state), std::string_view{schedule.note},
       or_null(schedule.next_at), or_null(schedule.last_at), std::int64_t{schedule.buffered},
       schedule.last_job, schedule.started, schedule.closed, schedule.overlapped, schedule.missed});
}

std::optional<JobSchedule> find(Sql& sql, std::int64_t seq) {
  const Rows rows =
      sql.exec("SELECT " CALLGATE_SCHEDULE_COLUMNS " FROM schedules WHERE seq = ?1", {seq});
  return rows.empty() ? std::nullopt : std::optional{read(rows, 0)};
}

std::vector<JobSchedule> page(Sql& sql, std::int64_t before, std::int64_t limit) {
  const Rows rows = sql.exec("SELECT " CALLGATE_SCHEDULE_COLUMNS
                             " FROM schedules WHERE seq < ?1 AND state < 4 ORDER BY seq DESC "
                             "LIMIT ?2",
                             {before, limit});
  std::vector<JobSchedule> all;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    all.push_back(read(rows, i));
  }
  return all;
}

std::optional<Next> next(Sql& sql) {
  const Rows rows = sql.exec(
      "SELECT seq, next_at_ms FROM schedules WHERE state = 1 AND next_at_ms IS NOT NULL "
      "ORDER BY next_at_ms, seq LIMIT 1");
  return rows.empty() ? std::nullopt
                      : std::optional{Next{rows.integer(0, 0), from_ms(rows.integer(0, 1))}};
}

std::vector<Buffered> buffered(Sql& sql) {
  const Rows rows =
      sql.exec("SELECT seq, last_job FROM schedules WHERE state = 1 AND buffered = 1 ORDER BY seq");
  std::vector<Buffered> all;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    all.push_back({rows.integer(i, 0), rows.integer(i, 1)});
  }
  return all;
}

std::vector<std::int64_t> last_jobs(Sql& sql) {
  const Rows rows = sql.exec(
      "SELECT last_job FROM schedules WHERE state < 3 AND last_job > 0 ORDER BY last_job, seq");
  std::vector<std::int64_t> jobs;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    jobs.push_back(rows.integer(i, 0));
  }
  return jobs;
}

}  // namespace callgate::schedules
