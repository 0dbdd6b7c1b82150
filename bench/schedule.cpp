// The calendar, the recurrence and the numbering plan alone, in a loop: natively, and compiled to
// WebAssembly from the same sources. Questions come from bench/schedule/questions.mjs.
//   schedule answers QUESTIONS                  what it answers, as JSON
//   schedule time QUESTIONS MEASURE MILLISECONDS
// prints how many "questions" were asked in these "seconds", and the CPU that this took.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <exception>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/base/numbering/number_facts.hpp"
#include "core/base/phone.hpp"
#include "core/schedule/quiet_hours.hpp"
#include "core/schedule/recurrence/series.hpp"
#include "core/schedule/schedule_config.hpp"

#ifdef __EMSCRIPTEN__
#include <emscripten.h>
#endif

namespace {

using callgate::Instant;
using nlohmann::json;

constexpr auto kHorizon = std::chrono::hours{24 * 30};

struct Written {
  std::string raw;
  std::string region;
};

callgate::ScheduleConfig hours_of(const json& asked) {
  const json& hours = asked.at("hours");
  callgate::ScheduleConfig config;
  config.business_hours = {hours.at("daysOfWeek"), hours.at("startTime"), hours.at("endTime"),
                           hours.at("timezone")};
  return config;
}

callgate::ScheduleConfig all_of(const json& asked) {
  callgate::ScheduleConfig config = hours_of(asked);
  for (const json& period : asked.at("blackouts")) {
    config.blackout_periods.push_back({callgate::from_ms(period.at("start")),
                                       callgate::from_ms(period.at("end")), "maintenance"});
  }
  config.holidays = asked.at("holidays");
  return config;
}

callgate::QuietHours quiet_of(const json& asked) {
  const json& quiet = asked.at("quiet");
  callgate::QuietConfig config;
  for (auto& day : config.weekly) {
    day.push_back({quiet.at("startTime"), quiet.at("endTime")});
  }
  return callgate::QuietHours::check(config).value();
}

std::vector<const callgate::Zone*> zones_of(const json& asked, const callgate::ZoneTable& zones) {
  std::vector<const callgate::Zone*> out;
  for (const json& name : asked.at("quiet").at("zones")) {
    out.push_back(zones.find(name.get<std::string>()));
  }
  return out;
}

callgate::Series monthly_of(const json& asked, const callgate::ZoneTable& zones) {
  const json& monthly = asked.at("monthly");
  callgate::SeriesRule rule;
  rule.step = callgate::SeriesStep::monthly;
  return callgate::Series::make(*zones.find(monthly.at("timezone").get<std::string>()),
                                callgate::from_ms(monthly.at("start")), rule)
      .value();
}

// Everything that is asked about, made ready as the product has it ready: a configuration is
// checked once.
class Asked {
 public:
  explicit Asked(const json& asked)
      : office_(callgate::Schedule::check(hours_of(asked), zones_).value()),
        all_(callgate::Schedule::check(all_of(asked), zones_).value()),
        quiet_(quiet_of(asked)),
        both_(zones_of(asked, zones_)),
        monthly_(monthly_of(asked, zones_)) {
    for (const json& ms : asked.at("instants")) {
      instants_.push_back(callgate::from_ms(ms));
    }
    for (const json& number : asked.at("numbers")) {
      numbers_.push_back({number.at("raw"), number.at("region")});
    }
  }

  // Calls `use` with each measure's name, how many questions it has and the question itself, which
  // takes its index.
  template <class Use>
  void each_measure(const Use& use) const {
    const auto hours = office_.open();
    use("hours", instants_.size(), [&](std::size_t i) {
      return ms_of(first_open_at_or_after(hours, instants_[i], kHorizon));
    });
    const auto gates = all_.open() & quiet_.open(both_);
    use("gates", instants_.size(), [&](std::size_t i) {
      return ms_of(first_open_at_or_after(gates, instants_[i], kHorizon));
    });
    use("next", instants_.size(), [&](std::size_t i) {
      const auto found = all_.next_available(instants_[i], {}).value();
      return found ? callgate::to_ms(found->time) : 0;
    });
    use("monthly", instants_.size(), [&](std::size_t i) {
      const auto found = monthly_.next(instants_[i]);
      return found ? callgate::to_ms(found->occurrence.at) : 0;
    });
    use("number", numbers_.size(), [&](std::size_t i) {
      const auto phone = callgate::parse_phone(numbers_[i].raw, numbers_[i].region);
      const auto facts = callgate::facts_of(*phone);
      return phone->digits + facts.calling_code + static_cast<std::int64_t>(facts.zones.size());
    });
  }

