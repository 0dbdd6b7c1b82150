#include "tests/sim/play.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>

#include "tests/sim/replay.hpp"

namespace callgate::sim {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::uint64_t kPlanStream = 99;
constexpr int kBooksRead = 4;
constexpr std::int64_t kSlice = 200;  // events between two looks at what was found
constexpr std::int64_t kStepsMax = 400'000;
// What was met at a number is kept for a year.
constexpr auto kToTheEnd = hours{24 * 800};

struct Feature {
  const char* name;
  void (*cut)(Plan&);
};
constexpr Feature kFeatures[] = {
    {"queue", [](Plan& plan) { plan.settings.queue = false; }},
    {"grouped", [](Plan& plan) { plan.settings.grouped = 0; }},
    {"law", [](Plan& plan) { plan.settings.law = plan.operators.law = false; }},
    {"hours", [](Plan& plan) { plan.operators.hours = false; }},
    {"schedules", [](Plan& plan) { plan.operators.schedules = false; }},
    {"limits", [](Plan& plan) { plan.operators.limits = plan.operators.clients = false; }},
    {"control", [](Plan& plan) { plan.operators.control = false; }},
    {"best", [](Plan& plan) { plan.operators.best = false; }},
    {"edits", [](Plan& plan) { plan.operators.edits = false; }},
    {"retention", [](Plan& plan) { plan.operators.retention = false; }},
    {"contacts", [](Plan& plan) { plan.operators.contacts = false; }},
    {"scheduling", [](Plan& plan) { plan.operators.scheduling = false; }},
    {"daily", [](Plan& plan) { plan.operators.daily = false; }},
    {"clients", [](Plan& plan) { plan.operators.clients = false; }},
    {"capacity", [](Plan& plan) { plan.settings.takes_at_once = 0; }},
    {"accounts", [](Plan& plan) { plan.settings.accounts = 1; }},
};

// Around changes of the clocks, the turn of a year and a leap day; else any day.
Instant start_of(Chance& dice) {
  static constexpr const char* kDays[] = {"2027-03-12T22:00:00Z", "2027-11-05T20:00:00Z",
                                          "2027-03-26T12:00:00Z", "2027-10-29T18:00:00Z",
                                          "2027-10-01T06:00:00Z", "2027-04-02T12:00:00Z",
                                          "2026-12-30T16:00:00Z", "2028-02-27T09:00:00Z"};
  if (dice.below(2) == 0) {
    return parse_rfc3339(kDays[dice.below(static_cast<int>(std::size(kDays)))]).value();
  }
  return from_ms(1'798'000'000'000) + minutes{dice.below(60 * 24 * 900)};
}

Faults faults_of(Chance& dice) {
  static constexpr int kDensities[] = {0, 100, 300, 700};
  const int density = kDensities[dice.below(4)];
  Faults faults;
  for (const FaultKind& kind : kFaults) {
    const bool on = dice.per_mille(density);
    const int amount = dice.size(kind.most);
    faults.*kind.amount = on ? amount : 0;
  }
  if (faults.skew_ms_max > 0) {
    // A list that is late, or a request, by more than what is left of the grace after a jump of the
    // clock is beyond what anybody could look up.
    faults.slow_ms_max = 0;
    faults.send_late_ms_max = std::min(faults.send_late_ms_max, 2000);
    faults.list_late_ms_max = std::min(faults.list_late_ms_max, 5000);
  }
  return faults;
}

std::int64_t count_calls(World& world) {
  return world.sql().exec("SELECT count(*) FROM calls").integer(0, 0);
}

// False: something was found, or it does not come to rest.
bool run_until(World& world, Instant until, Result& result) {
  while (result.findings.empty()) {
    if (world.run(until, kSlice)) {
      return result.findings.empty();
    }
    if (world.steps() > kStepsMax) {
      result.findings.push_back({"rest", "it does not come to rest", world.now()});
    }
  }
  return false;
}

void live(World& world, Operator& people, Auditors& auditors, const Plan& plan, const Cuts& cuts,
          Result& result) {
  Chance dice = Chance{plan.settings.seed}.stream(kPlanStream + 1);
  const Instant end = world.now() + hours{plan.active_hours};
  const int active_s = plan.active_hours * 3600;
  people.begin();
  for (int number = 0; number < plan.commands; ++number) {
    const Instant at = world.now() + std::chrono::seconds{number < 3 ? 0 : dice.below(active_s)};
    if (!cuts.commands || cuts.commands->count(number) != 0) {
      world.later(at, [&people, number] { people.act(number); });
    }
  }
  for (int i = 0; i < kBooksRead; ++i) {
    world.later(world.now() + std::chrono::seconds{dice.below(active_s)},
                [&auditors] { auditors.read_books(); });
  }
  if (!run_until(world, end, result)) {
    return;
  }
  world.calm();
  people.settle();
  auditors.read_books();
  if (run_until(world, world.now() + kToTheEnd, result)) {
    auditors.conclude();
  }
}

}  // namespace

