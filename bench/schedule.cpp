// The calendar alone: what one question costs, in nanoseconds. Prints one line of JSON. The
// instants are random, of one year, so that every question finds another answer.
//   schedule COUNT
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/rng.hpp"
#include "core/schedule/quiet_hours.hpp"
#include "core/schedule/quiet_hours/rules.hpp"
#include "core/schedule/schedule_config.hpp"

namespace {

using callgate::Instant;

constexpr std::int64_t kStartMs = 1'767'225'600'000;  // 2026-01-01
constexpr std::uint64_t kYearMs = 365ULL * 86'400'000;
constexpr std::size_t kInstants = 4096;
constexpr auto kHorizon = std::chrono::hours{24 * 30};

callgate::ScheduleConfig office_hours() {
  callgate::ScheduleConfig config;
  config.business_hours = {{1, 2, 3, 4, 5}, "09:00", "17:00", "America/New_York"};
  return config;
}

// 50 blackouts, 20 holidays, 2 priority windows and 4 priority hours.
callgate::ScheduleConfig full_config() {
  callgate::ScheduleConfig config = office_hours();
  for (std::int64_t week = 0; week < 50; ++week) {
    const Instant start = callgate::from_ms(kStartMs + week * 7 * 86'400'000);
    config.blackout_periods.push_back({start, start + std::chrono::hours{30}, "maintenance"});
  }
  for (std::int64_t day = 0; day < 20; ++day) {
    const Instant holiday = callgate::from_ms(kStartMs + day * 18 * 86'400'000);
    config.holidays.push_back(callgate::format_rfc3339(holiday).substr(0, 10));
  }
  config.priority_windows = {{"09:00", "11:00", 1}, {"15:00", "18:00", 2}};
  config.priority_hours = {9, 10, 11, 14};
  return config;
}

class Bench {
 public:
  explicit Bench(std::int64_t count) : count_(count) {
    callgate::Rng rng{{1}};
    for (std::size_t i = 0; i < kInstants; ++i) {
      instants_.push_back(
          callgate::from_ms(kStartMs + static_cast<std::int64_t>(rng.below(kYearMs))));
    }
  }

  // `question` turns an instant into a number; the sum of them is used, so that all are asked.
  template <class Question>
  void run(const char* what, const Question& question) {
    std::int64_t sum = question(instants_[0]);
    const auto began = std::chrono::steady_clock::now();
    for (std::int64_t i = 0; i < count_; ++i) {
      sum += question(instants_[static_cast<std::size_t>(i) % kInstants]);
    }
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - began;
    std::printf("%s\"%sNs\":%.1f", comma_, what, took.count() / static_cast<double>(count_));
    comma_ = ",";
    checksum_ ^= sum;
  }

  void end() { std::printf(",\"checksum\":%lld}\n", static_cast<long long>(checksum_)); }

 private:
  std::int64_t count_;
  std::vector<Instant> instants_;
  const char* comma_ = "{";
  std::int64_t checksum_ = 0;
};

std::int64_t ms_of(const std::optional<Instant>& at) {
  return at ? callgate::to_ms(*at) : 0;
}

std::int64_t ask(const callgate::Schedule& schedule, Instant at, const callgate::Wish& wish) {
  const auto got = schedule.next_available(at, wish).value();
  return got ? callgate::to_ms(got->time) : 0;
}

void measure(std::int64_t count) {
  const callgate::ZoneTable zones;
  const auto office = callgate::Schedule::check(office_hours(), zones).value();
  const auto full = callgate::Schedule::check(full_config(), zones).value();
  const std::vector<std::string_view> states{"FL"};
  const auto rules = callgate::rules_for("US", states, callgate::Purpose::marketing);
  const callgate::QuietHours quiet{callgate::combine(rules).weekly.value()};
  const std::vector<const callgate::Zone*> both{zones.find("America/Chicago"),
                                                zones.find("America/New_York")};
  const auto open = office.open();
  const auto gates = full.open() & quiet.open(both);

  Bench bench{count};
  bench.run("hours", [&](Instant at) {
    return ms_of(callgate::first_open_at_or_after(open, at, kHorizon));
  });
  bench.run("gates", [&](Instant at) {
    return ms_of(callgate::first_open_at_or_after(gates, at, kHorizon));
  });
  bench.run("next", [&](Instant at) { return ask(office, at, {}); });
  bench.run("nextFull", [&](Instant at) { return ask(full, at, {}); });
  bench.run("nextPriority", [&](Instant at) { return ask(full, at, {30, 1, {}}); });
  bench.run("nextLow", [&](Instant at) { return ask(full, at, {30, {}, callgate::Level::low}); });
  bench.run("validate", [&](Instant at) {
    return static_cast<std::int64_t>(full.validate(at, {}).objections.size());
  });
  bench.end();
}

}  // namespace

int main(int argc, char** argv) {
  const std::int64_t count = argc > 1 ? std::atoll(argv[1]) : 0;
  if (count <= 0) {
    std::fprintf(stderr, "usage: schedule COUNT\n");
    return 1;
  }
  measure(count);
  return 0;
}
