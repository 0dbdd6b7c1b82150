#include "tests/sim/places.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <nlohmann/json.hpp>

#include "core/base/check.hpp"

namespace callgate::sim {
namespace {

using nlohmann::json;
namespace calendar = std::chrono;

constexpr int kHour = 60;

std::int64_t days_of(calendar::year_month_day date) {
  return calendar::sys_days{date}.time_since_epoch().count();
}

int weekday_of(std::int64_t day) {
  return static_cast<int>(((day + 4) % 7 + 7) % 7);  // 1970 began on a Thursday
}

// The nth Sunday of a month, or with n = 0 the last one.
std::int64_t sunday(calendar::year year, unsigned month, int n) {
  const std::int64_t first = days_of(year / calendar::month{month} / calendar::day{1});
  const std::int64_t first_sunday = first + (7 - weekday_of(first)) % 7;
  if (n > 0) {
    return first_sunday + 7 * (n - 1);
  }
  const std::int64_t last = days_of(
      calendar::year_month_day{calendar::sys_days{year / calendar::month{month} / calendar::last}});
  return last - weekday_of(last);
}

// `local_ms`: what the clock would show without summer time.
bool is_summer(const Clock& clock, std::int64_t utc_ms, std::int64_t local_ms) {
  const calendar::sys_days day{calendar::days{local_ms / kDayMs}};
  const calendar::year year = calendar::year_month_day{day}.year();
  const auto at = [](std::int64_t which, int hour) { return which * kDayMs + hour * 3'600'000; };
  switch (clock.summer) {
    case Summer::none:
      return false;
    case Summer::us:  // from 2:00 of winter to 2:00 of summer
      return local_ms >= at(sunday(year, 3, 2), 2) && local_ms < at(sunday(year, 11, 1), 1);
    case Summer::eu:  // at 1:00 of UTC
      return utc_ms >= at(sunday(year, 3, 0), 1) && utc_ms < at(sunday(year, 10, 0), 1);
    case Summer::au:  // from 2:00 of winter to 3:00 of summer; over the turn of the year
      return local_ms >= at(sunday(year, 10, 1), 2) || local_ms < at(sunday(year, 4, 1), 2);
  }
  return false;
}

bool calendar_allows(const Config& config, Instant at) {
  for (const auto& [from, to] : config.blackouts) {
    if (at >= from && at < to) {
      return false;
    }
  }
  if (!config.hours) {
    return true;
  }
  const BusinessHours& hours = *config.hours;
  const Shown now = shown_on(hours.clock, at);
  const auto is_holiday = [&](std::int64_t day) {
    return std::find(config.holidays.begin(), config.holidays.end(), day) != config.holidays.end();
  };
  // A holiday is closed, and so is all of a window that starts on one.
  const auto opens_on = [&](std::int64_t day) {
    return (hours.days >> static_cast<unsigned>(weekday_of(day)) & 1U) != 0 && !is_holiday(day);
  };
  if (is_holiday(now.day)) {
    return false;
  }
  if (hours.from_min < hours.to_min) {
    return opens_on(now.day) && now.minute >= hours.from_min && now.minute < hours.to_min;
  }
  return (opens_on(now.day) && now.minute >= hours.from_min) ||
         (opens_on(now.day - 1) && now.minute < hours.to_min);
}

// New Year's Day and Christmas Day close wherever public holidays do.
bool is_known_holiday(std::int64_t day) {
  const calendar::year_month_day date{calendar::sys_days{calendar::days{day}}};
  const auto month = static_cast<unsigned>(date.month());
  const auto of_month = static_cast<unsigned>(date.day());
  return (month == 1 && of_month == 1) || (month == 12 && of_month == 25);
}

}  // namespace

std::string clock_text(int minutes) {
  const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return two(minutes / kHour) + ":" + two(minutes % kHour);
}

Shown shown_on(const Clock& clock, Instant at) {
  const std::int64_t utc_ms = to_ms(at);
  std::int64_t local_ms = utc_ms + std::int64_t{clock.standard_min} * kMinuteMs;
  if (is_summer(clock, utc_ms, local_ms)) {
    local_ms += 3'600'000;
  }
  const std::int64_t day = local_ms / kDayMs;
  return {day, static_cast<int>(local_ms % kDayMs / kMinuteMs), weekday_of(day)};
}

Instant instant_on(const Clock& clock, std::int64_t day, int minute) {
  const Instant winter =
      from_ms(day * kDayMs + (std::int64_t{minute} - clock.standard_min) * kMinuteMs);
  const Instant summer = winter - calendar::hours{1};
  const Shown shown = shown_on(clock, summer);
  return shown.day == day && shown.minute == minute ? summer : winter;
}

std::string date_text(std::int64_t day) {
  return format_rfc3339(from_ms(day * kDayMs)).substr(0, 10);
}

Person person(int index) {
  const Place& place = kPlaces[static_cast<std::size_t>(index) % std::size(kPlaces)];
  const int own = 1000 + index / static_cast<int>(std::size(kPlaces)) % 9000;
  return {place.prefix + std::to_string(own), &place};
}

bool is_daily(const std::string& number) {
  return number.size() > 4 && std::stoi(number.substr(number.size() - 4)) >= kDailyDigits;
}

const Place& place_of(const std::string& number) {
  const auto* const found =
      std::find_if(std::begin(kPlaces), std::end(kPlaces),
                   [&](const Place& place) { return number.rfind(place.prefix, 0) == 0; });
  CALLGATE_CHECK(found != std::end(kPlaces));
  return *found;
}

std::string config_body(const Config& config) {
  json body{{"rateLimits", {{"global", config.global}, {"perJob", config.per_job}}}};
  if (config.hours) {
    json days = json::array();
    for (unsigned day = 0; day < 7; ++day) {
      if ((config.hours->days >> day & 1U) != 0) {
        days.push_back(day);
      }
    }
    body["businessHours"] = {{"daysOfWeek", days},
                             {"startTime", clock_text(config.hours->from_min)},
                             {"endTime", clock_text(config.hours->to_min)},
                             {"timezone", config.hours->clock.zone}};
  }
  for (const std::int64_t day : config.holidays) {
    body["holidays"].push_back(date_text(day));
  }
  for (const auto& [from, to] : config.blackouts) {
    body["blackoutPeriods"].push_back(
        {{"start", format_rfc3339(from)}, {"end", format_rfc3339(to)}});
  }
  if (config.usual) {
    body["callingHours"]["startTime"] = clock_text(config.usual->from * kHour);
    body["callingHours"]["endTime"] = clock_text(config.usual->to * kHour);
  }
  for (const std::int64_t day : config.closed_to_people) {
    body["callingHours"]["holidays"].push_back(date_text(day));
  }
  return body.dump();
}

Config without_calendar(Config config) {
  config.hours.reset();
  config.holidays.clear();
  config.blackouts.clear();
  return config;
}

bool may_ring(const Config& config, const Place& place, Instant at) {
  if (!calendar_allows(config, at)) {
    return false;
  }
  if (config.rehearsal) {
    return true;
  }
  const Shown now = shown_on(kClocks[place.clock], at);
  HourRange range = now.weekday == 0   ? place.sunday
                    : now.weekday == 6 ? place.saturday
                                       : place.weekdays;
  if (!place.by_rule) {
    range = config.usual.value_or(HourRange{});
  }
  const auto& closed = config.closed_to_people;
  if ((place.closes && is_known_holiday(now.day)) ||
      std::find(closed.begin(), closed.end(), now.day) != closed.end()) {
    return false;
  }
  return now.minute >= range.from * kHour && now.minute < range.to * kHour;
}

bool surely_may_ring(const Config& config, const Place& place, Instant at) {
  return may_ring(config, place, at) && (config.rehearsal || !place.closes);
}

}  // namespace callgate::sim