bool is_known_cut(const std::string& word) {
  const auto named = [&](const auto& row) { return row.name == word; };
  return std::any_of(std::begin(kFaults), std::end(kFaults), named) ||
         std::any_of(std::begin(kFeatures), std::end(kFeatures), named);
}

Plan plan_of(std::uint64_t seed, const Cuts& cuts) {
  Chance dice = Chance{seed}.stream(kPlanStream);
  Plan plan;
  plan.settings.seed = seed;
  plan.settings.start = start_of(dice);
  plan.settings.faults = faults_of(dice);
  plan.settings.queue = dice.below(2) == 0;
  plan.settings.durable_alarm = dice.below(2) == 0;
  plan.settings.grouped = dice.below(2) == 0 ? dice.size(500) : 0;
  plan.settings.law = plan.operators.law = dice.below(5) < 2;
  plan.settings.small_pieces = dice.below(2) == 0;
  plan.settings.calls_at_once = dice.size(30);
  plan.operators.hours = dice.below(3) != 0;
  plan.operators.schedules = dice.below(3) == 0;
  plan.operators.people = dice.between(20, 1200);
  plan.operators.list_max = dice.between(2, 300);
  plan.commands = dice.between(4, 90);
  plan.active_hours = dice.between(1, 72);
  plan.operators.limits = dice.below(3) == 0;
  plan.operators.control = dice.below(2) == 0;
  plan.operators.best = dice.below(3) == 0;
  Chance more_dice = Chance{seed}.stream(kPlanStream + 2);
  plan.settings.takes_at_once = more_dice.below(4) == 0 ? more_dice.size(20) : 0;
  plan.operators.edits = more_dice.below(3) == 0;
  plan.operators.retention = Chance{seed}.stream(kPlanStream + 3).below(3) == 0;
  plan.operators.contacts = Chance{seed}.stream(kPlanStream + 4).below(3) == 0;
  plan.operators.scheduling = Chance{seed}.stream(kPlanStream + 5).below(3) == 0;
  plan.operators.daily = Chance{seed}.stream(kPlanStream + 6).below(3) == 0;
  plan.operators.clients =
      plan.operators.limits && Chance{seed}.stream(kPlanStream + 7).below(2) == 0;
  plan.settings.accounts = more_dice.below(3) == 0 ? kAccounts : 1;
  plan.settings.overflow = more_dice.below(2) == 0;
  for (const FaultKind& kind : kFaults) {
    if (cuts.without.count(std::string{kind.name}) != 0) {
      plan.settings.faults.*kind.amount = 0;
    }
  }
  for (const Feature& feature : kFeatures) {
    if (cuts.without.count(feature.name) != 0) {
      feature.cut(plan);
    }
  }
  plan.operators.list_max = cuts.list_max.value_or(plan.operators.list_max);
  plan.active_hours = cuts.active_hours.value_or(plan.active_hours);
  return plan;
}

