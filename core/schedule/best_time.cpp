#include "core/schedule/best_time.hpp"

#include <algorithm>
#include <utility>

#include "core/base/check.hpp"
#include "core/base/floor_div.hpp"
#include "core/base/rng.hpp"
#include "core/schedule/calendar.hpp"
#include "core/schedule/interval.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kMillion = 1'000'000;

AnswerRate posterior(const AnswerRate& prior, const AnswerCount& seen) {
  const std::int64_t weight = std::min(prior.dials, AnswerModel::kPriorDialsMax);
  const std::int64_t dials = weight + seen.dials;
  return {(prior.millionths * weight + seen.answers * kMillion) / dials, dials};
}

std::int64_t square_root(std::int64_t value) {
  std::int64_t root = 0;
  for (std::int64_t bit = std::int64_t{1} << 20; bit > 0; bit >>= 1) {
    if ((root + bit) * (root + bit) <= value) {
      root += bit;
    }
  }
  return root;
}

// A draw from the posterior, by its mean and variance: r (1 - r) / (n + 1).
std::int64_t draw(const AnswerRate& rate, Rng& rng) {
  constexpr int kUniforms = 12;  // their sum is nearly normal, with a variance of 1
  constexpr std::int64_t kUnit = 1000;
  std::int64_t sum = 0;
  for (int i = 0; i < kUniforms; ++i) {
    sum += static_cast<std::int64_t>(rng.below(kUnit));
  }
  const std::int64_t deviation =
      square_root(rate.millionths * (kMillion - rate.millionths) / (rate.dials + 1));
  const std::int64_t shift = deviation * (sum - kUniforms * kUnit / 2) / kUnit;
  return std::clamp<std::int64_t>(rate.millionths + shift, 0, kMillion);
}

std::array<std::uint8_t, 32> key_of(const std::array<std::uint64_t, 2>& seed, std::int64_t day) {
  std::array<std::uint8_t, 32> key{};
  std::size_t at = 0;
  for (std::uint64_t word : {seed[0], seed[1], static_cast<std::uint64_t>(day)}) {
    for (int i = 0; i < 8; ++i, word >>= 8) {
      key.at(at++) = static_cast<std::uint8_t>(word);
    }
  }
  return key;
}

}  // namespace

std::size_t hour_of_week(LocalTime local) {
  const std::int64_t since = local.ms - Repeating::kFirstSundayMs;
  return static_cast<std::size_t>(
      (since - floor_div(since, Repeating::kWeekMs) * Repeating::kWeekMs) / kHourMs);
}

std::string name_of_hour(std::size_t hour_of_week) {
  constexpr const char* kDays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                   "Thursday", "Friday", "Saturday"};
  const auto minute = static_cast<std::int32_t>(hour_of_week % kHoursOfDay) * 60;
  return std::string{kDays[hour_of_week / kHoursOfDay]} + " " + format_time_of_day(minute);
}

void add(AnswerCounts& to, const AnswerCounts& more) {
  for (std::size_t i = 0; i < to.size(); ++i) {
    to.at(i).dials += more.at(i).dials;
    to.at(i).answers += more.at(i).answers;
  }
}

AnswerCount total(const AnswerCounts& counts) {
  AnswerCount sum;
  for (const AnswerCount& one : counts) {
    sum.dials += one.dials;
    sum.answers += one.answers;
  }
  return sum;
}

// From the widest to the narrowest: the workspace at all, at this hour of the day, at this hour of
// the week; the assistant then; the job then.
AnswerModel::AnswerModel(const AnswerCounts& workspace, const AnswerCounts& assistant,
                         const AnswerCounts& job) {
  const AnswerRate at_all = posterior(kUnknown, total(workspace));
  for (std::size_t hour = 0; hour < kHoursOfDay; ++hour) {
    AnswerCount of_day;
    for (std::size_t at = hour; at < kHoursOfWeek; at += kHoursOfDay) {
      of_day.dials += workspace.at(at).dials;
      of_day.answers += workspace.at(at).answers;
    }
    const AnswerRate this_hour = posterior(at_all, of_day);
    for (std::size_t at = hour; at < kHoursOfWeek; at += kHoursOfDay) {
      const AnswerRate here = posterior(this_hour, workspace.at(at));
      rates_.at(at) = posterior(posterior(here, assistant.at(at)), job.at(at));
    }
  }
}

