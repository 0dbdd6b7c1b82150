#include "core/calls/experiment.hpp"

#include <array>

#include "core/base/check.hpp"
#include "core/base/rng.hpp"

namespace callgate {
namespace {

// z with 4 (1 - Phi(z)) = 0.05 / pairs, in thousandths, for 2, 3, … arms.
constexpr std::array<std::int64_t, kArmsMax - 1> kBounds = {2242, 2639, 2865, 3023,
                                                            3144, 3241, 3323};

std::int64_t reached_by(const Arm& a, const Arm& b) {
  return a.reached + b.reached;
}

// |walk| >= z sqrt(plan w_a w_b), squared; with plans of a million both sides stay below 2^63.
bool has_left_the_bound(std::int64_t walk, const Arm& a, const Arm& b, std::int64_t bound,
                        std::int64_t plan) {
  const std::int64_t scaled = bound * bound / 1000 * plan / 1000;
  return walk != 0 && walk * walk >= scaled * a.weight * b.weight;
}

}  // namespace

std::size_t arm_of(std::span<const Arm> arms, std::uint64_t seed, std::int64_t digits) {
  CALLGATE_CHECK(!arms.empty());
  std::array<std::uint8_t, 32> key{};
  std::size_t at = 0;
  for (std::uint64_t word : {seed, static_cast<std::uint64_t>(digits)}) {
    for (int i = 0; i < 8; ++i, word >>= 8) {
      key.at(at++) = static_cast<std::uint8_t>(word);
    }
  }
  std::int64_t sum = 0;
  for (const Arm& arm : arms) {
    sum += arm.weight;
  }
  auto left = static_cast<std::int64_t>(Rng{key}.below(static_cast<std::uint64_t>(sum)));
  for (std::size_t i = 0; i < arms.size(); ++i) {
    left -= arms[i].weight;
    if (left < 0) {
      return i;
    }
  }
  return arms.size() - 1;
}

// An arm that was beaten is out: it is compared with no other, so one arm is always left.
void settle_arms(Experiment& experiment) {
  std::vector<Arm>& arms = experiment.arms;
  if (arms.size() < kArmsMin) {
    return;
  }
  const std::int64_t bound = kBounds.at(arms.size() - kArmsMin);
  for (std::size_t i = 0; i < arms.size(); ++i) {
    for (std::size_t j = i + 1; j < arms.size(); ++j) {
      Arm& a = arms[i];
      Arm& b = arms[j];
      if (a.beaten || b.beaten || reached_by(a, b) > experiment.decide_within) {
        continue;
      }
      const std::int64_t walk = a.reached * b.weight - b.reached * a.weight;
      if (has_left_the_bound(walk, a, b, bound, experiment.decide_within)) {
        (walk > 0 ? b : a).beaten = true;
      }
    }
  }
}

ExperimentStand stand_of(const Experiment& experiment) {
  const std::vector<Arm>& arms = experiment.arms;
  std::size_t left = 0;
  bool over = true;
  for (std::size_t i = 0; i < arms.size(); ++i) {
    left += arms[i].beaten ? 0 : 1;
    for (std::size_t j = i + 1; j < arms.size(); ++j) {
      const bool open = !arms[i].beaten && !arms[j].beaten &&
                        reached_by(arms[i], arms[j]) < experiment.decide_within;
      over = over && !open;
    }
  }
  if (left == 1) {
    return ExperimentStand::decided;
  }
  return over ? ExperimentStand::no_difference : ExperimentStand::undecided;
}

}  // namespace callgate
