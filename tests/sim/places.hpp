// Where the simulated people live and when they may be rung, worked out here a second time and
// simply: clocks by their rule of summer time, the law read by hand from its sources, a calendar as
// a question about one instant. Nothing of core/schedule is used.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.hpp"
#include "tests/sim/rules.hpp"

namespace callgate::sim {

enum class Summer : std::uint8_t { none, us, eu, au };

struct Clock {
  const char* zone;
  int standard_min;  // ahead of UTC
  Summer summer;
};

inline constexpr Clock kUtc{"UTC", 0, Summer::none};
inline constexpr Clock kClocks[] = {
    {"America/New_York", -300, Summer::us},   {"America/Los_Angeles", -480, Summer::us},
    {"America/Denver", -420, Summer::us},     {"Europe/Berlin", 60, Summer::eu},
    {"Europe/London", 0, Summer::eu},         {"Asia/Kolkata", 330, Summer::none},
    {"Asia/Tokyo", 540, Summer::none},        {"Australia/Sydney", 600, Summer::au},
    {"America/Sao_Paulo", -180, Summer::none}};

// What a clock shows: days since 1970, minutes of the day, 0 = Sunday.
struct Shown {
  std::int64_t day = 0;
  int minute = 0;
  int weekday = 0;
};
[[nodiscard]] Shown shown_on(const Clock& clock, Instant at);
// When it shows a minute of a day: the first time, of two. One that it leaves out is that much
// later.
[[nodiscard]] Instant instant_on(const Clock& clock, std::int64_t day, int minute);
// "2027-03-14"
[[nodiscard]] std::string date_text(std::int64_t day);
// "08:30"
[[nodiscard]] std::string clock_text(int minutes);

// Half-open, in hours of the local clock; from == to: never.
struct HourRange {
  int from = 8;
  int to = 21;
};

struct Place {
  const char* prefix;  // a number is this and four more digits
  const char* zone;    // said with the number; empty: the number's own
  int clock;           // of kClocks
  HourRange weekdays;
  HourRange saturday;
  HourRange sunday;
  bool by_rule;  // false: no rule names hours there, the workspace's usual ones hold
  bool closes;   // public holidays close; which, is not known here but for two of them
};

inline constexpr Place kPlaces[] = {
    {"+1415555", "", 1, {8, 21}, {8, 21}, {8, 21}, true, false},
    {"+1212555", "", 0, {8, 21}, {8, 21}, {8, 21}, true, false},
    {"+1305555", "", 0, {8, 20}, {8, 20}, {8, 20}, true, false},  // Florida
    {"+1305556", "America/Denver", 2, {8, 20}, {8, 20}, {8, 20}, true, false},
    {"+1203555", "", 0, {9, 20}, {9, 20}, {9, 20}, true, false},  // Connecticut
    {"+91406600", "", 5, {9, 21}, {9, 21}, {9, 21}, true, false},
    {"+6129000", "", 7, {9, 20}, {9, 17}, {0, 0}, true, true},
    {"+551191234", "", 8, {9, 21}, {10, 16}, {0, 0}, true, true},
    {"+81901234", "", 6, {8, 21}, {8, 21}, {8, 21}, false, false},
    {"+49301234", "", 3, {8, 21}, {8, 21}, {8, 21}, false, false},
    {"+44207946", "", 4, {8, 21}, {8, 21}, {8, 21}, false, false}};

struct Person {
  std::string number;
  const Place* place = nullptr;
};
[[nodiscard]] Person person(int index);
// Those who are called each day are nobody else's: the last digits of their numbers tell them.
inline constexpr int kDailyFrom = 66'000;
inline constexpr int kDailyDigits = 7000;
[[nodiscard]] bool is_daily(const std::string& number);
// Whose number it is; CHECK: one of ours.
[[nodiscard]] const Place& place_of(const std::string& number);

struct BusinessHours {
  unsigned days = 0;  // bit 0: Sunday
  int from_min = 0;
  int to_min = 0;  // less than from_min: past midnight
  Clock clock = kUtc;
};

// What the operator has set.
struct Config {
  std::optional<BusinessHours> hours;
  std::vector<std::int64_t> holidays;  // days on the clock of the hours
  std::vector<std::pair<Instant, Instant>> blackouts;
  std::optional<HourRange> usual;              // where no rule names hours
  std::vector<std::int64_t> closed_to_people;  // days on the callee's calendar
  std::int64_t global = 10;
  std::int64_t per_job = 1;
  bool rehearsal = true;
  Limits limits;

  [[nodiscard]] std::int64_t at_once() const {
    return limits.provider_at_once > 0 ? std::min(global, limits.provider_at_once) : global;
  }
};

// As PUT /api/scheduler/config takes it.
[[nodiscard]] std::string config_body(const Config& config);

// The same without what only the calendar forbids.
[[nodiscard]] Config without_calendar(Config config);

// Whether somebody there may be rung at that instant. Never true where that is forbidden;
// surely_allowed() is never true where it is not certain (public holidays).
[[nodiscard]] bool may_ring(const Config& config, const Place& place, Instant at);
[[nodiscard]] bool surely_may_ring(const Config& config, const Place& place, Instant at);

}  // namespace callgate::sim