std::string arguments_of(std::uint64_t seed, const Cuts& cuts) {
  std::string text = "--seed " + std::to_string(seed);
  const auto append = [&text](const char* option, const auto& words, const auto& word_of) {
    std::string list;
    for (const auto& word : words) {
      list += (list.empty() ? "" : ",") + word_of(word);
    }
    text += std::string{" "} + option + " " + (list.empty() ? "none" : list);
  };
  if (!cuts.without.empty()) {
    append("--without", cuts.without, [](const std::string& word) { return word; });
  }
  if (cuts.commands) {
    append("--commands", *cuts.commands, [](int number) { return std::to_string(number); });
  }
  if (cuts.list_max) {
    text += " --list " + std::to_string(*cuts.list_max);
  }
  if (cuts.active_hours) {
    text += " --hours " + std::to_string(*cuts.active_hours);
  }
  return text;
}

Result play(const Plan& plan, const Cuts& cuts,
            const std::function<void(const std::string&)>& tell) {
  Result result;
  World world{plan.settings};
  world.tell = tell;
  const auto complain = [&](std::string_view auditor, const std::string& detail) {
    if (tell) {
      tell("FOUND " + std::string{auditor} + ": " + detail);
    }
    result.findings.push_back({std::string{auditor}, detail, world.now()});
  };
  Operator people{world, plan.operators, complain};
  Auditors auditors{world, people.model(), result.findings};
  try {
    live(world, people, auditors, plan, cuts, result);
  } catch (const std::exception& error) {
    complain("exception", error.what());
  }
  result.steps = world.steps();
  result.calls = count_calls(world);
  result.dials = static_cast<std::int64_t>(world.ledger().size());
  result.trace = world.trace();
  result.input_log = world.input_log();
  result.output_log = world.output_log();
  if (plan.replays && plan.settings.keeps_log && result.findings.empty()) {
    if (const auto difference = first_difference(result.input_log, result.output_log)) {
      complain("restart", *difference);
    }
  }
  return result;
}

Cuts shrink(std::uint64_t seed, Cuts cuts, const std::string& auditor) {
  const auto still = [&](const Cuts& tried) {
    const Result result = play(plan_of(seed, tried), tried);
    return !result.findings.empty() && result.findings.front().auditor == auditor;
  };
  const auto keep_if = [&](const Cuts& tried) {
    const bool good = still(tried);
    if (good) {
      cuts = tried;
    }
    return good;
  };
  std::vector<std::string> words;
  for (const FaultKind& kind : kFaults) {
    words.emplace_back(kind.name);
  }
  for (const Feature& feature : kFeatures) {
    words.emplace_back(feature.name);
  }
  for (std::size_t size = words.size(); size > 0; size /= 2) {
    for (std::size_t from = 0; from < words.size(); from += size) {
      Cuts tried = cuts;
      for (std::size_t i = from; i < std::min(from + size, words.size()); ++i) {
        tried.without.insert(words[i]);
      }
      if (tried.without != cuts.without) {
        keep_if(tried);
      }
    }
  }
  if (!cuts.commands) {
    cuts.commands.emplace();
    for (int i = 0; i < plan_of(seed, cuts).commands; ++i) {
      cuts.commands->insert(i);
    }
  }
  for (std::size_t size = cuts.commands->size(); size > 0; size /= 2) {
    const std::vector<int> all{cuts.commands->begin(), cuts.commands->end()};
    for (std::size_t from = 0; from < all.size(); from += size) {
      Cuts tried = cuts;
      for (std::size_t i = from; i < std::min(from + size, all.size()); ++i) {
        tried.commands->erase(all[i]);
      }
      keep_if(tried);
    }
  }
  for (bool again = true; again;) {
    Cuts tried = cuts;
    tried.list_max = plan_of(seed, cuts).operators.list_max / 2;
    again = *tried.list_max > 0 && keep_if(tried);
  }
  for (bool again = true; again;) {
    Cuts tried = cuts;
    tried.active_hours = plan_of(seed, cuts).active_hours / 2;
    again = *tried.active_hours > 0 && keep_if(tried);
  }
  return cuts;
}

}  // namespace callgate::sim
