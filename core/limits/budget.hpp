// Money, in millionths of a dollar: what is spent and what is reserved for calls under way stay
// within the limit. A call reserves a fixed sum when it is dialled and is settled by the report of
// its price; only a call that costs more than was reserved for it can pass the limit, by that much.
// Counts of a day begin anew with the day, which its owner numbers (in a zone of its own).
#pragma once

#include <cstdint>

#include "core/base/time.hpp"
#include "core/limits/starts.hpp"

namespace callgate {

struct Budget {
  static constexpr std::int64_t kMax = 1'000'000'000'000'000;  // a thousand million dollars

  std::int64_t limit = 0;    // 0: no budget
  std::int64_t reserve = 0;  // for each call under way, at least 1

  friend bool operator==(const Budget&, const Budget&) = default;
};

// `renewed` is when the limit begins anew; kNoClockHelps: never.
[[nodiscard]] inline Starts starts_within(const Budget& budget, std::int64_t spent,
                                          std::int64_t under_way, Instant renewed) {
  if (budget.limit == 0) {
    return {};
  }
  // How many calls the rest would pay for, less those that it is to pay for already.
  const std::int64_t left = spent < budget.limit ? budget.limit - spent : 0;
  const std::int64_t starts = left / budget.reserve - under_way;
  return starts > 0 ? Starts{starts, {}} : Starts{0, renewed};
}

struct DayCount {
  std::int64_t day = 0;  // since 1970, on the owner's clock
  std::int64_t count = 0;

  [[nodiscard]] std::int64_t on(std::int64_t today) const { return day == today ? count : 0; }
  void add(std::int64_t today, std::int64_t more) {
    count = on(today) + more;
    day = today;
  }
  friend bool operator==(const DayCount&, const DayCount&) = default;
};

// At most `max` a day; 0: any number.
[[nodiscard]] inline Starts starts_today(std::int64_t max, const DayCount& so_far,
                                         std::int64_t today, Instant tomorrow) {
  if (max == 0) {
    return {};
  }
  const std::int64_t left = max - so_far.on(today);
  return left > 0 ? Starts{left, {}} : Starts{0, tomorrow};
}

}  // namespace callgate
