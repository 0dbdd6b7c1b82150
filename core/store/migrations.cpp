#include "core/store/migrations.hpp"

#include <algorithm>
#include <array>

namespace callgate {
namespace {

// Migration 1. `waiting` and `failed` stand beside `state` because a column that an index's WHERE
// names costs a row written whenever it is set; these two are set only when they change.
constexpr std::array kFirst = {
    R"sql(CREATE TABLE workspace (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      tag INTEGER NOT NULL,
      created_at_ms INTEGER NOT NULL,
      revision INTEGER NOT NULL,
      next_seq INTEGER NOT NULL,
      calls_at_once INTEGER NOT NULL,
      calls_at_once_per_job INTEGER NOT NULL,
      hours_days INTEGER NOT NULL,
      hours_start_min INTEGER NOT NULL,
      hours_end_min INTEGER NOT NULL,
      hours_zone TEXT NOT NULL
    ) STRICT)sql",
    R"sql(CREATE TABLE jobs (
      seq INTEGER PRIMARY KEY,
      created_at_ms INTEGER NOT NULL,
      revision INTEGER NOT NULL,
      state INTEGER NOT NULL,
      name TEXT NOT NULL,
      notes TEXT NOT NULL,
      assistant_id TEXT NOT NULL,
      phone_number_id TEXT NOT NULL,
      rank INTEGER NOT NULL,
      priority INTEGER NOT NULL,
      max_attempts INTEGER NOT NULL,
      retry_delay_ms INTEGER,
      concurrency INTEGER,
      start_at_ms INTEGER,
      started_at_ms INTEGER,
      finished_at_ms INTEGER,
      last_processed_at_ms INTEGER,
      total INTEGER NOT NULL,
      completed INTEGER NOT NULL,
      failed INTEGER NOT NULL,
      canceled INTEGER NOT NULL,
      attempts INTEGER NOT NULL,
      cost_micros INTEGER NOT NULL,
      talk_ms INTEGER NOT NULL,
      first_seq INTEGER NOT NULL,
      last_seq INTEGER NOT NULL,
      error TEXT NOT NULL
    ) STRICT)sql",
    R"sql(CREATE TABLE lanes (
      seq INTEGER PRIMARY KEY,
      job INTEGER NOT NULL,
      rank INTEGER NOT NULL,
      zone TEXT NOT NULL,
      waiting INTEGER NOT NULL,
      first_not_before_ms INTEGER NOT NULL,
      UNIQUE (job, rank, zone)
    ) STRICT)sql",
    R"sql(CREATE TABLE calls (
      seq INTEGER PRIMARY KEY,
      job INTEGER NOT NULL,
      digits INTEGER NOT NULL,
      created_at_ms INTEGER NOT NULL,
      lane INTEGER NOT NULL,
      state INTEGER NOT NULL,
      waiting INTEGER NOT NULL,
      failed INTEGER NOT NULL,
      not_before_ms INTEGER NOT NULL,
      attempts INTEGER NOT NULL,
      attempts_used INTEGER NOT NULL,
      deliveries_failed INTEGER NOT NULL,
      outcome INTEGER NOT NULL,
      ended_at_ms INTEGER,
      first_name TEXT NOT NULL,
      last_name TEXT NOT NULL,
      timezone TEXT NOT NULL,
      metadata TEXT NOT NULL,
      history TEXT NOT NULL
    ) STRICT)sql",
    "CREATE UNIQUE INDEX calls_by_number ON calls (job, digits)",
    "CREATE INDEX calls_waiting ON calls (lane, not_before_ms) WHERE waiting = 1",
    "CREATE INDEX calls_failed ON calls (job) WHERE failed = 1",
    // Dials under way, packed (core/store/attempts.cpp). They are the outbox of those dials too.
    R"sql(CREATE TABLE attempts (
      seq INTEGER PRIMARY KEY,
      dials BLOB NOT NULL
    ) STRICT)sql",
    R"sql(CREATE TABLE imports (
      seq INTEGER PRIMARY KEY,
      created_at_ms INTEGER NOT NULL,
      job INTEGER NOT NULL,
      state INTEGER NOT NULL,
      format INTEGER NOT NULL,
      next_chunk INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      digest TEXT NOT NULL,
      rows INTEGER NOT NULL,
      accepted INTEGER NOT NULL,
      duplicates INTEGER NOT NULL,
      rejected INTEGER NOT NULL,
      reader TEXT NOT NULL,
      detail TEXT NOT NULL,
      heard_at_ms INTEGER NOT NULL
    ) STRICT)sql",
    "CREATE INDEX imports_by_job ON imports (job)",
    "CREATE INDEX imports_open ON imports (heard_at_ms) WHERE state = 1",
    "CREATE INDEX imports_by_digest ON imports (digest) WHERE digest <> ''",
    R"sql(CREATE TABLE import_rejects (
      import INTEGER NOT NULL,
      line INTEGER NOT NULL,
      code TEXT NOT NULL,
      field TEXT NOT NULL,
      detail TEXT NOT NULL,
      value TEXT NOT NULL,
      PRIMARY KEY (import, line)
    ) STRICT, WITHOUT ROWID)sql",
    R"sql(CREATE TABLE tasks (
      seq INTEGER PRIMARY KEY,
      created_at_ms INTEGER NOT NULL,
      kind INTEGER NOT NULL,
      subject INTEGER NOT NULL,
      state INTEGER NOT NULL,
      cursor INTEGER NOT NULL,
      done INTEGER NOT NULL,
      total INTEGER NOT NULL,
      finished_at_ms INTEGER
    ) STRICT)sql",
    "CREATE INDEX tasks_running ON tasks (seq) WHERE state = 1",
    R"sql(CREATE TABLE providers (
      name TEXT PRIMARY KEY,
      base_url TEXT NOT NULL,
      webhook_url TEXT NOT NULL,
      webhook_credential_id TEXT NOT NULL,
      secrets BLOB NOT NULL,
      nonce BLOB NOT NULL,
      settings TEXT NOT NULL
    ) STRICT, WITHOUT ROWID)sql",
    R"sql(CREATE TABLE idempotency_keys (
      key TEXT PRIMARY KEY,
      created_at_ms INTEGER NOT NULL,
      request BLOB NOT NULL,
      job INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID)sql",
    "CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at_ms)",
};

