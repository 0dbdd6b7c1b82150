#include "core/base/phone_plan/phone_plan.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/base/phone_plan/tables.hpp"

namespace callgate {
namespace {

using phone_plan::kStatesPerMark;
using phone_plan::tables;

constexpr std::size_t kAcceptAll = 0;  // the state that takes whatever is left

struct EdgeCount {
  std::size_t all = 0;
  std::size_t fresh = 0;
};

// Eight half-bytes, each in its own byte, added up: at most 8 * 15.
std::size_t sum_of_halves(std::uint64_t halves) {
  return static_cast<std::size_t>(((halves & 0x0F0F0F0F0F0F0F0F) * 0x0101010101010101) >> 56U);
}

// How many edges the states before `state` have: eight states at a time, for this is what reading a
// number spends its time on.
EdgeCount edges_before(const phone_plan::Tables& plan, std::size_t state) {
  const std::size_t mark = state / kStatesPerMark;
  EdgeCount out{plan.marks[mark].edges, plan.marks[mark].fresh};
  std::size_t i = mark * kStatesPerMark;
  for (; i + 8 <= state; i += 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, &plan.states[i], sizeof(eight));
    out.all += sum_of_halves(eight);
    out.fresh += sum_of_halves(eight >> 4U);
  }
  for (; i < state; ++i) {
    out.all += plan.states[i] & 15U;
    out.fresh += plan.states[i] >> 4U;
  }
  return out;
}

std::optional<std::size_t> next_state(const phone_plan::Tables& plan, std::size_t state,
                                      std::uint32_t digit) {
  const std::size_t edges = plan.states[state] & 15U;
  const std::size_t fresh = plan.states[state] >> 4U;
  const EdgeCount before = edges_before(plan, state);
  for (std::size_t i = 0; i < edges; ++i) {
    if (((plan.digit_sets[plan.edges[before.all + i]] >> digit) & 1U) == 0) {
      continue;
    }
    if (i < fresh) {
      return plan.first_fresh + before.fresh + i;
    }
    const std::size_t target = before.all - before.fresh + i - fresh;
    const std::size_t high = (plan.targets_high[target / 4] >> (target % 4 * 2)) & 3U;
    return (high << 8U) + plan.targets[target];
  }
  return std::nullopt;
}

// One rule of cut_trunk.
std::optional<TrunkCut> cut_by(std::string_view rule, std::string_view national) {
  TrunkCut cut;
  std::optional<std::size_t> looked_from;
  std::size_t at = 0;
  for (std::size_t i = 0; i < rule.size(); ++i) {
    if (rule[i] == '=') {
      looked_from = at;
    } else if (rule[i] == '>') {
      cut.put_before = rule.substr(i + 1);
      break;
    } else if (rule[i] == '$' || at == national.size()) {
      if (rule[i] != '$' || at != national.size()) {
        return std::nullopt;
      }
    } else {
      const std::size_t end = rule[i] == '[' ? rule.find(']', i) : i;
      const bool fits =
          rule[i] == 'd' || rule.substr(i, end - i + 1).find(national[at]) != rule.npos;
      if (!fits) {
        return std::nullopt;
      }
      i = end;
      ++at;
    }
  }
  cut.dropped = looked_from.value_or(at);
  return cut;
}

}  // namespace

std::optional<TrunkCut> cut_trunk(std::string_view rules, std::string_view national) {
  while (!rules.empty()) {
    const std::size_t blank = std::min(rules.find(' '), rules.size());
    if (const auto cut = cut_by(rules.substr(0, blank), national)) {
      return cut;
    }
    rules.remove_prefix(std::min(blank + 1, rules.size()));
  }
  return std::nullopt;
}

std::optional<CallingCode> find_calling_code(std::int32_t code) {
  const phone_plan::Tables& plan = tables();
  const auto row = std::lower_bound(plan.codes.begin(), plan.codes.end(), code,
                                    [](const phone_plan::CodeRow& each, std::int32_t want) {
                                      return std::int32_t{each.code} < want;
                                    });
  if (row == plan.codes.end() || row->code != code) {
    return std::nullopt;
  }
  return CallingCode{code, plan.length_sets[row->lengths], plan.texts[row->trunk],
                     plan.length_sets[row->planned], row->plan};
}

std::optional<Region> find_region(std::string_view iso) {
  const phone_plan::Tables& plan = tables();
  const auto name = [](const phone_plan::RegionRow& row) {
    return std::string_view{row.iso, sizeof(row.iso)};
  };
  const auto row = std::lower_bound(
      plan.regions.begin(), plan.regions.end(), iso,
      [&](const phone_plan::RegionRow& each, std::string_view want) { return name(each) < want; });
  if (row == plan.regions.end() || name(*row) != iso) {
    return std::nullopt;
  }
  return Region{row->code, plan.length_sets[row->lengths], plan.texts[row->trunk],
                plan.texts[row->international]};
}

bool in_use(const CallingCode& code, std::string_view national) {
  const std::size_t length = national.size();
  if (length >= 32 || ((code.planned >> length) & 1U) == 0) {
    return false;
  }
  const phone_plan::Tables& plan = tables();
  const LengthSet shorter = code.planned & ((LengthSet{1} << length) - 1);
  std::size_t state = code.plan + static_cast<std::size_t>(std::popcount(shorter));
  for (const char digit : national) {
    const auto next = next_state(plan, state, static_cast<std::uint32_t>(digit - '0'));
    if (!next || *next == kAcceptAll) {
      return next.has_value();
    }
    state = *next;
  }
  return false;  // not reached: a path of the plan's length ends in kAcceptAll
}

}  // namespace callgate
