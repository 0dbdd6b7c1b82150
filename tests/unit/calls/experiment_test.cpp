#include "core/calls/experiment.hpp"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <random>

namespace callgate {
namespace {

Experiment of_weights(const std::vector<std::int64_t>& weights, std::int64_t plan) {
  Experiment experiment;
  for (const std::int64_t weight : weights) {
    Arm& arm = experiment.arms.emplace_back();
    arm.name = "arm " + std::to_string(experiment.arms.size());
    arm.assistant_id = arm.name;
    arm.weight = weight;
  }
  experiment.decide_within = plan;
  return experiment;
}

// Calls people until the plan is over or one arm is left; `rates` in percent.
ExperimentStand play(Experiment& experiment, const std::vector<unsigned>& rates,
                     std::uint64_t seed) {
  std::mt19937_64 random{seed};
  for (std::int64_t person = 0; person < 200'000; ++person) {
    Arm& arm = experiment.arms.at(arm_of(experiment.arms, seed, person));
    ++arm.ended;
    if (random() % 100 < rates.at(static_cast<std::size_t>(&arm - experiment.arms.data()))) {
      ++arm.reached;
      settle_arms(experiment);
      if (stand_of(experiment) != ExperimentStand::undecided) {
        break;
      }
    }
  }
  return stand_of(experiment);
}

}  // namespace

TEST_CASE("people are split by weight, each always into the same arm") {
  const Experiment experiment = of_weights({1, 2, 5}, 1000);
  std::array<int, 3> seen{};
  constexpr int kPeople = 16'000;
  for (std::int64_t person = 0; person < kPeople; ++person) {
    const std::size_t arm = arm_of(experiment.arms, 3, 4'915'100'000'000 + person);
    CHECK(arm == arm_of(experiment.arms, 3, 4'915'100'000'000 + person));
    ++seen.at(arm);
  }
  CHECK(std::abs(seen[0] - kPeople / 8) < kPeople / 80);
  CHECK(std::abs(seen[1] - kPeople / 4) < kPeople / 80);
  CHECK(std::abs(seen[2] - kPeople * 5 / 8) < kPeople / 80);
  int same = 0;
  for (std::int64_t person = 0; person < 1000; ++person) {
    same += arm_of(experiment.arms, 3, person) == arm_of(experiment.arms, 4, person) ? 1 : 0;
  }
  CHECK(same < 600);  // another job splits otherwise: 0.47 by chance
}

TEST_CASE("arms that are equally good are told apart in at most one experiment of twenty") {
  constexpr int kRounds = 1500;
  for (const auto& weights :
       std::vector<std::vector<std::int64_t>>{{1, 1}, {1, 4}, {1, 1, 1, 1}, {3, 1, 2}}) {
    int wrong = 0;
    for (int round = 0; round < kRounds; ++round) {
      Experiment experiment = of_weights(weights, 200);
      play(experiment, std::vector<unsigned>(weights.size(), 30),
           static_cast<std::uint64_t>(round));
      for (const Arm& arm : experiment.arms) {
        if (arm.beaten) {
          ++wrong;
          break;
        }
      }
    }
    INFO(weights.size() << " arms: " << wrong << " of " << kRounds);
    CHECK(wrong <= kRounds * 6 / 100);  // 5 %, and what chance adds
  }
}

TEST_CASE("an arm that is clearly better is found, and sooner than the plan is long") {
  int found = 0;
  std::int64_t reached = 0;
  constexpr int kRounds = 300;
  for (int round = 0; round < kRounds; ++round) {
    Experiment experiment = of_weights({1, 1}, 600);
    if (play(experiment, {25, 40}, static_cast<std::uint64_t>(round)) == ExperimentStand::decided &&
        experiment.arms[0].beaten) {
      ++found;
      reached += experiment.arms[0].reached + experiment.arms[1].reached;
    }
  }
  INFO(found << " of " << kRounds << ", after " << reached / found << " people reached");
  CHECK(found > kRounds * 9 / 10);
  CHECK(reached / found < 400);
}

TEST_CASE("what was decided stays so, and a plan ends") {
  Experiment experiment = of_weights({1, 1}, 100);
  experiment.arms[0].reached = 60;
  experiment.arms[1].reached = 20;
  settle_arms(experiment);
  CHECK(stand_of(experiment) == ExperimentStand::decided);
  CHECK(experiment.arms[1].beaten);
  experiment.arms[1].reached = 100;
  settle_arms(experiment);
  CHECK(stand_of(experiment) == ExperimentStand::decided);
  CHECK_FALSE(experiment.arms[0].beaten);

  Experiment even = of_weights({1, 1, 1}, 100);
  CHECK(stand_of(even) == ExperimentStand::undecided);
  for (Arm& arm : even.arms) {
    arm.reached = 50;
  }
  settle_arms(even);
  CHECK(stand_of(even) == ExperimentStand::no_difference);
  even.arms[0].reached = 500;  // too late
  settle_arms(even);
  CHECK(stand_of(even) == ExperimentStand::no_difference);
}

TEST_CASE("weights and plans of any size do not overflow") {
  Experiment experiment = of_weights({1000, 1, 1000, 1000, 1000, 1000, 1000, 1000}, 1'000'000);
  experiment.arms[0].reached = 999'000;
  experiment.arms[1].reached = 0;
  settle_arms(experiment);
  // A thousand of them should have been the second arm's.
  CHECK(stand_of(experiment) == ExperimentStand::decided);
  CHECK_FALSE(experiment.arms[0].beaten);
}

}  // namespace callgate
