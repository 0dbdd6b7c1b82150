// After an Output: is everybody under way who could be, in the right order, and will it be woken
// when the next one may go? Looks at the rows, because no route tells it of every instant.
#include <algorithm>
#include <array>
#include <map>

#include "core/base/phone.hpp"
#include "core/dispatch/turn.hpp"
#include "core/limits/accounts.hpp"
#include "core/store/attempts.hpp"
#include "core/store/limits.hpp"
#include "tests/sim/auditors.hpp"

namespace callgate::sim {
namespace {

using std::chrono::minutes;

constexpr int kLooksAtOneIn = 4;
constexpr std::size_t kPeopleLookedAt = 6;
constexpr Millis kStep = minutes{15};
constexpr int kSteps = 4 * 24 * 3;
constexpr Millis kHourOfRank = Millis{minutes{60}} / 25;
constexpr Millis kTurnSlack = std::chrono::seconds{2};  // ends of turns that stand close together
constexpr Millis kHeldMax = minutes{10};  // no hold lasts longer without being looked after

struct Standing {
  std::int64_t job = 0;
  std::int64_t rank = 0;
  Instant started_at{};
  std::int64_t limit = 0;
  std::int64_t live = 0;
  std::string assistant;
};

struct Waiting {
  std::string number;
  std::int64_t rank = 0;  // its own, or its job's
  Instant not_before{};
};

struct View {
  Instant now{};
  std::optional<Instant> wake_at;
  Config config;
  bool paused = false;
  bool limited = false;  // somebody who may go may have to wait all the same
  std::int64_t live = 0;
  std::int64_t at_once = 0;                      // what the settings and the account allow
  Starts starts;                                 // what the account's breaker and rests allow
  std::map<std::int64_t, std::int64_t> live_of;  // by job
  std::vector<Standing> jobs;                    // that run and have room
  std::map<std::int64_t, std::vector<Waiting>> waiting;

