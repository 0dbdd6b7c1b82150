// Expands rules for rules.py, one a line: "<zone> <start> <until> <rule> <RDATE or -> <EXDATE or
// ->", start and until in UTC seconds; answers with the occurrences up to `until`, in UTC seconds,
// or with "?" and what is wrong.
#include <cinttypes>
#include <cstdio>
#include <iostream>
#include <string>

#include "core/schedule/recurrence/rule_set.hpp"

namespace {

std::vector<callgate::IcalTime> times_of(const std::string& text) {
  return text == "-" ? std::vector<callgate::IcalTime>{} : callgate::parse_ical_times(text).value();
}

}  // namespace

int main() {
  const callgate::ZoneTable table;
  std::string zone;
  std::int64_t start_s = 0;
  std::int64_t until_s = 0;
  std::string text;
  std::string more;
  std::string less;
  while (std::cin >> zone >> start_s >> until_s >> text >> more >> less) {
    const auto rule = callgate::parse_rrule(text);
    if (!rule) {
      std::printf("? %s %s\n", rule.error().front().word.c_str(),
                  rule.error().front().reason.c_str());
      continue;
    }
    const callgate::RuleSet set{*table.find(zone),
                                callgate::from_ms(start_s * 1000),
                                *rule,
                                {times_of(more), times_of(less)}};
    const char* blank = "";
    for (auto next = set.next(callgate::kEpoch);
         next && callgate::to_ms(next->at) <= until_s * 1000; next = set.next(next->at)) {
      std::printf("%s%" PRId64, blank, callgate::to_ms(next->at) / 1000);
      blank = " ";
    }
    std::printf("\n");
  }
}
