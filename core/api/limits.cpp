#include "core/api/limits.hpp"

#include <algorithm>

#include "core/api/job_changes.hpp"
#include "core/api/jobs.hpp"
#include "core/base/sort.hpp"
#include "core/engine/accounts.hpp"
#include "core/engine/limits.hpp"
#include "core/engine/provider_health.hpp"
#include "core/engine/service.hpp"

namespace callgate {
namespace {

using std::chrono::duration_cast;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::int64_t kHoursPerDay = 24;
constexpr std::int64_t kSecondsPerMinute = 60;

std::optional<std::int64_t> shown(std::int64_t limit) {
  return limit > 0 ? std::optional{limit} : std::nullopt;
}

std::optional<std::string> shown(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional{text};
}

Pace pace_of(const std::optional<std::int64_t>& per_second,
             const std::optional<std::int64_t>& per_minute) {
  return {per_second.value_or(0), per_minute.value_or(0)};
}

std::vector<NamedLimitView> shown(const std::vector<NamedLimit>& limits) {
  std::vector<NamedLimitView> views;
  for (const NamedLimit& limit : limits) {
    views.push_back({limit.id, limit.at_once});
  }
  return views;
}

NumberCapView view_of(const FrequencyCap& cap) {
  NumberCapView view;
  view.max = shown(cap.max);
  const auto window = duration_cast<hours>(cap.window).count();
  if (window > 0 && window % kHoursPerDay == 0) {
    view.days = window / kHoursPerDay;
  } else if (window > 0) {
    view.hours = window;
  }
  view.gap_minutes = shown(duration_cast<minutes>(cap.gap).count());
  view.cool_off_days = shown(duration_cast<hours>(cap.cool_off).count() / kHoursPerDay);
  if (view.cool_off_days) {
    view.after = cap.after;
  }
  view.per = cap.per_subject ? CapPer::subject : CapPer::number;
  return view;
}

std::optional<BreakerView> shown(const BreakerRule& rule) {
  if (rule == BreakerRule{}) {
    return std::nullopt;
  }
  return BreakerView{rule.failures, rule.first_wait / seconds{1}, rule.longest_wait / seconds{1}};
}

ProviderLimits shown(const AccountLimits& limits) {
  return {shown(limits.at_once),
          shown(limits.pace.per_second),
          shown(limits.pace.per_minute),
          shown(limits.per_day),
          shown(limits.zone),
          shown(limits.breaker),
          limits.adaptive ? std::optional{true} : std::nullopt};
}

LimitsDocument document_of(const Settings& settings) {
  const LimitSettings& limits = settings.limits;
  LimitsDocument out;
  out.workspace = ScopeLimits{settings.calls_at_once, shown(limits.pace.per_second),
                              shown(limits.pace.per_minute)};
  if (!(limits.provider == AccountLimits{})) {
    out.provider = shown(limits.provider);
  }
  if (!limits.providers.empty()) {
    out.providers.emplace();
    for (const auto& [name, account] : limits.providers) {
      ProviderLimits view = shown(account);
      out.providers->push_back({name, view.concurrency, view.per_second, view.per_minute,
                                view.per_day, std::move(view.timezone), view.breaker,
                                view.adaptive});
    }
  }
  out.job = ScopeLimits{settings.calls_at_once_per_job, shown(limits.job_pace.per_second),
                        shown(limits.job_pace.per_minute)};
  if (!limits.agents.empty()) {
    out.agents = shown(limits.agents);
  }
  if (!limits.caller_ids.empty()) {
    out.caller_ids = shown(limits.caller_ids);
  }
  if (!limits.caps.empty()) {
    out.caps.emplace();
    for (const FrequencyCap& cap : limits.caps) {
      out.caps->push_back(view_of(cap));
    }
  }
  if (limits.day_budget.limit > 0) {
    out.budget = DayBudgetView{Currency::usd, limits.day_budget.limit, limits.day_budget.reserve,
                               shown(limits.budget_zone)};
  }
  return out;
}

// Reading, with every mistake of the whole document.
class Reader {
 public:
  explicit Reader(const Service& service) : service_(service) {}

  std::vector<Issue> issues;

