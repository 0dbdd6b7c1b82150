// A call's ended attempts, kept as the text of a JSON array in the call's own row: appending costs
// no row of its own, and the API shows the text as it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.hpp"
#include "core/calls/attempt.hpp"

namespace callgate {

struct EndedAttempt {
  std::int64_t number = 1;
  Outcome outcome = Outcome::provider_error;
  std::string reason;  // the provider's own word, or ours
  std::string provider_call_id;
  Instant dialed_at{};
  std::optional<Instant> started_at;
  Instant ended_at{};
  std::int64_t cost_micros = 0;
  std::int64_t round = 1;
  std::int64_t job_version = 0;  // 0: not known
  std::string evidence;          // as text (evidence.hpp); empty: none
  std::string provider = {};     // the name of the account; empty: not known
};

// The history with one more attempt. Texts are cut at 200 bytes. A call that is put off again and
// again for the same reason keeps one entry, which tells the last time and how many there were, so
// that no history grows without bound.
[[nodiscard]] std::string append_attempt(std::string_view history, const EndedAttempt& attempt);

// The history with the price of one of its attempts, which may be known only after the end.
// nullopt: there is no such attempt, it went by another account than `provider`, or its price is
// known already. A price of nothing is known, too.
[[nodiscard]] std::optional<std::string> with_cost(std::string_view history, std::int64_t number,
                                                   std::int64_t cost_micros,
                                                   std::string_view provider);

// Whether there is such an attempt and its price is not known.
[[nodiscard]] bool awaits_price(std::string_view history, std::int64_t number);

// When that attempt ended; nullopt: there is no such attempt.
[[nodiscard]] std::optional<Instant> ended_at(std::string_view history, std::int64_t number);

// The account by which the last attempt went; empty: there is none, or it is not known.
[[nodiscard]] std::string_view last_provider(std::string_view history);

// How the last attempt ended, in the provider's word or ours; empty: there is none.
[[nodiscard]] std::string_view last_ended_reason(std::string_view history);
// When the first of those that are kept was dialled.
[[nodiscard]] std::optional<Instant> first_dialed_at(std::string_view history);

// How many attempts of its last round, which is this one, ended so.
[[nodiscard]] std::int64_t count_outcome(std::string_view history, Outcome outcome,
                                         std::int64_t round = 1);

}  // namespace callgate
