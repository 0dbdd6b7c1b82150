#include "core/store/jobs.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "core/store/ended_calls.hpp"
#include "core/store/experiments.hpp"
#include "core/store/job_edits.hpp"
#include "core/store/job_notes.hpp"
#include "core/store/job_stage.hpp"
#include "core/store/limits.hpp"
#include "core/store/retry_rules.hpp"
#include "core/store/scheduled_calls.hpp"

namespace callgate {
namespace {

// An index holds seq and owner, which stay: an update that names them would write it anew.
#define CALLGATE_JOB_CHANGING                                                                   \
  "created_at_ms, revision, state, name, notes, assistant_id, phone_number_id, rank, "          \
  "priority, max_attempts, retry_delay_ms, concurrency, start_at_ms, started_at_ms, "           \
  "finished_at_ms, last_processed_at_ms, total, completed, failed, canceled, attempts, "        \
  "cost_micros, talk_ms, first_seq, last_seq, error, purpose, best_hours, "                     \
  "best_patience_ms, answers, experiment, limits, blocked, retry, turn_ms, turn_used, weight, " \
  "place, level, edits, ended, scheduled, providers, scheduled_call, tally, errors, "           \
  "notifications, client"
#define CALLGATE_JOB_COLUMNS "seq, " CALLGATE_JOB_CHANGING ", owner"

std::optional<Instant> instant_at(const Rows& rows, std::size_t row, std::size_t column) {
  if (rows.is_null(row, column)) {
    return std::nullopt;
  }
  return from_ms(rows.integer(row, column));
}

// Names of accounts have no space.
std::vector<std::string> names_of_accounts(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    names.emplace_back(text.substr(0, space));
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  return names;
}

std::string text_of_accounts(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text += (text.empty() ? "" : " ") + name;
  }
  return text;
}

Job read_job(const Rows& rows, std::size_t row) {
  Job job;
  job.seq = rows.integer(row, 0);
  job.created_at = from_ms(rows.integer(row, 1));
  job.revision = rows.integer(row, 2);
  job.state = static_cast<JobState>(rows.integer(row, 3));
  job.name = rows.text(row, 4);
  job.notes = rows.text(row, 5);
  job.assistant_id = rows.text(row, 6);
  job.phone_number_id = rows.text(row, 7);
  job.rank = rows.integer(row, 8);
  job.priority = rows.integer(row, 9);
  job.max_attempts = rows.integer(row, 10);
  if (!rows.is_null(row, 11)) {
    job.retry_delay = Millis{rows.integer(row, 11)};
  }
  if (!rows.is_null(row, 12)) {
    job.concurrency = rows.integer(row, 12);
  }
  job.start_at = instant_at(rows, row, 13);
  job.started_at = instant_at(rows, row, 14);
  job.finished_at = instant_at(rows, row, 15);
  job.last_processed_at = instant_at(rows, row, 16);
  job.total = rows.integer(row, 17);
  job.completed = rows.integer(row, 18);
  job.failed = rows.integer(row, 19);
  job.canceled = rows.integer(row, 20);
  job.attempts = rows.integer(row, 21);
  job.cost_micros = rows.integer(row, 22);
  job.talk_ms = rows.integer(row, 23);
  job.first_seq = rows.integer(row, 24);
  job.last_seq = rows.integer(row, 25);
  job.error = rows.text(row, 26);
  job.purpose = static_cast<Purpose>(rows.integer(row, 27));
  if (rows.integer(row, 28) > 0) {
    job.best_time = BestTime{rows.integer(row, 28), Millis{rows.integer(row, 29)}};
  }
  job.answers = rows.blob(row, 30);
  job.experiment = unpack_experiment(rows.blob(row, 31));
  job.limits = unpack_job_limits(rows.blob(row, 32));
  job.blocked = rows.integer(row, 33);
  job.retry = unpack_retry_rules(rows.blob(row, 34));
  job.turn = {from_ms(rows.integer(row, 35)), rows.integer(row, 36)};
  job.weight = rows.integer(row, 37);
  job.place = rows.text(row, 38);
  if (rows.integer(row, 39) > 0) {
    job.level = static_cast<Level>(rows.integer(row, 39) - 1);
  }
  job.edits = unpack_job_edits(rows.blob(row, 40));
  job.scheduled = rows.integer(row, 42) != 0;
  unpack_ended(rows.blob(row, 41), job);
  job.providers = names_of_accounts(rows.text(row, 43));
  job.scheduled_call = unpack_scheduled_call(rows.blob(row, 44));
  job.tally = rows.blob(row, 45);
  job.errors = unpack_job_errors(rows.blob(row, 46));
  job.notifications = unpack_notifications(rows.blob(row, 47));
  job.client = rows.integer(row, 48);
  job.owner = rows.text(row, 49);
  return job;
}

std::vector<Job> read_jobs(const Rows& rows) {
  std::vector<Job> jobs;
  jobs.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    jobs.push_back(read_job(rows, i));
  }
  return jobs;
}