constexpr std::int64_t kTagBits = 40;

void apply_first(Sql& sql, Instant now, Rng& rng) {
  for (const char* statement : kFirst) {
    sql.exec(statement);
  }
  const auto tag = static_cast<std::int64_t>(rng.below(std::uint64_t{1} << kTagBits));
  sql.exec(
      "INSERT INTO workspace (id, tag, created_at_ms, revision, next_seq, calls_at_once, "
      "calls_at_once_per_job, hours_days, hours_start_min, hours_end_min, hours_zone) "
      "VALUES (1, ?1, ?2, 1, 1, 10, 1, 0, 0, 0, '')",
      {tag, to_ms(now)});
}

// Migration 2: the whole calendar, packed (core/store/workspace.cpp); what a job's calls are for;
// who did what that somebody may ask about later; and schedules, few enough to need no index.
void apply_second(Sql& sql, Instant /*now*/, Rng& /*rng*/) {
  sql.exec("ALTER TABLE workspace ADD COLUMN calendar BLOB NOT NULL DEFAULT x''");
  sql.exec("ALTER TABLE jobs ADD COLUMN purpose INTEGER NOT NULL DEFAULT 0");
  sql.exec(R"sql(CREATE TABLE audit (
      seq INTEGER PRIMARY KEY,
      at_ms INTEGER NOT NULL,
      actor TEXT NOT NULL,
      action TEXT NOT NULL,
      detail TEXT NOT NULL
    ) STRICT)sql");
  sql.exec(R"sql(CREATE TABLE schedules (
      seq INTEGER PRIMARY KEY,
      created_at_ms INTEGER NOT NULL,
      state INTEGER NOT NULL,
      note TEXT NOT NULL,
      next_at_ms INTEGER,
      last_at_ms INTEGER,
      buffered INTEGER NOT NULL,
      last_job INTEGER NOT NULL,
      started INTEGER NOT NULL,
      closed INTEGER NOT NULL,
      overlapped INTEGER NOT NULL,
      missed INTEGER NOT NULL,
      settings BLOB NOT NULL
    ) STRICT)sql");
}

