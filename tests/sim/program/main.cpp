// ./dev sim: plays seeds, and tells which of them something was found in.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "core/wire.hpp"
#include "tests/sim/play.hpp"
#include "tests/sim/scenario.hpp"

namespace {

using namespace callgate;
using sim::Cuts;
using sim::Result;

constexpr const char* kUsage =
    R"(Tries to break the queue: seeded plays of the whole system, with virtual time, a simulated
carrier, simulated operators, faults, and auditors that know the design and not the code.

  ./dev sim [--seed S] [--seeds N] [--jobs N]   plays N seeds from S on (1, 200)
  ./dev sim --minutes N | --first               as many as fit; until something is found
  ./dev sim --seed S --story                    one seed, and what happens in it
  ./dev sim --seed S --shrink                   the shortest story in which the same is found
  ./dev sim --seed S --twice                    each seed twice: both must end in the same hash
  ./dev sim --seed S --replay                   its Inputs again, to a core that never stops
  ./dev sim --seed S --log FILE                 writes the Inputs; prints "<trace hash> <Inputs>"
  ./dev sim --scenario FILE                     plays these jobs, and tells the ledger and the books
  ./dev sim --list-faults                       what can go wrong

  --without A,B     leave these faults out, or queue, grouped, law, hours, schedules,
                    limits, control, best, edits, capacity, accounts, retention, contacts,
                    scheduling, daily, clients
  --commands 0,4    only these commands of the operators
  --list N          no list of people longer than N
  --hours N         faults and operators only for so long

The last line is "N passed, N failed"; the status is 0 when nothing was found.
)";

struct Options {
  std::uint64_t seed = 1;
  int seeds = 200;
  int jobs = 0;
  int minutes = 0;
  bool first = false;
  bool story = false;
  bool shrink = false;
  bool twice = false;
  bool replay = false;
  std::string log;
  std::string scenario;
  Cuts cuts;
};

[[noreturn]] void refuse(const std::string& why) {
  std::fprintf(stderr, "sim: %s\n%s", why.c_str(), kUsage);
  std::exit(2);
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream in{text};
  for (std::string word; std::getline(in, word, ',');) {
    if (word != "none") {
      words.push_back(word);
    }
  }
  return words;
}

std::uint64_t number_of(const std::string& option, const std::string& text) {
  char* end = nullptr;
  const std::uint64_t number = std::strtoull(text.c_str(), &end, 10);
  if (text.empty() || *end != '\0' || text[0] == '-') {
    refuse(option + " takes a number, not '" + text + "'");
  }
  return number;
}

void list_faults() {
  for (const sim::FaultKind& kind : sim::kFaults) {
    std::printf("  %-20s %s\n", std::string{kind.name}.c_str(), std::string{kind.what}.c_str());
  }
}

void read_value(Options& options, const std::string& option, const std::string& value) {
  if (option == "--without") {
    for (const std::string& word : split(value)) {
      if (!sim::is_known_cut(word)) {
        refuse("there is no fault '" + word + "'");
      }
      options.cuts.without.insert(word);
    }
  } else if (option == "--commands") {
    options.cuts.commands.emplace();
    for (const std::string& word : split(value)) {
      options.cuts.commands->insert(static_cast<int>(number_of(option, word)));
    }
  } else if (option == "--log") {
    options.log = value;
  } else if (option == "--scenario") {
    options.scenario = value;
  } else if (option == "--seed") {
    options.seed = number_of(option, value);
  } else if (option == "--seeds") {
    options.seeds = static_cast<int>(number_of(option, value));
  } else if (option == "--minutes") {
    options.minutes = static_cast<int>(number_of(option, value));
    options.seeds = std::numeric_limits<int>::max();
  } else if (option == "--jobs") {
    options.jobs = static_cast<int>(number_of(option, value));
  } else if (option == "--list") {
    options.cuts.list_max = static_cast<int>(std::max<std::uint64_t>(1, number_of(option, value)));
  } else if (option == "--hours") {
    options.cuts.active_hours =
        static_cast<int>(std::max<std::uint64_t>(1, number_of(option, value)));
  } else {
    refuse("there is no option '" + option + "'");
  }
}

Options read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string option = argv[i];
    if (option == "--help" || option == "-h") {
      std::fputs(kUsage, stdout);
      std::exit(0);
    } else if (option == "--list-faults") {
      list_faults();
      std::exit(0);
    } else if (option == "--story") {
      options.story = true;
    } else if (option == "--shrink") {
      options.shrink = true;
    } else if (option == "--first") {
      options.first = true;
    } else if (option == "--twice") {
      options.twice = true;
    } else if (option == "--replay") {
      options.replay = true;
    } else if (i + 1 == argc) {
      refuse("'" + option + "' stands alone");
    } else {
      read_value(options, option, argv[++i]);
    }
  }
  if (options.story || options.shrink || !options.log.empty()) {
    options.seeds = 1;
  }
  return options;
}