// What of a job is packed; it outlives what is bound.
struct PackedParts {
  Blob experiment;
  Blob limits;
  Blob retry;
  Blob edits;
  Blob ended;
  std::string providers;  // the names of accounts, with a space between
  Blob scheduled_call;
  Blob errors;
  Blob notifications;
};

std::array<Param, 50> params_of(const Job& job, const PackedParts& packed) {
  return {job.seq,
          to_ms(job.created_at),
          job.revision,
          static_cast<std::int64_t>(job.state),
          std::string_view{job.name},
          std::string_view{job.notes},
          std::string_view{job.assistant_id},
          std::string_view{job.phone_number_id},
          job.rank,
          job.priority,
          job.max_attempts,
          job.retry_delay ? Param{std::int64_t{job.retry_delay->count()}} : Param{Null{}},
          job.concurrency ? Param{*job.concurrency} : Param{Null{}},
          or_null(job.start_at),
          or_null(job.started_at),
          or_null(job.finished_at),
          or_null(job.last_processed_at),
          job.total,
          job.completed,
          job.failed,
          job.canceled,
          job.attempts,
          job.cost_micros,
          job.talk_ms,
          job.first_seq,
          job.last_seq,
          std::string_view{job.error},
          static_cast<std::int64_t>(job.purpose),
          job.best_time ? job.best_time->hours_per_day : 0,
          job.best_time ? std::int64_t{job.best_time->patience.count()} : 0,
          Bytes{job.answers},
          Bytes{packed.experiment},
          Bytes{packed.limits},
          job.blocked,
          Bytes{packed.retry},
          to_ms(job.turn.since),
          job.turn.used,
          job.weight,
          std::string_view{job.place},
          job.level ? static_cast<std::int64_t>(*job.level) + 1 : 0,
          Bytes{packed.edits},
          Bytes{packed.ended},
          job.scheduled ? 1 : 0,
          std::string_view{packed.providers},
          Bytes{packed.scheduled_call},
          Bytes{job.tally},
          Bytes{packed.errors},
          Bytes{packed.notifications},
          job.client,
          std::string_view{job.owner}};
}

}  // namespace

JobStage Job::stage() const {
  switch (state) {
    case JobState::importing:
      return JobStage::importing;
    case JobState::pending:
      return JobStage::pending;
    case JobState::running:
      return finished_at ? JobStage::completed : JobStage::running;
    case JobState::paused:
      return JobStage::paused;
    case JobState::canceled:
    case JobState::deleted:
    case JobState::discarded:
      break;
  }
  return JobStage::canceled;
}

namespace {

std::int64_t& counter_of(Job& job, End end) {
  return end == End::completed ? job.completed : end == End::canceled ? job.canceled : job.failed;
}

}  // namespace

void Job::count_end(CallState call_state, Instant ended_at) {
  const End how = end_of(call_state);
  ++counter_of(*this, how);
  blocked += how == End::blocked ? 1 : 0;
  ++callgate::of(ended, how).kept;
  callgate::of(ended, how).note(ended_at);
}

void Job::count_reopened(CallState before) {
  const End how = end_of(before);
  --counter_of(*this, how);
  blocked -= how == End::blocked ? 1 : 0;
  callgate::of(ended, how).take(1);
}

std::optional<Instant> Job::over_since() const {
  const bool over = state == JobState::canceled || state == JobState::deleted || finished_at;
  if (!over || open() > 0 || state == JobState::discarded) {
    return std::nullopt;
  }
  return finished_at.value_or(std::max(created_at, last_processed_at.value_or(created_at)));
}