  // What a peer without zones can answer too.
  [[nodiscard]] json number(std::size_t i) const {
    const auto phone = callgate::parse_phone(numbers_[i].raw, numbers_[i].region);
    return phone ? json{{"e164", callgate::format_e164(*phone)},
                        {"region", callgate::facts_of(*phone).region}}
                 : json{};
  }

 private:
  static std::int64_t ms_of(const std::optional<Instant>& at) {
    return at ? callgate::to_ms(*at) : 0;
  }

  callgate::ZoneTable zones_;
  callgate::Schedule office_;
  callgate::Schedule all_;
  callgate::QuietHours quiet_;
  std::vector<const callgate::Zone*> both_;
  callgate::Series monthly_;
  std::vector<Instant> instants_;
  std::vector<Written> numbers_;
};

void print_answers(const Asked& asked) {
  json answers = json::object();
  asked.each_measure([&](const std::string& name, std::size_t count, const auto& question) {
    json& all = answers[name] = json::array();
    for (std::size_t i = 0; i < count; ++i) {
      all.push_back(name == "number" ? asked.number(i) : json(question(i)));
    }
  });
  std::printf("%s\n", answers.dump().c_str());
}

// Of this process; what the engine does beside is its too.
double cpu_seconds() {
#ifdef __EMSCRIPTEN__
  return EM_ASM_DOUBLE({
    const used = process.cpuUsage();
    return (used.user + used.system) / 1e6;
  });
#else
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
#endif
}

void print_time(const Asked& asked, const std::string& measure, std::int64_t milliseconds) {
  using Clock = std::chrono::steady_clock;
  asked.each_measure([&](const std::string& name, std::size_t count, const auto& question) {
    if (name != measure) {
      return;
    }
    std::uint64_t sum = 0;  // printed, so that every question is asked
    const auto ask_all = [&] {
      for (std::size_t i = 0; i < count; ++i) {
        sum += static_cast<std::uint64_t>(question(i));
      }
    };
    const auto run = [&](std::chrono::milliseconds budget) {
      const auto began = Clock::now();
      std::int64_t asked_for = 0;
      do {
        ask_all();
        asked_for += static_cast<std::int64_t>(count);
      } while (Clock::now() - began < budget);
      return std::pair{asked_for, std::chrono::duration<double>(Clock::now() - began).count()};
    };
    run(std::chrono::milliseconds{milliseconds / 5});  // caches, and the engine's own compiler
    const double cpu_began = cpu_seconds();
    const auto [questions, seconds] = run(std::chrono::milliseconds{milliseconds});
    const double cpu = cpu_seconds() - cpu_began;
    std::printf("{\"questions\":%lld,\"seconds\":%.6f,\"cpuSeconds\":%.6f,\"sum\":\"%llu\"}\n",
                static_cast<long long>(questions), seconds, cpu,
                static_cast<unsigned long long>(sum));
  });
}

int run(int argc, char** argv) {
  const bool answers = argc == 3 && std::strcmp(argv[1], "answers") == 0;
  const bool time = argc == 5 && std::strcmp(argv[1], "time") == 0;
  if (!answers && !time) {
    std::fprintf(stderr, "usage: schedule answers FILE | schedule time FILE MEASURE MS\n");
    return 2;
  }
  std::ifstream file{argv[2]};
  const Asked asked{json::parse(file)};
  if (answers) {
    print_answers(asked);
  } else {
    print_time(asked, argv[3], std::atoll(argv[4]));
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "schedule: %s\n", error.what());
    return 1;
  }
}
