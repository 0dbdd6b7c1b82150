// The hours at which people answer. Of every dial that rang it is counted whether a person
// answered, by the weekday and hour of the callee's own clock. From the counts of a job, of its
// assistant and of the whole workspace comes, for each of the 168 hours of a week, a Beta posterior
// of the answer rate: what the wider counts say is the prior of the narrower ones. A job that asks
// for it keeps to the hours of each local day that a draw from these posteriors puts first
// (Thompson sampling), so hours of which little is known are tried now and then. Integers only, and
// the draws come from a seed and the local date: the same everywhere, however often it is asked.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/schedule/due_time.hpp"
#include "core/schedule/zone.hpp"

namespace callgate {

inline constexpr std::size_t kHoursOfDay = 24;
inline constexpr std::size_t kHoursOfWeek = 7 * kHoursOfDay;

// From Sunday 00:00.
[[nodiscard]] std::size_t hour_of_week(LocalTime local);

// "Tuesday 18:00".
[[nodiscard]] std::string name_of_hour(std::size_t hour_of_week);

struct AnswerCount {
  std::int64_t dials = 0;
  std::int64_t answers = 0;
  friend bool operator==(const AnswerCount&, const AnswerCount&) = default;
};
using AnswerCounts = std::array<AnswerCount, kHoursOfWeek>;

void add(AnswerCounts& to, const AnswerCounts& more);
[[nodiscard]] AnswerCount total(const AnswerCounts& counts);

// Beta(rate x dials, (1 - rate) x dials), the rate in millionths; `dials` includes the prior's.
struct AnswerRate {
  std::int64_t millionths = 0;
  std::int64_t dials = 0;
  friend bool operator==(const AnswerRate&, const AnswerRate&) = default;
};

// The posterior of every hour of the week. A prior weighs as many dials as it rests on, at most
// kPriorDialsMax: so many of one's own outweigh all that is known of others.
class AnswerModel {
 public:
  static constexpr AnswerRate kUnknown{300'000, 10};  // before the first dial
  static constexpr std::int64_t kPriorDialsMax = 40;

  // Wherever nothing was counted: all zero.
  AnswerModel(const AnswerCounts& workspace, const AnswerCounts& assistant,
              const AnswerCounts& job);

  [[nodiscard]] const AnswerRate& at(std::size_t hour_of_week) const {
    return rates_.at(hour_of_week);
  }

 private:
  std::array<AnswerRate, kHoursOfWeek> rates_{};
};

// What a job asks for.
struct BestTime {
  std::int64_t hours_per_day = 4;            // of the local day; 1 to 24
  Millis patience = std::chrono::hours{48};  // from the job's start; then any lawful hour will do
  friend bool operator==(const BestTime&, const BestTime&) = default;
};

using HoursOfDay = std::bitset<kHoursOfDay>;

// Of the candidates those with the highest draws, the earlier of two equal ones.
[[nodiscard]] HoursOfDay best_hours(const AnswerModel& model, std::int64_t local_day,
                                    const HoursOfDay& candidates, std::int64_t count,
                                    const std::array<std::uint64_t, 2>& seed);

// Open in the chosen hours of each local day. Those are chosen among the hours in which everything
// else that holds is open at some instant. Gates and zone outlive this.
class ChosenHoursGate : public Gate {
 public:
  [[nodiscard]] Stretch at(std::int64_t ms) const override;
  [[nodiscard]] const Zone& zone() const { return *zone_; }

 protected:
  // `until`: from then on always open.
  ChosenHoursGate(const Zone& zone, std::optional<Instant> until, std::vector<const Gate*> others);
  // Among `open`, the hours of that day.
  [[nodiscard]] virtual HoursOfDay choose(std::int64_t local_day, const HoursOfDay& open) const = 0;

 private:
  struct OnWallClock;
  [[nodiscard]] const HoursOfDay& chosen(std::int64_t local_day) const;

  const Zone* zone_;
  std::optional<Instant> until_;
  std::vector<const Gate*> others_;
  // The last day that was asked about: a walk asks about the same one many times.
  mutable std::optional<std::int64_t> day_;
  mutable HoursOfDay hours_;
};

class BestTimeGate final : public ChosenHoursGate {
 public:
  BestTimeGate(const Zone& zone, const AnswerModel& model, std::int64_t hours_per_day,
               std::optional<Instant> until, std::array<std::uint64_t, 2> seed,
               std::vector<const Gate*> others);

  [[nodiscard]] const AnswerModel& model() const { return model_; }

 private:
  [[nodiscard]] HoursOfDay choose(std::int64_t local_day, const HoursOfDay& open) const override;

  AnswerModel model_;
  std::int64_t hours_per_day_;
  std::array<std::uint64_t, 2> seed_;
};

// Open in the wanted hours of each local day on which one of them is; on other days at any hour.
class WantedHoursGate final : public ChosenHoursGate {
 public:
  WantedHoursGate(const Zone& zone, const HoursOfDay& wanted, std::vector<const Gate*> others);

 private:
  [[nodiscard]] HoursOfDay choose(std::int64_t local_day, const HoursOfDay& open) const override;

  HoursOfDay wanted_;
};

// The hours of a local day in which the gates are open at some instant.
[[nodiscard]] HoursOfDay open_hours(std::span<const Gate* const> gates, const Zone& zone,
                                    std::int64_t local_day);

}  // namespace callgate