bool stands_before(const Job& left, const Job& right) {
  const auto key = [](const Job& job) {
    return std::make_tuple(-job.rank, job.order_key(), job.seq);
  };
  return key(left) < key(right);
}

const Job* Jobs::find(std::int64_t seq) {
  const auto cached = rows_.find(seq);
  if (cached != rows_.end()) {
    return &cached->second;
  }
  const Rows rows = sql_.exec("SELECT " CALLGATE_JOB_COLUMNS " FROM jobs WHERE seq = ?1", {seq});
  if (rows.empty()) {
    return nullptr;
  }
  return &(rows_[seq] = read_job(rows, 0));
}

Job& Jobs::edit(std::int64_t seq) {
  CALLGATE_CHECK(find(seq) != nullptr);
  dirty_.emplace(seq, false);
  return rows_.at(seq);
}

Job& Jobs::add(Job job) {
  const std::int64_t seq = job.seq;
  dirty_[seq] = true;
  return rows_[seq] = std::move(job);
}

JobTotals Jobs::totals() {
  const Rows rows = sql_.exec(
      "SELECT count(*), coalesce(sum(state = 3 AND finished_at_ms IS NULL), 0), "
      "coalesce(sum(total - completed - failed - canceled), 0), coalesce(sum(completed), 0), "
      "coalesce(sum(failed), 0), coalesce(sum(canceled), 0), coalesce(sum(attempts), 0), "
      "coalesce(sum(cost_micros), 0) FROM jobs WHERE state < 7");
  const GoneJobs& gone = retention_.now().gone;
  return {rows.integer(0, 0) + gone.jobs,
          rows.integer(0, 1),
          rows.integer(0, 2),
          rows.integer(0, 3) + gone.completed,
          rows.integer(0, 4) + gone.failed,
          rows.integer(0, 5) + gone.canceled,
          rows.integer(0, 6) + gone.attempts,
          rows.integer(0, 7) + gone.cost_micros};
}

std::vector<Job> Jobs::changed_since(std::int64_t revision, std::int64_t count) {
  return read_jobs(sql_.exec(
      "SELECT " CALLGATE_JOB_COLUMNS
      " FROM jobs WHERE revision > ?1 AND revision <= coalesce((SELECT revision FROM jobs "
      "WHERE revision > ?1 ORDER BY revision LIMIT 1 OFFSET ?2), 9223372036854775807) "
      "ORDER BY revision, seq",
      {revision, count - 1}));
}

// What is known of a job in memory may be newer than its row.
std::vector<std::int64_t> Jobs::at_stages(std::int64_t stages, std::int64_t after,
                                          std::int64_t last) {
  const Rows rows = sql_.exec(
      "SELECT seq FROM jobs WHERE seq > ?1 AND seq <= ?2 AND state < 6 AND " CALLGATE_AT_STAGES(
          "", 3) " ORDER BY seq",
      {after, last, stages});
  std::set<std::int64_t> found;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    found.insert(rows.integer(i, 0));
  }
  for (const auto& [seq, is_new] : dirty_) {
    const Job& job = rows_.at(seq);
    const bool stands_so = (stages >> static_cast<int>(job.stage()) & 1) != 0;
    if (seq > after && seq <= last && job.visible() && stands_so) {
      found.insert(seq);
    } else {
      found.erase(seq);
    }
  }
  return {found.begin(), found.end()};
}

void Jobs::load_starts() {
  if (starts_) {
    return;
  }
  starts_.emplace();
  const Rows rows = sql_.exec(
      "SELECT start_at_ms, seq FROM jobs WHERE state = 2 AND start_at_ms IS NOT NULL "
      "ORDER BY seq");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Instant at = from_ms(rows.integer(i, 0));
    starts_->emplace(at, rows.integer(i, 1));
    start_of_[rows.integer(i, 1)] = at;
  }
}

void Jobs::note_start(const Job& job) {
  if (!starts_) {
    return;
  }
  const auto known = start_of_.find(job.seq);
  if (known != start_of_.end()) {
    starts_->erase({known->second, job.seq});
    start_of_.erase(known);
  }
  if (job.state == JobState::pending && job.start_at) {
    starts_->emplace(*job.start_at, job.seq);
    start_of_[job.seq] = *job.start_at;
  }
}