// Migration 3: at which hours people answer, and whether a job keeps to them; experiments; the
// audit log chained; what a job is limited to and what its calls are about, packed, and what limits
// have to remember (core/store/limits.cpp); the do-not-call list, and what it stopped; a job's own
// rules for retries, packed (core/store/retry_rules.cpp); rounds; and a workspace that is paused.
void apply_third(Sql& sql, Instant /*now*/, Rng& /*rng*/) {
  sql.exec("ALTER TABLE jobs ADD COLUMN best_hours INTEGER NOT NULL DEFAULT 0");
  sql.exec("ALTER TABLE jobs ADD COLUMN best_patience_ms INTEGER NOT NULL DEFAULT 0");
  sql.exec("ALTER TABLE jobs ADD COLUMN answers BLOB NOT NULL DEFAULT x''");
  sql.exec("ALTER TABLE jobs ADD COLUMN experiment BLOB NOT NULL DEFAULT x''");
  sql.exec(R"sql(CREATE TABLE answers (
      scope INTEGER NOT NULL,
      subject TEXT NOT NULL,
      counts BLOB NOT NULL,
      PRIMARY KEY (scope, subject)
    ) STRICT, WITHOUT ROWID)sql");
  sql.exec("ALTER TABLE audit ADD COLUMN subject TEXT NOT NULL DEFAULT ''");
  sql.exec("ALTER TABLE audit ADD COLUMN hash BLOB NOT NULL DEFAULT x''");
  sql.exec("ALTER TABLE jobs ADD COLUMN limits BLOB NOT NULL DEFAULT x''");
  sql.exec(R"sql(CREATE TABLE limit_state (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      state BLOB NOT NULL
    ) STRICT)sql");
  sql.exec(R"sql(CREATE TABLE numbers (
      digits INTEGER PRIMARY KEY,
      history BLOB NOT NULL
    ) STRICT)sql");
  sql.exec(R"sql(CREATE TABLE suppressions (
      seq INTEGER PRIMARY KEY,
      created_at_ms INTEGER NOT NULL,
      digits INTEGER NOT NULL UNIQUE,
      reason TEXT NOT NULL,
      source TEXT NOT NULL,
      actor TEXT NOT NULL,
      expires_at_ms INTEGER
    ) STRICT)sql");
  for (const char* statement :
       {"ALTER TABLE calls ADD COLUMN blocked_by INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE calls ADD COLUMN round INTEGER NOT NULL DEFAULT 1",
        "ALTER TABLE jobs ADD COLUMN blocked INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE jobs ADD COLUMN retry BLOB NOT NULL DEFAULT x''",
        "ALTER TABLE imports ADD COLUMN suppress BLOB NOT NULL DEFAULT x''",
        "ALTER TABLE tasks ADD COLUMN filter INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE workspace ADD COLUMN paused_at_ms INTEGER",
        "ALTER TABLE workspace ADD COLUMN paused_by TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE workspace ADD COLUMN pause_note TEXT NOT NULL DEFAULT ''"}) {
    sql.exec(statement);
  }
}

// Migration 4: where a job stands in line: its turns, how many dials one has, its place by hand,
// and document B's word for its rank.
void apply_fourth(Sql& sql, Instant /*now*/, Rng& /*rng*/) {
  for (const char* statement : {"ALTER TABLE jobs ADD COLUMN turn_ms INTEGER NOT NULL DEFAULT 0",
                                "ALTER TABLE jobs ADD COLUMN turn_used INTEGER NOT NULL DEFAULT 0",
                                "ALTER TABLE jobs ADD COLUMN weight INTEGER NOT NULL DEFAULT 1",
                                "ALTER TABLE jobs ADD COLUMN place TEXT NOT NULL DEFAULT ''",
                                "ALTER TABLE jobs ADD COLUMN level INTEGER NOT NULL DEFAULT 0"}) {
    sql.exec(statement);
  }
}

