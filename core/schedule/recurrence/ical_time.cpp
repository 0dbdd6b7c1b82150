#include "core/schedule/recurrence/ical_time.hpp"

#include <algorithm>

#include "core/schedule/posix_rule.hpp"
#include "core/schedule/recurrence/civil.hpp"

namespace callgate {
namespace {

// -1 when one of them is no digit.
std::int64_t number(std::string_view digits) {
  std::int64_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') {
      return -1;
    }
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::optional<IcalTime> parse_ical_time(std::string_view text) {
  if (text.size() != 8 && text.size() != 15 && text.size() != 16) {
    return std::nullopt;
  }
  const std::int64_t year = number(text.substr(0, 4));
  const std::int64_t month = number(text.substr(4, 2));
  const std::int64_t day = number(text.substr(6, 2));
  if (year < 0 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month)) {
    return std::nullopt;
  }
  const std::int64_t midnight_ms = day_of_date(year, month, day) * kDayMs;
  if (text.size() == 8) {
    return IcalTime{IcalTime::Kind::date, midnight_ms};
  }
  const std::int64_t hour = number(text.substr(9, 2));
  const std::int64_t minute = number(text.substr(11, 2));
  const std::int64_t second = number(text.substr(13, 2));
  if (text[8] != 'T' || (text.size() == 16 && text[15] != 'Z') || hour < 0 || hour > 23 ||
      minute < 0 || minute > 59 || second < 0 || second > 59) {
    return std::nullopt;
  }
  return IcalTime{text.size() == 16 ? IcalTime::Kind::utc : IcalTime::Kind::local,
                  midnight_ms + ((hour * 60 + minute) * 60 + second) * 1000};
}

std::string format_ical_time(const IcalTime& time) {
  std::string out;
  for (const char c : format_local_date(floor_div(time.ms, kDayMs))) {
    if (c != '-') {
      out.push_back(c);
    }
  }
  if (time.kind == IcalTime::Kind::date) {
    return out;
  }
  out.push_back('T');
  const std::int64_t second = (time.ms - floor_div(time.ms, kDayMs) * kDayMs) / 1000;
  for (const std::int64_t part : {second / 3600, second / 60 % 60, second % 60}) {
    out.push_back(static_cast<char>('0' + part / 10));
    out.push_back(static_cast<char>('0' + part % 10));
  }
  if (time.kind == IcalTime::Kind::utc) {
    out.push_back('Z');
  }
  return out;
}

bool can_occur(const IcalTime& time) {
  const std::int64_t day = floor_div(time.ms, kDayMs);
  return day >= 1 && day <= kLastCivilDay;
}

Expected<std::vector<IcalTime>, std::vector<TextIssue>> parse_ical_times(std::string_view text) {
  std::vector<IcalTime> times;
  std::vector<TextIssue> issues;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    const auto time = parse_ical_time(word);
    if (time && can_occur(*time)) {
      times.push_back(*time);
    } else if (time) {
      issues.push_back({begin, std::string{word}, "is not between 1970-01-02 and 9999-12-30"});
    } else {
      issues.push_back({begin, std::string{word.substr(0, 40)},
                        "is not a date or time such as 20261121, 20261121T093000 or "
                        "20261121T093000Z"});
    }
    if (times.size() > kIcalTimesMax || issues.size() > kIcalTimesMax) {
      issues.push_back({begin, {}, "there are more than 1000 dates"});
      break;
    }
    begin = end + 1;
  }
  if (!issues.empty()) {
    return unexpected(std::move(issues));
  }
  return times;
}

}  // namespace callgate