std::vector<std::int64_t> Jobs::to_start(Instant now) {
  load_starts();
  std::vector<std::int64_t> seqs;
  for (const auto& [at, seq] : *starts_) {
    if (at > now) {
      break;
    }
    seqs.push_back(seq);
  }
  return seqs;
}

std::optional<Instant> Jobs::next_start() {
  load_starts();
  return starts_->empty() ? std::nullopt : std::optional{starts_->begin()->first};
}

void Jobs::load_places() {
  if (places_) {
    return;
  }
  places_.emplace();
  const Rows rows = sql_.exec(
      "SELECT seq, rank, place FROM jobs WHERE place <> '' AND state < 5 "
      "AND finished_at_ms IS NULL ORDER BY seq");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    (*places_)[rows.integer(i, 1)].insert(rows.text(i, 2));
    place_of_[rows.integer(i, 0)] = {rows.integer(i, 1), rows.text(i, 2)};
  }
}

void Jobs::note_place(const Job& job) {
  if (!places_) {
    return;
  }
  const auto known = place_of_.find(job.seq);
  const bool has_place = !job.place.empty() && !job.has_ended();
  if (known != place_of_.end()) {
    if (has_place && known->second == std::pair{job.rank, job.place}) {
      return;
    }
    const auto rank = places_->find(known->second.first);
    rank->second.erase(rank->second.find(known->second.second));
    if (rank->second.empty()) {
      places_->erase(rank);
    }
    place_of_.erase(known);
    reordered_ = true;
  }
  if (has_place) {
    (*places_)[job.rank].insert(job.place);
    place_of_[job.seq] = {job.rank, job.place};
    reordered_ = true;
  }
}

// Each job that was moved stands between those of its rank that were not: with n of them there are
// 2n + 1 steps, and the jobs between two that were moved share one.
Standing Jobs::standing(const Job& job) {
  load_places();
  Standing standing{job.rank, 0, job.weight, job.started_at.value_or(job.created_at)};
  const auto rank = places_->find(job.rank);
  if (rank != places_->end()) {
    const auto& places = rank->second;
    const auto below = std::distance(places.upper_bound(job.order_key()), places.end());
    const std::int64_t step = 2 * std::int64_t{below} + (job.place.empty() ? 0 : 1);
    const auto steps = 2 * static_cast<std::int64_t>(places.size()) + 1;
    standing.place = step * (kRanksPerLevel - 1) * kPlacesPerRank / steps;
  }
  return standing;
}

// Few enough to be sorted for a person who looks at them or moves one.
std::vector<const Job*> Jobs::in_order() {
  const Rows rows = sql_.exec("SELECT " CALLGATE_JOB_COLUMNS
                              " FROM jobs WHERE state < 5 AND finished_at_ms IS NULL ORDER BY seq");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows_.find(rows.integer(i, 0)) == rows_.end()) {
      rows_[rows.integer(i, 0)] = read_job(rows, i);
    }
  }
  std::vector<const Job*> jobs;
  for (const auto& [seq, job] : rows_) {
    if (!job.has_ended()) {
      jobs.push_back(&job);
    }
  }
  std::sort(jobs.begin(), jobs.end(),
            [](const Job* left, const Job* right) { return stands_before(*left, *right); });
  return jobs;
}

Instant Jobs::last_turn() {
  if (!last_turn_) {
    const Rows rows = sql_.exec("SELECT coalesce(max(turn_ms), 0) FROM jobs");
    last_turn_ = std::max(from_ms(rows.integer(0, 0)), retention_.now().gone.last_turn);
  }
  return *last_turn_;
}

std::int64_t Jobs::ended() {
  if (!ended_) {
    const Rows rows = sql_.exec("SELECT coalesce(sum(attempts), 0) FROM jobs");
    ended_ = rows.integer(0, 0) + retention_.now().gone.attempts + ended_unwritten_;
  }
  return *ended_;
}

void Jobs::count_ended(Job& job) {
  ++job.attempts;
  ++ended_unwritten_;
  if (ended_) {
    ++*ended_;
  }
}

