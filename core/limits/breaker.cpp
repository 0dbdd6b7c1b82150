#include "core/limits/breaker.hpp"

#include <algorithm>

namespace callgate {
namespace {

constexpr std::size_t kReasonBytesMax = 200;
constexpr std::uint64_t kShorterBy = 5;  // a fifth of the wait, at most

// In plain characters, whatever a host or a provider says.
std::string plain(std::string_view reason) {
  std::string out{reason.substr(0, kReasonBytesMax)};
  std::replace_if(out.begin(), out.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return out;
}

void wait_for_probe(Breaker& breaker, const BreakerRule& rule, std::uint64_t seed, Instant now) {
  breaker.probe_at = now + probe_wait(rule, breaker.cause, breaker.waits, seed);
}

}  // namespace

BreakerState state_of(const Breaker& breaker, Instant now) {
  if (!breaker.opened_at) {
    return BreakerState::closed;
  }
  return breaker.probe && now < breaker.probe_at ? BreakerState::half_open : BreakerState::open;
}

Starts starts_through(const Breaker& breaker, const BreakerRule& rule, Instant now) {
  if (!breaker.opened_at) {
    return {};
  }
  // A clock that went back by more than any wait, or a rule whose waits were made shorter, does not
  // keep the account out of use.
  const bool due = breaker.probe_at <= now || breaker.probe_at > now + rule.longest_wait;
  return due ? Starts{1, {}} : Starts{0, breaker.probe_at};
}

bool lets_through(const Breaker& breaker, const DialName& dial) {
  return !breaker.opened_at || breaker.probe == dial;
}

Millis probe_wait(const BreakerRule& rule, BreakerCause cause, std::int64_t waits,
                  std::uint64_t seed) {
  Millis wait = cause == BreakerCause::key_refused ? rule.longest_wait : rule.first_wait;
  for (std::int64_t i = 0; i < waits && wait < rule.longest_wait; ++i) {
    wait *= 2;
  }
  wait = std::min(wait, rule.longest_wait);
  const auto most = static_cast<std::uint64_t>(wait.count()) / kShorterBy;
  return wait - Millis{static_cast<std::int64_t>(seed % (most + 1))};
}

void begin_probe(Breaker& breaker, const BreakerRule& rule, const DialName& dial,
                 std::uint64_t seed, Instant now) {
  breaker.probe = dial;
  ++breaker.waits;
  wait_for_probe(breaker, rule, seed, now);
}

bool note_failure(Breaker& breaker, const BreakerRule& rule, const DialName& dial,
                  BreakerCause cause, std::string_view reason, std::uint64_t seed, Instant now) {
  if (breaker.opened_at && breaker.probe != dial) {
    return false;
  }
  breaker.cause = cause;
  breaker.reason = plain(reason);
  if (breaker.opened_at) {
    breaker.probe.reset();
    wait_for_probe(breaker, rule, seed, now);
    return false;
  }
  ++breaker.failures;
  if (cause != BreakerCause::key_refused && breaker.failures < rule.failures) {
    return false;
  }
  breaker.opened_at = now;
  breaker.waits = 0;
  wait_for_probe(breaker, rule, seed, now);
  return true;
}

bool note_success(Breaker& breaker, const DialName& dial) {
  const bool open = breaker.opened_at.has_value();
  if (open && breaker.probe != dial) {
    return false;
  }
  breaker = Breaker{};
  return open;
}

}  // namespace callgate