  [[nodiscard]] LimitSettings read(const LimitsDocument& wanted) {
    LimitSettings limits;
    const auto workspace = wanted.workspace.value_or(ScopeLimits{});
    limits.pace = pace_of(workspace.per_second, workspace.per_minute);
    limits.provider = account(wanted.provider.value_or(ProviderLimits{}), "/provider");
    for (std::size_t i = 0; wanted.providers && i < wanted.providers->size(); ++i) {
      const NamedProviderLimits& named = (*wanted.providers)[i];
      const std::string place = "/providers/" + std::to_string(i);
      check_name(limits, named.name, place + "/name");
      limits.providers[named.name] = account(named, place);
    }
    const auto job = wanted.job.value_or(ScopeLimits{});
    limits.job_pace = pace_of(job.per_second, job.per_minute);
    limits.agents = named(wanted.agents, "/agents");
    limits.caller_ids = named(wanted.caller_ids, "/callerIds");
    if (wanted.caps) {
      for (std::size_t i = 0; i < wanted.caps->size(); ++i) {
        limits.caps.push_back(cap((*wanted.caps)[i], "/caps/" + std::to_string(i)));
      }
    }
    if (wanted.budget) {
      limits.day_budget = {wanted.budget->per_day_micros, wanted.budget->reserve_micros};
      limits.budget_zone = zone(wanted.budget->timezone, "/budget/timezone");
      check_reserve(limits.day_budget.limit, limits.day_budget.reserve, "/budget", issues);
    }
    return limits;
  }

  static void check_reserve(std::int64_t limit, std::int64_t reserve, const std::string& place,
                            std::vector<Issue>& issues) {
    if (limit > 0 && reserve > limit && !has_issue_at(issues, place)) {
      add_issue(issues, place + "/reserveMicros", "reserve_above_budget",
                "One call reserves more than the whole budget: none could ever start.");
    }
  }

 private:
  template <class View>
  AccountLimits account(const View& view, const std::string& place) {
    AccountLimits limits;
    limits.at_once = view.concurrency.value_or(0);
    limits.pace = pace_of(view.per_second, view.per_minute);
    limits.per_day = view.per_day.value_or(0);
    limits.zone = zone(view.timezone, place + "/timezone");
    limits.breaker = breaker(view.breaker.value_or(BreakerView{}), place + "/breaker");
    limits.adaptive = view.adaptive.value_or(false);
    return limits;
  }

  void check_name(const LimitSettings& limits, const std::string& name,
                  const std::string& pointer) {
    if (has_issue_at(issues, pointer)) {
      return;
    }
    if (account_named(service_, name) == nullptr) {
      add_issue(issues, pointer, "unknown_provider", "There is no provider account of that name.");
    } else if (limits.providers.count(name) != 0) {
      add_issue(issues, pointer, "duplicate", "It has limits in this list already.");
    }
  }

  std::string zone(const std::optional<std::string>& name, const std::string& pointer) {
    if (name && service_.zones.find(*name) == nullptr && !has_issue_at(issues, pointer)) {
      add_issue(issues, pointer, "unknown_timezone", "No such IANA time zone.");
    }
    return name.value_or("");
  }

  std::vector<NamedLimit> named(const std::optional<std::vector<NamedLimitView>>& wanted,
                                const std::string& place) {
    std::vector<NamedLimit> limits;
    for (std::size_t i = 0; wanted && i < wanted->size(); ++i) {
      const NamedLimitView& view = (*wanted)[i];
      const bool known = std::any_of(limits.begin(), limits.end(),
                                     [&view](const NamedLimit& one) { return one.id == view.id; });
      if (known) {
        add_issue(issues, place + "/" + std::to_string(i) + "/id", "duplicate",
                  "It has a limit in this list already.");
      }
      limits.push_back({view.id, view.concurrency});
    }
    heap_sort(limits.begin(), limits.end(), [](const NamedLimit& left, const NamedLimit& right) {
      return std::tie(left.id, left.at_once) < std::tie(right.id, right.at_once);
    });
    return limits;
  }

  BreakerRule breaker(const BreakerView& view, const std::string& place) {
    if (view.wait_seconds_max < view.wait_seconds && !has_issue_at(issues, place)) {
      add_issue(issues, place + "/waitSecondsMax", "below_wait", "It is below waitSeconds.");
    }
    return {view.failures, seconds{view.wait_seconds}, seconds{view.wait_seconds_max}};
  }