bool Jobs::choose_accounts() {
  if (!choose_accounts_) {
    const Rows rows = sql_.exec(
        "SELECT EXISTS (SELECT 1 FROM jobs WHERE providers <> '' AND state < 5 "
        "AND finished_at_ms IS NULL)");
    choose_accounts_ = rows.integer(0, 0) != 0;
  }
  return *choose_accounts_ || std::any_of(dirty_.begin(), dirty_.end(), [this](const auto& entry) {
    return !rows_.at(entry.first).providers.empty();
  });
}

// What is not written yet may change again: it stays.
std::vector<std::int64_t> Jobs::take_edited() {
  for (const auto& [seq, is_new] : dirty_) {
    edited_.insert(seq);
  }
  std::vector<std::int64_t> taken{edited_.begin(), edited_.end()};
  edited_.clear();
  return taken;
}

void Jobs::erase(std::int64_t seq) {
  workspace_.keep_revision();
  starts_.reset();
  start_of_.clear();
  places_.reset();
  place_of_.clear();
  rows_.erase(seq);
  dirty_.erase(seq);
  edited_.insert(seq);
  ended_.reset();
  if (ended_index_) {
    ended_index_->erase(seq);
  }
  sql_.exec("DELETE FROM jobs WHERE seq = ?1", {seq});
}

void Jobs::remove(std::int64_t seq) {
  const Job& job = *find(seq);
  RetentionState& state = retention_.edit();
  ++state.gone.jobs;
  state.gone.completed += job.completed;
  state.gone.failed += job.failed;
  state.gone.canceled += job.canceled;
  state.gone.attempts += job.attempts;
  state.gone.cost_micros += job.cost_micros;
  state.gone.last_turn = std::max(state.gone.last_turn, job.turn.since);
  erase(seq);
}

const EndedIndex& Jobs::ended_index() {
  if (!ended_index_) {
    ended_index_.emplace();
    for (const Job& job : read_jobs(
             sql_.exec("SELECT " CALLGATE_JOB_COLUMNS " FROM jobs WHERE state < 7 ORDER BY seq"))) {
      note_ended(job);
    }
  }
  return *ended_index_;
}

void Jobs::note_ended(const Job& job) {
  if (ended_index_) {
    ended_index_->put(job.seq, {job.ended, job.over_since(), job.end(), job.scheduled});
  }
}

std::vector<const Job*> Jobs::flush() {
  std::vector<const Job*> changed;
  for (const auto& [seq, is_new] : dirty_) {
    Job& job = rows_.at(seq);
    job.revision = workspace_.next_revision();
    const PackedParts packed{pack(job.experiment),
                             pack_job_limits(job.limits),
                             pack_retry_rules(job.retry),
                             pack_job_edits(job.edits),
                             pack_ended(job),
                             text_of_accounts(job.providers),
                             pack_scheduled_call(job.scheduled_call),
                             pack_job_errors(job.errors),
                             pack_notifications(job.notifications)};
    const auto params = params_of(job, packed);
    if (is_new) {
      sql_.exec("INSERT INTO jobs (" CALLGATE_JOB_COLUMNS
                ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, "
                "?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, "
                "?32, ?33, ?34, ?35, ?36, ?37, ?38, ?39, ?40, ?41, ?42, ?43, ?44, ?45, ?46, ?47, "
                "?48, ?49, ?50)",
                params);
    } else {
      sql_.exec("UPDATE jobs SET (" CALLGATE_JOB_CHANGING
                ") = (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, "
                "?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, "
                "?32, ?33, ?34, ?35, ?36, ?37, ?38, ?39, ?40, ?41, ?42, ?43, ?44, ?45, ?46, ?47, "
                "?48, ?49) "
                "WHERE seq = ?1",
                std::span{params}.first(params.size() - 1));
    }
    note_start(job);
    note_place(job);
    note_ended(job);
    if (!job.providers.empty()) {
      choose_accounts_ = true;
    }
    if (last_turn_) {
      last_turn_ = std::max(*last_turn_, job.turn.since);
    }
    edited_.insert(seq);
    changed.push_back(&job);
  }
  dirty_.clear();
  ended_unwritten_ = 0;
  return changed;
}

void Jobs::drop() {
  rows_.clear();
  dirty_.clear();
  edited_.clear();
  starts_.reset();
  start_of_.clear();
  places_.reset();
  place_of_.clear();
  ended_index_.reset();
  last_turn_.reset();
  ended_.reset();
  ended_unwritten_ = 0;
  choose_accounts_.reset();
}

}  // namespace callgate
