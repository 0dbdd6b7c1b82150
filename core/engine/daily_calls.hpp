// Document E's daily calls: a contact with a time of day is called once on each date of their own
// clock, at that time. The instant of the next one stands indexed in the contact's row, moves with
// every edit of what it follows from, and wakes the workspace: nobody is looked for. In one unit of
// work a due contact's call is put into the standing job, its date is noted and the next instant
// is set, so a date is never selected twice; its retries are attempts of that one call. Once the
// window has passed the date is missed, not made late.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/engine/service.hpp"

namespace callgate {

inline constexpr std::string_view kDailyJobName = "daily-calls";

// Whose clock it is: the contact's zone, else that of their number where it has but one. nullptr:
// it is not known, so there is no daily call.
[[nodiscard]] const Zone* daily_zone(const Service& service, const Contact& contact);

// What the contact's daily_due is to be, their preferences having changed. A time that is within
// the window of now is due at once, unless it had its call.
void plan_daily_call(Service& service, Contact& contact);

struct DailyTaken {
  std::int64_t called = 0;
  std::int64_t missed = 0;
  std::int64_t skipped = 0;
};
// A step of those due before `ahead` from now; at most a hundred people, the rest is due again at
// once. While daily calls are off it does nothing.
DailyTaken take_daily_calls(Service& service, Millis ahead);

// When the clock makes the next one due. Nothing while they are off.
[[nodiscard]] std::optional<Instant> next_daily_call(Service& service);

// The standing job; nullptr where there is none that can take calls.
[[nodiscard]] const Job* daily_job(Service& service);

// Puts these settings in force: makes the standing job when they are on and there is none, else
// gives it the settings. False: the job cannot change so where it stands; nothing was changed.
[[nodiscard]] bool set_daily_calls(Service& service, DailyCalls wanted, std::string_view actor);

}  // namespace callgate
