// The bytes behind phone_plan.hpp, made by pack.mjs: an automaton without loops that reads a
// national number digit by digit, laid out so that the module stays small when compressed.
//
// Each calling code has one start for each length of its numbers, so state 0 accepts whatever is
// left. A state tries its edges in order, and takes the first whose set has the digit (a set may
// hold digits that an earlier one took). Its first `fresh` edges lead to states that nothing else
// leads to: those follow kFirstFresh in the order of the edges. The others name their targets, ten
// bits each. Where a state's edges lie is the sum over the states before it, counted from a mark.
#pragma once

#include <cstdint>
#include <span>

#include "core/base/phone_plan/phone_plan.hpp"

namespace callgate::phone_plan {

constexpr std::size_t kStatesPerMark = 32;

struct Mark {
  std::uint16_t edges = 0;  // of all states before
  std::uint16_t fresh = 0;  // those of them that lead to a fresh state
};

// Bytes are places in length_sets and texts.
struct CodeRow {
  std::uint16_t code = 0;
  std::uint16_t plan = 0;
  std::uint8_t planned = 0;
  std::uint8_t lengths = 0;
  std::uint8_t trunk = 0;
};

struct RegionRow {
  char iso[2] = {};
  std::uint16_t code = 0;
  std::uint8_t lengths = 0;
  std::uint8_t trunk = 0;
  std::uint8_t international = 0;
};

struct Tables {
  std::uint16_t first_fresh;
  std::span<const std::uint8_t> states;        // 16 times its fresh edges, plus all its edges
  std::span<const std::uint8_t> edges;         // a place in digit_sets
  std::span<const std::uint8_t> targets;       // of the edges that are not fresh: the low 8 bits
  std::span<const std::uint8_t> targets_high;  // the 2 high bits, four to a byte, the first lowest
  std::span<const std::uint16_t> digit_sets;   // bit d for each digit d
  std::span<const Mark> marks;                 // for every kStatesPerMark states
  std::span<const CodeRow> codes;              // ascending by code
  std::span<const RegionRow> regions;          // ascending by iso
  std::span<const LengthSet> length_sets;
  std::span<const char* const> texts;
};

[[nodiscard]] const Tables& tables();

}  // namespace callgate::phone_plan