// Migration 5: a job's versions, packed (core/store/job_edits.cpp), and what a task that was asked
// for in bulk does (core/engine/bulk.cpp).
void apply_fifth(Sql& sql, Instant /*now*/, Rng& /*rng*/) {
  sql.exec("ALTER TABLE jobs ADD COLUMN edits BLOB NOT NULL DEFAULT x''");
  sql.exec("ALTER TABLE tasks ADD COLUMN spec BLOB NOT NULL DEFAULT x''");
}

// Migration 6: how long what has ended is kept (core/store/retention.cpp), what of a job's calls
// has ended and is kept, and which jobs a schedule made. What an older workspace has beside its
// jobs is looked through soon.
void apply_sixth(Sql& sql, Instant now, Rng& /*rng*/) {
  for (const char* statement :
       {"ALTER TABLE workspace ADD COLUMN retention BLOB NOT NULL DEFAULT x''",
        "ALTER TABLE jobs ADD COLUMN ended BLOB NOT NULL DEFAULT x''",
        "ALTER TABLE jobs ADD COLUMN scheduled INTEGER NOT NULL DEFAULT 0"}) {
    sql.exec(statement);
  }
  sql.exec(R"sql(CREATE TABLE retention (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      beside_due_at_ms INTEGER,
      state BLOB NOT NULL
    ) STRICT)sql");
  sql.exec(
      "INSERT INTO retention (id, beside_due_at_ms, state) SELECT 1, ?1, x'' WHERE "
      "EXISTS (SELECT 1 FROM tasks) OR EXISTS (SELECT 1 FROM numbers) OR "
      "EXISTS (SELECT 1 FROM imports WHERE job = 0)",
      {to_ms(now)});
}

// Migration 7: contacts, each of the calls there are made one; the calls of a number are found
// whatever their job, by the index that keeps a number from being twice in one.
void apply_seventh(Sql& sql, Instant /*now*/, Rng& /*rng*/) {
  sql.exec("DROP INDEX calls_by_number");
  sql.exec("CREATE UNIQUE INDEX calls_by_number ON calls (digits, job)");
  sql.exec(R"sql(CREATE TABLE contacts (
      seq INTEGER PRIMARY KEY,
      digits INTEGER NOT NULL UNIQUE,
      created_at_ms INTEGER NOT NULL,
      updated_at_ms INTEGER NOT NULL,
      first_name TEXT NOT NULL,
      last_name TEXT NOT NULL,
      timezone TEXT NOT NULL,
      email TEXT NOT NULL,
      company TEXT NOT NULL,
      notes TEXT NOT NULL,
      metadata TEXT NOT NULL,
      call_enabled INTEGER NOT NULL,
      call_time_min INTEGER
    ) STRICT)sql");
  sql.exec(R"sql(CREATE TABLE contact_numbers (
      digits INTEGER PRIMARY KEY,
      contact INTEGER NOT NULL
    ) STRICT)sql");
  sql.exec("CREATE INDEX contact_numbers_by_contact ON contact_numbers (contact)");
  // Names alone, and nothing but where they occur: the fewest rows written.
  sql.exec(
      "CREATE VIRTUAL TABLE contact_names USING fts5(name, content = '', columnsize = 0, "
      "tokenize = 'trigram')");
  sql.exec(R"sql(CREATE TABLE contact_names_until (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      seq INTEGER NOT NULL
    ) STRICT)sql");
  sql.exec("INSERT INTO contact_names_until (id, seq) VALUES (1, 0)");
  sql.exec(
      "INSERT INTO contacts (seq, digits, created_at_ms, updated_at_ms, first_name, last_name, "
      "timezone, email, company, notes, metadata, call_enabled, call_time_min) "
      "SELECT seq, digits, created_at_ms, created_at_ms, first_name, last_name, timezone, '', '', "
      "'', '', 1, NULL FROM calls WHERE seq > 0 ORDER BY seq ON CONFLICT (digits) DO NOTHING");
}

