// Compares core/schedule/zone with date's own reader of the database's text (tz.cpp without
// USE_OS_TZDB), name by name, 2000 to 2099: random instants, each change of the clocks one second
// around it, and the local times around every gap and fold. What date answers is made
// "compatible" here as tests/vectors means it; its own choose() is not used.
//   zone_oracle FOLDER [instants a name] [seed]     FOLDER is what expand.mjs wrote
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <date/tz.h>
#include <string>

#include "core/schedule/zone.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kFirstS = 946'684'800;
constexpr std::int64_t kLastS = 4'102'444'800;
constexpr int kShownMax = 40;

class Comparison {
 public:
  Comparison(std::string name, const date::time_zone& theirs, const Zone& ours)
      : name_(std::move(name)), theirs_(theirs), ours_(ours) {}

  void at(std::int64_t at_s) {
    const std::int64_t want = info_at(at_s).offset.count();
    const std::int64_t got = offset_at(ours_, from_ms(at_s * 1000)).offset_s;
    judge(want == got, at_s, "offset", want, got);
  }

  void local(std::int64_t local_s) {
    const date::local_info info =
        theirs_.get_info(date::local_seconds{std::chrono::seconds{local_s}});
    const std::int64_t first = local_s - info.first.offset.count();
    const bool unique = info.result == date::local_info::unique;
    const bool gap = info.result == date::local_info::nonexistent;
    const std::int64_t second = unique ? first : local_s - info.second.offset.count();
    const Resolved got = to_instant(ours_, LocalTime{local_s * 1000});
    const LocalKind kind = unique ? LocalKind::unique : gap ? LocalKind::gap : LocalKind::fold;
    judge(got.kind == kind, local_s, "kind", static_cast<int>(kind), static_cast<int>(got.kind));
    judge(to_ms(got.at) == first * 1000, local_s, "at", first, to_ms(got.at) / 1000);
    const std::int64_t earlier = gap ? second : first;
    const std::int64_t later = gap ? first : second;
    judge(to_ms(got.earlier) == earlier * 1000, local_s, "earlier", earlier,
          to_ms(got.earlier) / 1000);
    judge(to_ms(got.later) == later * 1000, local_s, "later", later, to_ms(got.later) / 1000);
  }

  void every_change() {
    for (date::sys_info info = info_at(kFirstS);;) {
      const std::int64_t change_s = info.end.time_since_epoch().count();
      if (change_s >= kLastS) {
        return;
      }
      const date::sys_info next = info_at(change_s);
      const std::int64_t before = change_s + info.offset.count();
      const std::int64_t after = change_s + next.offset.count();
      for (const std::int64_t around : {-1, 0, 1}) {
        at(change_s + around);
        for (const std::int64_t edge : {before, after, (before + after) / 2}) {
          local(edge + around);
        }
      }
      changes += info.offset != next.offset ? 1 : 0;
      info = next;
    }
  }

  std::int64_t asked = 0;
  std::int64_t changes = 0;
  std::int64_t wrong = 0;

 private:
  date::sys_info info_at(std::int64_t at_s) const {
    return theirs_.get_info(date::sys_seconds{std::chrono::seconds{at_s}});
  }

  void judge(bool right, std::int64_t at_s, const char* what, std::int64_t want, std::int64_t got) {
    ++asked;
    static int shown = 0;
    if (!right && ++wrong > 0 && shown++ < kShownMax) {
      std::printf("%s %" PRId64 " %s: date %" PRId64 ", callgate %" PRId64 "\n", name_.c_str(),
                  at_s, what, want, got);
    }
  }

  std::string name_;
  const date::time_zone& theirs_;
  const Zone& ours_;
};

// SplitMix64: the same numbers natively and in wasm.
std::uint64_t random_of(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15U;
  std::uint64_t mixed = (state ^ (state >> 30U)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
  return mixed ^ (mixed >> 31U);
}

int run(const std::string& folder, std::int64_t instants, std::uint64_t seed) {
  date::set_install(folder);
  const date::tzdb& database = date::get_tzdb();
  const ZoneTable table;
  std::vector<std::string> names;
  for (const date::time_zone& zone : database.zones) {
    names.push_back(zone.name());
  }
  for (const date::time_zone_link& link : database.links) {
    names.push_back(link.name());
  }
  std::int64_t asked = 0;
  std::int64_t changes = 0;
  std::int64_t failed = database.version == table.release() && !names.empty() ? 0 : 1;
  for (const std::string& name : names) {
    const Zone* ours = table.find(name);
    if (ours == nullptr) {
      std::printf("%s is unknown\n", name.c_str());
      ++failed;
      continue;
    }
    Comparison comparison{name, *database.locate_zone(name), *ours};
    comparison.every_change();
    for (std::int64_t left = instants; left > 0; --left) {
      const std::int64_t at_s =
          kFirstS + static_cast<std::int64_t>(random_of(seed) % (kLastS - kFirstS));
      comparison.at(at_s);
      comparison.local(at_s);
    }
    asked += comparison.asked;
    changes += comparison.changes;
    failed += comparison.wrong > 0 ? 1 : 0;
  }
  std::printf("release %s and %s: %zu names, %" PRId64 " changes, %" PRId64 " comparisons\n",
              database.version.c_str(), std::string{table.release()}.c_str(), names.size(), changes,
              asked);
  std::printf("%" PRId64 " passed, %" PRId64 " failed\n",
              static_cast<std::int64_t>(names.size()) - failed, failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace callgate

int main(int count, char** words) {
  if (count < 2) {
    std::fputs("usage: zone_oracle FOLDER [instants a name] [seed]\n", stderr);
    return 2;
  }
  return callgate::run(words[1], count > 2 ? std::atoll(words[2]) : 200,
                       count > 3 ? std::strtoull(words[3], nullptr, 10) : 1);
}
