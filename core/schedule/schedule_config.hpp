// A schedule as it is configured: business hours in a zone, holidays, blackouts, priorities. Text
// goes in as people wrote it; what comes out is a Schedule, in which every value has been checked,
// or every mistake by its field. A Schedule answers when the next call may be placed and, for one
// instant, everything that speaks against it. That instant is valid exactly when the next one at or
// after it is itself.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/expected.hpp"
#include "core/base/time.hpp"
#include "core/schedule/calendar.hpp"
#include "core/schedule/config_check.hpp"
#include "core/schedule/interval.hpp"
#include "core/schedule/zone.hpp"

namespace callgate {

struct ScheduleConfig {
  struct Hours {
    std::vector<std::int64_t> days_of_week;  // 0 is Sunday, 6 Saturday; duplicates are harmless
    std::string start_time;                  // "HH:mm"
    std::string end_time;                    // not included; "24:00" ends a day
    std::string timezone;                    // of the holidays and the priorities too

    [[nodiscard]] static Hours any() { return {{0, 1, 2, 3, 4, 5, 6}, "00:00", "24:00", "UTC"}; }
    friend bool operator==(const Hours&, const Hours&) = default;
  };
  struct Blackout {
    Instant start{};  // [start, end)
    Instant end{};
    std::string reason;
  };
  struct PriorityWindow {  // every day
    std::string start_time;
    std::string end_time;
    std::int64_t priority = 0;
  };

  Hours business_hours;
  std::vector<Blackout> blackout_periods;        // in any order, may overlap
  std::vector<std::string> holidays;             // "YYYY-MM-DD"
  std::vector<PriorityWindow> priority_windows;  // 1 is highest; the best that holds counts
  std::int64_t default_priority = 3;             // where no window holds
  std::vector<std::int64_t> priority_hours;      // 0-23
};

// high wants a local hour of priorityHours, low one outside them; both do without when there is
// none. urgent and normal ask for nothing more.
// Stored by number: append only.
enum class Level : std::uint8_t { urgent, high, normal, low };
inline constexpr std::size_t kLevels = 4;

struct Wish {
  std::int64_t horizon_days = 30;
  std::optional<std::int64_t> max_priority;  // only instants whose priority is this or better
  Level level = Level::normal;
};

struct Available {
  Instant time{};
  std::int64_t priority = 0;      // in force at `time`
  std::optional<bool> preferred;  // when the level asked for something: whether it got it
};

enum class Objection : std::uint8_t {
  not_in_future,
  blackout,
  holiday,
  day_not_allowed,
  outside_hours
};
[[nodiscard]] std::string_view word_of(Objection objection);

struct Verdict {
  std::vector<Objection> objections;   // all that apply, in the order of Objection
  std::vector<std::size_t> blackouts;  // the periods that hold, as configured
  std::int64_t priority = 0;
  [[nodiscard]] bool valid() const { return objections.empty(); }
};

class Schedule {
 public:
  // All mistakes, in the order of the fields. The zone stays with the table.
  [[nodiscard]] static Expected<Schedule, std::vector<ConfigIssue>> check(
      const ScheduleConfig& config, const ZoneTable& zones);

  // The instants at which a call may be placed. The set looks into this object.
  [[nodiscard]] auto open() const {
    return hours_.on(*zone_) - Listed<Axis::utc>{blackouts_merged_};
  }

  // The earliest instant in [after, after + horizon) that is open and grants the wish. nullopt when
  // there is none.
  [[nodiscard]] Expected<std::optional<Available>, ConfigIssue> next_available(
      Instant after, const Wish& wish) const;

  // Everything that speaks against `at`; that it is past only when `now` is told.
  [[nodiscard]] Verdict validate(Instant at, std::optional<Instant> now) const;

  [[nodiscard]] std::int64_t priority_at(Instant at) const;

  // The clock that it is read on.
  [[nodiscard]] const Zone& zone() const { return *zone_; }

 private:
  struct Window {
    DailyRange range;
    std::int64_t priority = 0;
  };

  Schedule() = default;
  void derive();
  [[nodiscard]] bool is_holiday(LocalDay day) const;
  template <TimeSet L>
  [[nodiscard]] std::optional<Instant> first_open(const L& filter, Instant after,
                                                  Millis horizon) const;

  const Zone* zone_ = nullptr;
  std::uint32_t days_ = 0;  // bit n: weekday n
  DailyRange range_;
  std::vector<LocalDay> holidays_;  // ascending
  std::vector<Range> blackouts_;    // as configured
  std::vector<Window> windows_;
  std::int64_t default_priority_ = 0;

  LocalHours hours_;
  std::vector<Range> blackouts_merged_;
  std::array<std::vector<Range>, 5>
      at_most_;                        // [n]: of a day, where the priority is n + 1 or better
  std::vector<Range> priority_hours_;  // of a day
};

}  // namespace callgate
