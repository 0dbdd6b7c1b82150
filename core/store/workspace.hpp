// The workspace's one row: its revision (grows with every change of a job, and is the id of the
// event that tells of it), the sequence every table's rows are numbered by, and its configuration.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/schedule/calendar.hpp"
#include "core/store/sql.hpp"

namespace callgate {

// The hours in which calls may be placed: one daily range on some days of the week, in one zone.
struct BusinessHours {
  std::uint32_t days = 0;  // bit 0 is Sunday; none: calls may be placed at any hour
  DailyRange range;
  std::string zone;  // IANA name
};

struct Settings {
  std::int64_t calls_at_once = 10;
  std::int64_t calls_at_once_per_job = 1;
  BusinessHours hours;
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
  // The revision under which a change will be told. It is stored with what changed, so that this
  // row needs not be written each time.
  std::int64_t next_revision();
  // What carried the newest revision may be going.
  void keep_revision();
  void set_settings(Settings settings);

  // Writes the row if it changed; called once at the end of a unit of work.
  void flush();

 private:
  Sql& sql_;
  bool loaded_ = false;
  bool dirty_ = false;
  std::int64_t tag_ = 0;
  std::int64_t stored_revision_ = 0;
  std::optional<std::int64_t> revision_;  // not asked for yet: jobs may know a greater one
  std::int64_t next_seq_ = 1;
  Settings settings_;
};

}  // namespace callgate