// Migration 8: more than one provider account, each with a number that attempts name it by (what
// was there before is 1), and those that a job goes by.
void apply_eighth(Sql& sql, Instant /*now*/, Rng& /*rng*/) {
  for (const char* statement :
       {"ALTER TABLE providers ADD COLUMN number INTEGER NOT NULL DEFAULT 1",
        "ALTER TABLE providers ADD COLUMN type INTEGER NOT NULL DEFAULT 1",
        "ALTER TABLE providers ADD COLUMN place INTEGER NOT NULL DEFAULT 1",
        "ALTER TABLE providers ADD COLUMN overflow INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE providers ADD COLUMN ids BLOB NOT NULL DEFAULT x''",
        "ALTER TABLE jobs ADD COLUMN providers TEXT NOT NULL DEFAULT ''"}) {
    sql.exec(statement);
  }
}

// Migration 9: what one call asks for itself, packed (core/store/call_terms.cpp).
void apply_ninth(Sql& sql, Instant /*now*/, Rng& /*rng*/) {
  sql.exec("ALTER TABLE calls ADD COLUMN terms BLOB NOT NULL DEFAULT x''");
}

// Migration 10: document D's scheduled calls (core/store/scheduled_calls.cpp), found by their
// owners, and the workspace's defaults for them.
void apply_tenth(Sql& sql, Instant /*now*/, Rng& /*rng*/) {
  for (const char* statement :
       {"ALTER TABLE jobs ADD COLUMN owner TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE jobs ADD COLUMN scheduled_call BLOB NOT NULL DEFAULT x''",
        "ALTER TABLE workspace ADD COLUMN scheduling BLOB NOT NULL DEFAULT x''",
        "CREATE INDEX jobs_by_owner ON jobs (owner, seq) WHERE owner <> ''"}) {
    sql.exec(statement);
  }
}

// Migration 11: who may come here: API keys, members, sessions, invitations, used tickets.
void apply_eleventh(Sql& sql, Instant /*now*/, Rng& /*rng*/) {
  sql.exec(R"sql(CREATE TABLE api_keys (
      seq INTEGER PRIMARY KEY,
      created_at_ms INTEGER NOT NULL,
      hash BLOB NOT NULL UNIQUE,
      shown TEXT NOT NULL,
      name TEXT NOT NULL,
      role TEXT NOT NULL,
      scopes TEXT NOT NULL,
      maker TEXT NOT NULL,
      expires_at_ms INTEGER,
      last_used_ms INTEGER
    ) STRICT)sql");
  sql.exec(R"sql(CREATE TABLE members (
      subject TEXT PRIMARY KEY,
      role TEXT NOT NULL,
      name TEXT NOT NULL,
      since_ms INTEGER NOT NULL,
      maker TEXT NOT NULL
    ) STRICT, WITHOUT ROWID)sql");
  sql.exec(R"sql(CREATE TABLE sessions (
      seq INTEGER PRIMARY KEY,
      created_at_ms INTEGER NOT NULL,
      expires_at_ms INTEGER NOT NULL,
      subject TEXT NOT NULL,
      role TEXT NOT NULL
    ) STRICT)sql");
  sql.exec(R"sql(CREATE TABLE invitations (
      seq INTEGER PRIMARY KEY,
      created_at_ms INTEGER NOT NULL,
      expires_at_ms INTEGER NOT NULL,
      role TEXT NOT NULL,
      name TEXT NOT NULL,
      maker TEXT NOT NULL
    ) STRICT)sql");
  sql.exec(R"sql(CREATE TABLE used_tickets (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      used BLOB NOT NULL
    ) STRICT)sql");
}