  [[nodiscard]] bool may_dial() const { return !paused && !limited && live < at_once; }
};

// Whether no rate or budget of its own may hold the job back; of one that is just being made that
// is not known.
bool goes_freely(const Model& model, const std::string& assistant) {
  const ModelJob* job = model.job_of_assistant(assistant);
  if (job == nullptr) {
    return assistant.front() != 'a';  // a schedule's
  }
  return std::none_of(job->rules.begin(), job->rules.end(), [](const JobRules& rules) {
    return !rules.to && (rules.rates.any() || rules.budget > 0);
  });
}

// What is free of the accounts, asked in their order, where no rate is set.
RouteRoom room_of_accounts(Scene& scene, const View& view) {
  Sql& sql = scene.world.sql();
  LimitRow limits{sql};
  Attempts attempts{sql};
  const Rows ended = sql.exec(
      "SELECT (SELECT coalesce(sum(attempts), 0) FROM jobs) + "
      "(SELECT coalesce(sum(attempts), 0) FROM looks_removed_jobs)");
  std::vector<AccountNow> accounts;
  AccountRoute route;
  for (int account = 0; account < scene.world.settings().accounts; ++account) {
    const std::int64_t number = account + 1;
    const AccountState state = limits.now().account(number);
    AccountNow now;
    now.free = allowed(state.allowance, view.config.at_once(), ended.integer(0, 0), view.now) -
               attempts.live_through(number);
    now.health = starts_through(state.breaker, {}, view.now);
    now.starts = starts_after_rest(state.allowance, view.now);
    now.overflow = account == 0 && scene.world.settings().overflow;
    accounts.push_back(now);
    route.push_back(static_cast<std::size_t>(account));
  }
  return room_of(accounts, route);
}

std::int64_t rank_of(const LaneRank& lane, std::int64_t job_rank) {
  return lane.own ? lane.own->rank : job_rank;
}

View look(Scene& scene, const Output& output) {
  View view;
  view.now = scene.world.host_now();
  view.wake_at = output.wake_at;
  view.config = scene.model.config();
  view.limited = view.config.limits.hold_back();
  Sql& sql = scene.world.sql();
  view.paused = !sql.exec("SELECT paused_at_ms FROM workspace WHERE id = 1").is_null(0, 0);
  std::set<std::int64_t> ringing;
  const Rows under_way =
      sql.exec("SELECT job, digits FROM calls WHERE state = 2 ORDER BY job, digits");
  for (std::size_t i = 0; i < under_way.size(); ++i) {
    ++view.live_of[under_way.integer(i, 0)];
    ++view.live;
    ringing.insert(under_way.integer(i, 1));
  }
  const RouteRoom room = room_of_accounts(scene, view);
  view.at_once = std::min(view.config.global, view.live + room.free);
  view.starts = room.starts;
  const Rows jobs = sql.exec(
      "SELECT seq, concurrency, assistant_id, rank, started_at_ms FROM jobs "
      "WHERE state = 3 AND finished_at_ms IS NULL AND best_hours = 0 ORDER BY seq");
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const std::int64_t job = jobs.integer(i, 0);
    const std::int64_t limit = jobs.integer_or(i, 1, view.config.per_job);
    const std::int64_t live = view.live_of[job];
    if (live < limit && goes_freely(scene.model, jobs.text(i, 2))) {
      view.jobs.push_back(
          {job, jobs.integer(i, 3), from_ms(jobs.integer(i, 4)), limit, live, jobs.text(i, 2)});
    }
  }
  for (const Standing& job : view.jobs) {
    auto& waiting = view.waiting[job.job];
    const Rows people = sql.exec(
        "SELECT digits, not_before_ms, (SELECT rank FROM lanes WHERE lanes.seq = calls.lane) "
        "FROM calls WHERE job = ?1 AND waiting = 1 ORDER BY not_before_ms, digits LIMIT ?2",
        {job.job, static_cast<std::int64_t>(kPeopleLookedAt + ringing.size())});
    for (std::size_t i = 0; i < people.size() && waiting.size() < kPeopleLookedAt; ++i) {
      if (ringing.count(people.integer(i, 0)) == 0) {
        waiting.push_back({format_e164({people.integer(i, 0)}),
                           rank_of(lane_rank(people.integer(i, 2)), job.rank),
                           from_ms(people.integer(i, 1))});
      }
    }
  }
  return view;
}

bool could_go_now(const View& view, const Waiting& one) {
  return one.not_before <= view.now && surely_may_ring(view.config, place_of(one.number), view.now);
}

void nobody_idles(Scene& scene, const View& view) {
  if (!view.may_dial() || view.starts.now == 0) {
    return;
  }
  for (const Standing& job : view.jobs) {
    for (const Waiting& one : view.waiting.at(job.job)) {
      if (could_go_now(view, one)) {
        scene.find("idle", one.number + " of " + job.assistant + " could go, with " +
                               std::to_string(view.live) + " under way and " +
                               std::to_string(job.live) + " of its job");
        return;
      }
    }
  }
}

bool wakes_by(const View& view, Instant at) {
  return view.wake_at && *view.wake_at <= at;
}

void wake_is_in_time(Scene& scene, const View& view) {
  const auto missed = [&](const std::string& what, Instant at) {
    scene.find("wake", what + " at " + format_rfc3339(at) + ", but the wake is " +
                           (view.wake_at ? format_rfc3339(*view.wake_at) : "none"));
  };
  if (view.live > 0 && !wakes_by(view, view.now + kHeldMax)) {
    missed("a hold has to be looked after", view.now + kHeldMax);
  }
  const Rows start = scene.world.sql().exec(
      "SELECT min(start_at_ms) FROM jobs WHERE state = 2 AND start_at_ms IS NOT NULL");
  if (!start.is_null(0, 0) && !wakes_by(view, from_ms(start.integer(0, 0)))) {
    missed("a job starts", from_ms(start.integer(0, 0)));
  }
  if (!view.may_dial()) {
    return;
  }
  for (const Standing& job : view.jobs) {
    for (const Waiting& one : view.waiting.at(job.job)) {
      const Place& place = place_of(one.number);
      Instant at = std::max({one.not_before, view.now + Millis{1}, view.starts.next});
      for (int step = 0; step < kSteps && !wakes_by(view, at); ++step, at += kStep) {
        if (surely_may_ring(view.config, place, at)) {
          return missed(one.number + " of " + job.assistant + " may go", at);
        }
      }
    }
  }
}

// Since when a job waits for its turn, as far as its dials and its start tell.
Instant waits_since(const Scene& scene, std::int64_t job, Instant started_at) {
  const auto last = scene.turns.find(job);
  return last == scene.turns.end() ? started_at : std::max(last->second, started_at);
}

// Dials of an Output that were given in turn: the job, and the rank by which it went.
using InTurn = std::set<std::pair<std::int64_t, std::optional<std::int64_t>>>;

struct Served {
  std::int64_t job = 0;
  std::int64_t rank = 0;
  std::string assistant;
  Instant since{};
};

bool rings_now(Scene& scene, std::int64_t digits) {
  return !scene.world.sql()
              .exec("SELECT 1 FROM calls WHERE digits = ?1 AND state = 2 LIMIT 1", {digits})
              .empty();
}

// Nobody of the same job who ranks higher and could have gone waits on.
void own_rank_counts(Scene& scene, const View& view, const Served& served) {
  const Rows people = scene.world.sql().exec(
      "SELECT digits, not_before_ms, (SELECT rank FROM lanes WHERE lanes.seq = calls.lane) "
      "FROM calls WHERE job = ?1 AND waiting = 1 ORDER BY not_before_ms, digits LIMIT 200",
      {served.job});
  for (std::size_t i = 0; i < people.size(); ++i) {
    const LaneRank lane = lane_rank(people.integer(i, 2));
    const Waiting one{format_e164({people.integer(i, 0)}), rank_of(lane, served.rank),
                      from_ms(people.integer(i, 1))};
    const Millis head_start = kHourOfRank * (one.rank - served.rank);
    const Instant its = std::max(served.since, one.not_before) - head_start;
    // Cheapest first: few of the many could have been passed.
    if (its + kTurnSlack < served.since && could_go_now(view, one) &&
        !rings_now(scene, people.integer(i, 0))) {
      scene.find("priority", served.assistant + " dialled somebody of rank " +
                                 std::to_string(served.rank) + " before " + one.number +
                                 " of rank " + std::to_string(one.rank));
      return;
    }
  }
}

// A job that was just given a dial must not have been passed by another that could go, is of as
// high a rank and has waited longer; of two ranks, an hour longer for each level that it is lower.
// A rank of a call's own counts as if it were a job's.
void turns_are_taken(Scene& scene, const View& view, const std::set<std::int64_t>& dialled,
                     const InTurn& in_turn) {
  Sql& sql = scene.world.sql();
  const bool by_hand =
      !sql.exec("SELECT 1 FROM jobs WHERE place <> '' AND finished_at_ms IS NULL LIMIT 1").empty();
  if (view.limited || by_hand) {
    return;
  }
  for (const auto& [seq, own_rank] : in_turn) {
    const Rows row = sql.exec(
        "SELECT rank, started_at_ms, assistant_id, weight, best_hours FROM jobs WHERE seq = ?1",
        {seq});
    if (row.integer(0, 3) > 1) {
      continue;  // its turn is more than one dial
    }
    const Served served{seq, own_rank.value_or(row.integer(0, 0)), row.text(0, 2),
                        waits_since(scene, seq, from_ms(row.integer(0, 1)))};
    if (row.integer(0, 4) == 0) {
      own_rank_counts(scene, view, served);
    }
    for (const Standing& other : view.jobs) {
      const Instant waited = waits_since(scene, other.job, other.started_at);
      if (dialled.count(other.job) != 0) {
        continue;
      }
      for (const Waiting& one : view.waiting.at(other.job)) {
        const Millis head_start = kHourOfRank * (one.rank - served.rank);
        const Instant its = std::max(waited, one.not_before) - head_start;
        if (could_go_now(view, one) && its + kTurnSlack < served.since) {
          scene.find(head_start > Millis{0} ? "priority" : "fairness",
                     served.assistant + " was given a dial before " + one.number + " of " +
                         other.assistant + ", which waits since " + format_rfc3339(waited));
          return;
        }
      }
    }
  }
}

// Nothing is dialled through an account that takes no calls, but for one probe when its wait is
// over.
void breaker_is_kept(Scene& scene, int account, std::int64_t dials, const Breaker& before,
                     const Breaker& after) {
  const Instant now = scene.world.host_now();
  if (dials == 0 || !before.opened_at || before.opened_at != after.opened_at) {
    return;
  }
  const bool early = now < before.probe_at && before.probe_at <= now + BreakerRule{}.longest_wait;
  if (dials > 1 || early) {
    scene.find("breaker", std::to_string(dials) + " dials through " + kAccountNames[account] +
                              " while nothing was to be dialled before " +
                              format_rfc3339(before.probe_at));
  }
}

// Whether the call's last attempt failed by its carrier or its provider; or for want of room, where
// calls go on then.
bool failed_there(Sql& sql, std::int64_t call, bool overflows) {
  const Rows row = sql.exec("SELECT outcome FROM calls WHERE seq = ?1", {call});
  const auto outcome = static_cast<Outcome>(row.integer(0, 0));
  return outcome == Outcome::carrier_failed || outcome == Outcome::provider_error ||
         (overflows && outcome == Outcome::capacity);
}

// A call goes by the second account only when the first is away or, where that is wanted, full; or
// when it has just failed there.
void first_was_asked(Scene& scene, std::int64_t call, bool first_away, bool first_full) {
  const bool overflows = scene.world.settings().overflow;
  if (!first_away && !(overflows && first_full) &&
      !failed_there(scene.world.sql(), call, overflows)) {
    scene.find("failover", "call " + std::to_string(call) +
                               " went by the second account, though the first takes calls");
  }
}

void accounts_are_kept(Scene& scene, const std::vector<std::int64_t>& dialled) {
  Sql& sql = scene.world.sql();
  LimitRow limits{sql};
  Attempts attempts{sql};
  std::array<std::int64_t, kAccounts> dials{};
  std::array<Breaker, kAccounts> before;
  for (std::size_t account = 0; account < kAccounts; ++account) {
    before[account] =
        std::exchange(scene.breakers[account],
                      limits.now().account(static_cast<std::int64_t>(account) + 1).breaker);
  }
  const bool first_away = before[0].opened_at || scene.breakers[0].opened_at;
  const Config& config = scene.model.config();
  const bool first_full = config.limits.hold_back() ||
                          attempts.live_through(1) >= config.at_once() ||
                          limits.now().account(1).allowance.fell_to > 0;
  for (const std::int64_t call : dialled) {
    const Attempt* attempt = attempts.find(call);
    if (attempt != nullptr) {
      ++dials.at(static_cast<std::size_t>(attempt->account - 1));
      if (attempt->account == 2) {
        first_was_asked(scene, call, first_away, first_full);
      }
    }
  }
  for (std::size_t account = 0; account < kAccounts; ++account) {
    breaker_is_kept(scene, static_cast<int>(account), dials[account], before[account],
                    scene.breakers[account]);
  }
}

}  // namespace

