// A circuit breaker (Nygard, "Release It!"): after so many dials in a row that a provider account
// did not take, nothing is dialled through it until a wait is over; then one call goes out as a
// probe. It is taken, and everything may go again; or it is not, and the next wait is longer. An
// account that refuses its key is not tried often: no retry mends that, only somebody who stores
// another. While it is open only the probe has a say; a probe nobody hears of again is followed by
// the next when its wait is over. What counts as not taken is its owner's to say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "core/base/time.hpp"
#include "core/limits/starts.hpp"

namespace callgate {

struct BreakerRule {
  std::int64_t failures = 5;  // in a row: then it opens
  Millis first_wait = std::chrono::seconds{15};
  Millis longest_wait = std::chrono::minutes{10};

  friend bool operator==(const BreakerRule&, const BreakerRule&) = default;
};

// Numbers are stored: append only.
enum class BreakerCause : std::uint8_t {
  unreachable = 0,  // no connection, no answer, or an error of the provider's own
  key_refused = 1,
};

enum class BreakerState : std::uint8_t { closed, open, half_open };

// A dial: the call, and which of its attempts.
struct DialName {
  std::int64_t call = 0;
  std::int64_t attempt = 0;

  friend bool operator==(const DialName&, const DialName&) = default;
  friend bool operator<(const DialName& a, const DialName& b) {
    return std::tie(a.call, a.attempt) < std::tie(b.call, b.attempt);
  }
};

struct Breaker {
  std::int64_t failures = 0;  // in a row, while it is closed
  BreakerCause cause = BreakerCause::unreachable;
  std::string reason;  // of the last failure
  std::optional<Instant> opened_at;
  Instant probe_at{};             // the next dial may go then
  std::int64_t waits = 0;         // since it opened
  std::optional<DialName> probe;  // under way, or lost

  friend bool operator==(const Breaker&, const Breaker&) = default;
};

[[nodiscard]] BreakerState state_of(const Breaker& breaker, Instant now);

[[nodiscard]] Starts starts_through(const Breaker& breaker, const BreakerRule& rule, Instant now);

// Whether that dial may be sent: it is open, and this is not its probe.
[[nodiscard]] bool lets_through(const Breaker& breaker, const DialName& dial);

// How long it waits once it has waited `waits` times since it opened; `seed` makes it shorter, by a
// fifth at most.
[[nodiscard]] Millis probe_wait(const BreakerRule& rule, BreakerCause cause, std::int64_t waits,
                                std::uint64_t seed);

// The dial that starts_through() allowed while it was open.
void begin_probe(Breaker& breaker, const BreakerRule& rule, const DialName& dial,
                 std::uint64_t seed, Instant now);

// The account did not take that dial. True: it was closed, and this opened it.
bool note_failure(Breaker& breaker, const BreakerRule& rule, const DialName& dial,
                  BreakerCause cause, std::string_view reason, std::uint64_t seed, Instant now);

// The account answered that dial. True: it was open, and this closed it.
bool note_success(Breaker& breaker, const DialName& dial);

}  // namespace callgate