// Migration 12: what jobs came to, by quarter hours (core/store/tallies.hpp), and what of it a job
// has not told yet; the last errors of a job, and whom to tell of it; saved views.
void apply_twelfth(Sql& sql, Instant /*now*/, Rng& /*rng*/) {
  for (const char* statement :
       {"ALTER TABLE jobs ADD COLUMN tally BLOB NOT NULL DEFAULT x''",
        "ALTER TABLE jobs ADD COLUMN errors BLOB NOT NULL DEFAULT x''",
        "ALTER TABLE jobs ADD COLUMN notifications BLOB NOT NULL DEFAULT x''"}) {
    sql.exec(statement);
  }
  sql.exec(R"sql(CREATE TABLE tallies (
      job INTEGER NOT NULL,
      day INTEGER NOT NULL,
      assistant TEXT NOT NULL,
      sum BLOB NOT NULL,
      quarters BLOB NOT NULL,
      PRIMARY KEY (job, day, assistant)
    ) STRICT, WITHOUT ROWID)sql");
  sql.exec(R"sql(CREATE TABLE views (
      seq INTEGER PRIMARY KEY,
      created_at_ms INTEGER NOT NULL,
      updated_at_ms INTEGER NOT NULL,
      owner TEXT NOT NULL,
      shared INTEGER NOT NULL,
      of INTEGER NOT NULL,
      name TEXT NOT NULL,
      query TEXT NOT NULL
    ) STRICT)sql");
}

// Migration 13: what a create was answered, for whoever asks it again with its Idempotency-Key.
void apply_thirteenth(Sql& sql, Instant /*now*/, Rng& /*rng*/) {
  sql.exec("ALTER TABLE idempotency_keys ADD COLUMN answer BLOB NOT NULL DEFAULT x''");
}

// Migration 14: clients, and whose a job is (core/store/clients.hpp).
void apply_fourteenth(Sql& sql, Instant /*now*/, Rng& /*rng*/) {
  sql.exec(R"sql(CREATE TABLE clients (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL,
      created_at_ms INTEGER NOT NULL,
      updated_at_ms INTEGER NOT NULL,
      job INTEGER NOT NULL,
      config BLOB NOT NULL
    ) STRICT)sql");
  sql.exec("ALTER TABLE jobs ADD COLUMN client INTEGER NOT NULL DEFAULT 0");
}

// Migration 15: when each contact's next daily call is due (0: not worked out yet), the local date
// of the last one, and the workspace's settings for them.
void apply_fifteenth(Sql& sql, Instant /*now*/, Rng& /*rng*/) {
  for (const char* statement :
       {"ALTER TABLE contacts ADD COLUMN daily_due_ms INTEGER",
        "ALTER TABLE contacts ADD COLUMN daily_day INTEGER",
        "UPDATE contacts SET daily_due_ms = 0 WHERE call_enabled = 1 AND call_time_min IS NOT NULL",
        "CREATE INDEX contacts_by_daily_due ON contacts (daily_due_ms) "
        "WHERE daily_due_ms IS NOT NULL",
        "ALTER TABLE workspace ADD COLUMN daily BLOB NOT NULL DEFAULT x''"}) {
    sql.exec(statement);
  }
}

using Migration = void (*)(Sql&, Instant, Rng&);
constexpr std::array<Migration, 15> kMigrations = {
    apply_first,    apply_second,  apply_third,      apply_fourth,     apply_fifth,
    apply_sixth,    apply_seventh, apply_eighth,     apply_ninth,      apply_tenth,
    apply_eleventh, apply_twelfth, apply_thirteenth, apply_fourteenth, apply_fifteenth};

}  // namespace

void migrate(Sql& sql, Instant now, Rng& rng, std::size_t most) {
  sql.exec(
      "CREATE TABLE IF NOT EXISTS migrations "
      "(number INTEGER PRIMARY KEY, applied_at_ms INTEGER NOT NULL) STRICT");
  const Rows applied = sql.exec("SELECT count(*) FROM migrations");
  const std::size_t end = std::min(most, kMigrations.size());
  for (std::size_t i = static_cast<std::size_t>(applied.integer(0, 0)); i < end; ++i) {
    kMigrations[i](sql, now, rng);
    sql.exec("INSERT INTO migrations (number, applied_at_ms) VALUES (?1, ?2)",
             {static_cast<std::int64_t>(i) + 1, to_ms(now)});
  }
}

}  // namespace callgate
