// Properties of every clock: in every zone and year from 2000 to 2099 an instant, read on the local
// clock and resolved again, is one of that reading's instants; a local time, resolved and read
// again, is itself, or later by what the clock skipped.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "core/base/rng.hpp"
#include "core/schedule/posix_rule.hpp"
#include "core/schedule/zone.hpp"

namespace callgate {
namespace {

// The names of zones and links in the database's text, found beside this file.
std::vector<std::string> every_name() {
  const std::string here = __FILE__;
  std::ifstream file{here.substr(0, here.rfind("unit/")) + "oracle/tzdata.zi"};
  std::vector<std::string> names;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words{line};
    std::string kind;
    std::string first;
    std::string second;
    words >> kind >> first >> second;
    if (kind == "Z" || kind == "L") {
      names.push_back(kind == "Z" ? first : second);
    }
  }
  return names;
}

bool leads_back(const Zone& zone, Instant at) {
  const LocalTime local = to_local(zone, at);
  const Resolved read = to_instant(zone, local);
  return read.kind != LocalKind::gap && (read.earlier == at || read.later == at) &&
         (read.kind == LocalKind::fold) == (read.earlier < read.later) && read.at == read.earlier;
}

bool leads_back(const Zone& zone, LocalTime local) {
  const Resolved read = to_instant(zone, local);
  const std::int64_t skipped =
      read.kind == LocalKind::gap ? to_ms(read.later) - to_ms(read.earlier) : 0;
  return to_local(zone, read.at).ms == local.ms + skipped &&
         (read.kind == LocalKind::unique) == (read.earlier == read.later) &&
         (read.kind != LocalKind::fold || to_local(zone, read.later) == local);
}

TEST_CASE("in every zone and year an instant leads to a local time and back") {
  const ZoneTable table;
  const auto names = every_name();
  REQUIRE(names.size() == 598);
  Rng rng{{31}};
  for (const std::string& name : names) {
    const Zone* zone = table.find(name);
    INFO(name);
    REQUIRE(zone != nullptr);
    for (std::int64_t year = 2000; year < 2100; ++year) {
      const std::int64_t first = day_of_date(year, 1, 1) * kDayMs;
      const auto into = static_cast<std::int64_t>(rng.below(365 * kDayMs));
      // Where that offset ends, too.
      const std::int64_t edge = to_ms(offset_at(*zone, from_ms(first + into)).end);
      bool all = true;
      for (const std::int64_t ms : {first + into, edge - 1, edge, edge + 1, edge + into % kDayMs}) {
        all = all && (ms > first + 400 * kDayMs ||
                      (leads_back(*zone, from_ms(ms)) && leads_back(*zone, LocalTime{ms}) &&
                       leads_back(*zone, to_local(*zone, from_ms(ms)))));
      }
      if (!all) {
        FAIL(name << " in " << year << " from " << first + into);
      }
    }
  }
}

TEST_CASE("no name but those of the database names a zone") {
  const ZoneTable table;
  const auto names = every_name();
  Rng rng{{37}};
  for (const std::string& name : names) {
    std::vector<std::string> others = {name + '/',      name + ' ',      ' ' + name,  '/' + name,
                                       "posix/" + name, "right/" + name, name + '\0', name + 'x'};
    std::string other_case = name;
    char& letter = other_case[rng.below(other_case.size())];
    letter = static_cast<char>(letter >= 'a' && letter <= 'z' ? letter - 32 : letter + 32);
    others.push_back(other_case);
    others.push_back(name.substr(0, name.rfind('/') + 1));
    for (const std::string& other : others) {
      INFO(other);
      const bool known = std::find(names.begin(), names.end(), other) != names.end();
      CHECK((table.find(other) != nullptr) == known);
    }
  }
}

}  // namespace
}  // namespace callgate
