// The simulator's dice: splitmix64, so that a seed means the same everywhere. A stream of its own
// for each use (faults, carrier, operator, …) keeps one use's throws out of another's: taking a
// fault away does not change what else was drawn.
#pragma once

#include <cstdint>

namespace callgate::sim {

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}

  // Another stream of the same seed.
  [[nodiscard]] Chance stream(std::uint64_t name) const {
    Chance mixed{state_ ^ (name + 1) * 0x9E3779B97F4A7C15U};
    return Chance{mixed.next()};
  }

  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }

  // 0 to bound - 1; 0 where there is no bound.
  int below(int bound) {
    return bound <= 0 ? 0 : static_cast<int>(next() % static_cast<std::uint64_t>(bound));
  }
  int between(int least, int most) { return least + below(most - least + 1); }
  bool per_mille(int chance) { return chance > 0 && below(1000) < chance; }
  // 1 to most, small ones as likely as large ones.
  int size(int most) { return 1 + below(between(1, most)); }

 private:
  std::uint64_t state_;
};

}  // namespace callgate::sim