// What all the workers count together.
class Tally {
 public:
  void add(const Result& result, bool same) {
    const std::lock_guard lock{mutex_};
    steps_ += result.steps;
    calls_ += result.calls;
    dials_ += result.dials;
    ++(result.findings.empty() && same ? passed_ : failed_);
    const auto now = std::chrono::steady_clock::now();
    if (now - shown_ > std::chrono::seconds{10}) {
      shown_ = now;
      show();
    }
  }
  void tell(const std::string& text) {
    const std::lock_guard lock{mutex_};
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
  }
  [[nodiscard]] bool is_over(const Options& options) {
    const std::lock_guard lock{mutex_};
    const auto passed = std::chrono::steady_clock::now() - began_;
    return (options.first && failed_ > 0) ||
           (options.minutes > 0 && passed > std::chrono::minutes{options.minutes});
  }
  bool conclude() {
    show();
    std::printf("%d passed, %d failed\n", passed_, failed_);
    return failed_ == 0;
  }

 private:
  void show() const {
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - began_;
    std::printf("%d seeds, %lld steps, %lld calls, %lld dials, %.0f steps a second\n",
                passed_ + failed_, static_cast<long long>(steps_), static_cast<long long>(calls_),
                static_cast<long long>(dials_),
                static_cast<double>(steps_) / std::max(passed.count(), 0.001));
    std::fflush(stdout);
  }

  std::mutex mutex_;
  int passed_ = 0;
  int failed_ = 0;
  std::int64_t steps_ = 0;
  std::int64_t calls_ = 0;
  std::int64_t dials_ = 0;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point shown_ = began_;
};

std::string found_text(std::uint64_t seed, const Cuts& cuts, const Result& result) {
  std::string text = "seed " + std::to_string(seed) + ":\n";
  for (const sim::Finding& finding : result.findings) {
    text +=
        "  " + finding.auditor + ", " + format_rfc3339(finding.at) + ": " + finding.detail + "\n";
  }
  const std::string again = "  ./dev sim " + sim::arguments_of(seed, cuts);
  return text + again + " --story\n" + again + " --shrink\n";
}

void play_one(const Options& options, std::uint64_t seed, Tally& tally) {
  sim::Plan plan = sim::plan_of(seed, options.cuts);
  plan.settings.keeps_log = options.twice || options.replay || !options.log.empty();
  plan.replays = options.replay;
  const auto print = [](const std::string& line) { std::printf("%s\n", line.c_str()); };
  const Result result = sim::play(
      plan, options.cuts, options.story ? print : std::function<void(const std::string&)>{});
  const bool same = !options.twice || sim::play(plan, options.cuts).trace == result.trace;
  tally.add(result, same);
  if (!same) {
    tally.tell("seed " + std::to_string(seed) + ": played twice it differs\n");
  }
  if (!result.findings.empty()) {
    tally.tell(found_text(seed, options.cuts, result));
    if (options.first) {
      tally.tell("found by " + result.findings.front().auditor + " in seed " +
                 std::to_string(seed) + "\n");
    }
  }
  if (options.shrink && !result.findings.empty()) {
    const Cuts cuts = sim::shrink(seed, options.cuts, result.findings.front().auditor);
    tally.tell("shortest:\n" + found_text(seed, cuts, sim::play(sim::plan_of(seed, cuts), cuts)));
  }
  if (!options.log.empty()) {
    std::ofstream file{options.log, std::ios::binary};
    file << result.input_log;
    if (!file.flush()) {
      refuse("cannot write " + options.log);
    }
    std::string_view rest = result.input_log;
    std::int64_t inputs = 0;
    while (next_record(rest)) {
      ++inputs;
    }
    tally.tell(result.trace + " " + std::to_string(inputs) + "\n");
  }
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = read_options(argc, argv);
  if (!options.scenario.empty()) {
    std::ifstream file{options.scenario, std::ios::binary};
    std::stringstream text;
    text << file.rdbuf();
    std::printf("%s\n", sim::play_scenario(options.seed, text.str()).c_str());
    return 0;
  }
  const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  const int jobs = std::min(options.seeds, options.jobs > 0 ? options.jobs : cores);
  Tally tally;
  std::atomic<int> next{0};
  std::vector<std::thread> workers;
  for (int i = 0; i < jobs; ++i) {
    workers.emplace_back([&] {
      for (int at = next++; at < options.seeds && !tally.is_over(options); at = next++) {
        play_one(options, options.seed + static_cast<std::uint64_t>(at), tally);
      }
    });
  }
  for (std::thread& worker : workers) {
    worker.join();
  }
  return tally.conclude() ? 0 : 1;
}