HoursOfDay best_hours(const AnswerModel& model, std::int64_t local_day,
                      const HoursOfDay& candidates, std::int64_t count,
                      const std::array<std::uint64_t, 2>& seed) {
  Rng rng{key_of(seed, local_day)};
  const std::size_t midnight = hour_of_week({local_day * kDayMs});
  std::array<std::pair<std::int64_t, std::size_t>, kHoursOfDay> draws;
  for (std::size_t hour = 0; hour < kHoursOfDay; ++hour) {
    draws.at(hour) = {-draw(model.at(midnight + hour), rng), hour};
  }
  std::sort(draws.begin(), draws.end());
  HoursOfDay chosen;
  for (const auto& [drawn, hour] : draws) {
    if (candidates.test(hour) && static_cast<std::int64_t>(chosen.count()) < count) {
      chosen.set(hour);
    }
  }
  return chosen;
}

HoursOfDay open_hours(std::span<const Gate* const> gates, const Zone& zone,
                      std::int64_t local_day) {
  HoursOfDay open;
  for (std::size_t hour = 0; hour < kHoursOfDay; ++hour) {
    const LocalTime begins{local_day * kDayMs + static_cast<std::int64_t>(hour) * kHourMs};
    const std::int64_t from = to_ms(to_instant(zone, begins).at);
    open.set(hour, first_open_ms(EveryGate{gates}, from, from + kHourMs) < from + kHourMs);
  }
  return open;
}

struct ChosenHoursGate::OnWallClock {
  static constexpr Axis kAxis = Axis::wall_clock;
  const ChosenHoursGate* gate;

  [[nodiscard]] Stretch at(std::int64_t ms) const {
    const std::int64_t day = floor_div(ms, kDayMs);
    const HoursOfDay& hours = gate->chosen(day);
    auto hour = static_cast<std::size_t>((ms - day * kDayMs) / kHourMs);
    const bool open = hours.test(hour);
    do {
      ++hour;
    } while (hour < kHoursOfDay && hours.test(hour) == open);
    return {open, day * kDayMs + static_cast<std::int64_t>(hour) * kHourMs};
  }
};

ChosenHoursGate::ChosenHoursGate(const Zone& zone, std::optional<Instant> until,
                                 std::vector<const Gate*> others)
    : zone_(&zone), until_(until), others_(std::move(others)) {}

const HoursOfDay& ChosenHoursGate::chosen(std::int64_t local_day) const {
  if (day_ != local_day) {
    hours_ = choose(local_day, open_hours(others_, *zone_, local_day));
    day_ = local_day;
  }
  return hours_;
}

BestTimeGate::BestTimeGate(const Zone& zone, const AnswerModel& model, std::int64_t hours_per_day,
                           std::optional<Instant> until, std::array<std::uint64_t, 2> seed,
                           std::vector<const Gate*> others)
    : ChosenHoursGate(zone, until, std::move(others)),
      model_(model),
      hours_per_day_(hours_per_day),
      seed_(seed) {
  CALLGATE_CHECK(hours_per_day >= 1);
}

HoursOfDay BestTimeGate::choose(std::int64_t local_day, const HoursOfDay& open) const {
  return best_hours(model_, local_day, open, hours_per_day_, seed_);
}

WantedHoursGate::WantedHoursGate(const Zone& zone, const HoursOfDay& wanted,
                                 std::vector<const Gate*> others)
    : ChosenHoursGate(zone, std::nullopt, std::move(others)), wanted_(wanted) {}

HoursOfDay WantedHoursGate::choose(std::int64_t /*local_day*/, const HoursOfDay& open) const {
  const HoursOfDay both = open & wanted_;
  return both.any() ? both : HoursOfDay{}.set();
}

Stretch ChosenHoursGate::at(std::int64_t ms) const {
  const std::int64_t patient_until = until_ ? to_ms(*until_) : kEndOfTimeMs;
  if (ms >= patient_until) {
    return {true, kEndOfTimeMs};
  }
  const Stretch here = on_clock(*zone_, OnWallClock{this}).at(ms);
  return {here.open, std::min(here.until_ms, patient_until)};
}

}  // namespace callgate
