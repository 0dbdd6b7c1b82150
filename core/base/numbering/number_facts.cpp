#include "core/base/numbering/number_facts.hpp"

#include <algorithm>
#include <string>

#include "core/base/numbering/facts_table.hpp"

namespace callgate {
namespace {

using numbering::kEnd;
using numbering::kNodesPerMark;
using numbering::LabelRow;

// Where the digit leads from a node.
std::size_t target_of(const numbering::Tables& tables, std::size_t node, std::uint32_t digit) {
  std::size_t edge = tables.marks[node / kNodesPerMark];
  for (std::size_t i = node - node % kNodesPerMark; i < node; ++i) {
    edge += tables.edge_counts[i];
  }
  while (((tables.edge_sets[edge] >> digit) & 1U) == 0) {
    ++edge;
  }
  return tables.targets_low[edge] + 256U * tables.targets_high[edge];
}

// Digits beyond the end are the end: no node that says so leads on by it.
const LabelRow& label_of(const numbering::Tables& tables, std::string_view digits) {
  std::size_t target = tables.labels.size();
  for (std::size_t i = 0; target >= tables.labels.size(); ++i) {
    const std::uint32_t digit =
        i < digits.size() ? static_cast<std::uint32_t>(digits[i] - '0') : kEnd;
    target = target_of(tables, target - tables.labels.size(), digit);
  }
  return tables.labels[target];
}

// Calling codes have one digit, two or three, and none is the beginning of another.
std::int32_t calling_code_of(const numbering::Tables& tables, std::string_view digits) {
  std::int32_t code = digits[0] - '0';
  if (code == 1 || code == 7) {
    return code;
  }
  code = code * 10 + (digits[1] - '0');
  const bool is_whole =
      std::binary_search(tables.two_digit_codes.begin(), tables.two_digit_codes.end(), code);
  return is_whole ? code : code * 10 + (digits[2] - '0');
}

std::span<const std::uint16_t> zones_at(const numbering::Tables& tables, std::size_t list) {
  const std::size_t first = tables.zone_firsts[list];
  return tables.zones.subspan(first, tables.zone_firsts[list + 1] - first);
}

}  // namespace

NumberFacts facts_of(Phone phone) {
  const numbering::Tables& tables = numbering::tables();
  // Three digits at least, whatever comes.
  const std::string digits = std::to_string(phone.digits < 100 ? phone.digits + 100 : phone.digits);
  const LabelRow& label = label_of(tables, digits);
  NumberFacts out;
  out.region = tables.regions[label.region];
  out.type = static_cast<NumberType>(label.type);
  out.calling_code = calling_code_of(tables, digits);
  out.zones = zones_at(tables, label.zones);
  return out;
}

std::size_t wide_prefix_count() {
  return numbering::tables().wide_prefixes.size();
}

WidePrefix wide_prefix(std::size_t place) {
  const numbering::Tables& tables = numbering::tables();
  const numbering::WidePrefix& row = tables.wide_prefixes[place];
  return {row.prefix, zones_at(tables, row.zones)};
}

std::optional<WidePrefix> wide_area_of(Phone phone) {
  constexpr std::int64_t kAfterArea = 10'000'000;
  const auto rows = numbering::tables().wide_prefixes;
  const std::int64_t prefix = phone.digits / kAfterArea;
  const auto row = std::lower_bound(
      rows.begin(), rows.end(), prefix,
      [](const numbering::WidePrefix& each, std::int64_t want) { return each.prefix < want; });
  const bool is_area = prefix >= 1000 && row != rows.end() && row->prefix == prefix;
  return is_area ? std::optional{wide_prefix(static_cast<std::size_t>(row - rows.begin()))}
                 : std::nullopt;
}

std::string_view zone_name(std::uint16_t zone) {
  return numbering::tables().zone_names[zone];
}

std::string_view word_of(NumberType type) {
  constexpr std::string_view kWords[] = {
      "fixed_line", "mobile", "toll_free", "premium_rate", "personal_number",     "voicemail",
      "uan",        "pager",  "voip",      "shared_cost",  "fixed_line_or_mobile"};
  return kWords[static_cast<std::size_t>(type)];
}

}  // namespace callgate