void prepare_looks(Sql& sql) {
  sql.exec("CREATE INDEX looks_under_way ON calls (job, digits) WHERE state = 2");
  sql.exec("CREATE INDEX looks_waiting ON calls (job, not_before_ms, digits) WHERE waiting = 1");
  sql.exec("CREATE INDEX looks_ended ON calls (state, ended_at_ms, seq)");
  // What retention removes; not what an import that was taken back leaves.
  for (const char* statement :
       {"CREATE TABLE looks_removed (n INTEGER PRIMARY KEY, call INTEGER, job INTEGER, digits "
        "INTEGER, state INTEGER, ended_at_ms INTEGER, history TEXT, scheduled INTEGER)",
        "CREATE INDEX looks_removed_of ON looks_removed (job)",
        "CREATE TRIGGER looks_remove AFTER DELETE ON calls WHEN "
        "(SELECT state FROM jobs WHERE seq = OLD.job) NOT IN (1, 7) BEGIN "
        "INSERT INTO looks_removed (call, job, digits, state, ended_at_ms, history, scheduled) "
        "VALUES (OLD.seq, OLD.job, "
        "OLD.digits, OLD.state, OLD.ended_at_ms, OLD.history, (SELECT scheduled FROM jobs WHERE "
        "seq = OLD.job)); END",
        "CREATE TABLE looks_removed_jobs (n INTEGER PRIMARY KEY, job INTEGER, created_at_ms "
        "INTEGER, finished_at_ms INTEGER, open INTEGER, attempts INTEGER, scheduled INTEGER, "
        "cost_micros INTEGER)",
        "CREATE TRIGGER looks_remove_job AFTER DELETE ON jobs WHEN OLD.state NOT IN (1, 7) BEGIN "
        "INSERT INTO looks_removed_jobs (job, created_at_ms, finished_at_ms, open, attempts, "
        "scheduled, cost_micros) "
        "VALUES (OLD.seq, OLD.created_at_ms, OLD.finished_at_ms, OLD.total - OLD.completed - "
        "OLD.failed - OLD.canceled, OLD.attempts, OLD.scheduled, OLD.cost_micros); END"}) {
    sql.exec(statement);
  }
}

