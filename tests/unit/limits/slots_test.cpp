#include "core/limits/slots.hpp"

#include <catch2/catch_test_macros.hpp>
#include <random>

using namespace callgate;

TEST_CASE("A call takes a slot of every node on its path or of none") {
  Slots slots;
  const auto workspace = slots.add({SlotLevel::workspace, 0, 3});
  const auto agent = slots.add({SlotLevel::agent, 0, 1});
  const auto other = slots.add({SlotLevel::agent, 0, 9});
  const Slots::Index first[] = {workspace, agent};
  const Slots::Index second[] = {workspace, other};
  CHECK(!slots.take(first));
  CHECK(slots.take(first) == agent);
  CHECK(slots.at(workspace).live == 1);
  CHECK(!slots.take(second));
  CHECK(!slots.take(second));
  CHECK(slots.take(second) == workspace);
  CHECK(slots.at(other).live == 2);
  slots.give_back(first);
  CHECK(!slots.take(second));
}

TEST_CASE("No node is ever over its limit, whatever paths come and go") {
  std::mt19937_64 random{5};
  for (int round = 0; round < 100; ++round) {
    Slots slots;
    for (int i = 0; i < 9; ++i) {
      slots.add({SlotLevel::job, 0, static_cast<std::int64_t>(1 + random() % 5)});
    }
    std::vector<std::vector<Slots::Index>> held;
    for (int step = 0; step < 200; ++step) {
      if (random() % 3 == 0 && !held.empty()) {
        slots.give_back(held.back());
        held.pop_back();
      } else {
        const auto one_of_three = [&random] { return static_cast<Slots::Index>(random() % 3); };
        const std::vector<Slots::Index> path{one_of_three(), 3 + one_of_three(),
                                             6 + one_of_three()};
        const auto before = slots;
        if (const auto full = slots.take(path)) {
          REQUIRE(before.at(*full).free() == 0);
          for (Slots::Index i = 0; i < 9; ++i) {
            REQUIRE(slots.at(i) == before.at(i));
          }
        } else {
          held.push_back(path);
        }
      }
      for (Slots::Index i = 0; i < 9; ++i) {
        REQUIRE(slots.at(i).live <= slots.at(i).limit);
        REQUIRE(slots.at(i).live >= 0);
      }
    }
  }
}

TEST_CASE("A limit set below what is live lets nothing new in") {
  Slots slots;
  const Slots::Index path[] = {slots.add({SlotLevel::workspace, 5, 2})};
  CHECK(slots.at(path[0]).free() == 0);
  CHECK(slots.take(path));
}
