// The workspace's one row: its revision (grows with every change of a job, and is the id of the
// event that tells of it), the sequence every table's rows are numbered by, and its configuration.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/calls/retention.hpp"
#include "core/dispatch/turn.hpp"
#include "core/limits/limit_settings.hpp"
#include "core/schedule/calendar.hpp"
#include "core/schedule/schedule_config.hpp"
#include "core/store/sql.hpp"

namespace callgate {

// When people may be rung at all: the law of the place called, as far as it is compiled in, and
// what the workspace lays on top. It may be stricter than the law; to leave the law aside takes a
// reason.
struct CallingHours {
  bool law = true;
  std::string reason;                   // why the law is left aside
  DailyRange usual{8 * 60, 21 * 60};    // on the callee's clock, where no rule names hours
  std::optional<WeeklyHours> within;    // never outside these, on the callee's clock
  std::vector<LocalDay> closed;         // no calls on these local dates of the callee, ascending
  bool unknown_holidays_close = false;  // where the law says nothing of holidays
};

// Nothing new is dialled anywhere.
struct WorkspacePause {
  Instant at{};
  std::string actor;
  std::string note;
};

// What document D's surface takes where a request leaves it out, and how it reads the rest.
struct SchedulingSettings {
  // To the letter: a call is completed once it is dispatched, and the end of the hours is inside.
  bool as_documented = false;
  // Empty: what the host's environment says, else what the document does.
  std::string timezone;
  std::string start_time;
  std::string end_time;
  std::vector<std::int64_t> days_of_week;
  std::string phone_number_id;  // calls; empty: the number of the job made last
};

struct Settings {
  std::int64_t calls_at_once = 10;
  std::int64_t calls_at_once_per_job = 1;
  ScheduleConfig calendar{ScheduleConfig::Hours::any(), {}, {}, {}, 3, {}};
  CallingHours calling_hours;
  LimitSettings limits;
  Ageing ageing = kUsualAgeing;                                    // 0: rank is strict
  std::array<std::int64_t, kLevels> level_ranks{100, 75, 50, 25};  // by Level
  std::optional<WorkspacePause> pause;
  Retention retention;
  SchedulingSettings scheduling;
};

// Document E's daily calls: how they are made, and what came of them so far.
struct DailyCalls {
  bool enabled = false;
  std::string assistant_id;
  std::string phone_number_id;
  std::int64_t max_attempts = 3;
  std::int64_t concurrency = 5;
  std::int64_t window_min = 5;  // either side of the time of day
  Instant since{};              // when they were last switched on
  std::int64_t job = 0;         // whose calls they are; 0: it was never made
  std::int64_t called = 0;
  std::int64_t missed = 0;   // days whose window passed while nothing ran
  std::int64_t skipped = 0;  // days on which the call of the day before was still open
};

class WorkspaceRow {
 public:
  explicit WorkspaceRow(Sql& sql) : sql_(sql) {}

  // Reads the row, unless it is known.
  void load();
  void drop() { loaded_ = false; }

  // Of the newest change that was told.
  [[nodiscard]] std::int64_t revision();
  [[nodiscard]] std::int64_t tag() const { return tag_; }
  [[nodiscard]] const Settings& settings() const { return settings_; }

  // The next number of the workspace's sequence.
  std::int64_t take_seq();
  [[nodiscard]] std::int64_t next_seq() const { return next_seq_; }
  // The revision under which a change will be told. It is stored with what changed, so that this
  // row needs not be written each time.
  std::int64_t next_revision();
  // What carried the newest revision may be going.
  void keep_revision();
  void set_settings(Settings settings);
  [[nodiscard]] const DailyCalls& daily() const { return daily_; }
  void set_daily(DailyCalls daily);
  // Grows whenever the settings may be others than before, for what is derived from them.
  [[nodiscard]] std::int64_t settings_version() const { return settings_version_; }

  // Writes the row if it changed; called once at the end of a unit of work.
  void flush();

 private:
  Sql& sql_;
  bool loaded_ = false;
  bool dirty_ = false;  // the revision or the sequence
  bool settings_dirty_ = false;
  bool daily_dirty_ = false;
  std::int64_t tag_ = 0;
  std::int64_t stored_revision_ = 0;
  std::optional<std::int64_t> revision_;  // not asked for yet: jobs may know a greater one
  std::int64_t next_seq_ = 1;
  Settings settings_;
  std::int64_t settings_version_ = 0;
  DailyCalls daily_;
};

}  // namespace callgate
