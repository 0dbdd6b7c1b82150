// Public holidays by place, for rules that forbid calls on them: every country and every part of
// one that has a row in quiet-hours.json, 2024 to 2040, from the npm package date-holidays. Local
// dates; one that is observed on another day too is there twice, and one that begins or ends inside
// a day takes all of it. A part has the holidays of its own, a country those of the whole of it:
// what only other parts keep is in neither. Elsewhere, and in other years, none is known.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/schedule/calendar.hpp"

namespace callgate {

// All that are known of a country, or of a part of it ("US", "UT"; an empty part is the country),
// ascending.
[[nodiscard]] std::vector<LocalDay> holidays_of(std::string_view country,
                                                std::string_view subdivision);

// The name of the holiday, in English as a rule; empty when none is known on that day.
[[nodiscard]] std::string_view holiday_on(std::string_view country, std::string_view subdivision,
                                          LocalDay day);

namespace holidays {

inline constexpr std::int32_t kFirstYear = 2024;
inline constexpr std::int32_t kYears = 17;

struct Place {
  char country[3];
  char subdivision[3];
};

// month * kDate + day
inline constexpr std::uint16_t kDate = 32;

// A holiday under one name; `places` has a bit for each place that keeps it.
struct Yearly {
  std::uint32_t places;
  std::uint8_t name;
  std::uint16_t date;
};
struct Moving {
  std::uint32_t places;
  std::uint8_t name;
  std::uint16_t dates[kYears];  // 0: not in that year
};

// The rows behind it, made by generate.mjs.
struct Tables {
  std::span<const Place> places;
  std::span<const char* const> names;
  std::span<const Yearly> yearly;
  std::span<const Moving> moving;
};
[[nodiscard]] const Tables& tables();

}  // namespace holidays
}  // namespace callgate
