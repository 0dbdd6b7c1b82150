// At the end: what was limited, at every instant, by the carrier's own ledger. A limit that is
// edited holds for what is decided from then on, and counts from when it was set; where two might
// have been in force, the looser is taken.
#include <algorithm>
#include <limits>

#include "tests/sim/auditors.hpp"

namespace callgate::sim {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::int64_t kAny = std::numeric_limits<std::int64_t>::max();

// The eras of a setting that may have been in force between two instants: [first, last].
template <class Eras>
std::pair<std::size_t, std::size_t> in_force(const Eras& eras, Instant from, Instant to) {
  std::size_t first = eras.size();
  std::size_t last = 0;
  for (std::size_t i = 0; i < eras.size(); ++i) {
    if (eras[i].from <= to && (!eras[i].to || *eras[i].to >= from)) {
      first = std::min(first, i);
      last = i;
    }
  }
  return {first, last};
}

// The most that was allowed from when the dial was decided until it rang: one that was decided
// after it may ring before it. 0 in an era: no limit.
template <class Eras, class Value>
std::int64_t most_allowed(const Eras& eras, const Dialled& dial, Value value) {
  const auto [first, last] =
      in_force(eras, dial.named_at, std::max({dial.asked_at, dial.sent_at, dial.at}));
  std::int64_t most = 0;
  for (std::size_t i = first; i <= last && i < eras.size(); ++i) {
    most = std::max(most, value(eras[i]) > 0 ? value(eras[i]) : kAny);
  }
  return most == 0 ? kAny : most;
}

// Since when there surely was such a limit, of whatever size, without a break until the dial.
template <class Eras, class Value>
Instant limited_since(const Eras& eras, const Dialled& dial, Value value) {
  auto at = in_force(eras, dial.named_at, dial.sent_at).first;
  while (at > 0 && value(eras[at - 1]) > 0) {
    --at;
  }
  return at == 0 ? Instant{} : eras[at - 1].to.value_or(Instant::max());
}

using Dials = std::vector<const Dialled*>;

struct Ledger {
  Scene& scene;
  Dials dials;  // by when they rang
};

// Whose it is; empty: no client's.
std::string client_of(const Scene& scene, const Dialled& dial) {
  const ModelJob* job = scene.model.job_of_assistant(dial.assistant);
  for (const char* client : {"c1", "c2"}) {
    if (dial.assistant == agent_of_queue(client)) {
      return client;
    }
  }
  return job == nullptr ? "" : job->client;
}

bool counts_together(const Scene& scene, const Dialled& one, const Dialled& other) {
  const ModelJob* left = scene.model.job_of_assistant(one.assistant);
  const ModelJob* right = scene.model.job_of_assistant(other.assistant);
  const std::string first = left == nullptr ? "" : left->subject;
  const std::string second = right == nullptr ? "" : right->subject;
  return first.empty() || second.empty() || first == second;
}

// Calls at once.
void slots_are_kept(Ledger& ledger) {
  Scene& scene = ledger.scene;
  const auto& eras = scene.model.eras;
  Dials live;
  for (const Dialled* dial : ledger.dials) {
    live.erase(std::remove_if(live.begin(), live.end(),
                              [&](const Dialled* one) { return one->ended <= dial->at; }),
               live.end());
    live.push_back(dial);
    const auto count = [&live](auto which) {
      return static_cast<std::int64_t>(std::count_if(live.begin(), live.end(), which));
    };
    for (const Dialled* other : live) {
      if (other != dial && other->number == dial->number) {
        scene.find("one_per_number",
                   dial->number + " rings for " + dial->attempt_id + " and " + other->attempt_id);
      }
    }
    const auto hold = [&](const char* name, std::int64_t now, std::int64_t most) {
      if (now > most) {
        scene.find(name, std::to_string(now) + " at once, and " + std::to_string(most) +
                             " allowed, when " + dial->attempt_id + " began at " +
                             format_rfc3339(dial->at));
      }
    };
    hold("limit", static_cast<std::int64_t>(live.size()),
         most_allowed(eras, *dial, [](const Era& era) { return era.config.global; }));
    hold("account_limit", count([&](const Dialled* one) { return one->account == dial->account; }),
         most_allowed(eras, *dial,
                      [](const Era& era) { return era.config.limits.provider_at_once; }));
    const auto of_name = [](const auto& limits, const std::string& name) {
      const auto found = std::find_if(limits.begin(), limits.end(),
                                      [&](const auto& limit) { return limit.first == name; });
      return found == limits.end() ? 0 : found->second;
    };
    hold("agent_limit", count([&](const Dialled* one) { return one->agent == dial->agent; }),
         most_allowed(eras, *dial, [&](const Era& era) {
           return of_name(era.config.limits.agents, dial->agent);
         }));
    hold("caller_limit", count([&](const Dialled* one) { return one->caller == dial->caller; }),
         most_allowed(eras, *dial, [&](const Era& era) {
           return of_name(era.config.limits.callers, dial->caller);
         }));
    const std::string client = client_of(scene, *dial);
    if (!client.empty()) {
      hold("client_limit",
           count([&](const Dialled* one) { return client_of(scene, *one) == client; }),
           most_allowed(eras, *dial, [&](const Era& era) {
             return of_name(era.config.limits.clients, client);
           }));
    }
    const ModelJob* job = scene.model.job_of_assistant(dial->assistant);
    if (job == nullptr) {
      continue;
    }
    const std::int64_t per_job =
        most_allowed(eras, *dial, [](const Era& era) { return era.config.per_job; });
    const std::int64_t own = most_allowed(job->rules, *dial, [&](const JobRules& rules) {
      return rules.concurrency ? std::int64_t{*rules.concurrency} : per_job;
    });
    hold("job_limit", count([&](const Dialled* one) { return one->assistant == dial->assistant; }),
         own);
  }
}

// Starts in any window, on a clock that did not jump, where one rate held all the time.
template <class Eras, class RatesOf, class Counts>
void rate_is_kept(Ledger& ledger, const char* name, const Dialled& dial, std::size_t at,
                  const Eras& eras, RatesOf rates_of, Counts counts) {
  const auto keep = [&](Millis window, auto value) {
    const auto [first, last] =
        in_force(eras, dial.asked_at - window - seconds{1}, dial.asked_at + seconds{1});
    if (first > last || last >= eras.size()) {
      return;
    }
    const std::int64_t most = value(rates_of(eras[first]));
    for (std::size_t i = first; i <= last; ++i) {
      if (most == 0 || value(rates_of(eras[i])) != most) {
        return;
      }
    }
    std::int64_t started = 0;
    for (std::size_t i = at + 1; i > 0; --i) {
      const Dialled& other = *ledger.dials[i - 1];
      if (other.asked_at <= dial.asked_at - window) {
        break;
      }
      started += counts(other) ? 1 : 0;
    }
    if (started > most) {
      ledger.scene.find(name, std::to_string(started) + " were started within " +
                                  std::to_string(window.count()) + " ms when " + dial.attempt_id +
                                  " was, at " + format_rfc3339(dial.asked_at) + ", and " +
                                  std::to_string(most) + " may be");
    }
  };
  keep(seconds{1}, [](const Rates& rates) { return rates.per_second; });
  keep(minutes{1}, [](const Rates& rates) { return rates.per_minute; });
}

void rates_are_kept(Ledger& ledger) {
  Scene& scene = ledger.scene;
  if (scene.faults.skew_ms_max > 0) {
    return;
  }
  std::stable_sort(
      ledger.dials.begin(), ledger.dials.end(),
      [](const Dialled* one, const Dialled* other) { return one->asked_at < other->asked_at; });
  const auto any = [](const Dialled&) { return true; };
  for (std::size_t at = 0; at < ledger.dials.size(); ++at) {
    const Dialled& dial = *ledger.dials[at];
    const auto& eras = scene.model.eras;
    rate_is_kept(
        ledger, "workspace_rate", dial, at, eras,
        [](const Era& era) { return era.config.limits.workspace; }, any);
    rate_is_kept(
        ledger, "provider_rate", dial, at, eras,
        [](const Era& era) { return era.config.limits.provider; },
        [&](const Dialled& other) { return other.account == dial.account; });
    const ModelJob* job = scene.model.job_of_assistant(dial.assistant);
    const auto same = [&](const Dialled& other) { return other.assistant == dial.assistant; };
    if (job != nullptr) {
      rate_is_kept(
          ledger, "job_rate", dial, at, job->rules,
          [](const JobRules& rules) { return rules.rates; }, same);
    }
    if (job != nullptr && job->rules.size() == 1 && !job->rules.front().rates.any()) {
      rate_is_kept(
          ledger, "job_rate", dial, at, eras, [](const Era& era) { return era.config.limits.job; },
          same);
    }
  }
}

// Calls of one day of UTC, each on the day on which it was decided.
void quota_is_kept(Ledger& ledger, const Dialled& dial) {
  const auto per_day = [](const Era& era) { return era.config.limits.provider_per_day; };
  const auto& eras = ledger.scene.model.eras;
  const std::int64_t most = most_allowed(eras, dial, per_day);
  if (most == kAny) {
    return;
  }
  const Instant since = limited_since(eras, dial, per_day);
  const auto day_of = [](const Dialled& one) { return to_ms(one.named_at) / kDayMs; };
  const std::int64_t so_far =
      std::count_if(ledger.dials.begin(), ledger.dials.end(), [&](const Dialled* one) {
        return one->account == dial.account && day_of(*one) == day_of(dial) &&
               one->named_at > since &&
               std::make_pair(one->named_at, one->provider_call_id) <=
                   std::make_pair(dial.named_at, dial.provider_call_id);
      });
  if (so_far > most) {
    ledger.scene.find("quota", std::to_string(so_far) + " calls of one day when " +
                                   dial.attempt_id + " was decided at " +
                                   format_rfc3339(dial.named_at) + ", and " + std::to_string(most) +
                                   " may be");
  }
}

// Caps on calls to one number. The strictest of a kind counts; those that were surely in force.
void caps_are_kept(Ledger& ledger, const Dialled& dial, const Dials& before) {
  Scene& scene = ledger.scene;
  const auto& eras = scene.model.eras;
  const auto [first, last] = in_force(eras, dial.named_at, dial.sent_at);
  if (first != last || eras[first].config.limits.caps.empty()) {
    return;
  }
  const auto counted = [](const Era& era) {
    const auto& caps = era.config.limits.caps;
    return std::int64_t{std::any_of(
        caps.begin(), caps.end(), [](const NumberCap& cap) { return cap.max + cap.gap_min > 0; })};
  };
  const auto cooled = [](const Era& era) {
    const auto& caps = era.config.limits.caps;
    return std::int64_t{std::any_of(caps.begin(), caps.end(),
                                    [](const NumberCap& cap) { return cap.cool_off_days > 0; })};
  };
  const Instant dials_since = limited_since(eras, dial, counted);
  const Instant refusals_since = limited_since(eras, dial, cooled);
  for (const NumberCap& cap : eras[first].config.limits.caps) {
    int so_far = 1;
    for (const Dialled* one : before) {
      if (cap.per_subject && !counts_together(scene, dial, *one)) {
        continue;
      }
      const bool dial_counts = one->named_at > dials_since;
      const Millis apart = dial.at - one->at + scene.slack;
      so_far += dial_counts && apart < hours{cap.hours} ? 1 : 0;
      const bool cools = one->ended_reason == "vonage-rejected" && one->ended > refusals_since;
      if ((dial_counts && apart < minutes{cap.gap_min}) ||
          (cools && dial.at - one->ended + scene.slack < hours{24 * cap.cool_off_days})) {
        scene.find("number_cap", dial.number + " is called for " + dial.attempt_id +
                                     " so soon after " + one->attempt_id);
      }
    }
    if (cap.max > 0 && so_far > cap.max) {
      scene.find("number_cap", dial.number + " is called for " + dial.attempt_id + " as the " +
                                   std::to_string(so_far) + "th time within " +
                                   std::to_string(cap.hours) + " hours");
    }
  }
}

// Money: what a job's calls have cost as long as it had a budget.
void budgets_are_kept(Ledger& ledger) {
  Scene& scene = ledger.scene;
  for (const ModelJob& job : scene.model.jobs) {
    std::int64_t most = 0;
    Instant until = Instant::max();
    for (const JobRules& rules : job.rules) {
      most = std::max(most, rules.budget);
      until = rules.budget == 0 ? std::min(until, rules.from) : until;
    }
    std::int64_t spent = 0;
    for (const Dialled* dial : ledger.dials) {
      const bool counts = dial->assistant == job.assistant && dial->named_at < until;
      spent += counts ? dial->cost_micros : 0;
    }
    if (most > 0 && spent > most) {  // of one that never had a budget nothing is asked
      scene.find("budget", job.assistant + " has cost " + std::to_string(spent) + " of " +
                               std::to_string(most));
    }
  }
}

}  // namespace

void audit_ledger(Scene& scene) {
  Ledger ledger{scene, {}};
  for (const Dialled& dial : scene.world.ledger()) {
    ledger.dials.push_back(&dial);
  }
  std::stable_sort(ledger.dials.begin(), ledger.dials.end(),
                   [](const Dialled* one, const Dialled* other) { return one->at < other->at; });
  slots_are_kept(ledger);
  std::map<std::string, Dials> by_number;
  for (const Dialled* dial : ledger.dials) {
    Dials& before = by_number[dial->number];
    caps_are_kept(ledger, *dial, before);
    before.push_back(dial);
    quota_is_kept(ledger, *dial);
  }
  budgets_are_kept(ledger);
  rates_are_kept(ledger);
}

}  // namespace callgate::sim
