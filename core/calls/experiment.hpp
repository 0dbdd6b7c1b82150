// Which of several assistants reaches more people: a job's calls are split between arms by weight,
// each person always in the same arm, and a sequential test says when one arm is better, however
// often it is asked in between.
//
// The test looks at people reached only. If two arms were equally good, the next person reached
// would belong to arm a with probability w_a / (w_a + w_b), so a walk that steps w_b for each one
// of a and -w_a for each one of b would end nowhere in particular. By the reflection principle it
// leaves ± z sqrt(N w_a w_b) within N steps in at most 5 % of such experiments, all pairs of arms
// together (Bonferroni). Integers only. After Evan Miller, "Simple Sequential A/B Testing" (2015),
// for any weights and number of arms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace callgate {

struct Arm {
  std::string name;
  std::string assistant_id;
  std::int64_t weight = 1;  // its share of the calls: weight / sum of weights

  // Of its calls so far.
  std::int64_t ended = 0;     // terminal ones
  std::int64_t reached = 0;   // of those, completed
  std::int64_t attempts = 0;  // dials that have ended
  std::int64_t talk_ms = 0;
  std::int64_t cost_micros = 0;
  bool beaten = false;  // another arm was found better: stays so

  friend bool operator==(const Arm&, const Arm&) = default;
};

inline constexpr std::size_t kArmsMin = 2;
inline constexpr std::size_t kArmsMax = 8;
inline constexpr std::int64_t kArmWeightMax = 1000;

struct Experiment {
  std::vector<Arm> arms;              // kArmsMin to kArmsMax, or none: there is no experiment
  std::int64_t decide_within = 1000;  // people reached by two arms together: the plan's length

  friend bool operator==(const Experiment&, const Experiment&) = default;
};

// The arm of a person, by the number and a seed of the job. There is at least one arm.
[[nodiscard]] std::size_t arm_of(std::span<const Arm> arms, std::uint64_t seed,
                                 std::int64_t digits);

// Marks the arms that another one is better than. To be asked after every person reached.
void settle_arms(Experiment& experiment);

enum class ExperimentStand : std::uint8_t {
  undecided,      // go on
  decided,        // one arm is left that none is better than
  no_difference,  // the plan is over, and several are left
};
[[nodiscard]] ExperimentStand stand_of(const Experiment& experiment);

}  // namespace callgate
