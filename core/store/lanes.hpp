// Lanes: where waiting calls stand, one for each job, rank and gate class (the zone of the callee's
// hours). A lane row keeps the count and a lower bound of the earliest not_before, so a pass reads
// lanes, never calls. Those with calls are cached between Inputs.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include "core/base/time.hpp"
#include "core/store/sql.hpp"
#include "core/store/workspace.hpp"

namespace callgate {

struct Lane {
  std::int64_t seq = 0;
  std::int64_t job = 0;
  std::int64_t rank = 0;
  std::string zone;  // IANA name; empty: none is known
  std::int64_t waiting = 0;
  Instant first_not_before{};
};

class Lanes {
 public:
  Lanes(Sql& sql, WorkspaceRow& workspace) : sql_(sql), workspace_(workspace) {}

  // The lane of that job, rank and zone, made when there is none.
  [[nodiscard]] std::int64_t of(std::int64_t job, std::int64_t rank, std::string_view zone);

  // A call came to wait in the lane, or left it.
  void enter(std::int64_t lane, Instant not_before);
  void leave(std::int64_t lane, std::int64_t calls = 1);
  void set_first(std::int64_t lane, Instant first_not_before);
  // Removes the lanes of a job whose calls are gone.
  void erase_job(std::int64_t job);

  // Lanes with waiting calls, by job and then lane.
  [[nodiscard]] const std::map<std::pair<std::int64_t, std::int64_t>, Lane>& waiting();

  void flush();
  void drop();

 private:
  void load();
  Lane& row(std::int64_t lane);

  Sql& sql_;
  WorkspaceRow& workspace_;
  bool loaded_ = false;
  std::map<std::pair<std::int64_t, std::int64_t>, Lane> rows_;
  std::map<std::int64_t, std::int64_t> job_of_;
  std::map<std::tuple<std::int64_t, std::int64_t, std::string>, std::int64_t> names_;
  std::set<std::int64_t> dirty_;
};

}  // namespace callgate