void audit_output(Scene& scene, const Input& input, const Output& output) {
  for (const Event& event : output.events) {
    scene.told[event.subject] = event.data;
  }
  std::set<std::int64_t> dialled;  // jobs …
  std::vector<std::int64_t> calls;
  InTurn in_turn;  // … nobody called back, nor called out of turn
  const auto* http = std::get_if<HttpRequest>(&input.event);
  const bool out_of_turn = http != nullptr && http->target.find("/call-now") != std::string::npos;
  for (const Effect& effect : output.effects) {
    if (effect.key.kind == EffectKind::place_call &&
        scene.granted.emplace(effect.key.subject, effect.key.attempt).second) {
      const Rows row = scene.world.sql().exec(
          "SELECT job, (SELECT rank FROM lanes WHERE lanes.seq = calls.lane) FROM calls "
          "WHERE seq = ?1",
          {effect.key.subject});
      dialled.insert(row.integer(0, 0));
      calls.push_back(effect.key.subject);
      const LaneRank lane = lane_rank(row.integer_or(0, 1, kCallbackRank));
      if (!out_of_turn && !lane.callback) {
        in_turn.emplace(row.integer(0, 0), lane.own ? std::optional{lane.own->rank} : std::nullopt);
      }
    }
  }
  accounts_are_kept(scene, calls);
  const bool settled = http == nullptr || http->method != "GET" || input.more;
  const bool known =
      scene.model.eras.size() < 2 || scene.model.eras[scene.model.eras.size() - 2].to;
  if (settled && known && scene.dice.below(kLooksAtOneIn) == 0) {
    const View view = look(scene, output);
    nobody_idles(scene, view);
    wake_is_in_time(scene, view);
    turns_are_taken(scene, view, dialled, in_turn);
  }
  for (const std::int64_t job : dialled) {
    scene.last_turn = std::max(scene.last_turn, scene.world.host_now());
    scene.turns[job] = scene.last_turn;
  }
}

}  // namespace callgate::sim