  FrequencyCap cap(const NumberCapView& view, const std::string& place) {
    FrequencyCap out;
    if (has_issue_at(issues, place)) {
      return out;
    }
    const int kinds =
        (view.max ? 1 : 0) + (view.gap_minutes ? 1 : 0) + (view.cool_off_days ? 1 : 0);
    const int windows = (view.hours ? 1 : 0) + (view.days ? 1 : 0);
    if (kinds != 1) {
      add_issue(issues, place, "cap_kind",
                "A cap is one of max (with hours or days), gapMinutes and coolOffDays.");
    } else if (windows != (view.max ? 1 : 0)) {
      add_issue(issues, place, "cap_window",
                view.max ? "max holds in a window: name hours or days, one of them."
                         : "hours and days belong to max.");
    } else if (view.after && !view.cool_off_days) {
      add_issue(issues, place + "/after", "cap_after", "after belongs to coolOffDays.");
    }
    out.max = view.max.value_or(0);
    out.window = hours{view.hours.value_or(0)} + hours{kHoursPerDay * view.days.value_or(0)};
    out.gap = minutes{view.gap_minutes.value_or(0)};
    out.cool_off = hours{kHoursPerDay * view.cool_off_days.value_or(0)};
    out.after = view.after.value_or(Met::refusal);
    out.per_subject = view.per == CapPer::subject;
    return out;
  }

  const Service& service_;
};

// What is set beside something stricter, and so never comes to bear.
class Notes {
 public:
  explicit Notes(const Settings& settings) : settings_(settings) {}

  std::vector<LimitNote> take() {
    const LimitSettings& limits = settings_.limits;
    at_once("/job/concurrency", settings_.calls_at_once_per_job);
    of_account("/provider", limits.provider);
    std::size_t place = 0;
    for (const auto& [name, account] : limits.providers) {
      of_account("/providers/" + std::to_string(place++), account);
    }
    for (std::size_t i = 0; i < limits.agents.size(); ++i) {
      at_once("/agents/" + std::to_string(i) + "/concurrency", limits.agents[i].at_once);
    }
    for (std::size_t i = 0; i < limits.caller_ids.size(); ++i) {
      at_once("/callerIds/" + std::to_string(i) + "/concurrency", limits.caller_ids[i].at_once);
    }
    pace("/workspace", limits.pace);
    pace("/job", limits.job_pace);
    below("/job/perSecond", limits.job_pace.per_second, limits.pace.per_second);
    below("/job/perMinute", limits.job_pace.per_minute, limits.pace.per_minute);
    return std::move(notes_);
  }

 private:
  void of_account(const std::string& place, const AccountLimits& limits) {
    at_once(place + "/concurrency", limits.at_once);
    pace(place, limits.pace);
  }
  void at_once(std::string pointer, std::int64_t limit) {
    if (limit > settings_.calls_at_once) {
      notes_.push_back({std::move(pointer), "above_workspace",
                        "The workspace has at most " + std::to_string(settings_.calls_at_once) +
                            " calls at once."});
    }
  }
  void below(std::string pointer, std::int64_t limit, std::int64_t of_workspace) {
    if (of_workspace > 0 && limit > of_workspace) {
      notes_.push_back({std::move(pointer), "above_workspace",
                        "The workspace starts at most " + std::to_string(of_workspace) + "."});
    }
  }
  void pace(const std::string& place, const Pace& pace) {
    if (pace.per_second == 0 || pace.per_minute == 0) {
      return;
    }
    if (pace.per_minute >= pace.per_second * kSecondsPerMinute) {
      notes_.push_back(
          {place + "/perMinute", "never_reached", "perSecond allows no more in a minute."});
    } else if (pace.per_second > pace.per_minute) {
      notes_.push_back(
          {place + "/perSecond", "never_reached", "perMinute allows no more in a second."});
    }
  }

