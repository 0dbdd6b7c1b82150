// The workspace's one row: its revision (grows with every Input that changes something, and is the
// id of the events that tell of it), the sequence every table's rows are numbered by, and its
// configuration.
#pragma once

#include <cstdint>
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

  // Reads the row. Returns whether what is cached elsewhere still holds: nobody else wrote
  // meanwhile.
  bool refresh();
  void drop() { loaded_ = false; }

  [[nodiscard]] std::int64_t revision() const { return revision_; }
  [[nodiscard]] std::int64_t tag() const { return tag_; }
  [[nodiscard]] const Settings& settings() const { return settings_; }

  // The next number of the workspace's sequence.
  std::int64_t take_seq();
  // This Input changes something. Returns the revision under which it will be told.
  std::int64_t touch();
  void set_settings(Settings settings);

  // Writes the row if it was touched; called once at the end of an Input.
  void flush();

 private:
  Sql& sql_;
  bool loaded_ = false;
  bool dirty_ = false;
  bool touched_ = false;
  std::int64_t tag_ = 0;
  std::int64_t revision_ = 0;
  std::int64_t next_seq_ = 1;
  Settings settings_;
};

}  // namespace callgate
