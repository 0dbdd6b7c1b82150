#include "core/api/retry.hpp"

#include <chrono>

namespace callgate {
namespace {

using std::chrono::seconds;

std::int64_t usual_factor(BackoffKind kind) {
  return kind == BackoffKind::exponential ? 2 : 1;
}

// The kind's own kind of delay, and no other.
void read_delays(const BackoffAsked& asked, Backoff& backoff, const std::string& place,
                 std::vector<Issue>& issues) {
  const bool list = asked.kind == BackoffKind::list;
  const char* const wanted = list ? "/delaysSeconds" : "/delaySeconds";
  const char* const other = list ? "/delaySeconds" : "/delaysSeconds";
  if (list ? asked.delay_seconds.has_value() : asked.delays_seconds.has_value()) {
    add_issue(issues, place + other, "contradiction",
              list ? "A list has delaysSeconds." : "Only a list has delaysSeconds.");
  }
  if (list && asked.delays_seconds) {
    for (const std::int64_t delay : *asked.delays_seconds) {
      backoff.delays.emplace_back(seconds{delay});
    }
  } else if (!list && asked.delay_seconds) {
    backoff.delays.emplace_back(seconds{*asked.delay_seconds});
  } else {
    add_issue(issues, place + wanted, "required", "This kind of backoff needs it.");
  }
}

Backoff read_backoff(const BackoffAsked& asked, const std::string& place,
                     std::vector<Issue>& issues) {
  Backoff backoff;
  backoff.kind = asked.kind;
  backoff.factor = asked.factor.value_or(usual_factor(asked.kind));
  backoff.cap = seconds{asked.max_delay_seconds};
  backoff.jitter_percent = asked.jitter_percent;
  read_delays(asked, backoff, place, issues);
  return backoff;
}

BackoffAsked view_of(const Backoff& backoff) {
  const auto in_seconds = [](Millis delay) {
    return static_cast<std::int64_t>(std::chrono::duration_cast<seconds>(delay).count());
  };
  BackoffAsked view;
  view.kind = backoff.kind;
  if (backoff.kind == BackoffKind::list) {
    view.delays_seconds.emplace();
    for (const Millis delay : backoff.delays) {
      view.delays_seconds->push_back(in_seconds(delay));
    }
  } else {
    view.delay_seconds = in_seconds(backoff.delays.front());
  }
  if (backoff.factor != usual_factor(backoff.kind)) {
    view.factor = backoff.factor;
  }
  view.max_delay_seconds = in_seconds(backoff.cap);
  view.jitter_percent = backoff.jitter_percent;
  return view;
}

}  // namespace

RetryRules read_retry(const RetryAsked& asked, std::int64_t max_attempts, bool has_retry_delay,
                      const std::string& place, std::vector<Issue>& issues) {
  RetryRules rules;
  rules.on_unknown = asked.on_unknown;
  if (asked.backoff) {
    rules.backoff = read_backoff(*asked.backoff, place + "/backoff", issues);
  }
  if (asked.outcomes) {
    for (const OutcomeRuleAsked& rule : *asked.outcomes) {
      const std::string at = place + "/outcomes/" + std::to_string(rules.outcomes.size());
      OutcomeRule& read = rules.outcomes.emplace_back();
      read.outcome = rule.outcome;
      read.retries = rule.retries;
      if (rule.backoff) {
        read.backoff = read_backoff(*rule.backoff, at + "/backoff", issues);
      }
    }
  }
  RetryPolicy policy{max_attempts, std::nullopt, rules};
  if (has_retry_delay) {
    policy.fixed_delay = seconds{1};
  }
  for (RetryIssue& issue : check(policy)) {
    add_issue(issues, place + "/" + issue.place, "contradiction", std::move(issue.detail));
  }
  return rules;
}

std::optional<RetryAsked> view_of(const RetryRules& rules) {
  if (rules == RetryRules{}) {
    return std::nullopt;
  }
  RetryAsked view;
  view.on_unknown = rules.on_unknown;
  if (rules.backoff) {
    view.backoff = view_of(*rules.backoff);
  }
  for (const OutcomeRule& rule : rules.outcomes) {
    auto& list = view.outcomes ? *view.outcomes : view.outcomes.emplace();
    OutcomeRuleAsked& shown = list.emplace_back();
    shown.outcome = rule.outcome;
    shown.retries = rule.retries;
    if (rule.backoff) {
      shown.backoff = view_of(*rule.backoff);
    }
  }
  return view;
}

}  // namespace callgate