  const Settings& settings_;
  std::vector<LimitNote> notes_;
};

AccountHealthView health_of(Service& service, const Provider& account) {
  const AccountState state = service.store.limits.now().account(account.number);
  const AccountRoom room = account_room(service, account);
  const Day day = day_at(service, limits_of(service, account).zone, service.now());
  AccountHealthView view;
  view.name = account.name;
  view.live_calls = service.store.attempts.live_through(account.number);
  view.calls_today = state.calls.on(day.number);
  view.concurrency = room.allowed;
  view.ceiling = room.ceiling;
  if (const Allowance allowance = allowance_of(service, account); allowance.fell_to > 0) {
    view.refused_at = allowance.fell_at;
  }
  view.state = state_of(state.breaker, service.now());
  view.failures = state.breaker.failures;
  view.last_failure = shown(state.breaker.reason);
  view.opened_at = state.breaker.opened_at;
  if (view.opened_at) {
    view.next_probe_at = state.breaker.probe_at;
  }
  return view;
}

LimitsView view_of(Service& service) {
  const Settings& settings = service.store.workspace.settings();
  LimitsView view;
  view.limits = document_of(settings);
  view.notes = Notes{settings}.take();
  view.use.live_calls = static_cast<std::int64_t>(service.store.attempts.all().size());
  const LimitUse use = use_of_limits(service);
  view.use.provider_calls_today = use.provider_calls;
  view.use.spent_today_micros = use.spent_micros;
  view.use.reserved_micros = use.reserved_micros;
  for (const Provider& account : provider_accounts(service)) {
    if (!account.sealed_elsewhere) {
      view.providers.push_back(health_of(service, account));
    }
  }
  if (!view.providers.empty()) {
    view.provider = view.providers.front();
    view.provider->live_calls.reset();  // its shape is older than these
    view.provider->calls_today.reset();
  }
  return view;
}

// For the audit log; of very much its hash alone, to be compared with what is in force.
std::string remark_of(const Service& service, const Settings& settings) {
  constexpr std::size_t kWordy = 8192;
  std::string text;
  encode(text, document_of(settings));
  return text.size() <= kWordy ? text
                               : "sha256:" + to_hex(service.context.crypto.sha256(bytes_of(text)));
}

}  // namespace

void check_budget(const std::optional<JobBudget>& budget, const std::string& place,
                  std::vector<Issue>& issues) {
  if (!budget || has_issue_at(issues, place)) {
    return;
  }
  if (!budget->total_micros && !budget->per_day_micros) {
    add_issue(issues, place, "required", "A budget has totalMicros, perDayMicros or both.");
  }
  const std::int64_t least = std::min(budget->total_micros.value_or(Budget::kMax),
                                      budget->per_day_micros.value_or(Budget::kMax));
  Reader::check_reserve(least, budget->reserve_micros, place, issues);
}

JobLimits job_limits_of(const std::optional<std::string>& subject,
                        const std::optional<JobRate>& rate,
                        const std::optional<JobBudget>& budget) {
  JobLimits limits;
  limits.subject = subject.value_or("");
  if (rate) {
    limits.pace = pace_of(rate->per_second, rate->per_minute);
  }
  if (budget) {
    limits.budget = budget->total_micros.value_or(0);
    limits.per_day = budget->per_day_micros.value_or(0);
    limits.reserve = budget->reserve_micros;
  }
  return limits;
}

std::optional<JobRate> rate_of(const JobLimits& limits) {
  if (!limits.pace.any()) {
    return std::nullopt;
  }
  return JobRate{shown(limits.pace.per_second), shown(limits.pace.per_minute)};
}

std::optional<JobBudget> budget_of(const JobLimits& limits) {
  if (!limits.has_budget()) {
    return std::nullopt;
  }
  return JobBudget{Currency::usd, shown(limits.budget), shown(limits.per_day), limits.reserve};
}

Answer get_limits(Request& request) {
  return json_response(200, view_of(request.service()));
}

Answer put_limits(Request& request) {
  Service& service = request.service();
  LimitsDocument wanted;
  Reader reader{service};
  reader.issues = decode_into(wanted, request.body_text());
  LimitSettings limits = reader.read(wanted);
  refuse_if_any(reader.issues);
  Settings settings = service.store.workspace.settings();
  settings.limits = std::move(limits);
  if (wanted.workspace && wanted.workspace->concurrency) {
    settings.calls_at_once = *wanted.workspace->concurrency;
  }
  if (wanted.job && wanted.job->concurrency) {
    settings.calls_at_once_per_job = *wanted.job->concurrency;
  }
  request.remark = remark_of(service, settings);
  service.store.workspace.set_settings(std::move(settings));
  return json_response(200, view_of(service));
}

Answer put_job_limits(Request& request) {
  Job job = job_of(request.service(), request.path("id"));
  JobLimitsDocument wanted;
  std::vector<Issue> issues = decode_into(wanted, request.body_text());
  check_budget(wanted.budget, "/budget", issues);
  refuse_if_any(issues);
  const DayCount spent = job.limits.spent;
  job.limits = job_limits_of(wanted.subject, wanted.rate, wanted.budget);
  job.limits.spent = spent;
  job.concurrency = wanted.concurrency;
  encode(request.remark, wanted);
  return json_response(200, changed_job(request, std::move(job)));
}

}  // namespace callgate
