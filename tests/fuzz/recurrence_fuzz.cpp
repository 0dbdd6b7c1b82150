// Texts of rules, sets of lines, dates and cron expressions: read or refused with a place in the
// text, never a crash; what is read has one spelling, and the same meaning again; its occurrences
// ascend, in bounded work. The first four bytes choose the zone, the start and the kind of text.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/schedule/recurrence/ical_lines.hpp"
#include "core/schedule/recurrence/recurrence.hpp"

namespace {

using namespace callgate;

constexpr int kSteps = 5;
// Days of the 400 years after which the calendar repeats: what one step may look at, and one more.
constexpr std::int64_t kCycle = 146'097 + 4;

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

void walk(const Recurrence& recurrence, Instant from) {
  for (int i = 0; i < kSteps; ++i) {
    std::int64_t looked_at = 0;
    const auto next = next_occurrence(recurrence, from, &looked_at);
    require(looked_at <= 2 * kCycle);
    if (!next) {
      return;
    }
    require(next->at > from);
    from = next->at;
  }
}

template <class Read>
bool is_read(const Read& read, std::string_view text) {
  if (!read) {
    require(!read.error().empty() && read.error().front().position <= text.size());
  }
  return read.has_value();
}

void check_rule(const Zone& zone, Instant start, std::string_view text) {
  const auto rule = parse_rrule(text);
  if (is_read(rule, text)) {
    require(parse_rrule(format_rrule(*rule)) == *rule);
    walk(RuleSet{zone, start, *rule}, kEpoch);
  }
}

void check_cron(const Zone& zone, Instant start, std::string_view text) {
  const auto cron = parse_cron(text);
  if (is_read(cron, text)) {
    walk(CronSchedule{zone, *cron}, start);
  }
}

void check_lines(const Zone& zone, Instant start, std::string_view text) {
  const auto lines = parse_ical_lines(text);
  if (is_read(lines, text)) {
    walk(RuleSet{zone, start, lines->rule, lines->dates}, kEpoch);
  }
}

void check_times(const Zone& zone, Instant start, std::string_view text) {
  const auto times = parse_ical_times(text);
  if (is_read(times, text)) {
    for (const auto& time : *times) {
      require(parse_ical_time(format_ical_time(time)) == time);
    }
    const auto daily = parse_rrule("FREQ=DAILY;COUNT=5");
    walk(RuleSet{zone, start, *daily, {*times, {}}}, kEpoch);
    walk(RuleSet{zone, start, *daily, {{}, *times}}, kEpoch);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const ZoneTable kTable;
  static const Zone* const kZones[] = {kTable.find("America/New_York"), kTable.find("Pacific/Apia"),
                                       kTable.find("UTC"), kTable.find("America/Scoresbysund")};
  constexpr std::array kChecks = {check_rule, check_cron, check_lines, check_times};
  if (size < 4) {
    return 0;
  }
  const Instant start = from_ms((std::int64_t{data[1]} * 256 + data[2]) * 3'600'000 * 6);
  const std::string_view text{reinterpret_cast<const char*>(data) + 4, size - 4};
  kChecks[data[3] % kChecks.size()](*kZones[data[0] % 4], start, text);
  return 0;
}
