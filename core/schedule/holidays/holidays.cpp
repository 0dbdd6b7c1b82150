#include "core/schedule/holidays/holidays.hpp"

#include <algorithm>

#include "core/base/sort.hpp"
#include "core/schedule/posix_rule.hpp"
#include "core/schedule/recurrence/civil.hpp"

namespace callgate {
namespace {

using holidays::kDate;
using holidays::kFirstYear;
using holidays::kYears;
using holidays::Moving;
using holidays::Yearly;

// The bit of the place in the rows' masks; 0 for one without holidays.
std::uint32_t bit_of(const holidays::Tables& tables, std::string_view country,
                     std::string_view subdivision) {
  for (std::size_t i = 0; i < tables.places.size(); ++i) {
    if (country == tables.places[i].country && subdivision == tables.places[i].subdivision) {
      return std::uint32_t{1} << i;
    }
  }
  return 0;
}

LocalDay day_of(std::int32_t year, std::uint16_t date) {
  return day_of_date(year, date / kDate, date % kDate);
}

}  // namespace

std::vector<LocalDay> holidays_of(std::string_view country, std::string_view subdivision) {
  const holidays::Tables& tables = holidays::tables();
  const std::uint32_t bit = bit_of(tables, country, subdivision);
  std::vector<LocalDay> days;
  for (std::int32_t i = 0; i < kYears; ++i) {
    for (const Yearly& row : tables.yearly) {
      if ((row.places & bit) != 0) {
        days.push_back(day_of(kFirstYear + i, row.date));
      }
    }
    for (const Moving& row : tables.moving) {
      if ((row.places & bit) != 0 && row.dates[i] != 0) {
        days.push_back(day_of(kFirstYear + i, row.dates[i]));
      }
    }
  }
  heap_sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
  return days;
}

std::string_view holiday_on(std::string_view country, std::string_view subdivision, LocalDay day) {
  const CivilDate date = date_of_day(day);
  if (date.year < kFirstYear || date.year >= kFirstYear + kYears) {
    return {};
  }
  const holidays::Tables& tables = holidays::tables();
  const std::uint32_t bit = bit_of(tables, country, subdivision);
  const std::int64_t wanted = date.month * kDate + date.day;
  for (const Yearly& row : tables.yearly) {
    if ((row.places & bit) != 0 && row.date == wanted) {
      return tables.names[row.name];
    }
  }
  for (const Moving& row : tables.moving) {
    if ((row.places & bit) != 0 && row.dates[date.year - kFirstYear] == wanted) {
      return tables.names[row.name];
    }
  }
  return {};
}

}  // namespace callgate
