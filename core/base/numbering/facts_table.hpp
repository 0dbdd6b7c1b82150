// The rows behind number_facts.hpp, made by generate.mjs: a decision automaton that reads a
// number's digits, calling code first, only as far as they tell something. A node tries its edges
// in order and takes the first whose set has the digit (bit 10: the number ends there); its last
// edge takes everything. A target below the number of labels is the answer, any other a node.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace callgate::numbering {

inline constexpr std::uint32_t kEnd = 10;
inline constexpr std::size_t kNodesPerMark = 16;

struct LabelRow {
  std::uint16_t zones = 0;  // a place in zone_firsts
  std::uint8_t region = 0;
  std::uint8_t type = 0;  // NumberType
};

using Iso = char[4];

struct WidePrefix {
  std::uint16_t prefix = 0;
  std::uint16_t zones = 0;  // a place in zone_firsts
};

struct Tables {
  std::span<const std::uint8_t> edge_counts;  // of each node
  std::span<const std::uint16_t> marks;       // the edges before every kNodesPerMark-th node
  std::span<const std::uint16_t> edge_sets;   // bit d for each digit d
  std::span<const std::uint8_t> targets_low;  // bytes apart: they compress by a third better
  std::span<const std::uint8_t> targets_high;
  std::span<const LabelRow> labels;
  std::span<const Iso> regions;
  std::span<const std::uint16_t> zone_firsts;  // a list's zones end where the next one's begin
  std::span<const std::uint16_t> zones;        // places in zone_names, ascending by name
  std::span<const char* const> zone_names;
  std::span<const std::uint8_t> two_digit_codes;
  std::span<const WidePrefix> wide_prefixes;  // ascending
};

[[nodiscard]] const Tables& tables();

}  // namespace callgate::numbering
