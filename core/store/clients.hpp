// Clients: groups of jobs inside a workspace, each with a limit, hours and retries of its own
// (document B). They are few and read once; numbers grow from 1 without a gap, and a client never
// goes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.hpp"
#include "core/schedule/schedule_config.hpp"
#include "core/store/sql.hpp"

namespace callgate {

// 9 to 17 from Monday to Friday in New York.
[[nodiscard]] ScheduleConfig documented_calendar();

struct ClientConfig {
  std::int64_t at_once = 5;
  std::vector<std::int64_t> retry_minutes{5, 15, 30, 60};
  // Hours with their zone, holidays and priority hours; nothing else of it is used.
  ScheduleConfig calendar = documented_calendar();
  std::string timezone = "America/New_York";                   // of hours that name none
  std::array<std::int64_t, kLevels> weights{100, 75, 50, 25};  // by Level
  std::string assistant_id;                                    // empty: those of the job …
  std::string phone_number_id;                                 // … made last
};

struct ClientRecord {
  std::int64_t number = 0;
  std::string id;  // as people chose it
  Instant created_at{};
  Instant updated_at{};
  std::int64_t job = 0;  // its own queue; 0: nothing was added yet
  ClientConfig config;
};

class Clients {
 public:
  explicit Clients(Sql& sql) : sql_(sql) {}

  // nullptr: there is none. Valid until one is added, or drop().
  [[nodiscard]] const ClientRecord* named(std::string_view id);
  [[nodiscard]] const ClientRecord& numbered(std::int64_t number);
  // In order of their numbers.
  [[nodiscard]] const std::vector<ClientRecord>& all();

  // Gives it the next number.
  const ClientRecord& add(ClientRecord client);
  void save(const ClientRecord& client);

  // Grows whenever a client may be another than before, for what is derived from them.
  [[nodiscard]] std::int64_t version() const { return version_; }
  void drop();

 private:
  void load();

  Sql& sql_;
  std::optional<std::vector<ClientRecord>> rows_;
  std::int64_t version_ = 0;
};

}  // namespace callgate
